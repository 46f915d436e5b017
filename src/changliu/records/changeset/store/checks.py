"""Body of step 7: every violation of every staged row, all conditions in one statement.

A condition is `(number, blocking, SQL over i (input), n (new) and o (old))`. The platform's own
come first: missing, taken id, version, rights, required, references, unique.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from psycopg import sql

from changliu.access.model import Verb
from changliu.access.protocol import Access
from changliu.fields.attached import is_file_field
from changliu.fields.model import Field
from changliu.fields.registry import FIELD_TYPES
from changliu.formula import EmitEnv, emit_condition
from changliu.formula.model import FalseNode, Node, TrueNode
from changliu.formula.world import FieldFact
from changliu.records.changeset import messages as say
from changliu.records.changeset.model import Op
from changliu.records.changeset.participant import Clause, Violation
from changliu.records.changeset.store.attached import file_conditions
from changliu.records.changeset.store.matching import Matching
from changliu.records.changeset.store.text import (
    CARRIER,
    MERGED,
    MOVED,
    column_of,
    created_param,
    deleted_param,
    literal,
    quote,
    table_of,
    written,
)
from changliu.records.changeset.store.told import Teller
from changliu.schema.ddl import unique_key
from changliu.schema.lines import PARENT, lines_fields, parent_id
from changliu.schema.model import Catalogue, Object


@dataclass(frozen=True, slots=True)
class Condition:
    """A violation's SQL and what to say when it holds."""

    sql: str
    says: Violation
    tells: str | None = None


@dataclass(slots=True)
class Checks:
    """Everything that may be wrong with a row of one object and operation."""

    catalogue: Catalogue
    access: Access
    target: Object
    op: Op
    env: EmitEnv
    teller: Teller
    carried: bool = False
    matching: Matching | None = None

    def conditions(self, clauses: tuple[Clause, ...]) -> list[Condition]:
        """Return all conditions in the order in which their messages are shown."""
        found = list(self._existence())
        if self.op == "delete":
            found += self._still_referenced()
        elif self.op == "restore":
            found += self._unique()
        else:
            found += self._fields()
        found += [self._clause(c) for c in clauses if isinstance(c.outcome, Violation)]
        return found

    def _existence(self) -> Iterator[Condition]:
        if self.op == "create":
            rows = table_of(self.catalogue, self.target)
            yield Condition(f"EXISTS (SELECT 1 FROM {rows} t WHERE t.id = i.id)", say.TAKEN)
            if not self.carried:
                yield Condition(self._denied(Verb.CREATE, "n"), say.DENIED)
                yield from self._closed_lists(Verb.CREATE)
                yield from self._closed_fields(Verb.CREATE)
            else:
                yield from self._closed_in_lines()
            return
        if self.carried:
            yield from self._still_there()
            return
        verb = Verb.UPDATE if self.op == "update" else Verb.DELETE
        yield Condition(f"o.id IS NULL OR {self._denied(Verb.READ, 'o')}", say.MISSING)
        yield Condition(self._stale(), say.STALE)
        if self.op == "update":
            yield from self._updated()
            yield from self._closed_fields(Verb.UPDATE)
            yield from self._closed_lists(Verb.UPDATE)
        else:
            yield Condition(self._denied(verb, "o"), say.DENIED)

    def _still_there(self) -> Iterator[Condition]:
        if self.target.lines_of is None or self.op != "update":
            yield Condition("o.id IS NULL", say.MISSING)
            return
        above = quote(parent_id(self.target.id))
        strange = f"o.{above} IS DISTINCT FROM n.{above} AND NOT i.p ? '{MOVED}'"
        yield Condition(f"o.id IS NULL OR ({strange})", say.LINE_GONE)
        yield from self._closed_in_lines()

    def _updated(self) -> Iterator[Condition]:
        """Handing a record over takes transfer, anything else update; both on old and new row."""
        moved = "(n.owner, n.team) IS DISTINCT FROM (o.owner, o.team)"
        edited = f"(NOT ({moved}) OR (i.p - ARRAY['owner', 'team']) <> '{{}}'::jsonb)"
        yield Condition(f"{edited} AND {self._denied(Verb.UPDATE, 'o')}", say.DENIED)
        yield Condition(f"{moved} AND {self._denied(Verb.TRANSFER, 'o')}", say.NO_TRANSFER)
        yield Condition(f"{edited} AND {self._denied(Verb.UPDATE, 'n')}", say.OUT_OF_SCOPE)
        yield Condition(f"{moved} AND {self._denied(Verb.TRANSFER, 'n')}", say.OUT_OF_SCOPE)

    def _closed_fields(self, verb: Verb) -> Iterator[Condition]:
        """A field was sent for a row on which the caller may not write it; old and new row count.

        Sending the value that is there already is no change, if the caller may read it: else the
        silence would tell that it was guessed.
        """
        for field in self.target.stored:
            rows = self.access.writable_rows(self.target.id, field.id, verb)
            if rows is None or isinstance(rows, TrueNode):
                continue  # refused on admission, or part of the row's own rights
            column, sent = column_of(field), f"i.p ? {literal(field.column or '')}"
            new = f"({self._on(rows, 'n')}) IS NOT TRUE"
            if verb is Verb.CREATE:
                given = (
                    f"(i.p -> {literal(field.column or '')}) IS DISTINCT FROM {_constant(field)}"
                )
                yield Condition(f"{sent} AND {given} AND {new}", say.closed_field(field))
                continue
            seen = self.access.readable_rows(self.target.id, field.id) or FalseNode()
            changed = f"n.{column} IS DISTINCT FROM o.{column}"
            unseen = f"({self._on(seen, 'o')}) IS NOT TRUE"
            closed = f"(({self._on(rows, 'o')}) IS NOT TRUE OR {new})"
            yield Condition(
                f"{sent} AND ({changed} OR {unseen}) AND {closed}", say.closed_field(field)
            )

    def _closed_lists(self, verb: Verb) -> Iterator[Condition]:
        """The lines of a row on which the caller may not write them."""
        for field in lines_fields(self.target):
            rows = self.access.writable_rows(self.target.id, field.id, verb)
            if rows is None or isinstance(rows, TrueNode):
                continue
            closed = f"({self._on(rows, 'n')}) IS NOT TRUE"
            if verb is Verb.UPDATE:
                closed = f"({closed} OR ({self._on(rows, 'o')}) IS NOT TRUE)"
            yield Condition(f"i.p ? {literal(field.id)} AND {closed}", say.closed_field(field))

    def _closed_in_lines(self) -> Iterator[Condition]:
        """A field of a line that its record opens on other rows only. What a new record's lines
        may hold, says create; those of one that was there, update."""
        parent = self.catalogue.by_key.get(self.target.lines_of or "")
        if parent is None:
            return
        above = quote(parent_id(self.target.id))
        fresh = f"n.{above} = ANY(%({created_param(parent)})s::uuid[])"
        sent_with = f"i.p ->> {literal(CARRIER)} = n.{above}::text"
        for field in self.target.stored:
            made, kept = (
                self.access.writable_rows(self.target.id, field.id, verb) or FalseNode()
                for verb in (Verb.CREATE, Verb.UPDATE)
            )
            if field.read_only or (isinstance(made, TrueNode) and isinstance(kept, TrueNode)):
                continue
            column, name = column_of(field), literal(field.column or "")
            same = f"(i.p -> {name}) IS NOT DISTINCT FROM {_constant(field)}"
            same = f"CASE WHEN o.id IS NULL THEN {same} ELSE n.{column} IS NOT DISTINCT FROM"
            same += f" o.{column} END"
            opens = f"CASE WHEN {fresh} THEN {self._on(made, 'n')} ELSE {self._on(kept, 'n')} END"
            closed = f"{sent_with} AND i.p ? {name} AND NOT ({same}) AND ({opens}) IS NOT TRUE"
            yield Condition(closed, say.closed_field(field))

    def _stale(self) -> str:
        """The row has moved on: for an update, in a field that is sent; other changes stand.

        What a merge chose was chosen looking at all of the record: any change counts.
        """
        if self.op != "update":
            return "i.v IS NOT NULL AND i.v <> o.version"
        history = quote(self.catalogue.schema, "history")
        later = "h.record = i.id AND h.version > i.v"
        # Sent are columns, history names fields: a field that changed its type has moved.
        moved = {f.column: f.id for f in self.target.stored if f.column != f.id}
        name = f"coalesce({literal(written(moved))}::jsonb ->> p.k, p.k)" if moved else "p.k"
        same = f"h.diff ?| ARRAY(SELECT {name} FROM jsonb_object_keys(i.p) AS p(k))"
        same = f"(i.p ? {literal(MERGED)} OR {same})"
        crossed = f"EXISTS (SELECT 1 FROM {history} h WHERE {later} AND {same})"
        return f"i.v IS NOT NULL AND i.v <> o.version AND (i.v > o.version OR {crossed})"

    def _denied(self, verb: Verb, alias: str) -> str:
        tree = self.access.predicate(self.target.id, verb)
        if tree is None:
            return "TRUE"
        if isinstance(tree, TrueNode):
            return "FALSE"
        return f"({self._on(tree, alias)}) IS NOT TRUE"

    def _on(self, tree: Node, alias: str) -> str:
        return emit_condition(
            tree, self.catalogue.world, object_id=self.target.id, env=self.env, alias=alias,
            inline=True, old_alias="o",
        ).text  # fmt: skip

    def _fields(self) -> Iterator[Condition]:
        yield from self._people()
        for field in self.target.stored:
            if field.required and field.type != "autonumber":
                yield Condition(_blank(field), say.required(field))
            if field.type in REFERENCES and not self._carries(field):
                yield Condition(self._dangling(field), say.no_reference(field))
            if is_file_field(field):
                found = file_conditions(self.catalogue, field)
                yield from (Condition(text, says) for text, says in found)
        yield from self._unique()

    def _carries(self, field: Field) -> bool:
        """Whether it is the record these lines are a part of: held, and the caller's to change."""
        return self.target.lines_of is not None and field.key == PARENT

    def _unique(self) -> Iterator[Condition]:
        for field in self.target.stored:
            if field.unique:
                yield Condition(self._repeated(field), say.not_unique(field))

    def _people(self) -> Iterator[Condition]:
        member, team = (quote(self.catalogue.schema, name) for name in ("member", "team"))
        no_member = f"SELECT 1 FROM {member} m WHERE m.id = n.owner AND m.disabled_at IS NULL"
        changed = "n.owner IS NOT NULL AND n.owner IS DISTINCT FROM o.owner"
        yield Condition(f"{changed} AND NOT EXISTS ({no_member})", say.NO_OWNER)
        no_team = f"SELECT 1 FROM {team} g WHERE g.id = n.team"
        changed = "n.team IS NOT NULL AND n.team IS DISTINCT FROM o.team"
        yield Condition(f"{changed} AND NOT EXISTS ({no_team})", say.NO_TEAM)

    def _dangling(self, field: Field) -> str:
        """The reference was set anew to a record that is not there or not readable."""
        column = column_of(field)
        changed = f"n.{column} IS NOT NULL AND n.{column} IS DISTINCT FROM o.{column}"
        if self._fact(field).holds_ids:
            # What was there before may be out of the caller's sight and stays.
            fresh = f"w.id <> ALL(coalesce(o.{column}, '{{}}'))"
            some = f"SELECT 1 FROM unnest(n.{column}) AS w(id) WHERE {fresh}"
            return f"{changed} AND EXISTS ({some} AND {self._absent(field, 'w.id')})"
        return f"{changed} AND {self._absent(field, f'n.{column}')}"

    def _absent(self, field: Field, value: str) -> str:
        if field.type != "reference":
            people = quote(self.catalogue.schema, field.type)
            return f"NOT EXISTS (SELECT 1 FROM {people} t WHERE t.id = {value})"
        target = self.catalogue.by_id[self._fact(field).target or ""]
        created = f"{value} = ANY(%({created_param(target)})s::uuid[])"
        tree = self.access.predicate(target.id, Verb.READ)
        if tree is None:
            return f"NOT ({created})"
        alias = self.env.fresh("t")
        # Joins of the caller's predicate belong beside this row, not beside the staged one.
        env = EmitEnv(prefix=f"{alias}x", timezone=self.env.timezone)
        readable = "TRUE"
        if not isinstance(tree, TrueNode):
            readable = emit_condition(
                tree, self.catalogue.world, object_id=target.id, env=env, alias=alias, inline=True
            ).text
        rows = f"{table_of(self.catalogue, target)} {alias}{env.joins.sql()}"
        there = f"{alias}.id = {value} AND {alias}.deleted_at IS NULL AND {readable}"
        return f"NOT ({created}) AND NOT EXISTS (SELECT 1 FROM {rows} WHERE {there})"

    def _repeated(self, field: Field) -> str:
        """Another live row, or another row of this changeset, has the same normalised key.

        Asked for all rows at once, then hashed: comparing each row with each would be quadratic,
        and so would be one look a row where the planner takes a table just filled for empty.
        """
        key = FIELD_TYPES[field.type].unique_key(field.column or "")
        mine, theirs, asked = (_key(key or "exact", a, field) for a in ("n", "t", "x"))
        rows = table_of(self.catalogue, self.target)
        other = "t.id <> x.id AND t.deleted_at IS NULL"
        held = f"SELECT 1 FROM {rows} t WHERE {theirs} = {asked} AND {other}"
        taken = f"SELECT x.i FROM cand x WHERE EXISTS ({held})"
        twice = f"SELECT {theirs} FROM cand t GROUP BY 1 HAVING count(*) > 1"
        return f"n.{column_of(field)} IS NOT NULL AND (n.i IN ({taken}) OR {mine} IN ({twice}))"

    def _still_referenced(self) -> Iterator[Condition]:
        """A live row points to it. Asked for all rows at once, as with keys that are taken."""
        for other in self.catalogue.objects:
            for field in other.stored:
                fact = self.catalogue.world.object(other.id).fields[field.id]
                if field.type != "reference" or fact.target != self.target.id:
                    continue
                column = column_of(field)
                # Written so that a GIN index on a list of ids serves it.
                points = f"t.{column} @> ARRAY[x.id]" if fact.holds_ids else f"t.{column} = x.id"
                gone = f"%({deleted_param(other)})s::uuid[]"
                alive = f"t.deleted_at IS NULL AND t.id <> ALL({gone})"
                rows = table_of(self.catalogue, other)
                held = f"EXISTS (SELECT 1 FROM {rows} t WHERE {points} AND {alive})"
                held = f"n.id IN (SELECT x.id FROM cand x WHERE {held})"
                yield Condition(held, say.still_referenced(other, field))

    def _fact(self, field: Field) -> FieldFact:
        return self.catalogue.world.object(self.target.id).fields[field.id]

    def _clause(self, clause: Clause) -> Condition:
        assert isinstance(clause.outcome, Violation)
        condition = f"{ASKED} AND ({self._on(clause.condition, 'n')})"
        says = self.teller.resolved(clause.outcome)
        match, found = clause.match, self.matching
        if match is None or found is None:
            return Condition(condition, says)
        told = found.told(match, says)
        return Condition(f"{condition} AND ({found.holds(match)})", told, found.tells(match))


REFERENCES = ("reference", "member", "team")
# A person has a right to be erased; how records should look is no reason to refuse it.
ASKED = "%(via)s::text <> 'erase'"


def _key(normalisation: str, alias: str, field: Field) -> str:
    """The expression of the field's unique index, over an alias: the same text, so it serves."""
    column = sql.Identifier(alias, field.column or "")
    return unique_key(normalisation, column).as_string(None)


def _constant(field: Field) -> str:
    """The constant default that was put in where nothing was sent, as jsonb; NULL without one."""
    if field.default is None or field.default.value is None:
        return "NULL"
    cells = FIELD_TYPES[field.type].parse([field.default.value], field)
    constant = literal(written(cells.values[0])).replace("%", "%%")
    return f"{constant}::jsonb"


def _blank(field: Field) -> str:
    """A required field is blank: in a new row, or where it was sent or had a value before."""
    column = column_of(field)
    touched = f"o.id IS NULL OR i.p ? {literal(field.column or '')} OR o.{column} IS NOT NULL"
    return f"n.{column} IS NULL AND ({touched})"


def violation_rows(conditions: list[Condition], joins: str, texts: Mapping[int, str | None]) -> str:
    """`viol`: change number, group, condition number, blocking, what its message tells.

    The values are worked out only for rows that broke the condition.
    """
    arms = " ".join(f"WHEN {k} THEN {text}" for k, text in texts.items() if text)
    told = f"CASE c.k {arms} END" if arms else "NULL::text[]"
    values = ", ".join(
        f"({k}, {'TRUE' if c.says.blocking else 'FALSE'}, ({c.sql}) IS TRUE)"
        for k, c in enumerate(conditions)
    )
    return (
        f"SELECT i.i, i.grp, c.k, c.blocking, {told} AS told"
        " FROM inp i LEFT JOIN old o ON o.id = i.id"
        f" LEFT JOIN cand n ON n.i = i.i{joins}"
        f" CROSS JOIN LATERAL (VALUES {values}) AS c(k, blocking, hit) WHERE c.hit"
    )
