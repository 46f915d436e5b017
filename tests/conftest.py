"""Fixtures over a real PostgreSQL: one cluster per run, one database per test module.

The first test that asks starts the cluster; every xdist worker attaches to it. A template database
holds the migrated control schema and one workspace, so a module's own copy costs milliseconds.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import httpx
import psutil
import pytest
import pytest_asyncio
from psycopg.conninfo import make_conninfo
from tests.databases import create_database, drop_database, fresh_name, in_database
from tests.doors import Sales, open_client, sign_in

from changliu import main
from changliu.bundles import service as bundles
from changliu.definitions.kind import KindRegistry
from changliu.identity.provision import ensure_admin
from changliu.kit.db import Database, Workspace
from changliu.kit.platform import Platform
from changliu.kit.postgres import launcher
from changliu.kit.postgres.launcher import Instance
from changliu.kit.postgres.migrations import create_workspace, migrate
from changliu.kit.postgres.workspaces import find_workspace
from changliu.kit.settings import Settings
from changliu.timers.working_time import refresh_workspace

ROOT = Path(__file__).parents[1]
LONG = ("tests/walks/", "tests/e2e/")
FOLDER = "CHANGLIU_TEST_CLUSTER"
BINARIES = "CHANGLIU_TEST_POSTGRES_BIN"
TEMPLATE = "template_changliu"
SALES = "template_sales"
ADMIN_PASSWORD = "only-for-tests-2026"
# The suite proves durability in its own servers (tests/walks); here speed counts.
OPTIONS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "128MB",
    "max_connections": "100",
    "log_min_duration_statement": "-1",
}


def pytest_configure(config: pytest.Config) -> None:
    # First names are checked in Chinese, whatever the terminal speaks.
    os.environ.setdefault("CHANGLIU_LANGUAGE", "zh-CN")
    # The suite starts the program hundreds of times: without bytecode each start takes twice the
    # time. Kept out of the sources, and kept where the machine itself writes none.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ.setdefault("PYTHONPYCACHEPREFIX", str(ROOT / "build" / "bytecode"))
    if not hasattr(config, "workerinput") and FOLDER not in os.environ:
        _sweep()
        os.environ[FOLDER] = str(Path(tempfile.gettempdir()) / f"changliu-test-{os.getpid()}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes minutes a file: no worker waits at the end for another's walk."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


def pytest_unconfigure(config: pytest.Config) -> None:
    folder = Path(os.environ[FOLDER])
    if not hasattr(config, "workerinput") and folder.name == f"changliu-test-{os.getpid()}":
        _remove(folder)


def _sweep() -> None:
    """Stop and remove the clusters of runs that were killed."""
    for folder in Path(tempfile.gettempdir()).glob("changliu-test-*"):
        if not psutil.pid_exists(int(folder.name.rpartition("-")[2])):
            _remove(folder)


def _remove(folder: Path) -> None:
    if folder.is_dir() and os.access(folder, os.W_OK):
        launcher.stop(_settings(folder))
        shutil.rmtree(folder, ignore_errors=True)


def _settings(folder: Path) -> Settings:
    binaries = os.environ.get(BINARIES)
    return Settings(data=folder, postgres_bin=Path(binaries) if binaries else None)


@pytest.fixture(scope="session")
def cluster() -> Instance:
    """The run's PostgreSQL server, started by whoever asks first."""
    return launcher.start(_settings(Path(os.environ[FOLDER])), OPTIONS)


@pytest_asyncio.fixture(scope="session")
async def template(cluster: Instance) -> str:
    """The name of the template database: control schema and the workspace `测试公司`."""
    with _locked(Path(os.environ[FOLDER]) / "template.lock") as ready:
        if not ready:
            create_database(cluster, TEMPLATE, "template0")
            await _fill(in_database(cluster, TEMPLATE))
    return TEMPLATE


@pytest_asyncio.fixture(scope="session")
async def sales_template(cluster: Instance, template: str) -> str:
    """The name of a second template: the first with the sales bundle installed."""
    with _locked(Path(os.environ[FOLDER]) / "sales.lock") as ready:
        if not ready:
            create_database(cluster, SALES, template)
            async with _opened(in_database(cluster, SALES), Path(os.environ[FOLDER])) as platform:
                first = await find_workspace(platform.database, None)
                kinds = platform.registry(KindRegistry)
                bundle = bundles.open_bundle("sales")
                await bundles.install(platform.database, first, kinds, bundle)
    return SALES


@pytest.fixture(scope="session")
def pg_dsn(cluster: Instance) -> str:
    """A superuser's DSN of an empty scratch database, one per test process."""
    name = fresh_name("scratch")
    create_database(cluster, name, "template0")
    return make_conninfo(cluster.admin_dsn, dbname=name)


@pytest_asyncio.fixture(scope="module")
async def platform(cluster: Instance, template: str) -> AsyncIterator[Platform]:
    """A platform over a fresh copy of the template, its pools open; one per module."""
    async with open_platform(cluster, template) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module")
async def workspace(platform: Platform) -> Workspace:
    """The module's workspace."""
    return await find_workspace(platform.database, None)


@pytest_asyncio.fixture(scope="module")
async def sales(cluster: Instance, sales_template: str) -> AsyncIterator[Sales]:
    """A platform of its own with the sales bundle, and its administrator's HTTP client."""
    async with (
        open_platform(cluster, sales_template) as platform,
        open_client(platform) as opened,
    ):
        await sign_in(opened, "admin", ADMIN_PASSWORD)
        yield Sales(platform, await find_workspace(platform.database, None), opened)


@pytest_asyncio.fixture(scope="module")
async def client(platform: Platform) -> AsyncIterator[httpx.AsyncClient]:
    """An anonymous HTTP client of the application over the module's platform."""
    async with open_client(platform) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module")
async def admin(platform: Platform) -> AsyncIterator[httpx.AsyncClient]:
    """The administrator's HTTP client: bearer token, Chinese answers."""
    async with open_client(platform) as opened:
        await sign_in(opened, "admin", ADMIN_PASSWORD)
        yield opened


@asynccontextmanager
async def open_platform(cluster: Instance, template: str) -> AsyncIterator[Platform]:
    """Open a platform over a new copy of a database, dropped afterwards."""
    name = fresh_name("module")
    create_database(cluster, name, template)
    try:
        with _own_data(name) as data:
            async with _opened(in_database(cluster, name), data) as platform:
                yield platform
    finally:
        drop_database(cluster, name)


@contextmanager
def _own_data(name: str) -> Iterator[Path]:
    """The data folder of one database: its files are its own, keys and heads are the run's."""
    run = Path(os.environ[FOLDER])
    data = run / "data" / name
    data.mkdir(parents=True)
    for part in ("secrets", "seals"):
        (run / part).mkdir(mode=0o700, exist_ok=True)
        (data / part).symlink_to(run / part)
    yield data
    shutil.rmtree(data)


@asynccontextmanager
async def _opened(copy: Instance, data: Path) -> AsyncIterator[Platform]:
    database = Database(copy.app_dsn, copy.owner_dsn, copy.eraser_dsn)
    await database.open()
    try:
        settings = _settings(data)
        yield Platform(database, settings, main.registries(settings))
    finally:
        await database.close()


async def _fill(copy: Instance) -> None:
    chain = main.chain()
    await migrate(copy.owner_dsn, chain, test_clock=True)
    await create_workspace(copy.owner_dsn, chain, "测试公司", "Asia/Shanghai")
    async with _opened(copy, Path(os.environ[FOLDER])) as platform:
        workspace = await find_workspace(platform.database, None)
        await ensure_admin(platform.database, workspace, ADMIN_PASSWORD)
        await refresh_workspace(platform.database, workspace)


@contextmanager
def _locked(file: Path) -> Iterator[bool]:
    """Hold a lock file; yields whether an earlier holder finished what it guards."""
    with file.open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.seek(0)
        yield bool(lock.read())
        lock.write("done")
        lock.flush()
