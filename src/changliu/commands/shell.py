"""What every command shares: `--data`, sentences instead of tracebacks, an event loop."""

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click
import uvloop
from pydantic import ValidationError

from changliu.identity.provision import NewAccount
from changliu.kit.errors import Fault, Invalid, Problem
from changliu.kit.labels import Language, choose_language
from changliu.kit.platform import Platform
from changliu.kit.settings import Settings, read_settings
from changliu.startup import Composition, attached

T = TypeVar("T")
FAULTS_SHOWN = 50


class Commands(click.Group):
    """A group whose expected failures are sentences with exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; a `Problem` becomes its message and its places."""
        try:
            return super().invoke(ctx)
        except Problem as problem:
            show_problem(problem)
            ctx.exit(1)


def terminal_language() -> Language:
    """Return the language of the terminal: English when it says so, else Chinese."""
    return choose_language(os.environ.get("LC_ALL") or os.environ.get("LANG"))


def installer_language(settings: Settings) -> Language:
    """Return the language that a new workspace's first names are in: the setting's, else the
    terminal's."""
    return settings.language or terminal_language()


def show_problem(problem: Problem) -> None:
    """Write a problem to standard error: in both languages unless the terminal says English."""
    english = terminal_language() == "en"
    for line in dict.fromkeys([problem.en] if english else [problem.zh, problem.en]):
        click.echo(line, err=True)
    for fault in problem.faults[:FAULTS_SHOWN]:
        click.echo(f"  {_place(fault)}{fault.en if english else fault.zh}", err=True)
    if (more := len(problem.faults) - FAULTS_SHOWN) > 0:
        click.echo(f"  … +{more}", err=True)


def data_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `--data`, and hand it the composition and the settings first."""

    @click.option("--data", type=click.Path(path_type=Path, file_okay=False), help="Data folder.")
    @wraps(command)
    def wrapped(*args: Any, data: Path | None, **options: Any) -> Any:
        composition = click.get_current_context().find_object(Composition)
        settings = settings_with(read_environment(), data=data)
        return command(composition, settings, *args, **options)

    return wrapped


def workspace_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `--workspace`."""
    option = click.option("--workspace", help="Workspace by name or schema (the first).")
    return option(command)


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a command's coroutine to its end."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


def run_on_platform(
    composition: Composition, settings: Settings, work: Callable[[Platform], Coroutine[Any, Any, T]]
) -> T:
    """Run `work` over the platform of an existing installation."""

    async def whole() -> T:
        async with attached(composition, settings) as platform:
            return await work(platform)

    return run(whole())


def read_environment() -> Settings:
    """Return the environment's settings; raises `Invalid` (`setting.invalid`) in plain words."""
    try:
        return read_settings()
    except ValidationError as error:
        raise _unfit(error) from error


def settings_with(settings: Settings, **options: Any) -> Settings:
    """Return settings with the options that were given; raises `Invalid` (`setting.invalid`)."""
    given = {name: value for name, value in options.items() if value is not None}
    try:
        changed = Settings.model_validate({**settings.model_dump(), **given})
    except ValidationError as error:
        raise _unfit(error) from error
    return changed.model_copy(update={"data": changed.data.resolve()})


def show_login(login: NewAccount | None) -> None:
    """Write a login that is shown once."""
    if login is None:
        return
    password = login.password or "原有密码 unchanged"
    click.echo(f"  登录 login: {login.login}   密码 password: {password}")


def open_output() -> None:
    """Let a terminal that cannot show Chinese show question marks instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]


def _place(fault: Fault) -> str:
    return f"{fault.path}: " if fault.path else ""


def _unfit(error: ValidationError) -> Invalid:
    first = error.errors()[0]
    name = ".".join(str(part) for part in first["loc"])
    return Invalid(
        "setting.invalid",
        f"设置 {name} 的值“{first['input']}”不合适：{first['msg']}。",
        f"The setting {name} cannot be “{first['input']}”: {first['msg']}.",
    )
