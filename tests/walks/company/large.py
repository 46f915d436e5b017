"""A changeset of 5,000 rows on the company's deals, edits by hand after it, and its way back."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tests.walks.company.office import Office, Seat, done, update
from tests.walks.company.truth import Deal

from changliu.kit.ids import uuid7

CREATES, UPDATES = 3_000, 2_000
# Every so many updates also hand the deal to a colleague.
HANDED = 20
HANDS = 5
# What a revert must bring back: all a record says, but not how often it was touched.
HEAD = ("owner", "team", "title", "created_at", "created_by", "deleted_at")
Records = dict[str, dict[str, Any]]


@dataclass(slots=True)
class Large:
    """The changeset: its body and key, and the deals it makes or changes."""

    body: dict[str, Any]
    key: str
    made: dict[str, Deal] = field(default_factory=dict)
    changed: dict[str, Deal] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """How many records it touches."""
        return len(self.made) + len(self.changed)


def large(office: Office) -> Large:
    """Plan the changeset against the truth, which stays as it is."""
    truth = office.truth
    agents, products = sorted(truth.manager_of), sorted(truth.prices)
    accounts = sorted(truth.account_owner)
    planned = Large({}, str(uuid7()))
    changes = []
    for n in range(CREATES):
        deal = Deal(f"NEW{n:04}", agents[n % len(agents)], products[n % len(products)],
                    accounts[n % len(accounts)], "engaging", Decimal(n + 1))  # fmt: skip
        planned.made[deal.code], planned.ids[deal.code] = deal, str(uuid7())
        values = {"name": f"Opportunity {deal.code}", "external_code": deal.code,
                  "owner": office.members[deal.owner], "product": office.products[deal.product],
                  "account": office.accounts[deal.account or ""], "stage": deal.stage,
                  "amount": str(deal.amount)}  # fmt: skip
        changes.append({"op": "create", "object": "opportunity", "id": planned.ids[deal.code],
                        "values": values})  # fmt: skip
    for n, code in enumerate(sorted(truth.deals)[:UPDATES]):
        old = truth.deals[code]
        owner = agents[n % len(agents)] if n % HANDED == 0 else old.owner
        deal = Deal(code, owner, old.product, old.account, old.stage, Decimal(100_000 + n))
        planned.changed[code] = deal
        values = {"amount": str(deal.amount), "next_step": "年底冲刺"}
        if owner != old.owner:
            values["owner"] = office.members[owner]
        changes.append(update("opportunity", office.deals[code], **values))
    planned.body = {"mode": "all", "reason": "年底调整", "changes": changes}
    return planned


def follow(office: Office, planned: Large) -> None:
    """The changeset is there: let the truth say so."""
    office.truth.deals |= planned.made | planned.changed
    office.deals |= planned.ids


async def edit_by_hand(office: Office, planned: Large) -> list[str]:
    """Have owners change ten of its deals, half of them new ones; returns the ids."""
    chosen = list(planned.made.values())[:: CREATES // HANDS][:HANDS]
    chosen += list(planned.changed.values())[:: UPDATES // HANDS][:HANDS]
    edited = []
    for deal in chosen:
        owner = office.seats[deal.owner]
        record = office.deals[deal.code]
        body = {"next_step": f"{deal.owner} 改过"}
        done(await owner.send("PATCH", f"/records/opportunity/{record}", body))
        edited.append(record)
    return edited


async def snapshot(seat: Seat) -> Records:
    """Every deal as it is, by id."""
    return {item["id"]: item for item in await seat.pages("opportunity")}


def differing(before: Records, after: Records) -> set[str]:
    """The records that are not as they were; those that are only on one side included."""
    return {i for i in before.keys() | after.keys() if _said(before, i) != _said(after, i)}


def _said(records: Records, record: str) -> Any:
    item = records.get(record)
    return item and [item["values"], *(item[key] for key in HEAD)]
