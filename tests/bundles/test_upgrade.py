"""Another version of an app over local changes: both sides' changes live, nothing is lost."""

import copy
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from tests.doors import Sales

from changliu.bundles import service
from changliu.bundles.merge import Side
from changliu.bundles.plan import Plan
from changliu.bundles.service import Wish
from changliu.definitions.impact import InUse
from changliu.definitions.kind import KindRegistry
from changliu.kit.db import Workspace
from changliu.kit.errors import Invalid
from changliu.kit.platform import Platform

pytestmark = pytest.mark.feature("Z11")
SALES = Path(__file__).parents[2] / "apps" / "sales"


def text(key: str, label: str, **settings: Any) -> dict[str, Any]:
    return {"key": key, "label": {"zh-CN": label, "en": key}, "type": "text", **settings}


def select(*options: str) -> dict[str, Any]:
    made = [{"key": key, "label": {"zh-CN": key.upper(), "en": key}} for key in options]
    return {
        "key": "size",
        "label": {"zh-CN": "尺寸", "en": "size"},
        "type": "select",
        "options": made,
    }


FIRST: dict[str, Any] = {
    "app.yaml": {"key": "gadgets", "label": "器具", "version": "1.0.0", "objects": ["gadget"]},
    "objects/gadget.yaml": {
        "key": "gadget",
        "label": {"zh-CN": "器具", "en": "Gadget"},
        "title": "name",
        "fields": [
            text("name", "名称", max_length=50),
            text("maker", "厂家", max_length=50),
            text("colour", "颜色"),
            text("old", "旧字段"),
            text("older", "更旧的字段"),
            text("watched", "被引用的字段"),
            select("s", "m"),
        ],
    },
    "roles/keeper.yaml": {
        "key": "keeper",
        "label": "保管员",
        "grants": [{"object": "gadget", "verbs": ["read"], "scope": "own"}],
    },
}


def second() -> dict[str, Any]:
    """The next version: changes of its own, two fields and an option less, one field more."""
    made = copy.deepcopy(FIRST)
    made["app.yaml"]["version"] = "1.1.0"
    made["objects/gadget.yaml"]["fields"] = [
        text("name", "器具名称", max_length=80),
        text("maker", "制造商", max_length=90),
        text("colour", "外观颜色"),
        select("s", "m", "l"),
        text("weight", "重量"),
    ]
    made["roles/keeper.yaml"]["grants"][0]["verbs"] = ["read", "create"]
    return made


def folder_of(files: Mapping[str, Any], root: Path) -> str:
    """Write a bundle's files; returns the folder."""
    folder = root / files["app.yaml"]["key"]
    shutil.rmtree(folder, ignore_errors=True)
    for name, body in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump(body, allow_unicode=True), encoding="utf-8")
    return str(folder)


class Shop:
    """A workspace of the module, and installs of folders into it."""

    def __init__(self, platform: Platform, workspace: Workspace, root: Path) -> None:
        self.platform, self.workspace, self.root = platform, workspace, root
        self.kinds = platform.registry(KindRegistry)

    async def install(self, files: Mapping[str, Any], wish: Wish = Wish()) -> Plan:  # noqa: B008
        bundle = service.open_bundle(folder_of(files, self.root))
        database = self.platform.database
        return await service.install(database, self.workspace, self.kinds, bundle, wish=wish)

    async def uninstall(self, key: str, wish: Wish = Wish()) -> Plan:  # noqa: B008
        database = self.platform.database
        return await service.uninstall(database, self.workspace, self.kinds, key, wish=wish)


@pytest.fixture
def shop(platform: Platform, workspace: Workspace, tmp_path: Path) -> Shop:
    return Shop(platform, workspace, tmp_path)


async def patch(client: httpx.AsyncClient, path: str, body: dict[str, Any]) -> None:
    answer = await client.patch(f"/api/objects/{path}", json=body)
    assert answer.status_code == 200, answer.text


async def fields(client: httpx.AsyncClient, key: str = "gadget") -> dict[str, dict[str, Any]]:
    answer = (await client.get(f"/api/objects/{key}")).json()
    return {field["key"]: field for field in answer["fields"]}


def actions(plan: Plan) -> dict[str, str]:
    return {f"{s.kind}:{s.key}": s.action for s in plan.steps if s.action != "same"}


async def test_an_upgrade_keeps_what_was_changed_here_and_brings_what_is_new(
    shop: Shop, admin: httpx.AsyncClient
) -> None:
    await shop.install(FIRST)
    record = {"name": "锤子", "old": "有值", "size": "m"}
    assert (await admin.post("/api/records/gadget", json=record)).status_code == 201
    await patch(admin, "gadget/fields/maker", {"label": {"zh-CN": "生产厂家", "en": "maker"}})
    await patch(admin, "gadget/fields/colour", {"help": "本地说明"})
    await patch(admin, "gadget/fields/size", {"options": select("s", "xs", "m")["options"]})
    added = await admin.post("/api/objects/gadget/fields", json=text("mine", "本地字段"))
    assert added.status_code == 201, added.text
    rule = {"label": "规则", "object": "gadget", "when": 'watched = "x"', "message": "不行"}
    assert (await admin.put("/api/definitions/rule/local", json=rule)).status_code == 200

    trial = await shop.install(second(), Wish(dry_run=True))
    assert "weight" not in await fields(admin)
    plan = await shop.install(second())
    assert plan == trial
    assert actions(plan) == {
        "field:gadget.name": "change",
        "field:gadget.maker": "change",
        "field:gadget.colour": "change",
        "field:gadget.size": "change",
        "field:gadget.weight": "create",
        "role:keeper": "change",
        "field:gadget.older": "remove",
        "field:gadget.old": "keep",
        "field:gadget.watched": "keep",
    }
    (conflict,) = plan.conflicts
    assert conflict.at == "field:gadget.maker/label/zh-CN"
    assert conflict.zh == "名称 › 中文：您改为“生产厂家”，新版改为“制造商”；您改过，保留您的"
    now = await fields(admin)
    assert {key: now[key]["label"]["zh-CN"] for key in ("name", "maker", "colour")} == {
        "name": "器具名称",
        "maker": "生产厂家",
        "colour": "外观颜色",
    }
    assert now["maker"]["max_length"] == 90
    assert now["colour"]["help"] == {"zh-CN": "本地说明", "en": "本地说明"}
    assert [o["key"] for o in now["size"]["options"]] == ["s", "xs", "m", "l"]
    assert {"mine", "weight", "old", "watched"} <= now.keys()
    assert "older" not in now
    assert any("1 条记录" in line for step in plan.steps for line in step.details_zh)
    role = (await admin.get("/api/definitions/role/keeper")).json()
    assert role["body"]["grants"][0]["verbs"] == ["read", "create"]


async def test_the_same_version_again_changes_nothing(shop: Shop, admin: httpx.AsyncClient) -> None:
    before = (await admin.get("/api/objects/gadget")).json()
    again = await shop.install(second())
    assert again.changes == ()
    assert again.conflicts == ()
    assert (await admin.get("/api/objects/gadget")).json() == before


async def test_a_side_can_be_chosen_place_by_place(shop: Shop, admin: httpx.AsyncClient) -> None:
    maker = "field:gadget.maker"
    with pytest.raises(Invalid) as caught:
        await shop.install(second(), Wish({"field:gadget.makr/label": "theirs"}))
    assert caught.value.code == "bundle.choice"
    await shop.install(second(), Wish({f"{maker}/label": "theirs", "field:gadget.colour": "mine"}))
    now = await fields(admin)
    assert now["maker"]["label"]["zh-CN"] == "制造商"
    assert now["colour"]["help"]["zh-CN"] == "本地说明"


async def test_what_is_missed_goes_only_when_it_is_confirmed(
    shop: Shop, admin: httpx.AsyncClient
) -> None:
    wish: dict[str, Side] = {"field:gadget.old": "theirs", "field:gadget.watched": "theirs"}
    with pytest.raises(InUse) as caught:
        await shop.install(second(), Wish(wish))
    told = {(e.code, e.key) for e in caught.value.impact.effects}
    assert told == {("values", None), ("retired", "local")}
    assert {"old", "watched"} <= (await fields(admin)).keys()
    token = caught.value.impact.token
    await shop.install(second(), Wish(wish, token))
    assert not {"old", "watched"} & (await fields(admin)).keys()
    assert (await admin.get("/api/definitions/rule/local")).status_code == 404


async def test_an_earlier_version_comes_back_with_its_fields_and_their_data(
    shop: Shop, admin: httpx.AsyncClient
) -> None:
    plan = await shop.install(FIRST)
    assert actions(plan)["field:gadget.weight"] == "remove"
    now = await fields(admin)
    assert {"old", "older", "watched", "mine"} <= now.keys()
    assert now["name"]["label"]["zh-CN"] == "名称"
    assert [o["key"] for o in now["size"]["options"]] == ["s", "xs", "m"]
    (found,) = (await admin.get("/api/records/gadget")).json()["items"]
    assert found["values"]["old"] == "有值"


async def test_options_that_records_hold_are_told_and_stay_retired(
    shop: Shop, admin: httpx.AsyncClient
) -> None:
    made = copy.deepcopy(FIRST)
    made["app.yaml"]["version"] = "2.0.0"
    made["objects/gadget.yaml"]["fields"][-1] = select("s")
    with pytest.raises(InUse) as caught:
        await shop.install(made)
    (effect,) = caught.value.impact.effects
    assert effect.code == "option"
    await shop.install(made, Wish(confirm=caught.value.impact.token))
    options = (await fields(admin))["size"]["options"]
    assert [(o["key"], o.get("retired", False)) for o in options] == [
        ("s", False),
        ("xs", False),
        ("m", True),
    ]


async def test_an_app_goes_with_what_it_brought_and_comes_back_with_its_data(
    shop: Shop, admin: httpx.AsyncClient
) -> None:
    rule = {"label": "规则", "object": "gadget", "when": 'name = "x"', "message": "不行"}
    assert (await admin.put("/api/definitions/rule/local", json=rule)).status_code == 200
    refused = await admin.post("/api/bundles/gadgets/uninstall")
    assert refused.status_code == 409
    told = refused.json()
    assert told["code"] == "definition.in_use"
    assert {e.get("key") for e in told["errors"]} >= {"local", "gadget.mine"}
    assert {"bundle", "records"} <= {e["code"] for e in told["errors"]}
    assert "name" in await fields(admin)
    path = f"/api/bundles/gadgets/uninstall?confirm={told['confirm']}"
    trial = await admin.post(f"{path}&dry_run=true")
    assert trial.status_code == 200, trial.text
    assert "name" in await fields(admin)
    done = await admin.post(path)
    assert done.status_code == 200, done.text
    assert done.json() == trial.json()
    assert (await admin.get("/api/objects/gadget")).status_code == 404
    assert (await admin.get("/api/definitions/role/keeper")).status_code == 404
    bundles = (await admin.get("/api/bundles")).json()["items"]
    assert [b["key"] for b in bundles if b["installed"]] == []
    assert (await admin.post("/api/bundles/gadgets/uninstall")).status_code == 404
    await shop.install(FIRST)
    (found,) = (await admin.get("/api/records/gadget")).json()["items"]
    assert (found["values"]["name"], found["values"]["old"]) == ("锤子", "有值")
    assert actions(await shop.install(FIRST)) == {}


async def test_an_app_that_another_needs_is_named(shop: Shop) -> None:
    needy = {"app.yaml": {"key": "more", "label": "更多", "version": "1.0.0", "requires": ["none"]}}
    with pytest.raises(Invalid) as caught:
        await shop.install(needy)
    (fault,) = caught.value.faults
    assert (fault.code, fault.extra["file"]) == ("bundle.requires", "more/app.yaml")


async def test_the_sales_app_is_upgraded_over_local_changes(sales: Sales, tmp_path: Path) -> None:
    client = sales.client
    level = (await fields(client, "lead"))["level"]["options"]
    extra = {"key": "D", "label": {"zh-CN": "D 级", "en": "D"}}
    await patch(client, "lead/fields/level", {"options": [*level, extra]})
    await patch(client, "lead/fields/company", {"label": {"zh-CN": "企业", "en": "Company"}})
    added = await client.post("/api/objects/lead/fields", json=text("mine", "本地字段"))
    assert added.status_code == 201, added.text
    folder = tmp_path / "sales"
    shutil.copytree(SALES, folder)
    app = folder / "app.yaml"
    version = yaml.safe_load(app.read_text("utf-8"))["version"]
    app.write_text(app.read_text("utf-8").replace(version, "99.0.0"), "utf-8")
    lead = folder / "objects" / "lead.yaml"
    lines = lead.read_text("utf-8")
    lines = lines.replace("zh-CN: 公司名称", "zh-CN: 公司全称").replace(
        "zh-CN: A 级", "zh-CN: 甲级"
    )
    lines = lines.replace("max_length: 60", "max_length: 70")
    lead.write_text(lines + "  - {key: brand_new, label: 新字段, type: text}\n", "utf-8")
    bundle = service.open_bundle(str(folder))
    kinds = sales.platform.registry(KindRegistry)
    plan = await service.install(sales.platform.database, sales.workspace, kinds, bundle)
    assert [place.at for place in plan.conflicts] == ["field:lead.company/label/zh-CN"]
    assert {step.action for step in plan.steps} == {"same", "change", "create", "keep"}
    now = await fields(client, "lead")
    assert now["company"]["label"]["zh-CN"] == "企业"
    labels = {o["key"]: o["label"]["zh-CN"] for o in now["level"]["options"]}
    assert (labels["A"], labels["D"]) == ("甲级", "D 级")
    assert now["wechat"]["max_length"] == 70
    assert {"mine", "brand_new"} <= now.keys()
    again = await service.install(sales.platform.database, sales.workspace, kinds, bundle)
    assert again.changes == ()
