"""Comparisons turned so that a column stands alone: `TODAY()-x > 30` is `x < TODAY()-30`.

An index on x then serves. Only whole days within a few centuries are moved, so that no date leaves
the calendar and no rounding changes an answer.
"""

from decimal import Decimal

from changliu.formula.model import Arithmetic, Call, Column, Compare, Kind, Literal, Node, Unary

_DAYS = (Kind.DATE, Kind.DATETIME)
_MIRROR = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_FAR = 100_000


def turned(node: Compare) -> Compare:
    """The same comparison with its column alone on the left, or the node itself."""
    left, right, op = node.left, node.right, node.op
    if _days(left) is not None:
        left, right, op = right, left, _MIRROR[op]
    days = _days(right)
    if days is None or not isinstance(left, Arithmetic) or left.op != "-":
        return node
    later, earlier = left.left, left.right
    if later.kind not in _DAYS or earlier.kind not in _DAYS:
        return node
    if _is_clock(later) and isinstance(earlier, Column):  # clock - x op n: x mirror(op) clock - n
        return Compare(_MIRROR[op], earlier, _moved(later, -days))
    if _is_clock(earlier) and isinstance(later, Column):  # x - clock op n: x op clock + n
        return Compare(op, later, _moved(earlier, days))
    return node


def _days(node: Node) -> Decimal | None:
    if isinstance(node, Unary) and node.op == "-":
        inner = _days(node.item)
        return None if inner is None else -inner
    if not isinstance(node, Literal) or not isinstance(node.value, Decimal):
        return None
    whole = node.value == node.value.to_integral_value() and abs(node.value) <= _FAR
    return node.value if whole else None


def _is_clock(node: Node) -> bool:
    return isinstance(node, Call) and node.name in ("TODAY", "NOW")


def _moved(clock: Node, days: Decimal) -> Node:
    return Arithmetic("+", clock, Literal(days, kind=Kind.NUMBER), kind=clock.kind)
