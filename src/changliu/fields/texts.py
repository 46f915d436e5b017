"""Clean text: trimmed, bounded, and free of what PostgreSQL or UTF-8 cannot hold."""

from changliu.fields.refusal import Refused, too_long, wrong_type

TEXT_LIMIT = 10_000
LONG_LIMIT = 100_000


def clean(value: object, limit: int) -> str | None:
    """Return the trimmed text, None when blank; raises `Refused` (type, length, characters)."""
    if not isinstance(value, str):
        raise wrong_type(value, "文本", "text")
    text = value.strip()
    if len(text) > limit:
        raise too_long(len(text), limit)
    check_characters(text)
    return text or None


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
