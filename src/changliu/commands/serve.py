"""`serve` and `worker`: the processes of an installation."""

import asyncio
import signal
import socket
import sys
from dataclasses import dataclass

import click

from changliu.commands.shell import (
    data_option,
    installer_language,
    run,
    settings_with,
    show_login,
)
from changliu.jobs.model import Registry
from changliu.jobs.worker import Worker
from changliu.kit.memory import settle
from changliu.kit.platform import Platform
from changliu.kit.postgres import launcher
from changliu.kit.postgres.launcher import Instance
from changliu.kit.settings import Settings
from changliu.kit.tasks import end_tasks
from changliu.operations.backup.daily import keep_backing_up
from changliu.operations.server import Server, listen
from changliu.operations.supervisor import Supervisor, end_of_input
from changliu.records.stream.hints import announcing
from changliu.records.stream.hub import Streams
from changliu.startup import (
    Composition,
    Ready,
    Steps,
    attached,
    bring_up_demo,
    bring_up_demo_data,
    bring_up_tables,
    bring_up_workspace,
    opened,
    serving,
)
from changliu.timers.loop import Loop
from changliu.timers.model import Fires


@dataclass(frozen=True, slots=True)
class Wish:
    """What the caller of `serve` asked for beyond settings."""

    host: str
    demo: bool
    test_clock: bool


@click.command()
@click.option("--port", type=int, help="HTTP port (8000); 0 takes a free one.")
@click.option("--host", default="localhost", help="Address to listen on; 0.0.0.0 for all.")
@click.option("--workers", type=int, help="Worker processes (1).")
@click.option("--demo", is_flag=True, help="Install the sales app, with demo logins and data.")
@click.option("--test-clock", is_flag=True, help="A movable clock; only for a new data folder.")
@data_option
def serve(
    composition: Composition,
    settings: Settings,
    port: int | None,
    workers: int | None,
    **wishes: object,
) -> None:
    """Start database, web server and workers; Ctrl-C or SIGTERM stops all of it."""
    settings = settings_with(settings, port=port, workers=workers)
    wish = Wish(str(wishes["host"]), bool(wishes["demo"]), bool(wishes["test_clock"]))
    # Told to stop while still starting: leave through every `finally`, database included.
    signal.signal(signal.SIGTERM, _leave)
    sockets = listen(wish.host, settings.port)
    steps = Steps(click.echo, total=4 + 2 * wish.demo)
    with serving(settings):
        with steps.step("数据库 database"):
            instance = launcher.start(settings)
        run(_serve(composition, settings, instance, wish, (steps, sockets)))
    click.echo("已停止 stopped")


async def _serve(
    composition: Composition,
    settings: Settings,
    instance: Instance,
    wish: Wish,
    prepared: tuple[Steps, list[socket.socket]],
) -> None:
    steps, sockets = prepared
    with steps.step("数据表 tables"):
        report = await bring_up_tables(composition, instance, test_clock=wish.test_clock)
    for failure in report.failures:
        click.echo(f"  ✗ {failure.workspace.name}: {failure.reason}", err=True)
    async with opened(composition, settings, instance) as platform:
        with steps.step("工作区 workspace"):
            language = installer_language(settings)
            ready = await bring_up_workspace(composition, platform, language)
        if wish.demo:
            with steps.step("销售应用 sales app"):
                ready = await bring_up_demo(platform, ready)
            with steps.step("演示数据 demo data"):
                await bring_up_demo_data(platform, ready, lambda *_: click.echo("·", nl=False))
        with steps.step("服务 service"):
            app = composition.create_app(platform)
            settle()
        address = _address(wish.host, sockets)
        streams = platform.registry(Streams)
        server = Server(app, lambda: _greet(address, ready), streams.close)
        await _until_stopped(server, sockets, platform)


async def _until_stopped(server: Server, sockets: list[socket.socket], platform: Platform) -> None:
    data = str(platform.settings.data)
    command = (sys.executable, "-m", "changliu", "worker", "--supervised", "--data", data)
    supervisor = Supervisor(command, platform.settings.workers, _complain)
    supervisor.start()
    backups = asyncio.create_task(keep_backing_up(platform.settings, _complain))
    try:
        await server.serve(sockets)
    finally:
        await end_tasks(backups)
        await supervisor.stop()


@click.command()
@click.option("--supervised", is_flag=True, hidden=True, help="Leave when standard input ends.")
@data_option
def worker(composition: Composition, settings: Settings, supervised: bool) -> None:
    """Run background jobs until Ctrl-C or SIGTERM."""
    run(_work(composition, settings, supervised))


async def _work(composition: Composition, settings: Settings, supervised: bool) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    # Ctrl-C reaches a supervised worker too, but its supervisor decides when it leaves.
    loop.add_signal_handler(signal.SIGINT, _nothing if supervised else stop.set)
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    watch = asyncio.create_task(_stop_at_end(stop)) if supervised else None
    async with attached(composition, settings) as platform, announcing(platform.database):
        await asyncio.gather(
            Worker(platform.database, platform.registry(Registry)).run(stop),
            Loop(platform.database, platform.registry(Fires)).run(stop),
        )
    if watch is not None:
        watch.cancel()


async def _stop_at_end(stop: asyncio.Event) -> None:
    await end_of_input()
    stop.set()


def _leave(number: int, _: object) -> None:
    raise SystemExit(128 + number)


def _nothing() -> None:
    """Ignore a signal."""


def _complain(text: str) -> None:
    click.echo(text, err=True)


def _address(host: str, sockets: list[socket.socket]) -> str:
    shown = "localhost" if host in ("0.0.0.0", "::") else host
    return f"http://{shown}:{sockets[0].getsockname()[1]}"


def _greet(address: str, ready: Ready) -> None:
    click.echo(f"\n  畅流 Changliu  {address}   工作区 workspace: {ready.workspace.name}")
    for login in ready.logins:
        show_login(login)
    for name in ready.behind:
        click.echo(f"  ✗ 只读 read-only: {name}", err=True)
    click.echo("  Ctrl-C 停止 stops\n")
