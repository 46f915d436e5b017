"""Choosing and testing."""

from changliu.formula.emitter.machine import Emitter
from changliu.formula.emitter.row import Row
from changliu.formula.model import Call, Column, Compare, Kind, Node


def if_else(emitter: Emitter, node: Call, row: Row) -> str:
    """IF and IFS."""
    pairs = zip(node.args[::2], node.args[1::2], strict=False)
    whens = [(emitter.condition(test, row), _branch(emitter, node, v, row)) for test, v in pairs]
    return _case(whens, _branch(emitter, node, node.args[-1], row) if len(node.args) % 2 else None)


def switch(emitter: Emitter, node: Call, row: Row) -> str:
    """SWITCH(value, case, result, …, default)."""
    value, *rest = node.args
    whens = [
        (emitter.compare(Compare("=", value, case), row), _branch(emitter, node, result, row))
        for case, result in zip(rest[::2], rest[1::2], strict=False)
    ]
    return _case(whens, _branch(emitter, node, rest[-1], row) if len(rest) % 2 else None)


def choose(emitter: Emitter, node: Call, row: Row) -> str:
    """CHOOSE(index, value, …)."""
    index, *values = node.args
    whens = [(str(at), _branch(emitter, node, value, row)) for at, value in enumerate(values, 1)]
    return _case(whens, subject=f" trunc({emitter.coerced(index, Kind.NUMBER, row)})")


def _branch(emitter: Emitter, node: Call, value: Node, row: Row) -> str:
    return emitter.coerced(value, node.kind, row)


def _case(whens: list[tuple[str, str]], otherwise: str | None = None, subject: str = "") -> str:
    parts = [f"WHEN {test} THEN {value}" for test, value in whens]
    parts += [] if otherwise is None else [f"ELSE {otherwise}"]
    return f"CASE{subject} {' '.join(parts)} END"


def if_blank(emitter: Emitter, node: Call, row: Row) -> str:
    """IFBLANK: the first value that is not blank."""
    values = [_nullable(emitter, arg, node.kind, row) for arg in node.args]
    return f"COALESCE({', '.join(values)})"


def _nullable(emitter: Emitter, arg: Node, kind: Kind, row: Row) -> str:
    if arg.kind is Kind.BOOL and isinstance(arg, Column):
        return emitter.condition(arg, row)
    value = emitter.coerced(arg, kind, row)
    return f"NULLIF({value}, '{{}}')" if kind in (Kind.MULTI, Kind.UUIDS) else value


def blank(emitter: Emitter, node: Call, row: Row) -> str:
    """ISBLANK and NOTBLANK."""
    return emitter.blank(node.args[0], row, negated=node.name == "NOTBLANK")


def counted(emitter: Emitter, node: Call, row: Row) -> str:
    """COUNTBLANK and COUNTTRUE."""
    test = emitter.blank if node.name == "COUNTBLANK" else emitter.condition
    ones = [f"CASE WHEN {test(arg, row)} THEN 1 ELSE 0 END" for arg in node.args]
    return f"({' + '.join(ones)})::numeric"


def exclusive(emitter: Emitter, node: Call, row: Row) -> str:
    """XOR."""
    one, other = (emitter.value(arg, row) for arg in node.args)
    return f"(({one}) <> ({other}))"


def between(emitter: Emitter, node: Call, row: Row) -> str:
    """BETWEEN(value, low, high)."""
    value, low, high = node.args
    if Kind.BLANK in (value.kind, low.kind, high.kind):
        return "FALSE"
    above, bottom = emitter.pair(value, low, row)
    below, top = emitter.pair(value, high, row)
    if above == below:
        return f"({above} BETWEEN {bottom} AND {top})"
    return f"({above} >= {bottom} AND {below} <= {top})"
