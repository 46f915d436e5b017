"""The house of tests/records, with a worker to run what is due."""

import pytest_asyncio
from tests.records.conftest import house as house

from changliu.jobs.model import Registry
from changliu.jobs.worker import Worker


@pytest_asyncio.fixture(scope="module")
async def work(house):
    """Run every job that is due."""

    async def drain():
        platform = house.platform
        return await Worker(platform.database, platform.registry(Registry)).drain()

    await drain()
    return drain
