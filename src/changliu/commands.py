"""The command line. Every command takes `--data DIR`, or DATABASE_URL from the environment."""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from functools import wraps
from pathlib import Path
from typing import Any

import click
import uvloop
from pydantic import ValidationError

from changliu import main
from changliu.identity.provision import account_add, ensure_admin
from changliu.jobs.model import Registry
from changliu.jobs.worker import Worker
from changliu.kit.errors import Invalid, Problem
from changliu.kit.labels import choose_language
from changliu.kit.platform import Platform
from changliu.kit.postgres import launcher
from changliu.kit.postgres.workspaces import find_workspace, list_workspaces
from changliu.kit.settings import Settings, read_settings
from changliu.operations.server import Server, listen
from changliu.operations.supervisor import Supervisor, end_of_input
from changliu.startup import (
    Ready,
    Steps,
    add_workspace,
    attached,
    bring_up_tables,
    bring_up_workspace,
    opened,
    serving,
)


class Commands(click.Group):
    """A group whose expected failures are sentences, not tracebacks."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; a `Problem` becomes its message, its places, and exit code 1."""
        try:
            return super().invoke(ctx)
        except Problem as problem:
            show_problem(problem)
            ctx.exit(1)


def show_problem(problem: Problem) -> None:
    """Write a problem to standard error: in both languages unless the terminal says English."""
    language = choose_language(os.environ.get("LC_ALL") or os.environ.get("LANG"))
    lines = [problem.en] if language == "en" else [problem.zh, problem.en]
    for line in dict.fromkeys(lines):
        click.echo(line, err=True)
    for fault in problem.faults[:50]:
        where = f"{fault.path}: " if fault.path else ""
        click.echo(f"  {where}{fault.en if language == 'en' else fault.zh}", err=True)


def data_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `--data` and hand it Settings as its first argument."""

    @click.option("--data", type=click.Path(path_type=Path, file_okay=False), help="Data folder.")
    @wraps(command)
    def wrapped(*args: Any, data: Path | None, **options: Any) -> Any:
        return command(_settings(data=data), *args, **options)

    return wrapped


def run(work: Coroutine[Any, Any, Any]) -> Any:
    """Run a command's coroutine on uvloop."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


@click.group(cls=Commands)
@click.version_option(package_name="changliu")
def cli() -> None:
    """畅流 Changliu: a self-hosted zero-code platform with a complete sales application."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    logging.basicConfig(
        level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )


@cli.command()
@data_option
@click.option("--port", type=int, help="HTTP port (8000).")
@click.option("--host", default="localhost", help="Address to listen on; 0.0.0.0 for all.")
@click.option("--workers", type=int, help="Worker processes (1).")
@click.option("--demo", is_flag=True, help="Install the sales bundle with demo logins.")
@click.option("--test-clock", is_flag=True, help="A movable clock; only on a new data folder.")
def serve(
    settings: Settings, port: int | None, host: str, workers: int | None, **flags: bool
) -> None:
    """Start database, web server and workers; stop all of it on Ctrl-C or SIGTERM."""
    settings = _settings(settings, port=port, workers=workers)
    steps = Steps(click.echo, total=4 + flags["demo"])
    sockets = listen(host, settings.port)
    port = sockets[0].getsockname()[1]
    with serving(settings):
        with steps.step("数据库 database"):
            instance = launcher.start(settings)
        run(_serve(settings, instance, steps, (sockets, host, port), flags))
    click.echo("已停止 stopped")


async def _serve(
    settings: Settings, instance: Any, steps: Steps, door: Any, flags: dict[str, bool]
) -> None:
    sockets, host, port = door
    with steps.step("数据表 tables"):
        report = await bring_up_tables(instance, test_clock=flags["test_clock"])
    for failure in report.failures:
        click.echo(f"  {failure.workspace.name}: {failure.reason}", err=True)
    async with opened(settings, instance) as platform:
        with steps.step("工作区 workspace"):
            ready = await bring_up_workspace(platform)
        command = (
            sys.executable,
            "-m",
            "changliu",
            "worker",
            "--supervised",
            "--data",
            str(settings.data),
        )
        supervisor = Supervisor(command, settings.workers, lambda text: click.echo(text, err=True))
        with steps.step("服务 service"):
            app = main.create_app(platform)
        server = Server(app, lambda: _greet(host, port, ready))
        supervisor.start()
        try:
            await server.serve(sockets)
        finally:
            await supervisor.stop()


def _greet(host: str, port: int, ready: Ready) -> None:
    shown = "localhost" if host in ("0.0.0.0", "::", "localhost") else host
    click.echo(
        f"\n  畅流 Changliu  http://{shown}:{port}   工作区 workspace: {ready.workspace.name}"
    )
    for login in ready.logins:
        password = login.password or "（已有账号的密码 the account's own password）"
        click.echo(f"  登录 login: {login.login}   密码 password: {password}")
    click.echo("  按 Ctrl-C 停止 · Ctrl-C stops\n")


@cli.command()
@data_option
@click.option("--supervised", is_flag=True, hidden=True, help="Leave when standard input ends.")
def worker(settings: Settings, supervised: bool) -> None:
    """Run background jobs until Ctrl-C or SIGTERM."""
    run(_work(settings, supervised))


async def _work(settings: Settings, supervised: bool) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    watch = asyncio.create_task(_stop_at_end_of_input(stop)) if supervised else None
    async with attached(settings) as platform:
        await Worker(platform.database, platform.registry(Registry)).run(stop)
    if watch is not None:
        watch.cancel()


async def _stop_at_end_of_input(stop: asyncio.Event) -> None:
    await end_of_input()
    stop.set()


@cli.group(cls=Commands)
def workspace() -> None:
    """Companies on this installation."""


@workspace.command("list")
@data_option
def workspace_list(settings: Settings) -> None:
    """List workspaces: schema, state, name."""

    async def work(platform: Platform) -> None:
        for entry in await list_workspaces(platform.database):
            click.echo(f"{entry.workspace.schema}\t{entry.state}\t{entry.workspace.name}")

    run(_with(settings, work))


@workspace.command("create")
@click.argument("name")
@click.option("--timezone", help="IANA time zone (Asia/Shanghai).")
@data_option
def workspace_create(settings: Settings, name: str, timezone: str | None) -> None:
    """Create a workspace and its administrator; prints the login."""

    async def work(platform: Platform) -> None:
        made = await add_workspace(platform, name, timezone or settings.timezone)
        login = await ensure_admin(platform.database, made, settings.admin_password)
        click.echo(f"{made.schema}\t{made.name}")
        _show_login(login)

    run(_with(settings, work))


@cli.group(cls=Commands)
def account() -> None:
    """People who may sign in."""


@account.command("add")
@click.argument("login")
@click.option("--name", help="The member's name (the login).")
@click.option("--role", "roles", multiple=True, help="Role key; may be repeated.")
@click.option("--workspace", help="Name or schema (the first).")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@data_option
def account_add_command(
    settings: Settings, login: str, name: str | None, workspace: str | None, **options: Any
) -> None:
    """Add a member with an account; prints a made password once."""
    password = sys.stdin.readline().rstrip("\n") if options["password_stdin"] else None

    async def work(platform: Platform) -> None:
        where = await find_workspace(platform.database, workspace)
        made = await account_add(
            platform.database, where, login, password=password, name=name, roles=options["roles"]
        )
        _show_login(made)

    run(_with(settings, work))


async def _with(settings: Settings, work: Callable[[Platform], Coroutine[Any, Any, None]]) -> None:
    async with attached(settings) as platform:
        await work(platform)


def _show_login(login: Any) -> None:
    if login is not None:
        click.echo(f"登录 login: {login.login}   密码 password: {login.password or '—'}")


def _settings(given: Settings | None = None, **options: Any) -> Settings:
    try:
        known = (given or read_settings()).model_dump()
        changes = {name: value for name, value in options.items() if value is not None}
        settings = Settings.model_validate({**known, **changes})
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise Invalid(
            "setting.invalid",
            f"设置 {name} 的值“{first['input']}”不合适：{first['msg']}。",
            f"The setting {name} cannot be “{first['input']}”: {first['msg']}.",
        ) from error
    return settings.model_copy(update={"data": settings.data.resolve()})
