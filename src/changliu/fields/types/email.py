"""An e-mail address."""

import re
import unicodedata
from typing import ClassVar

from changliu.fields.model import FieldSettings
from changliu.fields.refusal import wrong_type
from changliu.fields.settings import NoSettings
from changliu.fields.stored import TEXT_TESTS, Reader, StoredType
from changliu.fields.texts import check_characters

LONGEST = 254  # RFC 5321
_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"\\]{1,64}@([^\s@<>()\[\],;:\"\\/?#]+)").fullmatch
_HOST = re.compile(r"(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W_]{2,63}").fullmatch


class EmailType(StoredType[NoSettings]):
    """One address; the host in lower case."""

    name: ClassVar[str] = "email"
    label: ClassVar[dict[str, str]] = {"zh-CN": "邮箱", "en": "E-mail"}
    about: ClassVar[dict[str, str]] = {
        "zh-CN": "一个邮箱地址，域名转为小写。",
        "en": "One address; its host becomes lower case.",
    }
    example: ClassVar[str] = '"li.wei@example.com"'
    settings: ClassVar[type[FieldSettings]] = NoSettings
    uniqueness: ClassVar[str | None] = "casefold"
    tests: ClassVar[tuple[str, ...]] = TEXT_TESTS

    def reader(self, settings: NoSettings) -> Reader:  # noqa: ARG002
        """Read an address; raises `Refused` (`field.type`)."""
        return address_of


def address_of(value: object) -> str | None:
    """Return the address, None for blank; raises `Refused`."""
    if isinstance(value, str) and len(value) <= 2 * LONGEST:
        check_characters(value)
        text = unicodedata.normalize("NFKC", value).strip()
        if not text:
            return None
        local, _, host = text.rpartition("@")
        host = host.lower()
        text = f"{local}@{host}"
        if len(text) <= LONGEST and _ADDRESS(text) and _HOST(host):
            return text
    raise wrong_type(value, "邮箱地址，例如 li@example.com", "an address such as li@example.com")
