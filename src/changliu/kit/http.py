"""HTTP plumbing without business words: the outer envelope, problem documents, strict JSON.

`install(app)` gives an application all of it. A route reads its body with `read_json` or, typed,
`Depends(body(Model))` placed after the session's dependency, so a stranger learns nothing from it.
"""

import logging
import re
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeVar
from urllib.parse import unquote_to_bytes

import orjson
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from changliu.kit import logs
from changliu.kit.errors import BadRequest, Fault, Invalid, NotFound, Problem, TooLarge
from changliu.kit.headed import Headed
from changliu.kit.ids import uuid7
from changliu.kit.labels import DEFAULT_LANGUAGE, Language, choose_language
from changliu.kit.strict_json import decimal_text, parse_json
from changliu.kit.telemetry import Requests
from changliu.kit.validation_text import sentence

log = logging.getLogger("changliu.http")

# 16 MB: the bound of a changeset (design §4); uploads name their own in `install`.
BODY_LIMIT = 16 * 1024 * 1024
# A request that takes longer is written down, by its route.
SLOW_S = 2.0

API_POLICY = "default-src 'none'; frame-ancestors 'none'"
# antd writes its styles into the page; nothing else may be inline.
PAGE_POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:;"
    " style-src 'self' 'unsafe-inline'; worker-src 'self' blob:; connect-src 'self';"
    " object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
SECURITY_HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}

M = TypeVar("M", bound=BaseModel)

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


def install(app: FastAPI, larger: Mapping[str, int] | None = None) -> None:
    """Give an application the envelope and the problem documents.

    `larger` maps path prefixes to body limits in bytes where 16 MB is too little (uploads).
    """
    app.add_middleware(Envelope, larger=larger or {})
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(RequestValidationError, _on_validation)
    app.add_exception_handler(HTTPException, _on_http_exception)


class Envelope:
    """The outermost layer: request id, language, body bound, security headers, last-resort 500."""

    def __init__(self, app: ASGIApp, larger: Mapping[str, int]) -> None:
        self.app = app
        self.larger = larger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; anything but HTTP passes through."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        state = scope.setdefault("state", {})
        state["request_id"] = _request_id(headers)
        state["language"] = choose_language(headers.get("accept-language"))
        logs.begin(request=state["request_id"])
        if scope["method"] == "HEAD":
            # Whoever asks for the head gets that of the same GET.
            scope, send = {**scope, "method": "GET"}, Headed(send)
        sealed, began = _Sealed(scope, send), time.perf_counter()
        try:
            await self._serve(scope, receive, sealed)
        finally:
            _measured(scope, sealed.status, time.perf_counter() - began)

    async def _serve(self, scope: Scope, receive: Receive, sealed: "_Sealed") -> None:
        headers, state = Headers(scope=scope), scope["state"]
        try:
            _check_address(scope)
            limit = self._limit(scope["path"])
            _check_length(headers, limit)
            await self.app(scope, _bounded(receive, limit), sealed)
        except ClientDisconnect:
            log.info("client left: %s %s", scope["method"], scope["path"])
        except Exception as error:
            if sealed.started:
                raise
            response = problem_response(_expected(error, state["request_id"]), state["language"])
            await response(scope, receive, sealed)

    def _limit(self, path: str) -> int:
        matches = (limit for prefix, limit in self.larger.items() if path.startswith(prefix))
        return next(matches, BODY_LIMIT)


class _Sealed:
    """`send` with the headers every answer carries; remembers whether the answer has begun."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self.scope, self.send, self.started, self.status = scope, send, False, 499

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started, self.status = True, message["status"]
            headers = MutableHeaders(scope=message)
            for name, value in SECURITY_HEADERS.items():
                headers.setdefault(name, value)
            api = self.scope["path"].startswith("/api")
            headers.setdefault("content-security-policy", API_POLICY if api else PAGE_POLICY)
            if api:
                headers.setdefault("cache-control", "no-store")
            headers["x-request-id"] = self.scope["state"]["request_id"]
        await self.send(message)


def _measured(scope: Scope, status: int, seconds: float) -> None:
    found = getattr(scope.get("route"), "path_format", None)
    # The template is of its router, which all hang below /api.
    route = found if found is None or found.startswith("/api") else f"/api{found}"
    Requests.observe(scope["method"] if route else "-", route or "other", status, seconds)
    if route and seconds > SLOW_S and "stream" not in route:
        log.warning("slow: %s %s %s %.1f s", scope["method"], route, status, seconds)


def _request_id(headers: Headers) -> str:
    given = headers.get("x-request-id", "")
    return given if _REQUEST_ID.fullmatch(given) else uuid7().hex


def _check_address(scope: Scope) -> None:
    for raw in (scope.get("raw_path") or b"", scope["query_string"]):
        if b"%" not in raw and raw.isascii():
            continue
        plain = unquote_to_bytes(raw)
        if b"\x00" in plain:
            raise BadRequest(
                "address.nul",
                "网址里有空字符（NUL），请删去后重试。",
                "The address holds a NUL character; remove it and try again.",
            )
        try:
            plain.decode()
        except UnicodeDecodeError:
            raise BadRequest(
                "address.charset",
                "网址不是 UTF-8 编码，请用 UTF-8 重新编码后重试。",
                "The address is not UTF-8; encode it as UTF-8 and try again.",
            ) from None


def _check_length(headers: Headers, limit: int) -> None:
    length = headers.get("content-length", "0")
    if length.isdigit() and int(length) > limit:
        raise _too_large(limit)


def _bounded(receive: Receive, limit: int) -> Receive:
    total = 0

    async def receive_bounded() -> Message:
        nonlocal total
        message = await receive()
        total += len(message.get("body") or b"")
        if total > limit:
            raise _too_large(limit)
        return message

    return receive_bounded


def _too_large(limit: int) -> TooLarge:
    megabytes = limit // (1024 * 1024)
    return TooLarge(
        "body.too_large",
        f"提交的内容超过 {megabytes} MB，没有写入任何数据；请分批提交或使用导入。",
        f"The body is larger than {megabytes} MB; nothing was written. Send it in parts, or use"
        " an import.",
    )


def _expected(error: Exception, request_id: str) -> Problem:
    if isinstance(error, Problem):
        return error
    log.exception("request %s failed", request_id, exc_info=error)
    return Problem(
        "internal",
        f"服务器出错，没有写入任何数据；请稍后再试，并把编号 {request_id} 告诉管理员。",
        f"The server failed and nothing was written; try again later and give the administrator"
        f" this number: {request_id}.",
    )


def language_of(request: Request) -> Language:
    """Return the language to answer in: the member's own once known, else the browser's."""
    language: Language = getattr(request.state, "language", DEFAULT_LANGUAGE)
    return language


def problem_response(problem: Problem, language: Language) -> Response:
    """Return the problem document (RFC 9457); `retry_after` in a fault becomes the header."""
    headers: dict[str, str] = {"content-language": language}
    if problem.status == 401:
        headers["www-authenticate"] = "Bearer"
    waits = [fault.extra["retry_after"] for fault in problem.faults if "retry_after" in fault.extra]
    if waits:
        headers["retry-after"] = str(max(waits))
    return json_response(
        problem.as_json(language), problem.status, headers, "application/problem+json"
    )


async def _on_problem(request: Request, error: Exception) -> Response:
    if not isinstance(error, Problem):
        raise error
    return problem_response(error, language_of(request))


async def _on_validation(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    return problem_response(_invalid(error.errors(), skip=1), language_of(request))


async def _on_http_exception(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    problem = _http_problem(error.status_code, request)
    response = problem_response(problem, language_of(request))
    response.headers.update(error.headers or {})
    return response


def _http_problem(status: int, request: Request) -> Problem:
    path, method = request.url.path, request.method
    if status == 404:
        return NotFound(
            "path.unknown",
            f"没有 {path} 这个地址，请核对接口文档 /api/openapi.json。",
            f"There is no {path}; see /api/openapi.json for what exists.",
        )
    texts = {
        405: (
            "method.not_allowed",
            f"{path} 不支持 {method}，可用的方法见 Allow 响应头。",
            f"{path} does not take {method}; the Allow header lists what it takes.",
        )
    }
    code, zh, en = texts.get(
        status,
        (f"http.{status}", f"请求被拒绝（{status}）。", f"The request was refused ({status})."),
    )
    problem = Problem(code, zh, en)
    problem.status = status
    return problem


async def read_json(request: Request, limit: int = BODY_LIMIT) -> Any:
    """Return the request's JSON body: UTF-8 only, at most `limit` bytes and 128 levels deep.

    Numbers a float would bend come as int or Decimal. Raises `TooLarge` (413) and `BadRequest`
    (400: `body.content_type`, `body.encoding`, `body.charset`, `body.json`, `body.depth`,
    `body.nul`, `body.number`).
    """
    _check_content_type(request.headers)
    chunks, total = [], 0
    async for chunk in request.stream():
        total += len(chunk)
        if total > limit:
            raise _too_large(limit)
        chunks.append(chunk)
    return parse_json(b"".join(chunks))


def _check_content_type(headers: Headers) -> None:
    kind, *options = (part.strip().lower() for part in headers.get("content-type", "").split(";"))
    if kind and kind != "application/json" and not kind.endswith("+json"):
        raise BadRequest(
            "body.content_type",
            f"这个地址只接受 JSON，收到的是“{kind}”；请把 Content-Type 设为 application/json。",
            f"This address takes JSON, not '{kind}'; set Content-Type to application/json.",
        )
    charset = next((o[8:].strip("\"' ") for o in options if o.startswith("charset=")), "utf-8")
    if charset not in ("utf-8", "utf8"):
        raise BadRequest(
            "body.charset",
            f"只接受 UTF-8 编码，收到的是“{charset}”；请转换成 UTF-8 后重试。",
            f"Only UTF-8 is read here, not '{charset}'; convert the body to UTF-8 and try again.",
        )
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise BadRequest(
            "body.encoding",
            "不接受压缩过的内容，请去掉 Content-Encoding 后重试。",
            "Compressed bodies are not read here; send it without Content-Encoding.",
        )


def body(model: type[M]) -> Callable[[Request], Awaitable[M]]:
    """Return a dependency reading the body as `model`; raises as `read_json` and `validate`."""

    async def read(request: Request) -> M:
        return validate(model, await read_json(request))

    return read


def accepts(model: type[BaseModel] | Mapping[str, Any]) -> dict[str, Any]:
    """Return the `openapi_extra` of a route whose body is read by `body(model)`.

    A route that reads its body otherwise gives the JSON schema of the body itself.
    """
    schema = schema_of(model) if isinstance(model, type) else model
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def schema_of(model: type[BaseModel]) -> dict[str, Any]:
    """Return a model's JSON schema as callers need it: in one piece, nothing internal."""
    schema = model.model_json_schema()
    made: dict[str, Any] = _inline(schema, schema.pop("$defs", {}), ())
    return made


def _inline(node: Any, definitions: Mapping[str, Any], above: tuple[str, ...]) -> Any:
    """Replace references by what they name: a route's extra has no components of its own."""
    if isinstance(node, list):
        return [_inline(item, definitions, above) for item in node]
    if not isinstance(node, dict):
        return node
    name = str(node.get("$ref", "")).rpartition("/")[2]
    if not name:
        shown = {key: value for key, value in node.items() if not _internal(value)}
        return {key: _inline(value, definitions, above) for key, value in shown.items()}
    return {} if name in above else _inline(definitions[name], definitions, (*above, name))


def _internal(schema: Any) -> bool:
    return isinstance(schema, dict) and schema.get("internal") is True


def validate(model: type[M], value: Any) -> M:
    """Return `value` as `model`; raises `Invalid` (422 `request.invalid`) naming every place."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise _invalid(error.errors(include_url=False), skip=0) from None


def _invalid(errors: Sequence[Any], skip: int) -> Invalid:
    faults = []
    for error in errors:
        path = ".".join(str(part) for part in error["loc"][skip:]) or None
        zh, en = sentence(error)
        faults.append(Fault(f"value.{error['type']}", zh, en, path=path))
    return Invalid(
        "request.invalid",
        "提交的内容有误，没有写入任何数据；请按下面的说明改正。",
        "The request is not right and nothing was written; correct the places listed.",
        faults,
    )


def json_response(
    value: Any,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    media_type: str = "application/json",
) -> Response:
    """Return `value` as JSON bytes; a Decimal becomes its canonical string."""
    content = orjson.dumps(value, default=_plain)
    return Response(content, status, dict(headers or {}), media_type)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return decimal_text(value)
    if isinstance(value, frozenset | set):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} has no place in JSON")
