"""The work behind a change of type: fill the column, follow the history, swap.

1. Convert every record by id, a piece a transaction; a kill loses at most a piece, which is done
again. 2. Hold writers back for an instant to learn where the history ends (whoever writes holds the
workspace's lock), let them go, and convert what was written up to there. 3. When little is left:
hold them back once more, convert it, publish the field under its new type.
"""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from changliu.definitions import service as definitions
from changliu.definitions.kind import KindRegistry
from changliu.definitions.model import Use
from changliu.fields.conversion import convert
from changliu.fields.model import Field
from changliu.fields.registry import FIELD_TYPES
from changliu.identity import service as identity
from changliu.jobs.model import Job, LongWork
from changliu.jobs.service import enqueue
from changliu.kit import clock
from changliu.kit.db import Database, Tx, Workspace
from changliu.kit.errors import Conflict, Invalid, Problem
from changliu.kit.failpoints import reach
from changliu.kit.retry import retry_locked
from changliu.schema import ddl
from changliu.schema.catalogue import catalogue
from changliu.schema.ddl import Moved
from changliu.schema.kind import FIELD_KIND
from changliu.schema.model import Object
from changliu.schema.retype import store
from changliu.schema.retype.body import field_wanted
from changliu.schema.retype.losses import adapt
from changliu.schema.retype.model import RUNNING, Changes, Retype
from changliu.schema.retype.service import FILL, former_of
from changliu.schema.turns import run_turn, turn_of

# Records of one transaction: some 30 ms, in which writers of the same records wait.
PIECE = 1_000
# What the swap may still convert while everybody waits (some 10 ms).
REST = 300
# A pause as long as the piece took, or longer: disk and locks are for people at work.
PAUSE = timedelta(milliseconds=20)
SPAN = timedelta(seconds=15)


class _Behind(Exception):  # noqa: N818 -- control flow, never seen outside
    """Too much was written since: follow on, then try again."""


class Filling(LongWork):
    """The long work of `schema.retype` jobs."""

    lease = timedelta(seconds=60)

    def __init__(self, kinds: KindRegistry, changes: Changes) -> None:
        self._kinds, self._changes = kinds, changes

    async def work(self, database: Database, workspace: Workspace, job: Job) -> str:
        """Go on for some seconds; returns `more` or `over`."""
        number, began = int(job.payload["retype"]), clock.real()
        while clock.real() - began < SPAN:
            piece = clock.real()
            async with database.transaction(workspace, write=False) as tx:
                change = await store.get(tx, number)
            if change is None or change.state not in RUNNING:
                return "over"
            if change.state == "fill":
                await self._fill(database, workspace, number)
            else:
                await self._follow(database, workspace, change)
            await asyncio.sleep(max(PAUSE, clock.real() - piece).total_seconds())
        return "more"

    async def finish(self, tx: Tx, job: Job, answer: Any) -> None:
        """Go on with what is left; count what has no place once it is over."""
        change = await store.get(tx, int(job.payload["retype"]))
        if change is None:
            return
        if answer == "more":
            await enqueue(tx, FILL, job.payload, lock_key=f"retype:{change.field}")
        elif change.state == "done":
            await store.count_unconverted(tx, change.object, change)

    async def _fill(self, database: Database, workspace: Workspace, number: int) -> None:
        async with database.transaction(workspace) as tx:
            change = await store.get(tx, number, lock=True)
            if change is None or change.state != "fill":
                return
            owner, field = await _field(tx, change)
            if field is None:
                await store.end(tx, number, "cancelled")
                return
            await store.commit_lazily(tx)
            rows = await store.held(tx, owner, change.source, change.place, PIECE)
            refused = await put_converted(tx, change, field, rows)
            place = rows[-1][0] if len(rows) == PIECE else None
            await store.advance(tx, number, place=place, done=len(rows), refused=refused)
            reach("retype.fill")

    async def _follow(self, database: Database, workspace: Workspace, change: Retype) -> None:
        upto = await retry_locked(lambda: self._horizon(database, workspace))
        seen = change.seen
        while seen < upto:
            seen = await self._catch_up(database, workspace, change.id, upto)
        reach("retype.follow")
        try:
            await self._swap(database, workspace, change.id)
        except _Behind:
            return
        except Problem as refusal:
            # Busy is not refused: the next job tries again.
            if not isinstance(refusal, Invalid | Conflict):
                raise
            fault = {"zh-CN": refusal.zh, "en": refusal.en, "code": refusal.code}
            async with database.transaction(workspace) as tx:
                await store.end(tx, change.id, "failed", fault)

    async def _horizon(self, database: Database, workspace: Workspace) -> int:
        async with database.ddl(workspace) as tx:
            return await self._changes.latest(tx)

    async def _catch_up(
        self, database: Database, workspace: Workspace, number: int, upto: int
    ) -> int:
        async with database.transaction(workspace) as tx:
            change = await store.get(tx, number, lock=True)
            if change is None or change.state != "follow":
                return upto
            owner, field = await _field(tx, change)
            window = (change.seen, upto)
            records, seen = await self._changes.between(tx, change.object, window, PIECE)
            if field is not None:
                rows = await store.held_among(tx, owner, change.source, records)
                await put_converted(tx, change, field, rows)
            await store.look(tx, number, seen)
            return seen

    async def _swap(self, database: Database, workspace: Workspace, number: int) -> None:
        async def work(tx: Tx) -> None:
            change = await store.get(tx, number, lock=True)
            if change is None or change.state != "follow":
                return
            found = await catalogue(tx)
            owner = found.by_id.get(change.object)
            field = owner.by_id.get(change.field) if owner else None
            if owner is None or field is None:
                await store.end(tx, number, "cancelled")
                return
            await self._publish(tx, change, owner, field)
            await self._last(tx, change, field)
            await store.end(tx, number, "done")
            reach("retype.swap")

        await run_turn(database, workspace, work)

    async def _publish(self, tx: Tx, change: Retype, owner: Object, field: Field) -> None:
        """Publish the field's new body, and again what uses it; raises `Invalid`."""
        actor = await identity.actor(tx, change.started_by)
        turn_of(tx).moved[field.id] = Moved(
            change.target, former_of(field, tx.catalogue_version + 1)
        )
        key = f"{owner.key}.{field.key}"
        live = await definitions.get(tx, FIELD_KIND, key)
        body = {k: v for k, v in live.body.items() if k not in OF_TYPE}
        body |= {k: v for k, v in change.wanted.items() if k in OF_TYPE}
        await definitions.put(tx, actor, FIELD_KIND, key, body)
        losses = await adapt(tx, actor, self._kinds, Use(owner.id, field.id))
        if losses.token != change.confirm:
            raise _used_since()

    async def _last(self, tx: Tx, change: Retype, field: Field) -> None:
        """Hold writers back and convert what they wrote last; raises `_Behind`."""
        await ddl.swap(tx, turn_of(tx))
        window = (change.seen, await self._changes.latest(tx))
        records, seen = await self._changes.between(tx, change.object, window, REST)
        if seen < window[1]:
            raise _Behind
        rows = await store.held_among(tx, change.object, change.source, records)
        await put_converted(tx, change, field, rows)


# Of the wanted body, what belongs to the change of type; the rest may have changed meanwhile.
OF_TYPE = ("type", "settings", "default", "unique", "required")


async def _field(tx: Tx, change: Retype) -> tuple[str, Field | None]:
    owner = (await catalogue(tx)).by_id.get(change.object)
    return change.object, owner.by_id.get(change.field) if owner else None


async def put_converted(
    tx: Tx, change: Retype, field: Field, rows: Sequence[tuple[UUID, Any]]
) -> int:
    """Convert rows of (id, old value) into the new column; returns how many have no place."""
    if not rows:
        return 0
    target = field_wanted(field, change.wanted, change.target)
    cells = convert([value for _, value in rows], field, target)
    storage = FIELD_TYPES[target.type].storage(target.settings)
    assert storage is not None
    values = [(record, value) for (record, _), value in zip(rows, cells.values, strict=True)]
    await store.put_values(tx, change.object, (change.target, storage.sql_type), values)
    return sum(fault is not None for fault in cells.faults)


def _used_since() -> Invalid:
    return Invalid(
        "retype.impact",
        "转换期间，使用这个字段的定义有了变化，受影响的清单与确认时不同；字段没有改动，请重新提交。",
        "What uses the field has changed meanwhile, so the list you confirmed no longer holds;"
        " the field is as it was. Send the change again.",
    )
