"""Signing in and out: bearer tokens, cookies, origins, limits, the second factor."""

import asyncio
import time
from datetime import timedelta

import httpx
import pyotp
import pytest
from fastapi import FastAPI
from tests.identity.people import PASSWORD, SITE, Opened, bearer, code_of, open_client, token_of

from changliu.identity import provision
from changliu.kit import clock, secrets
from changliu.kit.db import Workspace
from changliu.kit.errors import Invalid
from changliu.kit.platform import Platform

HERE = {"origin": SITE}


def cookies_of(answer: httpx.Response) -> dict[str, str]:
    lines = answer.headers.get_list("set-cookie")
    return {line.partition("=")[0]: line for line in lines}


def as_header(answer: httpx.Response, name: str) -> dict[str, str]:
    value = cookies_of(answer)[name].partition("=")[2].partition(";")[0]
    return {"cookie": f"{name}={value}"}


async def sign_in(client: httpx.AsyncClient, **headers: str) -> httpx.Response:
    form = {"login": "rep", "password": PASSWORD}
    return await client.post("/api/auth/login", json=form, headers=headers)


async def test_token_without_origin(client: httpx.AsyncClient) -> None:
    answer = await sign_in(client)
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    document = answer.json()
    assert document["workspace"]["name"] == "测试公司"
    assert [w["name"] for w in document["workspaces"]] == ["测试公司"]
    who = await client.get("/api/auth/session", headers=bearer(document["token"]))
    assert (who.json()["via"], who.json()["insecure"]) == ("api", False)
    assert who.json()["member"]["name"] == "rep"
    assert who.json()["rights"] == []
    assert who.json()["roles"] == [{"key": "rep", "label": {"zh-CN": "销售", "en": "Rep"}}]


async def test_login_folds_case_and_width(client: httpx.AsyncClient) -> None:
    form = {"login": " ＲＥＰ ", "password": PASSWORD}
    assert (await client.post("/api/auth/login", json=form)).status_code == 200


async def test_cookie_with_origin(client: httpx.AsyncClient) -> None:
    answer = await sign_in(client, **HERE)
    assert answer.status_code == 200
    assert "token" not in answer.json()
    set_cookie = cookies_of(answer)["__Host-changliu"].lower()
    for part in ("secure", "httponly", "samesite=lax", "path=/"):
        assert part in set_cookie
    assert "domain" not in set_cookie
    for name in ("__Host-changliu", "changliu"):
        who = await client.get("/api/auth/session", headers=as_header(answer, name))
        assert who.json()["via"] == "browser"


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:9", "x"])
async def test_foreign_origin_cannot_sign_in(client: httpx.AsyncClient, origin: str) -> None:
    assert code_of(await sign_in(client, origin=origin)) == (403, "origin.mismatch")


@pytest.mark.parametrize("origin", [None, "https://evil.example", "null", "http://localhost"])
async def test_cookie_needs_own_origin_to_change(
    client: httpx.AsyncClient, origin: str | None
) -> None:
    cookie = as_header(await sign_in(client, **HERE), "__Host-changliu")
    headers = cookie | ({"origin": origin} if origin else {})
    refused = await client.post("/api/auth/logout", headers=headers)
    assert code_of(refused) == (403, "origin.mismatch")
    read = await client.get("/api/auth/session", headers=headers)
    assert read.status_code == 200
    done = await client.post("/api/auth/logout", headers=cookie | HERE)
    assert done.status_code == 204
    assert "max-age=0" in cookies_of(done)["__Host-changliu"].lower()
    gone = await client.get("/api/auth/session", headers=cookie)
    assert code_of(gone) == (401, "session.invalid")


async def test_https_sets_only_the_host_cookie(app: FastAPI) -> None:
    async with open_client(app, "https://crm.example") as client:
        answer = await sign_in(client, origin="https://crm.example")
        assert set(cookies_of(answer)) == {"__Host-changliu"}
        planted = {"cookie": cookies_of(answer)["__Host-changliu"].partition(";")[0][7:]}
        assert planted["cookie"].startswith("changliu=")
        ignored = await client.get("/api/auth/session", headers=planted)
        assert code_of(ignored) == (401, "session.missing")


async def test_plain_http_beyond_localhost(app: FastAPI, platform: Platform) -> None:
    site = "http://crm.example"
    async with open_client(app, site) as client:
        assert code_of(await sign_in(client, origin=site)) == (403, "http.insecure")
        allowed = platform.settings.model_copy(update={"insecure_http": True})
        app.state.platform = Platform(platform.database, allowed, platform.registries)
        try:
            answer = await sign_in(client, origin=site)
            assert set(cookies_of(answer)) == {"changliu"}
            who = await client.get("/api/auth/session", headers=as_header(answer, "changliu"))
            assert who.json()["insecure"] is True
        finally:
            app.state.platform = platform


@pytest.mark.parametrize("login", ["rep", "nobody"])
async def test_wrong_password_and_unknown_login_look_alike(
    client: httpx.AsyncClient, login: str
) -> None:
    answer = await client.post("/api/auth/login", json={"login": login, "password": "wrong"})
    assert code_of(answer) == (401, "login.wrong")
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_accounts_added_by_command_take_logins_one_can_sign_in_with(
    platform: Platform, workspace: Workspace
) -> None:
    for login in ("раypal", "a\u200bb", " "):  # Cyrillic letters; one nobody sees; nothing
        with pytest.raises(Invalid) as caught:
            await provision.account_add(platform.database, workspace, login, password=PASSWORD)
        assert caught.value.code == "login.unclear"
    made = await provision.account_add(platform.database, workspace, " plain ", password=PASSWORD)
    assert made.login == "plain"


async def test_ten_failures_close_a_login_for_a_while(
    client: httpx.AsyncClient, platform: Platform, workspace: Workspace
) -> None:
    await provision.account_add(platform.database, workspace, "slow", password=PASSWORD)

    async def attempt(password: str) -> httpx.Response:
        return await client.post("/api/auth/login", json={"login": "slow", "password": password})

    answers = await asyncio.gather(*(attempt(f"wrong {n}") for n in range(14)))
    assert sorted(a.status_code for a in answers) == [401] * 10 + [429] * 4
    refused = await attempt(PASSWORD)
    assert code_of(refused) == (429, "login.too_many")
    assert 800 < int(refused.headers["retry-after"]) <= 901
    assert refused.json()["errors"][0]["retry_after"] == int(refused.headers["retry-after"])
    assert (await sign_in(client)).status_code == 200


async def test_success_clears_the_count(client: httpx.AsyncClient) -> None:
    for _ in range(3):
        for n in range(4):
            form = {"login": "people", "password": f"wrong {n}"}
            assert (await client.post("/api/auth/login", json=form)).status_code == 401
        await token_of(client, "people")


async def test_second_factor(client: httpx.AsyncClient) -> None:
    workspace = await client.get("/api/workspaces", headers=bearer(await token_of(client, "rep")))
    assert [w["current"] for w in workspace.json()["items"]] == [True]
    headers = bearer(await token_of(client, "rep"))
    enrolled = (await client.post("/api/auth/totp", headers=headers)).json()
    assert enrolled["uri"].startswith("otpauth://totp/")
    assert (await sign_in(client)).status_code == 200
    wrong = await client.post("/api/auth/totp/confirm", json={"code": "000000x"}, headers=headers)
    assert code_of(wrong) == (409, "totp.wrong")
    totp = pyotp.TOTP(enrolled["secret"])
    code = {"code": totp.now()}
    confirmed = await client.post("/api/auth/totp/confirm", json=code, headers=headers)
    assert len(confirmed.json()["recovery_codes"]) == 10

    form = {"login": "rep", "password": PASSWORD}
    asked = await client.post("/api/auth/login", json=form)
    assert code_of(asked) == (401, "totp.required")
    spent = await client.post("/api/auth/login", json={**form, "totp": code["code"]})
    assert code_of(spent) == (401, "totp.wrong")
    next_code = totp.at(int(time.time()), counter_offset=1)
    fresh = await client.post("/api/auth/login", json={**form, "totp": next_code})
    assert fresh.status_code == 200
    again = await client.post("/api/auth/login", json={**form, "totp": next_code})
    assert code_of(again) == (401, "totp.wrong")

    off = await client.request("DELETE", "/api/auth/totp", json={"password": "x"}, headers=headers)
    assert code_of(off) == (403, "password.wrong")
    off = await client.request(
        "DELETE", "/api/auth/totp", json={"password": PASSWORD}, headers=headers
    )
    assert off.status_code == 204
    assert (await sign_in(client)).status_code == 200


async def test_recovery_codes_open_the_door_once_each(
    client: httpx.AsyncClient, platform: Platform, workspace: Workspace
) -> None:
    await provision.account_add(platform.database, workspace, "loser", password=PASSWORD)
    headers, form = (
        bearer(await token_of(client, "loser")),
        {"login": "loser", "password": PASSWORD},
    )
    proof = {"password": PASSWORD}
    early = await client.post("/api/auth/recovery-codes", json=proof, headers=headers)
    assert code_of(early) == (409, "totp.off")
    enrolled = (await client.post("/api/auth/totp", headers=headers)).json()
    code = {"code": pyotp.TOTP(enrolled["secret"]).now()}
    confirmed = await client.post("/api/auth/totp/confirm", json=code, headers=headers)
    first, second, *_ = confirmed.json()["recovery_codes"]

    async def enter(given: str) -> tuple[int, str | None]:
        answer = await client.post("/api/auth/login", json={**form, "totp": given})
        return answer.status_code, answer.json().get("code")

    async def left() -> int:
        own = (await client.get("/api/accounts/me", headers=headers)).json()
        session = (await client.get("/api/auth/session", headers=headers)).json()
        assert own["recovery_codes"] == session["account"]["recovery_codes"]
        return int(own["recovery_codes"])

    assert await enter(f" {first.upper()} ") == (200, None)
    assert await enter(first) == (401, "totp.wrong")
    assert await enter("aaaaa-bbbbb-ccccc-ddddd") == (401, "totp.wrong")
    assert await left() == 9
    async with platform.database.transaction(write=False) as tx:
        kept = await tx.rows("SELECT digest FROM changliu.recovery_code")
    assert second.encode() not in {row[0] for row in kept}
    renewed = await client.post("/api/auth/recovery-codes", json=proof, headers=headers)
    assert await enter(second) == (401, "totp.wrong")
    assert await enter(renewed.json()["recovery_codes"][0]) == (200, None)
    assert await left() == 9
    wrong = await client.post("/api/auth/recovery-codes", json={"password": "x"}, headers=headers)
    assert code_of(wrong) == (403, "password.wrong")
    off = await client.request("DELETE", "/api/auth/totp", json=proof, headers=headers)
    assert off.status_code == 204
    async with platform.database.transaction(write=False) as tx:
        rest = await tx.rows("SELECT 1 FROM changliu.recovery_code WHERE used_at IS NULL")
    assert rest == []


async def test_all_other_sessions_end_at_once(
    client: httpx.AsyncClient, platform: Platform, workspace: Workspace
) -> None:
    await provision.account_add(platform.database, workspace, "many", password=PASSWORD)
    here, *others = [bearer(await token_of(client, "many")) for _ in range(3)]
    assert (await client.delete("/api/auth/sessions", headers=here)).status_code == 204
    for other in others:
        assert (await client.get("/api/auth/session", headers=other)).status_code == 401
    listed = (await client.get("/api/auth/sessions", headers=here)).json()["items"]
    assert [s["current"] for s in listed] == [True]
    assert {"agent", "ip", "created_at", "seen_at"} <= set(listed[0])


async def test_people_change_how_they_are_called_and_reached(
    client: httpx.AsyncClient, platform: Platform, workspace: Workspace
) -> None:
    await provision.account_add(platform.database, workspace, "self", password=PASSWORD)
    headers = bearer(await token_of(client, "self"))
    change = {"name": "李雷", "phone": "13800000000", "email": "li@example.com", "language": "en"}
    answer = await client.patch("/api/accounts/me", json=change, headers=headers)
    assert answer.status_code == 204, answer.text
    own = (await client.get("/api/accounts/me", headers=headers)).json()
    assert {name: own[name] for name in change} == change
    blank = {"phone": "", "name": None}
    assert (await client.patch("/api/accounts/me", json=blank, headers=headers)).status_code == 204
    own = (await client.get("/api/accounts/me", headers=headers)).json()
    assert (own["phone"], own["name"], own["email"]) == (None, "李雷", "li@example.com")
    session = (await client.get("/api/auth/session", headers=headers)).json()
    assert session["member"]["name"] == "李雷"


async def test_what_reaches_nobody_is_refused(
    client: httpx.AsyncClient, platform: Platform, workspace: Workspace
) -> None:
    await provision.account_add(platform.database, workspace, "reached", password=PASSWORD)
    headers = bearer(await token_of(client, "reached"))
    for name, wrong in (
        ("phone", "abc"),
        ("phone", "--"),
        ("email", "li at example.com"),
        ("email", "li@example"),
    ):
        answer = await client.patch("/api/accounts/me", json={name: wrong}, headers=headers)
        assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, name)
    for phone in ("+86 138-0013-8000", "021-55558888转12", "(0755) 8888 6666"):
        answer = await client.patch("/api/accounts/me", json={"phone": phone}, headers=headers)
        assert answer.status_code == 204, answer.text


async def test_password_change_ends_the_other_sessions(
    client: httpx.AsyncClient, platform: Platform, workspace: Workspace
) -> None:
    await provision.account_add(platform.database, workspace, "changer", password=PASSWORD)
    first, second = [bearer(await token_of(client, "changer")) for _ in range(2)]
    assert (await client.get("/api/auth/session", headers=second)).status_code == 200
    change = {"old": "nonsense", "new": "another horse 1"}
    wrong = await client.post("/api/auth/password", json=change, headers=first)
    assert code_of(wrong) == (403, "password.wrong")
    same = {"old": PASSWORD, "new": PASSWORD}
    refused = await client.post("/api/auth/password", json=same, headers=first)
    assert code_of(refused) == (409, "password.same")
    change["old"] = PASSWORD
    done = await client.post("/api/auth/password", json=change, headers=first)
    assert done.status_code == 204
    assert (await client.get("/api/teams", headers=first)).status_code == 200
    assert code_of(await client.get("/api/teams", headers=second)) == (401, "session.invalid")
    old = await client.post("/api/auth/login", json={"login": "changer", "password": PASSWORD})
    assert code_of(old) == (401, "login.wrong")
    await token_of(client, "changer", change["new"])


async def test_sessions_are_listed_and_ended(client: httpx.AsyncClient) -> None:
    mine = bearer(await token_of(client, "rep"))
    other = bearer(await token_of(client, "rep"))
    assert (await client.get("/api/teams", headers=other)).status_code == 200
    listed = (await client.get("/api/auth/sessions", headers=other)).json()["items"]
    current = [s for s in listed if s["current"]]
    assert len(current) == 1
    path = f"/api/auth/sessions/{current[0]['id']}"
    assert (await client.delete(path, headers=mine)).status_code == 204
    assert code_of(await client.get("/api/teams", headers=other)) == (401, "session.invalid")
    assert code_of(await client.delete(path, headers=mine)) == (404, "session.unknown")


async def test_nobody_ends_anothers_session(client: httpx.AsyncClient, as_member: Opened) -> None:
    theirs = bearer(await token_of(client, "admin"))
    session = (await client.get("/api/auth/sessions", headers=theirs)).json()["items"][0]["id"]
    async with as_member("rep") as rep:
        refused = await rep.delete(f"/api/auth/sessions/{session}")
        assert code_of(refused) == (404, "session.unknown")
    assert (await client.get("/api/auth/session", headers=theirs)).status_code == 200


async def test_member_language_wins_over_the_browser(client: httpx.AsyncClient) -> None:
    headers = bearer(await token_of(client, "rep")) | {"accept-language": "en"}
    english = await client.get("/api/roles", headers=headers)
    assert english.json()["title"].startswith("This needs the right")
    chosen = await client.patch("/api/accounts/me", json={"language": "zh-CN"}, headers=headers)
    assert chosen.status_code == 204
    assert (await client.get("/api/roles", headers=headers)).json()["title"].startswith("需要")
    await client.patch("/api/accounts/me", json={"language": None}, headers=headers)
    assert (await client.get("/api/accounts/me", headers=headers)).json()["language"] is None


@pytest.mark.parametrize(
    "header", ["", "Basic cmVwOng=", "Bearer", "Bearer 中", "Bearer cls_no", "Bearer clt_no"]
)
async def test_broken_credentials(client: httpx.AsyncClient, header: str) -> None:
    answer = await client.get("/api/teams", headers={"authorization": header.encode()})
    assert code_of(answer) == (401, "session.invalid")


@pytest.mark.parametrize(("column", "hours"), [("seen_at", -9), ("expires_at", -1)])
async def test_idle_and_old_sessions_end(
    client: httpx.AsyncClient, platform: Platform, column: str, hours: int
) -> None:
    token = await token_of(client, "rep")
    async with platform.database.transaction() as tx:
        await tx.execute(
            f"UPDATE changliu.session SET {column} = %s WHERE digest = %s",
            [clock.real() + timedelta(hours=hours), secrets.digest(token)],
        )
    refused = await client.get("/api/teams", headers=bearer(token))
    assert code_of(refused) == (401, "session.invalid")


async def test_use_keeps_a_session_alive(client: httpx.AsyncClient, platform: Platform) -> None:
    token = await token_of(client, "rep")
    digest = secrets.digest(token)
    async with platform.database.transaction() as tx:
        long_ago = clock.real() - timedelta(hours=7)
        query = "UPDATE changliu.session SET seen_at = %s WHERE digest = %s"
        await tx.execute(query, [long_ago, digest])
    assert (await client.get("/api/teams", headers=bearer(token))).status_code == 200
    async with platform.database.transaction(write=False) as tx:
        row = await tx.row("SELECT seen_at FROM changliu.session WHERE digest = %s", [digest])
    assert row is not None
    assert clock.real() - row[0] < timedelta(minutes=1)


async def test_only_digests_and_hashes_are_stored(
    client: httpx.AsyncClient, platform: Platform
) -> None:
    token = await token_of(client, "rep")
    async with platform.database.ddl() as tx:
        for table in ("account", "session", "token", "sign_in_attempt"):
            rows = await tx.rows(f"SELECT x::text FROM changliu.{table} x")
            text = repr(rows)
            assert rows or table in ("token", "sign_in_attempt")
            assert PASSWORD not in text
            assert token not in text
