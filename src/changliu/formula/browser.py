"""Tree for the browser's evaluator: local readable fields only, the rest as numbered slots."""

from dataclasses import replace
from typing import Any

from changliu.formula.expansion import is_calendar
from changliu.formula.model import (
    PARTS,
    Aggregate,
    Column,
    ExistsRows,
    InParam,
    Kind,
    Measure,
    Node,
    Param,
    Slot,
    to_json,
)
from changliu.formula.scope import Readable
from changliu.formula.world import World

_SERVED = (Aggregate, Measure, ExistsRows, InParam, Param)


def browser_tree(
    node: Node,
    world: World,
    object_id: str,
    readable: Readable | None = None,
    opens: Readable | None = None,
) -> tuple[dict[str, Any], list[Node]]:
    """(JSON tree, slot nodes): the server computes slot k's value by emitting the k-th node.

    Computed fields are opened, so that a form follows them as the user types; one for which `opens`
    is False, as the caller may not read all it is made of, stays one value: its parts would show.
    A slot stands for what the browser cannot know: such a field, an unreadable one, a path, a child
    list, a caller's rights, the working calendar.
    """
    cutter = _Cutter(world, object_id, readable, opens)
    return to_json(cutter.cut(node)), cutter.slots


class _Cutter:
    def __init__(
        self, world: World, object_id: str, readable: Readable | None, opens: Readable | None
    ) -> None:
        self.owner = world.object(object_id)
        self.readable = readable
        self.opens = opens
        self.slots: list[Node] = []

    def cut(self, node: Node) -> Node:
        if isinstance(node, _SERVED) or is_calendar(node):
            return self.slot(node)
        if isinstance(node, Column):
            return self.column(node)
        changes: dict[str, Any] = {}
        for name in PARTS[type(node)]:
            value = getattr(node, name)
            if isinstance(value, tuple):
                changes[name] = tuple(map(self.cut, value))
            elif value is not None:
                changes[name] = self.cut(value)
        return replace(node, **changes) if changes else node

    def column(self, node: Column) -> Node:
        if len(node.path) > 1 or node.level > 0:
            return self.slot(node)
        fact = self.owner.fields[node.path[0]]
        if self.readable is not None and not self.readable(self.owner.id, fact.id):
            return self.slot(node)
        if fact.column is None:
            whole = self.opens is not None and not self.opens(self.owner.id, fact.id)
            return self.slot(node) if fact.tree is None or whole else self.cut(fact.tree)
        return node

    def slot(self, node: Node) -> Node:
        if node not in self.slots:
            self.slots.append(node)
        kind = Kind.UUIDS if node.kind is Kind.CHILDREN else node.kind
        return Slot(self.slots.index(node), kind=kind)
