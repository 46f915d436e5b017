"""Verbs behind the routes: a changeset in a transaction of its own, retried when rows collide."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar
from uuid import UUID

from changliu.identity.guard import Session
from changliu.kit.failpoints import reach
from changliu.kit.labels import Language
from changliu.kit.retry import retry_conflicts
from changliu.records.changeset.model import Changeset, Result
from changliu.records.changeset.participant import Participant
from changliu.records.changeset.request import Wish
from changliu.records.changeset.revert import NAMED, Reverted, chain, retell, revert
from changliu.records.changeset.service import submit
from changliu.records.changeset.steps import COMMITTED
from changliu.records.context import Context, context_for

T = TypeVar("T")


async def write(
    session: Session,
    participants: tuple[Participant, ...],
    changeset: Changeset,
    answer: Callable[[Context, Result], Awaitable[T]],
) -> T:
    """Submit a changeset and return what `answer` makes of it, read in the same transaction.

    The whole transaction runs again, at most three times, after a deadlock, a serialisation
    failure or a unique value taken meanwhile. Raises what `submit` raises.
    """

    async def attempt() -> T:
        async with session.open() as (tx, actor):
            context = await context_for(tx, actor, participants)
            return await answer(context, await submit(context, changeset))

    answered = await retry_conflicts(attempt)
    reach(COMMITTED)
    return answered


async def take_back(
    session: Session, participants: tuple[Participant, ...], asked: UUID, wish: Wish
) -> list[Reverted]:
    """Take back a changeset or an import, newest first, each in a transaction of its own.

    What was taken back before, by a request that failed too, stays so and is told again.
    Raises what `revert.chain` raises.
    """
    async with session.open(write=False) as (tx, actor):
        context = await context_for(tx, actor, participants)
        work = await chain(context, asked, consequences=wish.consequences)
    done = []
    for line in work:
        if line.taken_back is not None:
            done.append(retell(line))
            continue

        async def attempt(one: UUID = line.id) -> Reverted:
            async with session.open() as (tx, actor):
                context = await context_for(tx, actor, participants)
                return await revert(context, one, wish.reason)

        done.append(await retry_conflicts(attempt))
        reach(COMMITTED)
    return done


def told(done: Sequence[Reverted], language: Language) -> dict[str, Any]:
    """Return `{changesets, records, jobs, kept, kept_count}`; at most `NAMED` kept are listed."""
    kept = [k for one in done for k in one.kept]
    return {
        "changesets": [{"id": one.id, "reverts": one.reverts} for one in done],
        "records": sum(one.records for one in done),
        "jobs": sum(one.jobs for one in done),
        "kept": [{"object": k.object, "id": k.id, **k.why.as_json(language)} for k in kept[:NAMED]],
        "kept_count": sum(one.kept_count for one in done),
    }
