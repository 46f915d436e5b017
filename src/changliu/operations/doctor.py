"""Looks at an installation the way an operator would, and says what to do about what is wrong."""

import shutil
from collections.abc import Awaitable, Callable
from datetime import timedelta

from changliu.jobs.service import list_workers, overview
from changliu.kit.db import Database, Workspace
from changliu.kit.platform import Platform
from changliu.kit.postgres.settings import server_settings
from changliu.kit.postgres.workspaces import list_workspaces
from changliu.operations import examination
from changliu.operations.finding import Finding
from changliu.records.rollups.service import drift, put_right
from changliu.records.search.comparing import compare_keys, make_anew
from changliu.schema.leftovers.service import Structure, compare

# Below this an ordinary day's write-ahead log may fill the disk.
FREE_BYTES = 2 * 1024**3
# How long a roll-up that was put right is told of.
LATELY = timedelta(days=7)


async def examine(platform: Platform) -> list[Finding]:
    """Return every finding; raises nothing for a sick installation that still answers."""
    findings: list[Finding] = []
    for look in LOOKS:
        findings += await look(platform)
    return findings


async def _server(platform: Platform) -> list[Finding]:
    found = await server_settings(platform.database)
    durable = found["fsync"] == found["full_page_writes"] == "on"
    return [
        Finding(
            True, f"PostgreSQL {found['server_version']}", f"PostgreSQL {found['server_version']}"
        ),
        Finding(
            durable,
            f"断电安全：{'是' if durable else '否，请打开 fsync 和 full_page_writes'}",
            f"Safe from power loss: {'yes' if durable else 'no; turn fsync, full_page_writes on'}",
        ),
    ]


async def _disk(platform: Platform) -> list[Finding]:
    free = shutil.disk_usage(platform.settings.data).free
    gigabytes = free / 1024**3
    advice = ("", "") if free > FREE_BYTES else ("，请清理磁盘", "; free some space")
    return [
        Finding(
            free > FREE_BYTES,
            f"磁盘剩余 {gigabytes:.1f} GB{advice[0]}",
            f"{gigabytes:.1f} GB of disk free{advice[1]}",
        )
    ]


async def _workers(platform: Platform) -> list[Finding]:
    async with platform.database.transaction(write=False) as tx:
        alive = sum(bool(worker["alive"]) for worker in await list_workers(tx))
    advice = ("", "") if alive else ("：请运行 changliu serve", ": run changliu serve")
    return [
        Finding(alive > 0, f"后台进程 {alive} 个{advice[0]}", f"{alive} workers alive{advice[1]}")
    ]


async def _workspaces(platform: Platform) -> list[Finding]:
    findings = []
    for entry in await list_workspaces(platform.database):
        name, live = entry.workspace.name, entry.state == "live"
        dead = await _dead_jobs(platform.database, entry.workspace) if live else 0
        behind = (
            ("", "")
            if live
            else (" 升级未完成，只读；请重启 serve", " is behind, read-only; start serve again")
        )
        if live and entry.paused_at:
            behind = (
                " 已暂停后台任务；changliu workspace resume 恢复",
                " rests, no jobs run: changliu workspace resume",
            )
        parked = (
            (
                f"，{dead} 个任务被搁置，见 changliu jobs list",
                f", {dead} jobs set aside: see changliu jobs list",
            )
            if dead
            else ("", "")
        )
        findings.append(
            Finding(
                live and not dead,
                f"工作区 {name}{behind[0]}{parked[0]}",
                f"Workspace {name}{behind[1]}{parked[1]}",
            )
        )
    return findings


async def _structures(platform: Platform) -> list[Finding]:
    findings = []
    for entry in await list_workspaces(platform.database):
        if entry.state != "live":
            continue
        async with platform.database.transaction(entry.workspace, write=False) as tx:
            found = await compare(tx)
        findings.append(_structure(entry.workspace.name, found))
    return findings


def _structure(name: str, found: Structure) -> Finding:
    """Unknown columns only take room; what is missing needs a backup; indexes are built again."""
    parts = (
        (found.missing, "缺少", "missing", "请从备份恢复", "restore from a backup"),
        (found.unknown, "无主", "unowned", "只占空间，无害", "they only take room"),
        (found.invalid, "未建成的索引", "half-built indexes", "后台会重建", "rebuilt by a job"),
    )
    zh = "；".join(f"{z} {'、'.join(v[:10])}（{do}）" for v, z, _, do, _ in parts if v)
    en = "; ".join(f"{e} {', '.join(v[:10])} ({do})" for v, _, e, _, do in parts if v)
    kept = len(found.left)
    return Finding(
        not (found.missing or found.invalid),
        f"工作区 {name} 的表结构：{zh or '与目录一致'}，暂存的旧列 {kept} 个",
        f"Tables of workspace {name}: {en or 'as catalogued'}; {kept} old columns kept for now",
    )


async def _rollups(platform: Platform) -> list[Finding]:
    findings = []
    for entry in await list_workspaces(platform.database):
        if entry.state != "live":
            continue
        async with platform.database.transaction(entry.workspace, write=False) as tx:
            wrong = sum(found.parents for found in await drift(tx))
            mended = await put_right(tx, tx.now - LATELY)
        advice = ("，每夜自动改正", "; put right every night") if wrong else ("", "")
        name = entry.workspace.name
        zh = f"工作区 {name} 的汇总：{wrong} 个值有偏差{advice[0]}"
        findings.append(Finding(not wrong, zh, f"Roll-ups of {name}: {wrong} wrong{advice[1]}"))
        if mended:
            zh = f"工作区 {name} 的汇总：过去 7 天改正过 {mended} 个值，请查看日志并告知开发者"
            en = f"Roll-ups of {name}: {mended} put right in 7 days; look into the log, tell us"
            findings.append(Finding(False, zh, en))
    return findings


async def _search(platform: Platform) -> list[Finding]:
    findings = []
    for entry in await list_workspaces(platform.database):
        if entry.state != "live":
            continue
        async with platform.database.transaction(entry.workspace, write=False) as tx:
            found = await compare_keys(tx)
        advice = ("", "")
        if found.wrong:
            advice = ("：请运行 changliu doctor --mend", ": run changliu doctor --mend")
        name, rest = entry.workspace.name, found.unfinished
        zh = f"工作区 {name} 的搜索：抽查 {found.looked} 条，{found.wrong} 处不符{advice[0]}"
        en = f"Search of {name}: {found.looked} looked at, {found.wrong} wrong{advice[1]}"
        making = (f"，{rest} 个对象正在整理", f"; {rest} objects being made") if rest else ("", "")
        findings.append(Finding(not found.wrong, zh + making[0], en + making[1]))
    return findings


async def mend(platform: Platform) -> None:
    """Have workers make again what can be made from records: the keys of search."""
    for entry in await list_workspaces(platform.database):
        if entry.state == "live":
            async with platform.database.transaction(entry.workspace) as tx:
                await make_anew(tx)


async def _dead_jobs(database: Database, workspace: Workspace) -> int:
    async with database.transaction(workspace, write=False) as tx:
        counts = (await overview(tx))["kinds"]
    return sum(int(row["dead"]) for row in counts)


LOOKS: tuple[Callable[[Platform], Awaitable[list[Finding]]], ...] = (
    _server,
    examination.look_at_settings,
    _disk,
    examination.look_at_clock,
    examination.look_at_backups,
    _workers,
    _workspaces,
    _structures,
    _rollups,
    _search,
    examination.look_at_files,
    examination.look_at_seals,
)
