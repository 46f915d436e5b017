"""Verbs behind the routes: a changeset in a transaction of its own, retried when rows collide."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from changliu.identity.guard import Session
from changliu.kit.db import retry_conflicts
from changliu.kit.failpoints import reach
from changliu.records.changeset.model import Changeset, Result
from changliu.records.changeset.participant import Participant
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
