"""Views for others: who may share one, with whom, and what becomes of it.

A shared view is a definition, whoever makes it. Who may change views shares with anybody. Who may
share views shares with teams of their own tree, and changes and withdraws what they made.
"""

from collections.abc import Sequence
from typing import Any

from changliu.definitions import service as definitions
from changliu.definitions.faults import invalid, validate
from changliu.definitions.kind import KindRegistry
from changliu.identity.model import RIGHT_LABELS, Right
from changliu.kit.errors import Conflict, Fault, Forbidden
from changliu.kit.ids import uuid7
from changliu.views.kind import ViewKind
from changliu.views.model import ViewBody
from changliu.views.service import Desk, Stored, all_shared, may_change, told
from changliu.views.shown import Json
from changliu.views.store import Place

# Shared views that one member made without the right to change views: more than a team looks at.
MAX_SHARED = 50


async def share_view(desk: Desk, given: Any) -> Json:
    """Publish a new view for others.

    Raises `Forbidden` without a right, `Invalid` for what is wrong and for teams that are not the
    sharer's, `Conflict` when they share too many.
    """
    body = validate(ViewBody, given)
    _check_right(desk)
    _check_readers(desk, body)
    if not _changes_all(desk) and await _count(desk) >= MAX_SHARED:
        raise _too_many()
    key = f"{body.object[:40]}_{uuid7().hex[-12:]}".lower()
    return await _publish(desk, key, given, None)


async def change_shared(desk: Desk, given: Any, stored: Stored, base: int | None) -> Json:
    """Publish a view that is shared anew; raises as `share_view`, `Conflict` for a stale `base`."""
    _check_maker(desk, stored)
    _check_right(desk)
    _check_readers(desk, validate(ViewBody, given))
    return await _publish(desk, stored.place.key, given, base)


async def withdraw_view(desk: Desk, stored: Stored, kinds: KindRegistry) -> None:
    """Retire a view that is shared; raises `Forbidden` for somebody else's."""
    _check_maker(desk, stored)
    await definitions.retire(desk.tx, desk.actor, kinds, ViewKind(), stored.place.key)


async def _publish(desk: Desk, key: str, given: Any, base: int | None) -> Json:
    kind = ViewKind(desk.actor.member)
    made = await definitions.put(desk.tx, desk.actor, kind, key, given, base=base)
    body = ViewBody.model_validate(made.body)
    place = Place("view", key, body.object_id or "")
    (shown,) = await told(desk, [Stored(place, made.version, body)])
    return shown


async def _count(desk: Desk) -> int:
    shared: Sequence[Stored] = await all_shared(desk.tx)
    mine = [each for each in shared if getattr(each.body, "maker", None) == desk.actor.member]
    return len(mine)


def _changes_all(desk: Desk) -> bool:
    return Right.VIEWS_CHANGE in desk.actor.rights


def _check_right(desk: Desk) -> None:
    if _changes_all(desk) or Right.VIEWS_SHARE in desk.actor.rights:
        return
    words = RIGHT_LABELS[Right.VIEWS_SHARE]
    raise Forbidden(
        "right.missing",
        f"需要“{words['zh-CN']}”权限，请联系管理员；您可以先保存为自己的视图。",
        f"This needs the right to {words['en']}; ask an administrator, or save it as your own.",
    )


def _check_maker(desk: Desk, stored: Stored) -> None:
    if may_change(desk, stored):
        return
    raise Forbidden(
        "view.shared",
        "这是别人共享的视图，只有共享的人和有“修改视图和表单”权限的人能修改；您可以另存为自己的视图。",
        "Somebody else shares this view; they and those who may change views change it. Save your"
        " own copy.",
    )


def _check_readers(desk: Desk, body: ViewBody) -> None:
    if _changes_all(desk):
        return
    if not body.teams:
        zh, en = "请选择与哪些团队共享。", "Choose the teams to share it with."
        raise invalid([Fault("view.teams", zh, en, "teams")])
    mine = set(desk.actor.tree)
    zh = "只能共享给您所在的团队及其下级团队，请另选。"
    en = "You share with your own teams and those below them; choose one of these."
    outside = [at for at, team in enumerate(body.teams) if team not in mine]
    if outside:
        raise invalid([Fault("view.teams", zh, en, f"teams.{at}") for at in outside])


def _too_many() -> Conflict:
    return Conflict(
        "view.too_many",
        f"您共享的视图已有 {MAX_SHARED} 个，请先撤回不用的。",
        f"You share {MAX_SHARED} views, the most there may be; withdraw some first.",
    )
