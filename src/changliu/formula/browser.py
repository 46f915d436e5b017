"""Tree for the browser's evaluator: local readable fields only, the rest as numbered slots."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from changliu.formula.expansion import is_calendar, is_my_team
from changliu.formula.model import (
    PARTS,
    Aggregate,
    Call,
    Change,
    Column,
    Compare,
    ExistsRows,
    InParam,
    Kind,
    Measure,
    Node,
    Param,
    Slot,
    children,
    to_json,
)
from changliu.formula.reading import kinded, last
from changliu.formula.scope import Readable
from changliu.formula.world import FieldFact, ObjectFact, World

TREE_VERSION = 1
"""`v` of a browser tree; an evaluator that does not know it asks the server."""

_SERVED = (Measure, ExistsRows, InParam, Param)
_ASKING_BLANK = frozenset({"ISBLANK", "NOTBLANK", "COUNTBLANK", "IFBLANK"})


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
    list (lines lie in the form and are not), a caller's rights, the working calendar. The shape:
    docs/explain/formulas-in-the-browser.md.
    """
    cutter = _Cutter(world, (world.object(object_id),), readable, opens)
    made = cutter.cut(kinded(node, world, (object_id,)))
    return {"v": TREE_VERSION, **to_json(made)}, cutter.slots


class _NeedsSlotError(Exception):
    """A part of what must lie in the browser as a whole does not."""


class _Cutter:
    """`owners` are the objects of the rows in scope, innermost first; `whole` takes no slots."""

    def __init__(
        self,
        world: World,
        owners: tuple[ObjectFact, ...],
        readable: Readable | None,
        opens: Readable | None,
        *,
        whole: bool = False,
    ) -> None:
        self.world = world
        self.owners = owners
        self.readable = readable
        self.opens = opens
        self.whole = whole
        self.slots: list[Node] = []

    def cut(self, node: Node) -> Node:
        served = isinstance(node, _SERVED) or is_calendar(node) or is_my_team(node)
        if served or self.blind(node):
            return self.slot(node)
        if isinstance(node, Column):
            return self.column(node)
        if isinstance(node, Aggregate):
            listed = self.listed(node)
            return self.slot(node) if listed is None else self.kept(node, (listed, *self.owners))
        return self.kept(node, self.owners) if isinstance(node, Change) else self.parts(node)

    def parts(self, node: Node) -> Node:
        """The node with each of its parts cut."""
        changes: dict[str, Any] = {}
        for name in PARTS[type(node)]:
            value = getattr(node, name)
            if isinstance(value, tuple):
                changes[name] = tuple(map(self.cut, value))
            elif value is not None:
                changes[name] = self.cut(value)
        return replace(node, **changes) if changes else node

    def kept(self, node: Node, owners: tuple[ObjectFact, ...]) -> Node:
        """The node if all of it lies in the browser: a slot has one value, not one per row."""
        cutter = _Cutter(self.world, owners, self.readable, self.opens, whole=True)
        try:
            return cutter.parts(node)
        except _NeedsSlotError:
            return self.slot(node)

    def listed(self, node: Aggregate) -> ObjectFact | None:
        """The object of the rows of an aggregate over lines of the record."""
        if len(node.path) > 1 or node.level > 0 or len(self.owners) > 1:
            return None
        fact = self.owners[0].fields[node.path[0]]
        if not fact.carried or not self.reads(self.owners[0], fact):
            return None
        return self.world.object(fact.target or "")

    def column(self, node: Column) -> Node:
        if not self.local(node):
            return self.slot(node)
        fact = self.owners[node.level].fields[node.path[0]]
        if fact.column is None:
            return self.opened(fact)
        if fact.tree is None or node.level or not self.may_open(fact):
            return node
        return self.maintained(node, fact)

    def opened(self, fact: FieldFact) -> Node:
        assert fact.tree is not None
        made = self.cut(fact.tree)
        return made if made.kind is fact.kind else Call("IFBLANK", (made,), kind=fact.kind)

    def maintained(self, node: Column, fact: FieldFact) -> Node:
        """A stored roll-up: over lines it follows them, over other records it stays as stored."""
        cutter = _Cutter(self.world, self.owners, self.readable, self.opens, whole=True)
        try:
            return cutter.opened(fact)
        except _NeedsSlotError:
            return node

    def local(self, node: Column) -> bool:
        """Whether the browser knows, or can work out, a field."""
        owner = self.owners[node.level]
        if len(node.path) > 1 or not self.reads(owner, owner.fields[node.path[0]]):
            return False
        fact = owner.fields[node.path[0]]
        if fact.column is not None:
            return True
        return fact.tree is not None and node.level == 0 and self.may_open(fact)

    def may_open(self, fact: FieldFact) -> bool:
        return self.opens is None or self.opens(self.owners[0].id, fact.id)

    def reads(self, owner: ObjectFact, fact: FieldFact) -> bool:
        return self.readable is None or self.readable(owner.id, fact.id)

    def blind(self, node: Node) -> bool:
        """Whether a node asks if a yes/no is blank that would travel as a slot, where no is no."""
        blanks = isinstance(node, Call) and node.name in _ASKING_BLANK
        if not blanks and not isinstance(node, Compare):
            return False
        parts = children(node)
        if not blanks and all(part.kind is not Kind.BLANK for part in parts):
            return False
        return any(
            isinstance(part, Column) and part.kind is Kind.BOOL and not self.local(part)
            for part in parts
        )

    def slot(self, node: Node) -> Node:
        if self.whole:
            raise _NeedsSlotError
        if node not in self.slots:
            self.slots.append(node)
        kind = Kind.UUIDS if node.kind is Kind.CHILDREN else node.kind
        chosen = isinstance(node, Column) and kind in (Kind.CHOICE, Kind.MULTI)
        return Slot(
            self.slots.index(node),
            of=self.options_of(node) if chosen else None,
            reads=tuple(dict.fromkeys(self.named(node, 0))),
            kind=kind,
        )

    def options_of(self, node: Node) -> tuple[str, str] | None:
        """The (object, field) that has the options of a choice; a computed one is its own."""
        assert isinstance(node, Column)
        object_id, fact = last(self.world, self.owners[node.level].id, node.path)
        return object_id, fact.id

    def named(self, node: Node, depth: int) -> Iterator[str]:
        """The readable fields of the record itself that a slot starts from."""
        if isinstance(node, Column | Aggregate) and node.level == depth:
            fact = self.owners[0].fields[node.path[0]]
            if self.reads(self.owners[0], fact):
                yield fact.id
        inner = isinstance(node, Aggregate | ExistsRows)
        for part in children(node):
            outer = isinstance(node, ExistsRows) and part is node.value
            yield from self.named(part, depth + int(inner and not outer))
