"""Which other objects an object's computed fields read: a change there may change it. Pure."""

from changliu.formula.model import Aggregate, Column, ExistsRows, Node, children
from changliu.schema.model import Catalogue, Object


def objects_read(found: Catalogue, item: Object) -> frozenset[str]:
    """Return the ids of objects that its computed fields reach, through other computed fields too.

    What a reference alone shows of another record, its title, is not counted.
    """
    reading = _Reading(found)
    for field in item.fields:
        if field.tree is not None:
            reading.field(item.id, field.id)
    return frozenset(reading.objects & found.by_id.keys() - {item.id})


class _Reading:
    """A walk through trees; every computed field is entered once."""

    def __init__(self, found: Catalogue) -> None:
        self.objects: set[str] = set()
        self._world = found.world
        self._entered: set[tuple[str, str]] = set()

    def field(self, object_id: str, field_id: str) -> str:
        """Enter a field and return the object it leads to, its own one when it leads nowhere."""
        fact = self._world.object(object_id).fields[field_id]
        if fact.tree is not None and (object_id, field_id) not in self._entered:
            self._entered.add((object_id, field_id))
            self._tree(fact.tree, (object_id,))
        if fact.target is None:
            return object_id
        self.objects.add(fact.target)
        return fact.target

    def _tree(self, node: Node, rows: tuple[str, ...]) -> None:
        """`rows` are the objects of the rows in scope, the innermost first."""
        if isinstance(node, Column):
            self._follow(rows[node.level], node.path)
        elif isinstance(node, Aggregate):
            rows = (self._follow(rows[node.level], node.path), *rows)
        elif isinstance(node, ExistsRows):
            self.objects.add(node.object_id)
            self._tree(node.value, rows)
            if node.condition is not None:
                self._tree(node.condition, (node.object_id, *rows))
            return
        for part in children(node):
            self._tree(part, rows)

    def _follow(self, object_id: str, path: tuple[str, ...]) -> str:
        for name in path:
            object_id = self.field(object_id, name)
        return object_id
