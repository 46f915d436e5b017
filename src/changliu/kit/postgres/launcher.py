"""Start, attach to, stop: what every command calls before it opens a pool.

Whoever comes first starts the server, everyone else attaches; only `serve` stops it. All of it
happens under one lock file, so that any number of processes may come at once.
"""

import fcntl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from psycopg.conninfo import make_conninfo

from changliu.kit.errors import Unavailable
from changliu.kit.postgres import cluster, roles
from changliu.kit.postgres.binaries import find_binaries, readable_by
from changliu.kit.postgres.folder import PORT, Folder, place_folder
from changliu.kit.settings import Settings


@dataclass(frozen=True, slots=True)
class Instance:
    """A running database: a DSN per role, and whether this call started the server.

    `admin_dsn` belongs to the cluster's superuser, or to DATABASE_URL's login.
    """

    owner_dsn: str
    app_dsn: str
    eraser_dsn: str
    admin_dsn: str
    started: bool
    embedded: bool


@dataclass(frozen=True, slots=True)
class Status:
    """Where the embedded instance lies and whether it answers."""

    folder: Path
    running: bool


def start(settings: Settings, options: Mapping[str, str] | None = None) -> Instance:
    """Return a database that answers: DATABASE_URL's, or the embedded one, started if need be.

    `options` are extra server settings, used by tests. Raises `Unavailable` in plain words.
    """
    if settings.database_url is not None:
        return _attach_outside(settings.database_url, settings.data)
    with _locked(settings.data):
        folder = place_folder(settings.data)
        passwords = roles.read_passwords(settings.data)
        started = _bring_up(settings, folder, passwords, options or {})
        base = make_conninfo(host=str(folder.sockets), port=PORT, dbname=roles.DATABASE)
        admin = roles.dsn_for(base, cluster.SUPERUSER, passwords)
        ready = folder.root / "ready"
        if started or not ready.exists():
            major = int((folder.cluster / "PG_VERSION").read_text("utf-8"))
            roles.ensure_database(make_conninfo(admin, dbname="postgres"), major)
            roles.ensure_roles(admin, passwords)
            ready.touch()
        return _instance(base, passwords, admin, started=started, embedded=True)


def stop(settings: Settings) -> None:
    """Stop the embedded server if it runs; only its supervisor calls this."""
    if settings.database_url is not None:
        return
    with _locked(settings.data):
        folder = place_folder(settings.data)
        if (folder.cluster / "postmaster.pid").exists():
            cluster.stop_server(folder, readable_by(
                find_binaries(settings), folder.account, folder.programs))  # fmt: skip


def status(settings: Settings) -> Status:
    """Tell where the embedded instance lies and whether it answers; starts nothing."""
    folder = place_folder(settings.data)
    return Status(folder.root, cluster.answers(folder))


def _bring_up(
    settings: Settings, folder: Folder, passwords: dict[str, str], options: Mapping[str, str]
) -> bool:
    if folder.cluster.exists() and cluster.answers(folder):
        return False
    folder.make()
    binaries = readable_by(find_binaries(settings), folder.account, folder.programs)
    if not folder.cluster.exists():
        cluster.initialise(folder, binaries, passwords[cluster.SUPERUSER])
    cluster.start_server(folder, binaries, options)
    return True


def _attach_outside(url: str, data: Path) -> Instance:
    passwords = roles.derived_passwords(url, {})
    if not passwords:
        with _locked(data):
            passwords = roles.read_passwords(data)
    roles.ensure_roles(url, passwords)
    return _instance(url, passwords, url, started=False, embedded=False)


def _instance(
    base: str, passwords: dict[str, str], admin: str, *, started: bool, embedded: bool
) -> Instance:
    owner, app, eraser = (roles.dsn_for(base, role, passwords) for role in roles.ROLES)
    return Instance(owner, app, eraser, admin, started, embedded)


@contextmanager
def _locked(data: Path) -> Iterator[None]:
    try:
        data.mkdir(mode=0o755, parents=True, exist_ok=True)
        lock = (data / "postgres.lock").open("a")
    except OSError as error:
        raise Unavailable(
            "data.folder",
            f"不能写入数据文件夹 {data}：{error.strerror}。请检查权限，或用 --data 换一个。",
            f"The data folder {data} cannot be written: {error.strerror}. Check its permissions, or"
            " choose another with --data.",
        ) from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
