"""What every type with a column shares: reading a column cell by cell, writing it back.

A type brings a `reader`: value → canonical value, None for blank, `Refused` with the reason.
"""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Generic, TypeVar, cast

from changliu.fields.model import Field, FieldSettings
from changliu.fields.protocol import Cells, FormulaFact, Storage
from changliu.fields.refusal import Refused
from changliu.formula.world import Kind
from changliu.kit.errors import Fault

Reader = Callable[[Any], Any]
Writer = Callable[[Any], str]
S = TypeVar("S", bound=FieldSettings)

COMPARISONS = ("=", "<>", "<", "<=", ">", ">=", "ISBLANK")
TEXT_TESTS = ("=", "<>", "CONTAINS", "STARTSWITH", "IN", "ISBLANK")
CHOICE_TESTS = ("=", "<>", "IN", "ISBLANK")
LIST_TESTS = ("HAS", "HASANY", "HASALL", "HASNONE", "ISBLANK")


def read_column(values: Sequence[Any], field: Field, read: Reader) -> Cells:
    """Apply a reader to every cell; None and "" are blank. Never raises for bad input."""
    stored: list[Any] = [None] * len(values)
    faults: list[Fault | None] = [None] * len(values)
    for i, value in enumerate(values):
        if value is None or value == "":
            continue
        try:
            stored[i] = read(value)
        except Refused as refused:
            faults[i] = refused.fault(field)
    return Cells(stored, faults)


class StoredType(Generic[S]):
    """A field type with a column of its own; subclasses bring at least `reader`."""

    name: ClassVar[str]
    label: ClassVar[dict[str, str]]
    settings: ClassVar[type[FieldSettings]] = FieldSettings
    computed: ClassVar[bool] = False
    about: ClassVar[dict[str, str]]
    example: ClassVar[str]
    kind: ClassVar[Kind] = Kind.TEXT
    sql_type: ClassVar[str] = "text"
    index: ClassVar[str | None] = "btree"
    uniqueness: ClassVar[str | None] = None
    tests: ClassVar[tuple[str, ...]] = COMPARISONS

    def reader(self, settings: S) -> Reader:
        """Return the function that turns one wire value into a stored one."""
        raise NotImplementedError

    def text_reader(self, settings: S, formats: Sequence[str]) -> Reader:  # noqa: ARG002
        """Return the function that reads one CSV cell; by default the same as on the wire."""
        return self.reader(settings)

    def writer(self, settings: S) -> Writer:  # noqa: ARG002
        """Return the function that writes one wire value as a CSV cell."""
        return str

    def shown(self, value: Any) -> Any:
        """Convert one database (or parsed) value that is not blank to the wire."""
        return value

    def storage(self, settings: FieldSettings) -> Storage | None:  # noqa: ARG002
        """Return the column this field needs."""
        return Storage(self.sql_type, self.index)

    def parse(self, values: Sequence[Any], field: Field) -> Cells:
        """Check and convert wire values; never raises for bad input."""
        return read_column(values, field, self.reader(cast(S, field.settings)))

    def render(self, values: Sequence[Any], field: Field) -> list[Any]:  # noqa: ARG002
        """Convert database or parsed values to the wire."""
        shown = self.shown
        return [None if v is None else shown(v) for v in values]

    def unique_key(self, column: str) -> str | None:  # noqa: ARG002
        """Return the normalisation of a unique field, None where uniqueness makes no sense."""
        return self.uniqueness

    def operators(self, settings: FieldSettings) -> tuple[str, ...]:  # noqa: ARG002
        """Return the filter operators the browser offers."""
        return self.tests

    def fact(self, field: Field) -> FormulaFact:  # noqa: ARG002
        """Return how formulas see the field."""
        return FormulaFact(self.kind)

    def from_text(self, texts: Sequence[str | None], field: Field, formats: Sequence[str]) -> Cells:
        """Read CSV or Excel cells."""
        return read_column(texts, field, self.text_reader(cast(S, field.settings), formats))

    def to_text(self, values: Sequence[Any], field: Field) -> list[str]:
        """Write wire values as cells; blank is ""."""
        write = self.writer(cast(S, field.settings))
        return ["" if v is None else write(v) for v in values]
