"""Records alike, as the caller sees them: among old ones by a rule, and of one being typed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from changliu.access.model import Verb
from changliu.fields.refusal import Refused
from changliu.fields.registry import FIELD_TYPES
from changliu.kit.errors import Forbidden
from changliu.records.context import Context
from changliu.records.query.service import fetch, reader_of
from changliu.rules.duplicates import store
from changliu.rules.duplicates.model import DuplicateBody, Term
from changliu.rules.store import DUPLICATES
from changliu.schema.model import Object

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Typed:
    """A record being typed: values by field key, and its id where it is there already."""

    values: Mapping[str, Any]
    id: UUID | None = None


async def find_groups(context: Context, target: Object, body: DuplicateBody) -> Json:
    """Return `{groups, records, examples: [{match, count, records: [{id, title, version}]}]}`.

    They are the records that are alike by a rule as they are, the largest groups first; only those
    that the caller reads, by fields that the caller reads.
    """
    groups, records, examples = 0, 0, []
    for number, terms in enumerate(body.match):
        if not reads_compared(context, target, terms):
            continue
        found = await store.groups(_sought(context, target, terms))
        groups, records = groups + found.groups, records + found.records
        for count, ids in found.examples:
            rows = await fetch(context.tx, context.access, context.catalogue, target, ids)
            shown = [{k: row[k] for k in ("id", "title", "version")} for row in rows]
            examples.append({"match": number, "count": count, "records": shown})
    return {"groups": groups, "records": records, "examples": examples}


async def find_alike(context: Context, found: Object, typed: Typed) -> list[Json]:
    """Return `{rule, level, field, score, record: {id, title} or null, owner}` of records like one
    typed; `score` says how alike they are, from 0 to 1.

    A record the caller may not read is told of only where its rule tells the owner, with `record`
    null. Raises `Forbidden` for who may neither create nor change such records.
    """
    access = context.access
    if all(access.predicate(found.id, verb) is None for verb in (Verb.CREATE, Verb.UPDATE)):
        raise Forbidden(
            "access.denied",
            "您不能新建或修改这类记录，因此无需查重。",
            "You may neither create nor change such records, so there is nothing to look for.",
        )
    told: list[Json] = []
    for key, _, raw in await DUPLICATES.of(context.tx, found.id):
        body = DuplicateBody.model_validate(raw)
        for terms in body.match if body.active else ():
            told += [
                {"rule": key, "level": body.level, **each}
                for each in await _alike(context, found, (terms, body.at_least), typed)
                if each["record"] is not None or body.reveal_owner
            ]
    return told


async def _alike(
    context: Context, found: Object, asked: tuple[tuple[Term, ...], float], typed: Typed
) -> list[Json]:
    terms, at_least = asked
    values = [_stored(found, term, typed.values) for term in terms]
    if not reads_compared(context, found, terms) or any(value is None for value in values):
        return []
    sought = replace(_sought(context, found, terms), at_least=at_least)
    rows = await store.alike(sought, values, typed.id)
    ids = [row.id for row in rows if row.readable]
    shown = await fetch(context.tx, context.access, context.catalogue, found, ids)
    titles = {record["id"]: record["title"] for record in shown}
    field = found.by_id[terms[0].field_id or ""].key
    return [
        {
            "field": field,
            "record": {"id": str(row.id), "title": titles[str(row.id)]} if row.readable else None,
            "owner": row.owner,
            "score": round(row.score, 2),
        }
        for row in rows
    ]


def _sought(context: Context, target: Object, terms: tuple[Term, ...]) -> store.Sought:
    named = tuple((target.by_id[t.field_id or ""].column or "", t.method) for t in terms)
    reader = reader_of(context.tx, context.access, context.catalogue)
    return store.Sought(context, reader.rows(target.id), target, named)


def reads_compared(context: Context, target: Object, terms: tuple[Term, ...]) -> bool:
    """Say whether the caller reads what is compared: likeness tells of it."""
    access, ids = context.access, [term.field_id or "" for term in terms]
    if any(f not in target.by_id for f in ids):
        return False
    return all(access.readable(target.id, f) and not access.masked(target.id, f) for f in ids)


def _stored(found: Object, term: Term, values: Mapping[str, Any]) -> str | None:
    """A value as it would be stored; None where it is blank or none at all."""
    field = found.by_id[term.field_id or ""]
    try:
        cells = FIELD_TYPES[field.type].parse([values.get(field.key)], field)
    except Refused:
        return None
    value = cells.values[0] if cells.faults[0] is None else None
    return None if value is None else str(value)
