"""Computed numbers are told with what they count: an amount of one currency or a share."""

from typing import Any

import httpx
import pytest
import pytest_asyncio

from changliu.kit.db import Workspace
from changliu.kit.platform import Platform
from changliu.schema import service

CNY = ("money", "CNY")
SHARE = ("percent", None)
BARE = (None, None)
FORMULAS = {
    "amount + cost": CNY,
    "amount * rate": CNY,
    "amount * pieces": CNY,
    "amount / pieces": CNY,
    "-amount": CNY,
    "ROUND(amount * rate, 2)": CNY,
    "IF(pieces > 10, amount * 0.9, 0)": CNY,
    "IFBLANK(amount, 0)": CNY,
    "MAX(amount, cost)": CNY,
    "SUM(items.price)": CNY,
    "SUM(items.price * items.pieces)": CNY,
    "SUM(items.price, items.pieces > 1) - cost": CNY,
    "cost / amount": SHARE,
    "IF(pieces > 10, rate, 0.1)": SHARE,
    "AVG(items.off)": SHARE,
    "amount + dollars": BARE,
    "amount * cost": BARE,
    "amount / dollars": BARE,
    "IF(pieces > 10, amount, pieces)": BARE,
    "pieces / amount": BARE,
    "rate * pieces": BARE,
    "SUM(items.off)": BARE,
    "COUNT(items)": BARE,
    "pieces + 1": BARE,
}
ITEM: dict[str, Any] = {
    "key": "item",
    "label": "Item",
    "fields": [
        {
            "key": "bill",
            "label": "Bill",
            "type": "reference",
            "object": "bill",
            "inverse": {"key": "items", "label": "Items"},
        },
        {"key": "price", "label": "Price", "type": "money"},
        {"key": "pieces", "label": "Pieces", "type": "integer"},
        {"key": "off", "label": "Off", "type": "percent"},
        {"key": "total", "label": "Total", "type": "lookup", "path": "bill.amount"},
        {"key": "left", "label": "Left", "type": "formula", "formula": "total - price"},
    ],
}
BILL: dict[str, Any] = {
    "key": "bill",
    "label": "Bill",
    "fields": [
        {"key": "amount", "label": "Amount", "type": "money"},
        {"key": "cost", "label": "Cost", "type": "money"},
        {"key": "dollars", "label": "Dollars", "type": "money", "currency": "USD"},
        {"key": "rate", "label": "Rate", "type": "percent"},
        {"key": "pieces", "label": "Pieces", "type": "integer"},
        {"key": "due", "label": "Due", "type": "rollup", "children": "items", "function": "SUM",
         "field": "price"},
        {"key": "lines", "label": "Lines", "type": "rollup", "children": "items",
         "function": "COUNT"},
        *(
            {"key": f"f{at}", "label": f"F{at}", "type": "formula", "formula": formula}
            for at, formula in enumerate(FORMULAS)
        ),
    ],
}  # fmt: skip


@pytest_asyncio.fixture(scope="module", autouse=True)
async def objects(platform: Platform, workspace: Workspace, actor: Any) -> None:
    await service.install_objects(platform.database, workspace, actor, [BILL, ITEM])


async def units(admin: httpx.AsyncClient, name: str) -> dict[str, tuple[str | None, str | None]]:
    found = (await admin.get(f"/api/objects/{name}")).json()["fields"]
    return {f["key"]: (f.get("shown_as"), f.get("currency")) for f in found}


async def test_a_formula_says_what_it_counts(admin: httpx.AsyncClient) -> None:
    found = await units(admin, "bill")
    told = {formula: found[f"f{at}"] for at, formula in enumerate(FORMULAS)}
    assert told == FORMULAS


async def test_rollups_and_lookups_count_what_they_lead_to(admin: httpx.AsyncClient) -> None:
    bill, item = await units(admin, "bill"), await units(admin, "item")
    assert (bill["due"], bill["lines"]) == (CNY, BARE)
    assert (item["total"], item["left"]) == (CNY, CNY)


@pytest.mark.parametrize("key", ["amount", "rate"])
async def test_what_is_typed_is_told_by_its_type_alone(admin: httpx.AsyncClient, key: str) -> None:
    assert (await units(admin, "bill"))[key][0] is None
