"""One process, two servers whose database and schema bear the same names: nothing is mixed up."""

from typing import Any

import pytest
from tests.walks.harness import new_site
from tests.walks.test_rollups import prepared


def _object(*keys: str) -> dict[str, Any]:
    fields = [{"key": key, "label": key, "type": "text"} for key in keys]
    return {"key": "deal", "label": "单", "fields": fields}


@pytest.mark.feature("Z22")
async def test_what_was_compiled_for_one_server_serves_no_other() -> None:
    for keys in (("name", "note", "more"), ("name",)):
        async with new_site() as site, prepared(site) as client:
            made = await client.post("/api/objects", json=_object(*keys))
            assert made.status_code == 201, made.text
            for number in range(2):
                record = await client.post("/api/records/deal", json={"name": f"单 {number}"})
                assert record.status_code == 201, record.text
