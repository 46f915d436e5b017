"""Running plans, and the two rows of bookkeeping around them: idempotency and the changeset."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson
from psycopg import sql

from changliu.kit.db import Tx
from changliu.kit.failpoints import reach
from changliu.records.changeset.locks import Lock
from changliu.records.changeset.model import Changeset
from changliu.records.changeset.store.plans import Plan, Relation
from changliu.records.changeset.store.rows import lock_rows
from changliu.schema.model import Catalogue

Params = Mapping[str, Any]
# What `answer_rows` returns: what, i, k, id, version, written, changed, told.
Answer = tuple[
    str, int, int | None, UUID | None, int | None, bool, bool, list[str | None] | None
]  # fmt: skip

_STAGES = ("inp", "old", "stage0", "stage1", "stage2", "stage3", "stage4", "stage5", "cand",
           "sought", "alike", "viol", "allowed", "counted", "good", "written",
           "secret")  # fmt: skip


async def hold(tx: Tx, catalogue: Catalogue, lock: Lock) -> None:
    """Lock rows in id order, waiting for whoever holds them."""
    await tx.raw(lock_rows(catalogue, lock.target, lock.strength), [list(lock.ids)])


async def run(tx: Tx, plan: Plan, params: Params) -> list[Answer]:
    """Run a plan's steps from merge to react and return its answer rows."""
    if plan.glued is not None:
        for step in ("merge", "derive", "check"):
            reach(step)
        answer = await tx.raw(plan.glued.text, [params[name] for name in plan.glued.names])
        for step in ("write", "record", "react"):
            reach(step)
        return answer
    await _refresh_statistics(tx, plan.target.table)
    await tx.client(f"DROP TABLE IF EXISTS {', '.join(_STAGES)}", {})
    reached = ""
    for relation in plan.relations:
        if relation.step != reached:
            reached = relation.step
            reach(reached)
        await tx.client(_one_by_one(relation), params)
    return await tx.client(plan.answer, params)


async def _refresh_statistics(tx: Tx, table: str) -> None:
    """Analyse a table that has at least doubled since it was; see migration 0002."""
    stale = sql.SQL(
        "SELECT pg_relation_size(c.oid) / current_setting('block_size')::int > 2 * c.relpages + 16"
        " FROM pg_class c WHERE c.oid = to_regclass({table})"
    ).format(table=sql.Literal(f"{tx.schema}.{table}"))
    found = await tx.row(stale)
    if found is not None and found[0]:
        refresh = sql.SQL("SELECT {schema}.refresh_statistics(%s)")
        await tx.rows(refresh.format(schema=sql.Identifier(tx.schema)), [table])


def _one_by_one(relation: Relation) -> str:
    """One round trip: the body, kept with statistics where later bodies read it."""
    name, text = relation.name, relation.text
    analyse = f"ANALYZE {name}" + (f" ({relation.joined})" if relation.joined else "")
    if not relation.writes:
        return f"CREATE TEMP TABLE {name} ON COMMIT DROP AS {text}; {analyse}"
    if not relation.keeps:
        return text
    made = f"CREATE TEMP TABLE {name} ({relation.keeps}) ON COMMIT DROP"
    return f"{made}; WITH done AS ({text}) INSERT INTO {name} SELECT * FROM done; {analyse}"


async def claim_key(tx: Tx, actor: UUID, key: str) -> None:
    """Let only one transaction at a time work under an actor's idempotency key."""
    query = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
    await tx.execute(query, [f"{tx.schema}:{actor}:{key}"])


async def find_answer(tx: Tx, actor: UUID, key: str) -> tuple[UUID, bytes | None, Any, Any] | None:
    """Return (changeset id, body hash, stored answer, what it is about) of a key, or None."""
    query = sql.SQL(
        "SELECT id, body_hash, answer, about FROM {schema}.changeset"
        " WHERE actor = %s AND idempotency_key = %s"
    ).format(schema=sql.Identifier(tx.schema))
    found = await tx.row(query, [actor, key])
    return None if found is None else (found[0], found[1], found[2], found[3])


async def keep_changeset(tx: Tx, made: UUID, actor: UUID, what: Changeset, answer: Any) -> None:
    """Insert the changeset's own row; an answer is kept where it may be asked for again.

    That is: with a key, and of a revert.
    """
    query = sql.SQL(
        "INSERT INTO {schema}.changeset (id, at, actor, via, reason, changes, parent, caused_by,"
        " reverts, idempotency_key, body_hash, answer, about)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
    ).format(schema=sql.Identifier(tx.schema))
    again = what.idempotency_key or what.reverts
    kept = orjson.dumps(answer).decode() if again else None
    about = orjson.dumps(what.about).decode() if what.idempotency_key and what.about else None
    await tx.execute(
        query,
        [made, tx.now, actor, what.via, what.reason, len(what.changes), what.parent,
         what.caused_by, what.reverts, what.idempotency_key, what.body_hash, kept, about],
    )  # fmt: skip


async def find_changeset(tx: Tx, changeset: UUID) -> dict[str, Any] | None:
    """Return a changeset's row with its records (object, record, version, op, and whether it was
    carried by another), or None."""
    schema = sql.Identifier(tx.schema)
    query = sql.SQL(
        "SELECT id, at, actor, via, reason, changes, parent, caused_by, reverts"
        " FROM {schema}.changeset WHERE id = %s"
    ).format(schema=schema)
    found = await tx.dicts(query, [changeset])
    if not found:
        return None
    records = sql.SQL(
        "SELECT object, record, version, op, definitions ? 'carried_by' AS carried"
        " FROM {schema}.history WHERE changeset = %s ORDER BY seq"
    ).format(schema=schema)
    return {**found[0], "records": await tx.dicts(records, [changeset])}
