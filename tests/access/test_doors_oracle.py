"""Random roles and rows at every door that reads, against the naive reading of `doors_world`."""
# ruff: noqa: ARG005 -- every filter takes sight and row, whether it needs both or not

import asyncio
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.access.doors_company import Company, grants, shares
from tests.access.doors_search import TEXTS, searched
from tests.access.doors_world import COMPUTED, LISTS, STORED, TARGETS, Sight
from tests.access.exported import compare_export
from tests.records.query.test_list import waiter

from changliu.records.search.store import words

NUMBERS = st.integers(0, 9)
# Filters: text, the paths it names, and what it says of a row.
ACCOUNT_FILTERS = {
    "amount > 4": (["amount"], lambda s, r: (s.get("account", r, "amount") or 0) > 4),
    "secret > 4": (["secret"], lambda s, r: (s.get("account", r, "secret") or 0) > 4),
    'phone = "13800000003"': (
        ["phone"],
        lambda s, r: s.get("account", r, "phone") == "13800000003",
    ),
    'title = "account 3"': (["title"], lambda s, r: s.get("account", r, "title") == "account 3"),
    "double > 8": (["double"], lambda s, r: (s.get("account", r, "double") or 0) > 8),
    "both > 9": (["both"], lambda s, r: (s.get("account", r, "both") or 0) > 9),
    "worth > 6": (["worth"], lambda s, r: (s.get("account", r, "worth") or 0) > 6),
    "parent.amount > 2": (
        ["parent.amount"],
        lambda s, r: (s.get("account", r, "parent.amount") or 0) > 2,
    ),
    "parent.parent.secret > 2": (
        ["parent.parent.secret"],
        lambda s, r: (s.get("account", r, "parent.parent.secret") or 0) > 2,
    ),
    "parent.both > 2": (
        ["parent.both"],
        lambda s, r: (s.get("account", r, "parent.both") or 0) > 2,
    ),
    "ISBLANK(parent.name)": (
        ["parent.name"],
        lambda s, r: s.get("account", r, "parent.name") is None,
    ),
    "COUNT(deals) > 1": (["deals"], lambda s, r: len(s.children("account", r, "deals")) > 1),
    "SUM(deals.amount) > 5": (
        ["deals.amount"],
        lambda s, r: s.total("deal", s.children("account", r, "deals"), "amount") > 5,
    ),
    'COUNT(deals, note = "n1") > 0': (
        ["deals.note"],
        lambda s, r: any(
            s.get("deal", d, "note") == "n1" for d in s.children("account", r, "deals")
        ),
    ),
    "COUNT(parent.deals) > 1": (
        ["parent.deals"],
        lambda s, r: len(s.children("account", r, "parent.deals")) > 1,
    ),
    "SUM(branches.secret) > 3": (
        ["branches.secret"],
        lambda s, r: s.total("account", s.children("account", r, "branches"), "secret") > 3,
    ),
    'owner.phone = "1"': (["nothing"], lambda s, r: False),
    'owner.email = "1"': (["nothing"], lambda s, r: False),
}
DEAL_FILTERS = {
    "amount > 4": (["amount"], lambda s, r: (s.get("deal", r, "amount") or 0) > 4),
    'note = "n1"': (["note"], lambda s, r: s.get("deal", r, "note") == "n1"),
    "through > 4": (["through"], lambda s, r: (s.get("deal", r, "through") or 0) > 4),
    'named = "account 3"': (["named"], lambda s, r: s.get("deal", r, "named") == "account 3"),
    "account.secret > 4": (
        ["account.secret"],
        lambda s, r: (s.get("deal", r, "account.secret") or 0) > 4,
    ),
    'account.parent.name = "account 1"': (
        ["account.parent.name"],
        lambda s, r: s.get("deal", r, "account.parent.name") == "account 1",
    ),
    "account.worth > 6": (
        ["account.worth"],
        lambda s, r: (s.get("deal", r, "account.worth") or 0) > 6,
    ),
    "SUM(account.deals.amount) > 6": (
        ["account.deals.amount"],
        lambda s, r: s.total("deal", s.children("deal", r, "account.deals"), "amount") > 6,
    ),
}
FILTERS = {"account": ACCOUNT_FILTERS, "deal": DEAL_FILTERS}
PATHS = {
    "account": ("amount", "secret", "both", "worth", "parent.amount", "parent.parent.secret",
                "name", "title", "parent.name", "parent", "phone", "parent.phone"),
    "deal": ("amount", "note", "through", "named", "account.amount", "account.both",
             "account.title", "account.parent.name", "account", "account.phone"),
}  # fmt: skip


# Every surface that carries record data, and what compares it with the naive reading: a function
# of this file, or the test whose subject it is. tests/matrices fails for a surface not listed.
COMMENTS = "tests/records/comments/test_comments.py"
ORACLE = {
    "GET /api/records/{object_key}": "_records",
    "GET /api/search": "tests/access/doors_search.py",
    "GET /api/records/{object_key}/{record_id}": "_one",
    "GET /api/records/{object_key}/{record_id}/history": "_one",
    "POST /api/records/{object_key}/{record_id}/history/{entry}/restore": (
        "tests/records/history/test_putting_back.py"
    ),
    "GET /api/records/{object_key}/{record_id}/timeline": "_told",
    "GET /api/records/{object_key}/{record_id}/access": "_told",
    "GET /api/records/{object_key}/{record_id}/shares": "_told",
    "GET /api/records/{object_key}/{record_id}/readers": "tests/access/test_readers.py",
    "GET /api/records/{object_key}/{record_id}/slots": "_told",
    "GET /api/records/{object_key}/{record_id}/comments": "_told",
    "POST /api/records/{object_key}/{record_id}/comments": COMMENTS,
    "PATCH /api/records/{object_key}/{record_id}/comments/{comment_id}": COMMENTS,
    "DELETE /api/records/{object_key}/{record_id}/comments/{comment_id}": COMMENTS,
    "GET /api/records/{object_key}/{record_id}/comments/{comment_id}/versions": COMMENTS,
    "GET /api/records/{object_key}/{record_id}/followers": "_told",
    "PUT /api/records/{object_key}/{record_id}/follow": COMMENTS,
    "DELETE /api/records/{object_key}/{record_id}/follow": COMMENTS,
    "GET /api/objects/{object_key}/form": "tests/views/test_forms.py",
    "GET /api/exports/{object_key}": "compare_export",
    "GET /api/files/{file_id}": "_told",
    "POST /api/query": "_grouped",
    "POST /api/formulas/check": "_filtered",
    "POST /api/records/{object_key}/selection": "tests/views/test_selection.py",
    "POST /api/formulas/to-conditions": "tests/views/test_conditions.py",
    "POST /api/formulas/from-conditions": "tests/views/test_conditions.py",
    "POST /api/changesets": "_updated",
    "GET /api/changesets/{changeset_id}": "tests/records/changeset/test_rights.py",
    "POST /api/changesets/{changeset_id}/revert": "tests/records/changeset/test_take_back.py",
    "POST /api/records/{object_key}": "tests/records/changeset/test_rights.py",
    "PATCH /api/records/{object_key}/{record_id}": "tests/access/test_fields_by_row.py",
    "DELETE /api/records/{object_key}/{record_id}": "tests/records/changeset/test_rights.py",
    "POST /api/records/{object_key}/{record_id}/restore": (
        "tests/records/changeset/test_take_back.py"
    ),
    "POST /api/records/{object_key}/duplicates": "tests/rules/duplicates/test_duplicates.py",
    "POST /api/records/{object_key}/duplicates/different": "tests/rules/duplicates/test_bulk.py",
    "POST /api/records/{object_key}/{record_id}/shares": "tests/access/test_shares.py",
    "DELETE /api/records/{object_key}/{record_id}/shares/{share_id}": "tests/access/test_shares.py",
}


@pytest_asyncio.fixture(scope="module")
async def company(platform: Any, workspace: Any, client: Any) -> Company:
    return await Company(platform, workspace, client).found()


@pytest.mark.feature("Z5")
async def test_doors_agree_with_the_naive_reading(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """List, record, history, catalogue, filter, sort, group: nothing more and nothing less."""
    wait = waiter()

    @settings(
        max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow],
        phases=[Phase.generate], database=None,
    )  # fmt: skip
    @given(grants(), grants(), st.data())
    def check(one: list[Any], two: list[Any], data: st.DataObject) -> None:
        wait(company.grant("one", one))
        wait(company.grant("two", two))
        values = {"owner": data.draw(st.sampled_from(list(company.world.team_of))),
                  "amount": data.draw(NUMBERS), "secret": data.draw(NUMBERS)}  # fmt: skip
        target = data.draw(st.sampled_from(["account", "deal"]))
        wait(company.lend(data.draw(shares)))
        wait(company.move(target, data.draw(st.integers(0, 13)), values))
        for name in data.draw(st.permutations(list(company.clients)))[:2]:
            client = company.clients[name]
            role = one if name in ("boss", "rep") else two
            sight = Sight(company.world, client.member, role)
            wait(_catalogue(client, sight))
            monkeypatch.setattr(words, "FEW", data.draw(st.sampled_from([0, 500])))
            for text in data.draw(_some(TEXTS)):
                wait(searched(client, sight, text))
            for target in STORED:
                wait(_records(client, sight, target))
                wait(compare_export(client, sight, target))
                row = data.draw(st.sampled_from(list(company.world.rows[target].values())))
                wait(_one(client, sight, target, row))
                wait(_told(client, sight, target, row))
                wait(_updated(client, sight, target, data.draw(NUMBERS)))
                for text in data.draw(_some(FILTERS[target])):
                    wait(_filtered(client, sight, target, text))
                for path in data.draw(_some(PATHS[target])):
                    wait(_sorted(client, sight, target, path, data.draw(st.booleans())))
                    wait(_grouped(client, sight, target, path))

    await asyncio.to_thread(check)


def _some(choices: Any) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(list(choices)), min_size=2, max_size=2, unique=True)


async def _catalogue(client: Any, sight: Sight) -> None:
    meta = (await client.get("/api/meta")).json()
    seen = {o["key"]: {f["key"] for f in o["fields"]} for o in meta["objects"]}
    granted = {g["object"] for g in sight.grants}
    assert set(seen) == granted
    for target, keys in seen.items():
        every = (*STORED[target], *(k for k, c in COMPUTED.items() if c[0] == target))
        assert keys == {key for key in every if sight.reads(target, key)}, target
    listed = {(o["key"], each["key"]) for o in meta["objects"] for each in o["lists"]}
    for target, key in listed:
        assert sight.reads(*LISTS[target, key])


async def _records(client: Any, sight: Sight, target: str) -> None:
    answer = await client.get(f"/api/records/{target}?limit=500&count=true")
    if not sight.sees(target):
        assert answer.status_code == 404
        return
    found = answer.json()
    expected = {row["id"]: sight.wire(target, row) for row in sight.rows(target)}
    assert found["total"] == len(expected)
    assert {item["id"]: item["values"] for item in found["items"]} == expected
    for item in found["items"]:
        assert item["title"] == sight.get(target, sight.world.rows[target][item["id"]], "title")


async def _one(client: Any, sight: Sight, target: str, row: dict[str, Any]) -> None:
    place = f"/api/records/{target}/{row['id']}"
    record, past = await client.get(place), await client.get(f"{place}/history?limit=500")
    if not sight.sees_row(target, row):
        absent = await client.get(f"/api/records/{target}/00000000-0000-7000-8000-000000000000")
        assert (record.status_code, record.text) == (404, absent.text)
        assert (past.status_code, past.text) == (404, absent.text)
        return
    assert record.json()["values"] == sight.wire(target, row)
    changes = [c for item in past.json()["items"] for c in item["changes"]]
    named = {c["field"] for c in changes} - {"owner", "team"}
    assert named == {k for k in sight.world.touched[row["id"]] if sight.reads(target, k, row)}
    for change in changes:
        if sight.masks(target, change["field"]):
            assert "****" in change["to"]
        if (target, change["field"]) in TARGETS and change["to"]:
            other = TARGETS[target, change["field"]]
            assert change["to"] == sight.reference(other, change["to"]["id"])


async def _told(client: Any, sight: Sight, target: str, row: dict[str, Any]) -> None:
    """Timeline, access, shares and files of a row."""
    place = f"/api/records/{target}/{row['id']}"
    lines = await client.get(f"{place}/timeline?limit=500")
    why, lent = await client.get(f"{place}/access"), await client.get(f"{place}/shares")
    slots = await client.get(f"{place}/slots")
    talk = [await client.get(f"{place}/{door}") for door in ("comments", "followers")]
    shows = sight.sees_row(target, row) and sight.reads(target, "paper", row)
    if target == "account":
        file = await client.get(f"/api/files/{row['paper']}")
        assert file.status_code == (200 if shows else 404)
    if not sight.sees_row(target, row):
        assert {each.status_code for each in (lines, why, lent, slots, *talk)} == {404}
        return
    past = (await client.get(f"{place}/history?limit=500")).json()["items"]
    told = lines.json()["items"]
    assert {each.status_code for each in talk} == {200}
    assert [each["history"] for each in told if each["kind"] == "history"] == past
    found = {e["record"]["id"]: e["record"]["values"] for e in told if e["kind"] == "record"}
    listed = target == "account" and sight.sees("deal") and sight.reads("deal", "account")
    deals = sight.children("account", row, "deals") if listed else []
    assert found == {deal["id"]: sight.wire("deal", deal) for deal in deals}
    assert slots.json()["slots"] == sight.slots(target, row)
    fields = why.json()["fields"]
    keys = sight.wire(target, row)
    assert fields["read"] == [key for key in fields["read"] if key in keys]
    assert set(fields["read"]) == {key for key in keys if sight.reads(target, key, row)}
    updates = sight.reaches(target, "update", row)
    assert set(fields["write"]) == {
        key for key in STORED[target] if updates and sight.writes_on(target, "update", key, row)
    }
    for verb in ("read", "update"):
        assert why.json()["verbs"][verb] is sight.reaches(target, verb, row)


async def _updated(client: Any, sight: Sight, target: str, to: int) -> None:
    """A trial update of every row is refused or not as the grants over old and new row say."""
    rows = list(sight.world.rows[target].values())
    changes = [
        {"op": "update", "object": target, "id": row["id"], "values": {"amount": to}}
        for row in rows
    ]
    body = {"changes": changes, "mode": "each", "dry_run": True}
    answer = await client.post("/api/changesets", json=body)
    if answer.status_code == 404:
        assert not sight.sees(target)
        return
    may_write = sight.reads(target, "amount") and sight.writes(target, "update", "amount")
    for row, result in zip(rows, answer.json()["results"], strict=True):
        seen, both = sight.sees_row(target, row), (row, {**row, "amount": to})
        reached = all(sight.reaches(target, "update", each) for each in both)
        open_ = all(sight.writes_on(target, "update", "amount", each) for each in both)
        same = row["amount"] == to and sight.reads(target, "amount", row)
        fine = seen and may_write and reached and (open_ or same)
        assert ("errors" not in result) is fine, (result, row, to)
        codes = {error["code"] for error in result.get("errors", ())}
        if may_write and not seen:
            assert codes == {"record.missing"}
        elif may_write and reached and not fine:
            assert codes == {"field.forbidden"}


async def _filtered(client: Any, sight: Sight, target: str, text: str) -> None:
    paths, holds = FILTERS[target][text]
    body = {"object": target, "formula": text, "mode": "condition"}
    checked = (await client.post("/api/formulas/check", json=body)).status_code
    asked = {"filter": text, "fields": "", "limit": "500", "count": "true"}
    answer = await client.get(f"/api/records/{target}", params=asked)
    assert checked == answer.status_code
    if not sight.sees(target):
        assert answer.status_code == 404
    elif not sight.names_all(target, paths):
        assert answer.status_code == 422, (text, answer.text)
        assert answer.json()["errors"][0]["code"] == "formula.field"
    else:
        assert answer.status_code == 200, (text, answer.text)
        expected = {row["id"] for row in sight.rows(target) if holds(sight, row)}
        assert {item["id"] for item in answer.json()["items"]} == expected, text
        assert answer.json()["total"] == len(expected)


async def _sorted(client: Any, sight: Sight, target: str, path: str, descending: bool) -> None:
    asked = {"sort": f"{'-' * descending}{path}", "limit": "4", "fields": path}
    found: list[dict[str, Any]] = []
    while True:
        answer = await client.get(f"/api/records/{target}", params=asked)
        if not sight.sees(target):
            assert answer.status_code == 404
            return
        if not sight.names_all(target, [path]):
            assert answer.status_code == 422, (path, answer.text)
            return
        assert answer.status_code == 200, (path, answer.text)
        found += answer.json()["items"]
        asked["cursor"] = answer.json()["next"]
        if asked["cursor"] is None:
            break
    assert {item["id"] for item in found} == {row["id"] for row in sight.rows(target)}
    assert len(found) == len(sight.rows(target))
    keys = [_key(sight, target, path, item["id"]) for item in found]
    filled = [key for key in keys if key is not None]
    assert filled == sorted(filled, reverse=descending), (path, keys)
    assert keys[: len(filled)] == filled  # blanks come last
    if path != "title":
        expected = [_shown(sight, target, path, item["id"]) for item in found]
        assert [item["values"][path] for item in found] == expected


def _value(sight: Sight, target: str, path: str, row_id: str) -> Any:
    return sight.get(target, sight.world.rows[target][row_id], path)


def _key(sight: Sight, target: str, path: str, row_id: str) -> Any:
    value = _value(sight, target, path, row_id)
    if value is None or path not in ("parent", "account"):
        return value
    if not sight.reads("account", "title"):
        return value  # by id
    return sight.reference("account", value)["title"]


def _shown(sight: Sight, target: str, path: str, row_id: str) -> Any:
    value = _value(sight, target, path, row_id)
    if value is not None and path in ("parent", "account"):
        return sight.reference("account", value)
    return str(value) if isinstance(value, int) else value


async def _grouped(client: Any, sight: Sight, target: str, path: str) -> None:
    measures = [{"key": "rows", "formula": "COUNT()"}, {"key": "sum", "formula": "SUM(amount)"}]
    body = {"object": target, "group_by": [{"field": path}], "measures": measures}
    answer = await client.post("/api/query", json=body)
    if not sight.sees(target):
        assert answer.status_code == 404
    elif not sight.names_all(target, [path, "amount"]):
        assert answer.status_code == 422, (path, answer.text)
    else:
        assert answer.status_code == 200, (path, answer.text)
        counts, sums = Counter[str](), Counter[str]()
        for row in sight.rows(target):
            group = str(_shown(sight, target, path, row["id"]))
            counts[group] += 1
            sums[group] += sight.get(target, row, "amount") or 0
        found = {
            str(row[path]): (row["rows"], Decimal(row["sum"])) for row in answer.json()["rows"]
        }
        assert found == {key: (counts[key], sums[key]) for key in counts}, path
