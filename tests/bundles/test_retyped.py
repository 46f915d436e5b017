"""Another version of an app whose fields are of other types: converted with all the rest."""

import copy
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.bundles.test_upgrade import FIRST, Shop, actions, fields, patch, text

from changliu.bundles.service import Wish
from changliu.definitions.impact import InUse
from changliu.kit.db import Workspace
from changliu.kit.errors import Invalid
from changliu.kit.platform import Platform
from changliu.schema.retype import at_once

pytestmark = pytest.mark.feature("Z11")


def computed(key: str, formula: str) -> dict[str, Any]:
    return {"key": key, "label": key, "type": "formula", "formula": formula}


def first() -> dict[str, Any]:
    made = copy.deepcopy(FIRST)
    made["objects/gadget.yaml"]["fields"] += [
        text("price", "价格"),
        computed("twice", "price & price"),
    ]
    return made


def second() -> dict[str, Any]:
    """Text becomes a number, and a formula that adds it up comes with it."""
    made = copy.deepcopy(FIRST)
    made["app.yaml"]["version"] = "2.0.0"
    price = {"key": "price", "label": "价格", "type": "number", "decimals": 2}
    made["objects/gadget.yaml"]["fields"] += [computed("twice", "price + price"), price]
    return made


@pytest.fixture
def shop(platform: Platform, workspace: Workspace, tmp_path: Path) -> Shop:
    return Shop(platform, workspace, tmp_path)


async def test_a_field_changes_its_type_with_the_app(
    shop: Shop, admin: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await shop.install(first())
    ids = {}
    for name, price in (("甲", "1,200.5"), ("乙", "面议"), ("丙", None)):
        made = await admin.post("/api/records/gadget", json={"name": name, "price": price})
        assert made.status_code == 201, made.text
        ids[name] = made.json()["id"]
    await patch(admin, "gadget/fields/price", {"label": {"zh-CN": "本地价格", "en": "Price"}})
    rule = {"label": "规则", "object": "gadget", "when": 'price = "x"', "message": "不行"}
    assert (await admin.put("/api/definitions/rule/local", json=rule)).status_code == 200

    monkeypatch.setattr(at_once, "MOST", 2)
    with pytest.raises(Invalid) as many:
        await shop.install(second())
    assert many.value.faults[0].code == "field.retype_many"
    monkeypatch.undo()
    with pytest.raises(InUse) as caught:
        await shop.install(second())
    told = {(e.code, e.key) for e in caught.value.impact.effects}
    assert told == {("values", None), ("retired", "local")}
    assert (await fields(admin))["price"]["type"] == "text"

    plan = await shop.install(second(), Wish(confirm=caught.value.impact.token))
    assert actions(plan) == {"field:gadget.price": "change", "field:gadget.twice": "change"}
    now = await fields(admin)
    assert (now["price"]["type"], now["price"]["label"]["zh-CN"]) == ("number", "本地价格")
    found = (await admin.get("/api/records/gadget", params={"sort": "name"})).json()["items"]
    values = {r["values"]["name"]: (r["values"]["price"], r["values"]["twice"]) for r in found}
    assert values["甲"] == ("1200.5", "2401")
    assert values["乙"][0] is None
    assert values["丙"][0] is None
    kept = (await admin.get("/api/objects/gadget/fields/price/retype")).json()
    assert (kept["state"], kept["unconverted"]) == ("done", 1)
    history = (await admin.get(f"/api/records/gadget/{ids['甲']}/history")).json()
    assert "1,200.5" in str(history)
    assert (await shop.install(second())).changes == ()


async def test_a_computed_field_may_be_computed_otherwise(
    shop: Shop, admin: httpx.AsyncClient
) -> None:
    made = second()
    made["app.yaml"]["version"] = "3.0.0"
    part = {
        "key": "gadget", "label": "器具", "type": "reference", "object": "gadget",
        "inverse": {"key": "parts", "label": "零件"},
    }  # fmt: skip
    total = {
        "key": "twice",
        "label": "twice",
        "type": "rollup",
        "children": "parts",
        "function": "COUNT",
    }
    shape = made["objects/gadget.yaml"]["fields"]
    shape[:] = [*(f for f in shape if f["key"] != "twice"), part, total]
    await shop.install(made)
    now = await fields(admin)
    assert now["twice"]["type"] == "rollup"
    found = (await admin.get("/api/records/gadget", params={"limit": "1"})).json()["items"]
    assert found[0]["values"]["twice"] in (0, "0")


async def test_what_no_value_can_become_is_refused_with_its_line(shop: Shop) -> None:
    made = second()
    made["app.yaml"]["version"] = "4.0.0"
    shape = made["objects/gadget.yaml"]["fields"]
    name = next(field for field in shape if field["key"] == "name")
    name.update(type="formula", formula='"x"')
    name.pop("max_length")
    with pytest.raises(Invalid) as caught:
        await shop.install(made)
    assert caught.value.faults[0].code == "field.retype"
    assert caught.value.faults[0].extra["file"] == "gadgets/objects/gadget.yaml"
