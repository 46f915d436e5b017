"""The verb of the command line: `Importer.run` takes a file in, to its end.

1. Look at the file once (encoding, delimiter, digest, rows) and bind the mapping to the catalogue.
2. Find an unfinished import of the same file in the same way, or begin one.
3. Have the engine run it.
A dry run does all of it in one transaction and rolls that back, so its counts are exact.
"""

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator
from itertools import islice
from pathlib import Path
from uuid import UUID

import orjson

from changliu.kit.errors import Invalid
from changliu.kit.ids import uuid7
from changliu.kit.yaml_lines import Document
from changliu.records.context import Context
from changliu.transfer.binding import bind
from changliu.transfer.engine import Engine, Running, check_rows, importable
from changliu.transfer.guessing import SAMPLED, guess_mapping, lists_of
from changliu.transfer.heading import folded
from changliu.transfer.mapping import Mapping as FileMapping
from changliu.transfer.mapping import layout_of, read_mapping
from changliu.transfer.model import Counts, ImportRequest, Progress, Report, RowFault, Summary
from changliu.transfer.needing import NEEDED, needed_by, needed_faults
from changliu.transfer.plan import ImportPlan, described
from changliu.transfer.reader import (
    Layout,
    Source,
    count_rows,
    open_source,
    place_for_rows,
    read_lines,
)
from changliu.transfer.roster import MEMBERS
from changliu.transfer.store import progress as store
from changliu.transfer.sweep import Memory, Sweep
from changliu.transfer.totals import totals_in, without


class Importer(Engine):
    """Imports files of the command line."""

    async def run(self, request: ImportRequest, report: Report = lambda _: None) -> Summary:
        """Import a file and return what became of it.

        Raises `Invalid` (the file or the mapping cannot be used: nothing was written), `Forbidden`,
        `Conflict` (code `import.elsewhere`: another process goes on with it).
        """
        with place_for_rows() as into:
            return await self._run(request, into, report)

    async def _run(self, request: ImportRequest, into: Path, report: Report) -> Summary:
        mapping, document, source = await self._read(request, into)
        if mapping is None or mapping.totals != "keep":
            source = await asyncio.to_thread(_without_totals, source)
        total = await asyncio.to_thread(count_rows, source)
        check_rows(source, total)
        async with self.database.transaction(self.workspace) as tx:
            context = await self.context(tx)
            plan = self._plan(context, request, mapping, document, source)
            job = await self._begin(context, request, plan, source)
        state = Running(
            source,
            Sweep(job.id, source.name, plan, Memory()),
            job,
            Progress(total, job.place, job.sweep, counts=job.counts),
            report,
            request.batch_rows,
        )
        resumed_at = job.place
        await (self.attempt(state) if request.dry_run else self.advance(state))
        return _summary(state, None if request.dry_run else job.id, resumed_at)

    async def refused(self, summary: Summary) -> AsyncIterator[RowFault]:
        """Yield the refused rows of an import that has ended, in the order of the file."""
        if summary.id is None:
            for row in summary.faults:
                yield row
            return
        async with self.database.transaction(self.workspace, write=False) as tx:
            async for row in store.refused_rows(tx, summary.id):
                yield row

    async def _read(
        self, request: ImportRequest, into: Path
    ) -> tuple[FileMapping | None, Document, Source]:
        mapping, document = None, Document("mapping", {})
        if request.mapping is not None:
            mapping, document = read_mapping(request.mapping)
        layout = layout_of(mapping) if mapping else Layout()
        known = {folded(name) for name in mapping.columns} if mapping else ()
        source = await asyncio.to_thread(
            open_source, request.file, layout=layout, known=known, into=into
        )
        return mapping, document, source

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
        target = importable(context, key)
        if mapping is None:
            lists = lists_of(context.catalogue, target)
            mapping = guess_mapping(source.header, target, lists)
        match = request.match or mapping.match
        mode = request.mode or (mapping.mode if "mode" in mapping.model_fields_set else None)
        if mode is None and target is not MEMBERS:
            mode = "both" if match else "create"
        changes = {"object": key, "match": match, **({"mode": mode} if mode else {})}
        mapping = mapping.model_copy(update=changes)
        plan = bind(mapping, document, source.header, context.catalogue, self.types)
        lists = lists_of(context.catalogue, target)
        asked = needed_faults(needed_by(target, lists, mapping), mapping, {"header": plan.header})
        if asked:
            raise Invalid(NEEDED, asked[0].zh, asked[0].en, asked)
        return plan

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
                "file": source.name,
                "digest": source.digest,
                "settings": settings,
                "mapping": described(plan),
                "member": context.actor.member,
            }
            await store.insert_job(context.tx, values)
        return job


def _without_totals(source: Source) -> Source:
    sample = list(islice(read_lines(source), SAMPLED))
    return without(source, [total.row for total in totals_in(source, sample)])


def _summary(state: Running, made: UUID | None, resumed_at: int) -> Summary:
    return Summary(
        made,
        state.sweep.plan.object.key,
        state.source.header,
        state.progress.counts,
        tuple(state.faults),
        time.monotonic() - state.started,
        resumed_at,
        tuple(sorted(state.source.left_out)),
    )


def _settings_digest(plan: ImportPlan, member: UUID) -> str:
    """What makes two imports the same one: object, mapping, mode, member."""
    told = [plan.object.id, str(member), described(plan), list(plan.header)]
    nulls = [sorted(column.nulls) for column in plan.columns]
    return hashlib.sha256(orjson.dumps([told, nulls], option=orjson.OPT_SORT_KEYS)).hexdigest()


def errors_path(file: Path) -> Path:
    """Return where refused rows are written unless told otherwise: beside the file."""
    return file.with_name(f"{file.stem}.errors.csv")
