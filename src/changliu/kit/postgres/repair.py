"""What a crash leaves behind: a pid file naming a stranger, orphaned backends, a lost socket.

PostgreSQL trusts the pid in its lock file as long as some process has it. After a power loss, or
under an init that never reaps, that process is a zombie or a stranger, and the server would refuse
to start for as long as it lives. We look at who really works in the folder.
"""

import os
import signal
import subprocess
import time
from pathlib import Path

from changliu.kit.postgres.binaries import Binaries
from changliu.kit.postgres.folder import Folder

# Backends notice a dead postmaster at their next wait; a busy one gets this long before SIGQUIT.
ORPHAN_PATIENCE_S = 3.0


def repair(folder: Folder, binaries: Binaries) -> bool:
    """Clear what keeps the server from starting; return False when nothing was in the way."""
    workers = processes_in(folder.cluster)
    postmaster = _named_pid(folder.cluster / "postmaster.pid")
    if postmaster in workers:
        return _stop_unreachable(folder, binaries)
    if workers:
        _end_orphans(folder.cluster)
        return True
    return _remove_leftovers(folder)


def processes_in(cluster: Path) -> set[int]:
    """Return the pids of PostgreSQL processes whose working directory is this cluster."""
    proc = Path("/proc")
    if not (proc / "self").exists():
        return _processes_by_command(cluster)
    wanted = cluster.resolve()
    return {int(entry.name) for entry in proc.glob("[0-9]*") if _works_in(entry, wanted)}


def _works_in(entry: Path, cluster: Path) -> bool:
    try:
        return (
            Path(os.readlink(entry / "cwd")) == cluster
            and (entry / "comm").read_text().startswith("postgres")
        )  # fmt: skip
    except OSError:
        return False


def _processes_by_command(cluster: Path) -> set[int]:
    listed = subprocess.run(
        ["ps", "-A", "-o", "pid=,command="], capture_output=True, text=True, timeout=20, check=False
    )
    lines = (line.strip().partition(" ") for line in listed.stdout.splitlines())
    return {int(pid) for pid, _, command in lines if f"-D {cluster}" in command}


def _named_pid(file: Path) -> int | None:
    try:
        return abs(int(file.read_text("utf-8").splitlines()[0]))
    except (OSError, ValueError, IndexError):
        return None


def _stop_unreachable(folder: Folder, binaries: Binaries) -> bool:
    """Stop a living server whose socket somebody deleted: nobody can reach it any more."""
    if folder.socket_file().exists():
        return False
    command = [binaries.program("pg_ctl"), "-D", str(folder.cluster), "-m", "fast", "-w", "stop"]
    folder.account.run(command, binaries.environment, folder.root, 90)
    return True


def _end_orphans(cluster: Path) -> None:
    deadline = time.monotonic() + ORPHAN_PATIENCE_S
    while (workers := processes_in(cluster)) and time.monotonic() < deadline:
        time.sleep(0.05)
    for pid in workers:
        os.kill(pid, signal.SIGQUIT)
    time.sleep(0.1)


def _remove_leftovers(folder: Folder) -> bool:
    leftovers = [folder.cluster / "postmaster.pid", *folder.sockets.glob(".s.PGSQL.*")]
    present = [path for path in leftovers if path.exists()]
    for path in present:
        path.unlink()
    return bool(present)
