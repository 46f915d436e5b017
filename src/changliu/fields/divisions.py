"""Places of China by name: 上海市浦东新区, 上海浦东, 北京市北京市朝阳区, 深圳南山 find their codes.

1. A text is cut into province, city and district in every way; any of them may be left out.
2. Each may be named with or without its 省, 市, 区, 自治州; each must lie in the one before it.
3. The widest place that fits is meant (吉林 is the province); several as wide are for the reader
   to tell apart.
"""

import re
from functools import cache, lru_cache

from changliu.fields.region_data import read_divisions

# Levels that only say "the districts of this city"; they go unnamed.
UNNAMED = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})
_SUFFIXES = {
    2: re.compile(r"(特别行政区|[\u4e00-\u9fff]族自治区|维吾尔自治区|自治区|省|市)$"),
    4: re.compile(r"(自治州|地区|市|盟)$"),
    6: re.compile(r"(自治县|自治旗|新区|林区|特区|区|县|市|旗)$"),
}
_PEOPLES = re.compile(
    r"(?:土家族|苗族|藏族|羌族|彝族|布依族|侗族|壮族|傣族|哈尼族|白族|景颇族|傈僳族|回族|蒙古族?|"
    r"哈萨克族?|柯尔克孜|朝鲜族|瑶族|满族|畲族|水族|黎族|纳西族|拉祜族|佤族|布朗族|毛南族|仫佬族|"
    r"仡佬族|达斡尔族|撒拉族|保安族|东乡族|土族|裕固族|塔吉克|锡伯|怒族|普米族|独龙族|各族)+$"
)
_AUTONOMOUS = ("自治州", "自治县", "自治旗")

Names = dict[str, tuple[str, ...]]


@cache
def divisions() -> dict[str, str]:
    """Return the names of all places by code, read on first use."""
    return read_divisions()


@lru_cache(maxsize=20_000)
def places_called(text: str) -> tuple[str, ...]:
    """Return the codes a text without gaps may mean: none, one, or several as wide as each other,
    in their order."""
    longest = _longest()
    found = {
        code
        for first in range(min(len(text), longest) + 1)
        for province in _level(_index(2), text[:first])
        for second in range(first, min(len(text), first + longest) + 1)
        for city in _level(_index(4), text[first:second])
        for code in _joined(province, city, text[second:])
    }
    widest = min(map(len, found), default=0)
    return tuple(sorted(code for code in found if len(code) == widest))


@cache
def _longest() -> int:
    """15 characters, 双江拉祜族佤族布朗族傣族自治县; texts are at most 100."""
    return max(map(len, divisions().values()))


def path_names(code: str) -> list[str]:
    """Return the names of a place from its province down; an unknown part is its code."""
    codes = [code[:length] for length in (2, 4, 6) if length <= len(code)]
    return [
        name
        for each in codes
        if (name := divisions().get(each, each)) not in UNNAMED or each == codes[-1]
    ]


def _joined(province: str, city: str, rest: str) -> list[str]:
    """The places that a province, a city and what is left of a text stand for."""
    if city and not city.startswith(province):
        return []
    above = city[:2] if city and divisions()[city] in UNNAMED else city or province
    if not rest:
        return [city or province] if city or province else []
    return [code for code in _index(6).get(rest, ()) if code.startswith(above)]


def _level(names: Names, text: str) -> tuple[str, ...]:
    return names.get(text, ()) if text else ("",)


def _names(code: str) -> set[str]:
    name = divisions()[code]
    short = _SUFFIXES[len(code)].sub("", name)
    if name.endswith(_AUTONOMOUS):
        short = _PEOPLES.sub("", short)
    if len(short) < 2 or name in UNNAMED:
        return {name}
    return {name, short}


@cache
def _index(length: int) -> Names:
    """Codes of provinces (2 digits), cities (4) or districts (6) by every name they go by."""
    found: dict[str, list[str]] = {}
    for code, name in divisions().items():
        if len(code) != length:
            continue
        names = _names(code)
        if length == 4 and name == "市辖区":
            # Registers with a column for the city repeat 北京市 there.
            names |= _names(code[:2])
        for each in names:
            found.setdefault(each, []).append(code)
    return {name: tuple(codes) for name, codes in found.items()}
