"""Data in and out of a real server: imported, compared with the truth, exported, taken back.

The Maven files, teams with their members too, and those of X Education go in through `/imports`,
guessed mappings corrected by the files of `tests/acceptance/mappings`; the server is killed in the
middle of one. What comes out again goes in
unchanged, and a revert leaves the workspace as it was.
"""

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from tests.acceptance.sets import DATA_SETS, MAPPINGS, truth
from tests.walks.company.office import Seat, done
from tests.walks.company.truth import Viewer
from tests.walks.harness import CLI, PASSWORD, Server, eventually, new_server, new_site

pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(not DATA_SETS.is_dir(), reason=f"no data sets at {DATA_SETS}"),
]
MAVEN = DATA_SETS / "maven_crm"
XEDUCATION = DATA_SETS / "xeducation_leads"
RESUMED = 150
FIGURES = {
    "won": 'COUNT(stage="won")',
    "win_rate": 'COUNT(stage="won")/COUNT(stage="won" OR stage="lost")',
    "revenue": 'SUM(amount, stage="won")',
    "avg_cycle_days_won": "AVG(cycle_days)",
}


@asynccontextmanager
async def opened() -> AsyncIterator[tuple[Server, Seat]]:
    """A server with the sales app, and its administrator."""
    async with new_site(workspace=False) as site:
        server = new_server(site)
        await server.restart()
        child = site.child("command", *CLI, "bundle", "install", "sales")
        assert await child.start().ended(120) == 0, site.text("command")
        async with httpx.AsyncClient(base_url=server.url, timeout=120) as http:
            yield server, await signed_in(http, "admin")


async def signed_in(http: httpx.AsyncClient, login: str, **more: str) -> Seat:
    """Sign in with the password of all walks, perhaps into another workspace."""
    body = {"login": login, "password": PASSWORD, **more}
    answer = await http.post("/api/auth/login", json=body)
    headers = {"authorization": f"Bearer {done(answer)['token']}"}
    return Seat(Viewer(login, "admin", frozenset()), http, headers, "")


async def upload(seat: Seat, content: bytes, name: str, **parts: str) -> Any:
    """Bring a file; what importing it would do."""
    answer = await seat.http.post(
        "/api/imports", files={"file": (name, content)}, data=parts, headers=seat.headers
    )
    return done(answer)


async def ended(seat: Seat, import_id: str, state: str = "done") -> Any:
    """Wait until an import has come to an end."""
    found: dict[str, Any] = {}

    async def there() -> bool:
        found.update(await seat.read(f"/imports/{import_id}"))
        return found["state"] not in {"draft", "running"}

    await eventually(there, RESUMED)
    assert found["state"] == state, found
    return found


async def commit(seat: Seat, import_id: str, **body: str) -> None:
    """Begin writing."""
    answer = await seat.send("POST", f"/imports/{import_id}/commit", body)
    assert answer.status_code == 202, answer.text


async def bring(seat: Seat, path: Any, mapping: str) -> Any:
    """A file through its corrected mapping, to its end."""
    made = await upload(
        seat, path.read_bytes(), path.name, mapping=(MAPPINGS / mapping).read_text("utf-8")
    )
    await commit(seat, made["id"])
    return await ended(seat, made["id"])


async def everything(seat: Seat, *objects: str) -> dict[str, dict[str, Any]]:
    """Every record by id, without what only tells of the last writing."""
    silent = {"version", "updated_at", "updated_by"}
    return {
        target: {
            item["id"]: {k: v for k, v in item.items() if k not in silent}
            for item in await seat.pages(target)
        }
        for target in objects
    }


async def compare_with_truth(seat: Seat) -> None:
    """Figures of the pipeline and of the leads equal those worked out from the files."""
    expected = truth(MAVEN)
    (row,) = await seat.figures("opportunity", **FIGURES)
    assert round(float(row["win_rate"]), 6) == expected["win_rate"]
    assert float(row["revenue"]) == expected["revenue_total"]
    assert round(float(row["avg_cycle_days_won"]), 6) == expected["cycle_days_won"]["mean"]
    for path, named in (
        ("owner", "by_agent"),
        ("team.leader", "by_manager"),
        ("team.parent", "by_region"),
        ("product", "by_product"),
    ):
        rows = await seat.figures("opportunity", path, **FIGURES)
        told = {row[path]["title"]: (row["won"], float(row["revenue"] or 0)) for row in rows}
        true = {who: (f["won"], float(f["revenue"])) for who, f in expected[named].items()}
        assert told == true, path
    rows = await seat.figures("opportunity", "stage", n="COUNT()", worth="SUM(product.list_price)")
    by_stage = {row["stage"]: row for row in rows}
    for name, true in expected["open_pipeline_by_stage"].items():
        assert float(by_stage[name.lower()]["worth"]) == float(true["list_value"])


async def compare_leads(seat: Seat) -> None:
    """Conversion by source equals the file's."""
    expected = truth(XEDUCATION)
    (row,) = await seat.figures("lead", n="COUNT()", hits="COUNT(converted)")
    assert (row["n"], row["hits"]) == (expected["rows"], expected["converted"])
    rows = await seat.figures("lead", "source_detail", n="COUNT()", hits="COUNT(converted)")
    told = {row["source_detail"] or "(missing)": (row["n"], row["hits"]) for row in rows}
    named = {k: (g["n"], g["hits"]) for k, g in expected["conversion_by_source_raw"].items()}
    assert {k: v for k, v in told.items() if k in named} == named


async def export(seat: Seat, target: str, fields: str) -> bytes:
    """A list as CSV with keys above it, whether it is made at once or by a job."""
    asked = {"format": "csv", "headers": "key", "fields": fields}
    answer = await seat.get(f"/exports/{target}", **asked)
    if answer.status_code == 202:
        made = answer.json()["id"]

        async def there() -> bool:
            return bool((await seat.read(f"/exports/{made}"))["state"] == "done")

        await eventually(there, RESUMED)
        answer = await seat.get(f"/exports/{made}/file")
    assert answer.status_code == 200, answer.text
    return answer.content


async def revert(seat: Seat, changeset: str) -> None:
    """Take a changeset or a whole import back."""
    done(await seat.send("POST", f"/changesets/{changeset}/revert", {}))


async def guess_well(seat: Seat) -> None:
    """Columns named as everybody names them are recognised; a draft writes nothing."""
    header = "客户名称,行业,联系电话,备注\n张江机械有限公司,manufacturing,021-5550 1234,无\n"
    made = await upload(seat, header.encode("gb18030"), "客户.csv", object="account")
    named = {column["column"]: column["fields"] for column in made["columns"]}
    assert named["客户名称"] == ["name"]
    assert made["preview"]["counts"]["create"] + made["preview"]["counts"]["error"] == 1
    (row,) = await seat.figures("account", n="COUNT()")
    assert row["n"] == 0
    done(await seat.send("POST", f"/imports/{made['id']}/cancel"))


async def out_and_in_again(seat: Seat) -> None:
    """What was exported is imported again: nothing changes."""
    before = await everything(seat, "opportunity", "account")
    fields = "external_code,name,stage,amount,engaged_on,closed_on"
    content = await export(seat, "opportunity", fields)
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert len(rows) == 8_801
    mapping = f"object: opportunity\nmatch: external_code\ncolumns: {{{columns(fields)}}}\n"
    made = await upload(seat, content, "deals.csv", mapping=mapping)
    await commit(seat, made["id"])
    counts = (await ended(seat, made["id"]))["counts"]
    assert (counts["unchanged"], counts["update"], counts["error"]) == (8_800, 0, 0), counts
    assert await everything(seat, "opportunity", "account") == before


def columns(fields: str) -> str:
    """Columns that are called as the fields are."""
    return ", ".join(f"{name}: {name}" for name in fields.split(","))


async def killed_in_the_middle(server: Server, seat: Seat) -> str:
    """The pipeline goes in; the server dies after a batch, comes back, and brings in the rest."""
    server.kill9()
    await server.restart(CHANGLIU_CRASH_AT="import.committed")
    path = MAVEN / "sales_pipeline.csv"
    words = (MAPPINGS / "maven_pipeline.yaml").read_text("utf-8")
    made = await upload(seat, path.read_bytes(), path.name, mapping=words)
    await commit(seat, made["id"])
    await asyncio.sleep(5)
    server.kill9()
    await server.restart()
    await server.site.end_leases()
    counts = (await ended(seat, made["id"]))["counts"]
    assert (counts["error"], counts["duplicate"]) == (0, 0), counts
    (row,) = await seat.figures("opportunity", n="COUNT()")
    assert row["n"] == 8_800
    return str(made["id"])


async def found(seat: Seat) -> None:
    """张 is found by pinyin, by a first letter, by four digits."""
    values = {"name": "张江重工", "phone": "+8613900136754"}
    fields = {f["key"] for o in (await seat.read("/meta"))["objects"] if o["key"] == "account"
              for f in o["fields"]}  # fmt: skip
    body = {key: value for key, value in values.items() if key in fields}
    made = done(await seat.send("POST", "/records/account", body))
    for asked in ("zhang", "zj", "江重", *(["6754"] if "phone" in body else [])):
        groups = (await seat.read("/search", q=asked, objects="account"))["groups"]
        ids = [hit["id"] for group in groups for hit in group["items"]]
        assert made["id"] in ids, asked


async def merged_and_parted(seat: Seat) -> None:
    """Two accounts become one with all their deals, and two again."""
    before = await everything(seat, "account", "opportunity")
    rows = await seat.figures("opportunity", "account", n="COUNT()")
    (first, a), (second, b) = [(r["account"]["id"], r["n"]) for r in rows if r["account"]][:2]
    change = {"op": "merge", "object": "account", "id": first, "from": [second]}
    made = done(await seat.send("POST", "/changesets", {"changes": [change]}))
    rows = await seat.figures("opportunity", "account", n="COUNT()")
    after = {r["account"]["id"]: r["n"] for r in rows if r["account"]}
    assert after[first] == a + b
    assert second not in after
    gone = await seat.get(f"/records/account/{second}")
    assert gone.json()["code"] == "record.merged"
    assert first in gone.text
    await revert(seat, made["id"])
    assert await everything(seat, "account", "opportunity") == before


async def walled_off(server: Server, seat: Seat) -> None:
    """A second company sees nothing of the first."""
    child = server.site.child("other", *CLI, "workspace", "create", "第二家")
    assert await child.start().ended(60) == 0, server.site.text("other")
    stranger = await signed_in(seat.http, "admin", workspace="第二家")
    assert (await stranger.read("/meta"))["objects"] == []
    assert (await stranger.get("/records/account")).status_code == 404
    assert (await stranger.read("/search", q="zhang"))["groups"] == []
    assert (await stranger.read("/imports"))["items"] == []


@pytest.mark.timeout(900)
@pytest.mark.feature("Z19")
async def test_real_files_go_in_come_out_and_go_back() -> None:
    """Everything the first hour of a customer needs, over HTTP."""
    async with opened() as (server, seat):
        await guess_well(seat)
        for file, mapping in (
            ("sales_teams.csv", "maven_teams.yaml"),
            ("products.csv", "maven_products.yaml"),
            ("accounts.csv", "maven_accounts.yaml"),
        ):
            counts = (await bring(seat, MAVEN / file, mapping))["counts"]
            assert counts["error"] == 0, (file, counts)
        empty = await everything(seat, "account", "product", "opportunity")
        pipeline = await killed_in_the_middle(server, seat)
        await compare_with_truth(seat)
        await bring(seat, XEDUCATION / "leads.csv", "xeducation_leads.yaml")
        await compare_leads(seat)
        await out_and_in_again(seat)
        await revert(seat, pipeline)
        assert await everything(seat, "account", "product", "opportunity") == empty
        await bring(seat, MAVEN / "sales_pipeline.csv", "maven_pipeline.yaml")
        await merged_and_parted(seat)
        await found(seat)
        await walled_off(server, seat)
