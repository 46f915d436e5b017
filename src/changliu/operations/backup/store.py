"""What backup and restore say to the database, as the owner and on a connection of their own."""

import re
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import TupleRow

from changliu.kit.db import Workspace
from changliu.kit.errors import Conflict
from changliu.kit.migrate import Migration
from changliu.kit.postgres.migrations import RESTORING

Connection = psycopg.AsyncConnection[TupleRow]
# One restore at a time into a database; the tag differs from every other lock's.
_RESTORE_LOCK = 0x63686C01_00000000

# Tables of the control schema in the order of their references, each with the rows that belong to
# the chosen workspaces; everything of the others stays out of their archive.
_OF_MEMBERS = (
    "WHERE id IN (SELECT account FROM changliu.membership WHERE workspace = ANY ({ids}::integer[]))"
)
_OF_WORKSPACE = "WHERE workspace = ANY ({ids}::integer[])"
CONTROL_ROWS: Mapping[str, str] = {
    "migration": "",
    "installation": "",
    "test_clock": "",
    "workspace": "WHERE id = ANY ({ids}::integer[])",
    "account": _OF_MEMBERS,
    "recovery_code": _OF_MEMBERS.replace("WHERE id", "WHERE account"),
    "membership": _OF_WORKSPACE,
    "token": _OF_WORKSPACE,
}
# Not kept: who is signed in or tries to, which processes run.
CONTROL_LEFT = ("session", "sign_in_attempt", "worker")
_MADE = re.compile(r"CREATE TABLE (?:IF NOT EXISTS )?changliu\.([a-z_]+)")


def control_tables(level: Iterable[Migration]) -> tuple[str, ...]:
    """Return the tables of `CONTROL_ROWS` that an installation with these migrations has."""
    made = {name for migration in level for name in _MADE.findall(migration.text)}
    return tuple(table for table in CONTROL_ROWS if table in {"migration", *made})


@dataclass(frozen=True, slots=True)
class Found:
    """What lies in a database: schemas of ours, and the mark of a restore cut off (its text)."""

    schemas: tuple[str, ...]
    mark: str | None


def connection_parts(dsn: str) -> tuple[str, str]:
    """Return a DSN without its password, and the password: other users read command lines."""
    parts = {key: str(value) for key, value in conninfo_to_dict(dsn).items()}
    password = parts.pop("password", "")
    return make_conninfo(**parts), password


@asynccontextmanager
async def connected(dsn: str) -> AsyncIterator[Connection]:
    """Open a connection that commits each statement, closed afterwards."""
    options = "-c TimeZone=UTC -c client_min_messages=warning"
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True, options=options) as conn:
        yield conn


@asynccontextmanager
async def snapshot(conn: Connection) -> AsyncIterator[str]:
    """Hold one view of the whole database open and yield its name, which pg_dump takes."""
    await conn.set_isolation_level(psycopg.IsolationLevel.REPEATABLE_READ)
    await conn.set_read_only(True)
    async with conn.transaction():
        row = await (await conn.execute("SELECT pg_export_snapshot()")).fetchone()
        assert row is not None
        yield str(row[0])


async def keep_files(conn: Connection, schema: str) -> bool:
    """Keep the bytes of a workspace's files from being removed for as long as this connection
    lives; False while somebody else does, or removes some."""
    query = "SELECT pg_try_advisory_lock(hashtextextended(%s, 2))"
    return await (await conn.execute(query, [schema])).fetchone() == (True,)


async def server_major(conn: Connection) -> int:
    """Return the server's major version, such as 18."""
    return conn.info.server_version // 10000


async def list_workspaces(conn: Connection) -> list[Workspace]:
    """Return every workspace, oldest first."""
    query = "SELECT id, name, schema, timezone FROM changliu.workspace ORDER BY id"
    return [Workspace(*row) for row in await (await conn.execute(query)).fetchall()]


async def list_files(conn: Connection, schema: str) -> list[str]:
    """Return the digests of a workspace's files, sorted."""
    query = sql.SQL("SELECT DISTINCT sha256 FROM {}.file ORDER BY sha256")
    cursor = await conn.execute(query.format(sql.Identifier(schema)))
    return [row[0] for row in await cursor.fetchall()]


async def read_rows(
    conn: Connection, table: str, workspaces: Sequence[int]
) -> AsyncIterator[bytes]:
    """Yield a control table's rows as COPY writes them: those of the chosen workspaces."""
    where = sql.SQL(CONTROL_ROWS[table]).format(ids=sql.Literal(list(workspaces)))
    query = sql.SQL("COPY (SELECT * FROM {} {} ORDER BY 1) TO STDOUT").format(
        sql.Identifier("changliu", table), where
    )
    async with conn.cursor() as cursor, cursor.copy(query) as copy:
        async for chunk in copy:
            yield bytes(chunk)


async def look(conn: Connection) -> Found:
    """Say what lies in the database."""
    cursor = await conn.execute(
        "SELECT nspname::text, obj_description(oid, 'pg_namespace') FROM pg_namespace"
        " WHERE nspname IN ('changliu', 'changliu_fx', %s) OR nspname ~ '^ws_[0-9]+$'",
        [RESTORING],
    )
    rows: dict[str, str | None] = {str(name): text for name, text in await cursor.fetchall()}
    mark = rows.pop(RESTORING, None) or "" if RESTORING in rows else None
    return Found(tuple(sorted(rows)), mark)


async def take_database(conn: Connection) -> None:
    """Let nobody else restore into this database while the connection lives.

    Raises `Conflict` (`restore.busy`).
    """
    cursor = await conn.execute("SELECT pg_try_advisory_lock(%s)", [_RESTORE_LOCK])
    if await cursor.fetchone() != (True,):
        raise Conflict(
            "restore.busy",
            "正在往这个数据库恢复，请等它结束后再试。",
            "Something is being restored into this database: wait until it has ended.",
        )


async def mark(conn: Connection, text: str) -> None:
    """Say that a restore is under way: until the mark is gone nothing here counts."""
    async with conn.transaction():
        name = sql.Identifier(RESTORING)
        await conn.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(name))
        comment = sql.SQL("COMMENT ON SCHEMA {} IS {}")
        await conn.execute(comment.format(name, sql.Literal(text)))


async def drop_schemas(conn: Connection, schemas: Iterable[str]) -> None:
    """Drop what a restore that was cut off has made."""
    for schema in schemas:
        drop = sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE")
        await conn.execute(drop.format(sql.Identifier(schema)))


async def analyse(conn: Connection, schema: str) -> None:
    """Let the planner look at the restored tables of a workspace."""
    cursor = await conn.execute(
        "SELECT relname::text FROM pg_class WHERE relnamespace = %s::regnamespace"
        " AND relkind = 'r' AND reltuples <> 0 ORDER BY 1",
        [schema],
    )
    for (table,) in await cursor.fetchall():
        await conn.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(schema, table)))


@asynccontextmanager
async def settling(conn: Connection) -> AsyncIterator[None]:
    """Write control rows in one transaction that also takes the mark away: the moment from which
    the restored installation counts."""
    async with conn.transaction():
        yield
        await conn.execute(
            "SELECT setval('changliu.workspace_id_seq', max(id)) FROM changliu.workspace"
        )
        await conn.execute(sql.SQL("DROP SCHEMA {}").format(sql.Identifier(RESTORING)))


async def write_rows(conn: Connection, table: str, chunks: Iterable[bytes]) -> None:
    """Fill a control table with rows as COPY wrote them."""
    query = sql.SQL("COPY {} FROM STDIN").format(sql.Identifier("changliu", table))
    async with conn.cursor() as cursor, cursor.copy(query) as copy:
        for chunk in chunks:
            await copy.write(chunk)


async def pause(conn: Connection, at: datetime) -> None:
    """Let every workspace rest; an archive of an earlier program has no column for that yet."""
    await conn.execute(
        "ALTER TABLE changliu.workspace ADD COLUMN IF NOT EXISTS paused_at timestamptz"
    )
    await conn.execute("UPDATE changliu.workspace SET paused_at = %s", [at])


async def keep_only(conn: Connection, workspaces: Sequence[int]) -> None:
    """Drop the control rows of workspaces that were not chosen, and accounts of nobody."""
    ids = [list(workspaces)]
    for table in ("token", "membership"):
        query = sql.SQL("DELETE FROM {} WHERE NOT workspace = ANY (%s::integer[])")
        await conn.execute(query.format(sql.Identifier("changliu", table)), ids)
    await conn.execute("DELETE FROM changliu.workspace WHERE NOT id = ANY (%s::integer[])", ids)
    await conn.execute(
        "DELETE FROM changliu.account WHERE id NOT IN (SELECT account FROM changliu.membership)"
    )
