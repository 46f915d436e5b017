"""Telling members: each piece of news once, to whoever reads what it is about."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from uuid import UUID

from changliu.identity import service as identity
from changliu.kit.db import Tx
from changliu.kit.failpoints import reach
from changliu.notifications import store
from changliu.notifications.model import News
from changliu.records.query.readable import context_of, readable_records
from changliu.records.stream.hints import tell

TOLD = "notification.told"


async def deliver(tx: Tx, news: Iterable[News]) -> None:
    """Write news into inboxes and have open pages told; the transaction is the job's.

    What a member switched off, and what the same key has told already, is left out.
    """
    nobody = (await identity.system_actor(tx)).member
    once: dict[tuple[UUID, str], News] = {}
    for one in news:
        place = (one.member, one.key)
        before = once.get(place)
        once[place] = replace(one, count=one.count + before.count) if before else one
    wanted = [one for one in once.values() if one.member != nobody]
    if wanted:
        await tell(tx, "notification", members=await store.put(tx, wanted))
        reach(TOLD)


async def readers_among(tx: Tx, place: tuple[str, UUID], members: Collection[UUID]) -> list[UUID]:
    """Return those members who read a record (object id, record) by now."""
    found = []
    for member in dict.fromkeys(members):
        theirs = await context_of(tx, member)
        if theirs is not None and await readable_records(theirs, place[0], [place[1]]):
            found.append(member)
    return found
