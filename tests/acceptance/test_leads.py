"""X Education leads in through the import, figures out, equal to the truth file."""

from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from tests.acceptance.sets import MAPPINGS, Query, bring, truth

from changliu.transfer.mapping import read_mapping
from changliu.transfer.model import Summary
from changliu.transfer.service import Importer

pytestmark = [pytest.mark.data, pytest.mark.feature("Z19")]

# Column of the file → field: where "missing" and "Select" are counted.
COLUMNS = {
    "Lead Source": "source_detail",
    "TotalVisits": "visits",
    "Page Views Per Visit": "pages_per_visit",
    "Last Activity": "last_activity",
    "Country": "country",
    "Specialization": "interest",
    "How did you hear about X Education": "heard_from",
    "What is your current occupation": "occupation",
    "What matters most to you in choosing a course": "motivation",
    "Lead Quality": "quality",
    "Lead Profile": "profile",
    "City": "city",
    "Asymmetrique Activity Index": "activity_index",
    "Asymmetrique Profile Index": "profile_index",
    "Asymmetrique Activity Score": "activity_score",
    "Asymmetrique Profile Score": "profile_score",
}
RATE = {"n": "COUNT()", "hits": "COUNT(converted)"}


@pytest_asyncio.fixture(scope="module")
async def loaded(importer: Importer, data_sets: Path) -> Summary:
    return await bring(
        importer, data_sets / "xeducation_leads" / "leads.csv", "xeducation_leads.yaml"
    )


@pytest.fixture(scope="module")
def expected(data_sets: Path) -> dict[str, Any]:
    return truth(data_sets / "xeducation_leads")


def rates(group: dict[str, Any]) -> dict[str, tuple[int, int]]:
    """Return (n, hits) by word of a group of the truth file."""
    return {word: (g["n"], g["hits"]) for word, g in group.items()}


async def test_every_lead_arrives(loaded: Summary, query: Query, expected: dict[str, Any]) -> None:
    assert [f.faults for f in loaded.faults] == []
    assert loaded.counts.created == expected["rows"]
    (row,) = await query("lead", [], **RATE, rate="COUNT(converted)/COUNT()")
    assert (row["n"], row["hits"]) == (expected["rows"], expected["converted"])
    assert round(float(row["rate"]), 6) == expected["conversion_rate"]


@pytest.mark.usefixtures("loaded")
async def test_blanks_are_missing_cells_and_the_select_placeholder(
    query: Query, expected: dict[str, Any]
) -> None:
    measures = {field: f"COUNT(ISBLANK({field}))" for field in COLUMNS.values()}
    (row,) = await query("lead", [], **measures)
    true = {
        field: expected["missing"].get(column, 0) + expected["select_placeholder"].get(column, 0)
        for column, field in COLUMNS.items()
    }
    assert row == true
    (tags,) = await query("lead", [], blank="COUNT(ISBLANK(tags))")
    assert tags["blank"] == expected["missing"]["Tags"]


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize(
    ("field", "named"),
    [
        ("source_detail", "conversion_by_source_raw"),
        ("occupation", "conversion_by_occupation"),
        ("last_activity", "conversion_by_last_activity"),
    ],
)
async def test_conversion_by_words_as_they_stand(
    query: Query, expected: dict[str, Any], field: str, named: str
) -> None:
    rows = await query("lead", [field], **RATE)
    found = {row[field] or "(missing)": (row["n"], row["hits"]) for row in rows}
    assert found == rates(expected[named])


@pytest.mark.usefixtures("loaded")
async def test_conversion_by_source_whatever_the_case(
    query: Query, expected: dict[str, Any]
) -> None:
    true = rates(expected["conversion_by_source_casefolded"])
    words = {f"w{i}": word for i, word in enumerate(w for w in true if w != "(missing)")}
    counts = {k: f'COUNT(LOWER(source_detail)="{w}")' for k, w in words.items()}
    hits = {f"{k}h": f'COUNT(LOWER(source_detail)="{w}" AND converted)' for k, w in words.items()}
    (row,) = await query("lead", [], **counts, **hits)
    assert {w: (row[k], row[f"{k}h"]) for k, w in words.items()} == {
        w: pair for w, pair in true.items() if w != "(missing)"
    }


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize(
    ("field", "column", "named"),
    [
        ("source", "Lead Source", "conversion_by_source_raw"),
        ("origin", "Lead Origin", "conversion_by_origin"),
    ],
)
async def test_conversion_by_our_own_words(
    query: Query, expected: dict[str, Any], field: str, column: str, named: str
) -> None:
    """The mapping's words decide which of the file's words are counted together."""
    mapping, _ = read_mapping(MAPPINGS / "xeducation_leads.yaml")
    rule = next(r for r in mapping.columns[column] if r.field == field)
    true: dict[str | None, tuple[int, int]] = {}
    for word, (n, hits) in rates(expected[named]).items():
        key = rule.values.get(word)
        before = true.get(key, (0, 0))
        true[key] = (before[0] + n, before[1] + hits)
    rows = await query("lead", [field], **RATE)
    assert {row[field]: (row["n"], row["hits"]) for row in rows} == true


@pytest.mark.usefixtures("loaded")
async def test_time_on_site_by_conversion(query: Query, expected: dict[str, Any]) -> None:
    rows = await query(
        "lead",
        ["converted"],
        n="COUNT()",
        mean="AVG(time_on_site)",
        most="MAX(time_on_site)",
        middle="MEDIAN(time_on_site)",
    )
    for row in rows:
        true = expected["time_on_site"]["converted" if row["converted"] else "not_converted"]
        assert row["n"] == true["n"]
        assert round(float(row["mean"]), 6) == true["mean"]
        assert float(row["most"]) == true["max"]
        assert float(row["middle"]) == true["median"]
