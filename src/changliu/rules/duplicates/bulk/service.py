"""Verbs of searches for records alike: begin, follow, stop, read what was found, call different."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from changliu.access.model import Verb
from changliu.definitions import service as definitions
from changliu.jobs.service import enqueue
from changliu.kit.db import Tx
from changliu.kit.errors import Conflict, Forbidden, Invalid, NotFound
from changliu.kit.ids import uuid7
from changliu.records.context import Context
from changliu.records.query.service import fetch, missing, reader_of
from changliu.rules.duplicates.bulk import store
from changliu.rules.duplicates.bulk.model import SEARCH, Pair, Search, Wanted
from changliu.rules.duplicates.finding import reads_compared
from changliu.rules.duplicates.model import DuplicateBody
from changliu.rules.store import DUPLICATES
from changliu.schema.model import Object

Json = dict[str, Any]


async def start(context: Context, rule: str) -> Json:
    """Begin a search by a live rule; raises `NotFound`, `Conflict` (`duplicate.running`)."""
    tx = context.tx
    target, version, body = await _live(context, rule)
    there = await store.find(tx, rule, lock=True)
    if there is not None and there.state == "running":
        raise Conflict(
            "duplicate.running",
            "这条查重规则正在查找，请等待完成或先取消。",
            "This rule is being searched by; wait for the end, or cancel it first.",
        )
    search = Search(
        rule, uuid7(), target.id, version, body, context.actor.member, "running",
        None, 0, await store.count(tx, target), 0, tx.now, tx.now,
    )  # fmt: skip
    await store.begin(tx, search, definitions.dump(body))
    await enqueue(tx, SEARCH, {"rule": rule, "run": str(search.run)})
    return search.as_json(target.key, version)


async def show(context: Context, rule: str) -> Json:
    """Return how far a rule's search is; raises `NotFound` where there is none to be seen."""
    target, version, _ = await _live(context, rule)
    return (await _found(context.tx, rule)).as_json(target.key, version)


async def stop(context: Context, rule: str) -> Json:
    """Stop a search; what it has found stays. One that has ended stays as it is."""
    target, version, _ = await _live(context, rule)
    search = await _found(context.tx, rule, lock=True)
    if search.state == "running":
        search = replace(search, state="cancelled")
        await store.move(context.tx, search)
    return search.as_json(target.key, version)


async def pairs(context: Context, rule: str, wanted: Wanted) -> Json:
    """Return `{items: [{score, reasons: [{field, method, score}], records, merge?}], next?}`.

    A record out of sight is `{record: null, owner}`, and only where the rule tells the owner;
    `merge` is the change that puts the newer one into the older.
    """
    target, _, _ = await _live(context, rule)
    search = await _found(context.tx, rule)
    groups = search.body.match
    parts = [n for n, terms in enumerate(groups) if reads_compared(context, target, terms)]
    reader = reader_of(context.tx, context.access, context.catalogue)
    found = await store.pairs_of(context, target, reader.rows(target.id), search, (wanted, parts))
    ids = {
        record
        for pair in found
        for record, mine in zip((pair.one, pair.two), pair.readable, strict=True)
        if mine
    }
    rows = await fetch(context.tx, context.access, context.catalogue, target, list(ids))
    titles = {UUID(row["id"]): row for row in rows}
    items = [_shown(target, search.body, pair, titles) for pair in found]
    last = found[-1] if len(found) == wanted.limit else None
    after = f"{last.score}_{last.one}_{last.two}" if last else None
    return {"items": items, "next": after}


async def call_different(
    context: Context, target: Object, pair: tuple[UUID, UUID], *, different: bool
) -> None:
    """Remember that two records the caller reads are not the same, or forget that.

    Raises `Invalid` for one record twice, `NotFound`, `Forbidden` for who may change none of them.
    """
    if pair[0] == pair[1]:
        raise Invalid(
            "duplicate.itself",
            "请给出两条不同的记录。",
            "Give two records, not one twice.",
        )
    access = context.access
    if access.predicate(target.id, Verb.UPDATE) is None:
        raise Forbidden(
            "access.denied",
            "您不能修改这类记录，因此不能判断它们是否相同。",
            "You may not change such records, and so not say whether they are the same.",
        )
    if len(await fetch(context.tx, access, context.catalogue, target, list(pair))) < 2:
        raise missing()
    member = context.actor.member if different else None
    await store.call_different(context.tx, target.id, pair, member)


async def _live(context: Context, rule: str) -> tuple[Object, int, DuplicateBody]:
    found = await DUPLICATES.find(context.tx, rule)
    target = context.catalogue.by_id.get(found[0]) if found else None
    if found is None or target is None or context.access.predicate(target.id, Verb.READ) is None:
        raise _nothing()
    return target, found[1], DuplicateBody.model_validate(found[2])


async def _found(tx: Tx, rule: str, *, lock: bool = False) -> Search:
    search = await store.find(tx, rule, lock=lock)
    if search is None:
        raise _nothing()
    return search


def _nothing() -> NotFound:
    return NotFound(
        "duplicate.no_search",
        "没有这条查重规则，或还没有按它查找过。",
        "There is no such duplicate rule, or nothing was looked for by it yet.",
    )


def _shown(target: Object, body: DuplicateBody, pair: Pair, titles: dict[UUID, Json]) -> Json:
    reasons = [
        {"field": target.by_id[term.field_id or ""].key, "method": term.method, "score": score}
        for term, score in zip(body.match[pair.part], pair.scores, strict=True)
    ]
    both = zip((pair.one, pair.two), pair.owners, strict=True)
    records = []
    for record, owner in both:
        row = titles.get(record)
        named = {k: row[k] for k in ("id", "title", "version", "created_at")} if row else None
        records.append({"record": named, "owner": owner})
    item: Json = {"score": float(pair.score), "reasons": reasons, "records": records}
    if all(pair.readable):
        older, newer = str(pair.one), str(pair.two)
        item["merge"] = {"op": "merge", "object": target.key, "id": older, "from": [newer]}
    return item
