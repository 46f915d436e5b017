"""`bundle`: look at, compare, install and export app bundles."""

import sys
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from changliu.bundles import service
from changliu.bundles.demo import service as demo
from changliu.bundles.demo.removal import Removed, Rooms, remove
from changliu.bundles.export import write_files
from changliu.bundles.merge import Side
from changliu.bundles.model import App
from changliu.bundles.plan import Choices, Plan
from changliu.commands.shell import (
    FAULTS_SHOWN,
    Commands,
    data_option,
    installer_language,
    run_on_platform,
    show_problem,
    terminal_language,
    workspace_option,
)
from changliu.definitions.faults import validate
from changliu.definitions.impact import InUse
from changliu.definitions.kind import KindRegistry
from changliu.identity import service as identity
from changliu.identity.teams import TeamHolders
from changliu.kit.db import Workspace
from changliu.kit.platform import Platform
from changliu.kit.postgres.workspaces import find_workspace
from changliu.kit.settings import Settings
from changliu.records.changeset.participant import Participants
from changliu.startup import Composition

T = TypeVar("T")


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


def wishing(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `--confirm` and `--dry-run`."""
    command = click.option("--dry-run", is_flag=True, help="Try it out and change nothing.")(
        command
    )
    return click.option("--confirm", help="Token of the impact list.")(command)


@dataclass(frozen=True, slots=True)
class Site:
    """The workspace a command works in."""

    composition: Composition
    settings: Settings
    workspace: str | None

    def run(self, work: Callable[[Platform, Workspace], Coroutine[Any, Any, T]]) -> T:
        """Run `work` there; a refusal that can be confirmed shows the token that does."""

        async def found(platform: Platform) -> T:
            return await work(platform, await find_workspace(platform.database, self.workspace))

        try:
            return run_on_platform(self.composition, self.settings, found)
        except InUse as problem:
            show_problem(problem)
            click.echo(f"--confirm {problem.impact.token}", err=True)
            sys.exit(1)


def on_site(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `--workspace` and `--data`, and hand it the `Site` first."""

    @workspace_option
    @data_option
    @wraps(command)
    def wrapped(
        composition: Composition,
        settings: Settings,
        *args: Any,
        workspace: str | None,
        **options: Any,
    ) -> Any:
        return command(Site(composition, settings, workspace), *args, **options)

    return wrapped


@bundle.command("install")
@click.argument("name")
@sides
@wishing
@on_site
def install_command(site: Site, name: str, **wishes: Any) -> None:
    """Install a bundle by name or folder; an installed one is upgraded, local changes stay."""

    async def work(platform: Platform, where: Workspace) -> None:
        kinds, opened = platform.registry(KindRegistry), service.open_bundle(name)
        wish = service.Wish(**wishes, language=installer_language(site.settings))
        plan = await service.install(
            platform.database, where, kinds, opened, wish=wish, told=_progress
        )
        _show(plan, only_changes=True)

    site.run(work)


@bundle.command("uninstall")
@click.argument("name")
@click.option("--purge", metavar="NAME", help="Its data goes for good too; type the app's name.")
@wishing
@on_site
def uninstall_command(site: Site, name: str, **wishes: Any) -> None:
    """Take an installed app away; its data stays for 90 days."""

    async def work(platform: Platform, where: Workspace) -> None:
        kinds, wish = platform.registry(KindRegistry), service.Wish(**wishes)
        plan = await service.uninstall(platform.database, where, kinds, name, wish=wish)
        _show(plan, only_changes=True)

    site.run(work)


@bundle.command("diff")
@click.argument("name")
@sides
@on_site
def diff_command(site: Site, name: str, choices: Choices) -> None:
    """Show what installing a bundle would do; changes nothing."""

    async def work(platform: Platform, where: Workspace) -> None:
        kinds, opened = platform.registry(KindRegistry), service.open_bundle(name)
        async with platform.database.transaction(where, write=False) as tx:
            actor = await identity.system_actor(tx)
            plan = await service.diff(tx, actor, kinds, opened, choices)
        _show(plan, only_changes=False)

    site.run(work)


@bundle.command("export")
@click.argument("name")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--object", "objects", multiple=True, help="Make a new app of this object (repeat).")
@click.option("--label", help="What the new app is called (its key).")
@on_site
def export_command(site: Site, name: str, folder: Path, **new: Any) -> None:
    """Write an installed app, or a new one of chosen objects and all they use, into a folder."""
    label, objects = new["label"] or name, new["objects"]

    async def work(platform: Platform, where: Workspace) -> None:
        app = {"key": name, "label": label, "version": "1.0.0", "objects": objects}
        wanted = validate(App, app) if objects else name
        async with platform.database.transaction(where, write=False) as tx:
            files = await service.exported(tx, platform.registry(KindRegistry), wanted)
        click.echo(f"{write_files(folder, files)} → {folder}")

    site.run(work)


@bundle.command("demo")
@click.argument("name")
@click.option("--scale", type=click.FloatRange(0.01, 20), default=1, help="How much of it (1).")
@click.option("--seed", type=int, default=1, help="Another seed makes another company.")
@click.option("--remove", "off", is_flag=True, help="Take it away again; what you edited stays.")
@click.option("--edited", is_flag=True, help="With --remove: what you edited goes too.")
@on_site
def demo_command(site: Site, name: str, **wish: Any) -> None:
    """Load the demo data an installed bundle brings, once, or take it away again."""

    async def load(platform: Platform, where: Workspace) -> None:
        participants = platform.registry(Participants).items
        asked, opened = demo.Wish(wish["scale"], wish["seed"]), service.open_bundle(name)
        done = await demo.load(
            platform.database, where, participants, opened, asked, told=_progress
        )
        if done is None:
            click.echo("演示数据已经在了 the demo data is there already")
        else:
            speed = done.rows / max(done.seconds, 0.001)
            click.echo(f"{done.rows:,} 行 rows, {done.seconds:.1f} s, {speed:,.0f}/s  {done.id}")

    async def take_away(platform: Platform, where: Workspace) -> None:
        rooms = Rooms(platform.registry(Participants).items, platform.registry(TeamHolders))
        _show_removed(
            await remove(
                platform.database, where, rooms, name, edited=wish["edited"], told=_progress
            )
        )

    site.run(take_away if wish["off"] else load)


def _show_removed(done: Removed) -> None:
    click.echo(
        f"移除 removed: {done.records:,} 行 rows, {done.members} 人 people, {done.teams} 团队 teams"
    )
    chinese = terminal_language() == "zh-CN"
    for key, record, why in done.kept[:FAULTS_SHOWN]:
        click.echo(f"保留 kept: {key} {record}  {why.zh if chinese else why.en}")
    if (more := len(done.kept) - FAULTS_SHOWN) > 0:
        click.echo(f"  … +{more}")
    for person in done.members_kept:
        click.echo(f"保留 kept: {person}")


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
