"""Lookups and roll-ups compute over all rows: who reads all sources reads them, others by grant."""

from typing import Any

import pytest
import pytest_asyncio
from tests.access.lending import made

pytestmark = pytest.mark.feature("Z5")
FIGURES = (
    ("account", {"key": "total", "label": "合计", "type": "rollup", "children": "deals",
                 "function": "SUM", "field": "amount", "maintained": True}),
    ("account", {"key": "most", "label": "最大", "type": "rollup", "children": "deals",
                 "function": "MAX", "field": "amount"}),
    ("deal", {"key": "worth", "label": "客户金额", "type": "lookup", "path": "account.amount"}),
    ("deal", {"key": "branch", "label": "行业", "type": "lookup", "path": "account.industry"}),
    ("deal", {"key": "said", "label": "说明", "type": "formula", "formula": 'branch & "!"'}),
)  # fmt: skip
OF = {"account": ("total", "most"), "deal": ("worth", "branch", "said")}


@pytest_asyncio.fixture(scope="module")
async def figures(house: Any) -> Any:
    for target, field in FIGURES:
        await house.ok(house.admin.post(f"/api/objects/{target}/fields", json=field))
    values = {"amount": "70", "industry": "bank", "owner": house.rep.member}
    house.account = await made(house.admin, name="甲", **values)
    for amount, owner in (("5", house.rep.member), ("9", house.admin.member)):
        deal = {"title": "单", "amount": amount, "owner": owner, "account": house.account}
        await made(house.admin, "deal", **deal)
    every = {"verbs": ["read"], "scope": "all"}
    roles = {
        "whole": [{"object": o, **every} for o in ("account", "deal")],
        "parents": [{"object": "account", **every},
                    {"object": "deal", "verbs": ["read"], "scope": "team"}],
        "named": [{"object": "account", "verbs": ["read"], "scope": "own",
                   "read": ["name", "total", "most"]},
                  {"object": "deal", "verbs": ["read"], "scope": "own",
                   "read": ["title", "said"]}],
    }  # fmt: skip
    for key, grants in roles.items():
        mode = "listed" if key == "named" else "all"
        body = {"label": key, "fields": mode, "grants": grants}
        await house.ok(house.admin.put(f"/api/definitions/role/{key}", json=body))
        setattr(house, key, await house.hire(key, key, house.team))
    move = {"owner": house.named.member}
    house.theirs = await made(house.admin, name="乙", **move)
    lone = {"title": "单", "amount": "3", "account": house.theirs, **move}
    await made(house.admin, "deal", **lone)
    return house


async def shown(client: Any, target: str) -> set[str]:
    """The figures that records and the catalogue show; both say the same."""
    meta = (await client.get("/api/meta")).json()["objects"]
    known = {f["key"] for o in meta if o["key"] == target for f in o["fields"]} & set(OF[target])
    items = (await client.get(f"/api/records/{target}?limit=500")).json()["items"]
    assert items
    assert all(set(item["values"]) & set(OF[target]) == known for item in items)
    return known


@pytest.mark.parametrize(
    ("who", "account", "deal"),
    [
        ("whole", {"total", "most"}, {"worth", "branch", "said"}),
        ("parents", set(), {"worth", "branch", "said"}),  # not of all deals
        ("rep", set(), set()),
        ("named", {"total", "most"}, {"said"}),  # by name, without any source
    ],
)
async def test_a_figure_shows_to_readers_of_all_its_sources_and_by_its_name(
    figures: Any, who: str, account: set[str], deal: set[str]
) -> None:
    client = getattr(figures, who)
    assert await shown(client, "account") == account
    assert await shown(client, "deal") == deal
    for target, keys in OF.items():
        for key in keys:
            blank = {"filter": f"NOTBLANK({key})", "fields": ""}
            answers = [
                await client.get(f"/api/records/{target}", params=blank),
                await client.get(f"/api/records/{target}", params={"sort": key, "fields": ""}),
                await client.post("/api/query", json={
                    "object": target, "group_by": [{"field": key}],
                    "measures": [{"key": "n", "formula": "COUNT()"}]}),
            ]  # fmt: skip
            seen = key in (account if target == "account" else deal)
            assert {a.status_code for a in answers} == ({200} if seen else {422}), key


async def test_a_figure_is_over_all_rows_whoever_reads_it(figures: Any) -> None:
    for client, record, total in (
        (figures.whole, figures.account, "14"), (figures.named, figures.theirs, "3"),
    ):  # fmt: skip
        values = (await client.get(f"/api/records/account/{record}")).json()["values"]
        assert values["total"] == total
    record = figures.theirs
    why = await figures.named.get(f"/api/records/account/{record}/access")
    assert why.json()["fields"]["opened"] == ["total", "most"]
