"""Erasing a person from what imports keep: the cells of refused rows and what was said of them."""

from collections.abc import Sequence

from changliu.kit.db import Tx
from changliu.records.history.erasure.model import loose
from changliu.transfer import store


async def forget(tx: Tx, texts: Sequence[str]) -> None:
    """Blank every refused row one of whose cells holds one of the texts, however it was spaced."""
    wanted = [found for text in texts if (found := loose(text))]
    if wanted:
        await store.blank_rows(tx, wanted)
