"""A role that reads and writes more of its own rows than of others': every door, row by row."""

from typing import Any

import pytest
import pytest_asyncio
from tests.access.lending import ABSENT, made, share
from tests.records.conftest import House

from changliu.access.model import Verb
from changliu.access.service import access_for
from changliu.identity.service import actor as actor_of
from changliu.records.query.model import ListRequest
from changliu.records.query.plan import plan_list
from changliu.records.query.service import reader_of
from changliu.records.query.store.page import page_statement
from changliu.schema.catalogue import catalogue as load_catalogue

pytestmark = pytest.mark.feature("Z5")
MIXED = {
    "label": "混合",
    "fields": "listed",
    "grants": [
        {"object": "account", "verbs": ["read"], "scope": "all", "read": ["name"]},
        {"object": "account", "verbs": ["update"], "scope": "all", "write": ["name"]},
        {"object": "account", "verbs": ["create", "read", "update"], "scope": "own",
         "read": ["name", "amount", "size", "code", "parent", "papers", "double"],
         "write": ["amount", "code", "size", "papers"]},
        {"object": "deal", "verbs": ["read"], "scope": "all", "fields": "all"},
    ],
}  # fmt: skip


@pytest_asyncio.fixture(scope="module")
async def mixed(house: House) -> Any:
    """A member who reads every name, and of their own accounts everything; two accounts."""
    papers = {"key": "papers", "label": "资料", "type": "file"}
    await house.ok(house.admin.post("/api/objects/account/fields", json=papers))
    await house.ok(house.admin.put("/api/definitions/role/mixed", json=MIXED))
    member = await house.hire("mixed", "mixed", house.team)
    sent = {"file": ("a.txt", b"papers of another", "text/plain")}
    file = (await house.ok(house.admin.post("/api/files", files=sent)))["id"]
    parent = await made(house.admin, name="上级")
    values = {"amount": "500", "size": 7, "code": "C-1", "parent": parent, "papers": [file]}
    member.file = file
    member.theirs = await made(house.admin, name="别家", **values)
    mine = {**values, "code": "C-2", "amount": "300", "papers": []}
    member.mine = await made(house.admin, name="我家", owner=member.member, **mine)
    for row in (member.theirs, member.mine):
        await made(house.admin, "deal", title="单", account=row, amount="10")
    return member


async def test_a_row_shows_what_is_granted_for_it(mixed: Any) -> None:
    found = (await mixed.get("/api/records/account?limit=500")).json()["items"]
    listed = {item["id"]: item["values"] for item in found}
    for row, amount, size in ((mixed.mine, "300", 7), (mixed.theirs, None, None)):
        one = (await mixed.get(f"/api/records/account/{row}")).json()
        assert one["values"] == listed[row]
        values = one["values"]
        assert (values["amount"], values["size"]) == (amount, size)
        assert values["double"] == ("600" if amount else None)
        assert (values["parent"] is None) is (amount is None)
        past = (await mixed.get(f"/api/records/account/{row}/history")).json()["items"]
        told = {c["field"] for item in past for c in item["changes"]} - {"owner", "team"}
        assert told == {"name"} | ({"amount", "size", "code", "parent"} if amount else set())
        lines = (await mixed.get(f"/api/records/account/{row}/timeline")).text
        assert ('"500"' in lines, '"300"' in lines) == (False, amount is not None)
    meta = (await mixed.get("/api/meta")).json()["objects"]
    fields = {f["key"]: f for o in meta if o["key"] == "account" for f in o["fields"]}
    assert {k: f["partial"] for k, f in fields.items() if k in ("name", "amount")} == {
        "name": False, "amount": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("amount = 500", []),
        ("amount >= 300", ["我家"]),
        ("size = 7", ["我家"]),  # an integer compared with a constant takes a way of its own
        ("ISBLANK(amount)", ["上级", "别家"]),
        ("double = 1000", []),
        ('parent.name = "上级"', ["我家"]),
        ('code = "C-1"', []),
        ("NOT(amount = 500)", ["上级", "别家", "我家"]),
        ("COUNT(branches) > 0", ["上级"]),
        ("COUNT(branches) > 1", []),
        ("SUM(branches.amount) = 300", ["上级"]),
        ("SUM(branches.amount) > 300", []),
        ("EXISTS(deals, account.amount = 500)", []),
        ("EXISTS(deals, account.amount = 300)", ["我家"]),
    ],
)
async def test_no_filter_asks_what_does_not_show(mixed: Any, text: str, seen: list[str]) -> None:
    given = {"filter": text, "sort": "created_at", "limit": "500"}
    answer = await mixed.get("/api/records/account", params=given)
    assert answer.status_code == 200, answer.text
    names = {item["title"] for item in answer.json()["items"]}
    assert names & {"上级", "别家", "我家"} == set(seen)


async def test_no_sort_group_figure_or_reference_tells_it(mixed: Any) -> None:
    given = {"sort": "-amount", "limit": "1"}
    page = (await mixed.get("/api/records/account", params=given)).json()
    assert page["items"][0]["id"] == mixed.mine
    rest = (await mixed.get("/api/records/account?sort=-amount&limit=500")).json()["items"]
    again = {"sort": "-amount", "limit": "500", "cursor": page["next"]}
    after = (await mixed.get("/api/records/account", params=again)).json()["items"]
    assert [r["id"] for r in rest[1:]] == [r["id"] for r in after]
    body = {
        "object": "account",
        "group_by": [{"field": "amount"}],
        "measures": [{"key": "n", "formula": "MAX(size)"}, {"key": "s", "formula": "SUM(amount)"}],
    }
    rows = (await mixed.post("/api/query", json=body)).json()["rows"]
    assert [r for r in rows if r["amount"]] == [{"amount": "300", "n": "7", "s": "300"}]
    assert {r["s"] for r in rows if not r["amount"]} == {"0"}
    body = {"object": "deal", "group_by": [{"field": "account.amount"}],
            "measures": [{"key": "n", "formula": "COUNT()"}]}  # fmt: skip
    rows = (await mixed.post("/api/query", json=body)).json()["rows"]
    assert {r["account.amount"] for r in rows} == {"300", None}
    asked = "/api/records/deal?fields=account.amount,account.size,account.double&limit=500"
    assert "500" not in {
        v for r in (await mixed.get(asked)).json()["items"] for v in r["values"].values()
    }


async def test_a_file_follows_record_and_field_row_by_row(house: House, mixed: Any) -> None:
    assert (await mixed.get(f"/api/files/{mixed.file}")).status_code == 404
    assert (await mixed.get(f"/api/files/{ABSENT}")).status_code == 404
    taken = {"papers": [mixed.file]}  # attaching it to one's own row would open it
    refused = await mixed.patch(f"/api/records/account/{mixed.mine}", json=taken)
    assert refused.status_code == 422
    assert (await share(house.admin, mixed.theirs, member=mixed.member)).status_code in (200, 201)
    assert (await mixed.get(f"/api/files/{mixed.file}")).status_code == 200
    lent = (await mixed.get(f"/api/records/account/{mixed.theirs}")).json()["values"]
    assert (lent["amount"], lent["size"]) == ("500", 7)
    live = (await mixed.get(f"/api/records/account/{mixed.theirs}/shares")).json()
    ended = live["items"][0]["id"] if "items" in live else live[0]["id"]
    await house.admin.delete(f"/api/records/account/{mixed.theirs}/shares/{ended}")
    assert (await mixed.get(f"/api/files/{mixed.file}")).status_code == 404


@pytest.mark.parametrize(
    "values",
    [
        {"amount": "1"},
        {"amount": "500"},  # the value that is there: silence would say so
        {"amount": None},
        {"code": "C-2"},  # another record has it: must not be told either
        {"name": "改", "amount": "9"},
        {"name": "改", "amount": "9", "version": 1},
    ],
)
async def test_a_field_is_written_where_it_is_granted(mixed: Any, values: dict[str, Any]) -> None:
    answer = await mixed.patch(f"/api/records/account/{mixed.theirs}", json=values)
    assert answer.status_code == 403, answer.text
    assert {e["code"] for e in answer.json()["errors"]} == {"field.forbidden"}
    assert {e["path"] for e in answer.json()["errors"]} == set(values) - {"name", "version"}
    for way in ("each", "all"):
        change = {"op": "update", "object": "account", "id": mixed.theirs,
                  "values": {k: v for k, v in values.items() if k != "version"}}  # fmt: skip
        body = {"changes": [change], "mode": way, "dry_run": True}
        (row,) = (await mixed.post("/api/changesets", json=body)).json()["results"]
        assert {e["code"] for e in row["errors"]} == {"field.forbidden"}


async def test_what_may_be_written_on_a_row_is_written(house: House, mixed: Any) -> None:
    place = f"/api/records/account/{mixed.theirs}"
    before = (await house.admin.get(place)).json()["values"]
    assert (await mixed.patch(place, json={"name": "别家"})).status_code == 200
    for values in ({"amount": "301"}, {"amount": "300"}):
        own = await mixed.patch(f"/api/records/account/{mixed.mine}", json=values)
        assert own.status_code == 200, own.text
    assert (
        await mixed.patch(f"/api/records/account/{mixed.mine}", json={"name": "我家"})
    ).is_success
    assert (await house.admin.get(place)).json()["values"] == before
    fresh = await mixed.post("/api/records/account", json={"name": "x", "amount": "1"})
    assert fresh.status_code == 403  # create gives no name


async def test_a_message_and_a_conflict_tell_only_what_shows(house: House, mixed: Any) -> None:
    rule = {"label": "r", "object": "account", "when": 'name = "坏"', "message": "{金额}是多少"}
    await house.ok(house.admin.put("/api/definitions/rule/told", json=rule))
    for row, value in ((mixed.mine, "300"), (mixed.theirs, "500")):
        answer = await mixed.patch(f"/api/records/account/{row}", json={"name": "坏"})
        assert answer.json()["errors"][0]["code"] == "rule.violated"
        assert (value in answer.text) is (row == mixed.mine), answer.text
    await house.admin.delete("/api/definitions/rule/told")
    for row, seen in ((mixed.mine, {"name", "amount"}), (mixed.theirs, set())):
        place = f"/api/records/account/{row}"
        old = (await house.admin.get(place)).json()
        changed = {"name": old["title"] + "!", "amount": "777", "version": old["version"]}
        await house.ok(house.admin.patch(place, json=changed))
        late = {"name": "晚", "amount": "778", "version": old["version"]}
        answer = await mixed.patch(place, json=late)
        told = {c["field"] for e in answer.json()["errors"] for c in e.get("conflicts", ())}
        assert (answer.status_code, told) == (409 if seen else 403, seen), answer.text
        back = {"name": old["title"], "amount": old["values"]["amount"]}
        await house.ok(house.admin.patch(place, json=back))


async def test_a_form_gets_trees_of_what_it_may_read_and_values_of_the_rest(
    house: House, mixed: Any
) -> None:
    secret = {"label": "开", "fields": "listed", "grants": [
        {"object": "account", "verbs": ["read"], "scope": "all", "read": ["name", "double"]}
    ]}  # fmt: skip
    await house.ok(house.admin.put("/api/definitions/role/opened", json=secret))
    opened = await house.hire("opened", "opened", house.team)

    async def form(client: Any, record: str) -> tuple[Any, Any, Any]:
        meta = (await client.get("/api/meta")).json()["objects"]
        fields = {f["key"]: f for o in meta if o["key"] == "account" for f in o["fields"]}
        slots = (await client.get(f"/api/records/account/{record}/slots")).json()["slots"]
        return fields["double"]["tree"], fields["double"]["slots"], slots.get("double")

    tree, count, values = await form(house.reader, mixed.theirs)
    assert (tree["is"], count, values) == ("Arithmetic", 0, None)
    for client, record, value in (
        (opened, mixed.theirs, "1000"), (mixed, mixed.mine, "600"), (mixed, mixed.theirs, None),
    ):  # fmt: skip
        tree, count, values = await form(client, record)
        assert (tree["is"], count, values) == ("Slot", 1, [value])
        body = {"object": "account", "formula": "double + 1", "browser": True}
        checked = (await client.post("/api/formulas/check", json=body)).json()
        assert house.field("account", "amount") not in str(checked["tree"])
    why = (await opened.get(f"/api/records/account/{mixed.theirs}/access")).json()["fields"]
    assert (why["read"], why["opened"]) == (["name", "double"], ["double"])
    why = (await mixed.get(f"/api/records/account/{mixed.theirs}/access")).json()["fields"]
    assert (why["read"], why["write"]) == (["name"], ["name"])
    whole = (await mixed.get(f"/api/members/{mixed.member}/access")).json()["objects"]
    (account,) = (o for o in whole if o["object"] == "account")
    assert "amount" in account["partial"]
    assert "name" not in account["partial"]
    diff = (await house.admin.get("/api/definitions/role/opened/audit")).text
    assert "account.double" in diff  # granting it beyond its sources is said in the audit


async def test_nothing_is_compiled_where_fields_show_on_every_row(house: House) -> None:
    """Reps, managers and readers with one list of fields keep the statements they had."""
    async with house.transaction(write=False) as (tx, _):
        known = await load_catalogue(tx)
        account = known.object("account")
        for name in ("rep", "manager", "reader", "narrow", "admin"):
            member = getattr(house, name).member
            access = await access_for(tx, await actor_of(tx, member), known)
            reader = reader_of(tx, access, known)
            assert not [f.key for f in account.fields if reader.shown(account.id, f.id)
                        and reader.partly(account.id, f.id)]  # fmt: skip
            request = ListRequest("account", sort=("-created_at",), filter='name = "x"')
            text = page_statement(reader, plan_list(reader, request)).text
            assert "CASE" not in text
            writable = [access.writable_rows(account.id, f.id, Verb.UPDATE) for f in account.stored]
            assert {type(rows).__name__ for rows in writable} <= {"TrueNode", "NoneType"}
