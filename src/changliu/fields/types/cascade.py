"""One path through a tree of options, such as industry and sub-industry."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import ClassVar

from pydantic import model_validator

from changliu.fields.model import Field, FieldSettings
from changliu.fields.options import (
    LEVELS,
    OPTION_LIMIT,
    Branch,
    Vocabulary,
    as_option,
    refuse_doubles,
)
from changliu.fields.protocol import FormulaFact
from changliu.fields.refusal import Refused, shorten, wrong_type
from changliu.fields.settings import refuse_setting, setting
from changliu.fields.stored import CHOICE_TESTS, Reader, StoredType, Writer
from changliu.formula.world import Kind, Option


class CascadeSettings(FieldSettings):
    """A tree of options, at most five levels deep; `any_level` lets a path end early."""

    options: tuple[Branch, ...] = setting((), "选项", "options")
    any_level: bool = setting(False, "可选任意层级", "any level may be chosen")

    @model_validator(mode="after")
    def _bounded(self) -> "CascadeSettings":
        _check_tree(self.options, 1)
        count = sum(1 for _ in _paths(self.options, (), retired=False))
        if count > OPTION_LIMIT:
            raise refuse_setting(
                f"选项共 {count} 个，最多 {OPTION_LIMIT} 个。",
                f"there are {count} options, at most {OPTION_LIMIT} are allowed.",
            )
        return self

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """Every path as an option: key `a/b/c`, names `甲/乙/丙`."""
        return Vocabulary(_paths(self.options, (), retired=False))

    @cached_property
    def inner(self) -> frozenset[str]:
        """Paths that go on below."""
        return frozenset(key.rpartition("/")[0] for key in self.vocabulary.keys)


class CascadeType(StoredType[CascadeSettings]):
    """A path of option keys, `a/b/c`."""

    name: ClassVar[str] = "cascade"
    label: ClassVar[dict[str, str]] = {"zh-CN": "级联选择", "en": "Cascading select"}
    about: ClassVar[dict[str, str]] = {
        "zh-CN": "多级选项的一条路径，存为 a/b/c；写名称“制造业/汽车”也认。",
        "en": "A path through levels of options, held as a/b/c; labels will do.",
    }
    example: ClassVar[str] = '"manufacturing/cars"'
    settings: ClassVar[type[FieldSettings]] = CascadeSettings
    kind: ClassVar[Kind] = Kind.CHOICE
    tests: ClassVar[tuple[str, ...]] = (*CHOICE_TESTS, "STARTSWITH")

    def reader(self, settings: CascadeSettings) -> Reader:
        """Read a path as text or list; raises `Refused` (`field.option`, `field.incomplete`)."""
        vocabulary, inner, any_level = settings.vocabulary, settings.inner, settings.any_level

        def read(value: object) -> str | None:
            key = vocabulary.find(_path_text(value))
            if key is not None and key in inner and not any_level:
                raise _incomplete(vocabulary.label(key))
            return key

        return read

    def writer(self, settings: CascadeSettings) -> Writer:
        """Write the labels' path."""
        return settings.vocabulary.word

    def fact(self, field: Field) -> FormulaFact:
        """Return a CHOICE of all paths."""
        settings = field.settings
        known = settings.vocabulary.options if isinstance(settings, CascadeSettings) else ()
        return FormulaFact(Kind.CHOICE, options=known)


def _path_text(value: object) -> object:
    parts = value.replace("／", "/").split("/") if isinstance(value, str) else value
    if (
        not isinstance(parts, (list, tuple))
        or len(parts) > 2 * LEVELS
        or not all(isinstance(part, str) for part in parts)
    ):
        raise wrong_type(value, "路径，例如 a/b", "a path such as a/b")
    return "/".join(part.strip() for part in parts)


def _incomplete(name: str) -> Refused:
    shown = shorten(name)
    return Refused(
        "field.incomplete",
        f"只选到“{shown}”，请继续选择下一级。",
        f"'{shown}' has options below it; choose one of them.",
    )


def _check_tree(options: Sequence[Branch], level: int) -> None:
    if options and level > LEVELS:
        raise refuse_setting(
            f"级联选项最多 {LEVELS} 级。", f"a cascade has at most {LEVELS} levels."
        )
    refuse_doubles(options)
    for option in options:
        _check_tree(option.options, level + 1)


def _paths(
    options: Sequence[Branch], above: tuple[Option, ...], *, retired: bool
) -> Iterator[tuple[Option, bool]]:
    for branch in options:
        chain = (*above, as_option(branch))
        gone = retired or branch.retired
        zh = "/".join(option.names[0] for option in chain)
        en = "/".join(option.names[-1] for option in chain)
        key = "/".join(option.key for option in chain)
        yield Option(key, tuple(dict.fromkeys((zh, en)))), gone
        yield from _paths(branch.options, chain, retired=gone)
