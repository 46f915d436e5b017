"""What a caller may not read cannot be learned: not by filter, sort, group, formula or path."""

import itertools
from decimal import Decimal

import pytest
from tests.records.query.query_house import House
from tests.records.query.test_figures import total, wire
from tests.records.query.test_list import get_list, whole

LOGINS = ("rep", "lead", "boss")

pytestmark = pytest.mark.feature("Z5")


async def test_only_readable_records_are_listed_or_found(house):
    for login in LOGINS:
        client = house.clients[login]
        readable = {str(d["id"]) for d in house.visible(login, house.deals)}
        assert set(await whole(house, login, 100)) == readable
        for deal in house.deals[:40]:
            answer = await client.get(f"/api/records/deal/{deal['id']}")
            assert (answer.status_code == 200) is (str(deal["id"]) in readable)


async def test_titles_of_unreadable_records_stay_hidden(house):
    for login in LOGINS:
        by_id = {str(d["id"]): d for d in house.deals}
        page = await get_list(house, login, limit=500, fields="company,company.name")
        hidden = 0
        for item in page["items"]:
            deal = by_id[item["id"]]
            seen = house.company_of(login, deal)
            if deal["company"] is None:
                assert item["values"]["company"] is None
            elif seen is None:
                hidden += 1
                assert item["values"] == {
                    "company": {"id": str(deal["company"]), "title": None, "hidden": True},
                    "company.name": None,
                }
            else:
                assert item["values"]["company"] == {
                    "id": str(deal["company"]), "title": seen["name"],
                }  # fmt: skip
        assert hidden > 0


async def test_a_field_the_role_does_not_list_does_not_exist(house):
    client = house.clients["rep"]
    for query in ("filter=secret>5", "sort=secret", "fields=secret", "filter=底价>5"):
        answer = await client.get(f"/api/records/deal?{query}")
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "formula.field")
        answer = await house.clients["admin"].get(f"/api/records/deal?{query}")
        assert answer.status_code == 200
    page = await get_list(house, "rep", limit=3)
    assert all("secret" not in item["values"] for item in page["items"])
    assert all("secret" in i["values"] for i in (await get_list(house, "admin"))["items"])


async def test_probing_by_filter_tells_unreadable_from_blank_nowhere(house):
    """Every condition on a hop answers for an unreadable company as it does for none."""
    probes = (
        'company.name = "宏达"', 'company.name <> "宏达"', "ISBLANK(company.name)",
        "company.size > 1", "NOT company.size > 1", "COUNT(company.deal) > 0",
        'company.industry IN ("i0","i1")', "company.owner = ME()", "company.created_at < NOW()",
    )  # fmt: skip
    for login, probe in itertools.product(LOGINS, probes):
        visible = house.visible(login, house.deals)
        blind = [d for d in visible if house.company_of(login, d) is None]
        found = set(await whole(house, login, 500, filter=probe))
        assert len({str(d["id"]) in found for d in blind}) == 1, (login, probe)


async def test_child_lists_count_only_readable_rows(house):
    for login in LOGINS:
        client = house.clients[login]
        companies = house.visible(login, house.companies)
        deals = house.visible(login, house.deals)
        counts = {str(c["id"]): sum(d["company"] == c["id"] for d in deals) for c in companies}
        for limit in (1, 2, 3):
            answer = await client.get(
                f"/api/records/company?limit=500&filter=COUNT(deal)>={limit}&fields="
            )
            found = {item["id"] for item in answer.json()["items"]}
            assert found == {i for i, n in counts.items() if n >= limit}


def totals(house: House) -> dict[str, Decimal]:
    """What the roll-up of every company is over all deals, whoever asks."""
    return {
        str(c["id"]): total(
            [d for d in house.deals if d["company"] == c["id"] and not d["deleted"]]
        )
        for c in house.companies
    }


async def test_a_stored_figure_is_shown_to_who_reads_all(house):
    answer = await house.clients["admin"].get("/api/records/company?limit=500&fields=total")
    wanted = {i: wire(v) for i, v in totals(house).items()}
    items = answer.json()["items"]
    assert len(items) == len(house.visible("admin", house.companies))
    assert all(item["values"]["total"] == wanted[item["id"]] for item in items)


async def test_a_stored_figure_granted_explicitly_is_over_all_rows(house):
    wanted, client = totals(house), house.clients["boss"]
    items = (await client.get("/api/records/company?limit=500&fields=total")).json()["items"]
    assert {i["id"]: i["values"]["total"] for i in items} == {
        str(c["id"]): wire(wanted[str(c["id"])]) for c in house.visible("boss", house.companies)
    }
    items = (await client.get("/api/records/company?limit=500&filter=total>20")).json()["items"]
    assert {i["id"] for i in items} == {
        str(c["id"]) for c in house.visible("boss", house.companies) if wanted[str(c["id"])] > 20
    }


async def test_a_stored_figure_is_not_readable_without_its_sources(house):
    for login in ("rep", "lead"):
        answer = await house.clients[login].get("/api/records/company?limit=500")
        assert all("total" not in item["values"] for item in answer.json()["items"])
        answer = await house.clients[login].get("/api/records/company?filter=total>0")
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "formula.field")


async def test_an_object_without_a_grant_does_not_exist(house):
    """`hidden` is defined but granted to nobody; the answers are those of an unknown object."""
    asked = (
        ("GET", "/api/records/{}", None),
        ("GET", "/api/records/{}?filter=x>1&fields=y", None),
        ("GET", "/api/records/{}/018f2c4e-0000-7000-8000-000000000000", None),
        ("GET", "/api/records/{}/018f2c4e-0000-7000-8000-000000000000/history", None),
        ("POST", "/api/query", {"measures": [{"key": "n", "formula": "COUNT()"}]}),
        ("POST", "/api/formulas/check", {"formula": "1"}),
    )
    for method, path, body in asked:
        answers = []
        for key in ("hidden", "nothing"):
            sent = None if body is None else {**body, "object": key}
            answer = await house.clients["rep"].request(method, path.format(key), json=sent)
            answers.append((answer.status_code, answer.text.replace(key, "…")))
        assert answers[0] == answers[1]
        assert answers[0][0] == 404
    assert (await house.clients["admin"].get("/api/records/hidden?q=x")).status_code == 422
    assert (await house.clients["admin"].get("/api/records/hidden")).json()["items"] == []


async def test_strangers_read_nothing(house):
    for path in ("/api/records/deal", "/api/records/nothing"):
        answer = await house.clients["rep"].get(path, headers={"authorization": "Bearer no"})
        assert answer.status_code == 401
