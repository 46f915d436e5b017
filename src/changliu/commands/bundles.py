"""`bundle`: look at, compare, install and export app bundles."""

import sys
from collections.abc import Callable, Coroutine, Sequence
from functools import wraps
from pathlib import Path
from typing import Any

import click

from changliu.bundles import service
from changliu.bundles.demo import service as demo
from changliu.bundles.export import write_files
from changliu.bundles.merge import Side
from changliu.bundles.model import App
from changliu.bundles.plan import Choices, Plan
from changliu.commands.shell import (
    Commands,
    data_option,
    run_on_platform,
    show_problem,
    terminal_language,
    workspace_option,
)
from changliu.definitions.faults import validate
from changliu.definitions.impact import InUse
from changliu.definitions.kind import KindRegistry
from changliu.identity import service as identity
from changliu.kit.platform import Platform
from changliu.kit.postgres.workspaces import find_workspace
from changliu.kit.settings import Settings
from changliu.records.changeset.participant import Participants
from changliu.startup import Composition


@click.group(cls=Commands)
def bundle() -> None:
    """App bundles: objects, roles and teams as files."""


def sides(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `--overwrite`, `--mine` and `--theirs`, and hand it the choices."""

    @click.option("--overwrite", is_flag=True, help="The bundle's side everywhere.")
    @click.option("--mine", multiple=True, metavar="PLACE", help="Keep this place as it is here.")
    @click.option("--theirs", multiple=True, metavar="PLACE", help="Take this from the bundle.")
    @wraps(command)
    def wrapped(
        *args: Any, overwrite: bool, mine: Sequence[str], theirs: Sequence[str], **options: Any
    ) -> Any:
        choices: dict[str, Side] = {"": "theirs"} if overwrite else {}
        choices |= dict.fromkeys(theirs, "theirs")
        choices |= dict.fromkeys(mine, "mine")
        return command(*args, choices=choices, **options)

    return wrapped


confirm_option = click.option("--confirm", help="Token of the impact list.")
dry_run_option = click.option("--dry-run", is_flag=True, help="Try it out and change nothing.")


@bundle.command("install")
@click.argument("name")
@sides
@confirm_option
@dry_run_option
@workspace_option
@data_option
def install_command(
    composition: Composition,
    settings: Settings,
    name: str,
    workspace: str | None,
    **wishes: Any,
) -> None:
    """Install a bundle by name or folder; an installed one is upgraded, local changes stay."""

    async def work(platform: Platform) -> None:
        where = await find_workspace(platform.database, workspace)
        kinds = platform.registry(KindRegistry)
        opened = service.open_bundle(name)
        plan = await service.install(
            platform.database, where, kinds, opened, wish=service.Wish(**wishes), told=_progress
        )
        _show(plan, only_changes=True)

    _run(composition, settings, work)


@bundle.command("uninstall")
@click.argument("name")
@confirm_option
@dry_run_option
@workspace_option
@data_option
def uninstall_command(
    composition: Composition,
    settings: Settings,
    name: str,
    workspace: str | None,
    **wishes: Any,
) -> None:
    """Take an installed app away; its data stays for 90 days."""

    async def work(platform: Platform) -> None:
        where = await find_workspace(platform.database, workspace)
        kinds = platform.registry(KindRegistry)
        plan = await service.uninstall(
            platform.database, where, kinds, name, wish=service.Wish(**wishes)
        )
        _show(plan, only_changes=True)

    _run(composition, settings, work)


@bundle.command("diff")
@click.argument("name")
@sides
@workspace_option
@data_option
def diff_command(
    composition: Composition,
    settings: Settings,
    name: str,
    workspace: str | None,
    choices: Choices,
) -> None:
    """Show what installing a bundle would do; changes nothing."""

    async def work(platform: Platform) -> None:
        where = await find_workspace(platform.database, workspace)
        kinds = platform.registry(KindRegistry)
        opened = service.open_bundle(name)
        async with platform.database.transaction(where, write=False) as tx:
            actor = await identity.system_actor(tx)
            plan = await service.diff(tx, actor, kinds, opened, choices)
        _show(plan, only_changes=False)

    run_on_platform(composition, settings, work)


@bundle.command("export")
@click.argument("name")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--object", "objects", multiple=True, help="Make a new app of this object (repeat).")
@click.option("--label", help="What the new app is called (its key).")
@workspace_option
@data_option
def export_command(
    composition: Composition,
    settings: Settings,
    name: str,
    folder: Path,
    workspace: str | None,
    **new: Any,
) -> None:
    """Write an installed app, or a new one of chosen objects and all they use, into a folder."""
    label, objects = new["label"] or name, new["objects"]

    async def work(platform: Platform) -> None:
        where = await find_workspace(platform.database, workspace)
        kinds = platform.registry(KindRegistry)
        app = {"key": name, "label": label, "version": "1.0.0", "objects": objects}
        wanted = validate(App, app) if objects else name
        async with platform.database.transaction(where, write=False) as tx:
            files = await service.exported(tx, kinds, wanted)
        click.echo(f"{write_files(folder, files)} → {folder}")

    run_on_platform(composition, settings, work)


def _run(
    composition: Composition,
    settings: Settings,
    work: Callable[[Platform], Coroutine[Any, Any, None]],
) -> None:
    """Run a command; a refusal that can be confirmed shows the token that does."""
    try:
        run_on_platform(composition, settings, work)
    except InUse as problem:
        show_problem(problem)
        click.echo(f"--confirm {problem.impact.token}", err=True)
        sys.exit(1)


@bundle.command("demo")
@click.argument("name")
@click.option("--scale", type=click.FloatRange(0.01, 20), default=1, help="How much of it (1).")
@click.option("--seed", type=int, default=1, help="Another seed makes another company.")
@workspace_option
@data_option
def demo_command(
    composition: Composition,
    settings: Settings,
    name: str,
    workspace: str | None,
    **wish: float,
) -> None:
    """Load the demo data an installed bundle brings, once; taking its id back removes it."""

    async def work(platform: Platform) -> None:
        where = await find_workspace(platform.database, workspace)
        participants = platform.registry(Participants).items
        asked = demo.Wish(wish["scale"], int(wish["seed"]))
        opened = service.open_bundle(name)
        done = await demo.load(
            platform.database, where, participants, opened, asked, told=_progress
        )
        if done is None:
            click.echo("演示数据已经在了 the demo data is there already")
        else:
            speed = done.rows / max(done.seconds, 0.001)
            click.echo(f"{done.rows:,} 行 rows, {done.seconds:.1f} s, {speed:,.0f}/s  {done.id}")

    run_on_platform(composition, settings, work)


def _progress(text: str, done: int, total: int) -> None:
    click.echo(f"\r[{done}/{total}] {text}\033[K", nl=done == total, err=True)


def _show(plan: Plan, *, only_changes: bool) -> None:
    chinese = terminal_language() == "zh-CN"
    for step in plan.steps:
        if only_changes and step.action == "same":
            continue
        click.echo(f"{step.action:7}{step.zh if chinese else step.en}")
        for detail in step.details_zh if chinese else step.details_en:
            click.echo(f"       {detail}")
        for place in step.conflicts:
            click.echo(f"       ! {place.at}")
    for effect in plan.impact.effects:
        click.echo(f"       → {effect.zh if chinese else effect.en}")
    if plan.impact.effects:
        click.echo(f"       --confirm {plan.impact.token}")
    click.echo(f"{plan.bundle} {plan.version}: {len(plan.changes)} 处改动 changes")
