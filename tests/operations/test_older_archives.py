"""An archive of an earlier program is restored as it was, then brought up to this one."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import pytest_asyncio
from tests.conftest import ADMIN_PASSWORD
from tests.databases import create_database, drop_database, fresh_name, in_database
from tests.doors import open_client, sign_in
from tests.operations.conftest import CASE, Office, Restore, picture, quiet
from tests.operations.test_backup import put, refused, rewrite, without

from changliu import main
from changliu.identity.model import ADMIN_ROLE
from changliu.identity.provision import account_add
from changliu.kit.db import Database
from changliu.kit.migrate import Chain, Migration
from changliu.kit.platform import Platform
from changliu.kit.postgres.launcher import Instance
from changliu.kit.postgres.migrations import create_workspace, migrate
from changliu.kit.postgres.workspaces import find_workspace
from changliu.kit.settings import Settings
from changliu.operations.backup.model import Wish
from changliu.operations.backup.service import back_up

LATER = "control/recovery_code.copy"


def before_recovery_codes(migration: Migration) -> bool:
    return (migration.room, migration.number, migration.control) != ("identity", 2, True)


def at_the_beginning(migration: Migration) -> bool:
    # The company is founded here by today's program, which asks for these two.
    return migration.number == 1 or migration.name in ("paused", "audit")


@dataclass(frozen=True)
class Past:
    """An installation whose tables are those of an earlier level of the migrations."""

    platform: Platform
    chain: Chain

    async def back_up(self, file: Path) -> Path:
        """Write a backup as the program of that time did."""
        await back_up(self.platform, self.chain, Wish(file), quiet)
        return file


def level(keep: Callable[[Migration], bool]) -> Chain:
    """The migrations of today without those a program of that time did not have."""
    whole = main.chain()
    chain = replace(whole, migrations=tuple(filter(keep, whole.migrations)))
    assert len(chain.migrations) < len(whole.migrations)
    return chain


@contextmanager
def fresh(cluster: Instance) -> Iterator[Instance]:
    """An empty database, gone afterwards."""
    name = fresh_name("past")
    create_database(cluster, name, "template0")
    try:
        yield in_database(cluster, name)
    finally:
        drop_database(cluster, name)


@asynccontextmanager
async def opened(instance: Instance, data: Path) -> AsyncIterator[Platform]:
    """The program of today over a database."""
    settings = Settings(data=data)
    database = Database(instance.app_dsn, instance.owner_dsn, instance.eraser_dsn)
    await database.open()
    try:
        yield Platform(database, settings, main.registries(settings))
    finally:
        await database.close()


@pytest_asyncio.fixture(
    params=[before_recovery_codes, at_the_beginning], ids=lambda keep: keep.__name__
)
async def past(
    cluster: Instance, tmp_path: Path, request: pytest.FixtureRequest
) -> AsyncIterator[Past]:
    """A company with one account, made by the migrations up to a level and no further."""
    chain, data = level(request.param), tmp_path / "past"
    data.mkdir()
    with fresh(cluster) as instance:
        await found(instance, chain)
        async with opened(instance, data) as platform:
            where = await find_workspace(platform.database, None)
            admin = {"password": ADMIN_PASSWORD, "roles": [ADMIN_ROLE]}
            await account_add(platform.database, where, "admin", **admin)
            yield Past(platform, chain)


async def found(instance: Instance, chain: Chain) -> None:
    """Make an installation with one company by a chain of migrations."""
    await migrate(instance.owner_dsn, chain)
    await create_workspace(instance.owner_dsn, chain, "老公司", "Asia/Shanghai")


async def test_it_is_restored_and_works_like_today(
    past: Past, cluster: Instance, restored: Restore, tmp_path: Path
) -> None:
    instance, data = await restored(await past.back_up(tmp_path / "old.backup"))
    with fresh(cluster) as today:
        await found(today, main.chain())
        new, old = picture(today), picture(instance)
    for what in ("columns", "indexes", "rights", "new tables", "functions", "checks"):
        assert old[what] == new[what], what
    async with opened(instance, data) as platform, open_client(platform) as client:
        await sign_in(client, "admin", ADMIN_PASSWORD)
        assert (await client.post("/api/objects", json=CASE)).status_code == 201
        made = await client.post("/api/records/case", json={"name": "甲", "phone": "13800138000"})
        assert made.status_code == 201, made.text


async def test_it_is_checked_like_any_other(past: Past, tmp_path: Path) -> None:
    good = await past.back_up(tmp_path / "old.backup")
    altered = (without("control/account"), without("control/token"), put(LATER, b""))
    for number, change in enumerate(altered):
        bad = tmp_path / f"{number}.backup"
        rewrite(good, bad, change)
        await refused(bad, tmp_path, "backup.damaged")


async def test_an_archive_of_today_lacks_nothing_of_today(office: Office, tmp_path: Path) -> None:
    await office.back_up(tmp_path / "good.backup")
    rewrite(tmp_path / "good.backup", tmp_path / "bad.backup", without(LATER))
    await refused(tmp_path / "bad.backup", tmp_path, "backup.damaged")
