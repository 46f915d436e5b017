"""Pieces of SQL every statement of the read is made of."""

from collections.abc import Iterable

from psycopg import sql

from changliu.formula.emitter.fragment import EmitEnv
from changliu.formula.model import Kind
from changliu.formula.world import ObjectFact
from changliu.schema.model import SYSTEM_COLUMNS, Object

KEY_TYPES = {
    Kind.NUMBER: "numeric",
    Kind.TEXT: "text",
    Kind.BOOL: "boolean",
    Kind.DATE: "date",
    Kind.DATETIME: "timestamptz",
    Kind.CHOICE: "integer",
    Kind.REF: "uuid",
}


def quoted(*names: str) -> str:
    """Return a quoted, dotted identifier."""
    return sql.Identifier(*names).as_string(None)


def table(fact: ObjectFact) -> str:
    """Return the schema-qualified table of an object."""
    return quoted(fact.schema, fact.table)


def columns(found: Object, alias: str) -> list[str]:
    """Return every physical column of an object's rows as `alias.column`."""
    own = (f.column or f.kept for f in found.fields)
    names = (*SYSTEM_COLUMNS, *(name for name in own if name))
    return [quoted(alias, name) for name in names]


def conjunction(parts: Iterable[str]) -> str:
    """Join conditions with AND; `TRUE` when none is left."""
    kept = [f"({part})" for part in parts if part and part.upper() != "TRUE"]
    return " AND ".join(kept) or "TRUE"


def source(fact: ObjectFact, *envs: EmitEnv) -> str:
    """Return `table AS r` with the joins its expressions asked for."""
    return f"{table(fact)} AS r" + "".join(env.joins.sql() for env in envs)


def live(fact: ObjectFact, alias: str = "r") -> str:
    """Return the condition that a row is not deleted."""
    return f"{quoted(alias, 'deleted_at')} IS NULL" if fact.soft_deleted else "TRUE"


def deleted(fact: ObjectFact, alias: str = "r") -> str:
    """Return the condition that a row lies in the trash."""
    return f"{quoted(alias, 'deleted_at')} IS NOT NULL" if fact.soft_deleted else "FALSE"


def spaced(*parts: str) -> str:
    """Join the non-empty parts of a statement."""
    return " ".join(part for part in parts if part)
