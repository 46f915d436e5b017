"""The rules the sales app brings, and what a bundle with a wrong rule is told."""

import shutil
from pathlib import Path

import pytest
from tests.doors import Sales

from changliu.bundles import service as bundles
from changliu.definitions.kind import KindRegistry
from changliu.kit.errors import Invalid

SALES = Path(__file__).parents[2] / "apps" / "sales"
RISKY = {"name": "千万商机", "amount": "12000000"}


@pytest.mark.feature("Z3")
async def test_a_deal_above_ten_million_needs_its_assessment_and_approval(sales: Sales) -> None:
    client = sales.client
    refused = await client.post("/api/records/opportunity", json=RISKY)
    assert refused.status_code == 422
    (error,) = refused.json()["errors"]
    assert (error["code"], error["rule"], error["path"]) == (
        "rule.violated", "key_account_risk", "risk_assessment",
    )  # fmt: skip
    assert "12,000,000" in error["message"]
    attached = {**RISKY, "risk_assessment": "FX-2026-001"}
    refused = await client.post("/api/records/opportunity", json=attached)
    assert refused.status_code == 422
    approved = {**attached, "director_approved": True}
    assert (await client.post("/api/records/opportunity", json=approved)).status_code == 201
    small = await client.post("/api/records/opportunity", json={**RISKY, "amount": "10000000"})
    assert small.status_code == 201
    path = f"/api/records/opportunity/{small.json()['id']}"
    assert (await client.patch(path, json={"amount": "10000000.01"})).status_code == 422
    won = await client.patch(path, json={"stage": "won"})
    assert won.json()["errors"][0]["rule"] == "won_is_complete"
    lost = await client.patch(path, json={"stage": "lost"})
    assert [w["rule"] for w in lost.json()["warnings"]] == ["lost_has_reason"]


async def test_messages_name_people(sales: Sales) -> None:
    message = {"zh-CN": "问 {负责人}、{所属团队.名称}", "en": "Ask {owner.name}"}
    when = 'name = "问人"'
    body = {"label": "人", "object": "opportunity", "when": when, "message": message}
    answer = await sales.client.put("/api/definitions/rule/people", json=body)
    assert answer.status_code == 200, answer.text
    refused = await sales.client.post("/api/records/opportunity", json={"name": "问人"})
    me = (await sales.client.get("/api/auth/session")).json()["member"]["name"]
    assert refused.json()["errors"][0]["message"] == f"问 {me}、（空）"
    assert (await sales.client.delete("/api/definitions/rule/people")).status_code == 200


@pytest.mark.feature("Z11")
@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("amount > 1000万", "amuont > 1000万", "formula.field", 4),
        ("field: risk_assessment", "fields: risk_assessment", "yaml.unknown_key", 9),
        ("{金额}", "{金饿}", "formula.field", 7),
    ],
)
async def test_a_wrong_rule_in_a_bundle_names_its_line(
    sales: Sales, tmp_path: Path, old: str, new: str, code: str, line: int
) -> None:
    folder = tmp_path / "sales"
    shutil.copytree(SALES, folder)
    file = folder / "rules" / "key_account_risk.yaml"
    file.write_text(file.read_text("utf-8").replace(old, new), "utf-8")
    kinds = sales.platform.registry(KindRegistry)
    with pytest.raises(Invalid) as caught:
        await bundles.install(
            sales.platform.database, sales.workspace, kinds, bundles.open_bundle(str(folder))
        )
    (fault,) = caught.value.faults
    assert fault.code == code
    assert fault.extra["file"] == "sales/rules/key_account_risk.yaml"
    assert fault.extra["line"] == line
