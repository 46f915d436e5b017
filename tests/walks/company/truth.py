"""The Maven company read from its files by plain Python: who may see which deal, and its figures.

Nothing of the product is used here. Accounts have no owner in the files; each is given to the agent
who won most there (by value, then by name), so that references lead to seen and unseen records.
"""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

PRODUCTS = {"GTXPro": "GTX Pro"}
INDUSTRIES = {"technolgy": "technology"}


@dataclass(frozen=True, slots=True)
class Deal:
    """A row of the pipeline: `code` is its external code, empty cells are None."""

    code: str
    owner: str
    product: str
    account: str | None
    stage: str
    amount: Decimal | None
    next_step: str | None = None


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who looks: whose records are in reach (`people`), and what is lent to him."""

    name: str
    role: str
    people: frozenset[str]
    team: str = ""


@dataclass(slots=True)
class Truth:
    """Everything the files say; `deals` and `lent` follow what the walk changes."""

    deals: dict[str, Deal]
    prices: dict[str, Decimal]
    industry: dict[str, str]
    manager_of: dict[str, str]
    region_of: dict[str, str]
    account_owner: dict[str, str]
    lent_deals: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    lent_accounts: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def viewers(self) -> Iterator[Viewer]:
        """Every agent, every manager, and a director for each region."""
        for agent in self.manager_of:
            team = f"{self.region_of[self.manager_of[agent]]}/{self.manager_of[agent]}"
            yield Viewer(agent, "rep", frozenset({agent}), team)
        for manager, region in self.region_of.items():
            yield Viewer(
                manager, "manager", self._below({manager}) | {manager}, f"{region}/{manager}"
            )
        for region in sorted(set(self.region_of.values())):
            chiefs = {m for m, r in self.region_of.items() if r == region}
            people = self._below(chiefs) | chiefs | {director(region)}
            yield Viewer(director(region), "manager", people, region)

    def viewer(self, name: str) -> Viewer:
        """One of them."""
        return next(v for v in self.viewers() if v.name == name)

    def _below(self, managers: set[str]) -> frozenset[str]:
        return frozenset(a for a, m in self.manager_of.items() if m in managers)

    def deals_of(self, who: Viewer) -> dict[str, Deal]:
        """The deals somebody may read, by code."""
        lent = self.lent_deals[who.name]
        return {c: d for c, d in self.deals.items() if d.owner in who.people or c in lent}

    def accounts_of(self, who: Viewer) -> set[str]:
        """The accounts somebody may read, by name."""
        lent = self.lent_accounts[who.name]
        return {a for a, o in self.account_owner.items() if o in who.people} | lent

    def change(self, code: str, **values: object) -> None:
        """Follow a change of one deal."""
        self.deals[code] = replace(self.deals[code], **values)  # type: ignore[arg-type]


def director(region: str) -> str:
    """The name of a region's director, whom the files do not have."""
    return f"Director {region}"


def read(folder: Path) -> Truth:
    """Read the four files of the data set."""
    products = {r["product"]: Decimal(r["sales_price"]) for r in _rows(folder / "products.csv")}
    accounts = _rows(folder / "accounts.csv")
    teams = _rows(folder / "sales_teams.csv")
    deals = {r["opportunity_id"]: _deal(r) for r in _rows(folder / "sales_pipeline.csv")}
    return Truth(
        deals,
        products,
        {r["account"]: INDUSTRIES.get(r["sector"], r["sector"]) for r in accounts},
        {r["sales_agent"]: r["manager"] for r in teams},
        {r["manager"]: r["regional_office"] for r in teams},
        _owners([r["account"] for r in accounts], deals.values()),
    )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _deal(row: dict[str, str]) -> Deal:
    value = row["close_value"]
    return Deal(
        row["opportunity_id"],
        row["sales_agent"],
        PRODUCTS.get(row["product"], row["product"]),
        row["account"] or None,
        row["deal_stage"].lower(),
        Decimal(value) if value else None,
    )


def _owners(accounts: list[str], deals: Iterable[Deal]) -> dict[str, str]:
    won: dict[str, Counter[str]] = defaultdict(Counter)
    for deal in deals:
        if deal.account and deal.stage == "won":
            won[deal.account][deal.owner] += int(deal.amount or 0)
    return {name: min(won[name], key=lambda agent: (-won[name][agent], agent)) for name in accounts}
