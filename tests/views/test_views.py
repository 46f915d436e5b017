"""Views over HTTP: who sees which, what a reader gets of one, and one's own."""

import pytest

pytestmark = pytest.mark.feature("Z1")


def faults(answer):
    assert answer.status_code == 422, answer.text
    return [(e["code"], e.get("path")) for e in answer.json()["errors"]]


def notes(view):
    return [note["code"] for note in view["notes"]]


BIG = {
    "columns": ["name", {"field": "amount", "figure": "sum", "width": 120}, "phone", "owner.name"],
    "filter": '金额 > 10万 AND 行业 = "制造业"',
    "sort": ["-amount", "name"],
    "group_by": ["industry"],
    "measures": [{"key": "total", "label": "合计", "formula": "SUM(amount)"}],
    "colour_by": "industry",
}


async def test_a_shared_view_shows_each_reader_what_they_may_read(house):
    await house.view("big", **BIG)
    whole = await house.seen(house.rep, "big")
    assert [c["field"] for c in whole["columns"]] == ["name", "amount", "phone", "owner.name"]
    assert whole["columns"][1] == {
        "field": "amount", "width": 120, "pinned": False, "hidden": False, "figure": "sum",
    }  # fmt: skip
    assert whole["filter"] == '金额 > 10万 AND 行业 = "制造业"'
    assert whole["group_by"] == [{"field": "industry", "grain": None}]
    assert notes(whole) == []
    # Whoever reads three fields gets these, no trace of the others, and is told so.
    part = await house.seen(house.narrow, "big")
    assert [c["field"] for c in part["columns"]] == ["name", "phone", "owner.name"]
    assert (part["filter"], part["sort"], part["group_by"]) == (None, ["name"], [])
    assert (part["measures"], part["colour_by"]) == ([], None)
    assert set(notes(part)) == {"view.columns_hidden", "view.filter_hidden", "view.sort_hidden"}
    assert "amount" not in str(part)
    assert "金额" not in str(part)


async def test_what_a_view_says_the_lists_door_understands(house):
    await house.view("big", **BIG)
    rows = [("大", "200000", "made"), ("小", "100", "made"), ("行", "300000", "bank")]
    for name, amount, industry in rows:
        body = {"name": name, "amount": amount, "industry": industry}
        await house.ok(house.rep.post("/api/records/account", json=body))
    for headers in ({}, {"Accept-Language": "en"}):
        view = await house.ok(house.rep.get("/api/views/big", headers=headers))
        asked = {
            "filter": view["filter"],
            "sort": ",".join(view["sort"]),
            "fields": ",".join(c["field"] for c in view["columns"]),
        }
        page = await house.ok(house.rep.get("/api/records/account", params=asked))
        assert [item["values"]["name"] for item in page["items"]] == ["大"]
        query = {"object": "account", "group_by": view["group_by"], "filter": view["filter"],
                 "measures": [{"key": m["key"], "formula": m["formula"]} for m in view["measures"]],
                 }  # fmt: skip
        (row,) = (await house.ok(house.rep.post("/api/query", json=query)))["rows"]
        assert row == {"industry": "made", "total": "200000"}


async def test_a_view_is_for_everybody_or_for_roles(house):
    await house.view("all_of_us")
    await house.view("reps", visible_to=["rep"], default_for=["rep"])
    await house.view("managers", visible_to=["manager"])
    await house.view("deals", object="deal")

    async def keys(client, **params):
        items = (await house.ok(client.get("/api/views", params=params)))["items"]
        return [item["key"] for item in items if item["key"] not in ("big",)]

    assert await keys(house.rep, object="account") == ["reps", "all_of_us"]
    assert set(await keys(house.manager)) == {"all_of_us", "managers", "deals"}
    # Who reads accounts only has no view of deals; the administrator has every one.
    assert await keys(house.reader) == ["all_of_us"]
    assert set(await keys(house.admin)) == {"all_of_us", "reps", "managers", "deals"}
    hidden = await house.reader.get("/api/views/deals")
    assert (hidden.status_code, hidden.json()["code"]) == (404, "view.missing")
    unread = await house.reader.get("/api/views", params={"object": "deal"})
    assert (unread.status_code, unread.json()["code"]) == (404, "object.unknown")
    await house.without("view", "all_of_us", "reps", "managers", "deals")


async def test_only_who_may_change_views_publishes_one(house):
    answer = await house.rep.put(
        "/api/definitions/view/mine", json={"label": "x", "object": "account"}
    )
    assert answer.status_code == 403
    assert "修改视图和表单" in answer.json()["detail"]


async def test_what_cannot_be_shown_is_refused_at_its_place(house):
    async def put(**body):
        given = {"label": "x", "object": "account", **body}
        return faults(await house.admin.put("/api/definitions/view/wrong", json=given))

    assert await put(object="nothing") == [("object.unknown", "object")]
    assert await put(columns=["name", "nothing"]) == [("view.path", "columns.1.field")]
    assert await put(columns=["deals"]) == [("view.field", "columns.0.field")]
    assert await put(columns=["deals.amount"]) == [("view.path", "columns.0.field")]
    assert await put(columns=["name", "name"]) == [("view.twice", None)]
    assert await put(columns=[{"field": "name", "figure": "sum"}]) == [
        ("view.field", "columns.0.field")
    ]
    assert await put(filter="amonut > 1") == [("formula.field", "filter")]
    assert await put(filter="amount") == [("formula.cond", "filter")]
    assert await put(sort=["-extra"]) == [("view.field", "sort.0")]
    assert await put(type="board") == [("view.settings", None)]
    assert await put(type="board", board={"field": "name"}) == [("view.field", "board.field")]
    assert await put(type="calendar", calendar={"start": "name"}) == [
        ("view.field", "calendar.start")
    ]
    assert await put(type="tree", tree={"parent": "owner"}) == [("view.field", "tree.parent")]
    assert await put(visible_to=["nobody"]) == [("role.unknown", "visible_to.0")]
    assert (await house.admin.get("/api/views/wrong")).status_code == 404


async def test_a_board_whose_field_is_not_for_the_reader_is_a_list_that_says_so(house):
    board = {"field": "industry", "sum": "amount", "cards": ["name", "amount"]}
    await house.view("board", type="board", board=board, tree={"parent": "parent"})
    whole = await house.seen(house.rep, "board")
    assert whole["type"] == "board"
    assert whole["board"] == {**board, "closed": []}
    assert whole["tree"] == {"parent": "parent"}
    part = await house.seen(house.narrow, "board")
    assert (part["type"], part["board"], notes(part)) == ("list", None, ["view.shown_as_list"])
    await house.without("view", "board")


async def test_names_follow_their_fields(house):
    await house.view("named", columns=["名称"], filter="人数 > 5")
    rename = {"label": {"zh-CN": "员工数", "en": "Staff"}}
    await house.ok(house.admin.patch("/api/objects/account/fields/size", json=rename))
    seen = await house.seen(house.rep, "named")
    assert (seen["columns"][0]["field"], seen["filter"]) == ("name", "员工数 > 5")
    # Saved again as it was typed, it still means what it meant.
    await house.view("named", columns=["名称"], filter="人数 > 5", sort=["name"])
    assert (await house.seen(house.rep, "named"))["filter"] == "员工数 > 5"
    shown = await house.ok(house.admin.get("/api/definitions/view/named"))
    assert shown["body"]["filter"] == "员工数 > 5"
    await house.without("view", "named")


async def test_a_field_that_goes_takes_its_column_along(house):
    field = {"key": "spare", "label": "备用", "type": "number"}
    await house.ok(house.admin.post("/api/objects/account/fields", json=field))
    await house.view("columns", columns=["name", "spare"], sort=["spare", "name"])
    await house.view("filtered", filter="spare > 1")
    gone = await house.admin.delete("/api/objects/account/fields/spare")
    assert gone.status_code == 409
    plan = await house.ok(house.admin.get("/api/objects/account/fields/spare/plan"))
    confirm = {"confirm": plan["confirm"]}
    await house.ok(house.admin.delete("/api/objects/account/fields/spare", params=confirm))
    left = await house.seen(house.rep, "columns")
    assert ([c["field"] for c in left["columns"]], left["sort"]) == (["name"], ["name"])
    assert (await house.rep.get("/api/views/filtered")).status_code == 404
    await house.without("view", "columns")


async def test_ones_own_view_is_ones_own(house):
    body = {"object": "account", "label": "我的", "filter": "owner = ME()", "columns": ["name"]}
    made = await house.ok(house.rep.post("/api/views", json=body))
    key = made["key"]
    assert (made["own"], made["filter"]) == (True, "负责人 = ME()")
    for other in (house.other, house.admin):
        assert (await other.get(f"/api/views/{key}")).status_code == 404
        assert (await other.put(f"/api/views/{key}", json=body)).status_code == 404
        assert (await other.delete(f"/api/views/{key}")).status_code == 404
    changed = await house.ok(
        house.rep.put(f"/api/views/{key}", json={**body, "columns": ["name", "size"]})
    )
    assert (changed["version"], len(changed["columns"])) == (2, 2)
    assert faults(
        await house.rep.put(f"/api/views/{key}", json={**body, "visible_to": ["rep"]})
    ) == [("view.private", "visible_to")]
    assert faults(await house.narrow.post("/api/views", json={**body, "filter": "amount > 1"})) == [
        ("formula.field", "filter")
    ]
    await house.view("shared_one")
    answer = await house.rep.put("/api/views/shared_one", json=body)
    assert (answer.status_code, answer.json()["code"]) == (403, "view.shared")
    assert (await house.rep.delete(f"/api/views/{key}")).status_code == 204
    assert (await house.rep.get(f"/api/views/{key}")).status_code == 404
    await house.without("view", "shared_one")


async def test_meta_carries_the_menu_and_the_views_and_is_told_when_they_change(house):
    await house.view("menu", default_for=["*"])

    async def meta(client, etag=None):
        headers = {"If-None-Match": etag} if etag else {}
        answer = await client.get("/api/meta", headers=headers)
        return answer.status_code, answer.headers["etag"], answer

    status, first, answer = await meta(house.rep)
    document = answer.json()
    (own,) = document["navigation"]
    assert (status, own["app"]) == (200, None)
    assert [entry["object"] for entry in own["objects"]] == ["account", "deal"]
    assert own["objects"][0]["default"] == "menu"
    assert "menu" in [view["key"] for view in document["views"]]
    assert (await meta(house.rep, first))[0] == 304
    # Another member of the same roles has their own answer, and their own views.
    assert (await meta(house.other))[1] != first
    body = {"object": "deal", "label": "我的商机"}
    key = (await house.ok(house.rep.post("/api/views", json=body)))["key"]
    status, second, answer = await meta(house.rep, first)
    assert status == 200
    assert answer.json()["navigation"][0]["objects"][1]["views"] == [key]
    await house.ok(house.rep.put(f"/api/views/{key}", json={**body, "label": "别名"}))
    assert (await meta(house.rep, second))[0] == 200
    reader = (await meta(house.reader))[2].json()
    assert [entry["object"] for entry in reader["navigation"][0]["objects"]] == ["account"]
    await house.without("view", "menu")
