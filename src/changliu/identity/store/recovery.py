"""SQL on the control schema: recovery codes."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from changliu.kit.db import Tx


async def replace(tx: Tx, account: UUID, digests: Sequence[bytes], at: datetime) -> None:
    """Make these the only recovery codes of an account."""
    await tx.execute("DELETE FROM changliu.recovery_code WHERE account = %s", [account])
    await tx.many(
        "INSERT INTO changliu.recovery_code (account, digest, made_at) VALUES (%s, %s, %s)",
        [(account, digest, at) for digest in digests],
    )


async def spend(tx: Tx, account: UUID, digest: bytes, at: datetime) -> bool:
    """Use up a code; False when there is none, or it was used before."""
    done = await tx.execute(
        "UPDATE changliu.recovery_code SET used_at = %s"
        " WHERE account = %s AND digest = %s AND used_at IS NULL",
        [at, account, digest],
    )
    return done == 1


async def left(tx: Tx, account: UUID) -> int:
    """Return how many codes of an account are unused."""
    row = await tx.row(
        "SELECT count(*) FROM changliu.recovery_code WHERE account = %s AND used_at IS NULL",
        [account],
    )
    return int(row[0]) if row else 0
