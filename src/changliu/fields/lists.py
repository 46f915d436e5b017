"""Values that are lists: splitting typed text, keeping each entry once."""

import re
from collections.abc import Callable, Sequence

from changliu.fields.refusal import Refused, wrong_type

ENTRIES = 500
SEPARATORS = ";；,，、\n"
_SPLIT = re.compile(f"[{SEPARATORS}]").split


def entries_of(text: str) -> list[str]:
    """Return the entries of a text separated by ; , 、 or line ends, without blanks."""
    return [entry for part in _SPLIT(text) if (entry := part.strip())]


def split_text(value: object) -> Sequence[object]:
    """Return the entries of a list, or of a text separated by ; , 、 or line ends.

    Raises `Refused` (`field.type`, `field.too_many` above 500 entries).
    """
    if isinstance(value, str):
        value = entries_of(value)
    if not isinstance(value, (list, tuple)):
        raise wrong_type(value, '列表，例如 ["a","b"]', 'a list such as ["a","b"]')
    if len(value) > ENTRIES:
        raise Refused(
            "field.too_many",
            f"有 {len(value)} 项，最多 {ENTRIES} 项，请减少。",
            f"has {len(value)} entries, at most {ENTRIES} are allowed; remove some.",
        )
    return value


def each_once(entries: Sequence[object], read: Callable[[object], str | None]) -> list[str] | None:
    """Return the entries read, in order, each once, blanks left out; None when none is left."""
    found = dict.fromkeys(read(entry) for entry in entries if entry is not None)
    found.pop(None, None)
    return [entry for entry in found if entry is not None] or None
