"""Purging objects: their records, history, comments, files and all that was kept about them.

1. Whoever asks retires the objects; in the same transaction the purge is noted, an entry in history
   tells of it, and the objects can never come back.
2. A step takes the next records: what is kept about them goes, with their history, and the numbers
   of its entries are written down, so that seals can tell them from entries that were removed.
3. Once none is left the tables are dropped, and an entry in history counts and hashes what went.
Each step is one transaction with its place: whoever is killed loses one, and the next goes on.
"""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from changliu.fields.attached import is_file_field
from changliu.files.service import erase as erase_files
from changliu.kit.db import Database, Tx, Workspace
from changliu.kit.failpoints import reach
from changliu.kit.ids import uuid7
from changliu.kit.retry import retry_locked
from changliu.records.changeset.model import Changeset
from changliu.records.changeset.store.run import keep_changeset
from changliu.records.history.erasure.model import without_texts
from changliu.records.history.erasure.store import replace_answers, told_answers
from changliu.records.purging import store
from changliu.records.purging.model import Doomed, Purge, Traces, stretches
from changliu.schema.catalogue import catalogue
from changliu.schema.leftovers.service import drop_fields, drop_object
from changliu.schema.leftovers.store import keep_away
from changliu.schema.model import Object

VIA = "purge"
STEP = "purge.step"
# Records of one transaction: some 200 ms.
BATCH = 1_000


def doomed(target: Object) -> Doomed:
    """Return what has to be known of an object once the catalogue does not know it."""
    files = tuple(f.column or "" for f in target.stored if is_file_field(f))
    return Doomed(target.id, target.key, files)


async def begin(tx: Tx, purge: Purge) -> None:
    """Note a purge of retired objects and fields: from here on nothing brings them back."""
    await keep_away(tx, [each.id for each in purge.objects])
    await store.insert(tx, purge)
    await _tell(tx, purge, ended=False)


async def _tell(tx: Tx, purge: Purge, *, ended: bool) -> None:
    made = uuid7()
    said = Changeset((), via=VIA, reason=purge.subject)
    await keep_changeset(tx, made, purge.member, said, None)
    await store.tell(tx, purge, made, ended=ended)


async def step(database: Database, workspace: Workspace, traces: Traces, purge: Purge) -> Purge:
    """Do the next part of a purge and return how far it is."""
    if purge.at < len(purge.objects):
        return await retry_locked(lambda: _take_some(database, workspace, traces, purge))
    for each in purge.objects:
        await drop_object(database, workspace, each.id)
    await drop_fields(database, workspace, purge.fields)
    return await retry_locked(lambda: _end(database, workspace, purge))


async def _take_some(
    database: Database, workspace: Workspace, traces: Traces, purge: Purge
) -> Purge:
    async with database.ddl(workspace, exclusive=False) as tx:
        now = await store.find(tx, purge.id)
        if now is None or now.at != purge.at or now.place != purge.place:
            return now or replace(purge, state="done")
        target = now.objects[now.at]
        ids = await store.next_records(tx, target.id, now.place, BATCH)
        if ids:
            files = await store.files_of(tx, target, ids)
            gone = await store.forget(tx, ids, traces.items)
            await store.note_gone(tx, now.id, stretches(gone))
            await _silence(tx, ids)
            await erase_files(tx, sorted(files - await _kept(tx, sorted(files))))
            now = replace(now, place=ids[-1], done=now.done + len(ids))
        else:
            for end in traces.enders:
                await end(tx, target, now.started_at)
            now = replace(now, place=None, at=now.at + 1)
        await store.move(tx, now)
        reach(STEP)
        return now


async def _kept(tx: Tx, files: Sequence[UUID]) -> set[UUID]:
    """Those of some files that records which stay hold too."""
    found = await catalogue(tx)
    columns = [
        (o.table, f.column or "") for o in found.objects for f in o.stored if is_file_field(f)
    ]
    return await store.held_elsewhere(tx, files, columns)


async def _silence(tx: Tx, ids: Sequence[UUID]) -> None:
    answers = await told_answers(tx, ids, ())
    if answers:
        await replace_answers(tx, [(made, without_texts(answer)) for made, answer in answers])


async def _end(database: Database, workspace: Workspace, purge: Purge) -> Purge:
    async with database.ddl(workspace, exclusive=False) as tx:
        now = await store.find(tx, purge.id)
        if now is None or now.state == "done":
            return replace(purge, state="done")
        await _tell(tx, now, ended=True)
        ended = replace(now, state="done", ended_at=tx.now)
        await store.move(tx, ended)
        return ended
