"""Secrets of two-step sign-in: closed in the database, opened by keys in the data folder."""

import time
from pathlib import Path

import httpx
import psycopg
import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from changliu.identity.totp import KEY, close_secrets
from changliu.kit.platform import Platform
from changliu.kit.secrets import Box, box_of, is_closed

pytestmark = pytest.mark.feature("Z5")

PASSWORD = "correct horse battery 9"


def kept(platform: Platform, login: str) -> str:
    with psycopg.connect(platform.database.owner_dsn) as conn:
        row = conn.execute(
            "SELECT totp_secret FROM changliu.account WHERE login = %s", [login]
        ).fetchone()
    assert row is not None
    return str(row[0])


def put(platform: Platform, login: str, secret: str) -> None:
    with psycopg.connect(platform.database.owner_dsn) as conn:
        conn.execute(
            "UPDATE changliu.account SET totp_secret = %s, totp_step = NULL WHERE login = %s",
            [secret, login],
        )


async def enrolled(admin: httpx.AsyncClient, client: httpx.AsyncClient, login: str) -> str:
    """A member with two-step sign-in; returns the secret."""
    body = {"name": login, "login": login, "password": PASSWORD, "roles": []}
    assert (await admin.post("/api/members", json=body)).status_code == 201
    signed = await client.post("/api/auth/login", json={"login": login, "password": PASSWORD})
    headers = {"authorization": f"Bearer {signed.json()['token']}"}
    secret = str((await client.post("/api/auth/totp", headers=headers)).json()["secret"])
    code = {"code": pyotp.TOTP(secret).now()}
    answer = await client.post("/api/auth/totp/confirm", json=code, headers=headers)
    assert answer.status_code == 200, answer.text
    return secret


async def enter(client: httpx.AsyncClient, login: str, secret: str) -> httpx.Response:
    code = pyotp.TOTP(secret).at(int(time.time()), counter_offset=1)
    form = {"login": login, "password": PASSWORD, "totp": code}
    return await client.post("/api/auth/login", json=form)


async def test_the_database_holds_no_readable_secret(
    platform: Platform, admin: httpx.AsyncClient, client: httpx.AsyncClient
) -> None:
    secret = await enrolled(admin, client, "closed")
    assert is_closed(kept(platform, "closed"))
    assert secret not in kept(platform, "closed")
    key = platform.settings.data / "secrets" / "totp.key"
    assert key.stat().st_mode & 0o077 == 0
    assert (await enter(client, "closed", secret)).status_code == 200


async def test_a_secret_moved_to_another_account_opens_nothing(
    platform: Platform, admin: httpx.AsyncClient, client: httpx.AsyncClient
) -> None:
    secret = await enrolled(admin, client, "mine")
    await enrolled(admin, client, "theirs")
    put(platform, "theirs", kept(platform, "mine"))
    answer = await enter(client, "theirs", secret)
    assert (answer.status_code, answer.json()["code"]) == (503, "totp.unreadable")


async def test_open_secrets_are_closed_and_keys_rotate(
    platform: Platform, admin: httpx.AsyncClient, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    data = platform.settings.data
    secret = await enrolled(admin, client, "old")
    put(platform, "old", secret)
    assert await close_secrets(platform.database, box_of(data, KEY)) == 1
    assert is_closed(kept(platform, "old"))
    assert (await enter(client, "old", secret)).status_code == 200
    assert await close_secrets(platform.database, box_of(data, KEY)) == 0
    # Rotated elsewhere, so that the run's own key stays.
    (tmp_path / "secrets").mkdir()
    former = (data / "secrets" / "totp.key").read_bytes()
    (tmp_path / "secrets" / "totp.key.2026").write_bytes(former)
    rotated = box_of(tmp_path, KEY)
    before = kept(platform, "old")
    assert await close_secrets(platform.database, rotated) >= 1
    assert kept(platform, "old") != before
    assert rotated.is_current(kept(platform, "old"))
    assert box_of(data, KEY).open(kept(platform, "old"), "x") is None


@given(st.text(max_size=80), st.text(max_size=20), st.text(max_size=20), st.integers(0, 200))
def test_a_box_opens_only_what_it_closed(text: str, about: str, other: str, at: int) -> None:
    box = Box([b"1" * 32, b"2" * 32])
    closed = box.close(text, about)
    assert box.open(closed, about) == text
    assert Box([b"2" * 32, b"1" * 32]).open(closed, about) == text
    assert Box([b"3" * 32]).open(closed, about) is None
    assert other == about or box.open(closed, other) is None
    place = at % len(closed)
    bent = closed[:place] + ("A" if closed[place] != "A" else "B") + closed[place + 1 :]
    assert box.open(bent, about) in (None, text)
