"""Verbs on one's own two-step sign-in: enrol, confirm, turn off, recovery codes."""

import pyotp

from changliu.identity import recovery
from changliu.identity.accounts import account_in, check_no_token, note_own, prove
from changliu.identity.guard import Session
from changliu.identity.store import accounts as store
from changliu.identity.store.recovery import left
from changliu.identity.totp import matching_step, secret_of
from changliu.kit.errors import Conflict, Fault
from changliu.kit.secrets import Box


async def enrol_totp(session: Session, box: Box, issuer: str) -> tuple[str, str]:
    """Return a new secret and its otpauth URI; it counts only once `confirm_totp` has a code."""
    check_no_token(session)
    secret = pyotp.random_base32()
    async with session.database.transaction() as tx:
        account = await account_in(tx, session)
        if account.totp_on:
            raise Conflict(
                "totp.on",
                "两步验证已开启；更换设备请先关闭再开启。",
                "Two-step sign-in is on already; turn it off first to change devices.",
            )
        await store.set_totp(tx, account.id, box.close(secret, str(account.id)), False)
    return secret, pyotp.TOTP(secret).provisioning_uri(name=account.login, issuer_name=issuer)


async def confirm_totp(session: Session, box: Box, code: str) -> list[str]:
    """Turn two-step sign-in on with a first code, and return its recovery codes.

    Raises `Conflict` (`totp.wrong`).
    """
    check_no_token(session)
    async with session.database.transaction() as tx:
        account = await account_in(tx, session)
        step = matching_step(secret_of(box, account), code) if account.totp_secret else None
        if account.totp_secret is None or step is None:
            raise Conflict(
                "totp.wrong",
                "动态码不正确，请核对手机时间后用新的动态码再试。",
                "The code is wrong; check the phone's clock and try a new one.",
                [Fault("totp.wrong", "动态码不正确。", "The code is wrong.", path="code")],
            )
        await store.set_totp(tx, account.id, account.totp_secret, True)
        await store.spend_totp_step(tx, account.id, step)
        await note_own(tx, session, "totp.on")
        return await recovery.make_codes(tx, account.id)


async def renew_codes(session: Session, password: str) -> list[str]:
    """Return new recovery codes, the password given again; raises `Conflict` (`totp.off`)."""
    account = await prove(session, password)
    recovery.check_on(account.totp_on)
    async with session.database.transaction() as tx:
        await note_own(tx, session, "recovery.renewed")
        return await recovery.make_codes(tx, account.id)


async def codes_left(session: Session) -> int:
    """Return how many recovery codes the caller has left."""
    async with session.database.transaction(write=False) as tx:
        return await left(tx, session.account)


async def remove_totp(session: Session, password: str) -> None:
    """Turn two-step sign-in off, the password given again."""
    account = await prove(session, password)
    async with session.database.transaction() as tx:
        await store.set_totp(tx, account.id, None, False)
        await recovery.drop_codes(tx, account.id)
        await note_own(tx, session, "totp.off")
