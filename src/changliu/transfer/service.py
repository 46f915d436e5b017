"""The verb of this room: `Importer.run` takes a file in, batch after batch.

1. Look at the file once (encoding, delimiter, digest, rows) and bind the mapping to the catalogue.
2. Find an unfinished import of the same file in the same way, or begin one.
3. First sweep: each batch is one changeset, committed together with the cursor that passes it.
4. Second sweep, where rows refer to one another: fill those references the same way.
A dry run does all of it in one transaction and rolls that back, so its counts are exact.
"""

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from uuid import UUID

import orjson

from changliu.access.model import Verb
from changliu.fields.protocol import FieldType
from changliu.identity import service as identity
from changliu.identity.model import Right
from changliu.kit.db import Database, Tx, Workspace, retry_conflicts
from changliu.kit.errors import Conflict, Forbidden, Invalid
from changliu.kit.failpoints import reach
from changliu.kit.ids import uuid7
from changliu.kit.yaml_lines import Document
from changliu.records.changeset.participant import Participant
from changliu.records.context import Context, context_for
from changliu.transfer import store
from changliu.transfer.batch import Memory, Outcome, Sweep, keys_of, run_first, run_second
from changliu.transfer.mapping import Mapping as FileMapping
from changliu.transfer.mapping import read_mapping
from changliu.transfer.members import MAX_MEMBERS, OBJECT, bind_members, import_members
from changliu.transfer.model import (
    MAX_ROWS,
    Counts,
    ImportRequest,
    Progress,
    Report,
    RowFault,
    Summary,
)
from changliu.transfer.plan import ImportPlan, bind, guess_mapping
from changliu.transfer.reader import Line, Source, count_rows, open_source, read_lines

# Refused rows a dry run keeps for its errors file.
MAX_FAULTS = 100_000
BATCH, COMMITTED = "import.batch", "import.committed"

BatchRun = Callable[[Context, Sweep, list[Line]], Awaitable[Outcome]]


class _Undo(Exception):  # noqa: N818 -- control flow, never seen outside
    """Roll the dry run's transaction back."""


@dataclass(slots=True)
class _State:
    """One import under way in this process."""

    request: ImportRequest
    source: Source
    sweep: Sweep
    job: store.Job
    progress: Progress
    report: Report
    started: float
    faults: list[RowFault] = field(default_factory=list)
    resumed_at: int = 0


class Importer:
    """Imports files into one workspace as one member (None: the built-in system member)."""

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

    async def run(self, request: ImportRequest, report: Report = lambda _: None) -> Summary:
        """Import a file and return what became of it.

        Raises `Invalid` (the file or the mapping cannot be used: nothing was written), `Forbidden`,
        `Conflict` (code `import.elsewhere`: another process goes on with it).
        """
        mapping, document, source = await self._read(request)
        if (request.object or (mapping.object if mapping else None)) == OBJECT:
            return await self._members(request, mapping, document, source)
        total = await asyncio.to_thread(count_rows, source)
        _check_rows(source, total)
        async with self.database.transaction(self.workspace) as tx:
            context = await self._context(tx)
            plan = self._plan(context, request, mapping, document, source)
            job = await self._begin(context, request, plan, source)
        state = _State(
            request,
            source,
            Sweep(job.id, source.path, plan, Memory()),
            job,
            Progress(total, job.place, job.sweep, counts=job.counts),
            report,
            time.monotonic(),
            resumed_at=job.place,
        )
        await (self._try(state) if request.dry_run else self._go(state))
        return _summary(state)

    async def _members(
        self,
        request: ImportRequest,
        mapping: FileMapping | None,
        document: Document,
        source: Source,
    ) -> Summary:
        started = time.monotonic()
        if mapping is None:
            mapping = FileMapping.model_validate({"columns": {n: n for n in source.header}})
        plan = bind_members(mapping, document, source.header)
        lines = list(islice(read_lines(source), MAX_MEMBERS + 1))
        found: tuple[Counts, list[RowFault]] = Counts(), []
        with suppress(_Undo):
            async with self.database.transaction(self.workspace) as tx:
                actor = (await self._context(tx)).actor
                found = await import_members(tx, actor, plan, source, lines)
                if request.dry_run:
                    raise _Undo
        seconds = time.monotonic() - started
        return Summary(None, OBJECT, source.header, found[0], tuple(found[1]), seconds)

    async def refused(self, summary: Summary) -> AsyncIterator[RowFault]:
        """Yield the refused rows of an import that has ended, in the order of the file."""
        if summary.id is None:
            for row in summary.faults:
                yield row
            return
        async with self.database.transaction(self.workspace, write=False) as tx:
            async for row in store.refused_rows(tx, summary.id):
                yield row

    async def _read(self, request: ImportRequest) -> tuple[FileMapping | None, Document, Source]:
        mapping, document = None, Document("mapping", {})
        if request.mapping is not None:
            mapping, document = read_mapping(request.mapping)
        encoding = mapping.encoding if mapping else None
        delimiter = mapping.delimiter if mapping else None
        source = await asyncio.to_thread(
            open_source, request.file, encoding=encoding, delimiter=delimiter
        )
        return mapping, document, source

    async def _context(self, tx: Tx) -> Context:
        actor = (
            await identity.actor(tx, self.member)
            if self.member is not None
            else await identity.system_actor(tx)
        )
        if Right.DATA_IMPORT not in actor.rights:
            raise Forbidden(
                "import.denied",
                "您没有导入数据的权限（data.import），请联系管理员。",
                "You have no right to import data (data.import); ask an administrator.",
            )
        return await context_for(tx, actor, self.participants)

    def _plan(
        self,
        context: Context,
        request: ImportRequest,
        mapping: FileMapping | None,
        document: Document,
        source: Source,
    ) -> ImportPlan:
        key = request.object or (mapping.object if mapping else None)
        if key is None:
            raise Invalid(
                "import.object",
                "没有说明导入到哪个对象，请用 --object 或在映射文件里写 object。",
                "The object to import into is not given; use --object, or 'object' in the mapping.",
            )
        target = context.catalogue.object(key)
        if context.access.predicate(target.id, Verb.IMPORT) is None:
            raise Forbidden(
                "import.denied",
                f"您的角色不能导入“{target.label['zh-CN']}”，请联系管理员。",
                f"Your roles may not import '{target.label['en']}'; ask an administrator.",
            )
        mapping = mapping or guess_mapping(source.header, target)
        match = request.match or mapping.match
        changes = {
            "object": key,
            "match": match,
            "mode": request.mode
            or (mapping.mode if "mode" in mapping.model_fields_set else None)
            or ("both" if match else "create"),
        }
        mapping = mapping.model_copy(update=changes)
        return bind(mapping, document, source.header, context.catalogue, self.types)

    async def _begin(
        self, context: Context, request: ImportRequest, plan: ImportPlan, source: Source
    ) -> store.Job:
        """Return the job to go on with, or a new one."""
        settings = _settings_digest(plan, context.actor.member)
        if not request.dry_run:
            found = await store.find_running(context.tx, source.digest, settings)
            if found is not None and not request.restart:
                return found
            if found is not None:
                await store.cancel(context.tx, found.id)
        job = store.Job(uuid7(), 1, 0, Counts())
        if not request.dry_run:
            values = {
                "id": job.id,
                "object": plan.object.key,
                "file": source.path.name,
                "digest": source.digest,
                "settings": settings,
                "mapping": _described(plan),
                "member": context.actor.member,
            }
            await store.insert_job(context.tx, values)
        return job

    async def _try(self, state: _State) -> None:
        """Do everything in one transaction and undo it: a dry run."""
        with suppress(_Undo):
            async with self.database.transaction(self.workspace) as tx:
                context = await self._context(tx)
                for number, work in _sweeps(state):
                    for lines, place in _batches(state, 0):
                        outcome = await work(context, state.sweep, lines)
                        _take(state, outcome, place, number)
                raise _Undo

    async def _go(self, state: _State) -> None:
        """Do what is left, a transaction a batch."""
        await self._remember(state)
        for number, work in _sweeps(state):
            if number < state.job.sweep:
                continue
            start = state.job.place if number == state.job.sweep else 0
            for lines, place in _batches(state, start):
                attempt = partial(self._step, state, work, lines, (number, place))
                outcome = await retry_conflicts(attempt)
                reach(COMMITTED)
                _take(state, outcome, place, number)
        async with self.database.transaction(self.workspace) as tx:
            await self._held(tx, state)
            await store.move(tx, state.job, "done")

    async def _step(
        self, state: _State, work: BatchRun, lines: list[Line], cursor: tuple[int, int]
    ) -> Outcome:
        """One batch and its cursor, in one transaction."""
        try:
            async with self.database.transaction(self.workspace) as tx:
                job = await self._held(tx, state)
                outcome = await work(await self._context(tx), state.sweep, lines)
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

    async def _held(self, tx: Tx, state: _State) -> store.Job:
        job = await store.lock_job(tx, state.job.id)
        if job is None or (job.sweep, job.place) != (state.job.sweep, state.job.place):
            raise Conflict(
                "import.elsewhere",
                "另一个进程正在继续这次导入，本次停止；它已写入的不受影响。",
                "Another process goes on with this import; this one stops, what it wrote stands.",
            )
        return job

    async def _remember(self, state: _State) -> None:
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


def _sweeps(state: _State) -> Iterator[tuple[int, BatchRun]]:
    yield 1, run_first
    if state.sweep.plan.second:
        yield 2, run_second


def _batches(state: _State, start: int) -> Iterator[tuple[list[Line], int]]:
    """Yield rows of the file in batches, each with the number of its last row."""
    lines = read_lines(state.source, start)
    while batch := list(islice(lines, state.request.batch_rows)):
        yield batch, batch[-1].row


def _take(state: _State, outcome: Outcome, place: int, number: int) -> None:
    """Add a batch to what is known and report it."""
    progress, memory = state.progress, state.sweep.memory
    memory.keys.update(outcome.keys)
    if number == 1:
        memory.refused.update(fault.row for fault in outcome.faults)
    progress.counts.add(outcome.counts)
    progress.done, progress.sweep = place, number
    progress.seconds = time.monotonic() - state.started
    room = MAX_FAULTS - len(state.faults)
    state.faults += outcome.faults[: max(0, room)]
    state.report(progress)


def _summary(state: _State) -> Summary:
    return Summary(
        None if state.request.dry_run else state.job.id,
        state.sweep.plan.object.key,
        state.source.header,
        state.progress.counts,
        tuple(state.faults),
        time.monotonic() - state.started,
        state.resumed_at,
    )


def _check_rows(source: Source, total: int) -> None:
    if total > MAX_ROWS:
        raise Invalid(
            "import.too_large",
            f"{source.path.name} 有 {total} 行，一次最多 {MAX_ROWS} 行，请拆成几个文件。",
            f"{source.path.name} has {total} rows, at most {MAX_ROWS} at a time; split it.",
        )


def _described(plan: ImportPlan) -> dict[str, object]:
    columns = [
        {"header": c.header, "field": c.key, **c.rule.model_dump(mode="json", exclude_unset=True)}
        for c in plan.columns
    ]
    match = [c.key for c in plan.match]
    return {
        "mode": plan.mode, "match": match, "columns": columns, "constants": dict(plan.constants),
    }  # fmt: skip


def _settings_digest(plan: ImportPlan, member: UUID) -> str:
    """What makes two imports the same one: object, mapping, mode, member."""
    told = [plan.object.id, str(member), _described(plan), list(plan.header)]
    nulls = [sorted(column.nulls) for column in plan.columns]
    return hashlib.sha256(orjson.dumps([told, nulls], option=orjson.OPT_SORT_KEYS)).hexdigest()


def errors_path(file: Path) -> Path:
    """Return where refused rows are written unless told otherwise: beside the file."""
    return file.with_name(f"{file.stem}.errors.csv")
