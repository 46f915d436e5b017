"""Whatever a designer sends, the answer is a change or a refusal with its reasons, never a 500."""

import json
from typing import Any

import httpx
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from changliu.fields.registry import FIELD_TYPES

NAMES = ["label", "type", "required", "unique", "default", "position", "help", "settings",
         "options", "formula", "object", "inverse", "decimals", "min", "max", "pattern", "children",
         "function", "field", "filter", "path", "many", "start", "id", "shape", "default_shape",
         "sensitive", "personal", "placeholder", "max_length", "currency", "on_delete"]  # fmt: skip
WORDS = ["anything", "名称", "SUM(名称)", "1+", "any", "member", "{0000}", "a", "COUNT", "é\ud800",
         "名称 & 名称", "(" * 70, "\x00", "9" * 40, "-1", "true"]  # fmt: skip
leaves = st.none() | st.booleans() | st.integers() | st.sampled_from(WORDS) | st.floats()
values = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["key", "label", "zh-CN", "formula", "x"]), inner)
    ),
    max_leaves=6,
)
bodies = st.builds(
    lambda kind, extra: {"key": "fuzzed", "label": "糊", "type": kind, **extra},
    st.sampled_from(sorted(FIELD_TYPES)),
    st.dictionaries(st.sampled_from(NAMES), values, max_size=4),
)


@pytest_asyncio.fixture(scope="module", autouse=True)
async def anything(admin: httpx.AsyncClient) -> None:
    field = {"key": "name", "label": "名称", "type": "text"}
    body = {"key": "anything", "label": "任何", "fields": [field]}
    assert (await admin.post("/api/objects", json=body)).status_code == 201


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(body=bodies, patch=st.dictionaries(st.sampled_from(NAMES), values, max_size=3))
async def test_any_field_body(admin: httpx.AsyncClient, body: Any, patch: Any) -> None:
    base = "/api/objects/anything"
    added = await send(admin, "POST", f"{base}/fields", body)
    await send(admin, "POST", f"{base}/plan", body)
    await send(admin, "PUT", "/api/definitions/field/anything.fuzzed?draft=true", body)
    if added.status_code == 201:
        await send(admin, "PATCH", f"{base}/fields/fuzzed", patch)
        await send(admin, "PATCH", f"{base}/fields/name", patch)
        found = await admin.get(base)
        assert found.status_code == 200, found.text
        gone = await admin.delete(f"{base}/fields/fuzzed")
        if gone.status_code == 409:
            gone = await admin.delete(f"{base}/fields/fuzzed?confirm={gone.json()['confirm']}")
        assert gone.status_code == 200, gone.text


async def send(admin: httpx.AsyncClient, method: str, url: str, body: Any) -> httpx.Response:
    content = json.dumps(body)
    headers = {"content-type": "application/json"}
    answer = await admin.request(method, url, content=content, headers=headers)
    assert answer.status_code < 500, (method, url, content, answer.text)
    if answer.status_code >= 400:
        assert answer.json()["code"]
        assert answer.json()["title"]
    return answer
