"""Demo data: loaded once as one import, plausible, taken back whole, refused whole."""

import asyncio
from datetime import date
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.doors import Sales
from tests.walks.harness import eventually

from changliu.bundles import service as bundles
from changliu.bundles.demo import work
from changliu.bundles.demo.maker import MAKERS, World
from changliu.bundles.demo.recipe import Recipe
from changliu.bundles.demo.service import Loaded, Wish, demo_id, load, read_recipe
from changliu.jobs.model import Registry
from changliu.jobs.worker import Worker
from changliu.kit.errors import Invalid
from changliu.records.changeset.participant import Participants

SALES = Path(__file__).parents[2] / "apps" / "sales"
TODAY = date(2026, 3, 2)


def company(seed: int = 1, scale: float = 1, today: date = TODAY) -> World:
    recipe, words = read_recipe(SALES)
    people = {person.name: person.name for person in recipe.people}
    zone = ZoneInfo("Asia/Shanghai")
    made = World(recipe, words.__pydantic_extra__ or {}, today, zone, people, Random(seed), scale)
    list(made.rows())
    return made


@pytest.fixture(scope="module")
def made() -> World:
    return company()


def cells(world: World, name: str) -> list[dict[str, Any]]:
    return [row.cells for row in world.sets[name]]


@pytest.mark.feature("Z11")
def test_the_company_is_plausible(made: World) -> None:
    deals = cells(made, "deals")
    assert 800 <= len(deals) <= 1000
    closed = [deal for deal in deals if not deal["open"]]
    won = [deal for deal in closed if deal["state"] == "won"]
    assert 0.55 <= len(won) / len(closed) <= 0.65
    assert {"prospecting", "engaging", "requirement", "proposal", "negotiation", "contract"} <= {
        deal["state"] for deal in deals
    }
    assert all(deal["begun"] <= deal["ended"] <= TODAY for deal in closed)
    assert [d for d in deals if d["open"] and d["planned"] < TODAY]  # stuck ones
    february = [d for d in deals if d["begun"].month == 2]
    june = [d for d in deals if d["begun"].month == 6]
    assert len(february) < len(june)
    assert all(t["at"].date() < TODAY for t in cells(made, "talks"))
    amounts = [sum(line.cells["amount"] for line in d["lines"]) for d in deals]
    assert amounts == [d["amount"] for d in deals]


def test_a_seed_and_a_day_make_the_same_company(made: World) -> None:
    again, other = company(), company(seed=2)
    assert [d["name"] for d in cells(again, "deals")] == [d["name"] for d in cells(made, "deals")]
    assert [d["name"] for d in cells(other, "deals")] != [d["name"] for d in cells(made, "deals")]
    for field in ("name", "credit_code", "phone"):
        values = [a[field] for a in cells(made, "accounts")]
        assert len(set(values)) == len(values)


async def put(sales: Sales, scale: float = 0.1, bundle: Any = None) -> Loaded | None:
    return await load(
        sales.platform.database,
        sales.workspace,
        sales.platform.registry(Participants).items,
        bundle or bundles.open_bundle("sales"),
        Wish(scale),
        told=lambda *_: None,
    )


async def count(sales: Sales, object_key: str, **asked: str) -> int:
    answer = await sales.client.get(
        f"/api/records/{object_key}", params={"count": "true", "limit": "1", **asked}
    )
    assert answer.status_code == 200, answer.text
    total: int = answer.json()["total"]
    return total


async def test_a_row_that_is_refused_refuses_everything(sales: Sales) -> None:
    body = {"label": "不卖", "object": "opportunity", "must": "amount < 0", "message": "不卖"}
    put_rule = await sales.client.put("/api/definitions/rule/nothing_sold", json=body)
    assert put_rule.status_code == 200, put_rule.text
    with pytest.raises(Invalid) as caught:
        await put(sales)
    assert caught.value.code == "demo.refused"
    assert "nothing was changed" in caught.value.en
    assert caught.value.faults[0].extra["rule"] == "nothing_sold"
    assert await count(sales, "account") == 0
    assert (await sales.client.delete("/api/definitions/rule/nothing_sold")).status_code == 200


async def test_it_is_loaded_once_and_taken_back_as_one_import(sales: Sales) -> None:
    loaded = await put(sales)
    assert loaded is not None
    assert await count(sales, "account") == 30
    deals = await count(sales, "opportunity")
    same = "ABS(amount - lines_amount) < 1 AND NOTBLANK(account)"
    assert await count(sales, "opportunity", filter=same) == deals
    assert await count(sales, "opportunity", filter="NOTBLANK(last_activity_at)") > deals / 2
    assert await put(sales) is None
    path = f"/api/changesets/{demo_id('sales')}/revert"
    taken = await sales.client.post(path, json={})
    assert taken.status_code == 200, taken.text
    assert (taken.json()["kept_count"], taken.json()["records"]) == (0, loaded.rows)
    left = [await count(sales, key) for key in ("account", "opportunity", "activity", "product")]
    assert left == [0, 0, 0, 0]


DEMO = "/api/bundles/sales/demo"


async def names(sales: Sales, path: str) -> set[str]:
    answer = await sales.client.get(path, params={"limit": "500"})
    return {one["name"] for one in answer.json()["items"]}


async def first(sales: Sales, object_key: str, **asked: str) -> dict[str, Any]:
    answer = await sales.client.get(f"/api/records/{object_key}", params={"limit": "1", **asked})
    found: dict[str, Any] = answer.json()["items"][0]
    return found


@pytest.mark.feature("Z11")
async def test_it_is_switched_off_and_on_and_nothing_else_changes(sales: Sales) -> None:
    client = sales.client
    teams = await names(sales, "/api/teams")
    mine = await client.post("/api/records/account", json={"name": "真实客户有限公司"})
    assert mine.status_code == 201, mine.text
    made = await client.post(DEMO, json={"scale": 0.1})
    assert made.status_code == 201, made.text
    assert (await client.post(DEMO, json={"scale": 0.1})).status_code == 200
    state = (await client.get(DEMO)).json()
    assert (state["loaded"], state["edited"]) == (True, 0)
    assert "谢思源" in await names(sales, "/api/members")

    edited = await first(sales, "product")
    path = f"/api/records/product/{edited['id']}"
    assert (await client.patch(path, json={"list_price": "1"})).status_code == 200
    visited = await first(sales, "account", filter="COUNT(contacts) > 0", sort="name")
    body = {"name": "真人", "account": visited["id"], "mobile": "13900001234"}
    real = await client.post("/api/records/contact", json=body)
    assert real.status_code == 201, real.text
    path = f"/api/records/account/{mine.json()['id']}"
    keeper = {m["name"]: m["id"] for m in (await client.get("/api/members")).json()["items"]}
    owned = await client.patch(path, json={"owner": keeper["罗敏"]})
    assert owned.status_code == 200, owned.text

    off = await client.delete(DEMO)
    assert off.status_code == 200, off.text
    told = off.json()
    assert {(k["object"], k["id"], k["code"]) for k in told["kept"]} == {
        ("product", edited["id"], "revert.changed_since"),
        ("account", visited["id"], "revert.held"),
    }
    # Who owns what stays, stays.
    assert "罗敏" in told["members_kept"]
    assert "谢思源" not in told["members_kept"]
    now = await names(sales, "/api/members")
    assert set(told["members_kept"]) <= now
    assert "谢思源" not in now
    # Whoever stays keeps the teams above; example teams nobody is in go.
    assert {"总部", "销售运营部"} <= await names(sales, "/api/teams") <= teams
    left = {key: await count(sales, key) for key in ("account", "contact", "product", "lead")}
    assert left == {"account": 2, "contact": 1, "product": 1, "lead": 0}
    assert (await client.get(DEMO)).json()["loaded"] is False

    again = await client.post(DEMO, json={"scale": 0.1})
    assert again.status_code == 422, again.text  # the product that stayed has its code
    whole = await client.delete(DEMO, params={"edited": "true"})
    assert [k["code"] for k in whole.json()["kept"]] == ["revert.held"]
    again = await client.post(DEMO, json={"scale": 0.1})
    assert again.status_code == 201, again.text
    assert await names(sales, "/api/teams") == teams
    assert "谢思源" in await names(sales, "/api/members")
    assert (await client.delete(f"/api/records/contact/{real.json()['id']}")).status_code == 204
    whole = await client.delete(DEMO, params={"edited": "true"})
    assert whole.json()["kept"] == []
    assert await count(sales, "account") == 1


async def load_of(sales: Sales) -> dict[str, Any]:
    found: dict[str, Any] = (await sales.client.get(DEMO)).json()["load"]
    return found


async def test_cancelled_in_its_last_moment_nothing_of_it_stays(sales: Sales) -> None:
    database = sales.platform.database
    worker = Worker(database, sales.platform.registry(Registry))
    accounts = await count(sales, "account")
    assert (await sales.client.post(DEMO, json={"scale": 0.31})).status_code == 202
    async with database.transaction(sales.workspace) as tx:
        assert (await work.cancel(tx, "sales")).state == "cancelled"
        [[mine]] = await tx.rows("SELECT pg_backend_pid()")
        working = asyncio.create_task(worker.drain())

        async def written() -> bool:
            return working.done() or await waiting_for(sales, mine) == 2

        # The load's last step, and whoever tells how far it is, wait for us.
        await eventually(written, 200)
        assert not working.done(), "it was told to be cancelled"
    await working
    told = (await sales.client.get(DEMO)).json()
    assert (told["loaded"], told["load"]["state"]) == (False, "cancelled")
    assert await count(sales, "account") == accounts


async def waiting_for(sales: Sales, backend: int) -> int:
    # Of two who want one row the second waits for the first; an index being built for all of them.
    query = (
        "WITH RECURSIVE w(pid) AS (SELECT %s::int UNION SELECT l.pid FROM pg_locks l"
        " JOIN w ON NOT l.granted AND l.locktype IN ('transactionid', 'tuple')"
        " AND w.pid = ANY(pg_blocking_pids(l.pid)))"
        " SELECT count(*) - 1 FROM w"
    )
    async with sales.platform.database.transaction(sales.workspace) as tx:
        [[number]] = await tx.rows(query, [backend])
    return int(number)


@pytest.mark.feature("Z11")
async def test_a_large_one_is_loaded_by_a_job_and_can_be_cancelled(sales: Sales) -> None:
    client, platform = sales.client, sales.platform
    worker = Worker(platform.database, platform.registry(Registry))
    accounts = await count(sales, "account")
    none = await client.delete(f"{DEMO}/load")
    assert (none.status_code, none.json()["code"]) == (404, "demo.not_loading")
    # Large enough that its end is far away when its size is first told.
    begun = await client.post(DEMO, json={"scale": 1.5, "seed": 7})
    assert begun.status_code == 202, begun.text
    assert begun.json()["load"]["state"] == "running"
    twice = await client.post(DEMO, json={"scale": 0.4})
    assert (twice.status_code, twice.json()["code"]) == (409, "demo.loading")

    working = asyncio.create_task(worker.drain())
    while not (now := await load_of(sales))["total"]:
        assert now["state"] == "running", now
        await asyncio.sleep(0.05)
    ended = (await client.delete(f"{DEMO}/load")).json()["load"]
    assert ended["state"] == "cancelled"
    await working
    told = (await client.get(DEMO)).json()
    assert (told["loaded"], told["load"]["state"]) == (False, "cancelled")
    assert await count(sales, "account") == accounts, "nothing of it stays"

    assert (await client.post(DEMO, json={"scale": 0.4, "seed": 8})).status_code == 202
    await worker.drain()
    told = (await client.get(DEMO)).json()
    assert (told["loaded"], told["load"]["state"]) == (True, "done")
    assert told["records"] > 3_000
    assert await count(sales, "account") > accounts
    assert (await client.post(DEMO, json={"scale": 0.4})).status_code == 200


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ({"name": "a", "make": {"x": {"pcik": [1]}}}, "pcik"),
        ({"name": "a", "each": "nobody"}, "nobody"),
        ({"name": "a", "count": 1_000_000}, "more than"),
    ],
)
def test_a_wrong_recipe_names_the_set(part: dict[str, Any], said: str) -> None:
    person = {"name": "甲", "team": "hq", "role": "rep"}
    recipe = Recipe.model_validate({"people": [person], "sets": [part]})
    world = World(recipe, {}, TODAY, ZoneInfo("Asia/Shanghai"), {}, Random(1))
    with pytest.raises(Invalid) as caught:
        list(world.rows())
    assert "'a'" in caught.value.en
    assert said in caught.value.en


def test_every_maker_is_used_by_the_shipped_recipe() -> None:
    text = (SALES / "demo" / "recipe.yaml").read_text("utf-8")
    assert not [name for name in MAKERS if f"{name}: " not in text]
