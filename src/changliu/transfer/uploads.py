"""The verbs of imports over HTTP: bring a file, correct its mapping, begin, cancel, let go.

1. A file is looked at before it is kept: one that cannot be read leaves nothing behind.
2. It is held by its import, whose mapping is guessed; a trial says what would happen, at once for
short files, by a job for long ones.
3. Once begun, a job runs it in pieces; each ends at a cursor, so any worker goes on from there.
4. When it has ended its file is let go; refused rows stay, with their reasons.
"""

import asyncio
import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson

from changliu.fields.registry import FIELD_TYPES
from changliu.files import service as files
from changliu.files.folder import Folder, folder_of
from changliu.files.model import File
from changliu.identity.model import Actor
from changliu.jobs.service import enqueue
from changliu.kit.db import Database, Tx, Workspace
from changliu.kit.errors import Conflict, Invalid, NotFound
from changliu.records.changeset.participant import Participant
from changliu.records.context import Context
from changliu.schema.model import Object
from changliu.transfer.asking import asked_of, settled
from changliu.transfer.engine import Engine, Running, importable, importing
from changliu.transfer.guessing import lists_of, names_of
from changliu.transfer.heading import folded
from changliu.transfer.intake import (
    Look,
    completed,
    first_mapping,
    header_digest,
    look,
    planned,
    read_body,
    source_of,
)
from changliu.transfer.mapping import layout_of
from changliu.transfer.model import Counts, Import, Progress
from changliu.transfer.plan import BATCH_ROWS
from changliu.transfer.plan import described as described_plan
from changliu.transfer.reader import Layout, rows_of
from changliu.transfer.roster import target_of
from changliu.transfer.store import progress, uploads
from changliu.transfer.sweep import Memory, Sweep
from changliu.transfer.telling import preview_of

# Kinds of jobs: run an import; try a long one out; close drafts that were left lying.
RUN, REHEARSE, SWEEP = "import.run", "import.rehearse", "import.sweep"
# A file of at most this many rows is tried out while its sender waits: about a second.
AT_ONCE = 1_000
# Imports of one member that have not ended.
MAX_OPEN = 20


@dataclass(frozen=True, slots=True)
class House:
    """Where imports are done: the database, the workspace, the folder of data, who has a say."""

    database: Database
    workspace: Workspace
    data: Path
    participants: tuple[Participant, ...]

    @property
    def folder(self) -> Folder:
        """The files of the workspace."""
        return folder_of(self.data, self.workspace.schema)

    def rows_place(self, import_id: UUID, sheet: str | None) -> Path:
        """Return where the rows of a workbook's sheet are written for an import."""
        mark = hashlib.sha256((sheet or "").encode()).hexdigest()[:8]
        return self.folder.scratch(f"import-{import_id.hex}-{mark}.csv")

    def engine(self, member: UUID) -> Engine:
        """Return what runs imports as a member."""
        return Engine(self.database, self.workspace, FIELD_TYPES, self.participants, member)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a file's sender asked: the object, the layout, a mapping (None: guess it)."""

    object: str
    layout: Layout
    body: dict[str, Any] | None = None


async def admitted(tx: Tx, actor: Actor, house: House, target: str) -> Context:
    """Return the context of a member who may import into an object and has room for one more.

    Raises `Forbidden` (`import.denied`), `NotFound` (`object.unknown`), `Conflict`.
    """
    context = await importing(tx, actor, house.participants)
    importable(context, target)
    if await uploads.count_open(tx, actor.member) >= MAX_OPEN:
        raise Conflict(
            "import.too_many",
            f"您已有 {MAX_OPEN} 个没有结束的导入，请先完成或取消其中一些。",
            f"You have {MAX_OPEN} imports that have not ended; finish or cancel some first.",
        )
    return context


async def glance(
    house: House, wish: Wish, made: UUID, at: tuple[str, Path], known: frozenset[str]
) -> Look:
    """Look at a file (its name, where it lies) for an import, with no transaction open if it can
    be helped: a workbook takes a while. Raises `Invalid` where it cannot be read."""
    if wish.body is not None:
        known |= {folded(name) for name in wish.body.get("columns", {})}
    place = house.rows_place(made, wish.layout.sheet)
    try:
        return await asyncio.to_thread(look, at[1], at[0], wish.layout, known, place)
    except Invalid:
        for left in rows_of(place):
            left.unlink(missing_ok=True)
        raise


async def add(tx: Tx, context: Context, wish: Wish, made: UUID, found: tuple[Look, File]) -> Import:
    """Write an import that waits for its mapping to be looked at; the file's row is there."""
    seen, file = found
    target = target_of(context.catalogue, wish.object)
    described = seen.as_json()
    if wish.body is not None:
        described, guesses = settled(described), list[dict[str, Any]]()
        body = _completed(wish.body, described, target)
    else:
        body, guesses, described = await _guessed(context, target, wish.layout, seen)
    await files.mark_attached(tx, [file.id])
    new = Import(
        made, target.key, file.name, "draft", context.actor.member, file.id, described, body,
        guesses, 0, None, False, 1, 0, Counts(), None, tx.now, tx.now,
    )  # fmt: skip
    await uploads.insert(tx, new, seen.source.digest)
    return new


async def _guessed(
    context: Context, target: Object, layout: Layout, seen: Look
) -> tuple[dict[str, Any], list[dict[str, Any]], dict[str, Any]]:
    """Return the mapping to begin with, what it rests on, and what is known of the file."""
    known = await uploads.remembered(context.tx, target.key, header_digest(seen.source.header))
    lists = lists_of(context.catalogue, target)
    body, guessed = first_mapping(seen, (target, lists), layout, known)
    described = seen.as_json()
    if any(each.by == "remembered" for each in guessed):
        described = settled(described)
    return _completed(body, described, target), [g.as_json() for g in guessed], described


def _completed(body: dict[str, Any], described: dict[str, Any], target: Object) -> dict[str, Any]:
    if not body["columns"]:
        return body
    mapping = completed(read_body(body), described, target)
    return mapping.model_dump(mode="json", exclude_unset=True)


async def found(tx: Tx, member: UUID, import_id: UUID, *, lock: bool = False) -> Import:
    """Return a member's own import; raises `NotFound` (`import.missing`)."""
    made = await uploads.find(tx, import_id, lock=lock)
    if made is None or made.member != member:
        raise NotFound(
            "import.missing",
            "没有这次导入，或不是您的导入。",
            "There is no such import, or it is not yours.",
        )
    return made


async def remap(house: House, context: Context, made: Import, body: dict[str, Any]) -> Import:
    """Replace the mapping of an import that has not begun; the file is looked at again when the
    mapping speaks of another sheet or header.

    Raises `Conflict` (`import.begun`), `Invalid` (`import.mapping`, `csv.*`, `xlsx.*`).
    """
    check_open(made)
    mapping = read_body(body)
    target = importable(context, made.object)
    if mapping.object not in (None, made.object):
        raise Invalid(
            "import.object",
            "一次导入只能导入到一个对象，请为另一个对象重新上传文件。",
            "An import fills one object; bring the file again for another.",
        )
    described = made.described
    layout = layout_of(mapping)
    if layout != Layout() and layout != _layout_told(described):
        at = made.file, await _path(house, context.tx, made)
        seen = await glance(house, Wish(made.object, layout, body), made.id, at, names_of(target))
        described = seen.as_json()
    # Who names columns of a header has seen it.
    described = settled(described)
    mapping = completed(mapping, described, target)
    body = mapping.model_dump(mode="json", exclude_unset=True)
    changed = replace(made, body=body, described=described)
    # Bound before it is kept: a mapping that does not fit changes nothing.
    planned(context, changed)
    revision = await uploads.set_mapping(context.tx, made.id, body, described)
    return replace(changed, revision=revision, preview=None, state="draft", failure=None)


async def relay(house: House, context: Context, made: Import, layout: Layout) -> Import:
    """Look at the file of an import that has not begun in another way, and guess its mapping anew.

    Raises `Conflict` (`import.begun`), `Invalid` (`csv.*`, `xlsx.*`).
    """
    check_open(made)
    target = importable(context, made.object)
    at = made.file, await _path(house, context.tx, made)
    seen = await glance(house, Wish(made.object, layout), made.id, at, names_of(target))
    body, guesses, described = await _guessed(context, target, layout, seen)
    changed = replace(made, body=body, described=described, guesses=guesses)
    revision = await uploads.set_mapping(context.tx, made.id, body, described, guesses)
    return replace(changed, revision=revision, preview=None, state="draft", failure=None)


async def try_out(house: House, made: Import) -> Import:
    """Find out what an import would do: at once when it is short, else by a job."""
    if not made.body.get("columns"):
        return made
    if made.described["rows"] <= AT_ONCE:
        preview = await rehearsed(house, made, keep=False)
        async with house.database.transaction(house.workspace) as tx:
            await uploads.set_preview(tx, made.id, made.revision, preview)
        return replace(made, preview=preview)
    preview = {"state": "running", "done": 0, "total": made.described["rows"]}
    async with house.database.transaction(house.workspace) as tx:
        if await uploads.set_preview(tx, made.id, made.revision, preview):
            # One job a revision: a job in flight, or of a worker that died, holds none back.
            await enqueue(tx, REHEARSE, {"import": str(made.id), "revision": made.revision})
    return replace(made, preview=preview)


async def rehearsed(house: House, made: Import, *, keep: bool) -> dict[str, Any]:
    """Try an import out and return its preview; `keep` writes down how far it is on the way.

    It ends early when its mapping changes meanwhile.
    """
    engine = house.engine(made.member)
    state = await opened(house, made)
    async for _ in engine.rehearse(state):
        if not keep:
            continue
        async with house.database.transaction(house.workspace) as tx:
            if not await uploads.set_preview(
                tx, made.id, made.revision, preview_of(state, "running")
            ):
                break
    return preview_of(state, "done")


async def opened(house: House, made: Import) -> Running:
    """Return an import ready to run from where it is; raises `Invalid` where it no longer fits."""
    async with house.database.transaction(house.workspace) as tx:
        context = await house.engine(made.member).context(tx)
        importable(context, made.object)
        path = await _path(house, tx, made)
        place = house.rows_place(made.id, made.described["sheet"])
        source = await asyncio.to_thread(source_of, made, path, place)
        plan = planned(context, made)
    job = progress.Job(made.id, made.sweep, made.place, made.counts)
    return Running(
        source,
        Sweep(made.id, made.file, plan, Memory(), made.quiet),
        job,
        Progress(made.described["rows"], made.place, made.sweep, counts=replace(made.counts)),
        batch_rows=BATCH_ROWS,
    )


async def begin(context: Context, made: Import, *, quiet: bool) -> Import:
    """Set an import going; one that failed goes on where it stopped.

    Raises `Conflict` (`import.begun`), `Invalid` (`import.mapping`, `import.asks`).
    """
    check_open(made)
    target = importable(context, made.object)
    if not made.body.get("columns"):
        raise Invalid(
            "import.no_columns",
            "还没有一列对应到字段，请先设置映射。",
            "No column fills a field yet; set the mapping first.",
        )
    asked = asked_of(made, target, lists_of(context.catalogue, target))
    if asked:
        raise Invalid("import.asks", asked[0].zh, asked[0].en, asked)
    plan = planned(context, made)
    digest = orjson.dumps(described_plan(plan), option=orjson.OPT_SORT_KEYS)
    settings = hashlib.sha256(digest).hexdigest()
    await uploads.begin(context.tx, made.id, described_plan(plan), settings, quiet=quiet)
    await uploads.remember(context.tx, made, header_digest(made.described["header"]))
    await enqueue(context.tx, RUN, {"import": str(made.id)}, dedupe=f"{RUN}:{made.id}")
    return replace(made, state="running", quiet=quiet, failure=None)


async def cancel(tx: Tx, made: Import) -> Import:
    """Stop an import after the batch it is in; what it wrote stays. One that ended stays so."""
    if made.state in ("done", "cancelled"):
        raise Conflict(
            "import.ended",
            "这次导入已经结束；要取回写入的数据，请撤销它。",
            "This import has ended; to take back what it wrote, revert it.",
        )
    await progress.cancel(tx, made.id)
    await let_go(tx, made.id)
    return replace(made, state="cancelled")


async def let_go(tx: Tx, import_id: UUID) -> None:
    """Give up the file of an import that has ended, and the samples taken of it."""
    file = await uploads.release(tx, import_id)
    if file is not None:
        await files.erase(tx, [file])


def check_open(made: Import) -> None:
    """Raise `Conflict` (`import.begun`) for an import that runs or has ended."""
    if made.state not in ("draft", "failed"):
        raise Conflict(
            "import.begun",
            "这次导入已经开始或结束，不能再改；请重新上传文件。",
            "This import has begun or ended and cannot be changed; bring the file again.",
        )


async def _file(tx: Tx, made: Import) -> File:
    assert made.upload is not None
    kept = await files.files_by_id(tx, [made.upload])
    if made.upload not in kept:
        raise files.unknown_file()
    return replace(kept[made.upload], name=made.file)


async def _path(house: House, tx: Tx, made: Import) -> Path:
    return house.folder.place((await _file(tx, made)).sha256)


def _layout_told(described: dict[str, Any]) -> Layout:
    told = ("encoding", "delimiter", "sheet", "header_row", "header_rows")
    return Layout(*(described[name] for name in told))
