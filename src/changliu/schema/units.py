"""What a computed number counts: an amount of one currency, or a share. Pure.

Read off the formula: sums and choices keep what their parts have in common, an amount times a
number stays an amount, an amount by an amount is a share. Whatever does not fit is a bare number.
"""

from dataclasses import dataclass

from changliu.fields.model import Field
from changliu.fields.types.money import MoneySettings
from changliu.formula.model import Aggregate, Arithmetic, Call, Column, Kind, Literal, Node, Unary
from changliu.schema.model import Catalogue, Object

_CHOICES = frozenset({"MAX", "MIN", "IFBLANK"})
_FIRST = frozenset({"ABS", "ROUND", "ROUNDUP", "ROUNDDOWN", "MROUND"})
_SAME = frozenset({"SUM", "AVG", "MIN", "MAX"})
SHARE = "%"


@dataclass(frozen=True, slots=True)
class Unit:
    """A currency's code, `%` for a share, or "" for a bare number; `free`: any unit will do."""

    name: str = ""
    free: bool = False

    @property
    def amount(self) -> bool:
        """Whether it is of a currency."""
        return self.name not in ("", SHARE)


_BARE = Unit()
_FREE = Unit(free=True)


def unit_of(found: Catalogue, item: Object, field: Field) -> str:
    """Return the currency's code, `%`, or "" of a field whose formula makes a number."""
    if field.tree is None or field.tree.kind is not Kind.NUMBER:
        return ""
    return _unit(found, field.tree, (item,)).name


def unit_of_value(found: Catalogue, item: Object, node: Node) -> str:
    """Return the currency's code, `%`, or "" of a number worked out for rows of `item`."""
    return _unit(found, node, (item,)).name


def _unit(found: Catalogue, node: Node, rows: tuple[Object, ...]) -> Unit:
    """The unit of a part; `rows` are the objects in scope, the innermost last."""
    match node:
        case Literal():
            return _FREE
        case Column(path=path, level=level):
            return _field(found, rows[-1 - level], path)
        case Unary(op="-", item=item):
            return _unit(found, item, rows)
        case Arithmetic(op=op, left=left, right=right):
            return _worked(op, _unit(found, left, rows), _unit(found, right, rows))
        case Call(name=name, args=args):
            return _common([_unit(found, each, rows) for each in _values(name, args)])
        case Aggregate(name=name, path=path, level=level, value=Node() as value):
            child = _reached(found, rows[-1 - level], path)
            if child is None or name not in _SAME:
                return _BARE
            unit = _unit(found, value, (*rows, child))
            return _BARE if name == "SUM" and not unit.amount else unit
    return _BARE


def _values(name: str, args: tuple[Node, ...]) -> tuple[Node, ...]:
    """The arguments one of which the function returns, rounded perhaps."""
    if name == "IF":
        return args[1:]
    if name in _CHOICES:
        return args
    return args[:1] if name in _FIRST else ()


def _worked(op: str, left: Unit, right: Unit) -> Unit:
    if op in "+-":
        return _common([left, right])
    if op == "*" and left.amount is not right.amount:
        return left if left.amount else right
    if op == "/" and left.amount:
        if right == left:
            return Unit(SHARE)
        return _BARE if right.amount else left
    return _BARE


def _common(units: list[Unit]) -> Unit:
    held = {unit for unit in units if not unit.free}
    return held.pop() if len(held) == 1 else _BARE


def _field(found: Catalogue, start: Object, path: tuple[str, ...]) -> Unit:
    holder = _reached(found, start, path[:-1])
    field = holder.by_id.get(path[-1]) if holder is not None else None
    if holder is None or field is None:
        return _BARE
    if isinstance(field.settings, MoneySettings):
        return Unit(field.settings.currency)
    if field.type == "percent":
        return Unit(SHARE)
    return Unit(unit_of(found, holder, field))


def _reached(found: Catalogue, start: Object, path: tuple[str, ...]) -> Object | None:
    """The object that a path of references, and perhaps a list, leads to."""
    here: Object | None = start
    for step in path:
        fact = found.world.object(here.id).fields.get(step) if here is not None else None
        here = found.by_id.get(str(fact.target)) if fact is not None else None
    return here
