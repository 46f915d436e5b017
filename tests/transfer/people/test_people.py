"""A person's data over HTTP: found by phone, handed out with history and files, erased."""

import io
import json
import zipfile
from typing import Any

import pytest
import pytest_asyncio
from python_calamine import CalamineWorkbook
from tests.records.conftest import Client, House, house

__all__ = ["house"]

pytestmark = pytest.mark.feature("Z5")
PHONE = "13912345678"


@pytest_asyncio.fixture(scope="module")
async def made(house: House) -> dict[str, str]:
    """Somebody's phone on an account and, typed otherwise, on a deal; somebody else beside."""
    field = {"key": "mobile", "label": "手机", "type": "phone", "personal": True}
    await house.ok(house.admin.post("/api/objects/deal/fields", json=field))
    sent = {"file": ("card.txt", b"card", "text/plain")}
    card = {"key": "card", "label": "名片", "type": "file", "personal": True}
    await house.ok(house.admin.post("/api/objects/account/fields", json=card))
    file = await house.ok(house.admin.post("/api/files", files=sent))
    changes = [
        house.create("account", name="=甲", phone="13800000009", card=[file["id"]]),
        house.create("deal", title="一", mobile="139 1234 5678"),
        house.create("account", name="乙", phone="13800000000"),
    ]
    results = (await house.ok(house.changeset(*changes)))["results"]
    update = {"op": "update", "object": "account", "id": results[0]["id"],
              "values": {"phone": PHONE}}  # fmt: skip
    await house.ok(house.changeset(update))
    return {"account": results[0]["id"], "deal": results[1]["id"], "file": file["id"]}


async def find(client: Client, text: str) -> dict[str, list[str]]:
    answer = await client.post("/api/people/find", json={"text": text})
    assert answer.status_code == 200, answer.text
    return {o["object"]: [r["id"] for r in o["records"]] for o in answer.json()["objects"]}


def places(made: dict[str, str]) -> list[dict[str, Any]]:
    return [{"object": key, "id": made[key]} for key in ("account", "deal")]


async def test_a_person_is_found_handed_out_and_erased(house: House, made: dict[str, str]) -> None:
    assert await find(house.admin, "139-1234-5678") == {
        "account": [made["account"]], "deal": [made["deal"]],
    }  # fmt: skip
    assert await find(house.admin, '" OR 1=1 OR "') == {}
    answer = await house.admin.post("/api/people/export", json={"records": places(made)})
    assert answer.status_code == 200, answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        document = json.loads(archive.read("person.json"))
        table = archive.read("person.csv").decode("utf-8-sig")
        book = CalamineWorkbook.from_filelike(io.BytesIO(archive.read("person.xlsx")))
        assert archive.read(f"files/{made['file']}-card.txt") == b"card"
    account = document["records"][0]
    assert account["record"]["values"]["phone"] == PHONE
    told = json.dumps(account["timeline"])
    assert "13800000009" in told
    assert house.admin.member in told
    assert f"客户,'=甲,电话,{PHONE}" in table
    assert ["客户", "=甲", "电话", PHONE] in book.get_sheet_by_index(0).to_python()
    log = (await house.admin.get("/api/audit/exports?limit=2")).json()["items"]
    assert {(line["object"], line["format"], line["rows"]) for line in log} == {
        ("account", "zip", 1), ("deal", "zip", 1),
    }  # fmt: skip

    wrong = {"object": "account", "id": "00000000-0000-7000-8000-000000000001"}
    body = {"records": [*places(made), wrong], "reason": "本人要求"}
    receipt = (await house.admin.post("/api/people/erase", json=body)).json()
    assert [each["id"] for each in receipt["erased"]] == [made["account"], made["deal"]]
    assert receipt["erased"][0]["fields"] == ["phone", "card"]
    assert [(r["id"], r["code"]) for r in receipt["refused"]] == [(wrong["id"], "record.missing")]
    assert receipt["reason"] == "本人要求"
    assert await find(house.admin, PHONE) == {}
    past = await house.admin.get(f"/api/records/account/{made['account']}/history")
    assert PHONE not in past.text


async def test_each_verb_has_its_right(house: House, made: dict[str, str]) -> None:
    grants = [{"object": "account", "verbs": ["read"], "scope": "own"}]
    body = {"label": "clerk", "fields": "all", "rights": ["personal.export"], "grants": grants}
    await house.ok(house.admin.put("/api/definitions/role/clerk", json=body))
    clerk = await house.hire("clerk", "clerk", house.team)
    # Finds and hands out what the clerk reads, here nothing; erases nothing.
    assert await find(clerk, "13800000000") == {}
    refused = await clerk.post("/api/people/export", json={"records": places(made)[:1]})
    assert (refused.status_code, refused.json()["code"]) == (404, "record.missing")
    erased = await clerk.post("/api/people/erase", json={"records": places(made), "reason": "x"})
    assert (erased.status_code, erased.json()["code"]) == (403, "right.missing")
    for path in ("find", "export", "erase"):
        sent = {"text": "ab"} if path == "find" else {"records": places(made), "reason": "x"}
        sent.pop("reason" if path == "export" else "", None)
        assert (await house.rep.post(f"/api/people/{path}", json=sent)).status_code == 403
