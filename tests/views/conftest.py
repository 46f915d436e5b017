"""The small house of the records tests, with short words for views and forms."""

import pytest_asyncio
from tests.records.conftest import House


class ViewHouse(House):
    """The house, and short words for views and forms."""

    async def view(self, key, **body):
        """Publish a shared view as the administrator."""
        given = {"label": key, "object": "account", **body}
        return await self.ok(self.admin.put(f"/api/definitions/view/{key}", json=given))

    async def form(self, key, *sections, **body):
        """Publish a form of one tab as the administrator."""
        tabs = [{"label": "基本", "sections": list(sections)}]
        given = {"label": key, "object": "account", "tabs": tabs, **body}
        return await self.ok(self.admin.put(f"/api/definitions/form/{key}", json=given))

    async def without(self, kind, *keys):
        for key in keys:
            answer = await self.admin.delete(f"/api/definitions/{kind}/{key}")
            assert answer.status_code == 200, answer.text

    async def seen(self, client, key):
        return await self.ok(client.get(f"/api/views/{key}"))


@pytest_asyncio.fixture(scope="module")
async def house(platform, workspace, client):
    return await ViewHouse(platform, workspace, client).furnish()
