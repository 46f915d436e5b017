"""API tokens: shown once, scoped, ended at once."""

from datetime import timedelta

import httpx
import pytest
from tests.identity.people import PASSWORD, bearer, code_of

from changliu.kit import clock
from changliu.kit.platform import Platform

pytestmark = pytest.mark.feature("Z20")


async def make_token(client: httpx.AsyncClient, **draft: object) -> dict[str, str]:
    answer = await client.post("/api/tokens", json={"name": "t", **draft})
    assert answer.status_code == 201, answer.text
    document: dict[str, str] = answer.json()
    return document


async def test_read_scope_writes_nothing(
    admin: httpx.AsyncClient, client: httpx.AsyncClient
) -> None:
    made = await make_token(admin, scopes=["read", "members.manage"])
    headers = bearer(made["token"])
    assert (await client.get("/api/roles", headers=headers)).status_code == 200
    refused = await client.post("/api/teams", json={"name": "x"}, headers=headers)
    assert code_of(refused) == (403, "token.scope")


async def test_rights_need_their_scope(admin: httpx.AsyncClient, client: httpx.AsyncClient) -> None:
    headers = bearer((await make_token(admin, scopes=["write"]))["token"])
    assert code_of(await client.get("/api/roles", headers=headers)) == (403, "right.missing")
    me = (await client.get("/api/auth/session", headers=headers)).json()
    assert me["rights"] == []


async def test_scope_lends_no_right_the_member_lacks(
    rep: httpx.AsyncClient, client: httpx.AsyncClient
) -> None:
    headers = bearer((await make_token(rep, scopes=["write", "members.manage"]))["token"])
    assert code_of(await client.get("/api/roles", headers=headers)) == (403, "right.missing")


async def test_shown_once_and_revoked(
    rep: httpx.AsyncClient, client: httpx.AsyncClient, admin: httpx.AsyncClient
) -> None:
    made = await make_token(rep, scopes=["full"])
    headers = bearer(made["token"])
    assert (await client.get("/api/teams", headers=headers)).status_code == 200
    listed = (await rep.get("/api/tokens")).json()["items"]
    assert made["id"] in {token["id"] for token in listed}
    assert not any("token" in token for token in listed)
    path = f"/api/tokens/{made['id']}"
    assert code_of(await admin.delete(path)) == (404, "token.unknown")
    assert (await rep.delete(path)).status_code == 204
    assert code_of(await client.get("/api/teams", headers=headers)) == (401, "session.invalid")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/api/tokens", {"name": "x", "scopes": ["full"]}),
        ("POST", "/api/auth/password", {"old": PASSWORD, "new": "a new one 1"}),
        ("POST", "/api/auth/totp", None),
        ("POST", "/api/auth/logout", None),
        ("POST", "/api/auth/switch", {"workspace": 1}),
        ("PATCH", "/api/accounts/me", {"language": "en"}),
        ("GET", "/api/auth/sessions", None),
        ("GET", "/api/tokens", None),
    ],
)
async def test_tokens_manage_no_sign_in(
    rep: httpx.AsyncClient, client: httpx.AsyncClient,
    method: str, path: str, body: object,
) -> None:  # fmt: skip
    headers = bearer((await make_token(rep, scopes=["full"]))["token"])
    refused = await client.request(method, path, json=body, headers=headers)
    assert code_of(refused) == (403, "token.session_only")


async def test_expiry_and_unknown_scopes(rep: httpx.AsyncClient) -> None:
    past = (clock.real() - timedelta(minutes=1)).isoformat()
    for draft, path in (
        ({"scopes": ["full"], "expires_at": past}, "expires_at"),
        ({"scopes": ["full"], "expires_at": "2099-01-01T00:00:00"}, "expires_at"),
        ({"scopes": ["root"]}, "scopes"),
        ({"scopes": []}, "scopes"),
    ):
        answer = await rep.post("/api/tokens", json={"name": "x", **draft})
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["path"] == path


async def test_expired_token(
    rep: httpx.AsyncClient, client: httpx.AsyncClient, platform: Platform
) -> None:
    soon = (clock.real() + timedelta(days=1)).isoformat()
    made = await make_token(rep, scopes=["full"], expires_at=soon)
    async with platform.database.transaction() as tx:
        ended = clock.real() - timedelta(seconds=1)
        query = "UPDATE changliu.token SET expires_at = %s WHERE id = %s"
        await tx.execute(query, [ended, made["id"]])
    refused = await client.get("/api/teams", headers=bearer(made["token"]))
    assert code_of(refused) == (401, "session.invalid")
