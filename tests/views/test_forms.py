"""Forms over HTTP: what each reader gets, conditions as trees with their slots, none at all."""

import pytest

pytestmark = pytest.mark.feature("Z2")


def fields(form):
    sections = [s for tab in form["tabs"] for s in tab["sections"]]
    return [item["field"] for section in sections for item in section.get("fields", ())]


async def form(house, client, **params):
    return await house.ok(client.get("/api/objects/account/form", params=params))


async def test_an_object_without_a_form_gets_one_of_its_fields(house):
    made = await form(house, house.rep)
    assert (made["key"], made["forms"]) == (None, [])
    assert fields(made) == [
        "name", "amount", "size", "code", "industry", "phone", "extra", "labels", "parent",
        "double",
    ]  # fmt: skip
    related = [s for tab in made["tabs"] for s in tab["sections"] if "related" in s]
    assert [(s["related"], s["object"], s["via"]) for s in related] == [
        ("branches", "account", "parent"), ("deals", "deal", "account"),
    ]  # fmt: skip
    assert fields(await form(house, house.narrow)) == ["name", "size", "phone"]
    assert (await house.reader.get("/api/objects/deal/form")).status_code == 404


async def test_conditions_come_as_trees_and_slots_with_their_values(house):
    await house.form(
        "main",
        {"fields": [
            "name",
            {"field": "amount", "visible": 'industry = "made"', "required": "size > 100"},
            {"field": "size", "read_only": 'parent.name = "母" AND owner = ME()'},
        ]},
        {"label": "下级", "related": "branches", "show": ["name", "parent.size"],
         "visible": "COUNT(branches) > 0"},
        header=["amount", "parent.name"], stage="amount", quick=["size", "name"],
    )  # fmt: skip
    made = await form(house, house.rep)
    assert (made["stage"], made["quick"]) == ("amount", ["size", "name"])
    assert (made["key"], made["header"]) == ("main", ["amount", "parent.name"])
    name, amount, size = made["tabs"][0]["sections"][0]["fields"]
    assert name == {"field": "name", "span": 1}
    assert amount["visible"]["is"] == "Compare"
    assert amount["required"]["left"]["is"] == "Column"
    assert "Slot" in str(size["read_only"])
    related = made["tabs"][0]["sections"][1]
    assert (related["related"], related["show"]) == ("branches", ["name", "parent.size"])
    assert made["slots"] == [None, None]
    mother = await house.ok(house.rep.post("/api/records/account", json={"name": "母"}))
    child = await house.ok(
        house.rep.post("/api/records/account", json={"name": "子", "parent": mother["id"]})
    )
    assert (await form(house, house.rep, record=child["id"]))["slots"] == ["母", "0"]
    assert (await form(house, house.rep, record=mother["id"]))["slots"] == [None, "1"]
    missing = await house.far.get("/api/objects/account/form", params={"record": mother["id"]})
    assert missing.status_code == 404


async def test_a_slot_tells_no_more_than_its_reader_reads(house):
    await house.form(
        "main",
        {"fields": [{"field": "name", "visible": 'parent.name = "密"'},
                    {"field": "size", "visible": "amount > 5"}, "amount"]},
        quick=["amount", "size"],
    )  # fmt: skip
    made = await house.changeset(house.create("account", name="密"))
    secret = made.json()["results"][0]["id"]
    made = await house.changeset(
        house.create("account", name="露", parent=secret, owner=house.rep.member)
    )
    record = made.json()["results"][0]["id"]
    assert (await form(house, house.admin, record=record))["slots"] == ["密"]
    assert (await form(house, house.rep, record=record))["slots"] == [None]
    # Narrow reads neither parent nor amount: their conditions are not there at all.
    seen = await form(house, house.narrow)
    assert (fields(seen), seen["quick"]) == (["name", "size"], ["size"])
    assert "visible" not in str(seen["tabs"])
    assert [note["code"] for note in seen["notes"]] == ["form.parts_hidden"]
    assert "amount" not in str(seen)
    assert seen["slots"] == []


async def test_roles_have_forms_of_their_own(house):
    await house.form("main", {"fields": ["name", "size"]})
    await house.form("reps", {"fields": ["name"]}, visible_to=["rep"], default_for=["rep"])
    assert (await form(house, house.rep))["key"] == "reps"
    chosen = await form(house, house.rep, form="main")
    assert fields(chosen) == ["name", "size"]
    assert [each["key"] for each in chosen["forms"]] == ["reps", "main"]
    assert (await form(house, house.manager))["key"] == "main"
    refused = await house.manager.get("/api/objects/account/form", params={"form": "reps"})
    assert (refused.status_code, refused.json()["code"]) == (404, "form.missing")
    await house.without("form", "reps")


async def test_what_a_form_cannot_hold_is_refused_at_its_place(house):
    async def put(*sections, **body):
        given = {"label": "x", "object": "account", "tabs": [{"label": "x", "sections": sections}],
                 **body}  # fmt: skip
        answer = await house.admin.put("/api/definitions/form/wrong", json=given)
        assert answer.status_code == 422, answer.text
        return [(e["code"], e.get("path")) for e in answer.json()["errors"]]

    place = "tabs.0.sections.0"
    assert ("value.too_short", "tabs.0.sections") in await put()
    assert await put({"fields": ["name"]}, quick=["size"]) == [("form.quick", None)]
    assert await put({"fields": ["name"]}, stage="size") == [("form.stage", None)]
    assert await put({"fields": ["nothing"]}) == [("view.path", f"{place}.fields.0.field")]
    assert await put({"fields": ["owner.name"]}) == [("view.field", f"{place}.fields.0.field")]
    assert ("form.section", place) in await put({"fields": ["name"], "related": "deals"})
    assert await put({"fields": ["name", "name"]}) == [("form.twice", None)]
    assert await put({"fields": [{"field": "name", "visible": "size"}]}) == [
        ("formula.cond", f"{place}.fields.0.visible")
    ]
    assert await put({"related": "parent"}) == [("view.field", f"{place}.related")]
    assert await put({"lines": "deals"}) == [("view.field", f"{place}.lines")]
    assert await put({"related": "deals", "show": ["name"]}) == [("view.path", f"{place}.show.0")]


async def test_a_field_that_goes_takes_its_place_and_its_conditions_along(house):
    field = {"key": "spare", "label": "备用", "type": "number"}
    await house.ok(house.admin.post("/api/objects/account/fields", json=field))
    await house.form("main", {"fields": ["name", "spare", {"field": "size", "visible": "spare>1"}]},
                     header=["spare", "size"], stage="spare", quick=["spare", "name"])  # fmt: skip
    await house.form("only", {"fields": ["spare"]})
    plan = await house.ok(house.admin.get("/api/objects/account/fields/spare/plan"))
    confirm = {"confirm": plan["confirm"]}
    await house.ok(house.admin.delete("/api/objects/account/fields/spare", params=confirm))
    left = await form(house, house.rep, form="main")
    assert left["tabs"][0]["sections"][0]["fields"] == [
        {"field": "name", "span": 1}, {"field": "size", "span": 1},
    ]  # fmt: skip
    assert (left["header"], left["stage"], left["quick"]) == (["size"], None, ["name"])
    assert [each["key"] for each in left["forms"]] == ["main"]


async def test_versions_of_a_form_can_be_compared_and_taken_back(house):
    await house.form("kept", {"fields": ["name"]})
    await house.form("kept", {"fields": ["name", "size"]})
    path = "/api/definitions/form/kept"
    told = await house.ok(house.admin.get(f"{path}/diff", params={"from": 1, "to": 2}))
    assert told["changes"] == ["“页签”新增“size”"]
    await house.ok(house.admin.post(f"{path}/rollback", json={"version": 1}))
    assert fields(await form(house, house.rep, form="kept")) == ["name"]
