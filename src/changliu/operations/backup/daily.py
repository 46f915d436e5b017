"""The daily backup: made by a process of its own once its hour has come, old ones removed.

Every minute: when today's file is missing and the hour has come, run `changliu backup` for it, then
remove the oldest beyond those to keep. A day missed while nothing ran is made up for at the start.
Several `serve` on one folder need no agreement: the second finds the first one's file or lock.
"""

import asyncio
import contextlib
import logging
import re
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from changliu.kit import clock
from changliu.kit.settings import Settings

log = logging.getLogger(__name__)

LOOK_S, AFTER_FAILURE_S = 60.0, 1800.0
_NAME = re.compile(r"changliu-\d{4}-\d{2}-\d{2}\.backup")
# The archive is good, though bytes of some files were gone (commands/backup.py).
_GOOD = (0, 2)


def kept_backups(folder: Path) -> list[Path]:
    """Return the daily backups of a folder, oldest first."""
    return sorted(path for path in folder.glob("*") if _NAME.fullmatch(path.name))


def due(settings: Settings, now: datetime) -> Path | None:
    """Return the file to write now; None without a folder, before the hour, or when it is there."""
    if settings.backups is None:
        return None
    local = now.astimezone(ZoneInfo(settings.timezone))
    file = settings.backups / f"changliu-{local:%Y-%m-%d}.backup"
    return None if f"{local:%H:%M}" < settings.backup_at or file.exists() else file


def remove_old(folder: Path, keep: int) -> list[Path]:
    """Remove the oldest daily backups beyond `keep` and return them; other files stay."""
    gone = kept_backups(folder)[:-keep]
    for path in gone:
        path.unlink(missing_ok=True)
    return gone


async def keep_backing_up(settings: Settings, report: Callable[[str], None]) -> None:
    """Make daily backups until cancelled; a failure is told and tried again half an hour later."""
    while settings.backups is not None:
        file = due(settings, clock.real())
        pause = LOOK_S
        if file is not None:
            code = await _run(settings, file)
            if code in _GOOD:
                remove_old(settings.backups, settings.backup_keep)
            elif not file.exists():
                pause = AFTER_FAILURE_S
                report(f"每日备份失败（代码 {code}） · the daily backup failed ({code}): {file}")
        await asyncio.sleep(pause)


async def _run(settings: Settings, file: Path) -> int:
    words = [sys.executable, "-m", "changliu", "backup", str(file), "--data", str(settings.data)]
    if settings.backup_passphrase_file is not None:
        words += ["--passphrase-file", str(settings.backup_passphrase_file)]
    process = await asyncio.create_subprocess_exec(
        *words, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL
    )
    try:
        return await process.wait()
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
