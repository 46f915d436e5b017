"""Every door that reads, asked by one member and compared with what the files say.

`everything` is asked of everybody: what a list, its count, its pages, its figures and its formulas
tell is the truth of the files as far as the member's role and shares reach, no row more or less.
"""

from collections import Counter
from decimal import Decimal
from typing import Any

from tests.walks.company.office import Office, Seat, same
from tests.walks.company.truth import Deal

INDUSTRY = "retail"


async def everything(office: Office, seat: Seat) -> None:
    """Compare what one member is told with the truth."""
    seen = office.truth.deals_of(seat.viewer)
    await _pages(office, seat, seen)
    await _figures(office, seat, seen)
    await _accounts(office, seat, seen)


async def _pages(office: Office, seat: Seat, seen: dict[str, Deal]) -> None:
    """Every page of the list, which is what an export walks; references, total."""
    name = seat.viewer.name
    one = await seat.read("/records/opportunity", count="true", limit="1", fields="")
    same(one["total"], len(seen), name)
    asked = "external_code,owner,account,product,stage,amount"
    items = await seat.pages("opportunity", fields=asked, sort="external_code")
    same([i["values"]["external_code"] for i in items], sorted(seen), name)
    known = office.truth.accounts_of(seat.viewer)
    for item in items:
        deal = seen[item["values"]["external_code"]]
        same(item["id"], office.deals[deal.code], name)
        same(item["owner"], {"id": office.members[deal.owner], "title": deal.owner}, name)
        same(item["values"], _wire(office, deal, known), name)


def _wire(office: Office, deal: Deal, known: set[str]) -> dict[str, Any]:
    return {
        "external_code": deal.code,
        "account": account_as_read(office, deal.account, known),
        "product": {"id": office.products[deal.product], "title": deal.product},
        "stage": deal.stage,
        "amount": None if deal.amount is None else str(deal.amount),
    }


def account_as_read(office: Office, name: str | None, known: set[str]) -> dict[str, Any] | None:
    """A reference to an account: its title, or only that there is one."""
    if name is None:
        return None
    place = {"id": office.accounts[name]}
    return {**place, "title": name} if name in known else {**place, "title": None, "hidden": True}


async def _figures(office: Office, seat: Seat, seen: dict[str, Deal]) -> None:
    """Totals by stage and by owner, through paths to products (seen) and accounts (some seen)."""
    name = seat.viewer.name
    known = office.truth.accounts_of(seat.viewer)
    rows = await seat.figures(
        "opportunity",
        "stage",
        deals="COUNT()",
        amount="SUM(amount)",
        most="MAX(amount)",
        worth="SUM(product.list_price)",
        retail=f'COUNT(account.industry="{INDUSTRY}")',
        named="COUNT(NOTBLANK(account.name))",
    )
    found = {row.pop("stage"): row for row in rows}
    stages = sorted({deal.stage for deal in seen.values()})
    same(sorted(found), stages, name)
    for stage in stages:
        told = [d for d in seen.values() if d.stage == stage]
        same(_plain(found[stage]), _totals(office, told, known), name, stage)
    owners = await seat.figures("opportunity", "owner", n="COUNT()")
    counted = Counter(deal.owner for deal in seen.values())
    same({row["owner"]["title"]: row["n"] for row in owners}, counted, name)
    # Everybody reads every product, and behind it only his own deals.
    products = await seat.figures("product", "name", n="SUM(COUNT(opportunities))")
    sold = Counter(deal.product for deal in seen.values())
    same({row["name"]: int(row["n"]) for row in products},
         {product: sold[product] for product in office.truth.prices}, name)  # fmt: skip
    accounts = await seat.figures("opportunity", "account", n="COUNT()")
    groups = Counter(d.account if d.account in known else None for d in seen.values() if d.account)
    shown: Counter[str | None] = Counter()
    for row in accounts:
        if row["account"] is not None:
            shown[row["account"]["title"]] += row["n"]
    same(shown, groups, name)


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {k: Decimal(v) if isinstance(v, str) else v for k, v in row.items()}


def _totals(office: Office, told: list[Deal], known: set[str]) -> dict[str, Any]:
    truth = office.truth
    amounts = [deal.amount for deal in told if deal.amount is not None]
    accounts = [deal.account for deal in told if deal.account in known and deal.account]
    return {
        "deals": len(told),
        "amount": sum(amounts, Decimal(0)),
        "most": max(amounts, default=None),
        "worth": sum((truth.prices[deal.product] for deal in told), Decimal(0)),
        "retail": sum(truth.industry[name] == INDUSTRY for name in accounts),
        "named": len(accounts),
    }


async def _accounts(office: Office, seat: Seat, seen: dict[str, Deal]) -> None:
    """The accounts in reach; a list of children counts only the deals the member reads."""
    name = seat.viewer.name
    known = office.truth.accounts_of(seat.viewer)
    items = await seat.pages("account", fields="name")
    same(sorted(item["values"]["name"] for item in items), sorted(known), name)
    counts = Counter(deal.account for deal in seen.values())
    for least in (1, 5, 20):
        asked = {"filter": f"COUNT(opportunities) >= {least}", "fields": "name"}
        found = await seat.pages("account", **asked)
        expected = {account for account in known if counts[account] >= least}
        same({item["values"]["name"] for item in found}, expected, name, least)
