"""Where an actor stands towards one record: what every route of this room begins with."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from changliu.access import store
from changliu.access.model import Verb
from changliu.access.service import MemberAccess, access_for
from changliu.formula.model import FalseNode
from changliu.identity.model import Actor
from changliu.kit.db import Tx
from changliu.kit.errors import Forbidden, NotFound
from changliu.schema.catalogue import catalogue
from changliu.schema.model import Catalogue, Object, unknown_object


@dataclass(frozen=True, slots=True)
class Standing:
    """A record that the actor reads, and which other verbs reach it."""

    tx: Tx
    actor: Actor
    access: MemberAccess
    catalogue: Catalogue
    object: Object
    record: UUID
    verbs: frozenset[Verb]

    @property
    def place(self) -> tuple[str, UUID]:
        """Object id and record id."""
        return self.object.id, self.record

    def need(self, verb: Verb) -> None:
        """Raise `Forbidden` (`access.denied`) unless a verb reaches the record."""
        if verb not in self.verbs:
            raise Forbidden(
                "access.denied",
                "您没有对这条记录做此操作的权限，请联系管理员。",
                "You are not allowed to do this to this record; ask an administrator.",
            )


async def stand(tx: Tx, actor: Actor, object_key: str, record: UUID) -> Standing:
    """Return where the actor stands; `NotFound` alike for absent and unreadable records."""
    known = await catalogue(tx)
    access = await access_for(tx, actor, known)
    found = known.object(object_key)
    if access.predicate(found.id, Verb.READ) is None:
        raise unknown_object(object_key)
    trees = [access.predicate(found.id, verb) or FalseNode() for verb in Verb]
    held = await store.holding(tx, known, (found.id, record), trees, params_of(tx, access))
    verbs = frozenset(verb for verb, holds in zip(Verb, held or (), strict=False) if holds)
    if Verb.READ not in verbs:
        raise NotFound(
            "record.missing",
            "记录不存在或已被删除，请刷新后再试。",
            "The record does not exist or was deleted; refresh and try again.",
        )
    return Standing(tx, actor, access, known, found, record, verbs)


def params_of(tx: Tx, access: MemberAccess) -> dict[str, Any]:
    """Return what conditions may refer to: the member, business time and today's date."""
    timezone = ZoneInfo(tx.workspace.timezone if tx.workspace else "UTC")
    today: date = tx.now.astimezone(timezone).date()
    return {**access.params, "now": tx.now, "today": today}
