"""The launcher against real servers: crashes, strangers' pids, long paths, root and others."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from changliu.kit.errors import Unavailable
from changliu.kit.postgres import launcher
from changliu.kit.postgres.account import NOBODY, Account
from changliu.kit.postgres.binaries import find_binaries
from changliu.kit.postgres.folder import SOCKET_LIMIT
from changliu.kit.postgres.launcher import Instance
from changliu.kit.postgres.repair import processes_in
from changliu.kit.settings import Settings

OPTIONS = {"shared_buffers": "32MB"}
AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become someone else")
START = """
import json, os, sys
from pathlib import Path
from changliu.kit.postgres import launcher
from changliu.kit.settings import Settings
if len(sys.argv) > 2:
    os.setgroups([]), os.setgid(int(sys.argv[2])), os.setuid(int(sys.argv[2]))
instance = launcher.start(Settings(data=Path(sys.argv[1])), {"shared_buffers": "32MB"})
print(json.dumps([instance.started, instance.app_dsn]))
"""


@pytest.fixture
def data() -> Iterator[Path]:
    """A data folder of its own, its server stopped and removed afterwards."""
    base = Path(tempfile.mkdtemp(prefix="changliu-launcher-"))
    base.chmod(0o755)
    yield base / "data"
    for lock in base.rglob("postgres.lock"):
        home = (lock.parent / "postgres").resolve()
        if home.exists():
            launcher.stop(Settings(data=lock.parent))
            shutil.rmtree(home)
    shutil.rmtree(base)


def start(data: Path) -> Instance:
    return launcher.start(Settings(data=data), OPTIONS)


def answers(instance: Instance) -> bool:
    with psycopg.connect(instance.app_dsn) as conn:
        return conn.execute("SELECT 1").fetchone() == (1,)


def cluster(data: Path) -> Path:
    return (data / "postgres").resolve() / "data"


def postmaster(data: Path) -> int:
    return int((cluster(data) / "postmaster.pid").read_text().splitlines()[0])


def kill_all(data: Path) -> None:
    while pids := processes_in(cluster(data)):
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)


def test_starts_once_and_attaches(data: Path) -> None:
    first, second = start(data), start(data)
    assert (first.started, second.started) == (True, False)
    assert first.app_dsn == second.app_dsn
    launcher.stop(Settings(data=data))
    assert not launcher.status(Settings(data=data)).running
    assert start(data).started


def test_every_role_needs_its_password_and_no_port_listens(data: Path) -> None:
    instance = start(data)
    for dsn in (instance.admin_dsn, instance.owner_dsn, instance.app_dsn, instance.eraser_dsn):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(make_conninfo(dsn, password="wrong"))
    listening = [c.laddr for c in psutil.Process(postmaster(data)).net_connections("tcp")]
    assert listening == []
    assert (data / "secrets" / "database.json").stat().st_mode & 0o777 == 0o600


def test_committed_rows_survive_kill_9_of_the_postmaster(data: Path) -> None:
    instance = start(data)
    with psycopg.connect(instance.owner_dsn, autocommit=True) as conn:
        conn.execute("CREATE SCHEMA kept CREATE TABLE row (id int)")
        conn.execute("INSERT INTO kept.row SELECT generate_series(1, 1000)")
        os.kill(postmaster(data), signal.SIGKILL)
        again = start(data)
    assert again.started
    with psycopg.connect(again.owner_dsn) as conn:
        assert conn.execute("SELECT count(*) FROM kept.row").fetchone() == (1000,)


def test_starts_after_kill_9_of_every_process(data: Path) -> None:
    start(data)
    kill_all(data)
    assert answers(start(data))


def test_a_strangers_pid_in_the_lock_files_does_not_stop_us(data: Path) -> None:
    start(data)
    kill_all(data)
    with subprocess.Popen(["sleep", "60"]) as stranger:
        files = [cluster(data) / "postmaster.pid", *(data / "postgres/run").glob("*.lock")]
        assert len(files) == 2
        for file in files:
            lines = file.read_text().splitlines()
            file.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
        assert answers(start(data))
        assert stranger.poll() is None
        stranger.kill()


def test_a_leftover_socket_does_not_count_as_running(data: Path) -> None:
    start(data)
    kill_all(data)
    (cluster(data) / "postmaster.pid").unlink()
    assert (data / "postgres/run/.s.PGSQL.5432").exists()
    assert answers(start(data))


def test_a_deleted_socket_of_a_living_server_is_made_again(data: Path) -> None:
    start(data)
    for file in (data / "postgres/run").glob(".s.PGSQL.*"):
        file.unlink()
    assert answers(start(data))


def test_orphaned_backends_are_waited_for_or_ended(data: Path) -> None:
    busy = psycopg.connect(start(data).app_dsn)
    busy.pgconn.send_query(b"SELECT count(*) FROM generate_series(1, 100000000000) a")
    os.kill(postmaster(data), signal.SIGKILL)
    assert answers(start(data))
    busy.close()


def test_a_half_made_cluster_is_made_afresh(data: Path) -> None:
    start(data)
    launcher.stop(Settings(data=data))
    cluster(data).rename(cluster(data).with_name("data.new"))
    assert answers(start(data))


def test_roles_are_completed_when_the_first_start_was_killed(data: Path) -> None:
    instance = start(data)
    with psycopg.connect(instance.admin_dsn, autocommit=True) as conn:
        conn.execute("ALTER ROLE changliu_app PASSWORD NULL")
    (data / "postgres" / "ready").unlink()
    assert answers(start(data))


def test_a_long_path_moves_the_socket_only(data: Path) -> None:
    deep = data / ("深" * 40) / "data"
    deep.parent.mkdir(parents=True)
    instance = start(deep)
    socket = conninfo_to_dict(instance.app_dsn)["host"]
    assert len(str(socket)) < SOCKET_LIMIT < len(os.fsencode(deep))
    assert answers(instance)
    assert start(deep).app_dsn == instance.app_dsn


def test_another_major_version_is_refused_in_plain_words(data: Path) -> None:
    start(data)
    launcher.stop(Settings(data=data))
    (cluster(data) / "PG_VERSION").write_text("9\n")
    with pytest.raises(Unavailable) as caught:
        start(data)
    assert caught.value.code == "postgres.version"
    assert "PostgreSQL 9" in caught.value.zh


def test_a_folder_without_programs_is_refused_in_plain_words(data: Path) -> None:
    with pytest.raises(Unavailable) as caught:
        launcher.start(Settings(data=data, postgres_bin=Path("/usr/share")))
    assert caught.value.code == "postgres.missing"


def test_an_unwritable_folder_is_refused_in_plain_words(data: Path) -> None:
    data.write_text("a file, not a folder")
    with pytest.raises(Unavailable) as caught:
        start(data)
    assert caught.value.code == "data.folder"
    data.unlink()


def test_processes_coming_at_once_share_one_server(data: Path) -> None:
    commands = [[sys.executable, "-c", START, str(data)] for _ in range(4)]
    running = [subprocess.Popen(c, stdout=subprocess.PIPE, text=True) for c in commands]
    outputs = [process.communicate(timeout=60)[0] for process in running]
    assert sorted(output.startswith("[true") for output in outputs) == [False, False, False, True]


@AS_ROOT
def test_an_ordinary_user_runs_it_alone(data: Path) -> None:
    if not Account(NOBODY, NOBODY).can_enter(Path(sys.prefix)):
        pytest.skip("the virtual environment lies where only root may enter")
    data.mkdir()
    os.chown(data, NOBODY, NOBODY)
    command = [sys.executable, "-c", START, str(data), str(NOBODY)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.startswith("[true"), done.stderr
    assert psutil.Process(postmaster(data)).uids().real == NOBODY


@AS_ROOT
def test_root_hands_the_server_to_someone_else(data: Path) -> None:
    start(data)
    assert psutil.Process(postmaster(data)).uids().real != 0
    assert cluster(data).is_relative_to(data)


@AS_ROOT
def test_a_closed_home_stays_closed(data: Path) -> None:
    home = data / "home"
    home.mkdir(parents=True)
    home.chmod(0o700)
    instance = start(home / "var")
    assert answers(instance)
    assert home.stat().st_mode & 0o777 == 0o700
    assert not cluster(home / "var").is_relative_to(data)


@AS_ROOT
def test_programs_in_a_closed_folder_are_copied(data: Path) -> None:
    closed = data / "closed"
    closed.mkdir(parents=True)
    closed.chmod(0o700)
    package = find_binaries(Settings()).folder.parents[1]
    for name in (package.name, f"{package.name}.libs"):
        shutil.copytree(package.with_name(name), closed / name, symlinks=True)
    programs = closed / package.name / "pginstall" / "bin"
    instance = launcher.start(Settings(data=data, postgres_bin=programs), OPTIONS)
    assert answers(instance)
    executable = Path(psutil.Process(postmaster(data)).exe())
    assert executable.is_relative_to(data / "postgres" / "programs")


def test_a_server_of_ones_own_is_used_through_its_url(data: Path) -> None:
    url = start(data).admin_dsn
    first = launcher.start(Settings(data=data / "web", database_url=url))
    second = launcher.start(Settings(data=data / "worker", database_url=url))
    assert not first.embedded
    assert first.app_dsn == second.app_dsn
    assert answers(first)


def test_a_login_that_is_too_weak_is_told_so(data: Path) -> None:
    weak = start(data).app_dsn
    with pytest.raises(Unavailable) as caught:
        launcher.start(Settings(data=data / "web", database_url=weak))
    assert caught.value.code == "database.rights"


def test_an_unreachable_server_is_told_so(data: Path) -> None:
    url = f"host={data} dbname=x user=y password=z"
    with pytest.raises(Unavailable) as caught:
        launcher.start(Settings(data=data / "web", database_url=url))
    assert caught.value.code == "database.down"
