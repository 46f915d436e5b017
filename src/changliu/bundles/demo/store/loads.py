"""The table of loads of demo data in the background: one a bundle, the latest."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, LiteralString
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb

from changliu.kit.db import Tx
from changliu.kit.errors import Problem
from changliu.kit.labels import Language

State = Literal["running", "done", "failed", "cancelled"]


@dataclass(frozen=True, slots=True)
class Load:
    """A load: `done` of `total` records are written (0: not counted yet), nothing counts before
    it is `done`; `failure` is `{code, zh, en}`."""

    id: UUID
    bundle: str
    scale: float
    seed: int
    state: State
    done: int
    total: int
    started_at: datetime
    ended_at: datetime | None = None
    failure: dict[str, str] | None = None

    def as_json(self, language: Language) -> dict[str, Any]:
        """Return `{state, scale, done, total, started_at, ended_at, failure}`."""
        failure = self.failure and {
            "code": self.failure["code"],
            "message": self.failure["zh" if language == "zh-CN" else "en"],
        }
        return {
            "state": self.state, "scale": self.scale, "done": self.done, "total": self.total,
            "started_at": self.started_at, "ended_at": self.ended_at, "failure": failure,
        }  # fmt: skip


def _in(tx: Tx, query: LiteralString) -> sql.Composed:
    return sql.SQL(query).format(schema=sql.Identifier(tx.schema))


async def find(tx: Tx, bundle: str, *, lock: bool = False) -> Load | None:
    """Return a bundle's latest load; locked, nobody else ends it until commit."""
    free: LiteralString = (
        "SELECT id, bundle, scale, seed, state, done, total, started_at, ended_at, failure"
        " FROM {schema}.bundle_demo_load WHERE bundle = %s"
    )
    row = await tx.row(_in(tx, free + " FOR UPDATE" if lock else free), [bundle])
    return Load(*row) if row else None


async def save(tx: Tx, made: Load) -> None:
    """Note a load in the place of the one before."""
    query = (
        "INSERT INTO {schema}.bundle_demo_load (bundle, id, scale, seed, state, started_at)"
        " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (bundle) DO UPDATE SET id = excluded.id,"
        " scale = excluded.scale, seed = excluded.seed, state = excluded.state, done = 0,"
        " total = 0, started_at = excluded.started_at, ended_at = NULL, failure = NULL"
    )
    values = [made.bundle, made.id, made.scale, made.seed, made.state, made.started_at]
    await tx.execute(_in(tx, query), values)


async def move(tx: Tx, load: UUID, done: int, total: int) -> bool:
    """Write down how far a load is; False when it is to stop."""
    query = (
        "UPDATE {schema}.bundle_demo_load SET done = %s, total = %s"
        " WHERE id = %s AND state = 'running'"
    )
    return await tx.execute(_in(tx, query), [done, total, load]) == 1


async def end(tx: Tx, load: Load, state: State, problem: Problem | None = None) -> Load:
    """Write down how a load ended."""
    failure = {"code": problem.code, "zh": problem.zh, "en": problem.en} if problem else None
    query = (
        "UPDATE {schema}.bundle_demo_load SET state = %s, ended_at = %s, failure = %s,"
        " done = CASE WHEN %s = 'done' THEN total ELSE done END WHERE id = %s"
    )
    kept = Jsonb(failure) if failure else None
    await tx.execute(_in(tx, query), [state, tx.now, kept, state, load.id])
    return replace(load, state=state, ended_at=tx.now, failure=failure)
