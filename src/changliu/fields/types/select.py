"""One option of a list."""

from typing import ClassVar

from changliu.fields.model import Field, FieldSettings
from changliu.fields.options import OptionSettings
from changliu.fields.protocol import FormulaFact
from changliu.fields.stored import CHOICE_TESTS, Reader, StoredType, Writer
from changliu.formula.world import Kind, Option


class SelectSettings(OptionSettings):
    """The options to choose from."""


class SelectType(StoredType[SelectSettings]):
    """The key of one option; its label is understood too."""

    name: ClassVar[str] = "select"
    label: ClassVar[dict[str, str]] = {"zh-CN": "单选", "en": "Select"}
    about: ClassVar[dict[str, str]] = {
        "zh-CN": "选项之一，存取选项标识，写名称也认；停用的选项不再接受新值。",
        "en": "One option: its key; a label will do. A retired option takes no new values.",
    }
    example: ClassVar[str] = '"won"'
    settings: ClassVar[type[FieldSettings]] = SelectSettings
    kind: ClassVar[Kind] = Kind.CHOICE
    uniqueness: ClassVar[str | None] = "exact"
    tests: ClassVar[tuple[str, ...]] = CHOICE_TESTS

    def reader(self, settings: SelectSettings) -> Reader:
        """Read a key or label; raises `Refused` (`field.option`, `field.option_retired`)."""
        return settings.vocabulary.find

    def writer(self, settings: SelectSettings) -> Writer:
        """Write the Chinese label, the key where the label is ambiguous."""
        return settings.vocabulary.word

    def fact(self, field: Field) -> FormulaFact:
        """Return a CHOICE with its options."""
        return FormulaFact(Kind.CHOICE, options=options_of(field))


def options_of(field: Field) -> tuple[Option, ...]:
    """Return the options of a select or multi-select field."""
    settings = field.settings
    return settings.vocabulary.options if isinstance(settings, OptionSettings) else ()
