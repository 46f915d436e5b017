"""Free words."""

from typing import ClassVar

from changliu.fields.lists import SEPARATORS, each_once, split_text
from changliu.fields.model import FieldSettings
from changliu.fields.refusal import Refused, shorten
from changliu.fields.settings import NoSettings
from changliu.fields.stored import LIST_TESTS, Reader, StoredType, Writer
from changliu.fields.texts import clean
from changliu.formula.world import Kind

LONGEST = 60
_MARKS = SEPARATORS.strip()


class TagsType(StoredType[NoSettings]):
    """A list of free words, each once."""

    name: ClassVar[str] = "tags"
    label: ClassVar[dict[str, str]] = {"zh-CN": "标签", "en": "Tags"}
    about: ClassVar[dict[str, str]] = {
        "zh-CN": "自由标签，每个不超过 60 个字符；文本用 ；;，,、 分隔。",
        "en": "Free words of at most 60 characters; a text is split at ; , 、.",
    }
    example: ClassVar[str] = '["重点","展会"]'
    settings: ClassVar[type[FieldSettings]] = NoSettings
    kind: ClassVar[Kind] = Kind.MULTI
    sql_type: ClassVar[str] = "text[]"
    index: ClassVar[str | None] = "gin"
    tests: ClassVar[tuple[str, ...]] = LIST_TESTS

    def reader(self, settings: NoSettings) -> Reader:  # noqa: ARG002
        """Read a list of words, or a text of them."""
        return lambda value: each_once(split_text(value), _tag)

    def writer(self, settings: NoSettings) -> Writer:  # noqa: ARG002
        """Write the words separated by semicolons."""
        return ";".join


def _tag(value: object) -> str | None:
    text = clean(value, LONGEST)
    if text is not None and any(mark in text for mark in SEPARATORS):
        shown = shorten(text)
        raise Refused(
            "field.character",
            f"的标签“{shown}”含有分隔符 {_MARKS}，请拆成几个标签。",
            f"the tag '{shown}' holds a separator ({_MARKS}); make it several tags.",
        )
    return text
