"""Objects and fields made over HTTP are there in the next request, of this process or another."""

from typing import Any

import httpx
import pytest

LEAD: dict[str, Any] = {
    "key": "lead",
    "label": {"zh-CN": "线索", "en": "Lead"},
    "title_field": "name",
    "fields": [
        {"key": "name", "label": {"zh-CN": "名称", "en": "Name"}, "type": "text", "required": True},
        {"key": "score", "label": {"zh-CN": "评分", "en": "Score"}, "type": "number"},
    ],
}


async def test_an_object_and_a_field_are_there_at_once(admin: httpx.AsyncClient) -> None:
    made = await admin.post("/api/objects", json=LEAD)
    assert made.status_code == 201, made.text
    assert [f["key"] for f in made.json()["fields"]] == ["name", "score"]
    field = {"key": "region", "label": "大区", "type": "text"}
    added = await admin.post("/api/objects/lead/fields", json=field)
    assert added.status_code == 201, added.text
    meta = (await admin.get("/api/meta")).json()
    lead = next(o for o in meta["objects"] if o["key"] == "lead")
    assert [f["key"] for f in lead["fields"]] == ["name", "score", "region"]
    assert lead["title_field"] == "name"


async def test_a_formula_may_read_the_field_before_it(admin: httpx.AsyncClient) -> None:
    fields = [
        {"key": "size", "label": "大小", "type": "number"},
        {"key": "twice", "label": "两倍", "type": "formula", "formula": "大小 * 2"},
        {"key": "fourfold", "label": "四倍", "type": "formula", "formula": "两倍 * 2"},
    ]
    made = await admin.post("/api/objects", json={"key": "box", "label": "箱", "fields": fields})
    assert made.status_code == 201, made.text
    backwards = {"key": "crate", "label": "框", "fields": fields[::-1]}
    made = await admin.post("/api/objects", json=backwards)
    assert made.status_code == 201, made.text


async def test_labels_are_free_and_keys_are_fixed(admin: httpx.AsyncClient) -> None:
    url = "/api/objects/lead/fields/score"
    renamed = await admin.patch(url, json={"key": "score", "label": "分数"})
    assert renamed.json()["label"] == {"zh-CN": "分数", "en": "分数"}
    for path in (url, "/api/objects/lead"):
        refused = await admin.patch(path, json={"key": "points"})
        assert (refused.status_code, refused.json()["code"]) == (422, "key.fixed")
        assert refused.json()["errors"][0]["path"] == "key"


async def test_null_takes_a_setting_away(admin: httpx.AsyncClient) -> None:
    url = "/api/objects/lead/fields/score"
    await admin.patch(url, json={"min": "0", "help": "0 到 100", "default": "5"})
    made = (await admin.patch(url, json={"min": None, "default": None})).json()
    assert "min" not in made
    assert made["default"] is None
    assert made["help"] == {"zh-CN": "0 到 100", "en": "0 到 100"}


async def test_taken_keys_and_missing_keys(admin: httpx.AsyncClient) -> None:
    taken = await admin.post("/api/objects", json=LEAD)
    assert (taken.status_code, taken.json()["code"]) == (422, "object.exists")
    nameless = await admin.post("/api/objects/lead/fields", json={"label": "x", "type": "text"})
    assert (nameless.status_code, nameless.json()["code"]) == (422, "key.missing")
    twice = {"key": "twice", "label": "x", "fields": [LEAD["fields"][0], LEAD["fields"][0]]}
    double = await admin.post("/api/objects", json=twice)
    assert double.json()["errors"][0]["path"] == "fields.1.key"
    assert (await admin.get("/api/objects/twice")).status_code == 404


async def test_a_fault_inside_a_field_says_which(admin: httpx.AsyncClient) -> None:
    fields = [*LEAD["fields"], {"key": "x", "label": "x", "type": "number", "decimals": -1}]
    body = {"key": "broken", "label": "x", "fields": fields}
    answer = await admin.post("/api/objects", json=body)
    assert [e["path"] for e in answer.json()["errors"]] == ["fields.2.decimals"]
    title = {"key": "broken", "label": "x", "title_field": "nope", "fields": LEAD["fields"]}
    answer = await admin.post("/api/objects", json=title)
    assert [e["path"] for e in answer.json()["errors"]] == ["title_field"]


@pytest.mark.parametrize(
    "body", [[], "text", 7, {"key": 5}, {"key": "k"}, {"key": "k", "label": {}},
             {"key": "k", "label": "x", "fields": {"a": 1}}, {"key": "k", "label": "x", "oops": 1},
             {"key": "k", "label": "x", "fields": [None]}],
)  # fmt: skip
async def test_wrong_shapes_are_refused(admin: httpx.AsyncClient, body: Any) -> None:
    before = (await admin.get("/api/meta")).headers["etag"]
    answer = await admin.post("/api/objects", json=body)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["message"]
    assert (await admin.get("/api/meta")).headers["etag"] == before


async def test_a_field_without_a_type_is_refused(admin: httpx.AsyncClient) -> None:
    field = {"key": "name", "label": "名称", "type": "text"}
    typed = {"key": "typed", "label": "有型", "fields": [field]}
    assert (await admin.post("/api/objects", json=typed)).status_code == 201
    before = (await admin.get("/api/objects/typed")).json()
    answer = await admin.patch("/api/objects/typed/fields/name", json={"type": None})
    assert (answer.status_code, answer.json()["code"]) == (422, "definition.invalid")
    assert [e["path"] for e in answer.json()["errors"]] == ["type"]
    planned = await admin.post("/api/objects/typed/plan", json={"key": "name", "type": None})
    assert (planned.status_code, planned.json()["code"]) == (422, "definition.invalid")
    assert (await admin.get("/api/objects/typed")).json() == before


async def test_a_field_comes_after_all_but_what_is_built_in(admin: httpx.AsyncClient) -> None:
    field = {"key": "name", "label": "名称", "type": "text"}
    for body in ({"key": "order_x"}, {"key": "order_x_line", "lines_of": "order_x"}):
        made = await admin.post("/api/objects", json={"label": "单", "fields": [field], **body})
        assert made.status_code == 201, made.text
    path = "/api/objects/order_x_line/fields"
    note = await admin.post(path, json={"key": "note", "label": "备注", "type": "text"})
    assert (note.status_code, note.json()["position"]) == (201, 2)
    last = await admin.patch(f"{path}/note", json={"position": 100_000})
    assert last.status_code == 200, last.text
    more = await admin.post(path, json={"key": "more", "label": "更多", "type": "text"})
    assert (more.status_code, more.json()["position"]) == (201, 2)
