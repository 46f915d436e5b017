"""Several lines of text."""

from typing import ClassVar

from changliu.fields.model import FieldSettings
from changliu.fields.settings import setting
from changliu.fields.stored import Reader, StoredType
from changliu.fields.texts import LONG_LIMIT, clean


class LongTextSettings(FieldSettings):
    """Longest value in characters."""

    max_length: int = setting(LONG_LIMIT, "最大长度", "longest", ge=1, le=LONG_LIMIT)


class LongTextType(StoredType[LongTextSettings]):
    """Several lines of text; line ends become LF."""

    name: ClassVar[str] = "long_text"
    label: ClassVar[dict[str, str]] = {"zh-CN": "多行文本", "en": "Long text"}
    about: ClassVar[dict[str, str]] = {
        "zh-CN": "多行文字，换行统一为 LF。",
        "en": "Lines of text; line ends become LF.",
    }
    example: ClassVar[str] = r'"第一行\n第二行"'
    settings: ClassVar[type[FieldSettings]] = LongTextSettings
    index: ClassVar[str | None] = None
    tests: ClassVar[tuple[str, ...]] = ("CONTAINS", "ISBLANK")

    def reader(self, settings: LongTextSettings) -> Reader:
        """Read text; line ends are unified."""
        limit = settings.max_length
        return lambda value: clean(value, limit)
