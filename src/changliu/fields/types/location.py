"""A place on the map."""

import math
import unicodedata
from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from changliu.fields.model import FieldSettings
from changliu.fields.refusal import Refused, out_of_range, shorten, wrong_type
from changliu.fields.settings import setting
from changliu.fields.stored import Reader, StoredType, Writer
from changliu.fields.texts import clean
from changliu.formula.world import Kind

PLACES = 7  # decimals of a degree: about a centimetre
ADDRESS_LIMIT = 500
FARTHEST = 100_000.0  # metres of accuracy worth storing
_PARTS = {"lng": 180.0, "lat": 90.0}


class LocationSettings(FieldSettings):
    """Datum of the coordinates: GCJ-02 as Chinese maps use, or WGS-84."""

    datum: Literal["gcj02", "wgs84"] = setting("gcj02", "坐标系", "datum")


class LocationType(StoredType[LocationSettings]):
    """`{lng, lat, accuracy?, address?}`; degrees and metres."""

    name: ClassVar[str] = "location"
    label: ClassVar[dict[str, str]] = {"zh-CN": "位置", "en": "Location"}
    about: ClassVar[dict[str, str]] = {
        "zh-CN": "经纬度（度）、精度（米）和地址；文本可写“121.47,31.23 地址”。",
        "en": "Longitude and latitude in degrees, accuracy in metres, address.",
    }
    example: ClassVar[str] = '{"lng":121.4737,"lat":31.2304,"address":"上海市黄浦区"}'
    settings: ClassVar[type[FieldSettings]] = LocationSettings
    kind: ClassVar[Kind] = Kind.JSON
    sql_type: ClassVar[str] = "jsonb"
    index: ClassVar[str | None] = None
    tests: ClassVar[tuple[str, ...]] = ("ISBLANK",)

    def reader(self, settings: LocationSettings) -> Reader:  # noqa: ARG002
        """Read a place; raises `Refused` (`field.type`, `field.range`)."""
        return place_of

    def writer(self, settings: LocationSettings) -> Writer:  # noqa: ARG002
        """Write `lng,lat address`; the accuracy is left out."""
        return lambda v: f"{v['lng']},{v['lat']} {v.get('address', '')}".rstrip()


def place_of(value: object) -> dict[str, Any] | None:
    """Return the place with rounded coordinates, None for blank; raises `Refused`."""
    if isinstance(value, str):
        if not value.strip():
            return None
        value = _place_in_text(value)
    if not isinstance(value, Mapping):
        raise _no_place(value)
    if unknown := [key for key in value if key not in ("lng", "lat", "accuracy", "address")]:
        shown = shorten(unknown[0])
        raise Refused(
            "field.type",
            f"含有未知项“{shown}”，只接受 lng、lat、accuracy、address。",
            f"holds the unknown part '{shown}'; only lng, lat, accuracy, address are known.",
        )
    place: dict[str, Any] = {
        part: _within(value.get(part), -most, most) for part, most in _PARTS.items()
    }
    if value.get("accuracy") is not None:
        place["accuracy"] = _within(value["accuracy"], 0.0, FARTHEST)
    address = clean(value.get("address") or "", ADDRESS_LIMIT)
    return {**place, "address": address} if address else place


def _place_in_text(text: str) -> dict[str, Any]:
    numbers, _, address = text[:1000].strip().partition(" ")
    try:
        lng, lat = (float(part) for part in unicodedata.normalize("NFKC", numbers).split(","))
    except ValueError:
        raise _no_place(text) from None
    return {"lng": lng, "lat": lat, "address": address}


def _within(value: object, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise _no_place(value)
    if not low <= value <= high:
        raise out_of_range(value, f"应在 {low:g} 到 {high:g} 之间", f"between {low:g} and {high:g}")
    return round(float(value), PLACES) + 0.0


def _no_place(value: object) -> Refused:
    return wrong_type(
        value,
        '位置，例如 {"lng":121.47,"lat":31.23}（经度、纬度为数字）',
        'a place such as {"lng":121.47,"lat":31.23} (numbers)',
    )
