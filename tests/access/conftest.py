"""The house of the records tests, for the doors of access, and someone who may share."""

import pytest
from tests.records.conftest import House, house

__all__ = ["house"]


@pytest.fixture(scope="module")
async def lender(house: House):
    """A role that shares its own accounts, and its holder; `rep` may not share."""
    grants = [
        {"object": o, "verbs": ["create", "read", "update", "delete", "share"], "scope": "own"}
        for o in ("account", "deal")
    ]
    body = {"label": "lender", "fields": "all", "grants": grants}
    await house.ok(house.admin.put("/api/definitions/role/lender", json=body))
    return await house.hire("lender", "lender", house.team)
