"""`backup` and `restore`: the whole installation in one file, and back."""

import sys
from pathlib import Path
from typing import Any

import click

from changliu.commands.shell import data_option, run, run_on_platform
from changliu.kit.platform import Platform
from changliu.kit.postgres import launcher
from changliu.kit.settings import Settings
from changliu.operations.backup.model import Done, Manifest, Wish
from changliu.operations.backup.restore import check, restore
from changliu.operations.backup.service import back_up
from changliu.startup import Composition

_FILE = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
_WORKSPACES = click.option(
    "--workspace", "workspaces", multiple=True, help="Only this one; may be repeated (all)."
)
_PASSPHRASE = click.option(
    "--passphrase-file",
    type=click.File("r", encoding="utf-8"),
    help="File whose first line closes the archive's keys; - reads standard input.",
)


@click.command("backup")
@_FILE
@_WORKSPACES
@_PASSPHRASE
@data_option
def backup_command(
    composition: Composition, settings: Settings, file: Path, **options: Any
) -> None:
    """Write database, files and keys to a new FILE while people go on working.

    Exit code 2: the archive is good, but bytes of some files were missing or altered on disk.
    """
    wish = _wish(file, options)

    async def work(platform: Platform) -> Done:
        return await back_up(platform, composition.chain(), wish, _told)

    done = run_on_platform(composition, settings, work)
    _show(done)
    if not wish.passphrase:
        click.echo(
            "密钥未加口令，请像保管服务器一样保管此文件。"
            " The keys are not closed by a passphrase: guard this file like the server."
        )
    for digest in done.missing:
        click.echo(f"✗ {digest}: 文件缺失或损坏 file missing or altered", err=True)
    if done.missing:
        sys.exit(2)


@click.command("restore")
@_FILE
@_WORKSPACES
@_PASSPHRASE
@click.option("--paused", is_flag=True, help="No job runs in the copy until it is resumed.")
@click.option("--check", "only_check", is_flag=True, help="Prove the archive; restore nothing.")
@data_option
def restore_command(
    composition: Composition, settings: Settings, file: Path, **options: Any
) -> None:
    """Restore a backup into an empty data folder, or the empty database of DATABASE_URL.

    A backup of an earlier program is restored as it was, then brought up to this one.

    With --paused people may look and write, but no job, timer or daily task of the copy runs until
    `changliu workspace resume`: two installations must not send the same message twice.
    """
    wish, chain = _wish(file, options), composition.chain()
    if options["only_check"]:
        manifest = check(wish, chain, _told)
        click.echo(err=True)
        _describe(manifest)
        return
    started: list[bool] = []

    def start(settings: Settings) -> launcher.Instance:
        instance = launcher.start(settings)
        started.append(instance.started)
        return instance

    try:
        done = run(restore(settings, start, chain, wish, _told))
    finally:
        if any(started):
            launcher.stop(settings)
    _show(done)
    for name, reason in done.behind:
        click.echo(f"✗ {name}: 升级失败，只能查看 not upgraded, read-only: {reason}", err=True)
    if done.behind:
        sys.exit(2)


def _wish(file: Path, options: dict[str, Any]) -> Wish:
    stream = options["passphrase_file"]
    passphrase = stream.readline().rstrip("\r\n") if stream else None
    return Wish(
        file.resolve(),
        tuple(options["workspaces"]),
        passphrase or None,
        options.get("paused", False),
    )


def _told(text: str, done: int, total: int) -> None:
    share = 100 * done // total if total else 100
    click.echo(f"\r{share:3} % {text}\033[K", nl=False, err=True)


def _show(done: Done) -> None:
    click.echo(err=True)
    click.echo(
        f"✓ {done.file}  {done.size / 2**20:.1f} MB  {'、'.join(done.workspaces)}"
        f"  {done.files} 个文件 files"
    )


def _describe(manifest: Manifest) -> None:
    click.echo(f"✓ {manifest.at:%Y-%m-%d %H:%M} UTC  changliu {manifest.program}")
    for kept in manifest.workspaces:
        lacking = f"，缺 missing {len(kept.missing)}" if kept.missing else ""
        click.echo(f"  {kept.schema_name}\t{kept.name}\t{kept.files} 个文件 files{lacking}")
