"""Whatever is asked, the answer is a page or a problem that names the remedy; never 500."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg import sql
from tests.records.query.test_list import waiter

from changliu.schema.service import catalogue

# Pieces a formula or a path is made of, and some that are not.
PIECES = st.sampled_from([
    "score", "name", "客户", ".", "行业", "company", "deal", "[", "]", "【", "】", "(", ")", "（",
    ",", "-", "+", "*", "/", "^", "%", "万", "亿", "=", "<>", "AND", "NOT", "IN", "COUNT", "SUM",
    "IF", "ME()", "TODAY()", "OLD", "1", "0", "99999999999999999999", "1e400", '"', "“", "\\", "'",
    "%s", "%(me)s", "$1", ";--", "\u202e", "\ud83d\ude00".encode("utf-16", "surrogatepass").decode(
        "utf-16"), "e\u0301", "title", "id", "helpers", "double", "branch",
])  # fmt: skip
TEXTS = st.lists(PIECES, max_size=12).map(" ".join) | st.text(max_size=40)


async def test_random_requests_never_break_the_server(house):
    wait, client = waiter(), house.clients["boss"]

    @settings(max_examples=250, deadline=None)
    @given(st.sampled_from(["filter", "sort", "fields", "q", "cursor", "limit"]), TEXTS)
    def lists(name, text):
        answer = wait(client.get("/api/records/deal", params={name: text, "limit": "3"}))
        assert answer.status_code in (200, 400, 422), (name, text, answer.text)

    @settings(max_examples=150, deadline=None)
    @given(TEXTS, TEXTS, TEXTS)
    def figures(group, measure, condition):
        body = {"object": "deal", "filter": condition}
        body |= {"measures": [{"key": "m", "formula": measure}], "group_by": [{"field": group}]}
        answer = wait(client.post("/api/query", json=body))
        assert answer.status_code in (200, 422, 400), (body, answer.text)

    await asyncio.to_thread(lists)
    await asyncio.to_thread(figures)


async def test_a_query_past_its_time_limit_says_what_to_do(house, monkeypatch):
    monkeypatch.setattr("changliu.records.read_api.QUERY_TIMEOUT_MS", 50)
    monkeypatch.setattr("changliu.records.read_api.LIST_TIMEOUT_MS", 50)
    client = house.clients["admin"]
    database, workspace = house.platform.database, house.workspace
    async with database.transaction(workspace, write=False) as tx:
        table = (await catalogue(tx)).object("deal").table
    async with database.ddl(workspace) as tx:
        # Slow for certain: the table is not to be read until this transaction ends.
        lock = sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE")
        await tx.execute(lock.format(sql.Identifier(workspace.schema, table)))
        for answer in (
            await client.get("/api/records/deal", params={"count": "true"}),
            await client.post(
                "/api/query", json={"object": "deal", "group_by": [{"field": "stage"}]}
            ),
        ):
            assert (answer.status_code, answer.json()["code"]) == (422, "query.too_slow")
    monkeypatch.undo()
    assert (await client.get("/api/records/deal?limit=1")).status_code == 200


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"{", 400),
        (b'{"object": "deal\\u0000"}', 400),
        (b"\xff\xfe{\x00}\x00", 400),
        (b'{"object": NaN}', 400),
        (b"[" * 200 + b"]" * 200, 400),
        (b"[]", 422),
        (b'"deal"', 422),
        (b'{"object": "deal", "measures": {}}', 422),
        (b'{"object": "deal", "measures": [{"key": "n", "formula": null}]}', 422),
        (b'{"object": "deal", "limit": 10001, "group_by": [{"field": "stage"}]}', 422),
    ],
)
async def test_a_broken_body_is_refused(house, content, status):
    for path in ("/api/query", "/api/formulas/check"):
        answer = await house.clients["rep"].post(
            path, content=content, headers={"content-type": "application/json"}
        )
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
