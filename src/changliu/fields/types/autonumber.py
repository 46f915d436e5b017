"""A number given by the platform, such as OPP-202601-0042."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import ClassVar, Literal

from pydantic import field_validator, model_validator

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


Reset = Literal["never", "year", "month", "day"]
# What tells one period from another, as `to_char` writes it.
PERIODS: dict[Reset, str] = {"never": "", "year": "YYYY", "month": "YYYYMM", "day": "YYYYMMDD"}


class AutonumberSettings(FieldSettings):
    """Pattern with {YYYY} {YY} {MM} {DD} and one {0000}.

    With `no_gaps` the numbers of saved records follow each other; its price is that whoever
    creates records of the object waits until the one before has been saved. `reset` needs it.
    """

    pattern: str = setting("{0000}", "编号规则", "pattern", min_length=3, max_length=60)
    no_gaps: bool = setting(
        False,
        "不允许断号（同时新建的人要排队，大批导入时会互相等待）",
        "without gaps (people creating at the same time queue; large imports hold others up)",
    )
    reset: Reset = setting(
        "never",
        "重新计数（每年、每月或每天从起始值开始；须不允许断号）",
        "count anew every year, month or day (needs 'without gaps')",
    )
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

    @model_validator(mode="after")
    def _told_apart(self) -> "AutonumberSettings":
        """Numbers of two periods must differ in their date parts."""
        if self.reset == "never":
            return self
        if not self.no_gaps:
            raise refuse_setting(
                "按周期重新计数的编号须同时设为不允许断号（no_gaps: true）。",
                "numbers that count anew must be without gaps: set no_gaps to true.",
            )
        wanted = {"year": "Y", "month": "YM", "day": "YMD"}[self.reset]
        shown = {part.text[0] for part in self.parts if part.role == "date"}
        if not shown.issuperset(wanted):
            names = "".join(f"{{{'YYYY' if letter == 'Y' else letter * 2}}}" for letter in wanted)
            raise refuse_setting(
                f"编号会重复：每个周期重新计数时，编号规则里要有 {names}。",
                f"numbers would repeat: a pattern that counts anew needs {names}.",
            )
        return self

    @property
    def period(self) -> str:
        """How `to_char` writes the period a number counts in; empty when it counts for ever."""
        return PERIODS[self.reset]

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The pattern in pieces."""
        return tuple(split_pattern(self.pattern))


class AutonumberType(StoredType[AutonumberSettings]):
    """Filled when a record is created, from a sequence or, without gaps, from a counter row."""

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
