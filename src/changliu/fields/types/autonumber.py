"""A number given by the platform, such as OPP-202601-0042."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import ClassVar

from pydantic import field_validator

from changliu.fields.model import FieldSettings
from changliu.fields.refusal import Refused
from changliu.fields.settings import refuse_setting, setting
from changliu.fields.stored import TEXT_TESTS, Reader, StoredType

_PART = re.compile(r"\{(YYYY|YY|MM|DD|0{1,12})\}|\{[^{}]*\}|[{}]|[^{}]+")


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a pattern: `literal` text, a `date` part (YYYY YY MM DD), or the `count`, whose
    text is as many zeros as it has digits at least."""

    role: str
    text: str


class AutonumberSettings(FieldSettings):
    """Pattern with {YYYY} {YY} {MM} {DD} and one {0000}; `no_gaps` costs a lock per create."""

    pattern: str = setting("{0000}", "编号规则", "pattern", min_length=3, max_length=60)
    no_gaps: bool = setting(False, "不允许断号", "without gaps")
    start: int = setting(1, "起始值", "first number", ge=0, le=10**12)

    @field_validator("pattern")
    @classmethod
    def _readable(cls, pattern: str) -> str:
        if sum(part.role == "count" for part in split_pattern(pattern)) != 1:
            raise refuse_setting(
                "编号规则里要有且只有一个流水号，例如 {0000}。",
                "the pattern needs exactly one running number such as {0000}.",
            )
        return pattern

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The pattern in pieces."""
        return tuple(split_pattern(self.pattern))


class AutonumberType(StoredType[AutonumberSettings]):
    """Filled from a sequence when a record is created; never written by anyone."""

    name: ClassVar[str] = "autonumber"
    label: ClassVar[dict[str, str]] = {"zh-CN": "自动编号", "en": "Autonumber"}
    about: ClassVar[dict[str, str]] = {
        "zh-CN": "新建时自动生成，例如 OPP-{YYYY}{MM}-{0000}；不能手填。",
        "en": "Given when a record is created, such as OPP-{YYYY}{MM}-{0000}; not writable.",
    }
    example: ClassVar[str] = '"OPP-202601-0042"'
    settings: ClassVar[type[FieldSettings]] = AutonumberSettings
    uniqueness: ClassVar[str | None] = "exact"
    tests: ClassVar[tuple[str, ...]] = TEXT_TESTS

    def reader(self, settings: AutonumberSettings) -> Reader:  # noqa: ARG002
        """Refuse every value: `field.read_only`."""
        return refuse_value


def refuse_value(value: object) -> None:  # noqa: ARG001
    """Raise `Refused` (`field.read_only`): the platform fills the field."""
    raise Refused(
        "field.read_only",
        "由系统自动生成，不能填写，请去掉该字段的值。",
        "is filled by the platform; leave it out.",
    )


def split_pattern(pattern: str) -> Iterator[Part]:
    """Yield the pieces of a pattern; raises ValueError for unknown braces."""
    for match in _PART.finditer(pattern):
        text, inner = match[0], match[1]
        if inner is not None:
            yield Part("count" if inner.startswith("0") else "date", inner)
        elif text.startswith(("{", "}")):
            raise refuse_setting(
                f"编号规则不认识“{text}”，可用 YYYY、YY、MM、DD 和 0000。",
                f"the pattern does not know '{text}'; use YYYY, YY, MM, DD and 0000.",
            )
        else:
            yield Part("literal", text)


def number_text(parts: tuple[Part, ...], number: int, day: date) -> str:
    """Return the finished number; a count longer than its zeros keeps all its digits."""
    dates = {
        "YYYY": f"{day.year:04}", "YY": f"{day.year % 100:02}",
        "MM": f"{day.month:02}", "DD": f"{day.day:02}",
    }  # fmt: skip
    texts = {"literal": lambda t: t, "date": dates.__getitem__}
    count = str(number)
    return "".join(
        count.rjust(len(p.text), "0") if p.role == "count" else texts[p.role](p.text) for p in parts
    )
