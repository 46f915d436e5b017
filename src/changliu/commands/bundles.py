"""`bundle`: look at, compare, install and export app bundles."""

from pathlib import Path

import click

from changliu.bundles import service
from changliu.bundles.export import export_files, write_files
from changliu.bundles.model import Plan
from changliu.commands.shell import (
    Commands,
    data_option,
    run_on_platform,
    terminal_language,
    workspace_option,
)
from changliu.definitions.kind import KindRegistry
from changliu.kit.platform import Platform
from changliu.kit.postgres.workspaces import find_workspace
from changliu.kit.settings import Settings
from changliu.startup import Composition


@click.group(cls=Commands)
def bundle() -> None:
    """App bundles: objects, roles and teams as files."""


@bundle.command("install")
@click.argument("name")
@click.option("--overwrite", is_flag=True, help="Also replace what was changed locally.")
@workspace_option
@data_option
def install_command(
    composition: Composition,
    settings: Settings,
    name: str,
    workspace: str | None,
    overwrite: bool,
) -> None:
    """Install a bundle by name or folder; an installed one is brought up to its files."""

    async def work(platform: Platform) -> None:
        where = await find_workspace(platform.database, workspace)
        kinds = platform.registry(KindRegistry)
        opened = service.open_bundle(name)
        plan = await service.install(
            platform.database, where, kinds, opened, overwrite=overwrite, told=_progress
        )
        _show(plan, only_changes=True)

    run_on_platform(composition, settings, work)


@bundle.command("diff")
@click.argument("name")
@click.option("--overwrite", is_flag=True, help="As install --overwrite would do.")
@workspace_option
@data_option
def diff_command(
    composition: Composition,
    settings: Settings,
    name: str,
    workspace: str | None,
    overwrite: bool,
) -> None:
    """Show what installing a bundle would do; changes nothing."""

    async def work(platform: Platform) -> None:
        where = await find_workspace(platform.database, workspace)
        kinds = platform.registry(KindRegistry)
        async with platform.database.transaction(where, write=False) as tx:
            plan = await service.diff(tx, kinds, service.open_bundle(name), overwrite=overwrite)
        _show(plan, only_changes=False)

    run_on_platform(composition, settings, work)


@bundle.command("export")
@click.argument("name")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@workspace_option
@data_option
def export_command(
    composition: Composition, settings: Settings, name: str, folder: Path, workspace: str | None
) -> None:
    """Write an installed app, as it is now, as files into a folder."""

    async def work(platform: Platform) -> None:
        where = await find_workspace(platform.database, workspace)
        kinds = platform.registry(KindRegistry)
        async with platform.database.transaction(where, write=False) as tx:
            files = await export_files(tx, kinds, name)
        click.echo(f"{write_files(folder, files)} → {folder}")

    run_on_platform(composition, settings, work)


def _progress(text: str, done: int, total: int) -> None:
    click.echo(f"\r[{done}/{total}] {text}\033[K", nl=done == total, err=True)


def _show(plan: Plan, *, only_changes: bool) -> None:
    chinese = terminal_language() == "zh-CN"
    for step in plan.changes if only_changes else plan.steps:
        click.echo(f"{step.action:7}{step.zh if chinese else step.en}")
        for detail in step.details_zh if chinese else step.details_en:
            click.echo(f"       {detail}")
    click.echo(f"{plan.bundle} {plan.version}: {len(plan.changes)} 处改动 changes")
