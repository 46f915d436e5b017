"""POST /query: figures equal plain Python over the rows the caller reads."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.records.query.query_house import INDUSTRIES, STAGES, House

LOGINS = ("admin", "rep", "lead", "boss")
SHANGHAI = ZoneInfo("Asia/Shanghai")


async def ask(house: House, login: str, **body: Any) -> list[dict[str, Any]]:
    answer = await house.clients[login].post("/api/query", json={"object": "deal", **body})
    assert answer.status_code == 200, answer.text
    rows: list[dict[str, Any]] = answer.json()["rows"]
    return rows


def grouped(rows: list[dict], key: Callable[[dict], Any]) -> dict[Any, list[dict]]:
    groups = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return groups


def wire(number: Decimal | None) -> str | None:
    if number is None:
        return None
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def total(rows: list[dict]) -> Decimal:
    return sum((r["amount"] for r in rows if r["amount"] is not None), Decimal(0))


@pytest.mark.feature("Z13")
async def test_measures_by_stage_equal_python(house):
    for login in LOGINS:
        rows = await ask(
            house,
            login,
            group_by=[{"field": "stage"}],
            measures=[
                {"key": "n", "formula": "COUNT()"},
                {"key": "hot", "formula": "COUNT(hot)"},
                {"key": "sum", "formula": "SUM(amount)"},
                {"key": "won", "formula": 'SUM(amount, stage="won")/COUNT(stage="won")'},
                {"key": "most", "formula": "MAX(score)"},
            ],
            filter="score <> 4",
        )
        visible = [d for d in house.visible(login, house.deals) if d["score"] != 4]
        groups = grouped(visible, lambda d: d["stage"])
        order = [s for s in (*STAGES, None) if s in groups]
        assert [r["stage"] for r in rows] == order
        for row in rows:
            mine = groups[row["stage"]]
            assert row["n"] == len(mine)
            assert row["hot"] == sum(d["hot"] is True for d in mine)
            assert row["sum"] == wire(total(mine))
            scores = [d["score"] for d in mine if d["score"] is not None]
            assert row["most"] == (str(max(scores)) if scores else None)
            if row["stage"] == "won":
                assert Decimal(row["won"]) == round(total(mine) / len(mine), 20).normalize()
            else:
                assert row["won"] is None


async def test_dates_fall_into_periods_of_the_organisations_time_zone(house):
    grains: dict[str, Callable[[date], date]] = {
        "day": lambda d: d,
        "week": lambda d: d - timedelta(days=d.weekday()),
        "month": lambda d: d.replace(day=1),
        "quarter": lambda d: d.replace(month=(d.month - 1) // 3 * 3 + 1, day=1),
        "year": lambda d: d.replace(month=1, day=1),
    }
    counted = [{"key": "n", "formula": "COUNT()"}]
    for grain, start in grains.items():
        for field in ("seen", "closed"):
            rows = await ask(
                house, "admin", group_by=[{"field": field, "grain": grain}], measures=counted
            )
            days = [d[field] for d in house.visible("admin", house.deals)]
            if field == "seen":
                days = [d and d.astimezone(SHANGHAI).date() for d in days]
            starts = [{"d": d and start(d)} for d in days]
            groups = grouped(starts, lambda r: r["d"])
            wanted = [(d and d.isoformat(), len(groups[d])) for d in sorted(groups, key=_last)]
            assert [(r[field], r["n"]) for r in rows] == wanted


def _last(value: date | None) -> tuple[bool, Any]:
    return value is None, value or date.min


async def test_paths_and_references_group_by_what_the_caller_reads(house):
    counted = [{"key": "n", "formula": "COUNT()"}]
    for login in LOGINS:
        visible = house.visible(login, house.deals)
        rows = await ask(house, login, group_by=[{"field": "客户.行业"}], measures=counted)
        seen = [{"of": (house.company_of(login, d) or {}).get("industry")} for d in visible]
        groups = grouped(seen, lambda d: d["of"])
        wanted = [k for k in (*(f"i{n}" for n in range(len(INDUSTRIES))), None) if k in groups]
        assert [(r["客户.行业"], r["n"]) for r in rows] == [(k, len(groups[k])) for k in wanted]
        rows = await ask(house, login, group_by=[{"field": "company"}], measures=counted)
        groups = grouped(visible, lambda d: d["company"])
        assert {(r["company"] or {}).get("id"): r["n"] for r in rows} == {
            k and str(k): len(v) for k, v in groups.items()
        }
        readable = {str(c["id"]): c["name"] for c in house.visible(login, house.companies)}
        titles = []
        for row in rows:
            if row["company"] is None:
                continue
            titles.append(row["company"]["title"])
            if row["company"]["id"] in readable:
                assert row["company"]["title"] == readable[row["company"]["id"]]
            else:
                assert row["company"]["title"] is None
                assert row["company"]["hidden"] is True
        named = [t for t in titles if t is not None]
        assert named == sorted(named)
        assert titles[: len(named)] == named


async def test_rows_are_sorted_and_cut_as_asked(house):
    body = {
        "group_by": [{"field": "stage"}, {"field": "score", "key": "s"}],
        "measures": [{"key": "n", "formula": "COUNT()"}],
    }
    rows = await ask(house, "admin", **body, sort=["-n", "stage"], limit=4)
    everything = await ask(house, "admin", **body)
    rank = {s: i for i, s in enumerate(STAGES)} | {None: 9}
    everything.sort(key=lambda r: (-r["n"], rank[r["stage"]], r["s"] is None, r["s"] or 0))
    assert rows == everything[:4]
    owners = await ask(
        house,
        "admin",
        group_by=[{"field": "owner"}],
        measures=[{"key": "n", "formula": "COUNT()"}],
        sort="-owner",
        limit=2,
    )
    names = sorted({house.names[d["owner"]] for d in house.deals if d["owner"]}, reverse=True)
    assert [r["owner"]["title"] for r in owners] == names[:2]


async def test_without_groups_there_is_one_row(house):
    [row] = await ask(
        house,
        "rep",
        measures=[
            {"key": "n", "formula": "COUNT()"},
            {"key": "none", "formula": "SUM(amount)/COUNT(FALSE)"},
            {"key": "nothing", "formula": "SUM(amount, FALSE)"},
        ],
    )
    assert row == {"n": len(house.visible("rep", house.deals)), "none": None, "nothing": "0"}


@pytest.mark.parametrize(
    ("body", "code", "path"),
    [
        ({"group_by": [{"field": "stagee"}]}, "formula.field", "group_by[0].field"),
        ({"group_by": [{"field": "helpers"}]}, "query.group", "group_by[0].field"),
        ({"group_by": [{"field": "stage", "grain": "day"}]}, "query.grain", "group_by[0].grain"),
        ({"group_by": [{"field": "stage"}, {"field": "stage"}]}, "query.twice", "group_by"),
        ({"group_by": [{"field": "closed", "grain": "decade"}]}, None, "group_by.0.grain"),
        ({"measures": [{"key": "n", "formula": "SUM("}]}, None, "measures[0].formula"),
        ({"measures": [{"key": "n", "formula": "SUM(secret)"}]}, None, "measures[0].formula"),
        ({"measures": [{"key": "n", "formula": "COUNT()"}], "sort": "x"}, "query.sort", "sort"),
        ({}, "query.empty", "measures"),
        ({"measures": [{"key": "n", "formula": "COUNT()"}], "limit": 0}, None, "limit"),
        ({"measures": [{"key": "n", "formula": "COUNT()"}], "having": 1}, None, "having"),
    ],
)
async def test_what_cannot_be_answered_is_refused_at_its_place(house, body, code, path):
    answer = await house.clients["rep"].post("/api/query", json={"object": "deal", **body})
    problem = answer.json()
    assert answer.status_code == 422, answer.text
    assert problem["errors"][0]["path"] == path, problem
    assert code is None or code in {problem["code"], problem["errors"][0]["code"]}


async def test_too_many_groups_say_what_to_do(house, monkeypatch):
    monkeypatch.setattr("changliu.records.query.service.MAX_GROUPS", 3)
    answer = await house.clients["admin"].post(
        "/api/query", json={"object": "deal", "group_by": [{"field": "name"}]}
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "query.too_many_groups")


async def test_the_first_so_many_by_a_figure_come_from_any_number_of_groups(house, monkeypatch):
    body = {"group_by": [{"field": "company"}], "measures": [{"key": "n", "formula": "COUNT()"}]}
    rows = await ask(house, "admin", **body)
    counts = sorted((row["n"] for row in rows), reverse=True)
    monkeypatch.setattr("changliu.records.query.service.MAX_GROUPS", 3)
    assert len(rows) > 3
    first = await ask(house, "admin", **body, sort=["-n"], limit=3)
    assert [row["n"] for row in first] == counts[:3]
