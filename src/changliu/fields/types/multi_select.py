"""Several options of a list."""

from typing import ClassVar

from changliu.fields.lists import each_once, split_text
from changliu.fields.model import Field, FieldSettings
from changliu.fields.options import OptionSettings
from changliu.fields.protocol import FormulaFact
from changliu.fields.stored import LIST_TESTS, Reader, StoredType, Writer
from changliu.fields.types.select import options_of
from changliu.formula.world import Kind


class MultiSelectSettings(OptionSettings):
    """The options to choose from."""


class MultiSelectType(StoredType[MultiSelectSettings]):
    """A list of option keys, each once."""

    name: ClassVar[str] = "multi_select"
    label: ClassVar[dict[str, str]] = {"zh-CN": "多选", "en": "Multi select"}
    about: ClassVar[dict[str, str]] = {
        "zh-CN": "若干选项的标识；文本用 ；;，,、 分隔。",
        "en": "Keys of several options; a text is split at ; , 、.",
    }
    example: ClassVar[str] = '["web","phone"]'
    settings: ClassVar[type[FieldSettings]] = MultiSelectSettings
    kind: ClassVar[Kind] = Kind.MULTI
    sql_type: ClassVar[str] = "text[]"
    index: ClassVar[str | None] = "gin"
    tests: ClassVar[tuple[str, ...]] = LIST_TESTS

    def reader(self, settings: MultiSelectSettings) -> Reader:
        """Read a list of keys or labels, or a text of them."""
        vocabulary = settings.vocabulary

        def read(value: object) -> list[str] | None:
            # A label may hold a separator of its own: the whole text is tried first.
            if isinstance(value, str) and vocabulary.knows(value):
                return each_once([value], vocabulary.find)
            return each_once(split_text(value), vocabulary.find)

        return read

    def writer(self, settings: MultiSelectSettings) -> Writer:
        """Write the labels; keys where a label would not survive the way back."""
        vocabulary = settings.vocabulary
        return lambda keys: ";".join(vocabulary.list_word(key) for key in keys)

    def fact(self, field: Field) -> FormulaFact:
        """Return a MULTI with its options."""
        return FormulaFact(Kind.MULTI, options=options_of(field))
