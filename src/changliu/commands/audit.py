"""`audit`: seal the history now, and check it against its seals."""

import asyncio
import sys

import click

from changliu.commands.shell import (
    Commands,
    data_option,
    run_on_platform,
    terminal_language,
    workspace_option,
)
from changliu.kit.platform import Platform
from changliu.kit.postgres.workspaces import find_workspace
from changliu.kit.settings import Settings
from changliu.records.history.sealing.model import Report
from changliu.records.history.sealing.service import Horizon, seal
from changliu.records.history.sealing.verify import verify
from changliu.startup import Composition

# How long to wait for open transactions before asking again, and how often, when sealing by hand.
PAUSE_SECONDS, PAUSES = 0.5, 60
_OPEN = "尚有未结束的写入，请稍后再封存。 Writes are still open; seal again later."
_CUT = (
    "封条链不是本机记得的那一条，不再继续封存，请运行 changliu audit verify。"
    " The chain is not the one remembered here and is not sealed on; run changliu audit verify."
)


@click.group(cls=Commands)
def audit() -> None:
    """History that shows whether anybody altered it."""


@audit.command("verify")
@workspace_option
@data_option
def verify_command(composition: Composition, settings: Settings, workspace: str | None) -> None:
    """Check history against its seals; exit code 1 when something was altered."""

    async def work(platform: Platform) -> Report:
        where = await find_workspace(platform.database, workspace)
        async with platform.database.transaction(where, write=False) as tx:
            return await verify(tx, platform.settings.data, _progress)

    report = run_on_platform(composition, settings, work)
    click.echo(err=True)
    english = terminal_language() == "en"
    for finding in report.findings:
        click.echo(f"✗ {finding.en if english else finding.zh}")
    click.echo(_summary(report, english=english))
    if not report.ok:
        sys.exit(1)


@audit.command("seal")
@workspace_option
@data_option
def seal_command(composition: Composition, settings: Settings, workspace: str | None) -> None:
    """Seal everything that is settled, without waiting for the schedule; exit code 1 when that was
    not possible."""

    async def work(platform: Platform) -> tuple[int, str]:
        where = await find_workspace(platform.database, workspace)
        count = 0
        left: Horizon | None = None
        waits = 0
        while waits < PAUSES:
            async with platform.database.transaction(where) as tx:
                sealed = await seal(tx, platform.settings.data, left)
            count, left = count + sealed.entries, sealed.left
            if sealed.cut:
                return count, _CUT
            if left is None:
                return count, ""
            if left.writers:
                waits += 1
                await asyncio.sleep(PAUSE_SECONDS)
        return count, _OPEN

    count, obstacle = run_on_platform(composition, settings, work)
    click.echo(f"已封存 sealed: {count}")
    if obstacle:
        click.echo(obstacle)
        sys.exit(1)


def _progress(report: Report) -> None:
    click.echo(f"\r{report.seals} · {report.entries}\033[K", nl=False, err=True)


def _summary(report: Report, *, english: bool) -> str:
    mark = "✓" if report.ok else "✗"
    if english:
        told = f"{report.seals} seals, {report.entries} entries, {report.unsealed} not yet sealed"
    else:
        told = f"{report.seals} 个封条，{report.entries} 条修改记录，{report.unsealed} 条尚未封存"
    return f"{mark} {told}"
