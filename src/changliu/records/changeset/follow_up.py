"""Steps 9, 10 and 12 for what a changeset moves: after its last write, over all its batches.

A parent is often written with its children; only when all are there is its roll-up true and may a
rule on it speak. A refusal is told at the changes that caused it.
"""

from collections import OrderedDict, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from changliu.jobs.hints import hint
from changliu.kit.failpoints import reach
from changliu.records.changeset.above import Above, Causes
from changliu.records.changeset.admit import fault_of
from changliu.records.changeset.carried import joined
from changliu.records.changeset.clauses import clauses_of, derived
from changliu.records.changeset.late import late_clauses
from changliu.records.changeset.model import RowResult
from changliu.records.changeset.parse import Staged
from changliu.records.changeset.participant import Violation
from changliu.records.changeset.store import above as store
from changliu.records.changeset.store.late import LateCompiler, LatePlan, hidden
from changliu.records.changeset.store.rollup import Step, rollup_steps
from changliu.records.changeset.store.text import Statement
from changliu.records.changeset.telling import told
from changliu.records.context import Context
from changliu.schema.model import Object

# Kept per process, as plans are.
MAX_KEPT = 2_000
_steps: OrderedDict[tuple[Any, ...], tuple[Step, ...]] = OrderedDict()
_late: OrderedDict[tuple[Any, ...], LatePlan | None] = OrderedDict()

# Staged change → what is wrong with it.
Wrong = dict[int, list[Violation]]


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What has to be done once everything is written; made before the first write."""

    context: Context
    staged: Sequence[Staged]
    above: Above
    steps: tuple[Step, ...]
    late: Mapping[str, LatePlan]

    async def run(
        self, params: Mapping[str, Any], out: frozenset[int], rows: dict[int, RowResult]
    ) -> frozenset[int]:
        """Move roll-ups, ask the late clauses, write their jobs; return the groups refused.

        `params` are what every statement of the changeset may read, `out` the groups left out,
        `rows` what each change of the caller is answered.
        """
        bad: set[int] = set()
        for at, says in (await self._wrong(params, out)).items():
            change = self.staged[at]
            blocking = [v for v in says if v.blocking]
            if blocking:
                bad.add(change.group)
            for row in change.told:
                known = rows.get(row) or RowResult()
                faults = [fault_of(v, row) for v in blocking or says]
                if blocking:
                    rows[row] = joined(known, change, RowResult(faults=faults))
                else:
                    said = RowResult(known.id, known.version, [], faults)
                    rows[row] = joined(known, change, said)
        return frozenset(bad)

    async def _wrong(self, params: Mapping[str, Any], out: frozenset[int]) -> Wrong:
        reach("rollup")
        for step in self.steps:
            await self._ask(step.statement, self._given(params, step.child, out))
        reach("recheck")
        wrong: Wrong = defaultdict(list)
        for object_id, plan in self.late.items():
            given = self._given(params, object_id, out)
            rows = self.above.rows[object_id]
            given["ops"] = [self._op(rows[record], out) for record in given["ids"]]
            if plan.checks is not None:
                for at, number, texts in await self._ask(plan.checks, given):
                    record = given["ids"][at - 1]
                    says = self._said(plan.violations[number], texts)
                    self._blame(says, object_id, record, out, wrong)
            if plan.reacts is not None:
                await self._ask(plan.reacts, given)
                hint(self.context.tx)
        return wrong

    def _given(
        self, params: Mapping[str, Any], object_id: str, out: frozenset[int]
    ) -> dict[str, Any]:
        rows = self.above.rows[object_id]
        ids = [record for record, causes in rows.items() if not self._is_anothers(causes, out)]
        return {**params, "ids": ids, "before": self.above.before.get(object_id, "[]")}

    async def _ask(self, statement: Statement, given: Mapping[str, Any]) -> list[Any]:
        return await self.context.tx.raw(statement.text, [given[name] for name in statement.names])

    def _is_anothers(self, causes: Causes, out: frozenset[int]) -> bool:
        """Whether a row was to be made here but its id was somebody else's."""
        changes = [self.staged[at] for at in causes]
        return all(c.op == "create" and c.group in out for c in changes) and None in causes.values()

    def _op(self, causes: Causes, out: frozenset[int]) -> str:
        """What the changeset did to the row itself; "" when it only moved it."""
        for at, via in causes.items():
            if via is None and self.staged[at].group not in out:
                return self.staged[at].op
        return ""

    def _said(self, violation: Violation, texts: list[str | None] | None) -> Violation:
        violation = violation if texts is not None else hidden(violation)
        return told(violation, texts, self.context.actor.workspace.timezone)

    def _blame(
        self, says: Violation, object_id: str, record: UUID, out: frozenset[int], wrong: Wrong
    ) -> None:
        """Say it at the changes that caused it: a child's at the reference to the record."""
        causes = self.above.rows[object_id][record]
        for at, via in causes.items():
            change = self.staged[at]
            # A record sent with its lines hears it once, at itself.
            with_record = change.target.lines_of is not None and None in causes.values()
            if change.group in out or (via is not None and with_record):
                continue
            place = says
            if via is not None:
                key = next((f.key for f in change.target.stored if f.column == via), None)
                about = (*says.about, ("object", self._object(object_id).key))
                place = replace(says, path=key, about=(*about, ("record", str(record))))
            wrong[at].append(place)

    def _object(self, object_id: str) -> Object:
        return self.context.catalogue.by_id[object_id]


async def prepare(context: Context, staged: Sequence[Staged], above: Above) -> FollowUp:
    """Return what is to follow, with the rows it compares with read as they are now, locked."""
    steps = [s for s in _steps_of(context) if above.rows.get(s.child)]
    late: dict[str, LatePlan] = {}
    for object_id in above.rows:
        plan = await _late_plan(context, context.catalogue.by_id[object_id])
        if plan is not None:
            late[object_id] = plan
    names: dict[str, set[str]] = defaultdict(set)
    for step in steps:
        names[step.child] |= step.names
    for object_id, plan in late.items():
        names[object_id] |= plan.names
    for object_id, wanted in names.items():
        # Records to be made are asked for too: the id may be taken, and the row another's.
        target, ids = context.catalogue.by_id[object_id], above.rows[object_id]
        above.before[object_id] = await store.rows_as_json(context, target, wanted, ids)
    return FollowUp(context, staged, above, tuple(steps), late)


def _steps_of(context: Context) -> tuple[Step, ...]:
    timezone = context.actor.workspace.timezone
    key = (context.tx.place, context.catalogue.version, timezone)
    if key not in _steps:
        _keep(_steps, key, rollup_steps(context.catalogue, timezone))
    return _steps[key]


async def _late_plan(context: Context, target: Object) -> LatePlan | None:
    if not target.kept and not context.participants:
        return None
    key = (context.tx.place, context.catalogue.version, context.access.signature, target.id)
    if key not in _late:
        asked = await clauses_of(context, target)
        late = late_clauses(asked, context.catalogue, target)
        timezone = context.actor.workspace.timezone
        compiler = LateCompiler(context.catalogue, context.access, target, timezone)
        _keep(_late, key, compiler.compile(late) if late else None)
    return _late[key]


def _keep(cache: OrderedDict[tuple[Any, ...], Any], key: tuple[Any, ...], value: Any) -> None:
    cache[key] = value
    if len(cache) > MAX_KEPT:
        cache.popitem(last=False)


def forget() -> None:
    """Drop what is kept: for tests that bring other clauses under the same catalogue."""
    _steps.clear()
    _late.clear()
    derived.clear()
