"""`workspace` and `account`: who is on the installation."""

import sys
from datetime import datetime

import click

from changliu.commands.shell import (
    Commands,
    data_option,
    installer_language,
    run_on_platform,
    show_login,
    workspace_option,
)
from changliu.identity import members, service
from changliu.identity.provision import NewAccount, account_add, acting, ensure_admin
from changliu.kit import clock, secrets
from changliu.kit.platform import Platform
from changliu.kit.postgres.workspaces import find_workspace, list_workspaces, pause
from changliu.kit.settings import Settings
from changliu.startup import Composition, add_workspace


@click.group(cls=Commands)
def workspace() -> None:
    """Companies on this installation, walled off from each other."""


@workspace.command("list")
@data_option
def list_command(composition: Composition, settings: Settings) -> None:
    """List workspaces: schema, state, name."""

    async def work(platform: Platform) -> None:
        for entry in await list_workspaces(platform.database):
            found = entry.workspace
            state = "paused" if entry.paused_at else entry.state
            click.echo(f"{found.schema}\t{state}\t{found.timezone}\t{found.name}")

    run_on_platform(composition, settings, work)


@workspace.command("create")
@click.argument("name")
@click.option("--timezone", help="IANA time zone (Asia/Shanghai).")
@data_option
def create_command(
    composition: Composition, settings: Settings, name: str, timezone: str | None
) -> None:
    """Create a workspace and its administrator; prints the login once."""

    async def work(platform: Platform) -> None:
        zone = timezone or settings.timezone
        made = await add_workspace(composition, platform, name, zone)
        language = installer_language(settings)
        login = await ensure_admin(platform.database, made, settings.admin_password, language)
        click.echo(f"{made.schema}\t{made.name}")
        show_login(login)

    run_on_platform(composition, settings, work)


@workspace.command("pause")
@click.argument("name")
@data_option
def pause_command(composition: Composition, settings: Settings, name: str) -> None:
    """Let jobs, timers and daily tasks of a workspace rest; people go on working."""
    _pause(composition, settings, name, clock.real())


@workspace.command("resume")
@click.argument("name")
@data_option
def resume_command(composition: Composition, settings: Settings, name: str) -> None:
    """Let jobs, timers and daily tasks of a workspace run again, what has waited first."""
    _pause(composition, settings, name, None)


def _pause(composition: Composition, settings: Settings, name: str, at: datetime | None) -> None:
    async def work(platform: Platform) -> None:
        found = await find_workspace(platform.database, name)
        await pause(platform.database, found, at)
        click.echo(f"{found.schema}\t{'paused' if at else 'live'}\t{found.name}")

    run_on_platform(composition, settings, work)


@click.group(cls=Commands)
def account() -> None:
    """People who may sign in."""


@account.command("add")
@click.argument("login")
@click.option("--name", help="The member's name (the login).")
@click.option("--role", "roles", multiple=True, help="Role key; may be repeated.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@workspace_option
@data_option
def add_command(
    composition: Composition, settings: Settings, login: str, **options: object
) -> None:
    """Add a member with an account; prints a generated password once."""
    roles = options["roles"]
    password = sys.stdin.readline().rstrip("\r\n") if options["password_stdin"] else None

    async def work(platform: Platform) -> None:
        made = await account_add(
            platform.database,
            await find_workspace(platform.database, _text(options["workspace"])),
            login,
            password=password or None,
            name=_text(options["name"]),
            roles=[str(role) for role in roles] if isinstance(roles, tuple) else [],
        )
        show_login(made)

    run_on_platform(composition, settings, work)


@account.command("password")
@click.argument("login")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@workspace_option
@data_option
def password_command(
    composition: Composition, settings: Settings, login: str, **options: object
) -> None:
    """Give an account a new password; prints a generated one once."""
    given = sys.stdin.readline().rstrip("\r\n") if options["password_stdin"] else None
    password = given or secrets.new_password()

    async def work(platform: Platform) -> None:
        where = await find_workspace(platform.database, _text(options["workspace"]))
        async with platform.database.transaction(where) as tx:
            member = await acting(tx, login)
            actor = await service.system_actor(tx)
            await members.reset_password(tx, actor, member.member, password)
        show_login(NewAccount(login, password))

    run_on_platform(composition, settings, work)


def _text(value: object) -> str | None:
    return None if value is None else str(value)
