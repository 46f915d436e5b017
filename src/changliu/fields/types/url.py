"""A web address."""

import re
from typing import ClassVar
from urllib.parse import urlsplit

from changliu.fields.model import FieldSettings
from changliu.fields.refusal import wrong_type
from changliu.fields.settings import NoSettings
from changliu.fields.stored import TEXT_TESTS, Reader, StoredType
from changliu.fields.texts import clean

LONGEST = 2_000
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.\-]*:(?![0-9]+(/|$))").match
_HOST = re.compile(
    r"(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W_]{2,63}|localhost|[0-9.]{7,15}|\[[0-9a-f:.]+\]"
).fullmatch
_UNSAFE = re.compile(r"[\x00-\x20\x7f\"<>\\^`{|}\s]").search


class UrlType(StoredType[NoSettings]):
    """An http or https address; without a scheme it is https."""

    name: ClassVar[str] = "url"
    label: ClassVar[dict[str, str]] = {"zh-CN": "网址", "en": "URL"}
    about: ClassVar[dict[str, str]] = {
        "zh-CN": "只接受 http 和 https；省略时补 https://。",
        "en": "http and https only; https:// is added when it is left out.",
    }
    example: ClassVar[str] = '"https://example.com/path"'
    settings: ClassVar[type[FieldSettings]] = NoSettings
    uniqueness: ClassVar[str | None] = "exact"
    tests: ClassVar[tuple[str, ...]] = TEXT_TESTS

    def reader(self, settings: NoSettings) -> Reader:  # noqa: ARG002
        """Read an address; raises `Refused` (`field.type`, `field.too_long`)."""
        return url_of


def url_of(value: object) -> str | None:
    """Return the address, None for blank; raises `Refused` for other schemes and user names."""
    text = clean(value, LONGEST)
    if text is None:
        return None
    if not _SCHEME(text):
        text = "https://" + text
    try:
        parts = urlsplit(text)
        valid = parts.port is None or parts.port > 0
    except ValueError:
        valid = False
    if (
        not valid
        or _UNSAFE(text)
        or parts.scheme not in ("http", "https")
        or parts.username is not None
        or not _HOST(_host(parts.netloc))
    ):
        raise wrong_type(
            value,
            "网址，以 http:// 或 https:// 开头",
            "an address that begins with http:// or https://",
        )
    return text


def _host(netloc: str) -> str:
    host = netloc.lower()
    return host if host.endswith("]") else re.sub(r":[0-9]*$", "", host)
