"""Whether everything a computed field is made of may be read.

Such a field is computed over all rows. What it takes from its own row, the reader of that row may
see by field; what it takes from other rows, only a reader of all of them may see (design §3).
"""

from collections.abc import Sequence
from typing import Protocol

from changliu.formula.model import Aggregate, Column, ExistsRows, Node, children
from changliu.formula.world import World


class FieldRights(Protocol):
    """What this module asks of rights."""

    def clear(self, object_id: str, field_id: str) -> bool:
        """Say whether a field may be read unmasked."""
        ...

    def reads_all(self, object_id: str) -> bool:
        """Say whether every row may be read."""
        ...


class Sources:
    """Walks a tree with the objects of the rows in scope, innermost first."""

    def __init__(self, rights: FieldRights, world: World) -> None:
        self.rights, self.world = rights, world

    def all_readable(self, tree: Node, object_id: str) -> bool:
        """Say whether every source of a tree over rows of `object_id` may be read."""
        try:
            return self._node(tree, (object_id,))
        except (KeyError, IndexError):
            return False  # a field that is gone has no reader

    def _node(self, node: Node, rows: Sequence[str]) -> bool:
        if isinstance(node, Column):
            return self._path(node.path, rows[node.level]) is not None
        if isinstance(node, Aggregate):
            listed = self._path(node.path, rows[node.level])
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

    def _path(self, path: Sequence[str], object_id: str) -> str | None:
        """Return the object a path leads to ("" for a plain value), None when it is closed."""
        here, first = object_id, True
        for field_id in path:
            if not first and not self.rights.reads_all(here):
                return None
            if not self.rights.clear(here, field_id):
                return None
            here, first = self.world.object(here).fields[field_id].target or "", False
        return here
