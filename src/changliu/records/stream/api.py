"""The route of the event stream."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.responses import Response
from starlette.types import Receive, Scope, Send

from changliu.identity.guard import Session, signed_in_now
from changliu.kit.errors import Problem
from changliu.kit.platform import Platform
from changliu.kit.tasks import end_tasks
from changliu.records.query.request import documented, read_parameters
from changliu.records.stream.hints import announcing
from changliu.records.stream.hub import Since, Streams
from changliu.records.stream.subscriber import Subscriber

# A page that takes nothing for this long is cut off; it connects again and is caught up.
SEND_S = 20.0
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    # A proxy must pass each event on at once.
    (b"x-accel-buffering", b"no"),
]

_PARAMETERS = {
    "open_for": "Milliseconds since the page began to read: what happened meanwhile is told."
    " `Last-Event-ID` goes before it."
}
_EVENTS: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}
}


@asynccontextmanager
async def _announcing(app: FastAPI) -> AsyncIterator[None]:
    """Announce the changesets this process writes, as long as the application runs."""
    platform: Platform = app.state.platform
    async with announcing(platform.database):
        yield


router = APIRouter(tags=["records"], lifespan=_announcing)


@router.get(
    "/events/stream",
    response_class=Response,
    responses=_EVENTS,
    openapi_extra=documented(_PARAMETERS),
)
async def stream_events(request: Request, session: Session = Depends(signed_in_now)) -> Response:
    """Server-sent events while the page is open: `changeset` with `{object, changeset}`.

    Only changesets that touched a record the caller reads; `comment` with `{object, record}`
    likewise; `notification` when one's own inbox has changed. `resync` asks to load anew, `end`
    says that the session is over. `Last-Event-ID` continues within five minutes; an event may be
    told twice.
    """
    given = read_parameters(request.query_params.multi_items(), _PARAMETERS)
    streams = request.app.state.platform.registry(Streams)
    streams.check_room(session)
    since = _since(request.headers.get("last-event-id"), given.get("open_for"))
    return EventStream(streams, session, since)


class EventStream(Response):
    """An answer that goes on until the page leaves, the session ends or the server stops."""

    media_type = "text/event-stream"

    def __init__(self, streams: Streams, session: Session, since: Since | None) -> None:
        super().__init__()
        self._streams, self._session, self._since = streams, session, since

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Serve the stream."""
        async with self._streams.subscribed(self._session, self._since) as subscriber:
            left = asyncio.create_task(_end_when_left(receive, subscriber))
            try:
                await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
                async for frame in subscriber.frames():
                    async with asyncio.timeout(SEND_S):
                        await send(_part(frame, more=True))
                await send(_part(b"", more=False))
            except (TimeoutError, Problem):
                # Left without its end, the connection is closed by the server.
                return
            finally:
                await end_tasks(left)


def _part(content: bytes, *, more: bool) -> dict[str, object]:
    return {"type": "http.response.body", "body": content, "more_body": more}


async def _end_when_left(receive: Receive, subscriber: Subscriber) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    subscriber.end()


def _since(last: str | None, open_for: str | None) -> Since | None:
    """Return from when on to catch up; what is not ours counts as long past."""
    if last:
        return Since(_number(last) or 0)
    if open_for is None:
        return None
    milliseconds = _number(open_for)
    return Since(0) if milliseconds is None else Since(None, milliseconds)


def _number(given: str) -> int | None:
    return int(given) if given.isascii() and given.isdigit() and len(given) <= 15 else None
