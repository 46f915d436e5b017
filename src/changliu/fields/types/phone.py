"""A telephone number in one form per number."""

import re
import unicodedata
from typing import Annotated, ClassVar

from pydantic import StringConstraints

from changliu.fields.model import FieldSettings
from changliu.fields.refusal import wrong_type
from changliu.fields.settings import setting
from changliu.fields.stored import TEXT_TESTS, Reader, StoredType
from changliu.fields.texts import check_characters

CHINA = "86"
_LONGEST = 60
_EXTENSION = re.compile(
    r"(?:转|分机|,|;?ext[.=]?|x|#)[^0-9]{0,3}([0-9]{1,6})$", re.IGNORECASE
).search
_THIRD_GROUP = re.compile(
    r"^(\(?0[0-9]{2,3}[) -]+[0-9]{7,8}|[48]00[ -][0-9]{3}[ -][0-9]{4})-([0-9]{1,6})$"
).match
_ALLOWED = re.compile(r"\+?[0-9 ().\-/~*]+").fullmatch
_MOBILE = re.compile(r"1[3-9][0-9]{9}").fullmatch
_LANDLINE = re.compile(r"0(10|2[0-9]|[3-9][0-9]{2})([2-8][0-9]{6,7})").fullmatch
_SERVICE = re.compile(r"[48]00[0-9]{7}|[2-9][0-9]{6,7}|9[56][0-9]{3,6}|1[0-9]{2,4}").fullmatch
_CALLING_CODE = re.compile(r"[1-9][0-9]{6,14}").fullmatch


class PhoneSettings(FieldSettings):
    """Calling code assumed for numbers written without one."""

    country: Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,2}$")] = setting(
        CHINA, "默认国家代码", "calling code"
    )


class PhoneType(StoredType[PhoneSettings]):
    """Mobile `13800138000`, landline `021-62345678-8001`, abroad `+14155550123`."""

    name: ClassVar[str] = "phone"
    label: ClassVar[dict[str, str]] = {"zh-CN": "电话", "en": "Phone"}
    about: ClassVar[dict[str, str]] = {
        "zh-CN": "手机、座机（可带分机）或国际号码，统一成一种写法，例如 021-62345678-8001。",
        "en": "Mobile, landline (with extension) or foreign number, brought to one form.",
    }
    example: ClassVar[str] = '"13800138000"'
    settings: ClassVar[type[FieldSettings]] = PhoneSettings
    uniqueness: ClassVar[str | None] = "digits"
    tests: ClassVar[tuple[str, ...]] = TEXT_TESTS

    def reader(self, settings: PhoneSettings) -> Reader:
        """Read a number; raises `Refused` (`field.type`)."""
        country = settings.country

        def read(value: object) -> str | None:
            if isinstance(value, str) and country == CHINA and _MOBILE(value):
                return value
            return normal_phone(value, country)

        return read


def normal_phone(value: object, country: str) -> str | None:
    """Return the one form of a number, None for blank; raises `Refused`."""
    if type(value) is int and 0 < value < 10**15:
        value = str(value)
    if not isinstance(value, str) or len(value) > _LONGEST:
        raise _no_phone(value)
    check_characters(value)
    text = unicodedata.normalize("NFKC", value).strip().replace("—", "-").replace("–", "-")
    if not text:
        return None
    body, extension = _split_extension(text)
    if not _ALLOWED(body):
        raise _no_phone(value)
    digits = re.sub(r"[^0-9]", "", body)
    abroad = body.startswith("+") or digits.startswith("00")
    found = _international(digits.removeprefix("00")) if abroad else _national(digits, country)
    if found is None:
        raise _no_phone(value)
    return f"{found}-{extension}" if extension else found


def _split_extension(text: str) -> tuple[str, str]:
    if match := _EXTENSION(text):
        return text[: match.start()].rstrip(" -,;("), match[1]
    if match := _THIRD_GROUP(text):
        return match[1], match[2]
    return text, ""


def _international(digits: str) -> str | None:
    if digits.startswith(CHINA):
        rest = digits.removeprefix(CHINA)
        return _china(rest) or _china("0" + rest)
    return "+" + digits if _CALLING_CODE(digits) else None


def _national(digits: str, country: str) -> str | None:
    if country != CHINA:
        number = country + digits.lstrip("0")
        return "+" + number if _CALLING_CODE(number) else None
    # Spreadsheets often drop the plus of +86.
    return _china(digits) or (
        _china(digits[2:]) if len(digits) == 13 and digits.startswith(CHINA) else None
    )


def _china(digits: str) -> str | None:
    if _MOBILE(digits) or _SERVICE(digits):
        return digits
    landline = _LANDLINE(digits)
    return f"0{landline[1]}-{landline[2]}" if landline else None


def _no_phone(value: object) -> Exception:
    return wrong_type(
        value,
        "电话号码：手机 13800138000、座机 021-62345678-8001，国外号码以 + 和国家代码开头",
        "a phone number: 13800138000, 021-62345678-8001, or + and the calling code for others",
    )
