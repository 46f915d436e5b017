"""Importing into a real workspace: counts, modes, faults at their cells, resuming, rights."""

import asyncio
import csv
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio

from changliu.bundles.service import install, open_bundle
from changliu.definitions.kind import KindRegistry
from changliu.fields.registry import FIELD_TYPES
from changliu.identity import service as identity
from changliu.kit.db import Workspace
from changliu.kit.errors import Conflict, Forbidden, Invalid
from changliu.kit.platform import Platform
from changliu.transfer.model import ImportRequest, Progress, Summary, record_id
from changliu.transfer.report import write_errors
from changliu.transfer.service import Importer

SALES = Path(__file__).parents[2] / "apps" / "sales"
pytestmark = pytest.mark.feature("Z19")


@pytest_asyncio.fixture(scope="module")
async def importer(platform: Platform, workspace: Workspace) -> Importer:
    kinds = platform.registry(KindRegistry)
    await install(platform.database, workspace, kinds, open_bundle(str(SALES)))
    return Importer(platform.database, workspace, FIELD_TYPES, ())


class Desk:
    """Writes files and imports them."""

    def __init__(self, importer: Importer, folder: Path, client: httpx.AsyncClient) -> None:
        self.importer, self.folder, self.client = importer, folder, client

    def file(self, text: str, name: str = "file.csv") -> Path:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    async def bring(self, text: str, mapping: str | None = None, **options: Any) -> Summary:
        mapped = self.file(mapping, "map.yaml") if mapping else None
        return await self.importer.run(ImportRequest(self.file(text), mapping=mapped, **options))

    async def records(self, object_key: str, filter_: str) -> list[dict[str, Any]]:
        answer = await self.client.get(
            f"/api/records/{object_key}", params={"filter": filter_, "limit": 500}
        )
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items


@pytest.fixture
def desk(importer: Importer, tmp_path: Path, admin: httpx.AsyncClient) -> Desk:
    return Desk(importer, tmp_path, admin)


async def test_headers_that_are_labels_need_no_mapping(desk: Desk) -> None:
    text = "产品名称,目录价,在售,备用\n甲,￥1,否,x\n乙,1.2万,是,y\n"
    summary = await desk.bring(text, object="product")
    assert summary.counts.created == 2
    found = {
        r["values"]["name"]: r["values"]
        for r in await desk.records("product", 'name IN ("甲","乙")')
    }
    assert (found["甲"]["list_price"], found["甲"]["active"]) == ("1", False)
    assert (found["乙"]["list_price"], found["乙"]["active"]) == ("12000", True)


async def test_a_dry_run_counts_exactly_and_writes_nothing(desk: Desk) -> None:
    text = "name,code\n丙,C1\n丁,C1\n戊,C2\n"
    tried = await desk.bring(text, object="product", dry_run=True)
    assert tried.id is None
    assert await desk.records("product", 'code IN ("C1","C2")') == []
    done = await desk.bring(text, object="product")
    assert tried.counts.as_json() == done.counts.as_json()
    assert (done.counts.created, done.counts.refused) == (1, 2)
    assert [f.line for f in tried.faults] == [f.line for f in done.faults] == [2, 3]


async def test_bad_rows_are_told_at_their_cells_and_the_others_stand(
    desk: Desk, tmp_path: Path
) -> None:
    text = (
        "客户名称,行业,员工数,上级企业\n"
        "=好公司,零售,12,\n"
        "坏行业,种瓜,1,\n"
        "坏数字,零售,-3,\n"
        "坏上级,零售,3,没有这家\n"
        "短行,零售\n"
        ",零售,1,\n"
    )
    summary = await desk.bring(text, object="account")
    assert (summary.counts.created, summary.counts.refused) == (2, 4)
    assert summary.counts.unlinked == 1
    said = {f.line: (f.faults[0].column, f.faults[0].code) for f in summary.faults}
    assert said == {
        3: ("行业", "field.option"),
        4: ("员工数", "field.range"),
        5: ("上级企业", "import.no_such"),
        6: (None, "import.width"),
        7: ("客户名称", "field.required"),
    }
    path = tmp_path / "errors.csv"
    count = await write_errors(path, summary.header, desk.importer.refused(summary), "zh-CN")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert count == len(rows) - 1 == 5
    assert rows[0] == ["客户名称", "行业", "员工数", "上级企业", "行号 line", "错误 error"]
    assert rows[1][:2] == ["坏行业", "种瓜"]
    assert rows[1][4] == "3"
    assert "种瓜" in rows[1][5]


async def test_match_creates_updates_or_skips(desk: Desk) -> None:
    mapping = "object: product\nmatch: code\ncolumns: {代码: code, 名: name, 系列: series}\n"
    first = await desk.bring("代码,名,系列\nM1,一,甲\nM2,二,甲\n", mapping)
    assert (first.counts.created, first.counts.updated) == (2, 0)
    again = await desk.bring("代码,名,系列\nM2,二,乙\nM3,三,乙\n", mapping)
    assert (again.counts.created, again.counts.updated) == (1, 1)
    only = await desk.bring("代码,名,系列\nM2,二,丙\nM9,九,丙\n", mapping, mode="update")
    assert (only.counts.updated, only.counts.refused) == (1, 1)
    assert only.faults[0].faults[0].code == "import.no_match"
    new = await desk.bring("代码,名,系列\nM1,一一,丁\nM4,四,丁\n", mapping, mode="create")
    assert (new.counts.created, new.counts.skipped) == (1, 1)
    rows = await desk.records("product", 'LEFT(code,1)="M"')
    assert {r["values"]["code"]: r["values"]["series"] for r in rows} == {
        "M1": "甲", "M2": "丙", "M3": "乙", "M4": "丁",
    }  # fmt: skip


async def test_a_key_twice_in_the_file_is_refused_also_across_batches(desk: Desk) -> None:
    mapping = "object: product\nmatch: code\ncolumns: {代码: code, 名: name}\n"
    text = "代码,名\nR1,重一\nR2,重二\nR3,重三\nR1,重四\n"
    summary = await desk.bring(text, mapping, batch_rows=2)
    assert (summary.counts.created, summary.counts.refused) == (3, 1)
    (fault,) = summary.faults
    assert (fault.line, fault.faults[0].code) == (5, "import.repeated")
    assert "第 1 条" in fault.faults[0].zh


async def test_null_words_values_constants_scale_and_formats(desk: Desk) -> None:
    mapping = """
object: opportunity
null: ["", 无]
columns:
  名称: name
  阶段: {field: stage, values: {成了: won, 黄了: lost}, others: refuse}
  金额万: {field: amount, scale: "10000"}
  日期: {field: closed_on, format: "%d.%m.%Y"}
  赢率: win_rate
constants: {source: outbound, next_step: 回访}
"""
    rows = ("单一,成了,1.5,31.12.2025,80%", "单二,黄了,无,,0.1", "单三,悬了,1,,")
    text = "\n".join(("名称,阶段,金额万,日期,赢率", *rows))
    summary = await desk.bring(text, mapping)
    assert (summary.counts.created, summary.counts.refused) == (2, 1)
    assert summary.faults[0].faults[0].code == "import.word"
    found = {
        r["values"]["name"]: r["values"]
        for r in await desk.records("opportunity", 'LEFT(name,1)="单"')
    }
    one, two = found["单一"], found["单二"]
    assert (one["stage"], one["amount"], one["closed_on"]) == ("won", "15000", "2025-12-31")
    assert (one["win_rate"], one["weighted_amount"], one["source"]) == ("0.8", "12000", "outbound")
    assert (two["amount"], two["closed_on"], two["win_rate"]) == (None, None, "0.1")


async def test_references_and_owners_by_name(desk: Desk) -> None:
    async with desk.importer.database.transaction(desk.importer.workspace) as tx:
        team = await identity.ensure_team(tx, "links", "关联组")
        await identity.ensure_member(tx, "李雷", team)
        await identity.insert_member(tx, {"name": "韩梅"})
        await identity.insert_member(tx, {"name": "韩梅"})
    mapping = """
object: opportunity
columns:
  名称: name
  客户: {field: account, reference: {by: name, create_missing: true}}
  产品: {field: product, reference: {by: code}}
  负责人: owner
"""
    await desk.bring("name,code\n关联产品,LINK\n", object="product")
    text = (
        "名称,客户,产品,负责人\n关一,新客户一,LINK,李雷\n关二,新客户一,,李雷\n"
        "关三,新客户二,NONE,\n关四,,,韩梅\n关五,,,没这人\n"
    )
    summary = await desk.bring(text, mapping)
    assert (summary.counts.created, summary.counts.refused) == (2, 3)
    codes = [f.faults[0].code for f in summary.faults]
    assert codes == ["import.no_such", "import.ambiguous", "import.no_such"]
    assert summary.counts.made == {"account": 1}, "none for rows that are refused"
    found = {r["values"]["name"]: r for r in await desk.records("opportunity", 'LEFT(name,1)="关"')}
    assert found["关一"]["values"]["account"] == found["关二"]["values"]["account"]
    assert found["关一"]["values"]["account"]["title"] == "新客户一"
    assert found["关一"]["values"]["product"]["title"] == "关联产品"
    assert found["关一"]["owner"]["title"] == "李雷"
    assert found["关一"]["team"]["title"] == "关联组"
    assert len(await desk.records("account", 'name="新客户一"')) == 1


@pytest.mark.parametrize(
    ("mapping", "code", "line", "word"),
    [
        ("object: product\ncolumns:\n  nam: name\n", "import.unknown", 3, "name"),
        ("object: product\ncolumns:\n  name: nome\n", "import.unknown", 3, "name"),
        ("object: lead\ncolumns:\n  name: number\n", "import.read_only", 3, ""),
        ("object: product\ncolumns: {name: {feld: name}}\n", "yaml.missing", 2, "field"),
        ("object: product\ncolumns: {name: name, code: name}\n", "import.twice", 2, ""),
        ("object: product\nmatch: series\ncolumns: {name: name}\n", "import.unknown", 2, ""),
        ("object: product\nmode: update\ncolumns: {name: name}\n", "import.match", 2, ""),
        ("object: product\ncolumns: {name: name}\nunmapped: refuse", "import.unmapped", 2, "code"),
        (
            "object: product\ncolumns: {name: name}\nconstants: {colour: 1}\n",
            "import.unknown", 3, "",
        ),
        (
            "object: contact\ncolumns:\n  name:\n    field: account\n    reference: {by: nam}\n",
            "import.unknown", 5, "name",
        ),
    ],
)  # fmt: skip
async def test_a_wrong_mapping_is_refused_at_its_line(
    desk: Desk, mapping: str, code: str, line: int, word: str
) -> None:
    with pytest.raises(Invalid) as caught:
        await desk.bring("name,code\nx,y\n", mapping)
    fault = caught.value.faults[0]
    assert (fault.code, fault.extra["line"], fault.extra["file"]) == (code, line, "map.yaml")
    assert word in fault.en
    assert word in fault.zh


async def test_an_import_cut_off_goes_on_at_its_cursor(
    desk: Desk,
) -> None:
    rows = "".join(f"断{i:03},K{i:03}\n" for i in range(25))
    text = f"name,code\n{rows}断重,K003\n断坏,{'K' * 61}\n"
    request = ImportRequest(desk.file(text), object="product", match=("code",), batch_rows=10)
    seen: list[int] = []

    def cut(progress: Progress) -> None:
        seen.append(progress.done)
        if len(seen) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await desk.importer.run(request, cut)
    assert len(await desk.records("product", 'LEFT(name,1)="断"')) == 20
    summary = await desk.importer.run(request)
    assert summary.resumed_at == 20
    assert (summary.counts.created, summary.counts.refused) == (25, 2)
    found = await desk.records("product", 'LEFT(name,1)="断"')
    assert sorted(r["values"]["name"] for r in found) == [f"断{i:03}" for i in range(25)]
    refused = [row async for row in desk.importer.refused(summary)]
    assert [(r.line, r.faults[0].code) for r in refused] == [
        (27, "import.repeated"),
        (28, "field.too_long"),
    ]


async def test_two_processes_never_do_a_batch_twice(desk: Desk) -> None:
    rows = "".join(f"双{i:03},D{i:03}\n" for i in range(30))
    request = ImportRequest(desk.file(f"name,code\n{rows}"), object="product", batch_rows=10)
    other = Importer(desk.importer.database, desk.importer.workspace, FIELD_TYPES, ())
    rivals: list[asyncio.Task[Summary]] = []

    def let_the_other_in(_: Progress) -> None:
        if not rivals:
            rivals.append(asyncio.create_task(other.run(request)))

    ours = asyncio.create_task(desk.importer.run(request, let_the_other_in))
    outcomes = [*await asyncio.gather(ours, return_exceptions=True)]
    outcomes += await asyncio.gather(*rivals, return_exceptions=True)
    assert all(isinstance(o, Summary | Conflict) for o in outcomes), outcomes
    assert any(isinstance(o, Summary) for o in outcomes)
    assert len(await desk.records("product", 'LEFT(name,1)="双"')) == 30


async def test_who_may_not_import_is_told_so(desk: Desk) -> None:
    async with desk.importer.database.transaction(desk.importer.workspace) as tx:
        rep = await identity.ensure_member(tx, "小销售", None, ["rep"])
        ops = await identity.ensure_member(tx, "小运营", None, ["sales_ops"])
    database, workspace = desk.importer.database, desk.importer.workspace
    request = ImportRequest(desk.file("name\n权一\n"), object="product")
    with pytest.raises(Forbidden) as caught:
        await Importer(database, workspace, FIELD_TYPES, (), rep).run(request)
    assert caught.value.code == "import.denied"
    summary = await Importer(database, workspace, FIELD_TYPES, (), ops).run(request)
    assert summary.counts.created == 1
    people = ImportRequest(desk.file("name\n新人\n", "p.csv"), object="member")
    with pytest.raises(Forbidden):
        await Importer(database, workspace, FIELD_TYPES, (), ops).run(people)


async def test_members_arrive_with_teams_and_leaders_once(desk: Desk) -> None:
    mapping = """
object: member
columns: {姓名: name, 邮箱: email}
teams: {path: ["{大区}", "{组}"], leader: "{主管}"}
roles: [rep]
leader_roles: [manager]
"""
    rows = ("赵一,z1@example.com,西区,一组,钱二", "孙三,,西区,一组,钱二", ",,西区,一组,钱二")
    text = "\n".join(("姓名,邮箱,大区,组,主管", *rows))
    tried = await desk.bring(text, mapping, dry_run=True)
    for created, unchanged in ((2, 0), (0, 2)):
        summary = await desk.bring(text, mapping)
        assert (summary.counts.created, summary.counts.unchanged) == (created, unchanged)
        assert summary.faults[0].faults[0].code == "import.blank"
    assert tried.counts.created == 2
    members = (await desk.client.get("/api/members", params={"limit": 200})).json()["items"]
    found = {m["name"]: m for m in members}
    assert found["赵一"]["email"] == "z1@example.com"
    assert len([m for m in members if m["name"] in ("赵一", "孙三", "钱二")]) == 3
    async with desk.importer.database.transaction(desk.importer.workspace) as tx:
        chief = await identity.actor(tx, UUID(found["钱二"]["id"]))
    assert chief.roles == ("manager",)
    teams = (await desk.client.get("/api/teams")).json()["items"]
    group = next(t for t in teams if t["name"] == "一组")
    assert UUID(
        str(group["leader"]["id"] if isinstance(group["leader"], dict) else group["leader"])
    )


async def test_an_unknown_role_is_refused(desk: Desk) -> None:
    mapping = "object: member\ncolumns: {姓名: name}\nroles: [repp]\n"
    summary = await desk.bring("姓名\n周五\n", mapping)
    assert summary.faults[0].faults[0].code == "role.unknown"
    assert summary.counts.created == 0


def test_a_row_has_one_id_for_ever() -> None:
    one, other = UUID("01a200ac-4328-7000-ab4d-b6cc233f2187"), UUID(int=7 << 76)
    assert record_id(one, 1) == record_id(one, 1)
    assert len({record_id(i, row) for i in (one, other) for row in range(500)}) == 1000
    made = record_id(one, 5)
    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert made.int >> 80 == one.int >> 80
