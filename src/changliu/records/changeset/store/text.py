"""Small pieces of SQL text shared by the bodies; identifiers come from the catalogue only."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import orjson
from psycopg import sql

from changliu.fields.model import Field
from changliu.fields.registry import FIELD_TYPES
from changliu.schema.model import Catalogue, Object
from changliu.schema.rollups import kept_type

# Written by the platform on every record table, in this order, before the fields' own columns.
HEAD: tuple[tuple[str, str], ...] = (
    ("id", "uuid"),
    ("version", "integer"),
    ("created_at", "timestamptz"),
    ("created_by", "uuid"),
    ("updated_at", "timestamptz"),
    ("updated_by", "uuid"),
    ("owner", "uuid"),
    ("team", "uuid"),
    ("deleted_at", "timestamptz"),
    ("deleted_by", "uuid"),
)
# Of those, what a caller may send.
SENT_HEAD = ("owner", "team")
# In a patch: the id of the record whose change takes this one along; and how history notes it.
CARRIER = "carrier"
CARRIED = "carried_by"
# In a patch and in history: the record a deleted one was merged into, and those that went into one.
MERGED_INTO, MERGED = "merged_into", "merged"
# In a patch: a line that goes from one record to another.
MOVED = "moved"

_PARAMETER = re.compile(r"%\((\w+)\)s|%%")


def quote(*names: str) -> str:
    """Return a quoted, dotted identifier."""
    return sql.Identifier(*names).as_string(None)


def literal(value: str | int) -> str:
    """Return a quoted constant."""
    return sql.Literal(value).as_string(None)


def written(value: Any) -> str:
    """Return a value or a batch of rows as JSON; a decimal as a number, to the last digit."""
    return orjson.dumps(value, default=_number).decode()


def _number(value: Any) -> orjson.Fragment:
    if isinstance(value, Decimal):
        return orjson.Fragment(f"{value:f}")
    raise TypeError(type(value))


def table_of(catalogue: Catalogue, target: Object) -> str:
    """Return the quoted table of an object."""
    return quote(catalogue.schema, target.table)


def column_of(field: Field) -> str:
    """Return the quoted column of a stored field; raises LookupError for a computed one."""
    if field.column is None:
        raise LookupError(f"{field.key} has no column")
    return quote(field.column)


def type_of(field: Field) -> str:
    """Return the PostgreSQL type of a stored field's column."""
    storage = FIELD_TYPES[field.type].storage(field.settings)
    if storage is None:
        raise LookupError(f"{field.key} has no storage")
    return storage.sql_type


def columns(target: Object) -> list[str]:
    """Return every physical column of an object, head first, quoted."""
    return [quote(name) for name, _ in HEAD] + [column_of(f) for f in target.stored] + kept(target)


def kept(target: Object) -> list[str]:
    """Return the columns of an object's maintained roll-ups, quoted."""
    return [quote(f.kept or "") for f in target.kept]


def typed(target: Object) -> dict[str, str]:
    """Return every physical column of an object, unquoted, with its type."""
    own = {f.column or "": type_of(f) for f in target.stored}
    return {**dict(HEAD), **own, **{f.kept or "": kept_type(f) for f in target.kept}}


def listed(prefix: str, names: Iterable[str]) -> str:
    """Return `prefix.a, prefix.b, …`."""
    return ", ".join(f"{prefix}.{name}" for name in names)


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement in PostgreSQL's own `$n` style and the names of its parameters in order."""

    text: str
    names: tuple[str, ...]


def numbered(text: str) -> Statement:
    """Turn `%(name)s` text into a `Statement`, once, when a plan is compiled.

    psycopg would search the long text again at every execution.
    """
    names: list[str] = []

    def place(match: re.Match[str]) -> str:
        name = match.group(1)
        if name is None:
            return "%"
        if name not in names:
            names.append(name)
        return f"${names.index(name) + 1}"

    return Statement(_PARAMETER.sub(place, text), tuple(names))


def created_param(target: Object) -> str:
    """Return the parameter holding the ids this changeset creates in an object."""
    return f"created_{target.table}"


def deleted_param(target: Object) -> str:
    """Return the parameter holding the ids this changeset deletes in an object."""
    return f"deleted_{target.table}"
