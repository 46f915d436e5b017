"""Taking an erased person's texts out of what other rooms keep: searches, file names, mappings.

Only the text goes and a placeholder takes its place, so a filter stays a filter and a name a name.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import orjson

from changliu.kit.copies import Copy
from changliu.kit.db import Tx
from changliu.records.history.erasure import store
from changliu.records.history.erasure.model import PLACEHOLDER, loose

# Marks that people write phone numbers with, as `loose` leaves them out.
_MARKS = r"[\s()（）+.\-]*"
# A shorter text of letters and digits is taken out only where it stands by itself.
_LONG = 7


async def blank_copies(tx: Tx, copies: Sequence[Copy], texts: Sequence[str]) -> None:
    """Put a placeholder wherever one of the texts stands in these columns, however it is spaced."""
    wanted = sorted({found for text in texts if (found := loose(text))}, key=len, reverse=True)
    if not wanted:
        return
    replace = replacing(wanted)
    # In JSON a text may lie written out: \" for ".
    told = list(dict.fromkeys(each for text in wanted for each in (text, _written(text))))
    for copy in copies:
        for place, *values in await store.rows_telling(tx, copy, told):
            made = [replace(value) for value in values]
            if made != values:
                await store.rewrite(tx, copy, place, made)


def replacing(wanted: Sequence[str]) -> Callable[[Any], Any]:
    """Return what takes loose texts out of a value, in all texts and keys inside it."""
    pattern = re.compile("|".join(map(_spaced, wanted)), re.IGNORECASE)

    def replaced(value: Any) -> Any:
        if isinstance(value, str):
            return value if _is_id(value) else pattern.sub(PLACEHOLDER, value)
        if isinstance(value, list):
            return [replaced(item) for item in value]
        if isinstance(value, dict):
            return {replaced(key): replaced(item) for key, item in value.items()}
        return value

    return replaced


def _spaced(text: str) -> str:
    spaced = _MARKS.join(map(re.escape, text))
    if len(text) >= _LONG or not text.isascii():
        return spaced
    return rf"(?<![0-9A-Za-z]){spaced}(?![0-9A-Za-z])"


def _written(text: str) -> str:
    return orjson.dumps(text).decode()[1:-1]


def _is_id(value: str) -> bool:
    try:
        UUID(value)
    except ValueError:
        return False
    return True
