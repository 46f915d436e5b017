"""`import`: take a CSV file in, with progress, an errors file and a summary."""

from pathlib import Path
from typing import Any

import click

from changliu.commands.shell import (
    data_option,
    run_on_platform,
    terminal_language,
    workspace_option,
)
from changliu.fields.registry import FIELD_TYPES
from changliu.identity.provision import acting
from changliu.kit.platform import Platform
from changliu.kit.postgres.workspaces import find_workspace
from changliu.kit.settings import Settings
from changliu.records.changeset.participant import Participants
from changliu.startup import Composition
from changliu.transfer.model import ImportRequest, Progress, Summary
from changliu.transfer.report import progress_line, summary_lines, write_errors
from changliu.transfer.service import Importer, errors_path


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--object", "object_key", help="Object to import into, or `member`.")
@click.option(
    "--map", "mapping", type=click.Path(path_type=Path, dir_okay=False), help="Mapping file (YAML)."
)
@click.option("--match", multiple=True, help="Field that recognises an existing record.")
@click.option("--mode", type=click.Choice(["create", "update", "both"]), help="What may be done.")
@click.option("--dry-run", is_flag=True, help="Count what would happen; write nothing.")
@click.option("--restart", is_flag=True, help="Begin anew where an import was cut off.")
@click.option(
    "--errors", type=click.Path(path_type=Path, dir_okay=False), help="File for refused rows."
)
@click.option("--as", "login", help="Login of the member who imports (the first administrator).")
@workspace_option
@data_option
def import_command(
    composition: Composition, settings: Settings, file: Path, **options: Any
) -> None:
    """Import a CSV file. An import that was cut off goes on where it stopped."""
    request = ImportRequest(
        file,
        options["object_key"],
        options["mapping"],
        tuple(options["match"]),
        options["mode"],
        options["dry_run"],
        options["restart"],
    )

    async def work(platform: Platform) -> Summary:
        importer = await _importer(platform, options["workspace"], options["login"])
        summary = await importer.run(request, _show)
        await _finish(importer, request, summary, options["errors"])
        return summary

    summary = run_on_platform(composition, settings, work)
    if summary.counts.refused or summary.counts.unlinked:
        click.get_current_context().exit(2)


async def _importer(platform: Platform, workspace: str | None, login: str | None) -> Importer:
    where = await find_workspace(platform.database, workspace)
    async with platform.database.transaction(where, write=False) as tx:
        member = (await acting(tx, login)).member
    participants = platform.registry(Participants)
    return Importer(platform.database, where, FIELD_TYPES, participants.items, member)


def _show(progress: Progress) -> None:
    click.echo(f"\r{progress_line(progress)}\033[K", nl=False, err=True)


async def _finish(
    importer: Importer, request: ImportRequest, summary: Summary, errors: Path | None
) -> None:
    language = terminal_language()
    click.echo(err=True)
    for line in summary_lines(summary, language, dry_run=request.dry_run):
        click.echo(line)
    if summary.counts.refused or summary.counts.unlinked:
        path = errors or errors_path(request.file)
        count = await write_errors(path, summary.header, importer.refused(summary), language)
        click.echo(f"{count} → {path}")
