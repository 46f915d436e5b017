"""An installation of an earlier sales app, changed by its people, comes to today's; killed on the
way, it is as it was."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.doors import sign_in
from tests.walks.harness import PASSWORD, Site, eventually, new_server, new_site
from tests.walks.invariants import hold
from tests.walks.points import KILLED

# The app as shipped before deals had lines: 153 fields, two of today's roll-ups still formulas.
EARLIER = Path(__file__).parent / "earlier" / "sales.zip"
INSTALL = "/api/bundles/sales/install"
LEAD = "/api/objects/lead"


async def asked(
    client: httpx.AsyncClient, method: str, path: str, body: Any = None, status: int = 200
) -> Any:
    """Send a request and return the answer's body, which has this status."""
    answer = await client.request(method, path, json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


async def confirmed(client: httpx.AsyncClient, path: str) -> dict[str, Any]:
    """Install, and once more with the token when the impact list asks for it."""
    answer = await client.post(path)
    if answer.status_code == 409:
        answer = await client.post(f"{path}?confirm={answer.json()['confirm']}")
    assert answer.status_code == 200, answer.text
    plan: dict[str, Any] = answer.json()
    return plan


async def changed_here(client: httpx.AsyncClient) -> None:
    """What people of an installation do to an app: a label, an option, a field, a rule."""
    label = {"label": {"zh-CN": "企业名", "en": "Firm"}}
    await asked(client, "PATCH", f"{LEAD}/fields/company", label)
    fields = (await asked(client, "GET", LEAD))["fields"]
    level = next(field for field in fields if field["key"] == "level")
    extra = {"key": "own", "label": {"zh-CN": "自定", "en": "Own"}}
    await asked(client, "PATCH", f"{LEAD}/fields/level", {"options": [*level["options"], extra]})
    own = {"key": "own_note", "label": "本地备注", "type": "text"}
    await asked(client, "POST", f"{LEAD}/fields", own, 201)
    rule = (await asked(client, "GET", "/api/definitions/rule/lost_has_reason"))["body"]
    rule = {**rule, "message": {"zh-CN": "输了要写原因。", "en": "Say why it was lost."}}
    await asked(client, "PUT", "/api/definitions/rule/lost_has_reason", rule)


async def worked_with(client: httpx.AsyncClient) -> str:
    """Records of that time; returns the account's id."""
    account = await asked(client, "POST", "/api/records/account", {"name": "旧客户有限公司"}, 201)
    at = {"subject": "电话", "kind": "call", "happened_at": "2026-03-02T02:00:00Z"}
    await asked(client, "POST", "/api/records/activity", {**at, "account": account["id"]}, 201)
    lead = {"name": "线索", "company": "旧线索公司", "mobile": "13900004321", "level": "own"}
    await asked(client, "POST", "/api/records/lead", {**lead, "own_note": "本地的"}, 201)
    return str(account["id"])


async def still_here(client: httpx.AsyncClient, account: str) -> None:
    """All that was changed here and all records are as they were, in today's app."""
    lead = {field["key"]: field for field in (await asked(client, "GET", LEAD))["fields"]}
    assert lead["company"]["label"] == {"zh-CN": "企业名", "en": "Firm"}
    assert "own" in {option["key"] for option in lead["level"]["options"]}
    assert lead["own_note"]["label"]["zh-CN"] == "本地备注"
    rule = (await asked(client, "GET", "/api/definitions/rule/lost_has_reason"))["body"]
    assert rule["message"]["en"] == "Say why it was lost."
    (found,) = (await asked(client, "GET", "/api/records/lead"))["items"]
    assert (found["values"]["level"], found["values"]["own_note"]) == ("own", "本地的")

    async def counted() -> bool:
        """The roll-up that was a formula is filled by a job."""
        record = await asked(client, "GET", f"/api/records/account/{account}")
        return bool(record["values"]["last_activity_at"] == "2026-03-02T02:00:00+00:00")

    await eventually(counted, 30)


@pytest.mark.feature("Z11")
async def test_an_earlier_sales_app_comes_to_todays_over_local_changes() -> None:
    async with new_site(workspace=False) as site:
        server = new_server(site)
        await server.restart()
        async with httpx.AsyncClient(base_url=server.url, timeout=60) as client:
            await sign_in(client, "admin", PASSWORD)
            old = await client.post("/api/bundles/import", content=EARLIER.read_bytes())
            assert old.status_code == 200, old.text
            await changed_here(client)
            account = await worked_with(client)
            before = await asked(client, "GET", "/api/meta")

            for step in KILLED["bundles"]:
                server.kill9()
                await server.restart(CHANGLIU_CRASH_AT=step)
                with pytest.raises(httpx.TransportError):
                    await confirmed(client, INSTALL)
                server.kill9()
                await server.restart()
                assert await asked(client, "GET", "/api/meta") == before

            plan = await confirmed(client, INSTALL)
            at = "field:account.last_activity_at"
            changes = {f"{s['kind']}:{s['key']}" for s in plan["steps"] if s["action"] == "change"}
            assert at in changes
            assert plan["conflicts"] == []
            await still_here(client, account)
            keys = {found["key"] for found in (await asked(client, "GET", "/api/meta"))["objects"]}
            assert "opportunity_line" in keys
            again = await asked(client, "POST", INSTALL)
            assert set(again["counts"]) <= {"same", "keep"}
            version = (await asked(client, "GET", "/api/bundles"))["items"][0]["installed"]
            assert version == "1.1.0"
            await demo_on_top(client)

        async def settled() -> bool:
            """Indexes are being built for a while."""
            with suppress(AssertionError):
                await hold(site)
                return True
            return False

        await eventually(settled, 60)
        assert "unchanged" in await typed(site)


async def demo_on_top(client: httpx.AsyncClient) -> None:
    """The upgraded app is the app: its demo loads and goes again."""
    made = await asked(client, "POST", "/api/bundles/sales/demo", {"scale": 0.03}, 201)
    assert made["records"] > 20
    gone = await asked(client, "DELETE", "/api/bundles/sales/demo")
    assert (gone["records"], gone["kept"]) == (made["records"], [])


async def typed(site: Site) -> str:
    """What `changliu bundle diff sales` writes."""
    words = ("-m", "changliu", "bundle", "diff", "sales", "--data", str(site.data))
    child = site.child("diff", *words)
    assert await child.start(LANG="en").ended(60) == 0, site.text("diff")
    return site.text("diff")
