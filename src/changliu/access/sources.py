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
            if not listed or not self.rights.reads_all(listed):
                return False
            parts = [node.value, *node.filters]
            return all(self._node(part, (listed, *rows)) for part in parts if part is not None)
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
            if not (self._on_own_row(here, field_id) if own else self._elsewhere(here, field_id)):
                return None
            here = self.world.object(here).fields[field_id].target or ""
        return here

    def _on_own_row(self, object_id: str, field_id: str) -> bool:
        """Whoever reads the row and the field on it: by row, which is noted."""
        found = self.rights.readable_rows(object_id, field_id)
        if found is None or self.rights.masked(object_id, field_id):
            return False
        if self.world.object(object_id).fields[field_id].is_list:
            return self.rights.clear(object_id, field_id)
        if not isinstance(found, TrueNode):
            self._own[found] = None
        return True

    def _elsewhere(self, object_id: str, field_id: str) -> bool:
        return self.rights.reads_all(object_id) and self.rights.clear(object_id, field_id)
