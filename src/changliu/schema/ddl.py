"""Runs physical steps: the only room whose tables change while people work.

Policy (measured in the research pages): explicit names, 50 ms of waiting for a lock then retry,
nothing that rewrites a table, indexes of big tables built concurrently before they count.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import LiteralString

import psycopg
from psycopg import sql

from changliu.fields.protocol import Storage
from changliu.kit.db import Database, Tx, Workspace, advisory_key
from changliu.kit.errors import Fault, Invalid
from changliu.kit.failpoints import reach
from changliu.kit.retry import retry_locked
from changliu.schema.body import FormerType
from changliu.schema.plan import Index, Step

# Rows up to which an index is built inside the transaction (some 20 ms of an exclusive lock).
SMALL = 10_000
# The lock that lets one change of structure run at a time; the tag differs from kit.db's.
_TURN_TAG = 0x63686D00_00000000
EXAMPLES = 5  # duplicates named in a refusal

_SYSTEM: LiteralString = """
  CREATE TABLE {schema}.{table} (
    id uuid PRIMARY KEY, version integer NOT NULL,
    created_at timestamptz NOT NULL, created_by uuid NOT NULL,
    updated_at timestamptz NOT NULL, updated_by uuid NOT NULL,
    owner uuid, team uuid, deleted_at timestamptz, deleted_by uuid)"""
_LISTS: tuple[tuple[str, LiteralString], ...] = (
    ("owner", "(owner, created_at DESC, id)"),
    ("team", "(team, created_at DESC, id)"),
    ("created", "(created_at DESC, id)"),
)


class BuildFirst(Exception):  # noqa: N818 -- a request, not a failure
    """An index of a big table must be built outside the transaction before the change counts."""

    def __init__(self, table: str, column: str, storage: Storage, index: Index) -> None:
        super().__init__(index.name)
        self.table, self.column, self.storage, self.index = table, column, storage, index


@dataclass(frozen=True, slots=True)
class Moved:
    """A field on its way to another type: the column it will be read from (None: it is computed),
    and what it was."""

    column: str | None
    former: tuple[FormerType, ...]


@dataclass(slots=True)
class Turn:
    """One change of structure, across its attempts: what is built already, which ids are given.

    `moved` holds the fields that may change their type in it, by id.
    """

    ready: set[str] = field(default_factory=set)
    built: list[Index] = field(default_factory=list)
    ids: dict[str, str] = field(default_factory=dict)
    created: set[str] = field(default_factory=set)
    moved: dict[str, Moved] = field(default_factory=dict)
    swapped: bool = False


async def take_turn(tx: Tx) -> None:
    """Wait (50 ms) for other changes of structure in this workspace to finish."""
    assert tx.workspace is not None
    key = _TURN_TAG | tx.workspace.id
    await tx.execute(sql.SQL("SELECT pg_advisory_xact_lock({})").format(key))


async def swap(tx: Tx, turn: Turn) -> None:
    """Let running writers finish and hold new ones back until commit."""
    if not turn.swapped:
        assert tx.workspace is not None
        key = advisory_key(tx.workspace)
        await tx.execute(sql.SQL("SELECT pg_advisory_xact_lock({})").format(key))
        turn.swapped = True


async def run(tx: Tx, turn: Turn, steps: Sequence[Step]) -> None:
    """Run physical steps in order; raises `BuildFirst` when one needs a big index."""
    for step in steps:
        if step.op == "create_table":
            await _create_table(tx, step.table)
            turn.created.add(step.table)
        elif step.op in _RUNNERS:
            if step.table not in turn.created:
                await swap(tx, turn)
            await _RUNNERS[step.op](tx, turn, step)


async def _create_table(tx: Tx, table: str) -> None:
    await tx.execute(_names(_SYSTEM, tx, table))
    for name, columns in _LISTS:
        create = sql.SQL("CREATE INDEX {} ON {}.{} {} WHERE deleted_at IS NULL").format(
            sql.Identifier(f"{table}_{name}"),
            sql.Identifier(tx.schema),
            sql.Identifier(table),
            sql.SQL(columns),
        )
        await tx.execute(create)
    grant: LiteralString = "GRANT SELECT, INSERT, UPDATE, DELETE ON {schema}.{table} TO {schema}"
    await tx.execute(_names(grant, tx, table))


async def _add_column(tx: Tx, turn: Turn, step: Step) -> None:
    assert step.storage is not None
    if step.column not in turn.ready:
        await tx.execute(_add_column_sql(tx.schema, step.table, step.column, step.storage))


async def _create_sequence(tx: Tx, turn: Turn, step: Step) -> None:
    if step.column in turn.ready:
        return
    name = sql.Identifier(tx.schema, sequence_name(step.column))
    create = sql.SQL("CREATE SEQUENCE IF NOT EXISTS {} MINVALUE 0 START {}").format(
        name, step.start
    )
    await tx.execute(create)
    grant = sql.SQL("GRANT USAGE ON SEQUENCE {} TO {}").format(name, sql.Identifier(tx.schema))
    await tx.execute(grant)


async def _carry_number(tx: Tx, turn: Turn, step: Step) -> None:  # noqa: ARG001
    """Set the sequence to the highest count, and begin counting from it: nothing is given twice."""
    names = {
        "counter": sql.Identifier(tx.schema, "number_counter"),
        "sequence": sql.Literal(sql.Identifier(tx.schema, sequence_name(step.column)).as_string()),
        "field": sql.Literal(step.column),
    }
    carry: LiteralString = """
      SELECT setval({sequence}, greatest(max(last), pg_sequence_last_value({sequence}::regclass)))
      FROM {counter} WHERE field = {field} HAVING count(*) > 0"""
    await tx.rows(sql.SQL(carry).format(**names))
    await tx.execute(sql.SQL("DELETE FROM {counter} WHERE field = {field}").format(**names))


async def _add_index(tx: Tx, turn: Turn, step: Step) -> None:
    assert step.index is not None
    assert step.storage is not None
    if step.index.name in turn.ready:
        return
    if step.table not in turn.created and not await is_small(tx, step.table):
        raise BuildFirst(step.table, step.column, step.storage, step.index)
    if step.index.unique:
        await _refuse_duplicates(tx, step.table, step.column, step.index)
    await tx.execute(_create_index_sql(tx.schema, step.table, step.column, step.index, False))


async def _drop_index(tx: Tx, turn: Turn, step: Step) -> None:  # noqa: ARG001
    assert step.index is not None
    await tx.execute(_drop_index_sql(tx.schema, step.index, False))


_RUNNERS = {
    "add_column": _add_column,
    "create_sequence": _create_sequence,
    "carry_number": _carry_number,
    "add_index": _add_index,
    "drop_index": _drop_index,
}


async def build(database: Database, workspace: Workspace, turn: Turn, need: BuildFirst) -> None:
    """Add the column when it is new, then build its index concurrently, without blocking anyone.

    Raises `Invalid` (code `field.duplicates`) with examples; the half-built index is dropped.
    """
    await retry_locked(lambda: _prepare_column(database, workspace, need))
    turn.ready.add(need.column)
    schema, table, index = workspace.schema, need.table, need.index
    conn = await psycopg.AsyncConnection.connect(database.owner_dsn, autocommit=True)
    async with conn:
        await conn.execute(_drop_index_sql(schema, index, True))
        if index.unique:
            async with database.ddl(workspace, exclusive=False) as tx:
                await _refuse_duplicates(tx, table, need.column, index)
        reach("schema.index")
        try:
            await conn.execute(_create_index_sql(schema, table, need.column, index, True))
        except psycopg.errors.UniqueViolation as error:
            await conn.execute(_drop_index_sql(schema, index, True))
            raise duplicates([str(error.diag.message_detail or "")]) from error
    turn.ready.add(index.name)
    turn.built.append(index)


async def discard(database: Database, workspace: Workspace, turn: Turn) -> None:
    """Drop the indexes built for a change that failed after all: they would go on refusing rows."""
    if not turn.built:
        return
    async with await psycopg.AsyncConnection.connect(database.owner_dsn, autocommit=True) as conn:
        for index in turn.built:
            await conn.execute(_drop_index_sql(workspace.schema, index, True))


async def _prepare_column(database: Database, workspace: Workspace, need: BuildFirst) -> None:
    async with database.ddl(workspace, exclusive=False) as tx:
        await tx.execute(_add_column_sql(tx.schema, need.table, need.column, need.storage))


async def is_small(tx: Tx, table: str) -> bool:
    """Say whether a table has few enough rows to be indexed inside the transaction."""
    query: LiteralString = (
        "SELECT count(*) FROM (SELECT 1 FROM {schema}.{table} LIMIT {limit}) AS few"
    )
    text = sql.SQL(query).format(
        schema=sql.Identifier(tx.schema), table=sql.Identifier(table), limit=SMALL + 1
    )
    row = await tx.row(text)
    return row is not None and row[0] <= SMALL


async def _refuse_duplicates(tx: Tx, table: str, column: str, index: Index) -> None:
    query: LiteralString = """
      SELECT min({column}::text), count(*) FROM {schema}.{table}
      WHERE deleted_at IS NULL AND {column} IS NOT NULL
      GROUP BY {key} HAVING count(*) > 1 ORDER BY 2 DESC, 1 LIMIT {limit}"""
    text = sql.SQL(query).format(
        schema=sql.Identifier(tx.schema),
        table=sql.Identifier(table),
        column=sql.Identifier(column),
        key=unique_key(index.key, sql.Identifier(column)),
        limit=EXAMPLES,
    )
    rows = await tx.rows(text)
    if rows:
        raise duplicates([f"{value} ×{count}" for value, count in rows])


def duplicates(examples: Sequence[str]) -> Invalid:
    """Return the refusal of a unique field whose rows repeat values."""
    shown = "；".join(example[:60] for example in examples)
    zh = f"现有记录里有重复的值：{shown}。请先合并或修改这些记录，再设为唯一。"
    en = f"Existing records repeat values: {shown}. Merge or change them first, then set unique."
    return Invalid("field.duplicates", zh, en, [Fault("field.duplicates", zh, en, "unique")])


def unique_key(normalisation: str, column: sql.Composable) -> sql.Composed:
    """Return the expression a unique index is on; a search for it must use the same text.

    `exact` compares values, `casefold` texts without case and width, `digits` digits only; texts
    are hashed, because an index entry may not exceed 2.7 kB.
    """
    shapes: dict[str, LiteralString] = {
        "exact": "{}",
        "text": "md5({})",
        "casefold": "md5(lower(normalize({}, NFKC)))",
        "digits": "regexp_replace({}, '[^0-9]', '', 'g')",
    }
    return sql.SQL(shapes[normalisation]).format(column)


def sequence_name(column: str) -> str:
    """Return the name of the sequence that numbers a field: f_12 → s_12."""
    return f"s_{column.removeprefix('f_')}"


def _add_column_sql(schema: str, table: str, column: str, storage: Storage) -> sql.Composed:
    return sql.SQL("ALTER TABLE {}.{} ADD COLUMN IF NOT EXISTS {} {}").format(
        sql.Identifier(schema),
        sql.Identifier(table),
        sql.Identifier(column),
        sql.SQL(_SQL_TYPES[storage.sql_type]),
    )


# Every type a field may be stored as; anything else is a programming error.
_SQL_TYPES: dict[str, LiteralString] = {
    "text": "text",
    "numeric": "numeric",
    "bigint": "bigint",
    "integer": "integer",
    "boolean": "boolean",
    "date": "date",
    "timestamptz": "timestamptz",
    "uuid": "uuid",
    "jsonb": "jsonb",
    "uuid[]": "uuid[]",
    "text[]": "text[]",
}


def _create_index_sql(
    schema: str, table: str, column: str, index: Index, concurrently: bool
) -> sql.Composed:
    identifier = sql.Identifier(column)
    expression = unique_key(index.key, identifier) if index.unique else sql.Composed([identifier])
    return sql.SQL(
        "CREATE {unique}INDEX {how}{name} ON {schema}.{table} USING {method} (({expression}))"
        " WHERE deleted_at IS NULL"
    ).format(
        unique=sql.SQL("UNIQUE " if index.unique else ""),
        how=sql.SQL("CONCURRENTLY " if concurrently else ""),
        name=sql.Identifier(index.name),
        schema=sql.Identifier(schema),
        table=sql.Identifier(table),
        method=sql.SQL("gin" if index.method == "gin" else "btree"),
        expression=expression,
    )


def _drop_index_sql(schema: str, index: Index, concurrently: bool) -> sql.Composed:
    how = sql.SQL("CONCURRENTLY " if concurrently else "")
    name = sql.Identifier(schema, index.name)
    return sql.SQL("DROP INDEX {}IF EXISTS {}").format(how, name)


def _names(text: LiteralString, tx: Tx, table: str) -> sql.Composed:
    return sql.SQL(text).format(schema=sql.Identifier(tx.schema), table=sql.Identifier(table))
