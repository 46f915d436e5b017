"""The cluster itself: made by initdb, configured for 2-8 GB machines, started and stopped."""

import os
import secrets
import shutil
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from psycopg import pq

from changliu.kit.errors import Unavailable
from changliu.kit.postgres.binaries import Binaries
from changliu.kit.postgres.folder import PORT, Folder
from changliu.kit.postgres.repair import repair

SUPERUSER = "postgres"
START_TIMEOUT_S = 300
_LOG_LIMIT = 20 * 1024 * 1024
_MEGABYTE = 1024 * 1024


def answers(folder: Folder) -> bool:
    """Ask the server on our socket (what pg_isready asks); wait while it is still starting."""
    deadline = time.monotonic() + START_TIMEOUT_S
    while True:
        reply = pq.PGconn.ping(f"host='{folder.sockets}' port={PORT} dbname=postgres".encode())
        if reply != pq.Ping.REJECT or time.monotonic() > deadline:
            return reply == pq.Ping.OK
        time.sleep(0.05)


def initialise(folder: Folder, binaries: Binaries, password: str) -> None:
    """Make the cluster: UTF-8, byte order, scram for every role; whole or not at all."""
    fresh = folder.root / "data.new"
    shutil.rmtree(fresh, ignore_errors=True)
    password_file = folder.root / f"pw-{secrets.token_hex(4)}"
    password_file.touch(mode=0o600)
    password_file.write_text(f"{password}\n", "utf-8")
    folder.account.own(password_file)
    builtin = ["--locale-provider=builtin", "--locale=C.UTF-8"]
    command = [
        binaries.program("initdb"), "-D", str(fresh), "-U", SUPERUSER, "-E", "UTF8",
        *(builtin if binaries.major >= 17 else ["--locale=C"]),
        "--auth-local=scram-sha-256", "--auth-host=scram-sha-256",
        f"--pwfile={password_file}", "--data-checksums",
    ]  # fmt: skip
    try:
        code = folder.account.run(command, binaries.environment, folder.root, START_TIMEOUT_S)
    finally:
        password_file.unlink()
    if code != 0:
        raise _failed("initdb", f"initdb exit {code}")
    _write(fresh / "pg_hba.conf", "w", "local all all scram-sha-256\n")
    include = "include = 'changliu.conf'\ninclude_if_exists = '../local.conf'\n"
    _write(fresh / "postgresql.conf", "a", include)
    fresh.rename(folder.cluster)


def start_server(folder: Folder, binaries: Binaries, options: Mapping[str, str]) -> None:
    """Start the server and return once it answers; repairs what a crash left behind.

    Raises `Unavailable` (`postgres.start`) with the end of its log.
    """
    _check_version(folder, binaries)
    configure(folder, options)
    if folder.log.exists() and folder.log.stat().st_size > _LOG_LIMIT:
        folder.log.rename(folder.log.with_suffix(".log.1"))
    command = [
        binaries.program("pg_ctl"), "-D", str(folder.cluster), "-w", "-t", str(START_TIMEOUT_S),
        "-l", str(folder.log), "start",
    ]  # fmt: skip
    for _ in range(4):
        try:
            folder.account.run(command, binaries.environment, folder.root, START_TIMEOUT_S + 30)
        except subprocess.TimeoutExpired:
            break
        if answers(folder):
            return
        if not repair(folder, binaries):
            break
    raise _failed("start", _log_tail(folder.log))


def stop_server(folder: Folder, binaries: Binaries) -> None:
    """Stop the server, rolling open transactions back; returns when it has gone."""
    command = [
        binaries.program("pg_ctl"), "-D", str(folder.cluster), "-m", "fast", "-w", "-t", "120",
        "stop",
    ]  # fmt: skip
    folder.account.run(command, binaries.environment, folder.root, 150)


def configure(folder: Folder, options: Mapping[str, str]) -> None:
    """Write `changliu.conf`; an operator's own lines go to `local.conf` beside the cluster."""
    lines = {**_configuration(folder.sockets), **options}
    text = "".join(f"{name} = '{value}'\n" for name, value in lines.items())
    file = folder.cluster / "changliu.conf"
    file.write_text(text, "utf-8")
    folder.account.own(file)


def _write(file: Path, mode: str, text: str) -> None:
    with file.open(mode, encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())


def _configuration(sockets: Path) -> dict[str, str]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // _MEGABYTE
    return {
        "listen_addresses": "",
        "port": str(PORT),
        "unix_socket_directories": str(sockets),
        "password_encryption": "scram-sha-256",
        "max_connections": "60",
        "shared_buffers": f"{min(2048, max(128, memory // 6))}MB",
        "effective_cache_size": f"{max(256, memory // 2)}MB",
        "work_mem": "16MB",
        "maintenance_work_mem": f"{min(512, max(64, memory // 16))}MB",
        "dynamic_shared_memory_type": _shared_memory(),
        "fsync": "on",
        "synchronous_commit": "on",
        "wal_compression": "on",
        "max_wal_size": "2GB",
        "checkpoint_timeout": "15min",
        "jit": "off",
        "random_page_cost": "1.1",
        "autovacuum_naptime": "15s",
        "autovacuum_vacuum_scale_factor": "0.05",
        "autovacuum_analyze_scale_factor": "0.02",
        "autovacuum_vacuum_cost_limit": "1000",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "lc_messages": "C",
        "log_line_prefix": "%m [%p] %u@%d ",
        "log_min_duration_statement": "2s",
        "log_lock_waits": "on",
        # Values of records stay out of the log.
        "log_parameter_max_length": "0",
        "log_error_verbosity": "terse",
    }


def _shared_memory() -> str:
    """Containers often get 64 MB of /dev/shm, too little for one parallel hash join."""
    try:
        space = os.statvfs("/dev/shm")
    except OSError:
        return "mmap" if Path("/proc").exists() else "posix"
    return "posix" if space.f_frsize * space.f_blocks >= 256 * _MEGABYTE else "mmap"


def _check_version(folder: Folder, binaries: Binaries) -> None:
    made_by = int((folder.cluster / "PG_VERSION").read_text("utf-8"))
    if made_by != binaries.major:
        raise Unavailable(
            "postgres.version",
            f"数据由 PostgreSQL {made_by} 建立，现有程序是 {binaries.major}："
            "请用 CHANGLIU_POSTGRES_BIN 指向相同大版本的程序，或先备份再恢复到新文件夹。",
            f"The data was made by PostgreSQL {made_by}; the programs found are {binaries.major}."
            " Point CHANGLIU_POSTGRES_BIN at the same major version, or restore a backup into a new"
            " folder.",
        )


def _log_tail(log: Path) -> str:
    try:
        lines = log.read_text("utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    return " | ".join(lines[-6:])


def _failed(step: str, detail: str) -> Unavailable:
    return Unavailable(
        f"postgres.{step}",
        f"内置数据库未能启动：{detail}。请检查磁盘空间和文件夹权限，或设置 DATABASE_URL。",
        f"The embedded database did not start: {detail}. Check disk space and folder permissions,"
        " or set DATABASE_URL.",
    )
