"""Validation rules over HTTP: what they refuse, what they say, to whom, and their life."""

import pytest

pytestmark = pytest.mark.feature("Z3")


def codes(answer):
    return [(e["code"], e.get("path"), e.get("rule")) for e in answer.json()["errors"]]


async def test_a_rule_refuses_at_its_field_and_says_its_values(house):
    await house.rule(
        "big",
        when="amount > 1000万",
        must='NOTBLANK(number) AND stage = "won"',
        message={
            "zh-CN": "{主题}：金额 {金额} 超过 1000 万，阶段“{阶段}”",
            "en": "{Title}: {Amount} in stage {Stage}, opened {Opened}, number {Number}",
        },
        field="amount",
    )
    body = {"title": "大单", "amount": "12000000.5", "opened": "2026-01-31"}
    refused = await house.admin.post("/api/records/deal", json=body)
    assert refused.status_code == 422
    assert codes(refused) == [("rule.violated", "amount", "big")]
    told = refused.json()["errors"][0]["message"]
    assert told == "大单：金额 12,000,000.5 超过 1000 万，阶段“进行”"
    english = await house.admin.post(
        "/api/records/deal", json=body, headers={"Accept-Language": "en"}
    )
    told = english.json()["errors"][0]["message"]
    assert told == "大单: 12,000,000.5 in stage Open, opened 2026-01-31, number (blank)"
    allowed = {**body, "number": "R-1", "stage": "won"}
    assert (await house.admin.post("/api/records/deal", json=allowed)).status_code == 201
    await house.without("big")
    assert (await house.admin.post("/api/records/deal", json=body)).status_code == 201


async def test_a_rule_needs_a_condition_and_reads_only_what_exists(house):
    async def put(**body):
        given = {"label": "x", "object": "deal", "message": "m", **body}
        answer = await house.admin.put("/api/definitions/rule/wrong", json=given)
        assert answer.status_code == 422, answer.text
        return [(e["code"], e.get("path"), e.get("start")) for e in answer.json()["errors"]]

    assert await put() == [("rule.empty", None, None)]
    assert await put(when="amonut > 1") == [("formula.field", "when", 0)]
    assert await put(must="amount") == [("formula.cond", "must", 0)]
    assert await put(when="amount > 1", field="nothing") == [("field.unknown", "field", None)]
    assert await put(when="amount > 1", object="nothing") == [("object.unknown", "object", None)]
    wrong = await put(when="amount > 1", message="多了 {金} 和 {金额+1} 和 {")
    assert {w[0] for w in wrong} == {"formula.field", "rule.not_a_field", "rule.braces"}
    assert (await house.admin.get("/api/definitions/rule/wrong")).status_code == 404


async def test_a_word_that_is_none_of_the_possible_ones_lists_them_in_the_callers_language(house):
    body = {"label": "甲", "object": "deal", "must": "amount > 5", "message": "小",
            "level": "error"}  # fmt: skip
    place = "/api/definitions/rule/words"
    chinese = (await house.admin.put(place, json=body)).json()["errors"][0]
    assert (chinese["path"], chinese["message"]) == ("level", "只能是 block、warn 之一。")
    english = await house.admin.put(place, json=body, headers={"Accept-Language": "en"})
    assert english.json()["errors"][0]["message"] == "It must be block or warn."


async def test_a_warning_lets_the_save_through_and_is_told_again_on_replay(house):
    await house.rule("cheap", when="amount < 10", message="金额只有 {金额}", level="warn")
    key = {"Idempotency-Key": "warn-1"}
    body = {"title": "小", "amount": "5"}
    first = await house.admin.post("/api/records/deal", json=body, headers=key)
    again = await house.admin.post("/api/records/deal", json=body, headers=key)
    for answer in (first, again):
        assert answer.status_code == 201
        (warning,) = answer.json()["warnings"]
        assert (warning["code"], warning["rule"]) == ("rule.violated", "cheap")
        assert warning["message"] == "金额只有 5"
    assert again.json()["id"] == first.json()["id"]
    rows = await house.changeset(house.create("deal", title="小", amount="6"), dry_run=True)
    assert rows.json()["results"][0]["warnings"][0]["message"] == "金额只有 6"
    await house.without("cheap")


async def test_rules_see_what_was_before(house):
    await house.rule(
        "no_way_back", when='CHANGED(stage) AND OLD(stage) = "won"', message="赢单不能退回"
    )
    await house.rule("grow", must="amount >= OLD(amount)", message="只能变大", ops=["update"])
    await house.rule("keep", when='stage = "won"', message="赢单不能删", ops=["delete"])
    made = await house.deal(amount="10", stage="won")
    path = f"/api/records/deal/{made['id']}"
    refused = await house.admin.patch(path, json={"stage": "open", "amount": "9"})
    assert [c[2] for c in codes(refused)] == ["grow", "no_way_back"]
    assert (await house.admin.patch(path, json={"amount": "11"})).status_code == 200
    gone = await house.admin.delete(path)
    assert (gone.status_code, codes(gone)[0][2]) == (422, "keep")
    await house.without("no_way_back", "grow", "keep")
    assert (await house.admin.delete(path)).status_code == 204


async def test_a_message_tells_only_what_its_reader_may_read(house):
    await house.rule(
        "secret",
        object="account",
        when="size > 5",
        field="amount",
        message="{名称} 有 {人数} 人、金额 {金额}、电话 {电话}、上级 {上级}、上级金额 {上级.金额}",
    )
    parent = await house.ok(
        house.admin.post("/api/records/account", json={"name": "母公司", "amount": "7"})
    )
    mine = await house.ok(house.narrow.post("/api/records/account", json={"name": "我的"}))
    path = f"/api/records/account/{mine['id']}"
    values = {"amount": "88", "phone": "13800138000", "parent": parent["id"], "size": 9}
    refused = await house.admin.patch(path, json=values)
    assert codes(refused) == [("rule.violated", "amount", "secret")]
    told = refused.json()["errors"][0]["message"]
    assert told == "我的 有 9 人、金额 88、电话 13800138000、上级 母公司、上级金额 7"
    await house.rule("secret", active=False, object="account", when="size > 5")
    await house.ok(house.admin.patch(path, json=values))
    rows = await house.admin.get("/api/definitions/rule/secret/versions")
    assert [r["version"] for r in rows.json()["items"]] == [2, 1]
    rolled = await house.admin.post("/api/definitions/rule/secret/rollback", json={"version": 1})
    assert rolled.status_code == 200, rolled.text
    # `narrow` reads name, size, and of the phone only the ends; nothing of the parent.
    refused = await house.narrow.patch(path, json={"name": "改名"})
    assert codes(refused) == [("rule.violated", None, "secret")]
    told = refused.json()["errors"][0]["message"]
    assert told == "改名 有 9 人、金额 …、电话 …、上级 …、上级金额 …"
    # A rep reads every field of the own record, but not the parent, which someone else owns.
    await house.ok(house.admin.patch(f"/api/records/account/{parent['id']}", json={"size": 1}))
    values = {"name": "代表的", "size": 9, "amount": "3"}
    refused = await house.rep.post("/api/records/account", json=values)
    told = refused.json()["errors"][0]["message"]
    assert told.endswith("上级 （空）、上级金额 （空）")
    await house.without("secret")


async def test_a_hop_to_a_row_the_reader_may_not_read_is_blank(house):
    await house.rule("hop", when='title = "坏"', message="客户 {客户}，金额 {客户.金额}")
    theirs = await house.ok(
        house.admin.post("/api/records/account", json={"name": "别人的", "amount": "7"})
    )
    deal = await house.deal(account=theirs["id"])
    await house.ok(
        house.admin.patch(f"/api/records/deal/{deal['id']}", json={"owner": house.rep.member})
    )
    refused = await house.rep.patch(f"/api/records/deal/{deal['id']}", json={"title": "坏"})
    assert refused.json()["errors"][0]["message"] == "客户 （空），金额 （空）"
    refused = await house.admin.patch(f"/api/records/deal/{deal['id']}", json={"title": "坏"})
    assert refused.json()["errors"][0]["message"] == "客户 别人的，金额 7"
    await house.without("hop")


async def test_refusals_say_nothing_about_records_one_may_not_see(house):
    await house.rule("always", when="TRUE", message="{金额}")
    await house.without("always")
    deal = await house.deal(amount="123456")
    await house.rule("always", when="TRUE", message="{金额}")
    path = f"/api/records/deal/{deal['id']}"
    for answer in (
        await house.rep.patch(path, json={"title": "x"}),
        await house.rep.delete(path),
    ):
        assert answer.status_code == 404
        assert "123456" not in answer.text
        assert "always" not in answer.text
    await house.without("always")


async def test_a_trial_counts_as_the_caller_and_writes_nothing(house):
    before = [await house.deal(amount=str(n), title=f"试{n}") for n in (1, 2, 3000)]
    body = {"label": "x", "object": "deal", "when": 'STARTSWITH(title, "试")',
            "must": "amount >= 1000", "message": "小"}  # fmt: skip
    counts = await house.count()
    answer = await house.admin.post("/api/definitions/rule/new/test", json={"body": body})
    assert answer.status_code == 200, answer.text
    result = answer.json()["result"]
    assert (result["violating"], result["assumes_change"]) == (2, False)
    assert result["checked"] >= 3
    assert {e["id"] for e in result["examples"]} == {b["id"] for b in before[:2]}
    assert await house.count() == counts
    changed = {**body, "when": 'CHANGEDTO(stage, "open") AND STARTSWITH(title, "试")'}
    answer = await house.admin.post("/api/definitions/rule/new/test", json={"body": changed})
    assert answer.json()["result"]["violating"] == 2
    assert answer.json()["result"]["assumes_change"] is True


async def test_the_trial_of_a_narrow_author_sees_only_what_they_see(house):
    await house.ok(
        house.admin.put(
            "/api/definitions/role/ruler",
            json={"label": "r", "rights": ["rules.change"], "fields": "listed", "grants": [
                {"object": "account", "verbs": ["read", "create"], "scope": "own",
                 "read": ["name", "size"], "write": ["name", "size"]}]},
        )
    )  # fmt: skip
    ruler = await house.hire("ruler", "ruler", house.team)
    await house.ok(house.admin.post("/api/records/account", json={"name": "甲", "size": 1}))
    await house.ok(ruler.post("/api/records/account", json={"name": "乙", "size": 1}))
    body = {"label": "x", "object": "account", "when": "size = 1", "message": "m"}
    answer = await ruler.post("/api/definitions/rule/mine/test", json={"body": body})
    result = answer.json()["result"]
    assert (result["violating"], [e["title"] for e in result["examples"]]) == (1, ["乙"])
    for hidden in ({"when": "amount > 1"}, {"message": "{amount}"}, {"field": "amount"},
                   {"when": 'deals.title = "x"'}):  # fmt: skip
        for method, path in (("POST", "/test"), ("PUT", "")):
            given = {**body, **hidden}
            sent = {"body": given} if path else given
            answer = await ruler.request(method, f"/api/definitions/rule/mine{path}", json=sent)
            assert answer.status_code == 422, answer.text
    denied = await house.rep.put("/api/definitions/rule/mine", json=body)
    assert denied.status_code == 403


async def test_smuggled_trees_are_not_believed(house):
    made = await house.rule("honest", when="amount > 100", message="{金额}")
    live = made["body"]
    assert set(live) == {"label", "object", "when", "message", "level", "ops", "active"}
    smuggled = {**live, "label": "honest", "trees": {"when": {"is": "TrueNode"}},
                "said": {"zh-CN": "{0}", "en": "{0}"}, "values": [], "uses": []}  # fmt: skip
    answer = await house.admin.put("/api/definitions/rule/honest", json=smuggled)
    assert answer.status_code == 200, answer.text
    assert (await house.admin.post("/api/records/deal", json={"title": "好"})).status_code == 201
    await house.without("honest")


async def test_renames_keep_a_rule_and_removed_fields_list_it(house):
    field = {"key": "extra_note", "label": {"zh-CN": "旧名", "en": "Old"}, "type": "text"}
    await house.ok(house.admin.post("/api/objects/deal/fields", json=field))
    await house.rule("noted", when="旧名 = “坏”", message="{旧名} 与 {金额}", field="extra_note")
    renamed = {"label": {"zh-CN": "新名", "en": "New"}}
    await house.ok(house.admin.patch("/api/objects/deal/fields/extra_note", json=renamed))
    shown = (await house.admin.get("/api/definitions/rule/noted")).json()["body"]
    assert "新名" in shown["when"]
    assert shown["message"]["zh-CN"] == "{新名} 与 {金额}"
    again = {**shown, "level": "block"}
    assert (await house.admin.put("/api/definitions/rule/noted", json=again)).status_code == 200
    bad = {"title": "x", "extra_note": "坏", "amount": "2"}
    refused = await house.admin.post("/api/records/deal", json=bad)
    assert refused.json()["errors"][0]["message"] == "坏 与 2"
    gone = await house.admin.delete("/api/objects/deal/fields/extra_note")
    assert gone.status_code == 409
    assert ("rule", "noted") in {(e.get("kind"), e.get("key")) for e in gone.json()["errors"]}
    confirm = gone.json()["confirm"]
    done = await house.admin.delete(f"/api/objects/deal/fields/extra_note?confirm={confirm}")
    assert done.status_code in (200, 204), done.text
    assert (await house.admin.get("/api/definitions/rule/noted")).status_code == 404
    assert (await house.admin.post("/api/records/deal", json={"title": "x"})).status_code == 201


async def test_a_rule_that_only_tells_a_removed_field_goes_on_without(house):
    field = {"key": "told", "label": {"zh-CN": "会走", "en": "Going"}, "type": "text"}
    await house.ok(house.admin.post("/api/objects/deal/fields", json=field))
    await house.rule("stays", when="amount = 4", message="{会走}/{金额}", field="told")
    gone = await house.admin.delete("/api/objects/deal/fields/told")
    confirm = gone.json()["confirm"]
    await house.admin.delete(f"/api/objects/deal/fields/told?confirm={confirm}")
    refused = await house.admin.post("/api/records/deal", json={"title": "x", "amount": "4"})
    assert codes(refused) == [("rule.violated", None, "stays")]
    assert refused.json()["errors"][0]["message"] == "…/4"
    await house.without("stays")


async def test_history_notes_the_versions_of_the_rules_that_were_asked(house):
    await house.rule("noting", when="amount < 0", message="负")
    deal = await house.deal(amount="1")
    found = await house.rows(
        "SELECT definitions -> 'rule:noting' FROM {schema}.history WHERE record = %s", [deal["id"]]
    )
    assert found == [(1,)]
    await house.without("noting")


@pytest.mark.parametrize(
    ("key", "value", "shown"),
    [
        ("industry", "bank", "金融"),
        ("labels", ["甲", "乙"], "甲、乙"),
        ("size", 1234, "1,234"),
        ("amount", "-0.5", "-0.5"),
        ("name", "长" * 90, "长" * 79 + "…"),
        ("extra", {"a": 1}, None),
    ],
)
async def test_values_read_as_people_write_them(house, key, value, shown):
    body = {"label": "v", "object": "account", "when": "TRUE", "message": f"<{{{key}}}>"}
    answer = await house.admin.put("/api/definitions/rule/shows", json=body)
    if shown is None:
        assert answer.status_code == 422
        return
    values = {"name": "x", key: value}
    refused = await house.admin.post("/api/records/account", json=values)
    assert refused.json()["errors"][0]["message"] == f"<{shown}>"
    await house.without("shows")
