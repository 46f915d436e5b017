"""History after personal values were erased: the entry stays and says so, whatever the type."""

from typing import Any

import pytest
from psycopg import AsyncConnection

KEEPER = {"key": "keeper", "label": "经办人", "type": "member", "personal": True}


@pytest.mark.feature("Z12")
async def test_history_of_an_erased_personal_reference_is_still_told(house: Any) -> None:
    await house.ok(house.admin.post("/api/objects/account/fields", json=KEEPER))
    values = {"name": "甲", "phone": "13800138000", "keeper": house.rep.member}
    made = await house.ok(house.changeset(house.create("account", **values)))
    place = f"/api/records/account/{made['results'][0]['id']}/history"
    before = await _changes(house, place)
    assert before["keeper"]["to"] == {"id": house.rep.member, "title": "rep"}
    assert before["phone"]["to"] == "13800138000"
    async with await AsyncConnection.connect(house.platform.database.owner_dsn) as conn:
        await conn.execute(f"DELETE FROM {house.workspace.schema}.history_personal")
    after = await _changes(house, place)
    assert after["keeper"]["erased"]
    assert after["phone"]["erased"]
    assert after["name"]["to"] == "甲"


async def _changes(house: Any, place: str) -> dict[str, Any]:
    [entry] = (await house.ok(house.admin.get(place)))["items"]
    return {change["field"]: change for change in entry["changes"]}
