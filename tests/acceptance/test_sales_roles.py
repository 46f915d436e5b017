"""What each role of the sales app sees of a colleague's deal, and of costs: the table people read.

The same table stands in docs/guides/sales-app.md.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
from tests.acceptance.sets import ROOT
from tests.doors import Sales, open_client, sign_in

from changliu.bundles.service import open_bundle
from changliu.identity import members
from changliu.identity import service as identity
from changliu.identity.directory import teams_by_key

pytestmark = pytest.mark.feature("Z5")

PASSWORD = "correct horse 42"
# Where somebody of a role works; the colleague sits in east_sh, the stranger in south_sz.
PLACES = {"manager": "east", "director": "east", "rep": "east_sh", "assistant": "east_sh"}


@dataclass(frozen=True)
class Sight:
    """What a role gets: a colleague's open deal, a won one far away, and what of them."""

    near: bool  # a deal in negotiation of a colleague in the same team
    far: bool  # a won deal of another region
    amount: bool  # its amount
    price: bool  # the prices of its lines
    cost: bool  # the cost of a product, and the profit of a deal
    mobile: str | None  # the mobile of a contact: whole, masked, or not at all
    export: bool  # deals as a file
    approve: bool  # may approve a big deal


ROLES = {
    "rep": Sight(False, False, True, True, False, None, False, False),
    "manager": Sight(True, False, True, True, True, "whole", True, False),
    "director": Sight(True, False, True, True, True, "whole", True, True),
    "sales_ops": Sight(True, True, True, True, True, "whole", True, True),
    "assistant": Sight(True, False, True, True, False, "whole", False, False),
    "presales": Sight(True, True, False, False, False, "masked", False, False),
    "delivery": Sight(False, True, False, False, False, "masked", False, False),
    "success": Sight(False, True, True, True, False, "whole", False, False),
    "finance": Sight(True, True, True, True, True, None, True, False),
    "legal": Sight(True, True, True, True, False, "masked", False, False),
    "risk": Sight(True, True, True, True, True, "masked", False, False),
    "marketing": Sight(True, True, True, False, False, None, False, False),
    "hrbp": Sight(True, True, True, False, False, None, False, False),
}


@dataclass
class Company:
    """People by role with their clients, and the records they look at."""

    admin: httpx.AsyncClient
    clients: dict[str, httpx.AsyncClient] = field(default_factory=dict)
    people: dict[str, UUID] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)

    async def create(self, known_as: str, object_key: str, /, **values: Any) -> None:
        answer = await self.admin.post(f"/api/records/{object_key}", json=values)
        assert answer.status_code == 201, answer.text
        self.ids[known_as] = answer.json()["id"]


@pytest_asyncio.fixture(scope="module")
async def company(sales: Sales) -> AsyncIterator[Company]:
    made = Company(sales.client)
    people = {role: PLACES.get(role, "hq") for role in ROLES}
    async with sales.platform.database.transaction(sales.workspace) as tx:
        teams = await teams_by_key(tx)
        for name, place in {**people, "colleague": "east_sh", "stranger": "south_sz"}.items():
            team = await identity.ensure_team(tx, place, *teams[place])
            role = name if name in ROLES else "rep"
            member = await identity.ensure_member(tx, name, team, [role])
            await members.give_account(tx, member, name, PASSWORD)
            made.people[name] = member
    await _records(made)
    async with AsyncExitStack() as stack:
        for role in ROLES:
            client = await stack.enter_async_context(open_client(sales.platform))
            await sign_in(client, role, PASSWORD)
            made.clients[role] = client
        yield made


async def _records(made: Company) -> None:
    near, far = str(made.people["colleague"]), str(made.people["stranger"])
    await made.create("product", "product", name="泵", list_price="500", cost="300")
    await made.create("account", "account", name="客户甲", owner=near)
    await made.create(
        "contact", "contact", name="甲某", account=made.ids["account"], owner=near,
        mobile="13800138000",
    )  # fmt: skip
    line = {"product": made.ids["product"], "quantity": "2", "price": "500"}
    deal: dict[str, Any] = {"account": made.ids["account"], "amount": "1000", "lines": [line]}
    await made.create("near", "opportunity", name="近", stage="negotiation", owner=near, **deal)
    await made.create(
        "far", "opportunity", name="远", stage="won", closed_on="2025-01-02", owner=far, **deal
    )


async def seen(client: httpx.AsyncClient, object_key: str, record: str) -> dict[str, Any] | None:
    """The values of a record as a member reads it, None where it does not exist for them."""
    answer = await client.get(f"/api/records/{object_key}/{record}")
    if answer.status_code == 404:
        return None
    assert answer.status_code == 200, answer.text
    values: dict[str, Any] = answer.json()["values"]
    return values


@pytest.mark.parametrize("role", ROLES)
async def test_what_a_role_sees(company: Company, role: str) -> None:
    client, ids = company.clients[role], company.ids
    near, far = [await seen(client, "opportunity", ids[name]) for name in ("near", "far")]
    if role == "rep":
        answer = await client.post(
            "/api/records/opportunity",
            json={"name": "我的", "amount": "9", "lines": [
                {"product": ids["product"], "quantity": "1", "price": "9"}]},
        )  # fmt: skip
        one = answer.json()["values"]
    else:
        one = near or far
    assert one is not None
    lines = one.get("lines") or []
    product = await seen(client, "product", ids["product"]) or {}
    profits = {"gross_profit" in one, *("gross_profit" in line for line in lines)}
    assert len(profits) == 1
    contact = await seen(client, "contact", ids["contact"])
    mobile = contact and ("whole" if contact["mobile"] == "13800138000" else "masked")
    path = f"/api/records/opportunity/{ids['near' if near else 'far']}/access"
    told = await company.admin.get(path, params={"member": str(company.people[role])})
    approve = await client.patch(
        f"/api/records/opportunity/{ids['near']}", json={"director_approved": role == "director"}
    )
    found = Sight(
        near is not None,
        far is not None,
        one.get("amount") is not None,
        any("price" in line for line in lines),
        "cost" in product and profits == {True},
        mobile,
        bool(told.json()["verbs"].get("export")) if told.status_code == 200 else False,
        approve.status_code == 200,
    )
    assert found == ROLES[role]


def test_the_table_names_every_role() -> None:
    bundle = open_bundle(str(ROOT / "apps" / "sales"))
    assert {part.key for part in bundle.roles} == set(ROLES)
