"""/meta shows each caller what they may see, and no more."""

import httpx
import pytest
import pytest_asyncio

BODY = {
    "key": "secret",
    "label": {"zh-CN": "机密", "en": "Secret"},
    "fields": [
        {"key": "open", "label": "公开", "type": "text"},
        {"key": "price", "label": "底价", "type": "number"},
    ],
}


@pytest_asyncio.fixture(scope="module", autouse=True)
async def secret(admin: httpx.AsyncClient) -> None:
    made = await admin.post("/api/objects", json=BODY)
    assert made.status_code == 201, made.text
    assert made.json() == (await admin.get("/api/objects/secret")).json()
    assert made.json()["fields"][0]["writable"]


async def seen(client: httpx.AsyncClient) -> dict[str, list[str]]:
    found = (await client.get("/api/meta")).json()["objects"]
    return {o["key"]: [f["key"] for f in o["fields"]] for o in found}


@pytest.mark.feature("Z5")
async def test_meta_follows_the_callers_rights_at_once(
    admin: httpx.AsyncClient, rep: httpx.AsyncClient
) -> None:
    assert await seen(rep) == {}
    assert (await rep.get("/api/objects/secret")).status_code == 404
    missing = (await rep.get("/api/objects/nothing")).json()
    hidden = (await rep.get("/api/objects/secret")).json()
    assert missing["detail"].replace("nothing", "secret") == hidden["detail"]
    grant = {"object": "secret", "verbs": ["read"], "scope": "all", "read": ["open"]}
    role = {"label": "销售", "grants": [grant]}
    made = await admin.put("/api/definitions/role/rep", json=role)
    assert made.status_code == 200, made.text
    assert await seen(rep) == {"secret": ["open"]}
    assert await seen(admin) == {"secret": ["open", "price"]}
    assert made.json()["body"]["grants"] == [{**grant, "read": ["open"]}]
    field = (await rep.get("/api/objects/secret")).json()["fields"][0]
    assert not field["writable"]


@pytest.mark.feature("Z1")
async def test_a_role_loses_a_removed_field_not_its_life(
    admin: httpx.AsyncClient, rep: httpx.AsyncClient
) -> None:
    url = "/api/objects/secret/fields/open"
    refused = await admin.delete(url)
    assert refused.status_code == 409
    hit = [(e["code"], e["kind"], e["key"]) for e in refused.json()["errors"]]
    assert hit == [("reduced", "role", "rep")]
    before = (await admin.get("/api/definitions/role/rep")).json()["version"]
    done = await admin.delete(f"{url}?confirm={refused.json()['confirm']}")
    assert done.status_code == 200, done.text
    role = (await admin.get("/api/definitions/role/rep")).json()
    assert role["version"] == before + 1
    assert role["body"]["grants"][0]["read"] == []
    assert await seen(rep) == {"secret": []}
