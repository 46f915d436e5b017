"""One account in two workspaces, one session in two processes."""

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
from tests.identity.people import PASSWORD, SITE, Opened, bearer, code_of, token_of

from changliu import main
from changliu.identity import provision
from changliu.kit.db import Database, Workspace
from changliu.kit.platform import Platform
from changliu.kit.postgres.migrations import create_workspace

pytestmark = pytest.mark.feature("Z22")


@pytest_asyncio.fixture(scope="module")
async def second(platform: Platform, people: None) -> AsyncIterator[Workspace]:
    owner = platform.database.owner_dsn
    workspace = await create_workspace(owner, main.chain(), "第二公司", "Asia/Shanghai")
    await provision.ensure_admin(platform.database, workspace)
    await provision.account_add(platform.database, workspace, "rep")
    assert people is None
    yield workspace


async def test_switch_replaces_the_session(client: httpx.AsyncClient, second: Workspace) -> None:
    first = bearer(await token_of(client, "rep"))
    assert (await client.get("/api/teams", headers=first)).status_code == 200
    answer = await client.post("/api/auth/switch", json={"workspace": "第二公司"}, headers=first)
    document = answer.json()
    assert document["workspace"] == {"id": second.id, "name": "第二公司"}
    assert len(document["workspaces"]) == 2
    assert code_of(await client.get("/api/teams", headers=first)) == (401, "session.invalid")
    there = bearer(document["token"])
    assert (await client.get("/api/teams", headers=there)).json()["items"] == []
    unknown = await client.post("/api/auth/switch", json={"workspace": "别家"}, headers=there)
    assert code_of(unknown) == (404, "workspace.unknown")
    last_used = (
        await client.post("/api/auth/login", json={"login": "rep", "password": PASSWORD})
    ).json()
    assert last_used["workspace"]["name"] == "第二公司"
    chosen = await client.post(
        "/api/auth/login", json={"login": "rep", "password": PASSWORD, "workspace": 1}
    )
    assert chosen.json()["workspace"]["id"] == 1


async def test_what_one_company_has_is_not_there_in_the_other(
    client: httpx.AsyncClient, admin: httpx.AsyncClient, second: Workspace
) -> None:
    form = {"login": "admin", "password": PASSWORD, "workspace": second.id}
    there = bearer((await client.post("/api/auth/login", json=form)).json()["token"])
    absent = await client.get("/api/records/ledger", headers=there)
    body = {"key": "ledger", "label": "账本", "fields": [
        {"key": "name", "label": "名称", "type": "text"}]}  # fmt: skip
    assert (await admin.post("/api/objects", json=body)).status_code == 201
    made = (await admin.post("/api/records/ledger", json={"name": "一"})).json()
    answer = await client.get("/api/records/ledger", headers=there)
    assert (answer.status_code, answer.text) == (404, absent.text)
    assert (await client.get("/api/meta", headers=there)).json()["objects"] == []
    # The same key and the same physical names there: each company finds only its own rows.
    assert (await client.post("/api/objects", json=body, headers=there)).status_code == 201
    place = f"/api/records/ledger/{made['id']}"
    assert code_of(await client.get(place, headers=there)) == (404, "record.missing")
    assert (await client.get("/api/records/ledger", headers=there)).json()["items"] == []
    taken = {"id": made["id"], "name": "二"}
    answer = await client.post("/api/records/ledger", json=taken, headers=there)
    assert answer.status_code == 201, answer.text
    assert (await admin.get(place)).json()["values"]["name"] == "一"
    people = (await client.get("/api/members", headers=there)).json()["items"]
    theirs = {person["id"] for person in people}
    ours = {person["id"] for person in (await admin.get("/api/members")).json()["items"]}
    assert not theirs & ours


async def test_disabled_here_works_there(
    client: httpx.AsyncClient, admin: httpx.AsyncClient, second: Workspace
) -> None:
    form = {"login": "rep", "password": PASSWORD, "workspace": second.id}
    there = bearer((await client.post("/api/auth/login", json=form)).json()["token"])
    rep = (await admin.get("/api/members", params={"q": "rep"})).json()["items"][0]
    shared = await admin.post(
        f"/api/members/{rep['id']}/password", json={"password": "take-over-1"}
    )
    assert code_of(shared) == (403, "account.shared")
    await admin.post(f"/api/members/{rep['id']}/disable")
    assert (await client.get("/api/teams", headers=there)).status_code == 200
    only = (await client.post("/api/auth/login", json=form | {"workspace": None})).json()
    assert [w["id"] for w in only["workspaces"]] == [second.id]
    await admin.post(f"/api/members/{rep['id']}/enable")


async def test_two_processes_agree(platform: Platform, as_member: Opened) -> None:
    """A session ended through one process is gone in another that had it in memory."""
    other = Database(platform.database.app_dsn, platform.database.owner_dsn)
    await other.open()
    twin = main.create_app(Platform(other, platform.settings, platform.registries))
    try:
        async with as_member("rep") as rep:
            transport = httpx.ASGITransport(app=twin, raise_app_exceptions=False)
            async with httpx.AsyncClient(
                transport=transport, base_url=SITE, headers=rep.headers
            ) as there:
                for _ in range(3):
                    assert (await there.get("/api/teams")).status_code == 200
                assert (await rep.post("/api/auth/logout")).status_code == 204
                assert code_of(await there.get("/api/teams")) == (401, "session.invalid")
    finally:
        await other.close()


async def test_who_changes_roles_renames_the_workspace(
    admin: httpx.AsyncClient, manager: httpx.AsyncClient, second: Workspace
) -> None:
    assert code_of(await manager.patch("/api/workspace", json={"name": "我们"}))[0] == 403
    taken = await admin.patch("/api/workspace", json={"name": second.name})
    assert code_of(taken) == (409, "workspace.exists")
    before = (await admin.get("/api/auth/session")).json()["workspace"]
    done = await admin.patch("/api/workspace", json={"name": " 畅流贸易 "})
    assert done.json() == {"id": before["id"], "name": "畅流贸易"}
    after = (await admin.get("/api/auth/session")).json()
    assert after["workspace"]["name"] == "畅流贸易"
    (line, *_) = (await admin.get("/api/audit", params={"kind": "workspace"})).json()["items"]
    assert (line["action"], line["diff"]["name"]["to"]) == ("workspace.changed", "畅流贸易")
    back = await admin.patch("/api/workspace", json={"name": before["name"]})
    assert back.status_code == 200
