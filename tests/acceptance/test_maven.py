"""Maven CRM in through the import, figures out through `/api/query`, equal to the truth file."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from tests.acceptance.sets import Query, bring, title, truth

from changliu.transfer.model import Summary
from changliu.transfer.service import Importer

pytestmark = [pytest.mark.data, pytest.mark.feature("Z19")]

FILES = (
    ("sales_teams.csv", "maven_teams.yaml"),
    ("products.csv", "maven_products.yaml"),
    ("accounts.csv", "maven_accounts.yaml"),
    ("sales_pipeline.csv", "maven_pipeline.yaml"),
)
OPEN = 'stage="prospecting" OR stage="engaging"'
MEASURES = {
    "won": 'COUNT(stage="won")',
    "lost": 'COUNT(stage="lost")',
    "win_rate": 'COUNT(stage="won")/COUNT(stage="won" OR stage="lost")',
    "revenue": 'SUM(amount, stage="won")',
    "avg_won_value": 'AVG(amount, stage="won")',
    "avg_cycle_days_won": "AVG(cycle_days)",
    "open_deals": f"COUNT({OPEN})",
    "open_list_value": f"SUM(product.list_price, {OPEN})",
}


@pytest_asyncio.fixture(scope="module")
async def loaded(importer: Importer, data_sets: Path) -> dict[str, Summary]:
    """The four files of the data set, imported in order."""
    folder = data_sets / "maven_crm"
    return {file: await bring(importer, folder / file, mapping) for file, mapping in FILES}


@pytest.fixture(scope="module")
def expected(data_sets: Path) -> dict[str, Any]:
    return truth(data_sets / "maven_crm")


def same(figure: Any, true: float | None, places: int = 6) -> bool:
    """Whether a figure equals one of the truth file, which is rounded to 6 places."""
    if figure is None or true is None:
        return figure is None and true is None
    return round(Decimal(figure), places) == round(Decimal(str(true)), places)


async def test_every_row_arrives(
    loaded: dict[str, Summary], query: Query, expected: dict[str, Any]
) -> None:
    pipeline = loaded["sales_pipeline.csv"]
    assert [f.faults for f in pipeline.faults] == []
    assert pipeline.counts.created == expected["rows"]["sales_pipeline"]
    assert loaded["accounts.csv"].counts.created == expected["rows"]["accounts"]
    assert loaded["products.csv"].counts.created == expected["rows"]["products"]
    assert loaded["sales_teams.csv"].counts.created == expected["rows"]["sales_teams"]
    (row,) = await query(
        "opportunity",
        [],
        rows="COUNT()",
        no_account="COUNT(ISBLANK(account))",
        no_engage="COUNT(ISBLANK(engaged_on))",
        no_close="COUNT(ISBLANK(closed_on))",
        no_value="COUNT(ISBLANK(amount))",
        no_owner="COUNT(ISBLANK(owner))",
        no_product="COUNT(ISBLANK(product))",
    )
    missing = expected["missing"]["sales_pipeline"]
    assert row == {
        "rows": expected["rows"]["sales_pipeline"],
        "no_account": missing["account"],
        "no_engage": missing["engage_date"],
        "no_close": missing["close_date"],
        "no_value": missing["close_value"],
        "no_owner": 0,
        "no_product": 0,
    }


async def test_subsidiaries_point_at_parents_further_down_the_file(
    loaded: dict[str, Summary], query: Query, expected: dict[str, Any]
) -> None:
    linked = expected["rows"]["accounts"] - expected["missing"]["accounts"]["subsidiary_of"]
    assert loaded["accounts.csv"].counts.linked == linked
    (row,) = await query("account", [], linked="COUNT(NOT(ISBLANK(parent)))")
    assert row["linked"] == linked


@pytest.mark.usefixtures("loaded")
async def test_totals(query: Query, expected: dict[str, Any]) -> None:
    (row,) = await query("opportunity", [], **MEASURES, median='MEDIAN(amount, stage="won")')
    assert same(row["win_rate"], expected["win_rate"])
    assert same(row["revenue"], expected["revenue_total"])
    assert same(row["avg_won_value"], expected["avg_won_value"])
    assert same(row["median"], expected["median_won_value"])
    assert same(row["avg_cycle_days_won"], expected["cycle_days_won"]["mean"])
    assert row["won"] == expected["cycle_days_won"]["n"]
    assert row["lost"] == expected["cycle_days_lost"]["n"]


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("owner", "by_agent"),
        ("team.leader", "by_manager"),
        ("team.parent", "by_region"),
        ("product", "by_product"),
        ("product.series", "by_series"),
    ],
)
async def test_figures_by_agent_manager_region_product(
    query: Query, expected: dict[str, Any], path: str, named: str
) -> None:
    found = {title(row[path]): row for row in await query("opportunity", [path], **MEASURES)}
    assert found.keys() == expected[named].keys()
    for name, true in expected[named].items():
        for figure in MEASURES:
            assert same(found[name][figure], true[figure]), (name, figure)


@pytest.mark.usefixtures("loaded")
async def test_open_pipeline_by_stage(query: Query, expected: dict[str, Any]) -> None:
    rows = await query(
        "opportunity",
        ["stage"],
        deals="COUNT()",
        value="SUM(product.list_price)",
        without_account="COUNT(ISBLANK(account))",
    )
    found = {row["stage"]: row for row in rows}
    counts = {name.lower(): n for name, n in expected["stage_counts"].items()}
    assert {stage: row["deals"] for stage, row in found.items()} == counts
    for name, true in expected["open_pipeline_by_stage"].items():
        row = found[name.lower()]
        assert row["without_account"] == true["without_account"]
        assert same(row["value"], true["list_value"])


@pytest.mark.usefixtures("loaded")
async def test_figures_by_quarter_and_month(query: Query, expected: dict[str, Any]) -> None:
    closed = 'stage="won" OR stage="lost"'
    rows = await query("opportunity", ["closed_on@quarter"], closed, **MEASURES)
    quarters = {quarter(row["closed_on"]): row for row in rows}
    assert quarters.keys() == expected["by_quarter"].keys()
    for name, true in expected["by_quarter"].items():
        assert all(same(quarters[name][k], true[k]) for k in ("won", "revenue", "win_rate")), name
    rows = await query("opportunity", ["closed_on@month"], closed, **MEASURES)
    months = {row["closed_on"][:7]: row for row in rows}
    for name, true in expected["by_month"].items():
        assert all(same(months[name][k], true[k]) for k in ("won", "revenue")), name


def quarter(day: str) -> str:
    return f"{day[:4]}Q{(int(day[5:7]) + 2) // 3}"


@pytest.mark.usefixtures("loaded")
async def test_best_accounts_through_formula_fields(query: Query, expected: dict[str, Any]) -> None:
    rows = await query(
        "opportunity", ["account"], 'stage="won"', won="COUNT()", revenue="SUM(amount)"
    )
    best = sorted(rows, key=lambda r: -Decimal(r["revenue"]))[:10]
    truth_rows = expected["top10_accounts_by_revenue"]
    assert [title(r["account"]) for r in best] == [t["account"] for t in truth_rows]
    rows = await query(
        "account", ["name"], "won_count>=2", won="MAX(won_count)", amount="MAX(won_amount)"
    )
    assert len(rows) == expected["repeat_accounts"]["accounts_with_2plus_won"]
    by_name = {row["name"]: row for row in rows}
    for true in truth_rows:
        assert same(by_name[true["account"]]["amount"], true["revenue"])
        assert same(by_name[true["account"]]["won"], true["won"])


async def test_importing_again_adds_nothing(
    importer: Importer, loaded: dict[str, Summary], query: Query, data_sets: Path
) -> None:
    del loaded
    for file, mapping in FILES:
        again = await bring(importer, data_sets / "maven_crm" / file, mapping)
        assert (again.counts.created, again.counts.refused) == (0, 0), file
    (row,) = await query("opportunity", [], rows="COUNT()")
    assert row["rows"] == 8800
    people = await query("opportunity", ["owner"], n="COUNT()")
    assert len(people) == 30
