"""Three levels: firms with projects with lines, and a roll-up of every kind between them."""

from uuid import UUID

import pytest_asyncio
from tests.records.conftest import ADMIN_PASSWORD, House

from changliu.records.rollups.handlers import fill_batch, reconcile_batch
from changliu.records.rollups.service import drift
from changliu.schema.catalogue import catalogue as load_catalogue

LINE = [
    {"key": "name", "label": "名称", "type": "text"},
    {
        "key": "project",
        "label": "项目",
        "type": "reference",
        "object": "project",
        "inverse": {"key": "lines", "label": {"zh-CN": "明细", "en": "Lines"}},
    },
    {"key": "amount", "label": "金额", "type": "money"},
    {
        "key": "kind",
        "label": "类别",
        "type": "select",
        "options": [{"key": "a", "label": "甲"}, {"key": "b", "label": "乙"}],
    },
    {"key": "day", "label": "日期", "type": "date"},
    {"key": "double", "label": "两倍", "type": "formula", "formula": "金额 * 2"},
]
PROJECT = [
    {"key": "name", "label": "名称", "type": "text"},
    {
        "key": "firm",
        "label": "企业",
        "type": "reference",
        "object": "firm",
        "inverse": {"key": "projects", "label": {"zh-CN": "项目", "en": "Projects"}},
    },
    {"key": "limit", "label": "上限", "type": "money"},
]
FIRM = [{"key": "name", "label": "名称", "type": "text"}]
OBJECTS = (("firm", "企业", FIRM), ("project", "项目", PROJECT), ("line", "明细", LINE))


def rollup(key, children, function, **more):
    """A maintained roll-up's body."""
    return {"key": key, "label": key, "type": "rollup", "children": children,
            "function": function, "maintained": True, **more}  # fmt: skip


OF_PROJECT = (
    rollup("count", "lines", "COUNT"),
    rollup("priced", "lines", "COUNT", field="amount", filter='kind = "a"'),
    rollup("total", "lines", "SUM", field="amount"),
    rollup("doubled", "lines", "SUM", field="double", filter="double > 10"),
    rollup("top", "lines", "MAX", field="amount"),
    rollup("first", "lines", "MIN", field="day", filter='kind <> "b"'),
    rollup("mean", "lines", "AVG", field="amount"),
    rollup("kinds", "lines", "COUNTD", field="kind"),
    rollup("any", "lines", "EXISTS", filter='kind = "b"'),
)
OF_FIRM = (
    rollup("total", "projects", "SUM", field="total"),
    rollup("best", "projects", "MAX", field="total"),
    rollup("busy", "projects", "COUNT", filter="count > 0 AND NOT any"),
)
KEPT = {"project": [r["key"] for r in OF_PROJECT], "firm": [r["key"] for r in OF_FIRM]}


class Works(House):
    """The three levels and short words for them."""

    async def furnish(self):
        self.admin = await self.sign_in("admin", ADMIN_PASSWORD)
        for key, label, fields in OBJECTS:
            await self.ok(self.admin.post("/api/objects", json={"key": key, "label": label}))
            for field in fields:
                await self.ok(self.admin.post(f"/api/objects/{key}/fields", json=field))
        await self.add_rollups()
        return self

    async def add_rollups(self):
        for target, rollups in (("project", OF_PROJECT), ("firm", OF_FIRM)):
            for body in rollups:
                await self.field_of(target, body)

    async def field_of(self, target, body):
        await self.ok(self.admin.post(f"/api/objects/{target}/fields", json=body))
        await self.look()

    async def change_field(self, target, key, **patch):
        answer = await self.admin.patch(f"/api/objects/{target}/fields/{key}", json=patch)
        await self.look()
        return answer

    async def look(self):
        async with self.platform.database.transaction(self.workspace, write=False) as tx:
            self.catalogue = await load_catalogue(tx)

    async def new(self, target, **values):
        return (await self.ok(self.admin.post(f"/api/records/{target}", json=values)))["id"]

    async def edit(self, target, record, **values):
        return await self.admin.patch(f"/api/records/{target}/{record}", json=values)

    async def read(self, target, record):
        return (await self.ok(self.admin.get(f"/api/records/{target}/{record}")))["values"]

    async def drift(self):
        async with self.platform.database.transaction(self.workspace) as tx:
            return await drift(tx)

    async def kept(self, target, key, record):
        """What stands in a roll-up's column."""
        column = self.catalogue.object(target).by_key[key].kept
        query = f"SELECT {column} FROM {{schema}}.{self.table(target)} WHERE id = %s"
        return (await self.rows(query, [UUID(record)]))[0][0]

    async def work_off(self, kind, limit=50):
        """Run every waiting job of roll-ups of one kind, one after another."""
        handle = {"rollup.fill": fill_batch, "rollup.reconcile": reconcile_batch}[kind]
        for _ in range(limit):
            async with self.platform.database.transaction(self.workspace) as tx:
                job = await self._take(tx, kind)
                if job is None:
                    break
                await handle(tx, job)
        await self.look()

    async def count_all(self):
        """How much there is of everything a write may leave behind."""
        tables = ["changeset", "history", "job", *(self.table(key) for key, _, _ in OBJECTS)]
        text = ", ".join(f"(SELECT count(*) FROM {{schema}}.{t})" for t in tables)
        return (await self.rows(f"SELECT {text}"))[0]

    async def _take(self, tx, kind):
        row = await tx.row(
            f"DELETE FROM {self.workspace.schema}.job WHERE id = (SELECT min(id) FROM"
            f" {self.workspace.schema}.job WHERE kind = %s) RETURNING payload", [kind],
        )  # fmt: skip
        return _Job(row[0]) if row else None


class _Job:
    def __init__(self, payload):
        self.payload = payload


@pytest_asyncio.fixture(scope="module")
async def works(platform, workspace, client):
    return await Works(platform, workspace, client).furnish()
