"""The content of a QR code or barcode."""

import re
from typing import ClassVar, Literal

from changliu.fields.model import FieldSettings
from changliu.fields.refusal import Refused, shorten
from changliu.fields.settings import setting
from changliu.fields.stored import TEXT_TESTS, Reader, StoredType
from changliu.fields.texts import clean

LONGEST = 2_000  # a QR code of the largest size holds 2,953 bytes
_EAN = re.compile(r"[0-9]{13}").fullmatch


class CodeSettings(FieldSettings):
    """Kind of code; EAN-13 is checked by its last digit."""

    symbology: Literal["qr", "code128", "ean13"] = setting("qr", "码制", "kind of code")


class CodeType(StoredType[CodeSettings]):
    """Text scanned from a code."""

    name: ClassVar[str] = "code"
    label: ClassVar[dict[str, str]] = {"zh-CN": "条码", "en": "Code"}
    about: ClassVar[dict[str, str]] = {
        "zh-CN": "二维码或条形码的内容；EAN-13 校验末位。",
        "en": "What a QR code or barcode says; EAN-13 is checked by its last digit.",
    }
    example: ClassVar[str] = '"6901234567892"'
    settings: ClassVar[type[FieldSettings]] = CodeSettings
    uniqueness: ClassVar[str | None] = "exact"
    tests: ClassVar[tuple[str, ...]] = TEXT_TESTS

    def reader(self, settings: CodeSettings) -> Reader:
        """Read the content; raises `Refused` (`field.type`, `field.pattern`)."""
        if settings.symbology == "ean13":
            return ean_of
        return lambda value: clean(value, LONGEST)


def ean_of(value: object) -> str | None:
    """Return the 13 digits, None for blank; raises `Refused`."""
    text = clean(str(value) if type(value) is int else value, LONGEST)
    if text is None:
        return None
    if not _EAN(text) or sum(int(d) * (1, 3)[i % 2] for i, d in enumerate(text)) % 10:
        shown = shorten(text)
        raise Refused(
            "field.pattern",
            f"的值“{shown}”不是有效的 EAN-13 条码（13 位数字，末位为校验码），请重新扫描。",
            f"'{shown}' is no EAN-13 code (13 digits, the last a check digit); scan it again.",
        )
    return text
