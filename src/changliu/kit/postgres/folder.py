"""One folder per instance: where the cluster, its socket, its log and its copied binaries lie."""

import hashlib
import os
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path

from changliu.kit.errors import Unavailable
from changliu.kit.postgres.account import Account, choose_account

# sun_path holds 108 bytes on Linux and 104 on macOS; the file name takes up to 20 of them.
SOCKET_LIMIT = 100
PORT = 5432
_HIDDEN_HOME = Path("/var/lib/changliu")


@dataclass(frozen=True, slots=True)
class Folder:
    """The paths of one instance and the account that owns them."""

    root: Path
    account: Account

    @property
    def cluster(self) -> Path:
        """PostgreSQL's own data directory."""
        return self.root / "data"

    @property
    def log(self) -> Path:
        """The server's log."""
        return self.root / "server.log"

    @property
    def programs(self) -> Path:
        """Where programs are copied to when the account cannot read the originals."""
        return self.root / "programs"

    @property
    def sockets(self) -> Path:
        """The folder of the Unix socket, remembered once chosen so that every process agrees."""
        remembered = self.root / "socket"
        if remembered.exists():
            return Path(remembered.read_text("utf-8").strip())
        return _socket_folder(self.root)

    def socket_file(self) -> Path:
        """The Unix socket itself."""
        return self.sockets / f".s.PGSQL.{PORT}"

    def make(self) -> None:
        """Make what is missing, owned by the account, closed to everyone else."""
        _closed(self.root, self.account)
        sockets = self.sockets
        try:
            _closed(sockets, self.account)
        except OSError:
            sockets = _socket_folder(self.root)
            _closed(sockets, self.account)
        remembered = self.root / "socket"
        remembered.write_text(f"{sockets}\n", "utf-8")
        self.account.own(remembered)


def place_folder(data: Path) -> Folder:
    """Return the instance's folder, `<data>/postgres`.

    Under root's home the unprivileged account cannot enter; rather than open that home to
    everyone, the folder is then a link to a new one below /var/lib/changliu.
    """
    link = data / "postgres"
    account = choose_account(link.resolve() / "data")
    if not link.exists() and not link.is_symlink() and not account.can_enter(data):
        hidden = _HIDDEN_HOME / f"{data.name}-{secrets.token_hex(4)}"
        hidden.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        _closed(hidden, account)
        link.symlink_to(hidden)
    return Folder(link.resolve(), account)


def _closed(folder: Path, account: Account) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    owner = folder.stat().st_uid
    wanted = os.geteuid() if account.uid is None else account.uid
    if owner not in (wanted, os.geteuid()):
        raise Unavailable(
            "postgres.owner",
            f"文件夹 {folder} 属于另一个用户，请用原来的用户启动，或换一个 --data。",
            f"The folder {folder} belongs to another user: start as that user, or choose another"
            " --data.",
        )
    folder.chmod(0o700)
    account.own(folder)


def _socket_folder(root: Path) -> Path:
    inside = root / "run"
    if len(os.fsencode(inside / f".s.PGSQL.{PORT}.lock")) < SOCKET_LIMIT:
        return inside
    digest = hashlib.sha256(os.fsencode(root)).hexdigest()[:16]
    name = f"changliu-{os.geteuid()}-{digest}"
    for candidate in (os.environ.get("XDG_RUNTIME_DIR"), "/run", tempfile.gettempdir()):
        if candidate and os.access(candidate, os.W_OK) and len(candidate) < SOCKET_LIMIT // 2:
            return Path(candidate) / name
    return Path("/tmp") / name
