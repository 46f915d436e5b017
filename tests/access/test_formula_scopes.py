"""Formula scopes and transfer through the public doors."""

import pytest
from tests.access.lending import code_of, made, sees
from tests.records.conftest import House

pytestmark = pytest.mark.feature("Z5")


@pytest.fixture(scope="module")
async def banker(house: House):
    """Reads and writes accounts of the finance industry, and deals of such accounts."""
    grants = [
        {"object": "account", "verbs": ["create", "read", "update"], "scope": "formula",
         "condition": '行业="金融"'},
        {"object": "deal", "verbs": ["create", "read", "update"], "scope": "formula",
         "condition": 'account.industry="bank"'},
    ]  # fmt: skip
    body = {"label": "banker", "fields": "all", "grants": grants}
    await house.ok(house.admin.put("/api/definitions/role/banker", json=body))
    return await house.hire("banker", "banker", house.far_team)


async def test_a_formula_scope_decides_rows_old_and_new(house, banker):
    bank = await made(house.admin, name="银行", industry="bank")
    shop = await made(house.admin, name="工厂", industry="made")
    good = await made(house.admin, "deal", title="银行单", account=bank)
    bad = await made(house.admin, "deal", title="工厂单", account=shop)
    assert await sees(banker, bank)
    assert not await sees(banker, shop)
    deals = (await banker.get("/api/records/deal")).json()["items"]
    assert [item["id"] for item in deals] == [good]
    out = await banker.patch(f"/api/records/account/{bank}", json={"industry": "made"})
    assert await code_of(out, 403) == "access.out_of_scope"
    assert (await banker.patch(f"/api/records/account/{bank}", json={"size": 3})).status_code == 200
    fresh = await banker.post("/api/records/account", json={"name": "新厂", "industry": "made"})
    assert await code_of(fresh, 403) == "access.denied"
    ok = await banker.post("/api/records/account", json={"name": "新行", "industry": "bank"})
    assert ok.status_code == 201, ok.text
    for target, status in ((bank, 201), (shop, 403)):
        answer = await banker.post("/api/records/deal", json={"title": "挂上", "account": target})
        assert answer.status_code == status, answer.text
    assert (await banker.get(f"/api/records/deal/{bad}")).status_code == 404
    left = await house.admin.patch(f"/api/records/account/{bank}", json={"industry": "made"})
    assert left.status_code == 200
    assert not await sees(banker, bank)
    assert (await banker.get(f"/api/records/deal/{good}")).status_code == 404


async def test_a_reference_into_rows_that_a_path_decides(house):
    """For one change and for many: the plan of a large changeset is another one."""
    grants = [
        {"object": "account", "verbs": ["read"], "scope": "formula",
         "condition": 'parent.industry="bank" AND COUNT(branches)=0'},
        {"object": "deal", "verbs": ["create", "read"], "scope": "own"},
    ]  # fmt: skip
    body = {"label": "leaf", "fields": "all", "grants": grants}
    await house.ok(house.admin.put("/api/definitions/role/leaf", json=body))
    leaf = await house.hire("leaf", "leaf", house.far_team)
    head = await made(house.admin, name="总行", industry="bank")
    part = await made(house.admin, name="分行", parent=head)
    assert await sees(leaf, part)
    assert not await sees(leaf, head)
    for target, fine in ((part, True), (head, False)):
        body = {"title": "挂上", "account": target}
        answer = await leaf.post("/api/records/deal", json=body)
        assert answer.status_code == (201 if fine else 422), answer.text
        many = [{"op": "create", "object": "deal", "values": body} for _ in range(300)]
        answer = await leaf.post("/api/changesets", json={"mode": "each", "changes": many})
        results = answer.json()["results"]
        assert len(results) == 300
        assert all(("errors" not in r) is fine for r in results)


async def test_the_condition_is_kept_by_id_and_shown_with_todays_labels(house, banker):
    renamed = {"label": {"zh-CN": "业态", "en": "Trade"}}
    await house.ok(house.admin.patch("/api/objects/account/fields/industry", json=renamed))
    shown = await house.ok(house.admin.get("/api/definitions/role/banker"))
    assert "业态" in str(shown)
    bank = await made(house.admin, name="仍在", industry="bank")
    assert await sees(banker, bank)
    back = {"label": {"zh-CN": "行业", "en": "Industry"}}
    await house.ok(house.admin.patch("/api/objects/account/fields/industry", json=back))


async def test_a_field_that_goes_takes_the_grant_with_it(house):
    await house.ok(house.admin.post(
        "/api/objects/account/fields", json={"key": "tier", "label": "层级", "type": "text"}
    ))  # fmt: skip
    grant = {"object": "account", "verbs": ["read"], "scope": "formula", "condition": 'tier="A"'}
    body = {"label": "t", "fields": "all", "grants": [grant]}
    await house.ok(house.admin.put("/api/definitions/role/tiered", json=body))
    tiered = await house.hire("tiered", "tiered", house.team)
    assert (await tiered.get("/api/records/account")).status_code == 200
    asked = await house.admin.delete("/api/objects/account/fields/tier")
    assert asked.status_code == 409
    assert "tiered" in asked.text
    confirm = asked.json()["confirm"]
    gone = await house.admin.delete(f"/api/objects/account/fields/tier?confirm={confirm}")
    assert gone.status_code in (200, 204), gone.text
    assert (await tiered.get("/api/records/account")).status_code == 404


async def test_transfer_alone_hands_over_and_changes_nothing_else(house):
    grants = [{"object": "account", "verbs": ["read", "transfer"], "scope": "team_tree"}]
    body = {"label": "t", "fields": "all", "grants": grants}
    await house.ok(house.admin.put("/api/definitions/role/mover", json=body))
    mover = await house.hire("mover", "mover", house.parent_team)
    record = await made(house.rep, name="转来转去")
    place = f"/api/records/account/{record}"
    handed = await mover.patch(place, json={"owner": house.other.member})
    assert handed.status_code == 200, handed.text
    assert handed.json()["owner"]["id"] == house.other.member
    for values in ({"name": "x"}, {"name": "x", "owner": house.rep.member}):
        assert (await mover.patch(place, json=values)).status_code == 403
    assert (await mover.get(place)).json()["values"]["name"] == "转来转去"
    away = await mover.patch(place, json={"owner": house.far.member})
    assert await code_of(away, 403) == "access.out_of_scope"
    assert (await mover.patch(place, json={"team": house.parent_team})).status_code == 200
    own = await made(house.rep, name="自己的")
    given = await house.rep.patch(f"/api/records/account/{own}", json={"owner": house.other.member})
    assert given.status_code == 403
