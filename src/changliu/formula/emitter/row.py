"""A row in scope while emitting, and the words of SQL shared by all emitters."""

from dataclasses import dataclass
from decimal import Decimal

from psycopg import sql

from changliu.formula.emitter.fragment import Joins
from changliu.formula.model import Kind
from changliu.formula.world import ObjectFact

FX = "changliu_fx"
"""The schema of the functions in functions.sql."""

TYPES: dict[Kind, str] = {
    Kind.NUMBER: "numeric",
    Kind.TEXT: "text",
    Kind.BOOL: "boolean",
    Kind.DATE: "date",
    Kind.DATETIME: "timestamptz",
    Kind.CHOICE: "text",
    Kind.MULTI: "text[]",
    Kind.JSON: "jsonb",
    Kind.REF: "uuid",
    Kind.UUIDS: "uuid[]",
    Kind.BLANK: "text",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A row of `object` under an alias; its paths are joined into `joins`.

    `outer` is the row around an aggregate, `old` the row before the changeset.
    """

    object: ObjectFact
    alias: str
    joins: Joins
    outer: "Row | None" = None
    old: "Row | None" = None

    def column(self, name: str) -> str:
        """`alias."name"`."""
        return f"{self.alias}.{identifier(name)}"

    @property
    def key(self) -> str:
        """The column of its id."""
        return self.column(self.object.key_column)

    @property
    def table(self) -> str:
        """`"schema"."table"`."""
        return f"{identifier(self.object.schema)}.{identifier(self.object.table)}"

    @property
    def alive(self) -> list[str]:
        """The condition that the row is not deleted, if its object knows deletion."""
        return [f"{self.column('deleted_at')} IS NULL"] if self.object.soft_deleted else []


def identifier(name: str) -> str:
    """A quoted identifier, % doubled."""
    return sql.Identifier(name).as_string(None).replace("%", "%%")


def quoted(value: str | Decimal) -> str:
    """A constant written into the text, % doubled."""
    text = f"{value:f}" if isinstance(value, Decimal) else value
    return sql.Literal(text).as_string(None).strip().replace("%", "%%")


def conjunction(parts: list[str]) -> str:
    """All conditions together."""
    return " AND ".join(parts) if parts else "TRUE"
