"""Province, city and district by GB/T 2260 code."""

import re
import unicodedata
from collections.abc import Sequence
from typing import ClassVar, Literal

from changliu.fields.divisions import divisions, path_names, places_called
from changliu.fields.model import FieldSettings
from changliu.fields.refusal import Refused, shorten, wrong_type
from changliu.fields.settings import setting
from changliu.fields.stored import Reader, StoredType, Writer

_DIGITS = {"province": 2, "city": 4, "district": 6}
_WITHOUT_CITIES = frozenset(("71", "81", "82"))
_GAPS = re.compile(r"[\s/,，、>\-|·]+")
_CODE = re.compile(r"(?:^|.*[^0-9])([0-9]{2}|[0-9]{4}|[0-9]{6})$", re.DOTALL).match
# Places of one name that a refusal lists.
_LISTED = 5


class RegionSettings(FieldSettings):
    """Deepest level a value may have."""

    level: Literal["province", "city", "district"] = setting(
        "district", "最细层级", "deepest level"
    )


class RegionType(StoredType[RegionSettings]):
    """Code of 2 (province), 4 (city) or 6 digits (district); names are understood."""

    name: ClassVar[str] = "region"
    label: ClassVar[dict[str, str]] = {"zh-CN": "地区", "en": "Region"}
    about: ClassVar[dict[str, str]] = {
        "zh-CN": "行政区划代码（GB/T 2260）：2 位省、4 位市、6 位区县；写“广东深圳南山”也认。",
        "en": "GB/T 2260 code: 2 digits a province, 4 a city, 6 a district; names will do.",
    }
    example: ClassVar[str] = '"4403"'
    settings: ClassVar[type[FieldSettings]] = RegionSettings
    tests: ClassVar[tuple[str, ...]] = ("=", "<>", "STARTSWITH", "IN", "ISBLANK")

    def reader(self, settings: RegionSettings) -> Reader:
        """Read a code or name; raises `Refused` (`field.type`, `field.option`, `field.range`)."""
        digits = _DIGITS[settings.level]

        def read(value: object) -> str | None:
            code = value if isinstance(value, str) and value in divisions() else region_of(value)
            if code is not None and len(code) > digits:
                raise _too_deep(code, settings.level)
            return code

        return read

    def writer(self, settings: RegionSettings) -> Writer:  # noqa: ARG002
        """Write `广东省/深圳市/南山区`."""
        return region_name


def region_of(value: object) -> str | None:
    """Return the code of a place given by code or name, None for blank; raises `Refused`."""
    if not isinstance(value, str) or len(value) > 100:
        raise wrong_type(value, "地区，例如 4403 或 广东省深圳市", "a region such as 4403")
    text = unicodedata.normalize("NFKC", value).strip()
    if not text:
        return None
    if match := _CODE(text):
        code = _trimmed(match[1])
        if code[:4] in divisions() or (len(code) == 6 and code[:2] in _WITHOUT_CITIES):
            return code
        raise _unknown(value)
    found = places_called(_GAPS.sub("", text).removeprefix("中国"))
    if not found:
        raise _unknown(value)
    if len(found) > 1:
        raise _several(value, found)
    return found[0]


def region_name(code: str) -> str:
    """Return `广东省/深圳市/南山区`: the names of a place from its province down."""
    if code[:2] in _WITHOUT_CITIES and len(code) > 2:
        return f"{divisions()[code[:2]]}/{code}"
    return "/".join(path_names(code))


def _unknown(value: object) -> Refused:
    shown = shorten(value)
    return Refused(
        "field.option",
        f"找不到地区“{shown}”，请填省、市、区县的名称（例如 广东省深圳市南山区），或 2、4、6 位"
        "行政区划代码。",
        f"there is no region '{shown}'; give the names of province, city and district, or a GB/T"
        " 2260 code of 2, 4 or 6 digits.",
    )


def _several(value: object, codes: Sequence[str]) -> Refused:
    shown, places = shorten(value), [region_name(code) for code in codes[:_LISTED]]
    more = "" if len(codes) <= _LISTED else "…"
    return Refused(
        "field.option",
        f"有 {len(codes)} 个地区叫“{shown}”（{'、'.join(places)}{more}），请连同省市一起写。",
        f"'{shown}' names {len(codes)} regions ({', '.join(places)}{more}); write its province and"
        " city before it.",
    )


def _trimmed(code: str) -> str:
    """Return 440000 as 44 and 440300 as 4403: registers pad with zeros."""
    return code.removesuffix("00").removesuffix("00") if len(code) == 6 else code


def _too_deep(code: str, level: str) -> Refused:
    word = {"province": "省", "city": "市"}[level]
    return Refused(
        "field.range",
        f"的地区“{code}”过细，该字段只到{word}一级。",
        f"'{code}' is too detailed: this field ends at the {level}.",
    )
