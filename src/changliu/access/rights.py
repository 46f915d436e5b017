"""What a set of roles may do: grants united, simplified, asked per object and field.

Scopes are a chain, so uniting grants keeps the widest; the fields are those granted at that width.
A field granted for fewer rows than the reader reaches is not readable: no row may show too much.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from changliu.access.model import EVERY, SCOPES, Grant, Scope, Verb
from changliu.access.scopes import scope_tree
from changliu.access.sources import Sources
from changliu.fields.model import Field
from changliu.formula.model import Node, TrueNode
from changliu.schema.model import Catalogue

# Members and teams are named on every record: colleagues see who works here, not how to call them.
OPEN_FIELDS: dict[str, frozenset[str]] = {
    "member": frozenset(("id", "name", "main_team")),
    "team": frozenset(("id", "key", "name", "parent", "leader")),
}
SYSTEM_FIELDS = frozenset((
    "id", "version", "created_at", "created_by", "updated_at", "updated_by", "owner", "team",
))  # fmt: skip
TITLE, CHILDREN = "title", ":children"
_FILLED = (Verb.CREATE, Verb.UPDATE)


@dataclass(frozen=True, slots=True)
class Reach:
    """The rows a verb reaches on an object, and the fields it may read and write there."""

    scope: Scope
    read: frozenset[str]
    write: frozenset[str]


def unite(grants: Iterable[Grant]) -> Reach | None:
    """Return what these grants give together, None without any: the widest scope wins."""
    known = [grant for grant in grants if grant.scope in SCOPES]
    if not known:
        return None
    widest = max((grant.scope for grant in known), key=SCOPES.index)
    at = [grant for grant in known if grant.scope is widest]
    read = frozenset().union(*(grant.readable for grant in at))
    return Reach(widest, read, frozenset().union(*(grant.writable for grant in at)))


class Rights:
    """The rights of a set of roles in one catalogue; shared by everyone who has these roles."""

    def __init__(self, grants: Sequence[Grant], catalogue: Catalogue) -> None:
        self.grants, self.catalogue = tuple(grants), catalogue
        self._reaches: dict[tuple[str, Verb], Reach | None] = {}
        self._readable: dict[tuple[str, str], bool] = {}

    @cached_property
    def signature(self) -> str:
        """A hash of every effective grant: equal rights in equal words have equal hashes."""
        keys = {(grant.object, grant.verb) for grant in self.grants}
        lines = []
        for place, verb in sorted(keys):
            reach = unite(g for g in self.grants if (g.object, g.verb) == (place, verb))
            if reach is not None:
                fields = f"{sorted(reach.read)} {sorted(reach.write)}"
                lines.append(f"{place} {verb} {reach.scope} {fields}")
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:32]

    def matching(self, object_id: str, verb: Verb) -> list[Grant]:
        """Return the grants that speak of a verb on an object."""
        places = (object_id, EVERY)
        return [g for g in self.grants if g.verb == verb and g.object in places]

    def reach(self, object_id: str, verb: Verb) -> Reach | None:
        """Return how far a verb goes on an object, None when it is not granted."""
        key = (object_id, verb)
        if key not in self._reaches:
            self._reaches[key] = unite(self.matching(object_id, verb))
        return self._reaches[key]

    def predicate(self, object_id: str, verb: Verb) -> Node | None:
        """Return the rows a verb reaches as a condition tree, None when it is not granted."""
        if object_id in OPEN_FIELDS:
            return TrueNode() if verb is Verb.READ else None
        reach = self.reach(object_id, verb)
        return scope_tree(reach.scope) if reach is not None else None

    def reads_all(self, object_id: str) -> bool:
        """Say whether every row of an object may be read."""
        reach = self.reach(object_id, Verb.READ)
        return object_id in OPEN_FIELDS or (reach is not None and reach.scope is Scope.ALL)

    def readable(self, object_id: str, field_id: str) -> bool:
        """Say whether a field may be read on every row the reader reaches."""
        key = (object_id, field_id)
        known = self._readable.get(key)
        if known is None:
            # A circle cannot be: formulas refuse it. Should one appear, its fields stay hidden.
            self._readable[key] = False
            known = self._readable[key] = self._may_read(object_id, field_id)
        return known

    def masked(self, object_id: str, field_id: str) -> bool:
        """Say whether only the ends of a value are shown: sensitive, not the actor's to write."""
        named = self._title_field(object_id) if field_id == TITLE else None
        field = self._field(object_id, named or field_id)
        return field is not None and field.sensitive and not self.writable(object_id, field.id)

    def clear(self, object_id: str, field_id: str) -> bool:
        """Say whether a field may be read unmasked."""
        return self.readable(object_id, field_id) and not self.masked(object_id, field_id)

    def writable(self, object_id: str, field_id: str, verb: Verb | None = None) -> bool:
        """Say whether a field may be written by `verb` (create or update; None: by either).

        Owner and team are given at creation and changed by `transfer`.
        """
        verbs = _FILLED if verb is None else (verb,)
        if field_id in ("owner", "team"):
            moves = (Verb.TRANSFER if each is Verb.UPDATE else each for each in verbs)
            return any(self.reach(object_id, each) is not None for each in moves)
        field = self._field(object_id, field_id)
        if field is None or field.column is None:
            return False
        reaches = (self.reach(object_id, each) for each in verbs)
        return any(_names(reach.write, field_id) for reach in reaches if reach is not None)

    def _may_read(self, object_id: str, field_id: str) -> bool:
        if object_id in OPEN_FIELDS:
            return field_id in OPEN_FIELDS[object_id]
        reach = self.reach(object_id, Verb.READ)
        if reach is None or field_id in SYSTEM_FIELDS:
            return reach is not None
        if field_id.endswith(CHILDREN):
            return self._may_list(field_id.removesuffix(CHILDREN))
        field = self._field(object_id, field_id)
        if field is None:
            return field_id == TITLE and self._may_read_title(object_id)
        if field_id in reach.read:
            return True
        if EVERY not in reach.read:
            return False
        return field.tree is None or Sources(self, self.catalogue.world).all_readable(
            field.tree, object_id
        )

    def _may_read_title(self, object_id: str) -> bool:
        named = self._title_field(object_id)
        return named is not None and self.readable(object_id, named)

    def _title_field(self, object_id: str) -> str | None:
        """The field an object is titled by, unless it has a field called `title` of its own."""
        found = self.catalogue.by_id.get(object_id)
        return found.title_field if found is not None else None

    def _may_list(self, reference_id: str) -> bool:
        """A child list is seen by those who see the reference it comes from."""
        owners = (o.id for o in self.catalogue.objects if reference_id in o.by_id)
        return any(self.readable(owner, reference_id) for owner in owners)

    def _field(self, object_id: str, field_id: str) -> Field | None:
        found = self.catalogue.by_id.get(object_id)
        return found.by_id.get(field_id) if found is not None else None


def _names(fields: frozenset[str], field_id: str) -> bool:
    return EVERY in fields or field_id in fields
