"""What the guides tell people to send is taken by the sales app as it stands there."""

import re

import pytest
import yaml
from tests.acceptance.sets import ROOT
from tests.doors import Sales

GUIDES = ROOT / "docs" / "guides"


@pytest.mark.parametrize(
    ("guide", "kind", "key"),
    [("rights", "role", "key_account_manager"), ("rules", "rule", "key_account_risk")],
)
async def test_the_example_of_a_guide_is_published(
    sales: Sales, guide: str, kind: str, key: str
) -> None:
    text = (GUIDES / f"{guide}.md").read_text("utf-8")
    block = re.search(r"```(?:json|yaml)\n(.*?)```", text, re.DOTALL)
    assert block is not None
    body = yaml.safe_load(block[1])
    answer = await sales.client.put(f"/api/definitions/{kind}/{key}", json=body)
    assert answer.status_code == 200, answer.text
    assert answer.json()["state"] == "live"
