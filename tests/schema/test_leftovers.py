"""What changes leave behind is kept, found, erased with a person, and dropped in the end."""

from datetime import timedelta

import httpx
import pytest
from psycopg import sql
from tests.schema.retyping import drain, held, make, retype

from changliu.jobs.service import enqueue
from changliu.kit.db import Workspace
from changliu.kit.platform import Platform
from changliu.schema.leftovers import service
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
