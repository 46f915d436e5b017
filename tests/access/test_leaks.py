"""Ways round a mask or a hidden object that were open once."""

from typing import Any

import pytest
import pytest_asyncio
from tests.records.conftest import ADMIN_PASSWORD, House

PHONE = "13812345678"
OBJECTS: dict[str, list[dict[str, Any]]] = {
    "vault": [{"key": "name", "label": "名称", "type": "text"}],
    "contact": [
        {"key": "mobile", "label": "手机", "type": "phone", "sensitive": True},
        {"key": "nick", "label": "昵称", "type": "text"},
    ],
    "thing": [
        {"key": "name", "label": "名称", "type": "text"},
        {"key": "contact", "label": "联系人", "type": "reference", "object": "contact"},
        {"key": "vault", "label": "库", "type": "reference", "object": "vault",
         "inverse": {"key": "things", "label": "机密清单"}},
        {"key": "called", "label": "称呼", "type": "formula", "formula": "contact.title"},
    ],
}  # fmt: skip
ROLE = {
    "label": "销售",
    "fields": "all",
    "grants": [
        {"object": "thing", "verbs": ["read"], "scope": "own"},
        {"object": "contact", "verbs": ["read"], "scope": "all", "read": ["mobile", "nick"]},
    ],
}


@pytest_asyncio.fixture(scope="module")
async def house(platform: Any, workspace: Any, client: Any) -> House:
    made = House(platform, workspace, client)
    made.admin = await made.sign_in("admin", ADMIN_PASSWORD)
    for key, fields in OBJECTS.items():
        label = {"zh-CN": f"机密{key}", "en": f"The {key}"}
        await made.ok(made.admin.post("/api/objects", json={"key": key, "label": label}))
        for field in fields:
            await made.ok(made.admin.post(f"/api/objects/{key}/fields", json=field))
            patch = {"title_field": fields[0]["key"]}
            await made.ok(made.admin.patch(f"/api/objects/{key}", json=patch))
    await made.ok(made.admin.put("/api/definitions/role/rep", json=ROLE))
    made.rep = await made.hire("rep", "rep", await made.team_of("一组", None))
    values: dict[str, Any] = {"owner": made.rep.member}
    for key, named in (("vault", {"name": "V"}), ("contact", {"mobile": PHONE, "nick": "A"})):
        row = await made.ok(made.changeset(made.create(key, **named)))
        values[key] = row["results"][0]["id"]
    for name in ("a", "b", "c"):
        await made.ok(made.changeset(made.create("thing", **values, name=name)))
    return made


@pytest.mark.feature("Z5")
@pytest.mark.parametrize(
    ("place", "given"),
    [
        ("contact", {"filter": f'title = "{PHONE}"'}),
        ("contact", {"sort": "title", "limit": "1"}),
        ("contact", {"fields": "title"}),
        ("thing", {"filter": f'contact.title = "{PHONE}"'}),
        ("thing", {"fields": "contact.title"}),
        ("thing", {"sort": "contact.title", "limit": "1"}),  # the cursor would carry it
        ("thing", {"fields": "called"}),
    ],
)
async def test_the_title_of_a_masked_field_is_no_way_round_the_mask(
    house: House, place: str, given: dict[str, str]
) -> None:
    answer = await house.rep.get(f"/api/records/{place}", params=given)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "formula.field")
    assert (await house.admin.get(f"/api/records/{place}", params=given)).status_code == 200


async def test_a_group_by_a_masked_title_is_refused(house: House) -> None:
    for place, path in (("contact", "title"), ("thing", "contact.title"), ("thing", "called")):
        body = {"object": place, "group_by": [{"field": path}]}
        answer = await house.rep.post("/api/query", json=body)
        assert (answer.status_code, PHONE in answer.text) == (422, False)
        assert PHONE in (await house.admin.post("/api/query", json=body)).text


@pytest.mark.parametrize("sort", ["vault", "-vault", "contact", "-contact"])
async def test_references_without_a_readable_title_are_paged_by_id(house: House, sort: str) -> None:
    found, asked = [], {"sort": sort, "limit": "1", "fields": "name"}
    while asked.get("cursor", "") is not None:
        answer = await house.rep.get("/api/records/thing", params=asked)
        assert answer.status_code == 200, answer.text
        found += [item["values"]["name"] for item in answer.json()["items"]]
        asked["cursor"] = answer.json()["next"]
    assert sorted(found) == ["a", "b", "c"]


async def test_a_reference_to_a_hidden_object_does_not_name_it(house: House) -> None:
    objects = (await house.rep.get("/api/meta")).json()["objects"]
    thing = next(o for o in objects if o["key"] == "thing")
    fields = {f["key"]: f for f in thing["fields"]}
    assert fields["contact"]["object"] == "contact"
    assert not {"object", "inverse"} & set(fields["vault"])
    refused = await house.rep.get("/api/records/thing", params={"filter": "vault.name = 1"})
    assert refused.status_code == 422
    assert "机密" not in refused.text
    assert "vault" in refused.text
