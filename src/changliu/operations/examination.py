"""What the doctor looks at outside the tables: settings, keys, clock, backups, files, seals."""

import asyncio
import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

from changliu.files import store as files
from changliu.files.folder import Folder, folder_of
from changliu.kit import clock
from changliu.kit.platform import Platform
from changliu.kit.postgres.workspaces import installed_at, list_workspaces
from changliu.operations.backup.daily import kept_backups
from changliu.operations.finding import Finding
from changliu.records.history.sealing import store as sealing
from changliu.records.history.sealing.keys import read_head
from changliu.records.history.sealing.service import is_cut

# Files of a workspace whose bytes are read: a glance, not a check of all.
SAMPLE = 100
# A daily backup older than this was missed.
BACKUP_LIFE = timedelta(hours=26)


async def look_at_settings(platform: Platform) -> list[Finding]:
    """Plain HTTP beyond localhost, and keys that others on the machine may read."""
    settings = platform.settings
    plain = settings.insecure_http
    found = [
        Finding(
            not plain,
            "允许明文 HTTP 登录：请用代理提供 HTTPS，再去掉 CHANGLIU_INSECURE_HTTP"
            if plain
            else "登录只走 HTTPS 或本机",
            "Sign-in over plain HTTP is allowed: end TLS at a proxy, unset CHANGLIU_INSECURE_HTTP"
            if plain
            else "Sign-in wants HTTPS or localhost",
        )
    ]
    folder = settings.data / "secrets"
    loose = [
        p.name for p in (folder, *folder.glob("*.[kj]*")) if p.exists() and p.stat().st_mode & 0o077
    ]
    names = "、".join(sorted(loose))
    zh = (
        f"密钥可被本机其他用户读取（{names}）：请 chmod go= 它们" if loose else "密钥只有本程序可读"
    )
    en = f"Keys others may read ({names}): chmod go= them" if loose else "Keys are closed to others"
    return [*found, Finding(not loose, zh, en)]


async def look_at_clock(platform: Platform) -> list[Finding]:
    """The machine's clock is not before the installation; a test clock is told."""
    async with platform.database.transaction(write=False) as tx:
        made, shift = await installed_at(tx), clock.offset()
    wrong = clock.real() < made
    if wrong:
        zh, en = "系统时间早于安装时间，请校准时钟", "The clock is before the installation: set it"
    else:
        now = clock.real()
        zh, en = f"系统时间 {now:%Y-%m-%d %H:%M} UTC", f"Clock {now:%Y-%m-%d %H:%M} UTC"
    findings = [Finding(not wrong, zh, en)]
    if shift:
        findings.append(
            Finding(True, f"测试时钟已偏移 {shift}", f"The test clock is shifted by {shift}")
        )
    return findings


async def look_at_backups(platform: Platform) -> list[Finding]:
    """The newest daily backup is of today or yesterday, where there should be one."""
    folder = platform.settings.backups
    if folder is None:
        return [
            Finding(
                True,
                "没有设置自动备份（CHANGLIU_BACKUPS）：请自行定期运行 changliu backup",
                "No daily backup is set (CHANGLIU_BACKUPS): run changliu backup yourself",
            )
        ]
    newest = max((path.stat().st_mtime for path in kept_backups(folder)), default=0.0)
    at = datetime.fromtimestamp(newest, UTC)
    late = clock.real() - at > BACKUP_LIFE
    when = f"{at:%Y-%m-%d %H:%M} UTC" if newest else "—"
    zh = f"最近的每日备份：{when}" + ("；请看 serve 的输出和磁盘" if late else "")
    en = f"Newest daily backup: {when}" + ("; look at serve's output and the disk" if late else "")
    return [Finding(not late, zh, en)]


async def look_at_files(platform: Platform) -> list[Finding]:
    """A sample of each workspace's files is there and as it was uploaded."""
    findings = []
    for entry in await list_workspaces(platform.database):
        async with platform.database.transaction(entry.workspace, write=False) as tx:
            digests = await files.sample(tx, SAMPLE)
        folder = folder_of(platform.settings.data, entry.workspace.schema)
        bad = await asyncio.to_thread(_altered, folder, digests)
        name = entry.workspace.name
        advice = ("", "")
        if bad:
            some = "、".join(bad[:5])
            advice = (f"（{some}）：请从备份取回", f" ({some}): take them from a backup")
        zh = f"工作区 {name} 的附件：抽查 {len(digests)} 个，{len(bad)} 个缺失或损坏{advice[0]}"
        en = f"Files of {name}: {len(bad)} of {len(digests)} looked at gone or altered{advice[1]}"
        findings.append(Finding(not bad, zh, en))
    return findings


async def look_at_seals(platform: Platform) -> list[Finding]:
    """Every chain of seals holds the newest seal that the data folder remembers."""
    findings = []
    for entry in await list_workspaces(platform.database):
        async with platform.database.transaction(entry.workspace, write=False) as tx:
            last = await sealing.last_seal(tx)
            head = read_head(platform.settings.data, tx.home)
            cut = await is_cut(tx, platform.settings.data)
        here, known = (last.number if last else 0), (head.number if head else 0)
        name = entry.workspace.name
        advice = (
            "：封条被截断或替换，不再继续封存，请运行 changliu audit verify",
            ": cut or replaced, nothing more is sealed; run changliu audit verify",
        )
        zh = f"工作区 {name} 的封条：{here} 个" + (f"，记得 {known} 个{advice[0]}" if cut else "")
        en = f"Seals of {name}: {here}" + (f", {known} remembered{advice[1]}" if cut else "")
        findings.append(Finding(not cut, zh, en))
    return findings


def _altered(folder: Folder, digests: list[str]) -> list[str]:
    return [digest for digest in digests if not _is_whole(folder.place(digest), digest)]


def _is_whole(file: Path, digest: str) -> bool:
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest() == digest
    except OSError:
        return False
