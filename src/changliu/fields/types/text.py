"""One line of text, optionally of a given form."""

import re
from functools import cached_property
from typing import ClassVar

from pydantic import field_validator

from changliu.fields.model import FieldSettings
from changliu.fields.refusal import Refused, shorten, too_long
from changliu.fields.settings import refuse_setting, setting
from changliu.fields.stored import TEXT_TESTS, Reader, StoredType
from changliu.fields.texts import TEXT_LIMIT, clean

# Together these bound the steps `re` may take on one value: it has no time limit of its own.
PATTERN_LIMIT = 200
PATTERN_VALUE_LIMIT = 200
_LOOPS = 3
_BRANCHES = 6
_ESCAPED_OR_CLASS = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]", re.DOTALL)
_REPEATED_GROUP = re.compile(r"\)[*+{]")
_LOOP = re.compile(r"[*+]|\{[0-9]*,[0-9]*\}")
_FORK = re.compile(r"[|?]")


class TextSettings(FieldSettings):
    """Longest value in characters, and a form it must have as a whole."""

    max_length: int = setting(1000, "最大长度", "longest", ge=1, le=TEXT_LIMIT)
    pattern: str | None = setting(None, "格式", "form", max_length=PATTERN_LIMIT)

    @field_validator("pattern")
    @classmethod
    def _safe(cls, pattern: str | None) -> str | None:
        if pattern is not None:
            check_pattern(pattern)
        return pattern

    @cached_property
    def form(self) -> re.Pattern[str] | None:
        """The compiled pattern."""
        return re.compile(self.pattern) if self.pattern else None


def check_pattern(pattern: str) -> None:
    """Raise ValueError for a pattern that is wrong or may take long on a hostile value."""
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise refuse_setting(
            f"格式不是有效的正则表达式：{error}。",
            f"the form is no valid regular expression: {error}.",
        ) from error
    outline = _ESCAPED_OR_CLASS.sub("c", pattern).replace("(?:", "(")
    special = "(?" in outline or re.search(r"\\[1-9]", pattern)
    slow = _REPEATED_GROUP.search(outline) or len(_LOOP.findall(outline)) > _LOOPS
    if special or slow or len(_FORK.findall(outline)) > _BRANCHES:
        raise refuse_setting(
            "格式过于复杂：不能重复整个括号组，不能用反向引用或环视，"
            f"最多 {_LOOPS} 个重复、{_BRANCHES} 个分支（| 或 ?）。",
            "the form is too complex: no repeated group, back-reference or look-around, at most"
            f" {_LOOPS} repeats and {_BRANCHES} alternatives (| or ?).",
        )


class TextType(StoredType[TextSettings]):
    """One line of text."""

    name: ClassVar[str] = "text"
    label: ClassVar[dict[str, str]] = {"zh-CN": "单行文本", "en": "Text"}
    about: ClassVar[dict[str, str]] = {
        "zh-CN": "一行文字，首尾空格会去掉。",
        "en": "One line of text; spaces around it are removed.",
    }
    example: ClassVar[str] = '"明远科技"'
    settings: ClassVar[type[FieldSettings]] = TextSettings
    uniqueness: ClassVar[str | None] = "casefold"
    tests: ClassVar[tuple[str, ...]] = TEXT_TESTS

    def reader(self, settings: TextSettings) -> Reader:
        """Read text; raises `Refused` with `field.pattern` when the form does not match."""
        limit, form = settings.max_length, settings.form
        if form is None:
            return lambda value: clean(value, limit)

        def read(value: object) -> str | None:
            text = clean(value, limit)
            if text is not None and len(text) > PATTERN_VALUE_LIMIT:
                raise too_long(len(text), PATTERN_VALUE_LIMIT)
            if text is not None and not form.fullmatch(text):
                raise _other_form(text, form.pattern)
            return text

        return read


def _other_form(text: str, pattern: str) -> Refused:
    shown = shorten(text)
    return Refused(
        "field.pattern",
        f"的值“{shown}”不符合规定的格式 {pattern}，请按格式填写。",
        f"'{shown}' does not have the form {pattern}; write it that way.",
    )
