"""`jobs`: work that was set aside after failing; run it again, or discard it with a reason."""

import click

from changliu.commands.shell import Commands, data_option, run_on_platform, workspace_option
from changliu.jobs import api as doors
from changliu.jobs import service
from changliu.kit.platform import Platform
from changliu.kit.postgres.workspaces import find_workspace
from changliu.kit.settings import Settings
from changliu.operations.dead_letters import JobDesk
from changliu.startup import Composition

_SHOWN = 200
_KIND = click.option("--kind", help="Only jobs of this kind.")


@click.group(cls=Commands)
def jobs() -> None:
    """Background work that was set aside after failing too often."""


@jobs.command("list")
@_KIND
@workspace_option
@data_option
def list_command(
    composition: Composition, settings: Settings, workspace: str | None, kind: str | None
) -> None:
    """List jobs set aside, newest first: number, kind, since when, failures, error."""

    async def work(platform: Platform) -> None:
        where = await find_workspace(platform.database, workspace)
        async with platform.database.transaction(where, write=False) as tx:
            dead = await service.list_dead(tx, None, _SHOWN, kind)
        for job in dead:
            error = (job["error"] or "").strip().splitlines()[-1:] or [""]
            since = f"{job['dead_at']:%Y-%m-%d %H:%M}"
            click.echo(f"{job['id']}\t{job['kind']}\t{since}\t{job['attempts']}\t{error[0][:200]}")

    run_on_platform(composition, settings, work)


@jobs.command("run")
@click.argument("job", type=int, required=False)
@click.option("--all", "everything", is_flag=True, help="All that were set aside.")
@_KIND
@workspace_option
@data_option
def run_command(
    composition: Composition, settings: Settings, job: int | None, **options: object
) -> None:
    """Run a JOB again, or with --all every one that was set aside, 1,000 at a time."""
    if (job is None) != bool(options["everything"]):
        raise click.UsageError("请给出一个编号，或用 --all。 Give one number, or --all.")
    kind = None if options["kind"] is None else str(options["kind"])
    name = None if options["workspace"] is None else str(options["workspace"])

    async def work(platform: Platform) -> None:
        where = await find_workspace(platform.database, name)
        async with platform.database.transaction(where) as tx:
            if job is None:
                ids = await doors.rerun_all(tx, JobDesk(), kind)
            else:
                await doors.rerun_one(tx, JobDesk(), job)
                ids = [job]
        click.echo(f"✓ {len(ids)}")

    run_on_platform(composition, settings, work)


@jobs.command("discard")
@click.argument("job", type=int)
@click.option("--reason", required=True, help="Why; kept in the audit.")
@workspace_option
@data_option
def discard_command(
    composition: Composition, settings: Settings, job: int, workspace: str | None, reason: str
) -> None:
    """Discard a JOB for good."""

    async def work(platform: Platform) -> None:
        where = await find_workspace(platform.database, workspace)
        async with platform.database.transaction(where) as tx:
            await doors.discard_one(tx, JobDesk(), job, reason[:500])
        click.echo("✓")

    run_on_platform(composition, settings, work)
