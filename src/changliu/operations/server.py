"""The HTTP server: uvicorn on sockets of our own, stopping when told and then handing back.

Uvicorn's own server raises the caught signal again when it is done, which would end the process
before the database is stopped; ours returns.
"""

import asyncio
import contextlib
import errno
import signal
import socket
from collections.abc import Callable, Iterator
from typing import Any

import uvicorn

from changliu.kit.errors import Conflict

# Requests under way get this long after a stop before they are cut.
GRACE_S = 10


class Server(uvicorn.Server):
    """Serves an application until `should_exit` is set; `ready` is called once it listens, and
    `leaving` before it waits for the requests under way."""

    def __init__(
        self, app: Any, ready: Callable[[], None], leaving: Callable[[], None] | None = None
    ) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http="httptools",
                ws="none",
                lifespan="on",
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=GRACE_S,
            )
        )
        self._ready, self._leaving = ready, leaving

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then say so."""
        await super().startup(sockets)
        if self.started:
            self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End what would go on by itself, then wait for the rest."""
        if self._leaving is not None:
            self._leaving()
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on SIGINT and SIGTERM; a second one cuts requests off."""
        loop = asyncio.get_running_loop()
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(name, self.handle_exit, name, None)
        # They stay: a signal while workers and database are stopping must not cut that short.
        yield


def listen(host: str, port: int) -> list[socket.socket]:
    """Return listening sockets on every address of a host; port 0 takes a free one.

    Raises `Conflict` (`port.taken`, `port.forbidden`) in plain words.
    """
    sockets: list[socket.socket] = []
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    for family, kind, protocol, _, address in dict.fromkeys(found):
        try:
            sockets.append(_bind(family, kind, protocol, address))
        except OSError as error:
            # A host name may have an IPv6 address on a machine without IPv6.
            if error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT) and len(found) > 1:
                continue
            for opened in sockets:
                opened.close()
            raise _refused(error, host, port) from error
    return sockets


def _bind(family: int, kind: int, protocol: int, address: Any) -> socket.socket:
    bound = socket.socket(family, kind, protocol)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        bound.bind(address)
        bound.listen(2048)
    except OSError:
        bound.close()
        raise
    return bound


def _refused(error: OSError, host: str, port: int) -> Conflict:
    if error.errno == errno.EACCES:
        return Conflict(
            "port.forbidden",
            f"不允许监听 {host}:{port}；请用 --port 换一个大于 1023 的端口。",
            f"Listening on {host}:{port} is not allowed; choose a port above 1023 with --port.",
        )
    return Conflict(
        "port.taken",
        f"端口 {port} 已被占用；请用 --port 换一个，或先停掉占用它的程序。",
        f"Port {port} is taken; choose another with --port, or stop the program that has it.",
    )
