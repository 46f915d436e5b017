"""Province, city and district by GB/T 2260 code."""

import re
import unicodedata
from typing import ClassVar, Literal

from changliu.fields.model import FieldSettings
from changliu.fields.refusal import Refused, shorten, wrong_type
from changliu.fields.region_data import read_divisions
from changliu.fields.settings import setting
from changliu.fields.stored import Reader, StoredType, Writer

DIVISIONS = read_divisions()
_DIGITS = {"province": 2, "city": 4, "district": 6}
_WITHOUT_CITIES = frozenset(("71", "81", "82"))
_GAPS = re.compile(r"[\s/,，、>\-]+")
_CODE = re.compile(r"(?:^|.*[^0-9])([0-9]{2}|[0-9]{4}|[0-9]{6})$", re.DOTALL).match
_SUFFIX = re.compile(
    r"(特别行政区|[\u4e00-\u9fff]族自治区|维吾尔自治区|自治区|自治州|地区|省|市|盟)$"
)
_PEOPLES = re.compile(
    r"(?:土家族|苗族|藏族|羌族|彝族|布依族|侗族|壮族|傣族|哈尼族|白族|景颇族|傈僳族|回族|蒙古|"
    r"哈萨克|柯尔克孜|朝鲜族|蒙古族)+$"
)


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
        "zh-CN": "行政区划代码（GB/T 2260）：2 位省、4 位市、6 位区县；写“广东省深圳市”也认。",
        "en": "GB/T 2260 code: 2 digits a province, 4 a city, 6 a district; names will do.",
    }
    example: ClassVar[str] = '"4403"'
    settings: ClassVar[type[FieldSettings]] = RegionSettings
    tests: ClassVar[tuple[str, ...]] = ("=", "<>", "STARTSWITH", "IN", "ISBLANK")

    def reader(self, settings: RegionSettings) -> Reader:
        """Read a code or name; raises `Refused` (`field.type`, `field.option`, `field.range`)."""
        digits = _DIGITS[settings.level]

        def read(value: object) -> str | None:
            code = value if isinstance(value, str) and value in DIVISIONS else region_of(value)
            if code is not None and len(code) > digits:
                raise _too_deep(code, settings.level)
            return code

        return read

    def writer(self, settings: RegionSettings) -> Writer:  # noqa: ARG002
        """Write `广东省/深圳市`, with the code of a district."""
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
        if code[:4] in DIVISIONS or (len(code) == 6 and code[:2] in _WITHOUT_CITIES):
            return code
    elif found := _BY_NAME.get(_GAPS.sub("", text)):
        return found
    shown = shorten(value)
    raise Refused(
        "field.option",
        f"找不到地区“{shown}”，请填 2、4 或 6 位行政区划代码，或“省市”全称，例如 广东省深圳市。",
        f"there is no region '{shown}'; give a GB/T 2260 code of 2, 4 or 6 digits or a name.",
    )


def region_name(code: str) -> str:
    """Return the names down to the city, and the code of a district after them."""
    parts = [DIVISIONS.get(code[:2], code[:2])]
    if len(code) >= 4 and code[:2] not in _WITHOUT_CITIES:
        parts.append(DIVISIONS.get(code[:4], code[:4]))
    if len(code) == 6:
        parts.append(code)
    return "/".join(parts)


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


def _names(code: str) -> tuple[str, ...]:
    name = DIVISIONS[code]
    short = _SUFFIX.sub("", name)
    if name.endswith("自治州"):
        short = _PEOPLES.sub("", short)
    return tuple(dict.fromkeys((name, short)))


def _index() -> dict[str, str]:
    provinces = [code for code in DIVISIONS if len(code) == 2]
    found = {name: code for code in provinces for name in _names(code)}
    lone: dict[str, set[str]] = {}
    for code in DIVISIONS:
        if len(code) == 4:
            for city in _names(code):
                lone.setdefault(city, set()).add(code)
                for province in _names(code[:2]):
                    found.setdefault(province + city, code)
    for city, codes in lone.items():
        if len(codes) == 1:
            found.setdefault(city, min(codes))
    return found


_BY_NAME = _index()
