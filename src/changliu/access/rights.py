"""What a set of roles may do: grants united, simplified, asked per object and field.

Scopes are a chain, so the widest grant says how far a verb goes; formula scopes stand beside it,
and shares add single rows. Fields go by row: a field shows on the rows of the grants that name it,
and on a shared row as far as any grant of the verb names it.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from changliu.access.lines import REACHING, Lists, fields_of, lines_tree, lists_of, names
from changliu.access.model import EVERY, SCOPES, Grant, Scope, Verb
from changliu.access.scopes import scope_tree, shared_tree
from changliu.access.sources import Sources
from changliu.fields.model import Field
from changliu.fields.types.lines import LINES
from changliu.formula.model import And, Node, Or, TrueNode, to_json
from changliu.schema.lines import BUILT_IN, lines_field
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
Place = tuple[str, str]  # object id, field id


@dataclass(frozen=True, slots=True)
class Term:
    """Some of the rows a verb reaches, and the fields it may read and write there."""

    scope: Scope
    rows: Node
    read: frozenset[str]
    write: frozenset[str]


@dataclass(frozen=True, slots=True)
class Reach:
    """What a verb gives on an object: a term for each scope, widest first, then each formula."""

    terms: tuple[Term, ...]

    @property
    def all(self) -> bool:
        """Whether that is every row."""
        return any(term.scope is Scope.ALL for term in self.terms)

    def rows(self, gives: Callable[[Term], bool]) -> tuple[Node, ...]:
        """Return the rows of the terms that give something; any of them suffices, none: no row."""
        terms = [term for term in self.terms if gives(term)]
        chain = [term for term in terms if term.scope in SCOPES][:1]
        if chain and chain[0].scope is Scope.ALL:
            return (chain[0].rows,)
        return tuple(t.rows for t in [*chain, *(t for t in terms if t.scope is Scope.FORMULA)])


def unite(grants: Iterable[Grant]) -> Reach | None:
    """Return what these grants give together, None without any."""
    every = list(grants)
    terms: list[Term] = []
    for scope in reversed(SCOPES):
        at = [grant for grant in every if grant.scope is scope]
        terms += [_term(scope, scope_tree(scope), at)] if at else []
    trees = {_text(g.condition): g.condition for g in every if g.condition is not None}
    for text, tree in sorted(trees.items()):
        at = [g for g in every if g.condition is not None and _text(g.condition) == text]
        terms.append(_term(Scope.FORMULA, tree, at))
    kept = [term for place, term in enumerate(terms) if not _idle(term, terms[:place])]
    return Reach(tuple(kept)) if kept else None


def _idle(term: Term, wider: Sequence[Term]) -> bool:
    """Whether a term gives nothing that those of wider scopes do not give on the same rows."""
    if term.scope is Scope.FORMULA:
        wider = [other for other in wider if other.scope is Scope.ALL]
    read = frozenset[str]().union(*(other.read for other in wider))
    write = frozenset[str]().union(*(other.write for other in wider))
    return bool(wider) and term.read <= read and term.write <= write


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
        self._readable: dict[Place, Node | None] = {}
        self._predicates: dict[tuple[str, Verb], Node | None] = {}
        self._writable: dict[tuple[Place, Verb], Node | None] = {}
        self._parents: dict[str, Place | None] = {}

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
        key = (object_id, verb)
        if key not in self._predicates:
            self._predicates[key] = self._predicate(object_id, verb)
        return self._predicates[key]

    def _predicate(self, object_id: str, verb: Verb) -> Node | None:
        if _is_open(object_id):
            return TrueNode() if verb is Verb.READ else None
        above = self._above(object_id)
        if above is not None:
            return self._line_rows(above, object_id, verb) if verb in REACHING else None
        return self._rows(object_id, verb, lambda _: True)

    def _rows(self, object_id: str, verb: Verb, gives: Callable[[Term], bool]) -> Node | None:
        """The rows on which a verb gives something: by scope, and where a share lends them."""
        return self._reached(self.reach(object_id, verb), object_id, verb, gives)

    def _reached(
        self,
        reach: Reach | None,
        object_id: str,
        verb: Verb,
        gives: Callable[[Term], bool] = lambda _: True,
    ) -> Node | None:
        rows = reach.rows(gives) if reach is not None else ()
        if not rows or isinstance(rows[0], TrueNode):
            return rows[0] if rows else None
        lent = self.lent is None or (object_id, verb) in self.lent
        shared = shared_tree(object_id, verb) if lent else None
        return _either([*rows, shared] if shared is not None else rows)

    def _settled(self, object_id: str, verb: Verb, rows: Node | None) -> Node | None:
        """TRUE where that is every row the verb reaches."""
        whole = rows is not None and rows == self.predicate(object_id, verb)
        return TrueNode() if whole else rows

    def reads_all(self, object_id: str) -> bool:
        """Say whether every row of an object may be read."""
        above = self._above(object_id)
        if above is not None:
            return isinstance(self.predicate(object_id, Verb.READ), TrueNode)
        reach = self.reach(object_id, Verb.READ)
        return _is_open(object_id) or (reach is not None and reach.all)

    def readable(self, object_id: str, field_id: str) -> bool:
        """Say whether a field may be read on every row the reader reaches."""
        if field_id.endswith(CHILDREN) and not _is_open(object_id):
            return self._may_list(field_id.removesuffix(CHILDREN), self.readable)
        return isinstance(self.readable_rows(object_id, field_id), TrueNode)

    def shown(self, object_id: str, field_id: str) -> bool:
        """Say whether a field may be read on some rows."""
        return self.readable_rows(object_id, field_id) is not None

    def readable_rows(self, object_id: str, field_id: str) -> Node | None:
        """Return on which of the rows that the reader reaches a field may be read.

        TRUE: on all of them; None: on none. A list of children is as long as the reader reads
        the reference behind it on the child.
        """
        key = (object_id, field_id)
        if key not in self._readable:
            # A circle cannot be: formulas refuse it. Should one appear, its fields stay hidden.
            self._readable[key] = None
            self._readable[key] = self._may_read(object_id, field_id)
        return self._readable[key]

    def opens(self, object_id: str, field_id: str) -> bool:
        """Say whether the reader may also read everything a computed field is made of."""
        field = self._field(object_id, field_id)
        tree = field.tree if field is not None else None
        return tree is None or Sources(self, self.catalogue.world).all_readable(tree, object_id)

    def masked(self, object_id: str, field_id: str) -> bool:
        """Say whether only the ends of a value are shown: sensitive, not the actor's to write."""
        named = self._title_field(object_id) if field_id == TITLE else None
        field = self._field(object_id, named or field_id)
        return field is not None and field.sensitive and not self.writable(object_id, field.id)

    def exportable_rows(self, object_id: str, field_id: str) -> Node | None:
        """Return on which rows of all a field may be exported, whether or not it may be read.

        TRUE: on all; None: on none. Columns of the system go where the object's export goes.
        """
        if _is_open(object_id):
            return TrueNode()
        named = self._title_field(object_id) if field_id == TITLE else None
        field = self._field(object_id, named or field_id)
        above = self._above(object_id)
        if field is None or (above is not None and field.key in BUILT_IN):
            return self.predicate(object_id, Verb.EXPORT)
        if above is not None:
            listed = lists_of(self.grants, (object_id, field.id), Verb.EXPORT)
            return self._line_rows(above, object_id, Verb.EXPORT, listed)
        return self._rows(object_id, Verb.EXPORT, lambda term: names(term.read, field.id))

    def clear(self, object_id: str, field_id: str) -> bool:
        """Say whether a field may be read unmasked."""
        return self.readable(object_id, field_id) and not self.masked(object_id, field_id)

    def writable(self, object_id: str, field_id: str, verb: Verb | None = None) -> bool:
        """Say whether a field may be written on some rows by `verb` (create or update; None: by
        either).

        Owner and team are given at creation and changed by `transfer`.
        """
        verbs = _FILLED if verb is None else (verb,)
        return any(self.writable_rows(object_id, field_id, each) is not None for each in verbs)

    def writable_rows(self, object_id: str, field_id: str, verb: Verb) -> Node | None:
        """Return on which of the rows that `verb` (create or update) reaches a field may be
        written: TRUE: on all of them; None: on none."""
        key = ((object_id, field_id), verb)
        if key not in self._writable:
            self._writable[key] = self._may_write(object_id, field_id, verb)
        return self._writable[key]

    def _may_write(self, object_id: str, field_id: str, verb: Verb) -> Node | None:
        if field_id in ("owner", "team"):
            moves = Verb.TRANSFER if verb is Verb.UPDATE else verb
            if self._above(object_id) is not None:
                return None
            return TrueNode() if self.reach(object_id, moves) is not None else None
        field = self._field(object_id, field_id)
        if field is None or (field.column is None and field.type != LINES):
            return None
        above = self._above(object_id)
        if above is not None:
            return self._may_write_line(above, object_id, field, verb)
        rows = self._rows(object_id, verb, lambda term: names(term.write, field_id))
        return self._settled(object_id, verb, rows)

    def _may_read(self, object_id: str, field_id: str) -> Node | None:
        relation = Relations.get(object_id)
        if object_id in OPEN_FIELDS or relation is not None:
            known = OPEN_FIELDS.get(object_id, ())
            is_open = relation.shows(field_id) if relation is not None else field_id in known
            return TrueNode() if is_open else None
        if self.predicate(object_id, Verb.READ) is None:
            return None
        if field_id in SYSTEM_FIELDS or Relations.get(field_id) is not None:
            return TrueNode()
        if field_id.endswith(CHILDREN):
            listed = self._may_list(field_id.removesuffix(CHILDREN), self.shown)
            return TrueNode() if listed else None
        field = self._field(object_id, field_id)
        if field is not None:
            return self._may_read_field(object_id, field)
        named = self._title_field(object_id) if field_id == TITLE else None
        return self.readable_rows(object_id, named) if named is not None else None

    def _may_read_field(self, object_id: str, field: Field) -> Node | None:
        """Where grants give a field; a computed one by its own name, or where its sources show."""
        above = self._above(object_id)
        if above is not None:
            return self._may_read_line(above, object_id, field)
        rows = self._rows(object_id, Verb.READ, lambda term: names(term.read, field.id))
        if field.tree is None or rows is None:
            return self._settled(object_id, Verb.READ, rows)
        opened = self._rows(object_id, Verb.READ, lambda term: field.id in term.read)
        sources = Sources(self, self.catalogue.world).rows(field.tree, object_id)
        if opened == rows or sources is None:
            return self._settled(object_id, Verb.READ, opened)
        if not isinstance(sources, TrueNode):
            rows = _both(rows, sources)
            rows = _either([opened, rows]) if opened is not None else rows
        return self._settled(object_id, Verb.READ, rows)

    def _may_read_line(self, above: Place, object_id: str, field: Field) -> Node | None:
        """Where the record's field of lines shows, and the role does not leave this field out."""
        if field.key in BUILT_IN:
            return TrueNode()
        listed = lists_of(self.grants, (object_id, field.id), Verb.READ)
        rows = self._line_rows(above, object_id, Verb.READ, listed)
        if field.tree is not None and rows is not None:
            sources = Sources(self, self.catalogue.world).rows(field.tree, object_id)
            if not isinstance(sources, TrueNode):
                rows = _both(rows, sources) if sources is not None else None
        return self._settled(object_id, Verb.READ, rows)

    def _may_write_line(
        self, above: Place, object_id: str, field: Field, verb: Verb
    ) -> Node | None:
        listed = lists_of(self.grants, (object_id, field.id), verb)
        rows = self._line_rows(above, object_id, verb, listed)
        return TrueNode() if rows == self._line_rows(above, object_id, verb) else rows

    def _line_rows(
        self, above: Place, object_id: str, verb: Verb, listed: Lists | None = None
    ) -> Node | None:
        """The lines of the records on which a verb opens the field that holds them."""
        grants = [
            grant
            for grant in self.matching(above[0], verb)
            if names(fields_of(grant, verb), above[1]) and (listed is None or listed(grant))
        ]
        return lines_tree(above[0], object_id, self._reached(unite(grants), above[0], verb))

    def _above(self, object_id: str) -> Place | None:
        """Object and field that hold an object's rows as lines, None for any other object."""
        if object_id not in self._parents:
            self._parents[object_id] = self._find_above(object_id)
        return self._parents[object_id]

    def _find_above(self, object_id: str) -> Place | None:
        line = self.catalogue.by_id.get(object_id)
        if line is None or line.lines_of is None:
            return None
        parent = self.catalogue.by_key.get(line.lines_of)
        holder = lines_field(parent, line) if parent is not None else None
        return (parent.id if parent else "", holder.id if holder else "")

    def _title_field(self, object_id: str) -> str | None:
        """The field an object is titled by, unless it has a field called `title` of its own."""
        found = self.catalogue.by_id.get(object_id)
        return found.title_field if found is not None else None

    def _may_list(self, reference_id: str, sees: Callable[[str, str], bool]) -> bool:
        """A child list is seen by those who see the reference it comes from."""
        owners = (o.id for o in self.catalogue.objects if reference_id in o.by_id)
        return any(sees(owner, reference_id) for owner in owners)

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


def _both(*rows: Node) -> Node:
    """All of these, each said once."""
    parts = [part for row in rows for part in (row.items if isinstance(row, And) else (row,))]
    distinct = tuple(part for part in dict.fromkeys(parts) if not isinstance(part, TrueNode))
    return distinct[0] if len(distinct) == 1 else And(distinct)
