"""Actors: what a member may, cached by the identity version; people made by imports."""

from uuid import uuid4

import pytest

from changliu.identity import provision, service
from changliu.kit.db import Workspace
from changliu.kit.errors import Conflict, NotFound, Unauthenticated
from changliu.kit.platform import Platform


async def test_actor_knows_teams_and_those_below(
    platform: Platform, workspace: Workspace, people: None
) -> None:
    async with platform.database.transaction(workspace) as tx:
        await service.ensure_team(tx, "group", "集团")
        east = await service.ensure_team(tx, "g_east", "东部", "group")
        town = await service.ensure_team(tx, "g_town", "上海", "g_east")
        await service.ensure_team(tx, "g_west", "西部", "group")
        boss = await service.ensure_member(tx, "区域经理", east, ["rep"])
        before = await service.actor(tx, boss)
        assert tx.identity_version < 0
    async with platform.database.transaction(workspace) as tx:
        actor = await service.actor(tx, boss)
        assert actor == before
        assert (actor.teams, set(actor.tree)) == ((east,), {east, town})
        assert (actor.main_team, actor.roles, actor.rights) == (east, ("rep",), frozenset())
        assert await service.actor(tx, boss) is actor
        assert await service.ensure_member(tx, "区域经理", town) == boss
        assert await service.ensure_team(tx, "g_town", "上海", "g_east") == town
        assert set((await service.actor(tx, boss)).teams) == {east, town}
        with pytest.raises(NotFound):
            await service.ensure_team(tx, "x", "x", "no_such_parent")
        with pytest.raises(Unauthenticated):
            await service.actor(tx, uuid4())
        await service.insert_member(tx, {"name": "区域经理"})
        with pytest.raises(Conflict, match="ambiguous"):
            await service.ensure_member(tx, "区域经理")
    assert people is None


async def test_rolled_back_changes_leave_no_cached_actor(
    platform: Platform, workspace: Workspace, people: None
) -> None:
    database = platform.database
    async with database.transaction(workspace) as tx:
        member = await service.ensure_member(tx, "回滚", None, ["rep"])

    async def promote_and_fail() -> None:
        async with database.transaction(workspace) as tx:
            await service.ensure_member(tx, "回滚", None, ["people"])
            assert "people" in (await service.actor(tx, member)).roles
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await promote_and_fail()
    async with database.transaction(workspace) as tx:
        await service.bump(tx)
    async with database.transaction(workspace) as tx:
        assert (await service.actor(tx, member)).roles == ("rep",)
    assert people is None


async def test_system_and_acting_members(
    platform: Platform, workspace: Workspace, people: None
) -> None:
    async with platform.database.transaction(workspace) as tx:
        system = await service.system_actor(tx)
        assert "schema.change" in system.rights
        assert system.account is None
        assert (await provision.acting(tx)).name == "管理员"
        assert (await provision.acting(tx, "REP")).name == "rep"
        with pytest.raises(NotFound):
            await provision.acting(tx, "stranger")
    assert await provision.ensure_admin(platform.database, workspace, "x") is None
    assert people is None
