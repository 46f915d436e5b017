"""Clean text: trimmed, bounded, without what nobody sees or PostgreSQL and UTF-8 cannot hold."""

import re

from changliu.fields.refusal import Refused, too_long, wrong_type

TEXT_LIMIT = 10_000
LONG_LIMIT = 100_000
# Ends of lines of other systems and of word processors; all become \n.
_BREAKS = re.compile("\r\n?|[\v\f\x85\u2028\u2029]")
# Controls without a meaning in text; NUL stays, to be refused: it tells of a wrong encoding.
_CONTROLS = re.compile("[\x01-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
# A character that shows: no blank, no sign of zero width or of direction, no filler.
_SHOWN = re.compile(
    "[^\\s\x00\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U000e0000-\U000e0fff]"
)


def clean(value: object, limit: int) -> str | None:
    """Return the trimmed text without control characters, None when nothing of it shows.

    Raises `Refused` (type, length, characters).
    """
    if not isinstance(value, str):
        raise wrong_type(value, "文本", "text")
    printable = value.isprintable()
    text = (value if printable else _CONTROLS.sub("", _BREAKS.sub("\n", value))).strip()
    if len(text) > limit:
        raise too_long(len(text), limit)
    # Nearly every text: neither NUL nor half a pair is printable, and all of ASCII's shows.
    if printable and text.isascii():
        return text or None
    if not printable:
        check_characters(text)
    return text if _SHOWN.search(text) else None


def check_characters(text: str) -> None:
    """Raise `Refused` (`field.character`) for NUL and for half of a surrogate pair."""
    if "\x00" in text or not (text.isascii() or _encodes(text)):
        raise Refused(
            "field.character",
            "含有无法保存的字符（空字符或残缺的编码），请删除后重新粘贴纯文本。",
            "contains a character that cannot be stored (NUL or half of a surrogate pair);"
            " remove it and paste plain text.",
        )


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
