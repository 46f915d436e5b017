"""References that are missing are made along: counted before, only where needed, taken back too."""

import pytest
from tests.transfer.conftest import Desk, csv_of

pytestmark = pytest.mark.feature("Z19")


async def test_missing_references_are_made_counted_and_taken_back(desk: Desk) -> None:
    rows = [
        ["商机名称", "客户", "金额"],
        ["沿一", "沿途甲", "1"],
        ["沿二", "沿途甲", "2"],
        ["沿三", "沿途乙", "不是数"],
    ]
    made = await desk.bring(csv_of(rows), "opportunity")
    mapping = {
        "columns": {
            "商机名称": "name",
            "客户": {"field": "account", "reference": {"by": "name", "create_missing": True}},
            "金额": "amount",
        },
        "constants": {"source": "outbound", "next_step": "回访"},
    }
    made = await desk.ask("PUT", f"/{made['id']}/mapping", 200, mapping)
    counts = made["preview"]["counts"]
    assert (counts["create"], counts["error"], counts["made"]) == (2, 1, {"account": 1})
    assert await desk.records("account", 'LEFT(name,2)="沿途"') == []
    done = await desk.commit(made)
    assert done["counts"] == counts
    found = await desk.records("account", 'LEFT(name,2)="沿途"')
    assert [record["values"]["name"] for record in found] == ["沿途甲"]
    answer = await desk.client.post(f"/api/changesets/{made['id']}/revert", json={})
    assert answer.status_code == 200, answer.text
    assert await desk.records("account", 'LEFT(name,2)="沿途"') == []
    assert await desk.records("opportunity", 'LEFT(name,1)="沿"') == []
