"""Numbers: operators and functions. Exact, but `/` to 20 places and powers to 15 digits."""

from changliu.formula.emitter.arguments import Templates
from changliu.formula.emitter.machine import Emitter
from changliu.formula.emitter.magnitude import LIMIT, digits
from changliu.formula.emitter.row import FX, Row
from changliu.formula.model import Arithmetic, Call, Kind, Node, Unary

# Fifty more digits in the dividend make the quotient exact well past the 20 places kept.
WIDEN = "1." + "0" * 50
PLACES = 20
_DAY = 86_400

MATH: Templates = {
    "ABS": "abs({0:n})",
    "SIGN": "sign({0:n})",
    "ROUND": ("round({0:n}, 0)", "round({0:n}, {1:p})"),
    "ROUNDUP": (f"{FX}.round_up({{0:n}}, 0)", f"{FX}.round_up({{0:n}}, {{1:p}})"),
    "ROUNDDOWN": ("trunc({0:n}, 0)", "trunc({0:n}, {1:p})"),
    "INT": "floor({0:n})",
    "CEILING": ("ceil({0:n})", f"{FX}.ceiling({{0:n}}, {{1:n}})"),
    "FLOOR": ("floor({0:n})", f"{FX}.floor({{0:n}}, {{1:n}})"),
    "MROUND": f"{FX}.mround({{0:n}}, {{1:n}})",
    "MOD": f"{FX}.modulo({{0:n}}, {{1:n}})",
    "QUOTIENT": "div({0:n}, NULLIF({1:n}, 0))",
    "POWER": f"{FX}.power({{0:n}}, {{1:n}})",
    "SQRT": f"{FX}.root({{0:n}})",
    "EXP": f"{FX}.exp({{0:n}})",
    "LN": f"{FX}.ln({{0:n}})",
    "LOG": (f"{FX}.log({{0:n}}, 10)", f"{FX}.log({{0:n}}, {{1:n}})"),
    "LOG10": f"{FX}.log({{0:n}}, 10)",
    "PI": "3.14159265358979::numeric",
    "EVEN": f"{FX}.even({{0:n}})",
    "ODD": f"{FX}.odd({{0:n}})",
    "ISEVEN": "(mod(trunc({0:n}), 2) = 0)",
    "ISODD": "(mod(trunc({0:n}), 2) <> 0)",
    "CLAMP": f"{FX}.clamp({{0:n}}, {{1:n}}, {{2:n}})",
}


def divided(dividend: str, divisor: str) -> str:
    """A quotient rounded to 20 places; blank when the divisor is 0."""
    return f"round({dividend} * {WIDEN} / NULLIF({divisor}, 0), {PLACES})"


def arithmetic(emitter: Emitter, node: Arithmetic, row: Row) -> str:
    """`left op right`."""
    if node.kind is not Kind.NUMBER:
        return _moved(emitter, node, row)
    if _is_day(node.left) or _is_day(node.right):
        return _apart(emitter, node, row)
    left = emitter.coerced(node.left, Kind.NUMBER, row)
    right = emitter.coerced(node.right, Kind.NUMBER, row)
    if node.op == "/":
        return divided(left, right)
    if node.op == "^":
        return f"{FX}.power({left}, {right})"
    if node.op == "*" and digits(node) > LIMIT:
        return f"{FX}.times({left}, {right})"
    return f"({left} {node.op} {right})"


def unary(emitter: Emitter, node: Unary, row: Row) -> str:
    """`-item` or `item%`."""
    item = emitter.coerced(node.item, Kind.NUMBER, row)
    return f"(- {item})" if node.op == "-" else f"({item} * 0.01)"


def over_values(emitter: Emitter, node: Call, row: Row) -> str:
    """SUM, AVG, MIN, MAX and PRODUCT over plain values, blanks skipped."""
    values = [emitter.coerced(arg, node.kind, row) for arg in node.args]
    if node.name == "SUM":
        return f"({' + '.join(f'COALESCE({value}, 0)' for value in values)})"
    if node.name in ("MIN", "MAX"):
        return f"{'LEAST' if node.name == 'MIN' else 'GREATEST'}({', '.join(values)})"
    function = "average" if node.name == "AVG" else "product"
    return f"{FX}.{function}(ARRAY[{', '.join(values)}])"


def _is_day(node: Node) -> bool:
    return node.kind in (Kind.DATE, Kind.DATETIME)


def _moved(emitter: Emitter, node: Arithmetic, row: Row) -> str:
    start, days = (node.left, node.right) if _is_day(node.left) else (node.right, node.left)
    number = emitter.coerced(days, Kind.NUMBER, row)
    number = f"- {number}" if node.op == "-" else number
    function = "date_add" if node.kind is Kind.DATE else "time_add"
    return f"{FX}.{function}({emitter.value(start, row)}, {number})"


def _apart(emitter: Emitter, node: Arithmetic, row: Row) -> str:
    if node.left.kind is Kind.DATE and node.right.kind is Kind.DATE:
        return f"({emitter.value(node.left, row)} - {emitter.value(node.right, row)})::numeric"
    left, right = emitter.moment(node.left, row), emitter.moment(node.right, row)
    return divided(f"extract(epoch FROM ({left} - {right}))", str(_DAY))
