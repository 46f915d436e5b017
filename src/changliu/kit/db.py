"""The database: pools, and the one transaction every request, job and command runs in.

A workspace is a PostgreSQL schema with a role of its own. `Database.transaction` opens with one
round trip: BEGIN, business time, the workspace's role and limits, and the two version counters.
Nothing else in the program commits.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, LiteralString, TypeVar
from uuid import UUID

import orjson
import psycopg
from psycopg import sql
from psycopg.abc import Buffer
from psycopg.types.array import ListDumper
from psycopg.types.json import set_json_dumps, set_json_loads
from psycopg.types.uuid import UUIDDumper
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from changliu.kit import clock
from changliu.kit.errors import Invalid, Unavailable

set_json_dumps(orjson.dumps)
set_json_loads(orjson.loads)
_ARRAY = bytes.maketrans(b"[]", b"{}")


class _ListDumper(ListDumper):
    """Lists of ids, thousands of them in a large changeset, all at once; others as ever."""

    def dump(self, obj: list[Any]) -> Buffer | None:
        if isinstance(self.sub_dumper, UUIDDumper):
            return orjson.dumps(obj).translate(_ARRAY, b'"')
        return super().dump(obj)


psycopg.adapters.register_dumper(list, _ListDumper)

Query = LiteralString | sql.SQL | sql.Composed
Params = Sequence[Any] | Mapping[str, Any] | None
Row = tuple[Any, ...]
T = TypeVar("T")
Connection = psycopg.AsyncConnection[Row]
Pool = AsyncConnectionPool[Connection]

# Shapes a statement may take: measured by its own room, never above these (design §7).
LIST_TIMEOUT_MS, QUERY_TIMEOUT_MS, WRITE_TIMEOUT_MS = 5_000, 30_000, 60_000
# DDL waits this long for a lock and then lets everyone else go first (research, policy of §5).
DDL_LOCK_MS = 50


@dataclass(frozen=True, slots=True)
class Workspace:
    """A tenant: its number, its schema `ws_<number>` (also its role), and its name."""

    id: int
    name: str
    schema: str
    timezone: str = "Asia/Shanghai"


@dataclass(slots=True)
class Tx:
    """An open transaction: connection, its fixed business instant, the workspace's counters."""

    conn: Connection
    now: datetime
    workspace: Workspace | None
    catalogue_version: int = 0
    identity_version: int = 0
    after_commit: list[Callable[[], None]] = field(default_factory=list)
    acting: UUID | None = None  # the member on whose behalf; None: the program itself

    @property
    def schema(self) -> str:
        """The workspace's schema; raises LookupError in a control transaction."""
        if self.workspace is None:
            raise LookupError("this transaction is not in a workspace")
        return self.workspace.schema

    @property
    def home(self) -> str:
        """Database and schema: what is kept outside of the database names the workspace so."""
        return f"{self.conn.info.dbname}.{self.schema}"

    @property
    def place(self) -> str:
        """Server, database and schema: what a cache of this process must be keyed by."""
        info = self.conn.info
        return f"{info.host}:{info.port}/{info.dbname}.{self.schema}"

    async def rows(self, query: Query, params: Params = None) -> list[Row]:
        """Run one statement and return its rows."""
        cursor = await self.conn.execute(query, params)
        return await cursor.fetchall()

    async def row(self, query: Query, params: Params = None) -> Row | None:
        """Run one statement and return its first row, or None."""
        cursor = await self.conn.execute(query, params)
        return await cursor.fetchone()

    async def dicts(self, query: Query, params: Params = None) -> list[dict[str, Any]]:
        """Run one statement and return its rows as dictionaries by column name."""
        cursor = await self.conn.execute(query, params)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in await cursor.fetchall()]

    async def execute(self, query: Query, params: Params = None) -> int:
        """Run one statement and return the number of rows it touched."""
        return (await self.conn.execute(query, params)).rowcount

    async def many(self, query: Query, params: Sequence[Sequence[Any]]) -> None:
        """Run one statement once per parameter row, pipelined."""
        async with self.conn.cursor() as cursor:
            await cursor.executemany(query, params)

    async def raw(self, query: str, values: Sequence[Any], *, prepare: bool = True) -> list[Row]:
        """Run a statement already in `$n` style (a compiled plan) and return its rows."""
        async with psycopg.AsyncRawCursor(self.conn) as cursor:
            await cursor.execute(query.encode(), values, prepare=prepare)
            return await cursor.fetchall() if cursor.description else []

    async def client(self, query: str, params: Mapping[str, Any]) -> list[Row]:
        """Run a statement with its values quoted into the text (utility statements take none)."""
        async with psycopg.AsyncClientCursor(self.conn) as cursor:
            await cursor.execute(query.encode(), params)
            return await cursor.fetchall() if cursor.description else []

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """Undo only the enclosed statements when the block raises."""
        async with self.conn.transaction():
            yield


class Database:
    """The pools of one process: `app` for everything, `owner` for DDL, `eraser` for erasure."""

    def __init__(self, app_dsn: str, owner_dsn: str, eraser_dsn: str | None = None, size: int = 8):
        self.app_dsn, self.owner_dsn, self.eraser_dsn = app_dsn, owner_dsn, eraser_dsn
        self._app = _pool(app_dsn, size)
        self._owner = _pool(owner_dsn, 2)
        self._eraser = _pool(eraser_dsn or app_dsn, 2, least=0)

    async def open(self) -> None:
        """Open the pools; raises `Unavailable` when the database does not answer in 30 s."""
        try:
            await self._app.open(wait=True, timeout=30)
            await self._owner.open(wait=False)
            await self._eraser.open(wait=False)
        except psycopg.Error as error:
            raise Unavailable(
                "database.down",
                "数据库没有响应，请检查数据库是否已启动。",
                "The database does not answer; check that it is running.",
            ) from error

    async def close(self) -> None:
        """Close the pools; open transactions are rolled back by the server."""
        await self._app.close()
        await self._owner.close()
        await self._eraser.close()

    def pools(self) -> dict[str, dict[str, int]]:
        """Return psycopg's statistics of each pool: pool_size, pool_available, …"""
        named = (("app", self._app), ("owner", self._owner), ("eraser", self._eraser))
        return {name: pool.get_stats() for name, pool in named}

    @asynccontextmanager
    async def transaction(
        self,
        workspace: Workspace | None = None,
        *,
        write: bool = True,
        timeout_ms: int = WRITE_TIMEOUT_MS,
    ) -> AsyncIterator[Tx]:
        """Run a block in one transaction as the workspace's role (control role without one).

        A writing transaction holds the workspace's shared advisory lock, so the catalogue version
        it sees is the one it commits under. Commits when the block ends, else rolls back.
        """
        preamble = _preamble(workspace, write=write, timeout_ms=timeout_ms)
        async with _begun(self._app, preamble, workspace) as tx:
            yield tx

    @asynccontextmanager
    async def ddl(
        self, workspace: Workspace | None = None, *, exclusive: bool = True
    ) -> AsyncIterator[Tx]:
        """Run a block as the owner: the only place where tables change.

        With `exclusive`, takes the workspace's advisory lock alone. A lock not had in 50 ms raises
        psycopg's LockNotAvailable: wrap the block in `retry_locked`.
        """
        preamble = _ddl_preamble(workspace, exclusive)
        async with _begun(self._owner, preamble, workspace) as tx:
            yield tx

    @asynccontextmanager
    async def erasing(self, workspace: Workspace) -> AsyncIterator[Tx]:
        """Run a block as the workspace's role on a connection of the eraser, who may leave it.

        It sees no control schema: who acts, and the clock's shift, come from a transaction before.
        """
        offset = clock.offset()
        preamble = _preamble(workspace, write=True, timeout_ms=WRITE_TIMEOUT_MS, offset=offset)
        async with _begun(self._eraser, preamble, workspace) as tx:
            yield tx

    @asynccontextmanager
    async def listening(self, channel: str) -> AsyncIterator[AsyncIterator[str]]:
        """Yield the payloads notified on a channel, on a connection of its own."""
        async with await psycopg.AsyncConnection.connect(self.app_dsn, autocommit=True) as conn:
            await conn.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
            async with aclosing(conn.notifies()) as notifies:
                yield (notify.payload async for notify in notifies)


def _pool(dsn: str, size: int, least: int = 1) -> Pool:
    return AsyncConnectionPool(
        dsn,
        min_size=least,
        max_size=size,
        open=False,
        max_lifetime=1800,
        timeout=30,
        kwargs={"autocommit": True, "prepare_threshold": 3, "options": "-c TimeZone=UTC"},
        configure=_configure,
    )


async def _configure(conn: Connection) -> None:
    conn.prepared_max = 400


def advisory_key(workspace: Workspace) -> int:
    """The advisory lock of a workspace's catalogue: a fixed tag above its number."""
    return 0x63686C00_00000000 | workspace.id


_SHIFT = sql.SQL("SELECT coalesce((SELECT shift FROM changliu.test_clock), interval '0')")


# Every request opens a transaction: the few texts there are get written once.
@lru_cache(maxsize=4_096)
def _preamble(
    workspace: Workspace | None, *, write: bool, timeout_ms: int, offset: timedelta | None = None
) -> bytes:
    shift = _SHIFT if offset is None else sql.SQL("SELECT {}::interval").format(offset)
    mode = "auto" if write else "force_custom_plan"
    parts = [
        sql.SQL("BEGIN" if write else "BEGIN READ ONLY"),
        sql.SQL(
            "{}, set_config('statement_timeout', {}, true), set_config('plan_cache_mode', {}, true)"
        ).format(shift, str(timeout_ms), mode),
    ]
    if workspace is not None:
        parts.append(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(workspace.schema)))
        if write:
            lock = sql.SQL("SELECT pg_advisory_xact_lock_shared({})")
            parts.append(lock.format(advisory_key(workspace)))
        parts.append(_versions(workspace))
    return sql.SQL("; ").join(parts).as_bytes(None)


def _ddl_preamble(workspace: Workspace | None, exclusive: bool) -> bytes:
    parts = [
        sql.SQL("BEGIN"),
        _SHIFT,
        sql.SQL("SELECT set_config('lock_timeout', {}, true)").format(f"{DDL_LOCK_MS}ms"),
    ]
    if workspace is not None:
        if exclusive:
            lock = sql.SQL("SELECT pg_advisory_xact_lock({})")
            parts.append(lock.format(advisory_key(workspace)))
        parts.append(_versions(workspace))
    return sql.SQL("; ").join(parts).as_bytes(None)


def _versions(workspace: Workspace) -> sql.Composed:
    query = sql.SQL("SELECT catalogue, identity FROM {}.state")
    return query.format(sql.Identifier(workspace.schema))


@asynccontextmanager
async def _begun(pool: Pool, preamble: bytes, workspace: Workspace | None) -> AsyncIterator[Tx]:
    tx = await _begin(pool, preamble, workspace)
    try:
        yield tx
        await tx.conn.execute("COMMIT")
    except BaseException as error:
        await _roll_back(tx.conn)
        if isinstance(error, psycopg.errors.QueryCanceled):
            raise _too_slow() from error
        # A cancellation is no answer of the database: it goes on as it is.
        if tx.conn.broken and isinstance(error, Exception):
            raise _lost() from error
        raise
    finally:
        clock.unfix()
        await pool.putconn(tx.conn)
    for callback in tx.after_commit:
        callback()


async def _begin(pool: Pool, preamble: bytes, workspace: Workspace | None) -> Tx:
    """Open the transaction; connections a restarted server has dropped are passed over."""
    for _ in range(pool.max_size + 1):
        try:
            conn = await pool.getconn()
        except PoolTimeout as error:
            raise _busy() from error
        try:
            cursor = await conn.execute(preamble)
            results = [rows async for rows in _result_sets(cursor)]
        except BaseException as error:
            await _roll_back(conn)
            await pool.putconn(conn)
            if isinstance(error, psycopg.OperationalError) and conn.broken:
                continue
            raise
        tx = Tx(conn, clock.fix(results[0][0][0]), workspace)
        if workspace is not None:
            tx.catalogue_version, tx.identity_version = results[-1][0]
        return tx
    raise _busy()


async def _roll_back(conn: Connection) -> None:
    """Roll back what is open; a connection in the middle of an answer is closed instead."""
    status = conn.info.transaction_status
    if conn.closed or status == psycopg.pq.TransactionStatus.IDLE:
        return
    if status == psycopg.pq.TransactionStatus.ACTIVE:
        await conn.close()
        return
    with suppress(psycopg.Error):
        await conn.execute("ROLLBACK")


async def _result_sets(cursor: psycopg.AsyncCursor[Row]) -> AsyncIterator[list[Row]]:
    while True:
        if cursor.description is not None:
            yield await cursor.fetchall()
        if not cursor.nextset():
            return


def _too_slow() -> Invalid:
    return Invalid(
        "query.too_slow",
        "查询超过时限，已停止：请加筛选条件、缩小时间范围或减少分组后再试。",
        "The query ran past its time limit and was stopped: add a filter, a shorter period or fewer"
        " groups, and try again.",
    )


def _busy() -> Unavailable:
    return Unavailable(
        "database.busy",
        "数据库没有空闲连接或没有响应，什么也没有写入，请稍后再试。",
        "The database has no free connection or does not answer; nothing was written."
        " Try again shortly.",
    )


def _lost() -> Unavailable:
    return Unavailable(
        "database.lost",
        "与数据库的连接中断，不能确定是否已保存：请用同一个 Idempotency-Key 重试，不会重复写入。",
        "The connection to the database was lost and the outcome is unknown: send it again with"
        " the same Idempotency-Key; it will not be written twice.",
    )
