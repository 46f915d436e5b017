"""Taking an app away with its data: what that would cost, and the job that does it.

The definitions go at once, as ever; records, history, comments and files by a job, then the tables.
"""

import time
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from changliu.bundles import store
from changliu.bundles.removal import Part
from changliu.definitions.model import Effect
from changliu.identity.model import ADMIN_ROLE, Actor
from changliu.jobs.model import Job, LongWork
from changliu.jobs.service import enqueue
from changliu.kit.db import Database, Tx, Workspace
from changliu.kit.errors import Conflict, Forbidden, Invalid, NotFound
from changliu.kit.ids import uuid7
from changliu.records.purging import service
from changliu.records.purging import store as purges
from changliu.records.purging.model import Purge, Traces
from changliu.schema.catalogue import catalogue
from changliu.schema.kind import FIELD_KIND, OBJECT_KIND
from changliu.schema.model import Catalogue

PURGE = "bundle.purge"
# Seconds one job works for before it hands over to the next.
PIECE = 60.0


def check_typed(actor: Actor, row: dict[str, Any], typed: str) -> None:
    """Raise `Forbidden` (`bundle.purge_denied`) unless an administrator asks, `Invalid`
    (`bundle.purge_name`) unless the app's key or label was typed."""
    if ADMIN_ROLE not in actor.roles:
        raise Forbidden(
            "bundle.purge_denied",
            "只有管理员可以连同数据一起删除应用；您可以只卸载，数据保留 90 天。",
            "Only an administrator may remove an app with its data; you may uninstall it, the data"
            " is kept for 90 days.",
        )
    if typed.strip() not in {row["key"], *row["label"].values()}:
        raise Invalid(
            "bundle.purge_name",
            f"请输入应用的名称“{row['label']['zh-CN']}”以确认彻底删除；什么都没有改动。",
            f"Type the app's name '{row['label']['en']}' to confirm that its data goes for good;"
            " nothing was changed.",
        )


async def losses(tx: Tx, parts: Sequence[Part]) -> list[Effect]:
    """Return what goes for good with an app, counted."""
    found = await catalogue(tx)
    tables = [found.object(part.key).id for part in parts if part.kind.name == OBJECT_KIND.name]
    rows, entries = await purges.count(tx, tables)
    zh = (
        f"彻底删除 {len(tables)} 个对象的 {rows} 条记录（含回收站）和 {entries} 条修改记录，"
        "以及其评论、附件、编号；无法恢复"
    )
    en = (
        f"{rows} records of {len(tables)} objects (trash included) and {entries} entries of history"
        " go for good, with their comments, files and numbers; nothing brings them back"
    )
    return [Effect("purge", zh, en)]


async def begin(
    tx: Tx, actor: Actor, bundle: str, parts: Sequence[Part], before: Catalogue
) -> Purge:
    """Doom the objects that have just been retired (lines of theirs too) and ask for the job."""
    after = await catalogue(tx)
    objects = tuple(service.doomed(o) for o in before.objects if o.id not in after.by_id)
    gone = {each.key for each in objects}
    fields = tuple(
        before.object(owner).by_key[key].id
        for owner, _, key in (p.key.partition(".") for p in parts if p.kind.name == FIELD_KIND.name)
        if owner not in gone
    )
    total, _ = await purges.count(tx, [each.id for each in objects])
    made = Purge(
        uuid7(), bundle, objects, fields, actor.member, "running", 0, None, 0, total, tx.now
    )
    await service.begin(tx, made)
    await store.forget_parts(tx, bundle, [part.name for part in parts])
    await enqueue(tx, PURGE, {"purge": str(made.id)}, dedupe=f"{PURGE}:{made.id}")
    return made


async def show(tx: Tx, bundle: str) -> dict[str, Any]:
    """Return how far an app's purge is; raises `NotFound` (`bundle.no_purge`)."""
    found = await purges.latest(tx, bundle)
    if found is None:
        raise NotFound(
            "bundle.no_purge",
            f"应用“{bundle}”的数据没有被彻底删除过。",
            f"The data of the app '{bundle}' was never removed for good.",
        )
    return found.as_json()


async def under_way(tx: Tx, bundles: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return how far the apps are whose data is being removed right now, by app."""
    found = {key: await purges.latest(tx, key) for key in bundles}
    return {key: one.as_json() for key, one in found.items() if one and one.state == "running"}


async def check_still(tx: Tx, bundle: str) -> None:
    """Raise `Conflict` (`bundle.purging`) while an app's data is being removed."""
    found = await purges.latest(tx, bundle)
    if found is not None and found.state == "running":
        raise Conflict(
            "bundle.purging",
            f"应用“{bundle}”的数据正在彻底删除（{found.done}/{found.total}），请等它结束后再安装。",
            f"The data of the app '{bundle}' is being removed ({found.done} of {found.total}): wait"
            " until that has ended, then install.",
        )


class Purging(LongWork):
    """The long work of `bundle.purge` jobs."""

    lease = timedelta(minutes=10)

    def __init__(self, traces: Traces) -> None:
        self._traces = traces

    async def work(self, database: Database, workspace: Workspace, job: Job) -> bool:
        """Take away for a while; say whether something is left."""
        until = time.monotonic() + PIECE
        async with database.transaction(workspace) as tx:
            purge = await purges.find(tx, UUID(job.payload["purge"]))
        while purge is not None and purge.state == "running" and time.monotonic() < until:
            purge = await service.step(database, workspace, self._traces, purge)
        return purge is not None and purge.state == "running"

    async def finish(self, tx: Tx, job: Job, answer: Any) -> None:
        """Have what is left taken away."""
        if answer:
            await enqueue(tx, PURGE, job.payload)
