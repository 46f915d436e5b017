"""The verb of this room: `submit` runs one changeset through the twelve steps.

1. Admit every change (bounds, verbs, fields); answer a known idempotency key from what is stored.
2. Parse column-wise, 3. fold to one change per record.
4. Find what goes along; lock the rows it changes and those it points to, by object rank and id.
5.–12. Run one compiled plan per (object, operation); in mode each, leave out groups that failed
and, when something already written counted on a failed group, roll back and run again without
it, a bounded number of times.
Roll-ups move, and what looks at them is asked, after the last plan (`follow_up`).
Keep the changeset's own row. The transaction belongs to the caller.
"""

from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from operator import itemgetter
from typing import Any
from uuid import UUID

from changliu.jobs.hints import hint
from changliu.kit import logs
from changliu.kit.errors import Conflict, TooLarge
from changliu.kit.ids import uuid7
from changliu.kit.telemetry import Caches
from changliu.records.attachments.service import keep_attached, with_attachable
from changliu.records.changeset import messages as say
from changliu.records.changeset.admit import check_bounds, fault_of
from changliu.records.changeset.carried import CLOSED, count_along, joined
from changliu.records.changeset.clauses import clauses_of
from changliu.records.changeset.coming import coming_of
from changliu.records.changeset.conflicts import explain
from changliu.records.changeset.expand import ALONG, Work, settle
from changliu.records.changeset.fold import batches
from changliu.records.changeset.follow_up import FollowUp, prepare
from changliu.records.changeset.followers import carry_followers
from changliu.records.changeset.guard import guard_keys
from changliu.records.changeset.joining import join_alike, tell_joined
from changliu.records.changeset.merging import files_taken
from changliu.records.changeset.model import Changeset, Op, Result, RowResult
from changliu.records.changeset.parse import Staged
from changliu.records.changeset.participant import Violation
from changliu.records.changeset.preparing import prepared
from changliu.records.changeset.refusal import refuse
from changliu.records.changeset.replay import kept, replayed
from changliu.records.changeset.shares import carry_shares
from changliu.records.changeset.store import run as store
from changliu.records.changeset.store.plans import BUCKETS, Compiler, Plan
from changliu.records.changeset.store.text import written
from changliu.records.changeset.telling import told
from changliu.records.context import Context
from changliu.records.stream.hints import announce
from changliu.schema.model import Object

# Plans kept per process; one is a few tens of kilobytes of text.
MAX_PLANS = 2_000
# Attempts at a changeset in mode each; changes that have not come to rest by then are refused.
MAX_ROUNDS = 8
_plans: OrderedDict[tuple[Any, ...], Plan] = OrderedDict()


class _Again(Exception):  # noqa: N818 -- control flow, never seen outside
    """Roll back to the savepoint; `groups` must be left out the next time."""

    def __init__(self, groups: frozenset[int]) -> None:
        self.groups = groups


class _Undo(Exception):  # noqa: N818 -- control flow, never seen outside
    """Roll back to the savepoint: a dry run has seen everything it wanted."""


@dataclass(slots=True)
class _Run:
    """One attempt at the batches: what was answered and what was refused so far."""

    rows: dict[int, RowResult]
    out: frozenset[int] = frozenset()
    refused: set[int] = field(default_factory=set)


async def submit(context: Context, changeset: Changeset) -> Result:
    """Run a changeset in the context's transaction and return what became of each change.

    Mode all raises a `Problem` with every fault found when anything is wrong; mode each answers
    per row. A dry run returns the same and leaves no trace.
    """
    check_bounds(changeset.changes)
    replay = await replayed(context, changeset)
    if replay is not None:
        return replay
    parsed = prepared(context, changeset)
    if changeset.mode == "all" and parsed.faults and not changeset.dry_run:
        raise refuse([fault for row in sorted(parsed.faults) for fault in parsed.faults[row]])
    made = uuid7()
    logs.belong(changeset=str(made))
    staged = [s for s in parsed.staged if not any(row in parsed.faults for row in s.rows)]
    staged = await join_alike(context, staged)
    context = await with_attachable(context, changeset, staged)
    rows = await run_staged(context, changeset, made, staged)
    await explain(context, staged, rows)
    tell_joined(staged, rows)
    for row, faults in parsed.faults.items():
        rows[row] = RowResult(faults=faults)
    results = tuple(_answer(changeset, rows, row) for row in range(len(changeset.changes)))
    if changeset.dry_run:
        return Result(None, results, about=changeset.about)
    if changeset.mode == "all" and any(r.refused for r in results):
        raise refuse([fault for r in results for fault in r.faults])
    await keep_attached(context, staged, dict(enumerate(results)))
    await carry_followers(context, changeset, results)
    answer = [kept(r, c) for r, c in zip(results, changeset.changes, strict=True)]
    await store.keep_changeset(context.tx, made, context.actor.member, changeset, answer)
    announce(context.tx, made)
    return Result(made, results, about=changeset.about)


def _answer(changeset: Changeset, rows: dict[int, RowResult], row: int) -> RowResult:
    """A fault elsewhere silences rows in mode all; in mode each silence would read as done."""
    return rows[row] if changeset.mode == "each" else rows.get(row, RowResult())


async def run_staged(
    context: Context, changeset: Changeset, made: UUID, staged: Sequence[Staged]
) -> dict[int, RowResult]:
    """Steps 4 to 12 over all batches, again without a group that failed late."""
    settled, closed = await _settled(context, changeset, made, staged)
    if settled is None or (closed and changeset.mode == "all"):
        return closed
    context = replace(context, attachable=(*context.attachable, *files_taken(settled.staged)))
    out, refused = _barred(settled)
    refused |= closed
    if out and changeset.mode == "all":
        return refused
    _refuse_rest((s for s in settled.staged if s.group in out), say.WITH_GROUP, refused)
    work, staged = batches(settled.staged), settled.staged
    if not changeset.dry_run:
        await guard_keys(context, staged)
    follow_up = await prepare(context, staged, settled.above)
    for _ in range(MAX_ROUNDS):
        run = _Run(dict(refused), out)
        try:
            if changeset.dry_run or changeset.mode == "each":
                async with context.tx.savepoint():
                    await _attempt(context, changeset, made, work, run)
                    await _follow(follow_up, changeset, made, run)
                    if changeset.dry_run:
                        count_along(context, staged, run.rows)
                        raise _Undo
            else:
                await _attempt(context, changeset, made, work, run)
                await _follow(follow_up, changeset, made, run)
            await carry_shares(context, staged, {row for row, r in run.rows.items() if r.refused})
            return run.rows
        except _Undo:
            return run.rows
        except _Again as again:
            out |= again.groups
            refused.update({row: r for row, r in run.rows.items() if r.refused})
            _refuse_rest((s for s in staged if s.group in out), say.WITH_GROUP, refused)
    _refuse_rest(staged, say.TANGLED, refused)
    return refused


async def _settled(
    context: Context, changeset: Changeset, made: UUID, staged: Sequence[Staged]
) -> tuple[Work | None, dict[int, RowResult]]:
    """Find what goes along; rows the caller may not touch at all are told so first, and nothing of
    what hangs on them. Raises what `settle` raises of the others."""
    closed: dict[int, RowResult] = {}
    problem: TooLarge | Conflict | None = None
    try:
        settled = await settle(context, staged)
        if not settled.wrong:
            return settled, closed
    except (TooLarge, Conflict) as early:
        if early.code not in ALONG:
            raise
        problem = early
    closed = await _closed(context, changeset, made, staged)
    groups = {s.group for s in staged if any(row in closed for row in s.rows)}
    open_ = [s for s in staged if s.group not in groups]
    if not groups and problem is not None:
        raise problem
    if not groups:
        return settled, closed
    _refuse_rest((s for s in staged if s.group in groups), say.WITH_GROUP, closed)
    return (await settle(context, open_) if open_ else None), closed


async def _closed(
    context: Context, changeset: Changeset, made: UUID, staged: Sequence[Staged]
) -> dict[int, RowResult]:
    """What was asked for, tried by itself and undone: the rows that rights alone refuse."""
    alone, work = replace(changeset, mode="each"), batches(staged)
    found: dict[int, RowResult] = {}
    out: frozenset[int] = frozenset()
    for _ in range(MAX_ROUNDS):
        run = _Run({}, out)
        try:
            async with context.tx.savepoint():
                await _attempt(context, alone, made, work, run)
                raise _Undo
        except _Again as again:
            out |= again.groups
        except _Undo:
            break
        finally:
            found |= {row: result for row, result in run.rows.items() if result.closed}
    return found


def _barred(settled: Work) -> tuple[frozenset[int], dict[int, RowResult]]:
    """Groups that may not be written as things stand, and what their rows are told."""
    refused: dict[int, RowResult] = {}
    for change, why in settled.wrong:
        for row in change.told:
            refused.setdefault(row, RowResult()).faults.append(fault_of(why, row))
    return frozenset(change.group for change, _ in settled.wrong), refused


def _refuse_rest(changes: Iterable[Staged], why: Violation, refused: dict[int, RowResult]) -> None:
    """Answer rows that nothing else is said about."""
    for change in changes:
        for row in change.rows:
            refused.setdefault(row, RowResult(faults=[fault_of(why, row)]))


async def _attempt(
    context: Context, changeset: Changeset, made: UUID, work: Sequence[list[Staged]], run: _Run
) -> None:
    written: set[int] = set()
    for at, batch in enumerate(work):
        left = [s for s in batch if s.group not in run.out] if run.out else batch
        if not left:
            continue
        plan = await _plan(context, left)
        coming = coming_of(context.catalogue, work, run.out, work[at + 1 :])
        params = _params(context, changeset, made, left) | coming
        answers = await store.run(context.tx, plan, params)
        if plan.reacts:
            hint(context.tx)
        bad = _read(plan, left, answers, run)
        if changeset.mode == "each":
            groups = {left[at].group for at in bad}
            slipped = any(_slipped(answer) for answer in answers)
            if slipped or groups & written or _leaned_on(left, groups, work, run.out):
                raise _Again(frozenset(groups))
            run.out |= groups
            fallen = (s for b in work for s in b if s.group in groups)
            _refuse_rest(fallen, say.WITH_GROUP, run.rows)
            written |= {s.group for s in left} - groups


async def _follow(follow_up: FollowUp, changeset: Changeset, made: UUID, run: _Run) -> None:
    """Steps 9 and 10 over all that was written; in mode all nothing is when a row was refused."""
    each = changeset.mode == "each"
    if each or not any(result.refused for result in run.rows.values()):
        params = _params(follow_up.context, changeset, made, ())
        bad = await follow_up.run(params, run.out, run.rows)
        if bad and each:
            raise _Again(bad)


def _slipped(answer: store.Answer) -> bool:
    """Whether a row's id was taken between its check and its write: a number may have gone to it,
    which only a second attempt gives back."""
    return answer[6] and not answer[5]


def _leaned_on(
    batch: Sequence[Staged], refused: set[int], work: Sequence[list[Staged]], out: frozenset[int]
) -> bool:
    """Whether other deletes may count on one refused here: they were told it would be gone."""
    deletes = (s for b in work if b[0].op == "delete" for s in b if s.group not in out)
    return (
        bool(refused) and batch[0].op == "delete" and any(s.group not in refused for s in deletes)
    )


def _params(
    context: Context, changeset: Changeset, made: UUID, batch: Sequence[Staged]
) -> dict[str, Any]:
    rows = [
        {"i": at, "grp": s.group, "id": s.id, "v": s.version, "p": s.patch}
        for at, s in enumerate(batch)
    ]
    return {
        **context.access.params,
        "rows": written(rows),
        "ids": [s.id for s in batch],
        "attachable": list(context.attachable),
        "each": changeset.mode == "each",
        "me": context.actor.member,
        "now": context.tx.now,
        "today": context.today,
        "changeset": made,
        "via": changeset.via,
        "quiet": changeset.quiet or changeset.via == "revert",
    }


def _read(plan: Plan, batch: Sequence[Staged], answers: list[store.Answer], run: _Run) -> set[int]:
    """Turn answer rows into results; return the positions in the batch that were refused."""
    wrong: dict[int, list[tuple[int, list[str | None] | None]]] = defaultdict(list)
    fine: dict[int, store.Answer] = {}
    for answer in answers:
        if answer[0] == "viol":
            wrong[answer[1]].append((answer[2] or 0, answer[7]))
        else:
            fine[answer[1]] = answer
    bad: set[int] = set()
    for at in sorted(wrong.keys() | fine.keys()):
        change = batch[at]
        found = sorted(wrong.get(at, ()), key=itemgetter(0))
        says = [told(plan.violations[k], values, plan.timezone) for k, values in found]
        blocking = [v for v in says if v.blocking]
        stands = fine.get(at)
        if stands is not None and _slipped(stands):
            blocking = [say.TAKEN]
        if blocking:
            bad.add(at)
        if stands is None and not blocking:
            continue
        for row in change.told:
            result = _result(row, says, blocking, stands)
            run.rows[row] = joined(run.rows.get(row), change, result)
    return bad


def _result(
    row: int, says: list[Violation], blocking: list[Violation], answer: store.Answer | None
) -> RowResult:
    if blocking:
        # A row or field the caller may not see or touch says nothing more about itself.
        closed = next((v.code for v in blocking if v.code.startswith(CLOSED)), None)
        shown = [v for v in blocking if closed in (None, v.code)]
        return RowResult(faults=[fault_of(v, row) for v in shown])
    warnings = [fault_of(v, row) for v in says if not v.blocking]
    return RowResult(answer[3] if answer else None, answer[4] if answer else None, [], warnings)


async def _plan(context: Context, batch: Sequence[Staged]) -> Plan:
    target, op, carries = batch[0].target, batch[0].op, batch[0].carrier is not None
    limit = next((size for size in BUCKETS if len(batch) <= size), None)
    catalogue = context.catalogue
    rights = (context.access.signature, carries)
    key = (context.tx.place, catalogue.version, rights, target.id, op, limit)
    plan = _plans.get(key)
    Caches.observe("plan", hit=plan is not None)
    if plan is None:
        plan = await _compile(context, target, op, limit, carries=carries)
        _plans[key] = plan
        if len(_plans) > MAX_PLANS:
            _plans.popitem(last=False)
    else:
        _plans.move_to_end(key)
    return plan


async def _compile(
    context: Context, target: Object, op: Op, limit: int | None, *, carries: bool
) -> Plan:
    timezone = context.actor.workspace.timezone
    compiler = Compiler(context.catalogue, context.access, timezone, carries)
    return compiler.compile(target, op, await clauses_of(context, target), limit)
