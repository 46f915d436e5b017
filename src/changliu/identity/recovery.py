"""Recovery codes: the way in for who lost the authenticator of two-step sign-in.

Ten are made when it is turned on, and anew on request; each works once, in the place of a code.
"""

from uuid import UUID

from changliu.identity.store import accounts as store
from changliu.identity.store import recovery
from changliu.kit import clock, secrets
from changliu.kit.db import Tx
from changliu.kit.errors import Conflict

COUNT = 10
# An authenticator's code has six digits; these have groups of letters, 98 bits in all.
_MARK = "-"


def is_recovery(code: str) -> bool:
    """Say whether a code given at sign-in is meant as one of these."""
    return _MARK in code.strip()


def digest_of(code: str) -> bytes:
    """Return the digest a code is kept under; case and blanks do not matter."""
    return secrets.digest(code.strip().casefold())


async def make_codes(tx: Tx, account: UUID) -> list[str]:
    """Make new codes in the place of all earlier ones; the only time they are told."""
    codes = [secrets.new_password() for _ in range(COUNT)]
    await recovery.replace(tx, account, [digest_of(code) for code in codes], clock.real())
    return codes


async def drop_codes(tx: Tx, account: UUID) -> None:
    """Take all codes away: two-step sign-in went off."""
    await recovery.replace(tx, account, [], clock.real())


async def spend_proof(tx: Tx, account: UUID, proof: int | bytes | None) -> bool:
    """Use up what proved a sign-in: a step of the authenticator or a recovery code's digest.

    False when it was used before, or there is no such code; True where none was asked for.
    """
    if proof is None:
        return True
    if isinstance(proof, bytes):
        return await recovery.spend(tx, account, proof, clock.real())
    return await store.spend_totp_step(tx, account, proof)


def check_on(totp_on: bool) -> None:
    """Raise `Conflict` (`totp.off`) where there is nothing to recover from."""
    if not totp_on:
        raise Conflict(
            "totp.off",
            "两步验证还没有开启，请先开启；开启时会给出恢复码。",
            "Two-step sign-in is off; turn it on first, which also makes recovery codes.",
        )
