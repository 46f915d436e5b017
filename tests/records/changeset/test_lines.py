"""Lines: written and read with their record, with its rights, its version and its history."""

from uuid import uuid4

import pytest
import pytest_asyncio
from tests.records.changeset.quotes import ABC, dump, furnish, get, make, plain, put

pytestmark = pytest.mark.feature("Z1")


@pytest_asyncio.fixture(scope="module")
async def site(house):
    return await furnish(house)


async def test_lines_are_made_and_read_with_their_record(site):
    made = await make(site, ABC)
    values = made["values"]
    assert plain(values["lines"]) == [("甲", "2.5", 2), ("乙", "10", 1), ("丙", None, 1)]
    assert [line["sum"] for line in values["lines"]] == ["5", "10", None]
    assert (values["total"], values["size"]) == ("15", 3)
    assert set(values["lines"][0]) == {"id", "item", "price", "count", "cost", "sum", "account"}
    assert (await get(site, made["id"]))["values"] == values


async def test_the_whole_list_keeps_changes_adds_removes_and_orders(site):
    made = await make(site, ABC)
    a, b, c = (line["id"] for line in made["values"]["lines"])
    new = {"item": "丁", "price": "1"}
    answer = await put(site, made["id"], [{"id": c, "count": 9}, new, {"id": a}])
    assert answer.status_code == 200, answer.text
    lines = answer.json()["values"]["lines"]
    assert plain(lines) == [("丙", None, 9), ("丁", "1", 1), ("甲", "2.5", 2)]
    assert [line["id"] for line in lines][::2] == [c, a]
    assert answer.json()["version"] == 2
    assert (await site.admin.get(f"/api/records/quote_line/{b}")).status_code == 404
    as_read = [{key: line[key] for key in ("id", "item", "count", "price")} for line in lines]
    same = await put(site, made["id"], as_read)
    assert same.json()["version"] == 2, "nothing new was said"
    untouched = await site.admin.patch(f"/api/records/quote/{made['id']}", json={"note": "x"})
    assert untouched.json()["values"]["lines"] == lines
    for nothing in ([], None):
        assert (await put(site, made["id"], nothing)).json()["values"]["lines"] == []


async def test_what_is_wrong_is_told_at_the_line_and_nothing_is_lost(site):
    made = await make(site, ABC)
    a, *_ = (line["id"] for line in made["values"]["lines"])
    other = (await make(site, ABC))["values"]["lines"][0]["id"]
    cases = [
        ([{"item": "x"}, {"item": "y", "count": "viele"}], "lines.1.count", "field.type"),
        ([{"item": "x", "prize": 1}], "lines.0.prize", "field.unknown"),
        ([{"item": "x", "sum": 1}], "lines.0.sum", "field.read_only"),
        ([{"item": "x", "position": 1}], "lines.0.position", "field.read_only"),
        ([{"item": "x", "owner": site.admin.member}], "lines.0.owner", "field.unknown"),
        ([{"item": "x"}, {"count": 1}], "lines.1.item", "field.required"),
        ([{"id": a, "item": None}], "lines.0.item", "field.required"),
        ([{"item": "x", "account": str(uuid4())}], "lines.0.account", "reference.missing"),
        ([{"item": "x"}, {"id": str(uuid4())}], "lines.1.id", "lines.missing"),
        ([{"id": other}], "lines.0.id", "lines.missing"),
        ([{"id": a}, {"id": a.upper()}], "lines", "lines.twice"),
        ([{"item": "x"}] * 1_001, "lines", "lines.too_many"),
        ("x", "lines", "field.type"),
        ([1], "lines", "field.type"),
        ([{"id": 5}], "lines", "field.type"),
    ]
    for lines, path, code in cases:
        answer = await put(site, made["id"], lines)
        assert answer.status_code == 422, (lines, answer.text)
        found = [(e["path"], e["code"]) for e in answer.json()["errors"]]
        assert found == [(path, code)], answer.text
    assert (await get(site, made["id"]))["values"] == made["values"]


async def test_lines_have_no_door_of_their_own_but_can_be_asked_for(site):
    made = await make(site, ABC)
    line = made["values"]["lines"][0]["id"]
    refused = [
        await site.admin.post("/api/records/quote_line", json={"item": "x"}),
        await site.admin.patch(f"/api/records/quote_line/{line}", json={"item": "x"}),
        await site.admin.delete(f"/api/records/quote_line/{line}"),
        await site.admin.post(f"/api/records/quote_line/{line}/restore"),
    ]
    assert [(r.status_code, r.json()["code"]) for r in refused] == [(422, "lines.own_door")] * 4
    assert "lines" in refused[0].json()["detail"]
    asked = {"filter": 'item = "甲" AND [报价].name = "报价"', "sort": "position"}
    found = await site.admin.get("/api/records/quote_line", params=asked)
    assert line in {item["id"] for item in found.json()["items"]}
    body = {"object": "quote_line", "group_by": [{"field": "parent"}]}
    body["measures"] = [{"key": "s", "formula": "SUM(sum)"}]
    rows = (await site.ok(site.admin.post("/api/query", json=body)))["rows"]
    assert {"parent": {"id": made["id"], "title": "报价"}, "s": "15"} in rows


async def test_rights_are_the_records(site):
    made = await make(site, ABC, site.seller)
    line = made["values"]["lines"][0]["id"]
    assert (await site.seller.get(f"/api/records/quote_line/{line}")).status_code == 200
    assert made["values"]["total"] == "15"
    assert (await put(site, made["id"], [{"item": "x"}], site.seller)).status_code == 200
    assert (await put(site, made["id"], [{"item": "x"}], site.clerk)).status_code == 404
    shown = await get(site, made["id"], site.looker)
    assert shown["values"] == {"name": "报价"}
    assert (await site.looker.get("/api/records/quote_line")).status_code == 404
    assert (await put(site, made["id"], [], site.looker)).status_code in (403, 422)
    listed = (await site.clerk.get("/api/records/quote_line")).json()["items"]
    assert listed == []


async def test_a_role_may_list_the_fields_of_lines(site):
    made = await make(site, [{"item": "x", "count": 3}], site.clerk)
    [line] = made["values"]["lines"]
    assert set(line) == {"id", "item", "price", "count", "sum"}
    closed = await put(site, made["id"], [{"id": line["id"], "cost": "1"}], site.clerk)
    assert (closed.status_code, closed.json()["code"]) == (422, "field.unknown")
    closed = await put(site, made["id"], [{"id": line["id"], "price": "1"}], site.clerk)
    assert (closed.status_code, closed.json()["code"]) == (403, "field.forbidden")
    await put(site, made["id"], [{"id": line["id"], "cost": "7"}])
    counted = await put(site, made["id"], [{"id": line["id"], "count": 4}], site.clerk)
    assert counted.status_code == 200, counted.text
    assert plain((await get(site, made["id"]))["values"]["lines"], "count", "cost") == [(4, "7")]


async def test_lines_show_on_the_rows_where_their_field_does(site):
    mine, theirs = await make(site, ABC, site.mixed), await make(site, ABC, site.seller)
    assert len((await get(site, mine["id"], site.mixed))["values"]["lines"]) == 3
    shown = (await get(site, theirs["id"], site.mixed))["values"]
    assert (shown["name"], shown["lines"], shown["total"]) == ("报价", [], None)
    history = await site.mixed.get(f"/api/records/quote/{theirs['id']}/history")
    assert "lines" not in {c["field"] for c in history.json()["items"][0]["changes"]}
    rows = (await site.mixed.get("/api/records/quote_line", params={"limit": 500})).json()["items"]
    assert {row["values"]["parent"]["id"] for row in rows} == {mine["id"]}
    refused = await put(site, theirs["id"], [{"item": "x"}], site.mixed)
    assert refused.status_code == 403, refused.text
    named = await site.mixed.patch(f"/api/records/quote/{theirs['id']}", json={"name": "新"})
    assert named.status_code == 200, named.text
    assert len((await get(site, theirs["id"]))["values"]["lines"]) == 3


async def test_lists_carry_lines_only_where_they_are_named(site):
    made = await make(site, ABC)
    plain_list = (await site.admin.get("/api/records/quote", params={"limit": 1})).json()["items"]
    assert "lines" not in plain_list[0]["values"]
    named = {"fields": "name,lines", "limit": 2}
    items = (await site.admin.get("/api/records/quote", params=named)).json()["items"]
    assert items[0]["id"] == made["id"]
    assert items[0]["values"] == {"name": "报价", "lines": made["values"]["lines"]}


async def test_history_tells_the_lines_and_the_version_moves_with_them(site):
    made = await make(site, ABC)
    a, b, c = (line["id"] for line in made["values"]["lines"])
    moved = await put(site, made["id"], [{"id": a, "price": "3"}, {"id": c}, {"item": "新"}])
    assert moved.json()["version"] == 2
    entry = (await site.admin.get(f"/api/records/quote/{made['id']}/history")).json()["items"][0]
    [change] = entry["changes"]
    assert (change["field"], change["label"]["en"]) == ("lines", "Lines")
    told = {line["id"]: line for line in change["lines"]}
    assert {id_: told[id_]["op"] for id_ in (a, b, c)} == {a: "update", b: "delete", c: "update"}
    [price] = told[a]["changes"]
    assert (price["field"], price["from"], price["to"]) == ("price", "2.5", "3")
    [new] = [line for line in change["lines"] if line["op"] == "create"]
    assert {c["field"]: c["to"] for c in new["changes"]} == {"item": "新", "count": 1}


async def test_who_read_an_older_version_hears_of_it(site):
    made = await make(site, ABC)
    a, b, _ = (line["id"] for line in made["values"]["lines"])
    await put(site, made["id"], [{"id": a, "count": 5}])
    stale = await put(site, made["id"], [{"id": b}], version=1)
    assert (stale.status_code, stale.json()["code"]) == (409, "record.conflict")
    [told] = stale.json()["errors"][0]["conflicts"]
    assert (told["field"], told["lines"]) == (
        "lines",
        [{"id": a, "op": "update"}, *told["lines"][1:]],
    )
    other = await site.admin.patch(
        f"/api/records/quote/{made['id']}", json={"note": "y", "version": 1}
    )
    assert other.status_code == 200, "another field is no conflict"


async def test_lines_go_and_come_back_with_their_record(site):
    made = await make(site, ABC)
    b = made["values"]["lines"][1]["id"]
    kept = [{"id": line["id"]} for line in made["values"]["lines"] if line["id"] != b]
    before = (await put(site, made["id"], kept)).json()["values"]
    assert (await site.admin.delete(f"/api/records/quote/{made['id']}")).status_code == 204
    assert not [row for row in await dump(site) if made["id"] in row.values()]
    back = await site.admin.post(f"/api/records/quote/{made['id']}/restore")
    assert back.json()["values"] == before


async def test_a_revert_restores_lines_to_the_byte(site):
    made = await make(site, ABC)
    _, _, c = (line["id"] for line in made["values"]["lines"])
    before = await dump(site)
    await put(site, made["id"], [{"item": "新"}, {"id": c, "count": 7, "price": "0.10"}], note="z")
    history = await site.admin.get(f"/api/records/quote/{made['id']}/history")
    changeset = history.json()["items"][0]["changeset"]
    done = await site.admin.post(f"/api/changesets/{changeset}/revert", json={})
    assert (done.status_code, done.json()["kept"]) == (200, [])
    assert await dump(site) == before
    shown = await get(site, made["id"])
    assert (shown["values"], shown["version"]) == (made["values"], 3)
    twice = done.json()["changesets"][0]["id"]
    await site.admin.post(f"/api/changesets/{twice}/revert", json={})
    assert plain((await get(site, made["id"]))["values"]["lines"]) == [
        ("新", None, 1), ("丙", "0.1", 7)]  # fmt: skip
    first = history.json()["items"][1]["changeset"]
    kept = (await site.admin.post(f"/api/changesets/{first}/revert", json={})).json()
    assert (kept["records"], kept["kept_count"]) == (0, 1), "it was changed since, with its lines"


async def test_a_line_changed_from_elsewhere_moves_its_record(site):
    account = (await site.admin.post("/api/records/account", json={"name": "引"})).json()["id"]
    made = await make(site, [{"item": "甲"}, {"item": "乙", "account": account}])
    line = made["values"]["lines"][1]
    assert line["account"] == {"id": account, "title": "引"}
    assert (await site.admin.delete(f"/api/records/account/{account}")).status_code == 204
    shown = await get(site, made["id"])
    assert (shown["values"]["lines"][1]["account"], shown["version"]) == (None, 2)
    history = (await site.admin.get(f"/api/records/quote/{made['id']}/history")).json()["items"]
    [change] = history[0]["changes"]
    assert [part["id"] for part in change["lines"]] == [line["id"]]
    await site.admin.post(f"/api/changesets/{history[0]['changeset']}/revert", json={})
    assert (await get(site, made["id"]))["values"] == made["values"]


async def test_a_maintained_roll_up_hears_of_lines_and_its_rule_is_told_at_the_line(site):
    admin = site.admin
    stored = {"key": "pieces", "label": "件数", "type": "rollup", "children": "lines",
              "function": "SUM", "field": "count", "maintained": True}  # fmt: skip
    await site.ok(admin.post("/api/objects/quote/fields", json=stored))
    rule = {"object": "quote", "label": "件数上限", "must": "pieces <= 20",
            "message": {"zh-CN": "太多", "en": "Too many pieces"}}  # fmt: skip
    await site.ok(admin.put("/api/definitions/rule/pieces_limit", json=rule))
    made = await make(site, [{"item": "甲", "count": 2}, {"item": "乙", "count": 3}])
    assert made["values"]["pieces"] == "5"
    b = made["values"]["lines"][1]["id"]
    moved = await put(site, made["id"], [{"id": b, "count": 7}, {"item": "丙", "count": 4}])
    assert moved.json()["values"]["pieces"] == "11"
    refused = await put(site, made["id"], [{"id": b, "count": 70}])
    assert (refused.status_code, len(refused.json()["errors"])) == (422, 1), refused.text
    assert "Too many" in (await admin.patch(
        f"/api/records/quote/{made['id']}", json={"lines": [{"item": "x", "count": 21}]},
        headers={"accept-language": "en"})).text  # fmt: skip
    assert (await get(site, made["id"]))["values"] == moved.json()["values"]
    each = [{"op": "update", "object": "quote", "id": made["id"],
             "values": {"lines": [{"item": "x", "count": 21}]}},
            site.create("quote", name="好", lines=[{"item": "y", "count": 20}])]  # fmt: skip
    rows = (await site.changeset(*each, mode="each")).json()["results"]
    assert ["errors" in row for row in rows] == [True, False]
    await put(site, made["id"], [])
    assert (await get(site, made["id"]))["values"]["pieces"] == "0"
    await admin.delete("/api/definitions/rule/pieces_limit")


@pytest.mark.parametrize("size", [3, 120])
async def test_a_changeset_in_mode_each_drops_a_record_with_its_lines(site, size):
    lines = [{"item": f"行{i}"} for i in range(size)]
    good = site.create("quote", name="好", lines=lines)
    bad = site.create("quote", name="坏", lines=[*lines, {"count": 1}])
    rows = (await site.changeset(bad, good, mode="each")).json()["results"]
    assert [e["path"] for e in rows[0]["errors"]] == [f"lines.{size}.item"]
    assert len((await get(site, rows[1]["id"]))["values"]["lines"]) == size
    update = {"op": "update", "object": "quote", "id": rows[1]["id"],
              "values": {"note": "x", "lines": [{"item": "甲"}, {"item": None}]}}  # fmt: skip
    again = (await site.changeset(update, good, mode="each")).json()["results"]
    assert [e["path"] for e in again[0]["errors"]] == ["lines.1.item"]
    assert (await get(site, rows[1]["id"]))["values"]["note"] is None
    dry = {"dry_run": True, "changes": [{"op": "delete", "object": "quote", "id": rows[1]["id"]}]}
    answer = (await site.admin.post("/api/changesets", json=dry)).json()["results"]
    assert answer[0]["along"] == {"quote_line": size}


async def test_the_structure_of_lines_is_guarded(site):
    admin = site.admin
    wrong = [
        ("/api/objects", {"key": "x1", "label": "x", "lines_of": "nobody"}, "object.lines_of"),
        ("/api/objects", {"key": "x2", "label": "x", "lines_of": "quote_line"}, "object.lines_of"),
        ("/api/objects/quote_line/fields", {"key": "parent", "label": "x", "type": "text"},
         "field.exists"),
        ("/api/objects/quote/fields", {"key": "more", "label": "x", "type": "lines",
                                       "object": "quote_line"}, "field.lines"),
        ("/api/objects/quote/fields", {"key": "more", "label": "x", "type": "lines",
                                       "object": "account"}, "field.lines"),
    ]  # fmt: skip
    for path, body, code in wrong:
        answer = await admin.post(path, json=body)
        assert answer.status_code == 422, answer.text
        assert code in {answer.json()["code"], *(e["code"] for e in answer.json()["errors"])}
    field = {"label": "x", "type": "text"}
    taken = await admin.put("/api/definitions/field/quote_line.position", json=field)
    assert (taken.status_code, taken.json()["code"]) == (422, "key.reserved")
    turned = await admin.patch("/api/objects/account", json={"lines_of": "quote"})
    assert turned.json()["errors"][0]["code"] == "object.lines_of"
    meta = {o["key"]: o for o in (await site.clerk.get("/api/meta")).json()["objects"]}
    assert meta["quote_line"]["lines_of"] == "quote"
    assert meta["quote_line"]["verbs"] == ["read"]
    writable = {f["key"] for f in meta["quote_line"]["fields"] if f["writable"]}
    assert writable == {"item", "count"}
    assert next(f for f in meta["quote"]["fields"] if f["key"] == "lines")["writable"]
