"""A field becomes another type while it is in use: what fits is converted, the rest is kept."""

from typing import Any

import httpx
import pytest
from tests.schema import retyping
from tests.schema.retyping import begin, drain, held, make, progress, retype

from changliu.kit.platform import Platform

OPTIONS = [{"key": "a", "label": "甲"}, {"key": "b", "label": "乙", "retired": True}]
CASES: dict[str, tuple[dict[str, Any], dict[str, Any], list[Any], list[Any]]] = {
    "text_number": ({"type": "text"}, {"type": "number"},
                    ["1,234.5", "3.2万", " 7 ", None], ["1234.5", "32000", "7", None]),
    "text_date": ({"type": "text"}, {"type": "date"},
                  ["2026-01-31", "2026年2月1日"], ["2026-01-31", "2026-02-01"]),
    "text_boolean": ({"type": "text"}, {"type": "boolean"}, ["是", "no", "1"], [True, False, True]),
    "text_phone": ({"type": "text"}, {"type": "phone"},
                   ["138 0013 8000", "(021) 62345678"], ["13800138000", "021-62345678"]),
    "text_tags": ({"type": "text"}, {"type": "tags"}, ["a、b", "c"], [["a", "b"], ["c"]]),
    "number_text": ({"type": "number"}, {"type": "text"}, ["1234.50", "-2"], ["1234.5", "-2"]),
    "number_integer": ({"type": "number"}, {"type": "integer"}, ["3", "-2"], [3, -2]),
    "money_number": ({"type": "money"}, {"type": "number"}, ["12.34"], ["12.34"]),
    "percent_text": ({"type": "percent"}, {"type": "text"}, ["0.125"], ["12.5%"]),
    "number_duration": ({"type": "number"}, {"type": "duration"}, ["5400"], [5400]),
    "datetime_date": ({"type": "datetime"}, {"type": "date"},
                      ["2026-01-31T20:00:00+00:00"], ["2026-02-01"]),
    "date_datetime": ({"type": "date"}, {"type": "datetime"},
                      ["2026-02-01"], ["2026-01-31T16:00:00+00:00"]),
    "select_multi": ({"type": "select", "options": OPTIONS[:1]}, {"type": "multi_select"},
                     ["a", None], [["a"], None]),
    "select_text": ({"type": "select", "options": OPTIONS[:1]}, {"type": "text"}, ["a"], ["甲"]),
    "member_many": ({"type": "member"}, {"many": True}, [None], [None]),
}  # fmt: skip


@pytest.mark.feature("Z1")
@pytest.mark.parametrize("name", CASES)
async def test_values_are_converted(
    admin: httpx.AsyncClient, platform: Platform, name: str
) -> None:
    before, patch, values, after = CASES[name]
    ids = await make(admin, name, before, values)
    done = await retype(admin, platform, name, patch)
    assert (done["state"], done["unconverted"], done["done"]) == ("done", 0, len(values)), done
    assert await held(admin, name, ids) == after
    field = (await admin.get(f"/api/objects/{name}")).json()["fields"][-1]
    assert field["type"] == patch.get("type", before["type"])


async def test_what_does_not_fit_is_told_first_and_kept(
    admin: httpx.AsyncClient, platform: Platform
) -> None:
    ids = await make(admin, "unfit", {"type": "text"}, ["5", "many", "7"])
    plan = await admin.post("/api/objects/unfit/plan", json={"key": "x", "type": "number"})
    told = plan.json()["conversion"]
    assert (told["filled"], told["convertible"], told["unconvertible"]) == (3, 2, 1)
    assert [(e["id"], e["value"]) for e in told["examples"]] == [(ids[1], "many")]
    refused = await admin.patch("/api/objects/unfit/fields/x", json={"type": "number"})
    assert (refused.status_code, refused.json()["code"]) == (409, "definition.in_use")
    assert refused.json()["confirm"] == plan.json()["confirm"]
    assert (await admin.get("/api/objects/unfit/fields/x/retype")).status_code == 404
    done = await retype(admin, platform, "unfit", {"type": "number"})
    assert (done["unconverted"], done["values"]) == (1, [{"id": ids[1], "value": "many"}])
    assert await held(admin, "unfit", ids) == ["5", None, "7"]


async def test_options_are_made_of_the_values(admin: httpx.AsyncClient, platform: Platform) -> None:
    ids = await make(admin, "chosen", {"type": "text"}, ["北京", "Shang hai", "北京"])
    done = await retype(admin, platform, "chosen", {"type": "select"})
    assert done["unconverted"] == 0
    field = (await admin.get("/api/objects/chosen")).json()["fields"][-1]
    assert [o["key"] for o in field["options"]] == ["option_1", "北京"]
    assert await held(admin, "chosen", ids) == ["北京", "option_1", "北京"]
    many = await make(admin, "manifold", {"type": "text"}, [f"v{i}" for i in range(201)])
    assert len(many) == 201
    refused = await begin(admin, "manifold", {"type": "select"})
    assert (refused.status_code, refused.json()["code"]) == (422, "field.retype_options")


async def test_a_retired_option_is_still_converted(
    admin: httpx.AsyncClient, platform: Platform
) -> None:
    options = [{"key": k, "label": k} for k in ("a", "b")]
    ids = await make(admin, "retired", {"type": "select", "options": options}, ["a", "b"])
    closed = [options[0], {**options[1], "retired": True}]
    await admin.patch("/api/objects/retired/fields/x", json={"options": closed})
    await retype(admin, platform, "retired", {"type": "multi_select"})
    assert await held(admin, "retired", ids) == [["a"], ["b"]]


async def test_refusals(admin: httpx.AsyncClient, platform: Platform) -> None:
    await make(admin, "refused", {"type": "text"}, ["1"])
    for patch in ({"type": "member"}, {"type": "autonumber"}, {"type": "formula", "formula": "1"}):
        answer = await begin(admin, "refused", patch)
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "field.retype")
    answer = await begin(admin, "refused", {"type": "nonsense"})
    assert answer.json()["errors"][0]["code"] == "field.type_unknown"
    answer = await begin(admin, "refused", {"type": "number", "decimals": -1})
    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, "decimals")
    assert (await begin(admin, "refused", {"type": "number"})).status_code == 202
    twice = await begin(admin, "refused", {"type": "integer"})
    assert (twice.status_code, twice.json()["code"]) == (409, "field.retyping")
    stopped = await admin.delete("/api/objects/refused/fields/x/retype")
    assert stopped.json()["state"] == "cancelled"
    await drain(platform)
    assert (await admin.get("/api/objects/refused")).json()["fields"][-1]["type"] == "text"
    done = await retype(admin, platform, "refused", {"type": "integer"})
    assert done["state"] == "done"


async def test_what_uses_it_is_listed_and_follows(
    admin: httpx.AsyncClient, platform: Platform
) -> None:
    ids = await make(admin, "used", {"type": "number"}, ["5"])
    url = "/api/objects/used/fields"
    for key, formula in (("twice", "x * 2"), ("same", "x"), ("shown", "TEXT(same)")):
        made = await admin.post(url, json={"key": key, "label": key, "type": "formula",
                                           "formula": formula})  # fmt: skip
        assert made.status_code == 201, made.text
    refused = await admin.patch(f"{url}/x", json={"type": "text"})
    assert refused.status_code == 409, refused.text
    lost = {(e.get("key"), e["code"]) for e in refused.json()["errors"]}
    assert lost == {("used.twice", "retired")}
    assert len((await admin.get("/api/objects/used")).json()["fields"]) == 5
    done = await retype(admin, platform, "used", {"type": "text"})
    assert done["state"] == "done", done
    fields = {f["key"]: f for f in (await admin.get("/api/objects/used")).json()["fields"]}
    assert set(fields) == {"name", "x", "same", "shown"}
    assert fields["same"]["kind"] == "text"
    record = (await admin.get(f"/api/records/used/{ids[0]}")).json()
    assert record["values"]["same"] == "5"


async def test_writes_meanwhile_are_not_lost_and_history_stays_readable(
    admin: httpx.AsyncClient, platform: Platform
) -> None:
    ids = await make(admin, "busy", {"type": "text"}, ["1", "2", "3"])
    assert (await begin(admin, "busy", {"type": "number"})).status_code == 202
    url = "/api/records/busy"
    assert (await admin.patch(f"{url}/{ids[0]}", json={"x": "10"})).status_code == 200
    later = (await admin.post(url, json={"x": "4"})).json()["id"]
    assert (await admin.delete(f"{url}/{ids[1]}")).status_code in (200, 204)
    await drain(platform)
    assert (await progress(admin, "busy"))["state"] == "done"
    assert await held(admin, "busy", [ids[0], ids[2], later]) == ["10", "3", "4"]
    assert (await admin.patch(f"{url}/{ids[0]}", json={"x": "11.5"})).status_code == 200
    entries = (await admin.get(f"{url}/{ids[0]}/history")).json()["items"]
    changes = [c for e in entries for c in e["changes"] if c["field"] == "x"]
    assert [(c["from"], c["to"]) for c in changes] == [("10", "11.5"), ("1", "10"), (None, "1")]
    back = await admin.post(f"/api/changesets/{entries[0]['changeset']}/revert", json={})
    assert back.status_code == 200, back.text
    [restored] = await held(admin, "busy", ids[:1])
    assert restored == "10"


async def test_an_old_change_is_not_reverted_into_the_new_type(
    admin: httpx.AsyncClient, platform: Platform
) -> None:
    ids = await make(admin, "undone", {"type": "text"}, ["1"])
    url = f"/api/records/undone/{ids[0]}"
    changed = await admin.patch(url, json={"x": "2"})
    await retype(admin, platform, "undone", {"type": "number"})
    entry = (await admin.get(f"{url}/history")).json()["items"][0]
    back = await admin.post(f"/api/changesets/{entry['changeset']}/revert", json={})
    assert "revert.retyped" in back.text, (changed.text, back.text)
    assert await retyping.held(admin, "undone", ids) == ["2"]


async def test_a_unique_field_stays_unique_or_is_left_alone(
    admin: httpx.AsyncClient, platform: Platform
) -> None:
    ids = await make(admin, "sole", {"type": "text", "unique": True}, ["1", "2"])
    assert (await retype(admin, platform, "sole", {"type": "number"}))["state"] == "done"
    again = await admin.post("/api/records/sole", json={"x": "2"})
    assert again.status_code in (409, 422), again.text
    assert await held(admin, "sole", ids) == ["1", "2"]
    await make(admin, "alike", {"type": "text", "unique": True}, ["1", "1.0"])
    failed = await retype(admin, platform, "alike", {"type": "number"})
    assert failed["state"] == "failed"
    assert "1 ×2" in failed["fault"]
    assert (await admin.get("/api/objects/alike")).json()["fields"][-1]["type"] == "text"


@pytest.mark.feature("Z12")
async def test_two_writers_of_a_field_of_another_type_still_collide(
    admin: httpx.AsyncClient, platform: Platform
) -> None:
    [record] = await make(admin, "moved", {"type": "number"}, ["5"])
    await retype(admin, platform, "moved", {"type": "text"})
    place = f"/api/records/moved/{record}"
    assert (await admin.patch(place, json={"x": "theirs", "version": 1})).status_code == 200
    late = await admin.patch(place, json={"x": "mine", "version": 1})
    assert (late.status_code, late.json()["code"]) == (409, "record.conflict")
    [told] = late.json()["errors"][0]["conflicts"]
    assert (told["field"], told["original"], told["theirs"], told["mine"]) == (
        "x", "5", "theirs", "mine",
    )  # fmt: skip
    other = await admin.patch(place, json={"name": "n", "version": 1})
    assert other.status_code == 200, "different fields both stand"
