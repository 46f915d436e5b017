"""The SQL of the test clock."""

from datetime import timedelta

from changliu.kit.db import Tx

_SHIFT = "UPDATE changliu.test_clock SET shift = %s"


async def write_shift(tx: Tx, shift: timedelta) -> None:
    """Set how far business time runs from real time; needs the owner's transaction."""
    await tx.execute(_SHIFT, (shift,))
