"""Runs the migration chain: the control schema first, then every workspace, several at a time.

1. One transaction under an advisory lock brings the control schema and the formula functions up.
2. Each workspace that is behind is marked `migrating` (readable, not writable), then changed in one
   transaction that also marks it `live`. Killed anywhere, the next run goes on where it stopped.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

import psycopg
from psycopg import sql
from psycopg.rows import TupleRow

from changliu.kit import clock, failpoints
from changliu.kit.db import Workspace, advisory_key
from changliu.kit.errors import Conflict, Unavailable
from changliu.kit.ids import uuid7
from changliu.kit.migrate import Chain, Migration, fill, read_baseline
from changliu.kit.postgres.workspaces import name_taken

CONTROL_LOCK = 0x63686C00_7FFFFFFF
# The schema that marks a database in which a restore was cut off.
RESTORING = "changliu_restoring"
PARALLEL = 4
Connection = psycopg.AsyncConnection[TupleRow]

_BOOTSTRAP = """
CREATE SCHEMA IF NOT EXISTS changliu;
CREATE SCHEMA IF NOT EXISTS changliu_fx;
GRANT USAGE ON SCHEMA changliu TO changliu_app, changliu_eraser;
GRANT USAGE ON SCHEMA changliu_fx TO PUBLIC;
ALTER DEFAULT PRIVILEGES IN SCHEMA changliu GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES
  TO changliu_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA changliu GRANT USAGE, SELECT ON SEQUENCES TO changliu_app;
CREATE TABLE changliu.migration (
  room text, number integer, name text NOT NULL, digest text NOT NULL, at timestamptz NOT NULL,
  PRIMARY KEY (room, number)
);
REVOKE INSERT, UPDATE, DELETE ON changliu.migration FROM changliu_app;
GRANT SELECT ON changliu.migration TO changliu_eraser
"""

_NEW_SCHEMA = """
CREATE SCHEMA {schema};
GRANT USAGE ON SCHEMA {schema} TO {role}, changliu_eraser;
"""

_WORKSPACE_GRANTS = """
ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES
  TO {role};
ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT USAGE, SELECT ON SEQUENCES TO {role};
"""

_MIGRATION_TABLE = """
CREATE TABLE {schema}.migration (
  room text, number integer, name text NOT NULL, digest text NOT NULL, at timestamptz NOT NULL,
  PRIMARY KEY (room, number)
);
REVOKE INSERT, UPDATE, DELETE ON {schema}.migration FROM {role};
"""

_RECORD = "INSERT INTO {} (room, number, name, digest, at) VALUES (%s, %s, %s, %s, %s)"


@dataclass(frozen=True, slots=True)
class Failure:
    """A workspace that stayed behind, and why."""

    workspace: Workspace
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a run did: control files applied, workspaces brought up, workspaces left behind."""

    control: int
    workspaces: int
    failures: tuple[Failure, ...]


async def migrate(
    owner_dsn: str, chain: Chain, *, test_clock: bool = False, parallel: int = PARALLEL
) -> Report:
    """Bring the installation up to the chain.

    `test_clock` is written when the installation is made and can never be turned on later.
    Raises `Unavailable` when the control schema cannot be changed, `Conflict`
    (`migration.changed`, `test_clock.late`) when this program does not fit the data, or
    (`restore.unfinished`) when the data is half restored.
    """
    async with await _connect(owner_dsn) as conn:
        applied = await _migrate_control(conn, chain, test_clock)
        behind = await _workspaces_behind(conn, chain)
    gate = asyncio.Semaphore(parallel)

    async def bring_up(workspace: Workspace) -> Failure | None:
        async with gate:
            return await _migrate_workspace(owner_dsn, chain, workspace)

    outcomes = await asyncio.gather(*(bring_up(workspace) for workspace in behind))
    failures = tuple(failure for failure in outcomes if failure is not None)
    return Report(applied, len(behind) - len(failures), failures)


async def create_workspace(owner_dsn: str, chain: Chain, name: str, timezone: str) -> Workspace:
    """Make a workspace, whole or not at all: row, schema, role, tables.

    Raises `Conflict` (`workspace.exists`) when the name is taken.
    """
    async with await _connect(owner_dsn) as conn, conn.transaction():
        workspace = await _register(conn, chain, name, timezone)
        await ensure_role(conn, workspace.schema)
        await conn.execute(_literal(fill(_NEW_SCHEMA, workspace.schema)))
        baseline = read_baseline(chain)
        if baseline is None:
            await _build_from_chain(conn, chain, workspace.schema)
        else:
            await conn.execute(_literal(fill(baseline, workspace.schema)))
            await _record(conn, workspace.schema, chain.workspace)
        failpoints.reach("migrate.create")
    return workspace


async def build_from_chain(owner_dsn: str, chain: Chain, workspace: Workspace) -> None:
    """Make the tables of an empty schema file by file; the baseline is generated from it."""
    async with await _connect(owner_dsn) as conn, conn.transaction():
        await ensure_role(conn, workspace.schema)
        await conn.execute(_literal(fill(_NEW_SCHEMA, workspace.schema)))
        await _build_from_chain(conn, chain, workspace.schema)


async def _connect(dsn: str) -> Connection:
    return await psycopg.AsyncConnection.connect(
        dsn, autocommit=True, options="-c TimeZone=UTC -c client_min_messages=warning"
    )


async def _migrate_control(conn: Connection, chain: Chain, test_clock: bool) -> int:
    async with conn.transaction():
        await conn.execute("SELECT pg_advisory_xact_lock(%s)", [CONTROL_LOCK])
        await _refuse_half_restored(conn)
        known = await conn.execute("SELECT to_regclass('changliu.migration') IS NOT NULL")
        if await known.fetchone() != (True,):
            await conn.execute(_BOOTSTRAP)
        pending = await _pending(conn, "changliu", chain.control)
        for migration in pending:
            await conn.execute(_literal(migration.text))
        await _record(conn, "changliu", pending)
        await _install_functions(conn, chain.functions)
        await _settle_installation(conn, test_clock)
    return len(pending)


async def _refuse_half_restored(conn: Connection) -> None:
    cursor = await conn.execute("SELECT to_regnamespace(%s) IS NOT NULL", [RESTORING])
    if await cursor.fetchone() == (True,):
        raise Conflict(
            "restore.unfinished",
            "上一次恢复没有完成，数据还不能使用；请重新运行同一条 changliu restore 命令。",
            "A restore was cut off and its data cannot be used: run the same changliu restore"
            " again.",
        )


async def _install_functions(conn: Connection, functions: str) -> None:
    digest = sha256(functions.encode()).hexdigest()
    known = await conn.execute(
        "SELECT digest FROM changliu.migration WHERE room = 'formula.functions' AND number = 0"
    )
    if not functions or await known.fetchone() == (digest,):
        return
    await conn.execute(_literal(functions))
    await conn.execute(
        "INSERT INTO changliu.migration (room, number, name, digest, at)"
        " VALUES ('formula.functions', 0, 'functions', %s, %s)"
        " ON CONFLICT (room, number) DO UPDATE SET digest = excluded.digest, at = excluded.at",
        [digest, clock.real()],
    )


async def _settle_installation(conn: Connection, test_clock: bool) -> None:
    cursor = await conn.execute("SELECT test_clock FROM changliu.installation")
    row = await cursor.fetchone()
    if row is None:
        await conn.execute(
            "INSERT INTO changliu.installation (id, test_clock, created_at) VALUES (%s, %s, %s)",
            [uuid7(), test_clock, clock.real()],
        )
    elif test_clock and row != (True,):
        raise Conflict(
            "test_clock.late",
            "这个数据文件夹建立时没有 --test-clock，不能再打开；请用新的 --data 文件夹。",
            "This data folder was not made with --test-clock and cannot get it now; use a new"
            " --data folder.",
        )


async def _workspaces_behind(conn: Connection, chain: Chain) -> list[Workspace]:
    cursor = await conn.execute(
        "SELECT id, name, schema, timezone FROM changliu.workspace"
        " WHERE migrated_to <> %s OR state <> 'live' ORDER BY id",
        [chain.target],
    )
    return [Workspace(*row) for row in await cursor.fetchall()]


async def _migrate_workspace(dsn: str, chain: Chain, workspace: Workspace) -> Failure | None:
    async with await _connect(dsn) as conn:
        await conn.execute(
            "UPDATE changliu.workspace SET state = 'migrating' WHERE id = %s", [workspace.id]
        )
        try:
            async with conn.transaction():
                await _catch_up(conn, chain, workspace)
                failpoints.reach("migrate.workspace")
        except (psycopg.Error, Conflict) as error:
            await conn.execute(
                "UPDATE changliu.workspace SET error = %s WHERE id = %s",
                [str(error)[:2000], workspace.id],
            )
            return Failure(workspace, str(error))
    return None


async def _catch_up(conn: Connection, chain: Chain, workspace: Workspace) -> None:
    await conn.execute("SELECT pg_advisory_xact_lock(%s)", [advisory_key(workspace)])
    schema = workspace.schema
    pending = await _pending(conn, schema, chain.workspace)
    for migration in pending:
        await conn.execute(_literal(migration.for_schema(schema)))
    await _record(conn, schema, pending)
    bump = sql.SQL("UPDATE {}.state SET catalogue = catalogue + 1, identity = identity + 1")
    await conn.execute(bump.format(sql.Identifier(schema)))
    await conn.execute(
        "UPDATE changliu.workspace SET state = 'live', error = NULL, migrated_to = %s"
        " WHERE id = %s",
        [chain.target, workspace.id],
    )


async def _pending(
    conn: Connection, schema: str, migrations: Sequence[Migration]
) -> list[Migration]:
    query = sql.SQL("SELECT room, number, digest FROM {}").format(_table(schema))
    cursor = await conn.execute(query)
    applied = {(room, number): digest for room, number, digest in await cursor.fetchall()}
    for migration in migrations:
        digest = applied.get((migration.room, migration.number))
        if digest is not None and digest != migration.digest:
            name = f"{migration.room}/{migration.number:04d}_{migration.name}.sql"
            raise Conflict(
                "migration.changed",
                f"迁移文件 {name} 在执行之后被改动；请恢复原文件，另加一个新编号的文件。",
                f"The migration {name} was changed after it ran: restore it and add a new number.",
            )
    return [m for m in migrations if (m.room, m.number) not in applied]


async def _record(conn: Connection, schema: str, done: Sequence[Migration]) -> None:
    query = sql.SQL(_RECORD).format(_table(schema))
    rows = [(m.room, m.number, m.name, m.digest, clock.real()) for m in done]
    async with conn.cursor() as cursor:
        await cursor.executemany(query, rows)


async def _build_from_chain(conn: Connection, chain: Chain, schema: str) -> None:
    await conn.execute(_literal(fill(_WORKSPACE_GRANTS, schema)))
    await conn.execute(_literal(fill(_MIGRATION_TABLE, schema)))
    for migration in chain.workspace:
        await conn.execute(_literal(migration.for_schema(schema)))
    await _record(conn, schema, chain.workspace)


async def _register(conn: Connection, chain: Chain, name: str, timezone: str) -> Workspace:
    cursor = await conn.execute("SELECT nextval('changliu.workspace_id_seq')")
    row = await cursor.fetchone()
    if row is None:
        raise Unavailable("workspace.number", "没有可用的工作区编号。", "No workspace number.")
    workspace = Workspace(row[0], name, f"ws_{row[0]}", timezone)
    try:
        await conn.execute(
            "INSERT INTO changliu.workspace"
            " (id, name, schema, timezone, state, migrated_to, created_at)"
            " VALUES (%s, %s, %s, %s, 'live', %s, %s)",
            [workspace.id, name, workspace.schema, timezone, chain.target, clock.real()],
        )
    except psycopg.errors.UniqueViolation as error:
        raise name_taken(name) from error
    return workspace


async def ensure_role(conn: Connection, schema: str) -> None:
    """Make a workspace's role, when missing: roles belong to the whole cluster, where another
    database may have the same one."""
    role = sql.Identifier(schema)
    try:
        async with conn.transaction():
            await conn.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(role))
            grant = sql.SQL(
                "GRANT {} TO changliu_app, changliu_eraser WITH INHERIT FALSE, SET TRUE"
            )
            await conn.execute(grant.format(role))
    except (psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation):
        return


def _table(schema: str) -> sql.Identifier:
    return sql.Identifier(schema, "migration")


def _literal(text: str) -> sql.SQL:
    """SQL of our own files, percent signs and all."""
    return sql.SQL(text)
