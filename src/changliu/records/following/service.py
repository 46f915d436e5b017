"""Verbs on following: begin, stop, who follows, and who of them reads the record.

Who asked, commented or was mentioned has a row. Owner and creator follow without one: they are
read from the record when something happens, so giving a record away ends it by itself. A row that
is off silences both.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from changliu.kit.db import Tx
from changliu.kit.ids import uuid7
from changliu.records.context import Context
from changliu.records.following import store
from changliu.records.query.readable import check_readable
from changliu.records.query.render import reference
from changliu.records.query.service import reader_of, titles
from changliu.schema.model import Object

CREATED, OWNED, COMMENTED, MENTIONED = "created", "owned", "commented", "mentioned"
# What makes somebody a follower of their own accord, each a setting of theirs.
AUTOMATIC = (CREATED, OWNED, COMMENTED, MENTIONED)
# Followers told of one record on the wire.
SHOWN = 200

# Record → member → why they follow it.
Followers = dict[UUID, dict[UUID, str]]


async def follow(context: Context, found: Object, record: UUID) -> None:
    """Make the caller a follower; raises `NotFound` as the record would."""
    await check_readable(context, found, record)
    me = {uuid7(): context.actor.member}
    await store.put(context.tx, (found.id, record), me, "asked", again=True)


async def unfollow(context: Context, found: Object, record: UUID) -> None:
    """Let the caller hear no more of a record, be it theirs; `NotFound` as the record would."""
    await check_readable(context, found, record)
    await store.stop(context.tx, (found.id, record), uuid7(), context.actor.member)


async def follow_along(
    tx: Tx, place: tuple[str, UUID], members: Collection[UUID], why: str
) -> None:
    """Make members followers of a record (object id, id) because of what they did or met there."""
    out = await store.opted_out(tx, members)
    wanted = {uuid7(): member for member in members if (member, why) not in out}
    if wanted:
        await store.put(tx, place, wanted, why, again=False)


async def followers_of(tx: Tx, found: Object, records: Collection[UUID]) -> Followers:
    """Return who follows these records; those in the trash, and lines, are followed by nobody."""
    if found.lines_of is not None or not records:
        return {}
    followers: Followers = defaultdict(dict)
    silent: set[tuple[UUID, UUID]] = set()
    for record, follower, why, on in await store.rows_of(tx, found.id, records):
        if on:
            followers[record][follower] = why
        else:
            silent.add((record, follower))
    heads = await store.heads(tx, found, records)
    people = {m for _, owner, creator in heads for m in (owner, creator) if m is not None}
    out = await store.opted_out(tx, people)
    for record, owner, creator in heads:
        for member, why in ((owner, OWNED), (creator, CREATED)):
            if member is None or (member, why) in out or (record, member) in silent:
                continue
            followers[record].setdefault(member, why)
    live = {record for record, _, _ in heads}
    return {record: who for record, who in followers.items() if record in live}


async def who_follows(context: Context, found: Object, record: UUID) -> dict[str, Any]:
    """Return `{following, why, items: [{member, why}], total}` for a record the caller reads.

    At most `SHOWN` are listed. Raises `NotFound` as the record would.
    """
    await check_readable(context, found, record)
    who = (await followers_of(context.tx, found, [record])).get(record, {})
    reader = reader_of(context.tx, context.access, context.catalogue)
    shown = dict(list(who.items())[:SHOWN])
    named = await titles(context.tx, reader, {"member": set(shown)})
    me = context.actor.member
    return {
        "following": me in who,
        "why": who.get(me),
        "items": [{"member": reference(m, "member", named), "why": w} for m, w in shown.items()],
        "total": len(who),
    }


async def settings_of(tx: Tx, member: UUID) -> dict[str, bool]:
    """Return what makes a member a follower: `{created, owned, commented, mentioned}`."""
    out = await store.opted_out(tx, [member])
    return {why: (member, why) not in out for why in AUTOMATIC}


async def change_settings(tx: Tx, member: UUID, given: Mapping[str, bool]) -> None:
    """Keep which of `AUTOMATIC` make a member a follower from now on."""
    if given:
        await store.put_settings(tx, member, given)
