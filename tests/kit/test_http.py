"""HTTP plumbing: the envelope's headers and bounds, problem documents, strict JSON, secrets."""

from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Annotated
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
from fastapi import Depends, FastAPI, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from changliu.kit import http, secrets
from changliu.kit.errors import BadRequest, Fault, TooMany
from changliu.kit.strict_json import DEPTH_LIMIT, decimal_text, parse_json


class Order(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=2)
    lines: list[int] = []


def make_app() -> FastAPI:
    app = FastAPI()
    http.install(app, larger={"/api/files": 32 * 1024 * 1024})

    @app.post("/api/echo")
    async def echo(request: Request) -> Response:
        return http.json_response({"value": await http.read_json(request)})

    @app.post("/api/orders", openapi_extra=http.accepts(Order))
    async def order(order: Annotated[Order, Depends(http.body(Order))]) -> Response:
        return http.json_response(order.model_dump())

    @app.post("/api/files")
    async def files(request: Request) -> Response:
        return http.json_response(len(await request.body()))

    @app.get("/api/items/{item}")
    async def item(item: UUID, limit: int = 1) -> Response:
        return http.json_response({"item": item, "limit": limit, "price": Decimal("1.50")})

    @app.get("/api/fail")
    async def fail() -> Response:
        raise RuntimeError("secret detail")

    @app.get("/api/wait")
    async def wait() -> Response:
        raise TooMany("x.y", "慢", "slow", [Fault("x.y", "慢", "slow", extra={"retry_after": 7})])

    @app.get("/page")
    async def page() -> Response:
        return Response("<p>", media_type="text/html", headers={"cache-control": "max-age=9"})

    return app


@pytest_asyncio.fixture(scope="module")
async def web() -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=make_app())
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as opened:
        yield opened


EN = {"accept-language": "en"}


async def test_every_answer_carries_the_security_headers(web: httpx.AsyncClient) -> None:
    for path in ("/api/items/x", "/api/fail", "/nowhere", f"/api/items/{UUID(int=1)}", "/page"):
        answer = await web.get(path)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert "unsafe-eval" not in answer.headers["content-security-policy"]
        assert len(answer.headers["x-request-id"]) == 32
    assert (await web.get("/page")).headers["cache-control"] == "max-age=9"
    assert (await web.get("/api/fail")).headers["cache-control"] == "no-store"


async def test_request_id_is_kept_when_it_is_harmless(web: httpx.AsyncClient) -> None:
    for given, kept in (("abc-123.DEF_9", True), ("short", False), ("a\tb" * 9, False)):
        answer = await web.get("/page", headers={"x-request-id": given})
        assert (answer.headers["x-request-id"] == given) is kept


async def test_uncaught_errors_tell_a_number_and_nothing_else(
    web: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await web.get("/api/fail", headers=EN)
    document = answer.json()
    assert (answer.status_code, document["code"]) == (500, "internal")
    assert answer.headers["x-request-id"] in document["detail"]
    assert "secret" not in answer.text
    assert "secret detail" in caplog.text


async def test_unknown_address_and_method(web: httpx.AsyncClient) -> None:
    missing = await web.get("/api/nowhere")
    assert missing.json()["code"] == "path.unknown"
    assert missing.json()["type"] == "urn:changliu:problem:path.unknown"
    assert "/api/nowhere" in missing.json()["title"]
    wrong = await web.delete("/api/orders", headers=EN)
    assert (wrong.status_code, wrong.json()["code"]) == (405, "method.not_allowed")
    assert wrong.headers["allow"] == "POST"
    assert wrong.headers["content-type"] == "application/problem+json"


async def test_a_last_slash_redirects_nobody_to_the_host_a_request_names(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.get("/api/meta/", headers={"host": "elsewhere.example"})
    assert (answer.status_code, answer.json()["code"]) == (404, "path.unknown")
    assert "location" not in answer.headers


async def test_retry_after(web: httpx.AsyncClient) -> None:
    answer = await web.get("/api/wait")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")


async def test_parameters_are_named(web: httpx.AsyncClient) -> None:
    answer = await web.get("/api/items/nope", params={"limit": "many"}, headers=EN)
    assert answer.status_code == 422
    faults = {fault["path"]: fault for fault in answer.json()["errors"]}
    assert faults["item"]["message"] == "It is not a valid UUID."
    assert faults["limit"]["code"] == "value.int_parsing"
    good = await web.get(f"/api/items/{UUID(int=7)}")
    assert good.json()["price"] == "1.5"


@pytest.mark.parametrize(
    ("body", "path", "zh", "en"),
    [
        ({"name": "x"}, "name", "至少要 2 个字符。", "It needs at least 2 characters."),
        ({}, "name", "缺少这一项，请补上。", "It is missing; add it."),
        ({"name": "xy", "lines": [1, "a"]}, "lines.1", "应为整数。", "It must be a whole number."),
        ([], None, "应为对象 {…}。", "It must be an object {…}."),
        ({"name": "xy", "nmae": 1}, "nmae", "没有这一项，请删去或核对名称。", None),
    ],
)
async def test_typed_bodies(
    web: httpx.AsyncClient, body: object, path: str | None, zh: str, en: str | None
) -> None:
    answer = await web.post("/api/orders", json=body)
    [fault] = answer.json()["errors"]
    assert (answer.status_code, fault.get("path"), fault["message"]) == (422, path, zh)
    english = (await web.post("/api/orders", json=body, headers=EN)).json()["errors"][0]["message"]
    assert en is None or english == en


def test_bodies_are_described_without_references() -> None:
    class Node(BaseModel):
        name: str
        below: list["Node"] = []

    class Tree(BaseModel):
        root: Node

    schema = http.accepts(Tree)["requestBody"]["content"]["application/json"]["schema"]
    assert schema["properties"]["root"]["properties"]["name"] == {"title": "Name", "type": "string"}
    assert "$ref" not in repr(schema)


@pytest.mark.parametrize("query", ["a=%00", "a=%ff", "a=%E4%B8", "%C0%80"])
async def test_broken_addresses(web: httpx.AsyncClient, query: str) -> None:
    answer = await web.get(f"/api/items/{UUID(int=1)}?{query}")
    assert answer.status_code == 400
    assert answer.json()["code"].startswith("address.")
    assert (await web.get("/page?q=%E4%B8%AD")).status_code == 200


async def test_bodies_are_bounded_while_they_stream(web: httpx.AsyncClient) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        yield b'"'
        for _ in range(100):
            sent += 1
            yield b"x" * 1024 * 1024

    for path in ("/api/echo", "/api/files"):
        answer = await web.post(path, content=endless())
        assert (answer.status_code, answer.json()["code"]) == (413, "body.too_large")
        if path == "/api/files":
            assert "32 MB" in answer.json()["title"]
    big = b"x" * (20 * 1024 * 1024)
    assert (await web.post("/api/files", content=big)).json() == len(big)
    assert (await web.post("/api/echo", content=big)).status_code == 413


def test_numbers_stay_exact() -> None:
    text = b"[0.1, 12345678901234567890.12, 12345678901234567890, 0.10000000000000000000, 1.5e3]"
    assert parse_json(text) == [
        0.1, Decimal("12345678901234567890.12"), 12345678901234567890, 0.1, 1500.0,
    ]  # fmt: skip
    assert type(parse_json(b"[12345678901234567.25]")[0]) is Decimal
    assert parse_json(b'\xef\xbb\xbf{"a": "12345678901234567890"}') == {
        "a": "1" + "2345678901234567890"
    }


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b'{"a": {"b": ["x\\u0000"]}}', "body.nul"),
        (b'{"a\\u0000": 1}', "body.nul"),
        (b"1e999", "body.number"),
        (b"[" * (DEPTH_LIMIT + 1) + b"]" * (DEPTH_LIMIT + 1), "body.depth"),
        (b"\xff\xfe{}", "body.charset"),
        (b"{'a': 1}", "body.json"),
    ],
)
def test_refused_json(text: bytes, code: str) -> None:
    with pytest.raises(BadRequest) as caught:
        parse_json(text)
    assert caught.value.code == code


def test_backslash_before_u0000_is_only_text() -> None:
    assert parse_json(b'"\\\\u0000"') == "\\u0000"
    nul = b'{"a": {"b": ["\\u0000"]}}'
    with pytest.raises(BadRequest) as caught:
        parse_json(nul)
    assert caught.value.faults[0].path == "a.b.0"
    nested = parse_json(b"[" * DEPTH_LIMIT + b"]" * DEPTH_LIMIT)
    assert isinstance(nested, list)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1.50", "1.5"), ("100", "100"), ("1E+3", "1000"), ("-0.00", "0"), ("0", "0"),
        ("1E-7", "0.0000001"), ("-12.30", "-12.3"), ("1.000", "1"),
    ],
)  # fmt: skip
def test_canonical_numbers(value: str, text: str) -> None:
    assert decimal_text(Decimal(value)) == text


async def test_passwords() -> None:
    stored = await secrets.hash_password("开门 open")
    assert stored.startswith("$argon2id$")
    assert await secrets.verify_password(stored, "开门 open")
    assert not await secrets.verify_password(stored, "开门")
    assert not await secrets.verify_password(None, "开门")
    assert not await secrets.verify_password("not a hash", "开门")
    assert not secrets.outdated(stored)
    assert len({secrets.new_password() for _ in range(50)}) == 50


def test_signed_text_comes_back_whole_or_not_at_all(tmp_path: Path) -> None:
    key = secrets.instance_key(tmp_path)
    assert secrets.instance_key(tmp_path) == key
    file = tmp_path / "secrets" / "instance.key"
    assert file.stat().st_mode & 0o777 == 0o600
    assert list(file.parent.iterdir()) == [file]
    signer = secrets.Signer(key, "cursor")
    text = signer.sign("第 3 页".encode())
    assert signer.open(text) == "第 3 页".encode()
    assert secrets.Signer(key, "other").open(text) is None
    for broken in (
        "",
        "x",
        "%%%",
        "é",
        text[:-2],
        f"A{text[1:]}" if text[0] != "A" else f"B{text[1:]}",
    ):
        assert signer.open(broken) is None


async def test_the_head_is_that_of_the_same_get(web: httpx.AsyncClient) -> None:
    got, head = await web.get("/api/nothing"), await web.head("/api/nothing")
    assert (head.status_code, head.content) == (got.status_code, b"")
    assert head.headers["content-length"] == got.headers["content-length"]
    item = "/api/items/0197c1f0-8a9e-7d53-9d1c-2a7f6f3b1c20"
    for route in ("/page", item):
        got, head = await web.get(route), await web.head(route)
        assert (got.status_code, head.status_code, head.content) == (200, 200, b"")
        assert head.headers["content-type"] == got.headers["content-type"]
