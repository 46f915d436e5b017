"""Formulas on formulas: what a tree uses once every computed field is opened, and cycles."""

from dataclasses import dataclass

from changliu.formula.errors import refuse
from changliu.formula.functions.dates import TIMED
from changliu.formula.functions.work import CALENDAR
from changliu.formula.model import Call, Me, Node
from changliu.formula.reading import Chain, named, parts
from changliu.formula.world import FieldFact, World

MAX_EXPANDED = 5_000
# Depth of the opened tree, in nodes: bounds every recursion and PostgreSQL's own stack.
MAX_STACKED = 200
_MAX_TOWER = 50
MY_TEAM = "ISMYTEAM"

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Survey:
    """What a tree is made of: `names` are its own (object id, field id); the rest is opened.

    A maintained roll-up is a column to whoever reads it; only a search for cycles looks behind it.
    """

    names: frozenset[Key]
    opened: tuple[tuple[str, FieldFact, Node], ...]
    size: int
    depth: int
    timed: bool
    personal: bool


def survey(node: Node, world: World, object_id: str) -> Survey:
    """Read a tree once and each computed field it leads to once. FormulaError: size."""
    found = _survey(node, world, object_id, {}, 0)
    if found.size > MAX_EXPANDED or found.depth > MAX_STACKED:
        raise refuse("size", node.start, node.end, limit=MAX_EXPANDED)
    return found


def _survey(
    node: Node, world: World, object_id: str, known: dict[Key, Survey], tower: int
) -> Survey:
    own = _own(node, world, object_id)
    if tower > _MAX_TOWER:  # a cycle, or a tower no one can mean
        return Survey(own.names, own.opened, MAX_EXPANDED + 1, own.depth, own.timed, own.personal)
    below = []
    for owner, fact, tree in own.opened:
        if fact.column is not None:
            continue
        key = owner, fact.id
        if key not in known:
            known[key] = _survey(tree, world, owner, known, tower + 1)
        below.append(known[key])
    return Survey(
        own.names,
        own.opened,
        own.size + sum(part.size for part in below),
        own.depth + max((part.depth for part in below), default=0),
        own.timed or any(part.timed for part in below),
        own.personal or any(part.personal for part in below),
    )


def _own(node: Node, world: World, object_id: str) -> Survey:
    names: set[Key] = set()
    opened: list[tuple[str, FieldFact, Node]] = []
    size = depth = 0
    timed = personal = False
    waiting: list[tuple[Node, Chain, int]] = [(node, (object_id,), 1)]
    while waiting:
        part, chain, level = waiting.pop()
        size, depth = size + 1, max(depth, level)
        timed = timed or is_timed(part) or is_calendar(part)
        personal = personal or is_personal(part)
        for owner, fact in named(part, world, chain):
            names.add((owner, fact.id))
            if fact.tree is not None:
                opened.append((owner, fact, fact.tree))
        waiting += [(inner, scope, level + 1) for inner, scope in parts(part, world, chain)]
    return Survey(frozenset(names), tuple(opened), size, depth, timed, personal)


def is_timed(node: Node) -> bool:
    """Whether a node reads the clock (AGE with two arguments does not)."""
    if not isinstance(node, Call) or node.name not in TIMED:
        return False
    return node.name != "AGE" or len(node.args) == 1


def is_calendar(node: Node) -> bool:
    """Whether a node reads the working calendar."""
    return isinstance(node, Call) and node.name in CALENDAR


def is_personal(node: Node) -> bool:
    """Whether a node reads who acts."""
    return isinstance(node, Me) or (isinstance(node, Call) and node.name in ("ISME", MY_TEAM))


def is_my_team(node: Node) -> bool:
    """Whether a node asks who belongs to the acting member's teams: only the server knows."""
    return isinstance(node, Call) and node.name == MY_TEAM


def find_cycle(world: World, object_id: str, field_id: str, node: Node) -> None:
    """Refuse a tree for this field that leads back to it. FormulaError: cycle, with the chain."""
    goal = (object_id, field_id)
    start = world.object(object_id).fields.get(field_id)
    seen: set[Key] = set()
    waiting = [(node, object_id, [_label(start, field_id)])]
    while waiting:
        tree, owner, chain = waiting.pop()
        for target, fact, inner in _own(tree, world, owner).opened:
            longer = [*chain, _label(fact, fact.id)]
            if (target, fact.id) == goal:
                raise refuse("cycle", node.start, node.end, chain=" → ".join(longer))
            if (target, fact.id) not in seen:
                seen.add((target, fact.id))
                waiting.append((inner, target, longer))


def _label(fact: FieldFact | None, field_id: str) -> str:
    if fact is None:
        return field_id
    return fact.names[1] if len(fact.names) > 1 else fact.names[0]
