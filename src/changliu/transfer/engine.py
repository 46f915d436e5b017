"""Runs an import: batch after batch, each with its cursor in one transaction; or tries it out.

1. First sweep: each batch is one changeset, committed together with the cursor that passes it.
2. Second sweep, where rows refer to one another: fill those references the same way.
The command line runs it to its end, a worker in pieces; whoever comes later goes on at the cursor.
"""

import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from uuid import UUID

from changliu.access.model import Verb
from changliu.fields.protocol import FieldType
from changliu.fields.types.lines import MAX_LINES
from changliu.identity import service as identity
from changliu.identity.model import Actor, Right
from changliu.kit.db import Database, Tx, Workspace
from changliu.kit.errors import Conflict, Forbidden, Invalid
from changliu.kit.failpoints import reach
from changliu.kit.retry import retry_conflicts
from changliu.records.changeset.participant import Participant
from changliu.records.context import Context, context_for
from changliu.schema.model import Object
from changliu.transfer.batch import keys_of, run_first, run_second
from changliu.transfer.detail import goes_on
from changliu.transfer.members import run_members
from changliu.transfer.model import Counts, Progress, Report, RowFault
from changliu.transfer.plan import BATCH_ROWS
from changliu.transfer.reader import MAX_ROWS, Line, Source, read_lines
from changliu.transfer.roster import MEMBERS, MemberPlan, target_of
from changliu.transfer.store import progress as store
from changliu.transfer.sweep import SHOWN, Outcome, Shown, Sweep

# Refused rows a dry run keeps for its errors file.
MAX_FAULTS = 100_000
BATCH, COMMITTED = "import.batch", "import.committed"

BatchRun = Callable[[Context, Sweep, list[Line]], Awaitable[Outcome]]


class _Undo(Exception):  # noqa: N818 -- control flow, never seen outside
    """Roll the dry run's transaction back."""


@dataclass(slots=True)
class Running:
    """One import under way in this process."""

    source: Source
    sweep: Sweep
    job: store.Job
    progress: Progress
    report: Report = lambda _: None
    batch_rows: int = BATCH_ROWS
    started: float = field(default_factory=time.monotonic)
    faults: list[RowFault] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)


class Engine:
    """Imports into one workspace as one member (None: the built-in system member)."""

    def __init__(
        self,
        database: Database,
        workspace: Workspace,
        types: Mapping[str, FieldType],
        participants: tuple[Participant, ...],
        member: UUID | None = None,
    ) -> None:
        self.database, self.workspace, self.types = database, workspace, types
        self.participants, self.member = participants, member

    async def context(self, tx: Tx) -> Context:
        """Return the member's context; raises `Forbidden` without the right to import."""
        actor = (
            await identity.actor(tx, self.member)
            if self.member is not None
            else await identity.system_actor(tx)
        )
        return await importing(tx, actor, self.participants)

    async def attempt(self, state: Running) -> None:
        """Do everything in one transaction and undo it: a dry run."""
        with suppress(_Undo):
            async with self.database.transaction(self.workspace) as tx:
                context = replace(await self.context(tx), rehearsing=True)
                for number, work in _sweeps(state):
                    for lines, place in _batches(state, 0):
                        outcome = await work(context, state.sweep, lines)
                        _take(state, outcome, place, number)
                raise _Undo

    async def rehearse(self, state: Running) -> AsyncIterator[None]:
        """Try an import out batch by batch, each undone at once, so nobody waits for its locks.

        Yields behind every batch. A file of one batch is tried whole, both sweeps; of a longer one
        references among its rows are not looked at.
        """
        if state.progress.total <= min(state.batch_rows, state.sweep.plan.batch_rows):
            await self.attempt(state)
            yield
            return
        state.sweep.memory.unique = {}
        for lines, place in _batches(state, 0):
            with suppress(_Undo):
                async with self.database.transaction(self.workspace) as tx:
                    context = replace(await self.context(tx), rehearsing=True)
                    outcome = await run_first(context, state.sweep, lines)
                    raise _Undo
            # Records made in the attempt are gone with it.
            state.sweep.memory.names.known.clear()
            _take(state, outcome, place, 1)
            yield

    async def advance(self, state: Running, until: float | None = None) -> bool:
        """Do what is left, a transaction a batch; say whether it is done.

        It ends early after the batch during which `until` (`time.monotonic`) has passed. Raises
        `Conflict` (`import.elsewhere`) when the import was cancelled or goes on elsewhere.
        """
        await self._remember(state)
        for number, work in _sweeps(state):
            if number < state.job.sweep:
                continue
            start = state.job.place if number == state.job.sweep else 0
            for lines, place in _batches(state, start):
                step = partial(self._step, state, work, lines, (number, place))
                outcome = await retry_conflicts(step)
                reach(COMMITTED)
                _take(state, outcome, place, number)
                if until is not None and time.monotonic() > until:
                    return False
        async with self.database.transaction(self.workspace) as tx:
            await self._held(tx, state)
            await store.move(tx, state.job, "done")
        return True

    async def _step(
        self, state: Running, work: BatchRun, lines: list[Line], cursor: tuple[int, int]
    ) -> Outcome:
        """One batch and its cursor, in one transaction."""
        try:
            async with self.database.transaction(self.workspace) as tx:
                job = await self._held(tx, state)
                outcome = await work(await self.context(tx), state.sweep, lines)
                await store.insert_faults(tx, job.id, cursor[0], outcome.faults)
                counts = Counts(**job.counts.as_json())
                counts.add(outcome.counts)
                await store.move(tx, store.Job(job.id, *cursor, counts))
                reach(BATCH)
        except BaseException:
            # Records made in the attempt are gone with it.
            state.sweep.memory.names.known.clear()
            raise
        state.job = store.Job(job.id, *cursor, counts)
        return outcome

    async def _held(self, tx: Tx, state: Running) -> store.Job:
        job = await store.lock_job(tx, state.job.id)
        if job is None or (job.sweep, job.place) != (state.job.sweep, state.job.place):
            raise Conflict(
                "import.elsewhere",
                "另一个进程正在继续这次导入，本次停止；它已写入的不受影响。",
                "Another process goes on with this import; this one stops, what it wrote stands.",
            )
        return job

    async def _remember(self, state: Running) -> None:
        """Read again what a resumed import knew: keys of earlier rows, and rows refused."""
        if state.job.place == 0 and state.job.sweep == 1:
            return
        async with self.database.transaction(self.workspace, write=False) as tx:
            state.sweep.memory.refused = await store.refused_numbers(tx, state.job.id)
        if not state.sweep.plan.match or state.job.sweep > 1:
            return
        for lines, _ in _batches(state, 0):
            before = [line for line in lines if line.row <= state.job.place]
            if not before:
                return
            state.sweep.memory.keys.update(keys_of(state.sweep.plan, before))


def _sweeps(state: Running) -> Iterator[tuple[int, BatchRun]]:
    yield 1, run_members if isinstance(state.sweep.plan, MemberPlan) else run_first
    if state.sweep.plan.second:
        yield 2, run_second


def _batches(state: Running, start: int) -> Iterator[tuple[list[Line], int]]:
    """Yield rows of the file in batches, each with the number of its last row.

    The rows of one record stay together, as far as it may have lines.
    """
    plan = state.sweep.plan
    most = min(state.batch_rows, plan.batch_rows)
    batch: list[Line] = []
    first: Line | None = None
    for line in read_lines(state.source, start):
        more = bool(plan.detail and first) and goes_on(plan, first or line, line)
        if len(batch) >= most and not (more and len(batch) < most + MAX_LINES):
            yield batch, batch[-1].row
            batch = []
        first = first if more and batch else line
        batch.append(line)
    if batch:
        yield batch, batch[-1].row


def _take(state: Running, outcome: Outcome, place: int, number: int) -> None:
    """Add a batch to what is known and report it."""
    progress, memory = state.progress, state.sweep.memory
    memory.keys.update(outcome.keys)
    if number == 1:
        memory.refused.update(fault.row for fault in outcome.faults)
    progress.counts.add(outcome.counts)
    progress.done, progress.sweep = place, number
    progress.seconds = time.monotonic() - state.started
    told = Counter(row.fate for row in state.shown)
    for row in outcome.shown:
        told[row.fate] += 1
        if told[row.fate] <= SHOWN:
            state.shown.append(row)
    room = MAX_FAULTS - len(state.faults)
    state.faults += outcome.faults[: max(0, room)]
    state.report(progress)


async def importing(tx: Tx, actor: Actor, participants: tuple[Participant, ...]) -> Context:
    """Return the context of an actor who may import; raises `Forbidden` (`import.denied`)."""
    if Right.DATA_IMPORT not in actor.rights:
        raise Forbidden(
            "import.denied",
            "您没有导入数据的权限（data.import），请联系管理员。",
            "You have no right to import data (data.import); ask an administrator.",
        )
    return await context_for(tx, actor, participants)


def importable(context: Context, key: str) -> Object:
    """Return the object to import into.

    Raises `NotFound` (`object.unknown`), `Forbidden` (`import.denied`) without the verb `import`;
    for members, without the right `members.manage`.
    """
    target = target_of(context.catalogue, key)
    if target is MEMBERS:
        if Right.MEMBERS_MANAGE not in context.actor.rights:
            raise Forbidden(
                "import.denied",
                "您没有管理成员的权限（members.manage），请联系管理员。",
                "You have no right to manage members (members.manage); ask an administrator.",
            )
        return target
    if context.access.predicate(target.id, Verb.IMPORT) is None:
        raise Forbidden(
            "import.denied",
            f"您的角色不能导入“{target.label['zh-CN']}”，请联系管理员。",
            f"Your roles may not import '{target.label['en']}'; ask an administrator.",
        )
    return target


def check_rows(source: Source, total: int) -> None:
    """Raise `Invalid` (`import.too_large`) for a file of too many rows."""
    if total > MAX_ROWS:
        raise Invalid(
            "import.too_large",
            f"{source.name} 超过 {MAX_ROWS} 行，请拆成几个文件。",
            f"{source.name} has more than {MAX_ROWS} rows; split it.",
        )
