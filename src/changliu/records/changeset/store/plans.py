"""One compiler, two ways to run: the bodies glued as CTEs, or one by one into temp tables."""

from dataclasses import dataclass, field

from changliu.access.protocol import Access
from changliu.formula import EmitEnv
from changliu.records.changeset.late import is_late
from changliu.records.changeset.model import MOVES, SMALL, Op
from changliu.records.changeset.participant import Clause, Enqueue, Placement, Violation
from changliu.records.changeset.store import numbers, outcomes, rows
from changliu.records.changeset.store.checks import Checks, violation_rows
from changliu.records.changeset.store.matching import Matching, matched
from changliu.records.changeset.store.text import Statement, numbered
from changliu.records.changeset.store.told import Teller
from changliu.records.search.store.upkeep import key_rows
from changliu.schema.model import Catalogue, Object

# Literal LIMITs of the input: what the planner believes about the batch (research P3).
BUCKETS = (1, SMALL)


@dataclass(frozen=True, slots=True)
class Relation:
    """A named body; `writes` marks data-modifying ones, `step` is the step it belongs to.

    `keeps` names the columns a writing body returns for later bodies, with types; `joined` those
    of a wide body that later ones join or filter by: the planner needs to know no others.
    """

    name: str
    text: str
    step: str
    writes: bool = False
    keeps: str = ""
    joined: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """How one (object, operation, size) is written; reused for every changeset of its shape."""

    target: Object
    op: Op
    relations: tuple[Relation, ...]
    answer: str
    violations: tuple[Violation, ...]
    timezone: str
    glued: Statement | None = field(default=None)
    hasty: bool = False

    @property
    def reacts(self) -> bool:
        """Whether the plan may write jobs that are wanted at once."""
        return self.hasty and any(relation.step == "react" for relation in self.relations)


@dataclass(frozen=True, slots=True)
class Compiler:
    """Compiles plans for one catalogue version and one set of rights.

    Changes that are `carried` by another are not asked for rights of their own.
    """

    catalogue: Catalogue
    access: Access
    timezone: str
    carried: bool = False

    def compile(
        self, target: Object, op: Op, clauses: tuple[Clause, ...], limit: int | None
    ) -> Plan:
        """Return the plan; with a `limit` (a bucket) glued, without it for temp tables."""
        watching = tuple(c for c in clauses if op in c.ops)
        relations = self.staged(target, op, watching, limit)
        matching = self.matching(target, op, watching)
        relations += self._matched(matching)
        checks, violations = self._checked(target, op, watching, matching)
        relations += [checks, *self._outcomes(target, op, watching)]
        answer = outcomes.answer_rows(carried=self.carried)
        glued = numbered(glue(relations, answer)) if limit is not None else None
        jobs = (c.outcome for c in watching if isinstance(c.outcome, Enqueue))
        hasty = any(job.at_once for job in jobs)
        return Plan(target, op, tuple(relations), answer, violations, self.timezone, glued, hasty)

    def _env(self, prefix: str) -> EmitEnv:
        return EmitEnv(prefix=prefix, timezone=self.timezone)

    def staged(
        self, target: Object, op: Op, clauses: tuple[Clause, ...], limit: int | None
    ) -> list[Relation]:
        """Return `inp`, `old`, `base`, defaults and derive rounds; the last is called `cand`."""
        sent = [
            Relation("inp", rows.input_rows(target, limit), "parse", joined="i, id"),
            Relation("old", rows.old_rows(self.catalogue, target, op), "lock", joined="id"),
        ]
        bodies = [(rows.merged_rows(self.catalogue, target, op), "merge")]
        derive = tuple(c for c in clauses if c.placement is Placement.DERIVE)
        if op == "create":
            filled = rows.defaulted_rows(self.catalogue, target, self._env("d"))
            bodies += [(filled, "merge")] if filled else []
        for turn in range(rows.derive_rounds(derive) if op not in MOVES else 0):
            env = self._env(f"r{turn}")
            source = f"stage{len(bodies) - 1}"
            text = rows.derived_rows(self.catalogue, target, derive, source, env)
            bodies.append((text, "derive"))
        names = [f"stage{at}" for at in range(len(bodies) - 1)] + ["cand"]
        return sent + [
            Relation(name, text, step, joined="i, id")
            for name, (text, step) in zip(names, bodies, strict=True)
        ]

    def matching(self, target: Object, op: Op, clauses: tuple[Clause, ...]) -> Matching | None:
        """Return the matches of clauses, None where they have none."""
        found = matched(clauses)
        return Matching(self.catalogue, target, op, found) if found else None

    def _matched(self, matching: Matching | None) -> list[Relation]:
        if matching is None:
            return []
        return [
            Relation("sought", matching.sought_rows(), "check"),
            Relation("alike", matching.alike_rows(), "check"),
        ]

    def _checked(
        self,
        target: Object,
        op: Op,
        clauses: tuple[Clause, ...],
        matching: Matching | None,
    ) -> tuple[Relation, tuple[Violation, ...]]:
        env = self._env("c")
        teller = Teller(self.catalogue, self.access, target, self.timezone)
        checks = Checks(
            self.catalogue, self.access, target, op, env, teller, self.carried, matching
        )
        placed = tuple(c for c in clauses if c.placement is Placement.CHECK)
        conditions = checks.conditions(placed)
        told = teller.env()
        texts = {k: c.tells or teller.text(c.says, told) for k, c in enumerate(conditions)}
        text = violation_rows(conditions, env.joins.sql() + told.joins.sql(), texts)
        return Relation("viol", text, "check"), tuple(c.says for c in conditions)

    def _outcomes(self, target: Object, op: Op, clauses: tuple[Clause, ...]) -> list[Relation]:
        keeps = "id uuid, version integer"
        written = outcomes.write_rows(self.catalogue, target, op)
        found = [*self._good(target, op), Relation("written", written, "write", True, keeps)]
        secret = outcomes.secret_rows(target) if op != "delete" else None
        if secret:
            found.append(Relation("secret", secret, "record"))
        record = outcomes.record_rows(self.catalogue, target, op, clauses, carried=self.carried)
        found.append(Relation("recorded", record, "record", True))
        if secret:
            found.append(Relation("kept", outcomes.keep_secrets(self.catalogue), "record", True))
        keyed = key_rows(self.catalogue, target, op)
        if keyed:
            found.append(Relation("keyed", keyed, "record", True))
        reacting = (c for c in clauses if c.placement is Placement.REACT)
        react = tuple(c for c in reacting if not is_late(c, self.catalogue, target))
        jobs = outcomes.react_rows(self.catalogue, target, react, self._env("j"))
        if jobs:
            found.append(Relation("reacted", jobs, "react", True))
        return found

    def _good(self, target: Object, op: Op) -> list[Relation]:
        """What may be written; numbers without gaps are given to nothing else."""
        if op != "create" or not numbers.counted_fields(target):
            return [Relation("good", outcomes.good_rows(target, op), "check", joined="id, changed")]
        counted = numbers.count_rows(self.catalogue, target, self.timezone)
        return [
            Relation("allowed", outcomes.allowed_rows(), "check", joined="i, id"),
            Relation("counted", counted, "write", True, numbers.COUNTED),
            Relation("good", numbers.numbered_rows(target, self.timezone), "write", joined="id"),
        ]


def glue(relations: list[Relation], answer: str) -> str:
    """Return one statement; reads are materialised, so every body sees each row once."""
    parts = [f"{r.name} AS {'' if r.writes else 'MATERIALIZED '}({r.text})" for r in relations]
    return f"WITH {', '.join(parts)} {answer}"
