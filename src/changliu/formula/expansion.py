"""Formulas on formulas: cycles, the size once everything is opened, and what it depends on."""

from collections.abc import Callable

from changliu.formula.errors import refuse
from changliu.formula.functions.dates import TIMED
from changliu.formula.model import Call, Me, Node, children, walk
from changliu.formula.reading import computed
from changliu.formula.world import FieldFact, World

MAX_EXPANDED = 5_000
MAX_STACKED = 200

Key = tuple[str, str]


def find_cycle(world: World, object_id: str, field_id: str, node: Node) -> None:
    """Refuse a tree for this field that leads back to it. FormulaError: cycle, with the chain."""
    start = world.object(object_id).fields.get(field_id)
    _follow(world, node, object_id, (object_id, field_id), [_label(start, field_id)])


def _follow(world: World, node: Node, object_id: str, goal: Key, chain: list[str]) -> None:
    seen: set[Key] = set()
    waiting = [(node, object_id, chain)]
    while waiting:
        tree, owner, names = waiting.pop()
        for target, fact, inner in computed(tree, world, owner):
            here = [*names, _label(fact, fact.id)]
            if (target, fact.id) == goal:
                raise refuse("cycle", 0, node.end, chain=" → ".join(here))
            if (target, fact.id) not in seen:
                seen.add((target, fact.id))
                waiting.append((inner, target, here))


def _label(fact: FieldFact | None, field_id: str) -> str:
    if fact is None:
        return field_id
    return fact.names[1] if len(fact.names) > 1 else fact.names[0]


def bound(node: Node, world: World, object_id: str) -> None:
    """Refuse a tree that is too large once every computed field is opened. FormulaError: size."""
    size, depth = _weigh(node, world, object_id, {}, 0)
    if size > MAX_EXPANDED or depth > MAX_STACKED:
        raise refuse("size", node.start, node.end, limit=MAX_EXPANDED)


def _weigh(
    node: Node, world: World, object_id: str, known: dict[Key, tuple[int, int]], stacked: int
) -> tuple[int, int]:
    size, depth = sum(1 for _ in walk(node)), _depth(node)
    if stacked > MAX_STACKED // 4:  # a cycle, or a tower no one can mean
        return MAX_EXPANDED + 1, depth
    below = 0
    for owner, fact, tree in computed(node, world, object_id):
        key = (owner, fact.id)
        if key not in known:
            known[key] = _weigh(tree, world, owner, known, stacked + 1)
        size += known[key][0]
        below = max(below, known[key][1])
    return size, depth + below


def _depth(node: Node) -> int:
    level, depth = [node], 0
    while level:
        depth += 1
        level = [part for parent in level for part in children(parent)]
    return depth


def depends(node: Node, world: World, object_id: str, test: Callable[[Node], bool]) -> bool:
    """Whether a node of the tree, or of a computed field it uses, passes the test."""
    seen: set[Key] = set()
    waiting = [(node, object_id)]
    while waiting:
        tree, owner = waiting.pop()
        if any(map(test, walk(tree))):
            return True
        for target, fact, inner in computed(tree, world, owner):
            if (target, fact.id) not in seen:
                seen.add((target, fact.id))
                waiting.append((inner, target))
    return False


def is_timed(node: Node) -> bool:
    """Whether a node reads the clock."""
    return isinstance(node, Call) and node.name in TIMED and not _fixed_age(node)


def is_personal(node: Node) -> bool:
    """Whether a node reads who acts."""
    return isinstance(node, Me) or (isinstance(node, Call) and node.name == "ISME")


def _fixed_age(node: Call) -> bool:
    return node.name == "AGE" and len(node.args) > 1
