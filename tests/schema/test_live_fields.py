"""Objects and fields made over HTTP are there in the next request, of this process or another."""

import httpx

LEAD = {
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
