"""Locks for keys by which records match, and the keys themselves, worked out before the write."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal
from uuid import UUID

from changliu.access.model import Verb
from changliu.formula import EmitEnv, emit_condition
from changliu.kit.db import Tx
from changliu.records.changeset.model import Op
from changliu.records.changeset.parse import Staged
from changliu.records.changeset.participant import Clause, Placement
from changliu.records.changeset.store.matching import Matching, matched
from changliu.records.changeset.store.plans import Compiler, Relation, glue
from changliu.records.changeset.store.text import Statement, numbered, written
from changliu.records.context import Context
from changliu.schema.model import Object

# Statements kept per process, as plans are.
MAX_KEPT = 500
_kept: OrderedDict[tuple[Any, ...], Statement] = OrderedDict()


@dataclass(frozen=True, slots=True)
class Coming:
    """Changes of one operation, and the clauses that hold their keys against other records."""

    target: Object
    op: Op
    clauses: tuple[Clause, ...]
    staged: Sequence[Staged]


@dataclass(frozen=True, slots=True)
class Standing:
    """Of a new record (its place among the changes) and a match: key, at most two live records
    alike, and whether the caller reads them all."""

    place: int
    match: int
    key: str
    records: list[UUID] | None
    readable: bool


async def keys_of(context: Context, coming: Coming) -> set[int]:
    """Return the numbers of the locks for the keys that these changes come by."""
    return {row[0] for row in await _asked(context, coming, "locks")}


async def standing(context: Context, coming: Coming) -> list[Standing]:
    """Return what is alike already, per new record and match of the clauses."""
    return [Standing(*row) for row in await _asked(context, coming, "standing")]


async def take(
    tx: Tx, shared: Sequence[Object], whole: Sequence[Object], keys: Sequence[int]
) -> None:
    """Take the locks of objects, shared or not, then those of keys, each in one order."""
    text = (
        "SELECT CASE WHEN x.whole THEN pg_advisory_xact_lock(hashtextextended(x.place, -1))"
        " ELSE pg_advisory_xact_lock_shared(hashtextextended(x.place, -1)) END"
        " FROM unnest($1::text[], $2::boolean[]) AS x(place, whole)"
        " UNION ALL SELECT pg_advisory_xact_lock(y.k) FROM unnest($3::bigint[]) AS y(k)"
    )
    wanted = sorted([(t.id, False) for t in shared] + [(t.id, True) for t in whole])
    places = [f"{tx.schema}:{object_id}" for object_id, _ in wanted]
    # One after the other, as they are listed: functions of a SELECT run row by row.
    await tx.raw(text, [places, [alone for _, alone in wanted], list(keys)])


async def _asked(
    context: Context, coming: Coming, what: Literal["locks", "standing"]
) -> list[tuple[Any, ...]]:
    version, rights = context.catalogue.version, context.access.signature
    key = (context.tx.place, version, rights, coming.target.id, coming.op, what)
    statement = _kept.get(key)
    if statement is None:
        statement = _compiled(context, coming, what)
        _kept[key] = statement
        if len(_kept) > MAX_KEPT:
            _kept.popitem(last=False)
    rows = [
        {"i": at, "grp": 0, "id": s.id, "v": s.version, "p": s.patch}
        for at, s in enumerate(coming.staged)
    ]
    given = {
        **context.access.params,
        "rows": written(rows),
        "ids": [s.id for s in coming.staged],
        "me": context.actor.member,
        "now": context.tx.now,
        "today": context.today,
    }
    return await context.tx.raw(statement.text, [given[name] for name in statement.names])


def _compiled(context: Context, coming: Coming, what: Literal["locks", "standing"]) -> Statement:
    zone = context.actor.workspace.timezone
    compiler = Compiler(context.catalogue, context.access, zone)
    # A number drawn here would be lost.
    unnumbered = tuple(f for f in coming.target.fields if f.type != "autonumber")
    bare = replace(coming.target, fields=unnumbered)
    matching = Matching(context.catalogue, bare, coming.op, matched(coming.clauses))
    derive = tuple(c for c in coming.clauses if c.placement is Placement.DERIVE)
    relations = compiler.staged(bare, coming.op, derive, None)
    relations.append(Relation("sought", matching.sought_rows(), "check"))
    if what == "locks":
        return numbered(glue(relations, matching.locked_keys()))
    tree = context.access.predicate(coming.target.id, Verb.READ)
    if tree is None:
        return numbered(glue(relations, matching.standing_rows("FALSE", "")))
    env = EmitEnv(prefix="s", timezone=zone)
    readable = emit_condition(
        tree, context.catalogue.world, object_id=coming.target.id, env=env, alias="t", inline=True
    ).text
    return numbered(glue(relations, matching.standing_rows(readable, env.joins.sql())))
