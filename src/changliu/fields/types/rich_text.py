"""Formatted text: a small, safe part of HTML."""

from typing import ClassVar

from changliu.fields.markup import safe_markup
from changliu.fields.model import FieldSettings
from changliu.fields.settings import setting
from changliu.fields.stored import Reader, StoredType
from changliu.fields.texts import LONG_LIMIT, clean


class RichTextSettings(FieldSettings):
    """Longest value in characters, markup included."""

    max_length: int = setting(LONG_LIMIT, "最大长度", "longest", ge=1, le=LONG_LIMIT)


class RichTextType(StoredType[RichTextSettings]):
    """Markup rebuilt from a list of allowed tags; everything else becomes plain text."""

    name: ClassVar[str] = "rich_text"
    label: ClassVar[dict[str, str]] = {"zh-CN": "富文本", "en": "Rich text"}
    about: ClassVar[dict[str, str]] = {
        "zh-CN": "段落、标题、列表、粗斜体、链接等安全的 HTML；脚本、样式和其他标签会去掉。",
        "en": "Paragraphs, headings, lists, emphasis, links; scripts, styles and the rest go.",
    }
    example: ClassVar[str] = '"<p>会议<strong>纪要</strong></p>"'
    settings: ClassVar[type[FieldSettings]] = RichTextSettings
    index: ClassVar[str | None] = None
    tests: ClassVar[tuple[str, ...]] = ("CONTAINS", "ISBLANK")

    def reader(self, settings: RichTextSettings) -> Reader:
        """Read and clean markup."""
        limit = settings.max_length

        def read(value: object) -> str | None:
            text = clean(value, limit)
            return clean(safe_markup(text), 2 * LONG_LIMIT) if text else None

        return read
