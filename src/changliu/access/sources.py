"""Whether everything a computed field is made of may be read.

Such a field is computed over all rows. What it takes from its own row, the reader of that row may
see by field; what it takes from other rows, only a reader of all of them may see (design §3).
"""

from collections.abc import Sequence
from typing import Protocol

from changliu.formula.model import (
    Aggregate,
    And,
    Column,
    ExistsRows,
    Node,
    TrueNode,
    children,
)
from changliu.formula.world import World
from changliu.schema.lines import holds_lines, parent_id


class FieldRights(Protocol):
    """What this module asks of rights."""

    def clear(self, object_id: str, field_id: str) -> bool:
        """Say whether a field may be read unmasked on every row."""
        ...

    def masked(self, object_id: str, field_id: str) -> bool:
        """Say whether only the ends of a value are shown."""
        ...

    def readable_rows(self, object_id: str, field_id: str) -> Node | None:
        """Return on which rows a field may be read: TRUE for all, None for none."""
        ...

    def reads_all(self, object_id: str) -> bool:
        """Say whether every row may be read."""
        ...


class Sources:
    """Walks a tree with the objects of the rows in scope, innermost first."""

    def __init__(self, rights: FieldRights, world: World) -> None:
        self.rights, self.world = rights, world
        self._own: dict[Node, None] = {}

    def rows(self, tree: Node, object_id: str) -> Node | None:
        """Return on which rows of `object_id` every source of a tree may be read.

        TRUE: on all that the reader reaches; None: on none, as a source in other rows is closed.
        """
        self._own = {}
        try:
            if not self._node(tree, (object_id,)):
                return None
        except (KeyError, IndexError):
            return None  # a field that is gone has no reader
        own = tuple(self._own)
        return And(own) if len(own) > 1 else own[0] if own else TrueNode()

    def all_readable(self, tree: Node, object_id: str) -> bool:
        """Say whether every source of a tree over rows of `object_id` may be read."""
        return isinstance(self.rows(tree, object_id), TrueNode)

    def _node(self, node: Node, rows: Sequence[str]) -> bool:
        if isinstance(node, Column):
            return self._path(node.path, node.level, rows) is not None
        if isinstance(node, Aggregate):
            listed = self._path(node.path, node.level, rows)
            own = self._own_lines(node, rows)
            if not listed or not (own or self.rights.reads_all(listed)):
                return False
            parts = [node.value, *node.filters]
            inner = (_OwnLine(listed) if own else listed, *rows)
            return all(self._node(part, inner) for part in parts if part is not None)
        if isinstance(node, ExistsRows):
            return self._exists(node, rows)
        return all(self._node(part, rows) for part in children(node))

    def _exists(self, node: ExistsRows, rows: Sequence[str]) -> bool:
        there = node.object_id
        known = self.rights.reads_all(there) and self.rights.clear(there, node.field_id)
        inside = node.condition is None or self._node(node.condition, (there, *rows))
        return known and inside and self._node(node.value, rows)

    def _path(self, path: Sequence[str], level: int, rows: Sequence[str]) -> str | None:
        """Return the object a path leads to ("" for a plain value), None when it is closed."""
        here = rows[level]
        for place, field_id in enumerate(path):
            own = place == 0 and level == len(rows) - 1
            if own and not self._on_own_row(here, field_id):
                return None
            if not own and not self._readable(place, path, here, rows[level]):
                return None
            here = self.world.object(here).fields[field_id].target or ""
        return here

    def _readable(self, place: int, path: Sequence[str], object_id: str, row: str) -> bool:
        """Whether a step of a path away from the outermost row may be read.

        The own lines are there with the row, and a line's record wherever the line is.
        """
        with_line = place == 1 and path[0] == parent_id(row)
        if (place == 0 and isinstance(row, _OwnLine)) or with_line:
            return self.rights.clear(object_id, path[place])
        return self._elsewhere(object_id, path[place])

    def _on_own_row(self, object_id: str, field_id: str) -> bool:
        """Whoever reads the row and the field on it: by row, which is noted."""
        found = self.rights.readable_rows(object_id, field_id)
        if found is None or self.rights.masked(object_id, field_id):
            return False
        fact = self.world.object(object_id).fields[field_id]
        if fact.is_list and not holds_lines(fact):
            return self.rights.clear(object_id, field_id)
        if not isinstance(found, TrueNode):
            self._own[found] = None
        return True

    def _elsewhere(self, object_id: str, field_id: str) -> bool:
        return self.rights.reads_all(object_id) and self.rights.clear(object_id, field_id)

    def _own_lines(self, node: Aggregate, rows: Sequence[str]) -> bool:
        """Whether the list is the lines of the outermost row: a part of it, not other rows."""
        fact = self.world.object(rows[node.level]).fields[node.path[0]]
        return len(node.path) == 1 and node.level == len(rows) - 1 and holds_lines(fact)


class _OwnLine(str):
    """The object id of a row that is a line of the outermost row."""
