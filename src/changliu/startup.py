"""Bringing the program up: database, tables, first workspace, administrator, bundles."""

import fcntl
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from fastapi import FastAPI

from changliu.bundles import service as bundles
from changliu.bundles.demo import service as demo
from changliu.bundles.demo.service import Loaded
from changliu.definitions.kind import KindRegistry
from changliu.identity import directory, members, totp
from changliu.identity import service as identity
from changliu.identity.provision import NewAccount, ensure_admin
from changliu.kit import secrets
from changliu.kit.db import Database, Tx, Workspace
from changliu.kit.errors import Conflict
from changliu.kit.labels import DEFAULT_LANGUAGE, Language
from changliu.kit.memory import settle
from changliu.kit.migrate import Chain
from changliu.kit.platform import Platform
from changliu.kit.postgres import launcher
from changliu.kit.postgres.launcher import Instance
from changliu.kit.postgres.migrations import Report, create_workspace, migrate
from changliu.kit.postgres.workspaces import is_installed, list_workspaces
from changliu.kit.settings import Settings
from changliu.records.changeset.participant import Participants
from changliu.timers.working_time import refresh_workspace

FIRST_WORKSPACE: dict[Language, str] = {"zh-CN": "第一家公司", "en": "My company"}
DEMO_BUNDLE = "sales"


@dataclass(frozen=True, slots=True)
class Composition:
    """What the program is made of; main.py fills it."""

    chain: Callable[[], Chain]
    registries: Callable[[Settings], dict[type, object]]
    create_app: Callable[[Platform], FastAPI]


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Someone to sign in as on a demo: a member of a team of the sales bundle."""

    login: str
    name: str
    team: str
    role: str


DEMO_PEOPLE = (
    DemoPerson("rep", "李明（演示）", "east_sh", "rep"),
    DemoPerson("manager", "王芳（演示）", "east", "manager"),
)


@dataclass(slots=True)
class Steps:
    """Progress lines: `[2/5] 数据库 database … 0.4 s`."""

    say: Callable[..., None]
    total: int
    done: int = 0

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Announce a step, and its duration in seconds once it has ended well."""
        self.done += 1
        self.say(f"[{self.done}/{self.total}] {name} … ", nl=False)
        began = time.perf_counter()
        try:
            yield
        except BaseException:
            self.say("✗")
            raise
        self.say(f"{time.perf_counter() - began:.1f} s")


@dataclass(frozen=True, slots=True)
class Ready:
    """What `serve` found or made: the workspace to open and logins to show once."""

    workspace: Workspace
    logins: tuple[NewAccount, ...] = ()
    behind: tuple[str, ...] = field(default=())


@contextmanager
def serving(settings: Settings) -> Iterator[None]:
    """Hold the installation while serving it; the last one to leave stops the embedded server.

    Several `serve` may share a data folder. One that comes while the last one leaves waits until
    the server is down, then starts it again.
    """
    settings.data.mkdir(parents=True, exist_ok=True)
    with (settings.data / "serve.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        try:
            yield
        finally:
            if _alone(lock.fileno()):
                launcher.stop(settings)


def _alone(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@asynccontextmanager
async def opened(
    composition: Composition, settings: Settings, instance: Instance
) -> AsyncIterator[Platform]:
    """Open a platform over a running database."""
    database = Database(instance.app_dsn, instance.owner_dsn, instance.eraser_dsn)
    await database.open()
    try:
        platform = Platform(database, settings, composition.registries(settings))
        settle()
        yield platform
    finally:
        await database.close()


@asynccontextmanager
async def attached(composition: Composition, settings: Settings) -> AsyncIterator[Platform]:
    """Open a platform for a command beside `serve`: the installation must exist already.

    Starts the embedded server when nobody has. Raises `Conflict` (`data.empty`) in plain words.
    """
    embedded = settings.database_url is None
    if embedded and not (settings.data / "postgres").exists():
        raise _empty(settings.data)
    async with opened(composition, settings, launcher.start(settings)) as platform:
        if not await is_installed(platform.database):
            raise _empty(settings.data)
        yield platform


async def bring_up_tables(
    composition: Composition, instance: Instance, *, test_clock: bool = False
) -> Report:
    """Run what is missing of the migration chain; a workspace that fails stays readable."""
    return await migrate(instance.owner_dsn, composition.chain(), test_clock=test_clock)


async def bring_up_workspace(
    composition: Composition, platform: Platform, language: Language = DEFAULT_LANGUAGE
) -> Ready:
    """Make sure there is a workspace and that every workspace has its administrator.

    `language` is that of the names which are made here.
    """
    listed = await list_workspaces(platform.database)
    if not listed:
        name = FIRST_WORKSPACE[language]
        await add_workspace(composition, platform, name, platform.settings.timezone)
        listed = await list_workspaces(platform.database)
    logins: list[NewAccount] = []
    for entry in listed:
        if entry.state == "live":
            await refresh_workspace(platform.database, entry.workspace)
            login = await ensure_admin(
                platform.database, entry.workspace, platform.settings.admin_password, language
            )
            logins += [login] if login else []
    await totp.close_secrets(platform.database, secrets.box_of(platform.settings.data, totp.KEY))
    behind = tuple(entry.workspace.name for entry in listed if entry.state != "live")
    return Ready(listed[0].workspace, tuple(logins), behind)


async def bring_up_demo(platform: Platform, ready: Ready) -> Ready:
    """Install the sales bundle in the first workspace and add its demo people.

    Returns `ready` with the logins that were made, to be shown once.
    """
    await bundles.install(
        platform.database,
        ready.workspace,
        platform.registry(KindRegistry),
        bundles.open_bundle(DEMO_BUNDLE),
    )
    async with platform.database.transaction(ready.workspace) as tx:
        made = [await _demo_login(tx, person) for person in DEMO_PEOPLE]
    return replace(ready, logins=(*ready.logins, *(login for login in made if login)))


async def bring_up_demo_data(platform: Platform, ready: Ready, told: bundles.Told) -> Loaded | None:
    """Load the sales bundle's demo data into the first workspace; None when it is there."""
    return await demo.load(
        platform.database,
        ready.workspace,
        platform.registry(Participants).items,
        bundles.open_bundle(DEMO_BUNDLE),
        demo.Wish(),
        told=told,
    )


async def _demo_login(tx: Tx, person: DemoPerson) -> NewAccount | None:
    if await directory.member_of_login(tx, person.login) is not None:
        return None
    name, parent = (await directory.teams_by_key(tx))[person.team]
    team = await identity.ensure_team(tx, person.team, name, parent)
    member = await identity.ensure_member(tx, person.name, team, [person.role])
    password = secrets.new_password()
    await members.give_account(tx, member, person.login, password)
    return NewAccount(person.login, password)


async def add_workspace(
    composition: Composition, platform: Platform, name: str, timezone: str
) -> Workspace:
    """Make a workspace with its tables; its administrator comes with `ensure_admin`."""
    made = await create_workspace(platform.database.owner_dsn, composition.chain(), name, timezone)
    await refresh_workspace(platform.database, made)
    return made


def _empty(data: Path) -> Conflict:
    return Conflict(
        "data.empty",
        f"数据文件夹 {data} 里还没有安装；请先运行 changliu serve --data {data}。",
        f"The data folder {data} holds no installation: run changliu serve --data {data} first.",
    )
