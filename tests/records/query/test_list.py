"""GET /records: lists equal a naive filter and sort, pages equal the whole."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.records.query.query_house import House
from tests.records.query.query_oracle import conditions, expected, sorts

LOGINS = ("admin", "rep", "lead", "boss")
T = TypeVar("T")


async def get_list(house: House, login: str, **given: object) -> dict[str, Any]:
    query = urlencode({k: v for k, v in given.items() if v is not None})
    answer = await house.clients[login].get(f"/api/records/deal?{query}")
    assert answer.status_code == 200, (given, answer.text)
    return answer.json()


async def whole(house: House, login: str, limit: int, **given: object) -> list[str]:
    """Every id of a list, page by page."""
    found, cursor = [], None
    while True:
        page = await get_list(house, login, limit=limit, cursor=cursor, **given)
        found += [item["id"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            return found
        assert len(page["items"]) == limit


def waiter() -> Callable[[Awaitable[T]], T]:
    """Lets synchronous code in a thread wait for this loop (Hypothesis drives no coroutines)."""
    loop = asyncio.get_running_loop()
    return lambda work: asyncio.run_coroutine_threadsafe(work, loop).result()


@pytest.mark.feature("Z5")
async def test_lists_equal_a_naive_filter_and_sort(house):
    wait = waiter()

    @settings(max_examples=150, deadline=None)
    @given(st.sampled_from(LOGINS), st.none() | conditions(), sorts(), st.integers(9, 400))
    def check(login, condition, order, limit):
        asked = {"filter": condition.text if condition else None, "fields": ""}
        found = wait(whole(house, login, limit, sort=",".join(order) or None, **asked))
        assert found == expected(house, login, condition, order)

    await asyncio.to_thread(check)


async def test_the_count_is_the_length_of_the_whole(house):
    for login in LOGINS:
        page = await get_list(house, login, limit=1, count="true", filter="score > 2")
        assert page["total"] == len(await whole(house, login, 100, filter="score > 2"))


DAN = {"大单", "小单"}


async def test_a_search_finds_parts_of_the_title_in_any_case_and_taken_literally(house):
    looked = [("big", {"Big"}), ("ig", {"Big"}), ("大", {"大单"}), ("单", set()), ("dan", DAN)]
    for q, wanted in [*looked, ("0%_", {"100%_x"}), ("%", set()), ("1", {"100%_x"})]:
        page = await get_list(house, "admin", q=q, limit=500)
        rows = [d for d in house.deals if not d["deleted"] and d["name"] in wanted]
        assert {item["id"] for item in page["items"]} == {str(d["id"]) for d in rows}


async def test_a_record_has_the_shape_of_the_contract(house):
    deal = next(
        d
        for d in house.deals
        if not d["deleted"] and d["company"] and d["owner"] and d["team"] and d["helpers"]
        and house.company_of("admin", d)
    )  # fmt: skip
    client = house.clients["admin"]
    got = (await client.get(f"/api/records/deal/{deal['id']}")).json()
    assert set(got) == {
        "id", "object", "version", "title", "created_at", "created_by", "updated_at", "updated_by",
        "owner", "team", "deleted_at", "values",
    }  # fmt: skip
    assert (got["id"], got["object"], got["version"]) == (str(deal["id"]), "deal", 1)
    assert got["title"] == deal["name"]
    assert got["created_at"] == deal["created_at"].isoformat()
    assert got["owner"]["id"] == str(deal["owner"])
    assert got["owner"]["title"] == house.names[deal["owner"]]
    assert got["team"]["title"] in {"sales", "east", "west", "other"}
    values = got["values"]
    company = house.company_of("admin", deal)
    assert values["company"] == {"id": str(company["id"]), "title": company["name"]}
    assert values["score"] == deal["score"]
    assert values["stage"] == deal["stage"]
    assert [h["id"] for h in values["helpers"]] == [str(h) for h in deal["helpers"]]
    amount = deal["amount"]
    assert values["amount"] == (None if amount is None else f"{amount.normalize():f}")
    assert values["branch"] == company["industry"]


async def test_fields_may_be_paths_and_only_those_come(house):
    page = await get_list(
        house, "admin", fields="name,owner.name,客户.行业,company.title", limit=500
    )
    by_id = {str(d["id"]): d for d in house.deals}
    for item in page["items"]:
        deal = by_id[item["id"]]
        company = house.company_of("admin", deal) or {}
        assert item["values"]["name"] == deal["name"]
        assert item["values"]["客户.行业"] == company.get("industry")
        assert item["values"]["company.title"] == company.get("name")
        assert set(item["values"]) == {"name", "owner.name", "客户.行业", "company.title"}


@pytest.mark.parametrize(
    ("query", "status", "code", "path"),
    [
        ("filter=scoer>1", 422, "formula.field", "filter"),
        ("filter=score>1)", 422, "formula.trail", "filter"),
        ("filter=score", 422, "formula.cond", "filter"),
        ("filter=" + "(" * 61 + "hot" + ")" * 61, 422, "formula.deep", "filter"),
        ("sort=nothing", 422, "formula.field", "sort"),
        ("sort=helpers", 422, "query.sort", "sort"),
        ("sort=score..name", 422, "query.path", "sort"),
        ("fields=name,salary", 422, "formula.field", "fields"),
        ("fields=score%2B1", 422, "formula.field", "fields"),
        ("limit=501", 422, "query.limit", "limit"),
        ("limit=x", 400, "request.number", "limit"),
        ("order=score", 400, "request.parameter", "order"),
        ("cursor=abc", 400, "cursor.bad", None),
        ("filter=name=%22%00%22", 400, "address.nul", None),
        ("q=" + "x" * 201, 422, "query.search", "q"),
    ],
)
async def test_what_cannot_be_read_is_refused_at_its_place(house, query, status, code, path):
    answer = await house.clients["admin"].get(f"/api/records/deal?{query}")
    problem = answer.json()
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert code in {problem["code"], *(e["code"] for e in problem["errors"])}, problem
    if path is not None:
        assert problem["errors"][0]["path"] == path
    if code.startswith("formula.") and path == "filter":
        assert problem["errors"][0]["end"] >= problem["errors"][0]["start"]


async def test_messages_come_in_the_callers_language(house):
    for language, word in (("en", "did you mean"), ("zh-CN", "是否想写")):
        answer = await house.clients["admin"].get(
            "/api/records/deal?filter=scoer>1", headers={"accept-language": language}
        )
        assert word in answer.json()["errors"][0]["message"]


async def test_unknown_objects_and_ids_are_not_found(house):
    client = house.clients["admin"]
    for path in ("nothing", "nothing/1", "deal/1", "deal/018f2c4e-0000-7000-8000-000000000000"):
        answer = await client.get(f"/api/records/{path}")
        assert answer.status_code == 404, path
