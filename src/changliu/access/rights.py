"""What a set of roles may do: grants united, simplified, asked per object and field.

Scopes are a chain, so uniting grants keeps the widest; formula scopes stand beside it, and shares
add single rows. A field granted for fewer rows than grants reach is not readable: no row may show
too much. A shared row shows the fields that the grants show.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from changliu.access.model import EVERY, SCOPES, Grant, Scope, Verb
from changliu.access.scopes import scope_tree, shared_tree
from changliu.access.sources import Sources
from changliu.fields.model import Field
from changliu.formula.model import Node, Or, TrueNode, to_json
from changliu.schema.model import Catalogue
from changliu.schema.relations import Relations

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
class Term:
    """Some of the rows a verb reaches, and the fields it may read and write there."""

    scope: Scope
    rows: Node
    read: frozenset[str]
    write: frozenset[str]


@dataclass(frozen=True, slots=True)
class Reach:
    """The rows a verb reaches on an object: those of any term; the widest scope, then formulas."""

    terms: tuple[Term, ...]

    @property
    def all(self) -> bool:
        """Whether that is every row."""
        return any(term.scope is Scope.ALL for term in self.terms)

    def reads(self, field_id: str) -> bool:
        """Say whether a field is granted for reading on all of these rows."""
        return all(_names(term.read, field_id) for term in self.terms)

    def opens(self, field_id: str) -> bool:
        """Say whether a field is granted by its own name on all of these rows."""
        return all(field_id in term.read for term in self.terms)

    def writes(self, field_id: str) -> bool:
        """Say whether a field is granted for writing on all of these rows."""
        return all(_names(term.write, field_id) for term in self.terms)


def unite(grants: Iterable[Grant]) -> Reach | None:
    """Return what these grants give together, None without any: the widest scope wins."""
    every = list(grants)
    known = [grant for grant in every if grant.scope in SCOPES]
    terms = []
    if known:
        widest = max((grant.scope for grant in known), key=SCOPES.index)
        at = [grant for grant in known if grant.scope is widest]
        terms.append(_term(widest, scope_tree(widest), at))
        if widest is Scope.ALL:
            return Reach(tuple(terms))
    trees = {_text(g.condition): g.condition for g in every if g.condition is not None}
    for text, tree in sorted(trees.items()):
        at = [g for g in every if g.condition is not None and _text(g.condition) == text]
        terms.append(_term(Scope.FORMULA, tree, at))
    return Reach(tuple(terms)) if terms else None


def _term(scope: Scope, rows: Node, grants: Sequence[Grant]) -> Term:
    read = frozenset().union(*(grant.readable for grant in grants))
    write = frozenset().union(*(grant.writable for grant in grants))
    return Term(scope, rows, read, write)


def _text(tree: Node) -> str:
    return json.dumps(to_json(tree), sort_keys=True)


class Rights:
    """The rights of a set of roles in one catalogue; shared by everyone who has these roles.

    `lent` are the (object id, verb) of which there may be shares; None: of any. Most members have
    none, and a statement that need not look for shares is planned faster.
    """

    def __init__(
        self,
        grants: Sequence[Grant],
        catalogue: Catalogue,
        lent: frozenset[tuple[str, Verb]] | None = None,
    ) -> None:
        self.grants, self.catalogue, self.lent = tuple(grants), catalogue, lent
        self._reaches: dict[tuple[str, Verb], Reach | None] = {}
        self._readable: dict[tuple[str, str], bool] = {}

    @cached_property
    def signature(self) -> str:
        """A hash of every effective grant: equal rights in equal words have equal hashes."""
        keys = {(grant.object, grant.verb) for grant in self.grants}
        lines = [f"lent {object_id} {verb}" for object_id, verb in sorted(self.lent or ())]
        for place, verb in sorted(keys):
            reach = unite(g for g in self.grants if (g.object, g.verb) == (place, verb))
            for term in reach.terms if reach is not None else ():
                fields = f"{sorted(term.read)} {sorted(term.write)}"
                rows = _text(term.rows) if term.scope is Scope.FORMULA else term.scope
                lines.append(f"{place} {verb} {rows} {fields}")
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
        if _is_open(object_id):
            return TrueNode() if verb is Verb.READ else None
        reach = self.reach(object_id, verb)
        if reach is None or reach.all:
            return TrueNode() if reach is not None else None
        rows = [term.rows for term in reach.terms]
        lent = self.lent is None or (object_id, verb) in self.lent
        shared = shared_tree(object_id, verb) if lent else None
        return _either([*rows, shared] if shared is not None else rows)

    def reads_all(self, object_id: str) -> bool:
        """Say whether every row of an object may be read."""
        reach = self.reach(object_id, Verb.READ)
        return _is_open(object_id) or (reach is not None and reach.all)

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
        return any(reach.writes(field_id) for reach in reaches if reach is not None)

    def _may_read(self, object_id: str, field_id: str) -> bool:
        if object_id in OPEN_FIELDS:
            return field_id in OPEN_FIELDS[object_id]
        relation = Relations.get(object_id)
        if relation is not None:
            return relation.shows(field_id)
        reach = self.reach(object_id, Verb.READ)
        if reach is None or field_id in SYSTEM_FIELDS or Relations.get(field_id) is not None:
            return reach is not None
        if field_id.endswith(CHILDREN):
            return self._may_list(field_id.removesuffix(CHILDREN))
        field = self._field(object_id, field_id)
        if field is None:
            return field_id == TITLE and self._may_read_title(object_id)
        if reach.opens(field_id) or not reach.reads(field_id):
            return reach.opens(field_id)
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


def _is_open(object_id: str) -> bool:
    """Whether the rows are no records: people, and what other rooms say of a readable record."""
    return object_id in OPEN_FIELDS or Relations.get(object_id) is not None


def _either(rows: Sequence[Node]) -> Node:
    """Any of these, without an OR inside the OR: each part may get a branch of its own."""
    parts = [part for row in rows for part in (row.items if isinstance(row, Or) else (row,))]
    distinct = tuple(dict.fromkeys(parts))
    return distinct[0] if len(distinct) == 1 else Or(distinct)


def _names(fields: frozenset[str], field_id: str) -> bool:
    return EVERY in fields or field_id in fields
