"""Bodies of step 10, and of step 12 for rows a roll-up moved: asked over rows as they are by now.

`cand` are the rows that were written (`op` says how) and those above whose roll-ups differ from
what they were; `old` are the rows before the changeset.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from changliu.access.model import Verb
from changliu.access.protocol import Access
from changliu.formula import EmitEnv, emit_condition
from changliu.formula.model import Node, TrueNode
from changliu.records.changeset.participant import Clause, Enqueue, Violation
from changliu.records.changeset.store.above import from_json
from changliu.records.changeset.store.checks import ASKED
from changliu.records.changeset.store.outcomes import react_rows
from changliu.records.changeset.store.text import (
    Statement,
    columns,
    kept,
    listed,
    literal,
    numbered,
    table_of,
    typed,
)
from changliu.records.changeset.store.told import Teller
from changliu.schema.model import Catalogue, Object

# A row that was not written but moved counts as updated.
MOVED = "update"


@dataclass(frozen=True, slots=True)
class LatePlan:
    """What to ask of one object's rows last; parameters `ids`, `ops`, `before` and the usual ones.

    `checks` returns (place in `ids` from 1, number of the violation, what its message tells).
    """

    names: frozenset[str]
    violations: tuple[Violation, ...] = ()
    checks: Statement | None = None
    reacts: Statement | None = None


@dataclass(frozen=True, slots=True)
class LateCompiler:
    """Compiles late clauses for one object and one set of rights."""

    catalogue: Catalogue
    access: Access
    target: Object
    timezone: str

    def compile(self, clauses: Iterable[Clause]) -> LatePlan:
        """Return the plan of an object's late clauses."""
        late = tuple(clauses)
        rechecks = [c for c in late if isinstance(c.outcome, Violation)]
        reacts = [c for c in late if isinstance(c.outcome, Enqueue)]
        teller = Teller(self.catalogue, self.access, self.target, self.timezone)
        violations = tuple(
            teller.resolved(c.outcome) for c in rechecks if isinstance(c.outcome, Violation)
        )
        return LatePlan(
            frozenset(typed(self.target)),
            violations,
            numbered(self._checks(rechecks, violations, teller)) if rechecks else None,
            numbered(self._reacts(reacts)) if reacts else None,
        )

    def _rows(self) -> str:
        """`old`, `inp` and `cand`."""
        mine = kept(self.target)
        moved = f"({listed('t', mine)}) IS DISTINCT FROM ({listed('o', mine)})" if mine else "FALSE"
        return (
            f"WITH old AS MATERIALIZED ({from_json(self.target, typed(self.target))}),"
            " inp AS MATERIALIZED (SELECT x.i, x.id, x.op"
            " FROM unnest(%(ids)s::uuid[], %(ops)s::text[]) WITH ORDINALITY AS x(id, op, i)),"
            " cand AS MATERIALIZED (SELECT i.i,"
            f" coalesce(nullif(i.op, ''), {literal(MOVED)}) AS op,"
            f" {listed('t', columns(self.target))}"
            f" FROM inp i JOIN {table_of(self.catalogue, self.target)} t ON t.id = i.id"
            " LEFT JOIN old o ON o.id = i.id"
            f" WHERE i.op <> '' OR (t.deleted_at IS NULL AND {moved}))"
        )

    def _checks(
        self, clauses: list[Clause], violations: tuple[Violation, ...], teller: Teller
    ) -> str:
        env, told = EmitEnv(prefix="c", timezone=self.timezone), teller.env()
        texts = {k: teller.text(v, told) for k, v in enumerate(violations)}
        arms = " ".join(f"WHEN {k} THEN {text}" for k, text in texts.items() if text)
        tells = f"CASE c.k {arms} END" if arms else "NULL::text[]"
        values = ", ".join(
            f"({k}, {ASKED} AND {watched(c)} AND ({self._condition(c.condition, env)}) IS TRUE)"
            for k, c in enumerate(clauses)
        )
        readable = self._readable(env)
        return (
            f"{self._rows()} SELECT n.i, c.k, CASE WHEN {readable} THEN {tells} END"
            f" FROM cand n LEFT JOIN old o ON o.id = n.id{env.joins.sql()}{told.joins.sql()}"
            f" CROSS JOIN LATERAL (VALUES {values}) AS c(k, hit) WHERE c.hit ORDER BY 1, 2"
        )

    def _reacts(self, clauses: list[Clause]) -> str:
        env = EmitEnv(prefix="j", timezone=self.timezone)
        jobs = react_rows(self.catalogue, self.target, clauses, env, watched)
        return (
            f"{self._rows()}, good AS (SELECT n.* FROM cand n),"
            f" written AS (SELECT n.id FROM cand n) {jobs}"
        )

    def _condition(self, tree: Node, env: EmitEnv) -> str:
        return emit_condition(
            tree, self.catalogue.world, object_id=self.target.id, env=env, alias="n", inline=True,
            old_alias="o",
        ).text  # fmt: skip

    def _readable(self, env: EmitEnv) -> str:
        """Whether the caller reads the row: of another's row a message tells no values."""
        tree = self.access.predicate(self.target.id, Verb.READ)
        if tree is None:
            return "FALSE"
        return "TRUE" if isinstance(tree, TrueNode) else self._condition(tree, env)


def watched(clause: Clause) -> str:
    """The condition that a clause watches what was done to the row n."""
    return f"n.op IN ({', '.join(literal(op) for op in clause.ops)})"


def hidden(violation: Violation) -> Violation:
    """Return a violation whose values are all untold."""
    return replace(violation, values=tuple(replace(v, shown=None) for v in violation.values))
