"""GET …/history and POST /formulas/check."""

from typing import Any

import pytest


async def history(client: Any, record: str, query: str = "") -> dict[str, Any]:
    answer = await client.get(f"/api/records/deal/{record}/history{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture
async def deal(house) -> str:
    """A deal with a company, changed three times through the door."""
    admin = house.clients["admin"]
    company = next(c for c in house.companies if not c["deleted"] and not house.reads("rep", c))
    made = await admin.post(
        "/api/records/deal",
        json={
            "name": "新单", "amount": "12345678901234567.89", "company": str(company["id"]),
            "secret": "5", "owner": str(house.members["rep"]),
        },
    )  # fmt: skip
    assert made.status_code == 201, made.text
    where = f"/api/records/deal/{made.json()['id']}"
    for body in ({"stage": "won", "score": 3}, {"name": "旧单", "secret": "6"}, {"secret": "7"}):
        answer = await admin.patch(where, json=body)
        assert answer.status_code == 200, answer.text
    return made.json()["id"]


@pytest.mark.feature("Z12")
async def test_history_is_told_newest_first_under_todays_labels(house, deal):
    page = await history(house.clients["admin"], deal)
    assert [(e["op"], e["version"], e["via"]) for e in page["items"]] == [
        ("update", 4, "api"), ("update", 3, "api"), ("update", 2, "api"), ("create", 1, "api"),
    ]  # fmt: skip
    assert page["next"] is None
    renamed = {c["field"]: c for c in page["items"][1]["changes"]}
    assert renamed["name"] == {
        "field": "name",
        "label": {"zh-CN": "标题", "en": "Title of deal"},
        "from": "新单",
        "to": "旧单",
    }
    made = {c["field"]: c for c in page["items"][3]["changes"]}
    assert made["amount"]["to"] == "12345678901234567.89"
    assert made["amount"]["from"] is None
    assert set(made["company"]["to"]) == {"id", "title"}
    assert page["items"][0]["actor"]["title"] == house.names[house.members["admin"]]


async def test_history_shows_only_readable_fields_and_titles(house, deal):
    page = await history(house.clients["rep"], deal)
    changes = [c for e in page["items"] for c in e["changes"]]
    assert "secret" not in {c["field"] for c in changes}
    assert '"7"' not in str(page)
    [company] = [c for c in changes if c["field"] == "company"]
    assert company["to"]["hidden"] is True


async def test_history_comes_in_pages_and_only_for_readable_records(house, deal):
    admin = house.clients["admin"]
    seen, query = [], "?limit=2"
    while query:
        page = await history(admin, deal, query)
        seen += [e["version"] for e in page["items"]]
        query = f"?limit=2&cursor={page['next']}" if page["next"] else ""
    assert seen == [4, 3, 2, 1]
    hidden = next(d for d in house.deals if not d["deleted"] and not house.reads("rep", d))
    answer = await house.clients["rep"].get(f"/api/records/deal/{hidden['id']}/history")
    assert (answer.status_code, answer.json()["code"]) == (404, "record.missing")


@pytest.mark.feature("Z6")
async def test_a_formula_is_checked_as_the_caller(house):
    async def check(login: str, **body: Any) -> Any:
        answer = await house.clients[login].post(
            "/api/formulas/check", json={"object": "deal", **body}
        )
        return answer.status_code, answer.json()

    status, found = await check("rep", formula="IF(amount>800万,0.025,0.02) * 得分")
    assert (status, found["type"], found["mode"]) == (200, "number", "row")
    assert found["dependencies"] == [
        {"object": "deal", "field": "amount"},
        {"object": "deal", "field": "score"},
    ]
    assert (found["time_dependent"], found["actor_dependent"]) == (False, False)
    status, found = await check("rep", formula="closed < TODAY()", mode="condition", browser=True)
    assert (status, found["type"], found["time_dependent"]) == (200, "bool", True)
    assert found["tree"]
    status, found = await check("rep", formula="SUM(amount)/COUNT()", mode="aggregate")
    assert (status, found["type"]) == (200, "number")
    status, found = await check("rep", formula="amount + ", mode="row")
    assert (status, found["errors"][0]["code"]) == (422, "formula.eof")
    assert {"start", "end", "path"} <= set(found["errors"][0])
    status, found = await check("rep", formula="secret + 1")
    assert (status, found["errors"][0]["code"]) == (422, "formula.field")
    assert (await check("rep", formula="1", mode="sideways"))[0] == 422
    assert (await check("rep", formula=1))[0] == 422
    assert (await check("rep", formula="1", object="nothing"))[0] == 404
