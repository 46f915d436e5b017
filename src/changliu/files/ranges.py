"""A file as a response, whole or by `Range`; a range it cannot serve is told as a problem."""

from fastapi import Request
from fastapi.responses import FileResponse
from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope, Send

from changliu.kit.errors import BadRequest, Problem
from changliu.kit.http import language_of, problem_response

_BEYOND = 416


class RangeBeyond(Problem):
    """No byte of the file lies in the range: 416."""

    status = _BEYOND


class RangedFile(FileResponse):
    """Starlette's file response with our problem documents in place of its plain texts."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the file, or the problem `file.range` (400 unreadable, 416 beyond its end)."""
        refused = False

        async def told(message: Message) -> None:
            nonlocal refused
            if message["type"] == "http.response.start" and message["status"] in (400, _BEYOND):
                refused = True
                there = Headers(raw=message["headers"]).get("content-range")
                response = problem_response(_problem(there), language_of(Request(scope)))
                if there is not None:
                    response.headers["content-range"] = there
                await response(scope, receive, send)
            elif not refused:
                await send(message)

        await super().__call__(scope, receive, told)


def _problem(there: str | None) -> Problem:
    if there is None:
        return BadRequest(
            "file.range",
            "Range 请求头看不懂，请写成 bytes=0-499 这样，或去掉它读取整个文件。",
            "The Range header cannot be read: write it like bytes=0-499, or leave it out to read"
            " the whole file.",
        )
    size = there.rpartition("/")[2]
    return RangeBeyond(
        "file.range",
        f"要读取的范围超出文件末尾，文件共 {size} 字节；请改小起点，或去掉 Range 读取整个文件。",
        f"The range lies beyond the end of the file, which has {size} bytes: begin earlier, or"
        " leave Range out to read the whole file.",
    )
