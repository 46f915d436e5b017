"""Searches, the pairs they found, and pairs that were called different."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any, LiteralString
from uuid import UUID

import orjson
from psycopg import sql

from changliu.formula import EmitEnv, emit_condition
from changliu.formula.model import Node
from changliu.kit.db import Tx
from changliu.records.context import Context
from changliu.records.query.service import runtime_params
from changliu.rules.duplicates.bulk.model import MOST_OF_ONE, Pair, Search, Wanted
from changliu.rules.duplicates.model import DuplicateBody, Term
from changliu.schema.matching import alike_enough, likeness, match_key, matches
from changliu.schema.model import Object

_NAMES = tuple(each.name for each in fields(Search))
_BEGINNING = UUID(int=0)


def _in(tx: Tx, query: LiteralString) -> sql.Composed:
    return sql.SQL(query).format(schema=sql.Identifier(tx.schema))


async def count(tx: Tx, target: Object) -> int:
    """Return how many records an object has."""
    rows = await tx.raw(
        f"SELECT count(*) FROM {_quoted(tx.schema, target.table)} WHERE deleted_at IS NULL", []
    )
    return int(rows[0][0])


async def begin(tx: Tx, search: Search, body: dict[str, Any]) -> None:
    """Put a search in the place of the rule's last one, and forget what that found."""
    await forget(tx, search.rule)
    values = [getattr(search, name) for name in _NAMES]
    values[_NAMES.index("body")] = orjson.dumps(body).decode()
    query = sql.SQL("INSERT INTO {}.duplicate_search ({}) VALUES ({})").format(
        sql.Identifier(tx.schema),
        sql.SQL(", ").join(map(sql.Identifier, _NAMES)),
        sql.SQL(", ").join([sql.SQL("%s")] * len(_NAMES)),
    )
    await tx.execute(query, values)


async def forget(tx: Tx, rule: str) -> None:
    """Forget a rule's search and what it found."""
    await tx.execute(_in(tx, "DELETE FROM {schema}.duplicate_pair WHERE rule = %s"), [rule])
    await tx.execute(_in(tx, "DELETE FROM {schema}.duplicate_search WHERE rule = %s"), [rule])


async def find(tx: Tx, rule: str, *, lock: bool = False) -> Search | None:
    """Return a rule's search; locked, nobody else moves it on."""
    query = sql.SQL("SELECT {} FROM {}.duplicate_search WHERE rule = %s{}").format(
        sql.SQL(", ").join(map(sql.Identifier, _NAMES)),
        sql.Identifier(tx.schema),
        sql.SQL(" FOR UPDATE" if lock else ""),
    )
    row = await tx.row(query, [rule])
    if row is None:
        return None
    values = dict(zip(_NAMES, row, strict=True))
    return Search(**{**values, "body": DuplicateBody.model_validate(values["body"])})


async def move(tx: Tx, search: Search) -> None:
    """Note how far a search is, and its state."""
    query = (
        "UPDATE {schema}.duplicate_search SET state = %s, at = %s, done = %s, pairs = %s,"
        " changed_at = %s WHERE rule = %s"
    )
    given = [search.state, search.at, search.done, search.pairs, tx.now, search.rule]
    await tx.execute(_in(tx, query), given)


async def next_records(tx: Tx, target: Object, after: UUID | None, limit: int) -> list[UUID]:
    """Return the ids of the next live records, in their order."""
    query = (
        f"SELECT t.id FROM {_quoted(tx.schema, target.table)} t WHERE t.id > $1::uuid"
        " AND t.deleted_at IS NULL ORDER BY t.id LIMIT $2"
    )
    return [row[0] for row in await tx.raw(query, [after or _BEGINNING, limit])]


async def keep_pairs(
    tx: Tx, target: Object, search: Search, ids: Sequence[UUID], limit: int
) -> int:
    """Keep the pairs of these records with later ones, at most `limit`; return how many are new."""
    found = 0
    for part, group in enumerate(search.body.match):
        if any(term.field_id not in target.by_id for term in group):
            continue  # the field is gone since
        query = _pairs_query(tx, target, group, search.body.at_least)
        values = [search.rule, part, list(ids), target.id, max(limit - found, 0)]
        found += len(await tx.raw(query, values))
    return found


def _pairs_query(tx: Tx, target: Object, group: Sequence[Term], at_least: float) -> str:
    columns = [(_quoted(target.by_id[t.field_id or ""].column or ""), t.method) for t in group]
    mine = [(f"x.{column}", method) for column, method in columns]
    theirs = [(f"t.{column}", method) for column, method in columns]
    pairs = [(a, b, method) for (a, method), (b, _) in zip(mine, theirs, strict=True)]
    table, enough = _quoted(tx.schema, target.table), alike_enough(pairs, at_least)
    scores = f"ARRAY[{', '.join(likeness(pairs))}]::numeric[]"
    different = (
        f"SELECT FROM {_quoted(tx.schema, 'duplicate_different')} d WHERE d.object = $4"
        " AND d.one = k.id AND d.two = t.id"
    )
    # The key of a record is worked out once, and its partners come in the order of the index.
    return (
        f"WITH k AS MATERIALIZED (SELECT x.id, {match_key(mine)} AS k FROM {table} x"
        " WHERE x.id = ANY($3::uuid[]))"
        f" INSERT INTO {_quoted(tx.schema, 'duplicate_pair')} (rule, part, one, two, score, scores)"
        " SELECT $1, $2, k.id, f.id, (SELECT min(s) FROM unnest(f.scores) AS u(s)), f.scores"
        f" FROM k JOIN {table} x ON x.id = k.id CROSS JOIN LATERAL ("
        f"SELECT t.id, {scores} AS scores FROM {table} t WHERE"
        f" {matches(theirs, match_key(theirs), 'k.k')} AND t.id > k.id AND t.deleted_at IS NULL"
        f"{f' AND {enough}' if enough else ''} AND NOT EXISTS ({different})"
        f" ORDER BY t.id LIMIT {MOST_OF_ONE}) f WHERE k.k IS NOT NULL LIMIT $5"
        " ON CONFLICT DO NOTHING RETURNING 1"
    )


async def pairs_of(
    context: Context, target: Object, rows: Node, search: Search, asked: tuple[Wanted, list[int]]
) -> list[Pair]:
    """Return pairs both of whose records are there, most alike first: those of which the caller
    reads both, or with `reveal_owner` one. `asked` names the groups the caller may know of."""
    wanted, parts = asked
    source, given = _sides(context, target, rows)
    seen = "p.mine OR p.yours" if search.body.reveal_owner else "p.mine AND p.yours"
    score, one, two = wanted.after or (None, None, None)
    members = _quoted(context.tx.schema, "member")
    text = (
        "SELECT p.one, p.two, p.part, p.score::text, p.scores,"
        f" (SELECT m.name FROM {members} m WHERE m.id = p.owner_one),"
        f" (SELECT m.name FROM {members} m WHERE m.id = p.owner_two), p.mine, p.yours"
        f" FROM (SELECT DISTINCT ON (q.one, q.two) q.*, a.owner AS owner_one, b.owner AS owner_two,"
        f" {source} WHERE q.rule = %(rule)s AND q.part = ANY(%(parts)s)"
        " AND q.score >= %(at_least)s"
        " AND (%(record)s::uuid IS NULL OR %(record)s IN (q.one, q.two))"
        " AND a.deleted_at IS NULL AND b.deleted_at IS NULL AND NOT EXISTS (SELECT FROM"
        f" {_quoted(context.tx.schema, 'duplicate_different')} d"
        " WHERE d.one = least(q.one, q.two) AND d.two = greatest(q.one, q.two))"
        " ORDER BY q.one, q.two, q.score DESC, q.part) p"
        f" WHERE ({seen}) AND (%(score)s::numeric IS NULL OR"
        " (-p.score, p.one, p.two) > (-%(score)s::numeric, %(one)s::uuid, %(two)s::uuid))"
        " ORDER BY p.score DESC, p.one, p.two LIMIT %(limit)s"
    )
    given |= {
        "rule": search.rule,
        "parts": parts,
        "at_least": wanted.at_least,
        "record": wanted.record,
        "score": score,
        "one": one,
        "two": two,
        "limit": wanted.limit,
    }
    return [
        Pair(r[0], r[1], r[2], r[3], [float(s) for s in r[4]], (r[5], r[6]), (r[7], r[8]))
        for r in await context.tx.rows(text, given)
    ]


def _sides(context: Context, target: Object, rows: Node) -> tuple[str, dict[str, Any]]:
    """What the caller reads of either record, and FROM: the pairs with both of them."""
    table = _quoted(context.tx.schema, target.table)
    columns, froms = [], [f"{_quoted(context.tx.schema, 'duplicate_pair')} q"]
    for alias, side, name in (("a", "one", "mine"), ("b", "two", "yours")):
        env = EmitEnv(prefix=f"d{alias}", timezone=context.actor.workspace.timezone)
        made = emit_condition(
            rows, context.catalogue.world, object_id=target.id, env=env, alias=alias, inline=True
        )
        columns.append(f"({made.text}) IS TRUE AS {name}")
        froms.append(f"JOIN {table} {alias} ON {alias}.id = q.{side}{env.joins.sql()}")
    text = f"{', '.join(columns)} FROM {' '.join(froms)}"
    return text, runtime_params(context.tx, context.access)


async def call_different(
    tx: Tx, object_id: str, pair: tuple[UUID, UUID], member: UUID | None
) -> None:
    """Remember that two records are not the same; forget it again without a member."""
    one, two = sorted(pair)
    if member is None:
        query = "DELETE FROM {schema}.duplicate_different WHERE one = %s AND two = %s"
        await tx.execute(_in(tx, query), [one, two])
        return
    query = (
        "INSERT INTO {schema}.duplicate_different (object, one, two, member, at)"
        " VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING"
    )
    await tx.execute(_in(tx, query), [object_id, one, two, member, tx.now])


async def different_from(tx: Tx, record: UUID) -> list[UUID]:
    """Return the records that were said not to be the same as one."""
    query = (
        "SELECT CASE WHEN one = %(record)s THEN two ELSE one END FROM {schema}.duplicate_different"
        " WHERE one = %(record)s OR two = %(record)s"
    )
    return [row[0] for row in await tx.rows(_in(tx, query), {"record": record})]


def _quoted(*names: str) -> str:
    return sql.Identifier(*names).as_string(None)
