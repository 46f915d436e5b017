"""How large a number can become: decides which products need a guard against overflow.

PostgreSQL's numeric ends at 131,072 digits before the point. Stored numbers have far fewer than
the digits assumed here (field types refuse more), so ordinary formulas pay nothing.
"""

from changliu.formula.model import Arithmetic, Call, Kind, Literal, Node, Unary, children

LIMIT = 100_000
_ASSUMED = 1_000
_POWER = 120


def digits(node: Node) -> int:
    """An upper bound of the digits before plus after the point."""
    if node.kind is not Kind.NUMBER:
        return _ASSUMED
    if isinstance(node, Literal):
        return len(f"{node.value:f}")
    if isinstance(node, Arithmetic):
        return _of_arithmetic(node)
    if isinstance(node, Unary):
        return digits(node.item) + 2
    if isinstance(node, Call):
        parts = [digits(arg) for arg in node.args if arg.kind is Kind.NUMBER]
        total = sum(parts) if node.name == "PRODUCT" else max(parts, default=0)
        return max(_ASSUMED, total + 30)
    return max([_ASSUMED, *(digits(part) + 30 for part in children(node))])


def _of_arithmetic(node: Arithmetic) -> int:
    left, right = digits(node.left), digits(node.right)
    if node.op == "^":
        return 2 * _POWER
    if node.op in "*/":
        return left + right + 20
    return max(left, right) + 1
