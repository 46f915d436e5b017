"""Shares: one record lent to a member or a team, to read or to write, until a moment or recalled.

A share adds the row to what the grants reach; which fields show is still the roles' business. It
gives no right to delete, transfer or share on, and it lends nothing on an object of which the
roles give nothing.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from changliu.access import store
from changliu.access.model import Verb
from changliu.access.service import access_for
from changliu.access.standing import Standing
from changliu.events.service import emit
from changliu.identity import members
from changliu.identity import service as identity
from changliu.kit.db import Tx
from changliu.kit.errors import Fault, Invalid, NotFound
from changliu.kit.ids import uuid7

Json = dict[str, Any]


def _with_zone(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError(f"{at.isoformat()} has no time zone; add one such as +08:00")
    return at


class ShareDraft(BaseModel):
    """To whom (one of member and team), for what, until when (aware; None: until taken back)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    member: UUID | None = None
    team: UUID | None = None
    access: Literal["read", "write"] = "read"
    expires_at: Annotated[datetime, AfterValidator(_with_zone)] | None = Field(None)

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.member is None) is (self.team is None):
            raise ValueError("member, team: exactly one / 成员和团队二选一")
        return self


async def list_shares(standing: Standing) -> list[Json]:
    """Return the live shares of a record, oldest first; every reader of it sees them."""
    rows = await store.shares_of(standing.tx, *standing.place)
    return [share_json(row) for row in rows]


async def make_share(standing: Standing, draft: ShareDraft) -> Json:
    """Share a record and return the share; it takes the place of the grantee's earlier one.

    Raises `Forbidden` without the verb share on the record (for `write` also update), `Invalid`
    for an unknown or disabled grantee, oneself, a moment that is over, or a member whose roles
    give nothing on the object.
    """
    tx = standing.tx
    standing.need(Verb.SHARE)
    if draft.access == "write":
        standing.need(Verb.UPDATE)
    if draft.expires_at is not None and draft.expires_at <= tx.now:
        raise _refused("share.expired", "expires_at", *_EXPIRED)
    if draft.member is not None:
        await _check_member(standing, draft.member)
    elif draft.team is not None and not await store.team_exists(tx, draft.team):
        raise _refused("team.unknown", "team", *_NO_TEAM)
    object_id, record = standing.place
    made = uuid7()
    values = {"id": made, "object": object_id, "record": record, "member": draft.member,
              "team": draft.team, "access": draft.access, "expires_at": draft.expires_at,
              "at": tx.now, "by": standing.actor.member}  # fmt: skip
    await store.insert_share(tx, values)
    await identity.bump(tx)
    lent = {name: str(value) if value else None for name, value in values.items()}
    told = {"share": lent["id"], "actor": lent["by"]}
    told |= {name: lent[name] for name in ("object", "record", "member", "team")}
    await emit(tx, "record.shared", told)
    rows = await store.shares_of(tx, object_id, record)
    return next(share_json(row) for row in rows if row["id"] == made)


async def end_share(standing: Standing, share: UUID) -> None:
    """Take a share back: who may share the record, who made it, or who has it.

    Raises `NotFound` for a share that is over or of another record, `Forbidden` for others.
    """
    rows = {row["id"]: row for row in await store.shares_of(standing.tx, *standing.place)}
    row, me = rows.get(share), standing.actor.member
    if row is None:
        raise NotFound(
            "share.missing",
            "这条共享不存在或已经结束，请刷新。",
            "There is no such share, or it is over; refresh.",
        )
    if me not in (row["created_by"], row["member"]):
        standing.need(Verb.SHARE)
    await store.end_share(standing.tx, share, me, standing.tx.now)
    await identity.bump(standing.tx)


async def carry_shares(tx: Tx, object_id: str, ways: Mapping[UUID, UUID], by: UUID) -> None:
    """Lend records that stay (values) to whom those were lent that are merged into them (keys)."""
    if await store.carry_shares(tx, object_id, ways, by):
        await identity.bump(tx)


async def part_shares(tx: Tx, object_id: str, records: Sequence[UUID], by: UUID) -> None:
    """End what records brought along when they were merged: they have their own shares still."""
    if await store.part_shares(tx, object_id, records, by):
        await identity.bump(tx)


def share_json(row: Json) -> Json:
    """Return a share as people read it: to whom, what for, until when, by whom."""
    return {
        "id": row["id"],
        "member": _named(row["member"], row["member_name"]),
        "team": _named(row["team"], row["team_name"]),
        "access": row["access"],
        "expires_at": row["expires_at"],
        "created_at": row["created_at"],
        "created_by": _named(row["created_by"], row["created_by_name"]),
    }


def _named(id_: UUID | None, name: str | None) -> Json | None:
    return None if id_ is None else {"id": id_, "title": name}


async def _check_member(standing: Standing, member: UUID) -> None:
    tx = standing.tx
    if member == standing.actor.member:
        raise _refused("share.self", "member", *_SELF)
    try:
        shown = await members.member(tx, standing.actor, member)
    except NotFound:
        raise _refused("member.unknown", "member", *_NO_MEMBER) from None
    if shown["disabled"]:
        raise _refused("member.unknown", "member", *_NO_MEMBER)
    theirs = await access_for(tx, await identity.actor(tx, member), standing.catalogue)
    if theirs.predicate(standing.object.id, Verb.READ) is None:
        raise _refused("share.no_effect", "member", *_NO_EFFECT)


def _refused(code: str, path: str, zh: str, en: str) -> Invalid:
    return Invalid(code, zh, en, [Fault(code, zh, en, path)])


_EXPIRED = (
    "到期时间已经过去，请选一个将来的时间，或留空。",
    "The expiry has passed already; choose a later moment or leave it out.",
)
_NO_TEAM = ("团队不存在，请重新选择。", "The team does not exist; choose another one.")
_NO_MEMBER = (
    "成员不存在或已停用，请选择在职成员。",
    "The member does not exist or is disabled; choose an active member.",
)
_SELF = (
    "不能共享给自己，请选择别的成员。",
    "A record cannot be shared with yourself; choose another member.",
)
_NO_EFFECT = (
    "对方的角色对这个对象没有任何读取权限，共享不起作用；请管理员先给角色加上 read。",
    "That member's roles give no reading of this object, so a share would show nothing; have an"
    " administrator add read to a role first.",
)
