"""The duplicate rules the sales app brings: who enters somebody twice is told, and whose it is."""

import pytest
from tests.doors import Sales

pytestmark = pytest.mark.feature("Z4")


@pytest.mark.parametrize(
    ("object_key", "first", "second", "rule"),
    [
        ("account", {"name": "苏州恒川精密机械有限公司"}, {"name": "恒川精密机械"}, "same_account"),
        (
            "contact",
            {"name": "甲", "mobile": "14200000001"},
            {"name": "乙", "mobile": "142 0000 0001"},
            "same_contact",
        ),
        (
            "lead",
            {"name": "线索甲", "email": "one@example.com"},
            {"name": "线索乙", "email": "One@example.com", "mobile": "14300000001"},
            "same_lead",
        ),
    ],
)
async def test_the_second_of_two_is_told(
    sales: Sales, object_key: str, first: dict[str, str], second: dict[str, str], rule: str
) -> None:
    client, path = sales.client, f"/api/records/{object_key}"
    if object_key == "contact":
        made = await client.post("/api/records/account", json={"name": f"单位 {rule}"})
        first, second = ({**body, "account": made.json()["id"]} for body in (first, second))
    one = await client.post(path, json=first)
    assert one.status_code == 201, one.text
    assert rule not in str(one.json().get("warnings"))
    two = await client.post(path, json=second)
    assert two.status_code == 201, two.text
    assert rule in str(two.json()["warnings"])
