"""`changliu serve` as people run it: processes, signals, kills, two servers on one folder."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil
import pytest

from changliu.kit.postgres import launcher
from changliu.kit.settings import Settings

CHANGLIU = (sys.executable, "-m", "changliu")


@dataclass
class Serve:
    """One `changliu serve` on a free port; its output is read from a file."""

    data: Path
    name: str
    options: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.log = self.data.with_name(f"{self.name}.log")
        with self.log.open("w") as output:
            self.process = subprocess.Popen(
                [*CHANGLIU, "serve", "--data", str(self.data), "--port", "0", *self.options],
                stdout=output, stderr=output, start_new_session=True,
                env={**os.environ, "CHANGLIU_ADMIN_PASSWORD": "", "CHANGLIU_LANGUAGE": "zh-CN",
                     **self.environment},
            )  # fmt: skip

    def text(self) -> str:
        return self.log.read_text("utf-8")

    def ready(self, seconds: float = 60) -> "Serve":
        deadline = time.monotonic() + seconds
        while "Ctrl-C" not in self.text():
            assert self.process.poll() is None, self.text()
            assert time.monotonic() < deadline, self.text()
            time.sleep(0.02)
        found = re.search(r"http://localhost:(\d+)", self.text())
        assert found, self.text()
        self.url = found[0]
        return self

    def health(self) -> dict[str, object]:
        document: dict[str, object] = httpx.get(f"{self.url}/api/health").json()
        return document

    def workers(self) -> list[psutil.Process]:
        children = psutil.Process(self.process.pid).children()
        alive = [child for child in children if child.status() != psutil.STATUS_ZOMBIE]
        return [child for child in alive if "worker" in child.cmdline()]

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


@pytest.fixture
def data() -> Iterator[Path]:
    """A data folder; whatever still runs on it afterwards is ended."""
    base = Path(tempfile.mkdtemp(prefix="changliu-serve-"))
    base.chmod(0o755)
    yield base / "data"
    for process in psutil.process_iter(["cmdline"]):
        if str(base / "data") in (process.info["cmdline"] or []):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
    if (base / "data" / "postgres").exists():
        home = (base / "data" / "postgres").resolve()
        launcher.stop(Settings(data=base / "data"))
        shutil.rmtree(home)
    shutil.rmtree(base)


def running(data: Path) -> bool:
    return launcher.status(Settings(data=data)).running


def until(what: str, holds: object, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not holds():  # type: ignore[operator]
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


def command(data: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*CHANGLIU, *words, "--data", str(data)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_a_first_start_shows_the_login_once_and_a_stop_leaves_nothing(data: Path) -> None:
    first = Serve(data, "first", ("--demo",)).ready()
    shown = dict(re.findall(r"login: (\S+)   密码 password: (\S+)", first.text()))
    assert set(shown) == {"admin", "rep", "manager"}
    for login, password in shown.items():
        body = {"login": login, "password": password}
        answer = httpx.post(f"{first.url}/api/auth/login", json=body)
        assert answer.status_code == 200, answer.text
    assert first.health()["status"] == "ok"
    assert first.stop() == 0
    assert not running(data)
    began = time.monotonic()
    second = Serve(data, "second", ("--demo",)).ready()
    # The bar is 3 s on a quiet machine; ten leave room for a busy one.
    assert time.monotonic() - began < 10
    assert "password:" not in second.text()
    assert second.stop() == 0


def test_the_administrators_password_may_be_given(data: Path) -> None:
    given = {"CHANGLIU_ADMIN_PASSWORD": "given by the operator 1"}
    server = Serve(data, "server", environment=given).ready()
    body = {"login": "admin", "password": given["CHANGLIU_ADMIN_PASSWORD"]}
    assert httpx.post(f"{server.url}/api/auth/login", json=body).status_code == 200
    server.stop()


def test_the_last_server_to_leave_stops_the_database(data: Path) -> None:
    first = Serve(data, "first").ready()
    second = Serve(data, "second").ready()
    assert first.stop() == 0
    assert second.health()["status"] == "ok"
    assert second.stop() == 0
    assert not running(data)


def test_a_dead_worker_is_started_again(data: Path) -> None:
    server = Serve(data, "server").ready()
    until("a worker", server.workers)
    [dead] = server.workers()
    dead.kill()
    until("another worker", lambda: [w for w in server.workers() if w.pid != dead.pid])
    assert server.health()["status"] == "ok"
    assert server.stop() == 0
    assert "started again" in server.text()


def test_workers_leave_when_their_server_is_killed_and_all_starts_again(data: Path) -> None:
    server = Serve(data, "server", ("--workers", "2")).ready()
    until("two workers", lambda: len(server.workers()) == 2)
    orphans = server.workers()
    server.process.kill()
    server.process.wait()
    _, alive = psutil.wait_procs(orphans, timeout=20)
    assert alive == []
    assert running(data)
    again = Serve(data, "again").ready()
    assert again.health()["status"] == "ok"
    assert again.stop() == 0
    assert not running(data)


def test_the_database_may_come_back_under_a_running_server(data: Path) -> None:
    # Without workers: one that starts just then would bring the database back by itself.
    server = Serve(data, "server", ("--workers", "0")).ready()
    launcher.stop(Settings(data=data))
    assert server.health()["status"] == "down"
    launcher.start(Settings(data=data))
    until("the database", lambda: server.health()["status"] == "ok")
    assert server.stop() == 0


def test_stopping_while_starting_stops_the_database(data: Path) -> None:
    server = Serve(data, "server", ("--demo",))
    until("the database", lambda: "[2/6]" in server.text(), 60)
    server.stop()
    assert not running(data)


def test_a_taken_port_is_told_in_both_languages(data: Path) -> None:
    server = Serve(data, "server").ready()
    port = server.url.rpartition(":")[2]
    done = subprocess.run(
        [*CHANGLIU, "serve", "--data", str(data), "--port", port],
        capture_output=True, text=True, timeout=60, check=False, env={**os.environ, "LANG": "C"},
    )  # fmt: skip
    assert done.returncode == 1
    assert f"端口 {port} 已被占用" in done.stderr
    assert "is taken" in done.stderr
    assert server.stop() == 0


def test_commands_beside_a_server(data: Path) -> None:
    assert "还没有安装" in command(data, "workspace", "list").stderr
    kept = data.with_name("kept")
    daily = {"CHANGLIU_BACKUPS": str(kept), "CHANGLIU_BACKUP_AT": "00:00"}
    server = Serve(data, "server", environment=daily).ready()
    assert "第二家" in command(data, "workspace", "create", "第二家").stdout
    listed = command(data, "workspace", "list").stdout.splitlines()
    assert [line.split("\t")[3] for line in listed] == ["第一家公司", "第二家"]
    assert "已有名为" in command(data, "workspace", "create", "第二家").stderr
    added = command(data, "account", "add", "li", "--role", "admin")
    assert "password:" in added.stdout, added.stderr
    renewed = command(data, "account", "password", "li")
    password = re.search(r"password: (\S+)", renewed.stdout)
    assert password, renewed.stderr
    body = {"login": "li", "password": password[1]}
    assert httpx.post(f"{server.url}/api/auth/login", json=body).status_code == 200
    until("a worker's sign of life", lambda: server.health()["workers"] == {"alive": 1})
    well = command(data, "doctor")
    assert well.returncode == 0, well.stdout + well.stderr
    until("a daily backup", lambda: list(kept.glob("changliu-*.backup")))
    listed_jobs = command(data, "jobs", "list")
    assert (listed_jobs.returncode, listed_jobs.stdout) == (0, ""), listed_jobs.stderr
    assert "没有编号为 7" in command(data, "jobs", "run", "7").stderr
    assert server.stop() == 0


def test_an_english_installation_is_named_in_english(data: Path) -> None:
    english = {"CHANGLIU_LANGUAGE": "", "LC_ALL": "", "LANG": "en_GB.UTF-8"}
    password = "correct horse 9"
    server = Serve(
        data, "server", environment={**english, "CHANGLIU_ADMIN_PASSWORD": password}
    ).ready()
    assert "My company" in server.text()
    with httpx.Client(base_url=server.url) as client:
        body = {"login": "admin", "password": password}
        token = client.post("/api/auth/login", json=body).json()["token"]
        here = {"authorization": f"Bearer {token}"}
        me = client.get("/api/auth/session", headers=here).json()
        assert me["member"]["name"] == "Administrator"
    assert server.stop() == 0
