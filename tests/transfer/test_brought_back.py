"""What an export takes away comes back unchanged: every object of the sales app, with demo data."""

from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import yaml
from tests.bundles.test_demo import SALES
from tests.transfer.conftest import Desk

from changliu.bundles import service as bundles
from changliu.bundles.demo.service import Wish, load
from changliu.fields.registry import FIELD_TYPES
from changliu.records.changeset.participant import Participants
from changliu.transfer.model import ImportRequest
from changliu.transfer.service import Importer

pytestmark = pytest.mark.feature("Z19")
OBJECTS = ("lead", "account", "contact", "opportunity", "product", "activity", "task")


@pytest_asyncio.fixture(scope="module")
async def stocked(sales: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The demo, some accounts without a credit code, an owner who left, one who is the system."""
    platform = sales.platform
    bundle = bundles.open_bundle("sales")
    parts = platform.registry(Participants).items
    wish = Wish(scale=0.05)
    await load(platform.database, sales.workspace, parts, bundle, wish, told=lambda *_: None)
    desk = Desk(sales, sales.client)
    await _owned_by_the_system(sales, tmp_path_factory.mktemp("files"))
    accounts = await desk.records("account", "NOTBLANK(owner)")
    left = next(a["owner"]["id"] for a in accounts if a["owner"]["title"] not in ("管理员", "系统"))
    await _write(desk, "account", [a["id"] for a in accounts[:3]], {"credit_code": None})
    # Two people of one name at one account, both spoken of.
    twins = [await _make(desk, "contact", name="王伟", account=accounts[0]["id"]) for _ in "12"]
    for twin in twins:
        await _make(desk, "task", subject="回访", contact=twin, account=accounts[0]["id"])
    answer = await desk.client.post(f"/api/members/{left}/disable")
    assert answer.status_code == 200, answer.text
    return desk


async def _owned_by_the_system(sales: Any, folder: Path) -> None:
    """Records that an import at the command line brought belong to nobody who works here."""
    file = folder / "system.csv"
    file.write_text("客户名称,客户等级\n系统的客户,老客\n", encoding="utf-8")
    parts = sales.platform.registry(Participants).items
    importer = Importer(sales.platform.database, sales.workspace, FIELD_TYPES, parts)
    assert (await importer.run(ImportRequest(file, object="account"))).counts.created == 1


async def _make(desk: Desk, target: str, **values: Any) -> str:
    answer = await desk.client.post(f"/api/records/{target}", json=values)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def _write(desk: Desk, target: str, ids: list[str], values: dict[str, Any]) -> None:
    changes = [{"op": "update", "object": target, "id": id_, "values": values} for id_ in ids]
    answer = await desk.client.post("/api/changesets", json={"mode": "all", "changes": changes})
    assert answer.status_code == 200, answer.text


async def _taken(desk: Desk, target: str, **params: str) -> bytes:
    answer = await desk.client.get(f"/api/exports/{target}", params=params)
    assert answer.status_code == 200, answer.text
    return answer.content


def _columns_of_view(target: str) -> str:
    names = {"product": "product_on_sale", "activity": "activity_recent", "task": "task_mine"}
    path = SALES / "views" / f"{names.get(target, f'{target}_all')}.yaml"
    view = yaml.safe_load(path.read_text("utf-8"))
    return ",".join(c["field"] if isinstance(c, dict) else c for c in view["columns"])


@pytest.mark.parametrize("target", OBJECTS)
@pytest.mark.parametrize("form", ["csv", "xlsx"])
async def test_what_was_taken_away_comes_back_unchanged(
    stocked: Desk, target: str, form: str
) -> None:
    params = {"format": form}
    if form == "xlsx":
        params["fields"] = _columns_of_view(target)
    data = await _taken(stocked, target, **params)
    made = await stocked.bring(data, target, name=f"{target}.{form}")
    assert made["mapping"]["match"] == ["id"]
    assert made["notices"][0]["columns"] == ["记录ID"]
    made = await stocked.remap(made, mode="update")
    assert made["questions"] == []
    await stocked.work()
    told = await stocked.ask("GET", f"/{made['id']}")
    counts = told["preview"]["counts"]
    assert told["preview"]["errors"] == []
    assert counts["unchanged"] == told["rows"] > 0, counts
    assert (counts["update"], counts["error"], counts["create"]) == (0, 0, 0)
    done = await stocked.commit(made)
    assert (done["counts"]["unchanged"], done["counts"]["error"]) == (told["rows"], 0)
