"""Which user the server runs as: PostgreSQL refuses root, so root hands it to someone else."""

import os
import pwd
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

NOBODY = 65534


@dataclass(frozen=True, slots=True)
class Account:
    """A user and group to run programs as; both None means the caller's own."""

    uid: int | None = None
    gid: int | None = None

    def run(
        self, command: Sequence[str], environment: Mapping[str, str], cwd: Path, timeout: float
    ) -> int:
        """Run a program to its end without any of our streams and return its exit code.

        A server inherits what its starter leaves open, and a caller reading our output would then
        wait for ever. Raises OSError when it cannot be run, TimeoutExpired after `timeout` seconds.
        """
        return subprocess.run(
            command, env=environment, cwd=cwd, timeout=timeout, check=False, umask=0o077,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            user=self.uid, group=self.gid, extra_groups=None if self.uid is None else [],
        ).returncode  # fmt: skip

    def own(self, path: Path) -> None:
        """Give a file or folder to this user; nothing to do for the caller's own."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)

    def can_enter(self, folder: Path) -> bool:
        """Tell whether this user may enter an existing folder, tried rather than computed."""
        if self.uid is None:
            return os.access(folder, os.X_OK)
        return self.run(["/bin/sh", "-c", 'cd "$0"', str(folder)], {}, Path("/"), 20) == 0


def choose_account(cluster: Path) -> Account:
    """Return who runs the cluster in a folder: its owner when it exists, else never root."""
    if os.geteuid() != 0:
        return Account()
    if cluster.exists() and (owner := cluster.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    for name in ("nobody", "postgres"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    return Account(NOBODY, NOBODY)
