"""Options of select fields: stable keys, labels in two languages, and how typed words find them."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Annotated

from pydantic import ConfigDict, StringConstraints, model_validator

from changliu.fields.lists import SEPARATORS
from changliu.fields.model import FieldSettings
from changliu.fields.refusal import Refused, shorten, wrong_type
from changliu.fields.settings import refuse_setting, setting
from changliu.formula.world import Option, fold
from changliu.kit.labels import Labels

OPTION_LIMIT = 2_000
LEVELS = 5
# Options that a refusal names.
LISTED = 8

OptionKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_\-\u4e00-\u9fff]{1,60}$")]
Colour = Annotated[str, StringConstraints(pattern=r"^(#[0-9a-fA-F]{6}|[a-z]{3,20})$")]


class Choice(FieldSettings):
    """One option. Its key is stored and never changes; a retired one takes no new records."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: OptionKey = setting(..., "标识", "key")
    label: Labels = setting(..., "名称", "label")
    colour: Colour | None = setting(None, "颜色", "colour")
    retired: bool = setting(False, "停用", "retired")


class Branch(Choice):
    """An option of a cascade with the options below it."""

    options: tuple["Branch", ...] = setting((), "下级选项", "options below")


class Vocabulary:
    """Finds the stored key for a key or a label; compares NFKC, case-folded; keys win."""

    def __init__(self, options: Iterable[tuple[Option, bool]]) -> None:
        known = list(options)
        self.options = tuple(option for option, _ in known)
        self.keys = frozenset(option.key for option, retired in known if not retired)
        self.retired = frozenset(option.key for option, retired in known if retired)
        self.names = {o.key: o.names[0] if o.names else o.key for o in self.options}
        self.by_name: dict[str, str] = {}
        # Live options before retired ones: a label may have been given to a new option.
        for option, _ in sorted(known, key=lambda pair: pair[1]):
            self.by_name.setdefault(fold(option.key), option.key)
        for option, _ in sorted(known, key=lambda pair: pair[1]):
            for name in option.names:
                self.by_name.setdefault(fold(name), option.key)

    def find(self, value: object) -> str | None:
        """Return the key meant; None for blank; raises `Refused` (`field.type`, `field.option`)."""
        if not isinstance(value, str):
            raise wrong_type(value, "一个选项的标识或名称", "the key or label of one option")
        if value in self.keys:
            return value
        if not value.strip():
            return None
        key = self.by_name.get(fold(value)) if len(value) <= OPTION_LIMIT else None
        if key is None:
            raise self._unknown(value)
        if key in self.retired:
            raise _retired(self.names[key])
        return key

    def knows(self, value: str) -> bool:
        """Say whether the whole text is a key or label, retired ones included."""
        return value in self.keys or fold(value) in self.by_name

    def word(self, key: str) -> str:
        """Return the Chinese name where it finds its way back to this key, else the key."""
        name = self.label(key)
        return name if self.by_name.get(fold(name)) == key else key

    def list_word(self, key: str) -> str:
        """Return `word`, or the key where the name holds a separator of lists."""
        name = self.word(key)
        return key if any(mark in name for mark in SEPARATORS) else name

    def label(self, key: str) -> str:
        """Return the Chinese name of a key; the key itself when the option is gone."""
        return self.names.get(key, key)

    def _unknown(self, value: str) -> Refused:
        live = [o for o in self.options if o.key in self.keys]
        zh = _some("、", "。", [self.names[o.key] for o in live])
        en = _some(", ", ".", [o.names[-1] if o.names else o.key for o in live])
        shown = shorten(value)
        return Refused(
            "field.option",
            f"没有“{shown}”这个选项，可选：{zh}",
            f"there is no option '{shown}'; choose one of: {en}",
        )


def _some(separator: str, stop: str, names: list[str]) -> str:
    return separator.join(names[:LISTED]) + ("…" if len(names) > LISTED else stop)


def _retired(name: str) -> Refused:
    shown = shorten(name)
    return Refused(
        "field.option_retired",
        f"的选项“{shown}”已停用，请改选其他选项。",
        f"the option '{shown}' is retired; choose another one.",
    )


def as_option(choice: Choice) -> Option:
    """Return the option as formulas see it: key and labels."""
    return Option(choice.key, tuple(dict.fromkeys(choice.label.values())))


class OptionSettings(FieldSettings):
    """Settings of select and multi-select."""

    options: tuple[Choice, ...] = setting((), "选项", "options", max_length=OPTION_LIMIT)

    @model_validator(mode="after")
    def _keys_differ(self) -> "OptionSettings":
        refuse_doubles(self.options)
        return self

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The options ready for look-up."""
        return Vocabulary((as_option(c), c.retired) for c in self.options)


def refuse_doubles(options: Sequence[Choice]) -> None:
    """Raise ValueError when two options of one level have the same key."""
    seen: set[str] = set()
    for option in options:
        if option.key in seen:
            raise refuse_setting(
                f"选项标识“{option.key}”重复，请改用不同的标识。",
                f"the option key '{option.key}' occurs twice; give each option its own key.",
            )
        seen.add(option.key)
