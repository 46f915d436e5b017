"""A small house of companies and deals with random rows, and a naive reader of the same rows."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

import httpx
from psycopg import sql

from changliu.kit.db import Workspace
from changliu.kit.ids import uuid7
from changliu.kit.platform import Platform

STAGES = ("new", "talks", "won", "lost")
INDUSTRIES = ("制造业", "金融", "零售")
COMPANY = {
    "key": "company",
    "label": {"zh-CN": "公司", "en": "Company"},
    "title_field": "name",
    "fields": [
        {"key": "name", "label": {"zh-CN": "名称", "en": "Name"}, "type": "text"},
        {
            "key": "industry",
            "label": {"zh-CN": "行业", "en": "Industry"},
            "type": "select",
            "options": [{"key": f"i{i}", "label": name} for i, name in enumerate(INDUSTRIES)],
        },
        {"key": "size", "label": {"zh-CN": "人数", "en": "Size"}, "type": "integer"},
    ],
}
DEAL = {
    "key": "deal",
    "label": {"zh-CN": "商机", "en": "Deal"},
    "title_field": "name",
    "fields": [
        {"key": "name", "label": {"zh-CN": "标题", "en": "Title of deal"}, "type": "text"},
        {
            "key": "company",
            "label": {"zh-CN": "客户", "en": "Customer"},
            "type": "reference",
            "object": "company",
        },
        {"key": "amount", "label": {"zh-CN": "金额", "en": "Amount"}, "type": "money"},
        {"key": "score", "label": {"zh-CN": "得分", "en": "Score"}, "type": "integer"},
        {
            "key": "stage",
            "label": {"zh-CN": "阶段", "en": "Stage"},
            "type": "select",
            "options": [{"key": s, "label": {"zh-CN": f"阶段{s}", "en": s}} for s in STAGES],
        },
        {"key": "hot", "label": {"zh-CN": "重点", "en": "Hot"}, "type": "boolean"},
        {"key": "closed", "label": {"zh-CN": "成交日", "en": "Closed"}, "type": "date"},
        {"key": "seen", "label": {"zh-CN": "最近联系", "en": "Seen"}, "type": "datetime"},
        {
            "key": "helpers",
            "label": {"zh-CN": "协作人", "en": "Helpers"},
            "type": "member",
            "many": True,
        },
        {"key": "secret", "label": {"zh-CN": "底价", "en": "Floor price"}, "type": "money"},
    ],
}
HIDDEN = {
    "key": "hidden",
    "label": {"zh-CN": "机密", "en": "Hidden"},
    "fields": [{"key": "x", "label": "X", "type": "number"}],
}
COMPUTED = {
    "deal": [
        {
            "key": "double",
            "label": {"zh-CN": "两倍", "en": "Double"},
            "type": "formula",
            "formula": "amount * 2",
        },
        {
            "key": "branch",
            "label": {"zh-CN": "客户行业", "en": "Branch"},
            "type": "lookup",
            "path": "company.industry",
        },
    ],
    "company": [
        {
            "key": "total",
            "label": {"zh-CN": "合计", "en": "Total"},
            "type": "rollup",
            "children": "deal",
            "function": "SUM",
            "field": "amount",
        },
    ],
}
ROLES = {
    "rep": ("own", "all"),
    "lead": ("team", "all"),
    "boss": ("team_tree", "all"),
}


@dataclass
class House:
    """The world under test: clients by login, rows as Python sees them, columns by field key."""

    platform: Platform
    workspace: Workspace
    clients: dict[str, httpx.AsyncClient] = field(default_factory=dict)
    members: dict[str, UUID] = field(default_factory=dict)
    names: dict[UUID, str] = field(default_factory=dict)
    teams: dict[str, UUID] = field(default_factory=dict)
    companies: list[dict[str, Any]] = field(default_factory=list)
    deals: list[dict[str, Any]] = field(default_factory=list)
    columns: dict[str, dict[str, str]] = field(default_factory=dict)
    tables: dict[str, str] = field(default_factory=dict)

    def reads(self, login: str, row: dict[str, Any]) -> bool:
        """The naive rights: own, own or my teams, own or my teams and those below, all."""
        mine = row["owner"] == self.members[login]
        teams = {
            "rep": (),
            "lead": ("east",),
            "boss": ("sales", "east", "west"),
            "admin": (),
        }[login]
        return login == "admin" or mine or row["team"] in {self.teams[t] for t in teams}

    def visible(self, login: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return the rows a login reads."""
        return [row for row in rows if not row["deleted"] and self.reads(login, row)]

    def company_of(self, login: str, deal: dict[str, Any]) -> dict[str, Any] | None:
        """Return a deal's company if the login reads it."""
        found = next((c for c in self.companies if c["id"] == deal["company"]), None)
        if found is None or found["deleted"] or not self.reads(login, found):
            return None
        return found

    async def insert(self, key: str, rows: list[dict[str, Any]]) -> None:
        """Put rows straight into the table: what the read must show does not depend on the door."""
        columns = self.columns[key]
        names = ["id", "version", "created_at", "created_by", "updated_at", "updated_by", "owner"]
        names += ["team", "deleted_at"]
        admin = self.members["admin"]
        query = sql.SQL("INSERT INTO {}.{} ({}) VALUES ({})").format(
            sql.Identifier(self.workspace.schema),
            sql.Identifier(self.tables[key]),
            sql.SQL(", ").join(map(sql.Identifier, [*names, *columns.values()])),
            sql.SQL(", ").join([sql.Placeholder()] * (len(names) + len(columns))),
        )
        params = [
            [r["id"], 1, r["created_at"], admin, r["created_at"], admin, r["owner"], r["team"]]
            + [r["created_at"] if r["deleted"] else None]
            + [r[name] for name in columns]
            for r in rows
        ]
        async with self.platform.database.transaction(self.workspace) as tx:
            await tx.many(query, params)


def random_rows(house: House, count: int = 300, seed: int = 7) -> None:
    """Fill the house with companies and deals: many blanks, many ties, some deleted."""
    random = Random(seed)
    start = datetime(2025, 1, 1, tzinfo=UTC)
    owners = [*house.members.values(), None]
    teams = [*house.teams.values(), None]

    def some(*values: Any) -> Any:
        return random.choice([*values, None])

    def head() -> dict[str, Any]:
        return {
            "id": uuid7(),
            "created_at": start + timedelta(hours=random.randrange(40)),
            "owner": random.choice(owners),
            "team": random.choice(teams),
            "deleted": random.random() < 0.1,
        }

    house.companies = [
        {
            **head(),
            "name": some("宏达", "新星", "Alpha", "beta", "广汇"),
            "industry": some("i0", "i1", "i2"),
            "size": some(0, 5, 70),
        }
        for _ in range(40)
    ]
    companies = [c["id"] for c in house.companies]
    house.deals = [
        {
            **head(),
            "name": some("大单", "小单", "续约", "Big", "100%_x"),
            "company": random.choice([*companies, uuid7(), None]),
            "amount": some(*(Decimal(random.randrange(-500, 5000)) / 100 for _ in range(4))),
            "score": some(*range(6)),
            "stage": some(*STAGES),
            "hot": some(True, False),
            "closed": some(date(2025, 1, 31), date(2025, 2, 1), date(2024, 12, 31)),
            "seen": some(
                datetime(2025, 1, 31, 15, 59, tzinfo=UTC), datetime(2025, 1, 31, 16, 0, tzinfo=UTC)
            ),
            "helpers": some([], random.sample(list(house.members.values()), 2)),
            "secret": Decimal(random.randrange(100)),
        }
        for _ in range(count)
    ]
