"""Every field type of an installation, in the order the designer offers them."""

from difflib import get_close_matches

from changliu.fields.protocol import FieldType
from changliu.fields.types.audio import AudioType
from changliu.fields.types.autonumber import AutonumberType
from changliu.fields.types.boolean import BooleanType
from changliu.fields.types.cascade import CascadeType
from changliu.fields.types.code import CodeType
from changliu.fields.types.date import DateType
from changliu.fields.types.datetime import DatetimeType
from changliu.fields.types.duration import DurationType
from changliu.fields.types.email import EmailType
from changliu.fields.types.file import FileType
from changliu.fields.types.formula import FormulaType
from changliu.fields.types.image import ImageType
from changliu.fields.types.integer import IntegerType
from changliu.fields.types.json import JsonType
from changliu.fields.types.lines import LinesType
from changliu.fields.types.location import LocationType
from changliu.fields.types.long_text import LongTextType
from changliu.fields.types.lookup import LookupType
from changliu.fields.types.member import MemberType
from changliu.fields.types.money import MoneyType
from changliu.fields.types.multi_select import MultiSelectType
from changliu.fields.types.number import NumberType
from changliu.fields.types.percent import PercentType
from changliu.fields.types.phone import PhoneType
from changliu.fields.types.photo import PhotoType
from changliu.fields.types.reference import ReferenceType
from changliu.fields.types.region import RegionType
from changliu.fields.types.rich_text import RichTextType
from changliu.fields.types.rollup import RollupType
from changliu.fields.types.select import SelectType
from changliu.fields.types.signature import SignatureType
from changliu.fields.types.tags import TagsType
from changliu.fields.types.team import TeamType
from changliu.fields.types.text import TextType
from changliu.fields.types.url import UrlType
from changliu.formula.world import fold
from changliu.kit.errors import Invalid

_TYPES: tuple[FieldType, ...] = (
    TextType(),
    LongTextType(),
    RichTextType(),
    NumberType(),
    MoneyType(),
    PercentType(),
    IntegerType(),
    DurationType(),
    DateType(),
    DatetimeType(),
    BooleanType(),
    SelectType(),
    MultiSelectType(),
    CascadeType(),
    PhoneType(),
    EmailType(),
    UrlType(),
    RegionType(),
    MemberType(),
    TeamType(),
    ReferenceType(),
    LinesType(),
    FileType(),
    ImageType(),
    PhotoType(),
    AudioType(),
    LocationType(),
    SignatureType(),
    CodeType(),
    TagsType(),
    JsonType(),
    AutonumberType(),
    FormulaType(),
    RollupType(),
    LookupType(),
)
FIELD_TYPES: dict[str, FieldType] = {kind.name: kind for kind in _TYPES}


def field_type(name: str) -> FieldType:
    """Return the type of that name.

    Raises `Invalid` (`field.type_unknown`).
    """
    found = FIELD_TYPES.get(name)
    if found is not None:
        return found
    close = get_close_matches(fold(name[:60]), FIELD_TYPES, n=1)
    zh, en = (f"是否想用 {close[0]}？", f"Did you mean {close[0]}?") if close else ("", "")
    known = ", ".join(FIELD_TYPES)
    raise Invalid(
        "field.type_unknown",
        f"没有字段类型“{name[:60]}”。{zh}可用：{known}。",
        f"There is no field type '{name[:60]}'. {en} Known: {known}.",
    )
