"""The small house of the records tests, with a sales operator who may change rules."""

import pytest_asyncio
from tests.records.conftest import House

ALL_VERBS = ["create", "read", "update", "delete", "transfer"]


class RuleHouse(House):
    """The house, and short words for rules."""

    async def rule(self, key, **body):
        """Publish a rule as the administrator."""
        given = {"label": key, "object": "deal", "message": "不行", **body}
        return await self.ok(self.admin.put(f"/api/definitions/rule/{key}", json=given))

    async def without(self, *keys):
        for key in keys:
            answer = await self.admin.delete(f"/api/definitions/rule/{key}")
            assert answer.status_code == 200, answer.text

    async def deal(self, **values):
        return await self.ok(self.admin.post("/api/records/deal", json={"title": "单", **values}))


@pytest_asyncio.fixture(scope="module")
async def house(platform, workspace, client):
    return await RuleHouse(platform, workspace, client).furnish()
