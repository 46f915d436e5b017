"""Codes of two-step sign-in (RFC 6238); the secrets behind them lie closed in the database."""

import pyotp

from changliu.identity.model import Account
from changliu.identity.store import accounts as store
from changliu.kit import clock
from changliu.kit.db import Database
from changliu.kit.errors import Unauthenticated, Unavailable
from changliu.kit.secrets import Box, is_closed

# The key lies in `<data>/secrets/totp.key`.
KEY = "totp"
# A code is good for its 30 s step and the one before and after (RFC 6238 §5.2).
STEP, DRIFT = 30, 1


def check_code(box: Box, account: Account, code: str | None) -> int | None:
    """Return the step the code belongs to; None when the account asks for none.

    Raises `Unauthenticated` (`totp.required`, `totp.wrong`), `Unavailable` (`totp.unreadable`).
    """
    if not account.totp_on or account.totp_secret is None:
        return None
    if not code:
        raise Unauthenticated(
            "totp.required",
            "请输入验证器里的 6 位动态码。",
            "Enter the 6-digit code of your authenticator (field 'totp').",
        )
    step = matching_step(secret_of(box, account), code)
    if step is None:
        raise wrong_code()
    return step


def matching_step(secret: str, code: str) -> int | None:
    """Return the time step whose code this is, at most one step off; else None."""
    now = int(clock.real().timestamp())
    totp = pyotp.TOTP(secret, interval=STEP)
    for drift in range(-DRIFT, DRIFT + 1):
        if pyotp.utils.strings_equal(code.strip(), totp.at(now, counter_offset=drift)):
            return now // STEP + drift
    return None


def secret_of(box: Box, account: Account) -> str:
    """Return an account's secret; raises `Unavailable` (`totp.unreadable`) without its key."""
    secret = box.open(account.totp_secret or "", str(account.id))
    if secret is None:
        raise Unavailable(
            "totp.unreadable",
            "两步验证的密钥无法读取：请管理员把数据文件夹的 secrets 从备份恢复，或为您重置密码。",
            "The key of two-step sign-in cannot be read: ask an administrator to restore the folder"
            " 'secrets' of the data folder from a backup, or to reset your password.",
        )
    return secret


def wrong_code() -> Unauthenticated:
    """Return the refusal of a code that is wrong or was used."""
    return Unauthenticated(
        "totp.wrong",
        "动态码不正确或已用过，请等下一个动态码再试。",
        "The code is wrong or was used already; wait for the next one.",
    )


async def close_secrets(database: Database, box: Box) -> int:
    """Close secrets that lie open, or under an earlier key, with today's; returns how many.

    One that no key opens is left as it is. Runs when the program starts.
    """
    done = 0
    async with database.transaction() as tx:
        for account, kept in await store.totp_secrets(tx):
            about = str(account)
            secret = box.open(kept, about) if is_closed(kept) else kept
            if secret is not None and not box.is_current(kept):
                await store.replace_totp_secret(tx, account, kept, box.close(secret, about))
                done += 1
    return done
