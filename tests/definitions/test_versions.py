"""Versions, drafts, differences, rollback and audit of definitions, over HTTP."""

import asyncio
from typing import Any

import httpx
import psycopg
import pytest
import pytest_asyncio

from changliu.kit.db import Workspace
from changliu.kit.platform import Platform

FIELD = "/api/definitions/field/deal.amount"
OBJECT = "/api/definitions/object/deal"


@pytest_asyncio.fixture(scope="module", autouse=True)
async def deal(admin: httpx.AsyncClient) -> None:
    """An object `deal` with a name, an amount (v1) and a stage."""
    stage = {
        "key": "stage",
        "label": {"zh-CN": "阶段", "en": "Stage"},
        "type": "select",
        "options": [
            {"key": "open", "label": {"zh-CN": "进行中", "en": "Open"}},
            {"key": "won", "label": {"zh-CN": "赢单", "en": "Won"}, "colour": "green"},
        ],
    }
    body = {
        "key": "deal",
        "label": {"zh-CN": "商机", "en": "Deal"},
        "fields": [
            {"key": "name", "label": "名称", "type": "text"},
            {"key": "amount", "label": {"zh-CN": "金额", "en": "Amount"}, "type": "number"},
            stage,
        ],
    }
    made = await admin.post("/api/objects", json=body)
    assert made.status_code == 201, made.text


def changes(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    found: list[str] = answer.json()["changes"]
    return found


@pytest.mark.feature("Z12")
async def test_a_publish_makes_a_version_and_an_audit_line(admin: httpx.AsyncClient) -> None:
    before = (await admin.get(FIELD)).json()
    body = {"label": {"zh-CN": "合同金额", "en": "Amount"}, "type": "number", "required": True}
    url = f"{FIELD}?base={before['version']}&comment=按财务要求"
    made = await admin.put(url, json=body)
    assert made.status_code == 200, made.text
    assert made.json()["version"] == before["version"] + 1
    assert made.json()["state"] == "live"
    versions = (await admin.get(f"{FIELD}/versions")).json()["items"]
    assert [v["state"] for v in versions[:2]] == ["live", "retired"]
    line = (await admin.get(f"{FIELD}/audit")).json()["items"][0]
    assert line["comment"] == "按财务要求"
    assert "“必填”由“否”改为“是”" in line["changes"]
    assert line["action"] == "publish"


async def test_differences_read_as_words_in_both_languages(admin: httpx.AsyncClient) -> None:
    stage = "/api/definitions/field/deal.stage"
    first = (await admin.get(stage)).json()
    body = first["body"]
    options = body["settings"]["options"]
    options[1]["label"] = {"zh-CN": "成交", "en": "Closed won"}
    options.append({"key": "lost", "label": {"zh-CN": "输单", "en": "Lost"}})
    made = await admin.put(stage, json=body)
    assert made.status_code == 200, made.text
    url = f"{stage}/diff?from={first['version']}&to={made.json()['version']}"
    assert changes(await admin.get(url)) == [
        "“选项 › 成交 › 名称”由“赢单”改为“成交”",
        "“选项”新增“输单”",
    ]
    english = await admin.get(url, headers={"accept-language": "en"})
    assert changes(english) == [
        '"options › Closed won › label" changed from "Won" to "Closed won"',
        '"options": added "Lost"',
    ]


async def test_a_draft_changes_nothing_until_it_is_published(admin: httpx.AsyncClient) -> None:
    live = (await admin.get(OBJECT)).json()
    body = {**live["body"], "icon": "target"}
    draft = await admin.put(f"{OBJECT}?draft=true", json=body)
    assert draft.json()["state"] == "draft"
    assert draft.json()["errors"] == []
    found = (await admin.get(OBJECT)).json()
    assert found["version"] == live["version"]
    assert found["draft"]["body"]["icon"] == "target"
    assert (await admin.get("/api/objects/deal")).json()["icon"] is None
    wrong = await admin.post(f"{OBJECT}/publish", json={"version": 99})
    assert (wrong.status_code, wrong.json()["code"]) == (409, "definition.changed")
    done = await admin.post(f"{OBJECT}/publish", json={"version": draft.json()["version"]})
    assert done.status_code == 200, done.text
    assert (await admin.get("/api/objects/deal")).json()["icon"] == "target"
    again = await admin.post(f"{OBJECT}/publish", json={})
    assert (again.status_code, again.json()["code"]) == (404, "definition.no_draft")


async def test_a_draft_says_what_is_wrong_with_it(admin: httpx.AsyncClient) -> None:
    body = {"label": "金额", "type": "number", "settings": {"decimals": 99}}
    draft = await admin.put(f"{FIELD}?draft=true", json=body)
    assert draft.status_code == 200, draft.text
    assert [e["path"] for e in draft.json()["errors"]] == ["decimals"]
    refused = await admin.post(f"{FIELD}/publish", json={})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["path"] == "decimals"


async def test_a_stale_base_is_refused_and_writes_nothing(admin: httpx.AsyncClient) -> None:
    before = (await admin.get(f"{FIELD}/versions")).json()
    body = {"label": "金额", "type": "number"}
    stale = await admin.put(f"{FIELD}?base=1", json=body)
    assert (stale.status_code, stale.json()["code"]) == (409, "definition.changed")
    assert (await admin.get(f"{FIELD}/versions")).json() == before


async def test_rollback_publishes_the_earlier_body_as_a_new_version(
    admin: httpx.AsyncClient,
) -> None:
    newest = (await admin.get(f"{FIELD}/versions")).json()["items"][0]["version"]
    done = await admin.post(f"{FIELD}/rollback", json={"version": 1})
    assert done.status_code == 200, done.text
    assert done.json()["version"] == newest + 1
    assert done.json()["body"]["label"]["zh-CN"] == "金额"
    assert done.json()["body"]["required"] is False
    missing = await admin.post(f"{FIELD}/rollback", json={"version": 900})
    assert (missing.status_code, missing.json()["code"]) == (404, "definition.unknown")


async def test_an_equal_body_makes_no_version(admin: httpx.AsyncClient) -> None:
    live = (await admin.get(OBJECT)).json()
    meta = (await admin.get("/api/meta")).headers["etag"]
    same = await admin.put(OBJECT, json=live["body"])
    assert same.json()["version"] == live["version"]
    assert (await admin.get("/api/meta")).headers["etag"] == meta


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"type": "number"}, "label"),
        ({"label": "x", "type": "numbre"}, "type"),
        ({"label": "x", "type": "number", "required": "maybe"}, "required"),
        ({"label": "x", "type": "number", "decimalz": 2}, "decimalz"),
        ({"label": {"fr": "x"}, "type": "number"}, "label"),
        ({"label": "x", "type": "number", "default": "abc"}, "default"),
        ({"label": "x", "type": "lines"}, "object"),
        ({"label": "x", "type": "json", "default": {"n": 2**70}}, None),
        ({"label": "x", "type": "json", "default": {"formula": 2**70}}, "default"),
    ],
)
async def test_bad_bodies_name_the_place_in_both_languages(
    admin: httpx.AsyncClient, body: dict[str, Any], path: str | None
) -> None:
    url = "/api/definitions/field/deal.extra"
    for language in ("zh-CN", "en"):
        answer = await admin.put(url, json=body, headers={"accept-language": language})
        draft = await admin.put(f"{url}?draft=true", json=body)
        assert draft.status_code in (200, 422), draft.text
        assert answer.status_code == 422, answer.text
        error = answer.json()["errors"][0]
        assert error.get("path") == path
        assert error["message"]
    assert "extra" not in {
        f["key"] for f in (await admin.get("/api/objects/deal")).json()["fields"]
    }


async def test_only_those_who_may_change_the_structure_may_look(rep: httpx.AsyncClient) -> None:
    for answer in (
        await rep.get(OBJECT),
        await rep.get("/api/definitions/object"),
        await rep.put(OBJECT, json={"label": "x"}),
        await rep.delete(OBJECT),
        await rep.post(f"{OBJECT}/rollback", json={"version": 1}),
        await rep.get("/api/audit/definitions"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "right.missing")


async def test_unknown_kinds_and_keys_are_404(admin: httpx.AsyncClient) -> None:
    kind = await admin.get("/api/definitions/nonsense/x")
    assert (kind.status_code, kind.json()["code"]) == (404, "definition.kind_unknown")
    key = await admin.get("/api/definitions/object/nonsense")
    assert (key.status_code, key.json()["code"]) == (404, "definition.unknown")
    bad = await admin.put("/api/definitions/object/Nonsense-1", json={"label": "x"})
    assert (bad.status_code, bad.json()["code"]) == (422, "definition.key")


@pytest.mark.feature("Z12")
async def test_nobody_at_any_door_rewrites_the_audit(
    platform: Platform, workspace: Workspace
) -> None:
    table = f"{workspace.schema}.definition_audit"
    for change in (f"UPDATE {table} SET action = 'x'", f"DELETE FROM {table}"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            async with platform.database.transaction(workspace) as tx:
                await tx.execute(change)


async def test_two_publishers_at_once_lose_nothing(admin: httpx.AsyncClient) -> None:
    role = "/api/definitions/role/tester"
    bodies = [{"label": f"测试 {i}"} for i in range(5)]
    answers = await asyncio.gather(*(admin.put(role, json=body) for body in bodies))
    assert {a.status_code for a in answers} == {200}
    assert sorted(a.json()["version"] for a in answers) == [1, 2, 3, 4, 5]
    stale = await asyncio.gather(
        *(admin.put(f"{role}?base=5", json={"label": f"再 {i}"}) for i in range(3))
    )
    assert sorted(a.status_code for a in stale) == [200, 409, 409]


@pytest.mark.parametrize("path", [f"{FIELD}/audit", "/api/audit/definitions"])
async def test_a_place_no_audit_line_can_have_is_refused(
    admin: httpx.AsyncClient, path: str
) -> None:
    answer = await admin.get(path, params={"before": str(2**63)})
    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, "before")
