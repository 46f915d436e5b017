"""What a field type must bring: five small protocols, each with one reason to change."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from changliu.fields.model import Field, FieldSettings
from changliu.formula.world import Kind, Option
from changliu.kit.errors import Fault


@dataclass(frozen=True, slots=True)
class Cells:
    """A parsed column. `values` are JSON-able and castable to the storage type by PostgreSQL's own
    input (numbers as decimal strings, integers and durations as integers, dates ISO 8601, ids as
    strings, lists as lists, None blank); `faults[i]` says why row i was refused. Both have the
    length of the input."""

    values: list[Any]
    faults: list[Fault | None]


@dataclass(frozen=True, slots=True)
class Storage:
    """A physical column: PostgreSQL type, and which plain index serves filters, if any."""

    sql_type: str
    index: str | None = None  # "btree" | "gin" | None


@dataclass(frozen=True, slots=True)
class FormulaFact:
    """What formulas see: kind, options, target object id, many (a list of ids), integer."""

    kind: Kind
    options: tuple[Option, ...] = ()
    target: str | None = None
    many: bool = False
    integer: bool = False


class Stores(Protocol):
    """Storage: `None` for computed types."""

    def storage(self, settings: FieldSettings) -> Storage | None:
        """Return the column this field needs."""
        ...


class Values(Protocol):
    """Wire value ↔ stored value, a column at a time."""

    def parse(self, values: Sequence[Any], field: Field) -> Cells:
        """Check and convert wire values; never raises for bad input."""
        ...

    def render(self, values: Sequence[Any], field: Field) -> list[Any]:
        """Convert database values (as psycopg returns them), or parsed ones, to the wire."""
        ...

    def unique_key(self, column: str) -> str | None:
        """Return how the normalised key of a unique field is computed: `exact`, `casefold`,
        `digits`; None where uniqueness makes no sense for the type."""
        ...


class Filters(Protocol):
    """Filter operators the browser offers, by formula spelling."""

    def operators(self, settings: FieldSettings) -> tuple[str, ...]:
        """Return operator keys such as `=`, `<>`, `>`, `IN`, `CONTAINS`, `ISBLANK`."""
        ...


class InFormulas(Protocol):
    """How formulas see the field."""

    def fact(self, field: Field) -> FormulaFact:
        """Return kind, options and target."""
        ...


class Transfers(Protocol):
    """CSV and Excel cells."""

    def from_text(self, texts: Sequence[str | None], field: Field, formats: Sequence[str]) -> Cells:
        """Read cells; `formats` are date formats (strptime) to try first. References are resolved
        by the importer before."""
        ...

    def to_text(self, values: Sequence[Any], field: Field) -> list[str]:
        """Write cells from wire values."""
        ...


class FieldType(Stores, Values, Filters, InFormulas, Transfers, Protocol):
    """A field type: a name on the wire, its settings model, and the five protocols.

    `about` is one sentence in each language, `example` a value as JSON: both for the reference.
    """

    name: ClassVar[str]
    label: ClassVar[dict[str, str]]
    about: ClassVar[dict[str, str]]
    example: ClassVar[str]
    settings: ClassVar[type[FieldSettings]]
    computed: ClassVar[bool]
