"""What formula, roll-up and lookup fields share: no column, no input, any kind of value."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from changliu.fields.model import Field, FieldSettings
from changliu.fields.numerals import canonical
from changliu.fields.protocol import Cells, FormulaFact, Storage
from changliu.fields.stored import COMPARISONS, read_column
from changliu.fields.types.autonumber import refuse_value
from changliu.formula.world import Kind


class ComputedType:
    """A field whose value follows from others; `field.tree` says how."""

    name: ClassVar[str]
    label: ClassVar[dict[str, str]]
    about: ClassVar[dict[str, str]]
    example: ClassVar[str]
    settings: ClassVar[type[FieldSettings]]
    computed: ClassVar[bool] = True

    def storage(self, settings: FieldSettings) -> Storage | None:  # noqa: ARG002
        """Return None: no column."""
        return None

    def parse(self, values: Sequence[Any], field: Field) -> Cells:
        """Refuse every value that is not blank: `field.read_only`."""
        return read_column(values, field, refuse_value)

    def render(self, values: Sequence[Any], field: Field) -> list[Any]:
        """Convert database values to the wire by the kind of the formula."""
        number = field.tree is not None and field.tree.kind is Kind.NUMBER
        return [show(value, number=number) for value in values]

    def unique_key(self, column: str) -> str | None:  # noqa: ARG002
        """Return None: nothing to keep unique."""
        return None

    def operators(self, settings: FieldSettings) -> tuple[str, ...]:  # noqa: ARG002
        """Return comparisons."""
        return (*COMPARISONS, "CONTAINS")

    def fact(self, field: Field) -> FormulaFact:
        """Return the kind of the formula; BLANK while it is not compiled."""
        return FormulaFact(field.tree.kind if field.tree is not None else Kind.BLANK)

    def from_text(self, texts: Sequence[str | None], field: Field, formats: Sequence[str]) -> Cells:  # noqa: ARG002
        """Refuse every cell that is not blank: `field.read_only`."""
        return read_column(texts, field, refuse_value)

    def to_text(self, values: Sequence[Any], field: Field) -> list[str]:  # noqa: ARG002
        """Write wire values as cells."""
        return [cell(value) for value in values]


def show(value: Any, *, number: bool = False) -> Any:
    """Return any database value on the wire; integers as decimal strings when `number`."""
    if isinstance(value, Decimal):
        return canonical(value)
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return str(value) if number else value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, timedelta):
        return canonical(Decimal(str(value.total_seconds())))
    if isinstance(value, list):
        return [show(item, number=number) for item in value]
    return value


def cell(value: Any) -> str:
    """Return any wire value as a cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dict):
        return str(value.get("title") or value.get("id") or "")
    if isinstance(value, list):
        return ";".join(cell(item) for item in value)
    return str(value)
