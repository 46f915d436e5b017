"""What changes leave behind is kept, found, erased with a person, and dropped in the end."""

from datetime import timedelta

import httpx
import pytest
from psycopg import sql
from tests.schema.retyping import drain, held, make, retype

from changliu.jobs.service import enqueue
from changliu.kit.db import Workspace
from changliu.kit.platform import Platform
from changliu.schema.catalogue import catalogue
from changliu.schema.leftovers import service, store
from changliu.schema.leftovers.service import SWEEP, Structure


async def compared(platform: Platform, workspace: Workspace) -> Structure:
    async with platform.database.transaction(workspace, write=False) as tx:
        return await service.compare(tx)


async def age(platform: Platform, workspace: Workspace, days: int) -> None:
    """Let everything left behind have been so for days, then sweep."""
    async with platform.database.transaction(workspace) as tx:
        for table, column in (("field", "removed_at"), ("retype", "ended_at")):
            text = sql.SQL("UPDATE {} SET {} = {} - %s::interval").format(
                sql.Identifier(workspace.schema, table), *[sql.Identifier(column)] * 2
            )
            await tx.execute(text, [timedelta(days=days)])
        await enqueue(tx, SWEEP, {})
    await drain(platform)


async def test_columns_stay_for_a_while_and_go(
    admin: httpx.AsyncClient, platform: Platform, workspace: Workspace
) -> None:
    ids = await make(admin, "kept", {"type": "text"}, ["1", "two"])
    await retype(admin, platform, "kept", {"type": "number"})
    await admin.post("/api/objects/kept/fields", json={"key": "y", "label": "y", "type": "text"})
    assert (await admin.delete("/api/objects/kept/fields/y")).status_code == 200
    found = await compared(platform, workspace)
    assert found.sound, found
    assert sorted(entry.why for entry in found.left) == ["removed", "replaced"]
    await age(platform, workspace, 29)
    assert len((await compared(platform, workspace)).left) == 2
    await age(platform, workspace, 2)
    assert [e.why for e in (await compared(platform, workspace)).left] == ["removed"]
    progress = (await admin.get("/api/objects/kept/fields/x/retype")).json()
    assert (progress["unconverted"], progress["values"]) == (1, [])
    await age(platform, workspace, 60)
    assert (await compared(platform, workspace)).left == []
    back = await admin.post("/api/definitions/field/kept.y/rollback", json={"version": 1})
    assert back.status_code in (200, 201), back.text
    found = await compared(platform, workspace)
    assert (found.sound, found.left) == (True, [])
    assert await held(admin, "kept", ids) == ["1", None]


async def test_a_person_is_erased_from_what_is_left(
    admin: httpx.AsyncClient, platform: Platform, workspace: Workspace
) -> None:
    await make(admin, "person", {"type": "text", "personal": True}, ["王小明13800138000", "其他人"])
    await retype(admin, platform, "person", {"type": "phone"})
    async with platform.database.transaction(workspace) as tx:
        await service.forget(tx, ["王小明13800138000"])
    async with platform.database.transaction(workspace, write=False) as tx:
        [left] = [e for e in (await service.compare(tx)).left if e.body.get("personal")]
        text = sql.SQL("SELECT {} FROM {}").format(
            sql.Identifier(left.column), sql.Identifier(workspace.schema, left.table)
        )
        assert sorted(str(row[0]) for row in await tx.rows(text)) == ["None", "其他人"]


@pytest.mark.feature("Z1")
async def test_what_no_catalogue_knows_is_found(platform: Platform, workspace: Workspace) -> None:
    table = sql.Identifier(workspace.schema, "o_1")
    async with platform.database.ddl(workspace) as tx:
        await tx.execute(sql.SQL("ALTER TABLE {} ADD COLUMN f_9999 text").format(table))
    assert "o_1.f_9999" in (await compared(platform, workspace)).unknown
    async with platform.database.ddl(workspace) as tx:
        await tx.execute(sql.SQL("ALTER TABLE {} DROP COLUMN f_9999").format(table))
    assert (await compared(platform, workspace)).sound


async def test_columns_of_roll_ups_are_known_lost_and_swept(
    admin: httpx.AsyncClient, platform: Platform, workspace: Workspace
) -> None:
    up = {"key": "up", "label": "上", "type": "reference", "object": "summed",
          "inverse": {"key": "parts"}}  # fmt: skip
    total = {"key": "total", "label": "合计", "type": "rollup", "children": "parts",
             "function": "COUNT", "maintained": True}  # fmt: skip
    for body in ({"key": "summed"}, {"key": "part", "fields": [up]}):
        made = await admin.post("/api/objects", json={"label": "物", **body})
        assert made.status_code == 201, made.text
    made = await admin.post("/api/objects/summed/fields", json=total)
    assert made.status_code == 201, made.text
    before = await compared(platform, workspace)
    assert before.sound, before
    async with platform.database.transaction(workspace, write=False) as tx:
        [rollup] = (await catalogue(tx)).rollups
        table = (await catalogue(tx)).by_id[rollup.parent].table
    place = sql.Identifier(workspace.schema, table), sql.Identifier(rollup.column)
    async with platform.database.ddl(workspace) as tx:
        await tx.execute(sql.SQL("ALTER TABLE {} RENAME COLUMN {} TO lost").format(*place))
    assert (await compared(platform, workspace)).missing == [f"{table}.{rollup.column}"]
    async with platform.database.ddl(workspace) as tx:
        await tx.execute(sql.SQL("ALTER TABLE {} RENAME COLUMN lost TO {}").format(*place))
    changed = await admin.patch("/api/objects/summed/fields/total", json={"maintained": False})
    assert changed.status_code == 200, changed.text
    found = await compared(platform, workspace)
    assert found.sound, found
    assert [e.column for e in found.left if e.why == "derived"] == [rollup.column]
    await age(platform, workspace, 0)
    found = await compared(platform, workspace)
    assert (found.sound, [e for e in found.left if e.why == "derived"]) == (True, [])
    again = await admin.patch("/api/objects/summed/fields/total", json={"maintained": True})
    assert again.status_code == 200, again.text
    assert (await compared(platform, workspace)).sound
    up_id = (await admin.post("/api/records/summed", json={})).json()["id"]
    assert (await admin.post("/api/records/part", json={"up": up_id})).status_code == 201
    assert (await admin.get(f"/api/records/summed/{up_id}")).json()["values"]["total"] == 1


async def test_a_sequence_goes_with_its_column(
    admin: httpx.AsyncClient, platform: Platform, workspace: Workspace
) -> None:
    number = {"key": "no", "label": "号", "type": "autonumber", "pattern": "{0000}"}
    body = {"key": "counted", "label": "数", "fields": [number]}
    assert (await admin.post("/api/objects", json=body)).status_code == 201
    async with platform.database.transaction(workspace, write=False) as tx:
        before = await store.sequences(tx)
    assert (await admin.delete("/api/objects/counted/fields/no")).status_code == 200
    await age(platform, workspace, 91)
    async with platform.database.transaction(workspace, write=False) as tx:
        assert len(before - await store.sequences(tx)) == 1
    stray = sql.Identifier(workspace.schema, "s_9999")
    async with platform.database.ddl(workspace) as tx:
        await tx.execute(sql.SQL("CREATE SEQUENCE {}").format(stray))
    assert (await compared(platform, workspace)).unknown == ["s_9999"]
    async with platform.database.ddl(workspace) as tx:
        await tx.execute(sql.SQL("DROP SEQUENCE {}").format(stray))
