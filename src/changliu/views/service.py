"""Verbs of views and forms: which a reader has, one as they see it, and their own views."""

from collections import OrderedDict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from changliu.access.service import MemberAccess, access_for
from changliu.definitions import service as definitions
from changliu.definitions.faults import invalid, validate
from changliu.identity.directory import role_holders, team_parents
from changliu.identity.model import ADMIN_ROLE, Actor, Right
from changliu.kit.db import Tx
from changliu.kit.errors import Conflict, Fault, NotFound
from changliu.kit.ids import uuid7
from changliu.kit.labels import Language
from changliu.records.query.service import reader_of, titles
from changliu.schema.catalogue import catalogue
from changliu.schema.model import Catalogue, Object, unknown_object
from changliu.schema.world import MEMBER, TEAM
from changliu.views import store
from changliu.views.form_model import FormBody
from changliu.views.kind import no_object
from changliu.views.model import ViewBody
from changliu.views.parts import EVERYBODY
from changliu.views.reading import Reading, reads
from changliu.views.shown import Json, Sieve, brief, shown_view
from changliu.views.store import Place
from changliu.views.view_reading import read_view

# Own views of one member: more than anybody keeps apart.
MAX_OWN = 200
_KEPT = 64


@dataclass(frozen=True, slots=True)
class Stored:
    """A view or form as it lies there; `body` is prepared."""

    place: Place
    version: int
    body: ViewBody | FormBody

    @property
    def teams(self) -> tuple[UUID, ...]:
        """The teams it is for; nobody is left out when there are none."""
        return self.body.teams if isinstance(self.body, ViewBody) else ()

    @property
    def maker(self) -> UUID | None:
        """The member who shared it, if one did."""
        return self.body.maker if isinstance(self.body, ViewBody) else None


_shared: OrderedDict[tuple[str, int], tuple[Stored, ...]] = OrderedDict()


@dataclass(frozen=True, slots=True)
class Desk:
    """One reader in an open transaction."""

    tx: Tx
    actor: Actor
    access: MemberAccess
    catalogue: Catalogue
    language: Language

    def object(self, key: str) -> Object:
        """Return an object the reader reads; `NotFound` alike for unknown and unreadable ones."""
        found = self.catalogue.object(key)
        if not reads(self.access, found.id):
            raise unknown_object(key)
        return found

    def sieve(self, object_id: str) -> Sieve:
        """Return the reader's eyes on bodies of an object."""
        target = self.catalogue.by_id[object_id]
        return Sieve(self.catalogue, target, self.access, self.language)

    def sees(self, stored: Stored, teams: Collection[UUID] = ()) -> bool:
        """Say whether a view or form is for this reader; `teams` are theirs and all above."""
        place, roles = stored.place, self.actor.roles
        if place.object not in self.catalogue.by_id or not reads(self.access, place.object):
            return False
        if place.member is not None:
            return place.member == self.actor.member
        if ADMIN_ROLE in roles or stored.maker == self.actor.member:
            return True
        named = stored.body.visible_to
        return _meets(named, roles) and _meets(stored.teams, teams)

    def rank(self, stored: Stored) -> tuple[int, int, str]:
        """Return the order of what the reader sees: first what is their role's in their team, then
        their role's, then everybody's, then the rest, what is shared with teams at its end."""
        wanted = set(stored.body.default_for)
        first = 1 if wanted & set(self.actor.roles) else 2 if EVERYBODY in wanted else 3
        if stored.teams:
            first = 0 if first < 3 else 4
        return first, stored.body.position, stored.place.key


async def desk_of(tx: Tx, actor: Actor, language: Language) -> Desk:
    """Return a reader at their desk."""
    found = await catalogue(tx)
    return Desk(tx, actor, await access_for(tx, actor, found), found, language)


async def views_of(desk: Desk, object_id: str | None = None) -> list[Stored]:
    """Return the views a reader has, first those they should see first, then their own."""
    shared = [each for each in await all_shared(desk.tx) if each.place.kind == "view"]
    own = [_read(row) for row in await store.own(desk.tx, desk.actor.member)]
    teams = await _teams(desk) if any(each.teams for each in shared) else set()
    seen = [each for each in (*shared, *own) if desk.sees(each, teams)]
    if object_id is not None:
        seen = [each for each in seen if each.place.object == object_id]
    return sorted(seen, key=lambda each: (each.place.member is not None, desk.rank(each)))


async def forms_of(desk: Desk, object_id: str) -> list[Stored]:
    """Return the forms a reader has for an object, the one to use first."""
    shared = [each for each in await all_shared(desk.tx) if each.place.kind == "form"]
    seen = [each for each in shared if each.place.object == object_id and desk.sees(each)]
    return sorted(seen, key=desk.rank)


async def list_views(desk: Desk, object_key: str | None) -> list[Json]:
    """Return the reader's views, each as they may use it."""
    target = desk.object(object_key) if object_key is not None else None
    found = await views_of(desk, target.id if target else None)
    return await told(desk, found)


async def get_view(desk: Desk, key: str) -> Json:
    """Return one view as the reader may use it; `NotFound` for one that is not theirs to see."""
    (made,) = await told(desk, [await find(desk, key)])
    return made


async def find(desk: Desk, key: str) -> Stored:
    """Return one of the reader's views; raises `NotFound` (code `view.missing`)."""
    for stored in await views_of(desk):
        if stored.place.key == key:
            return stored
    raise NotFound(
        "view.missing",
        "没有这个视图，可能已被删除或不再与您共享；请刷新后另选一个。",
        "There is no such view; it may be gone or not shared with you. Reload and choose another.",
    )


def show(desk: Desk, stored: Stored) -> Json:
    """Return one view as the reader may use it."""
    assert isinstance(stored.body, ViewBody)
    sieve = desk.sieve(stored.place.object)
    return shown_view(stored.place, stored.version, stored.body, sieve)


async def told(desk: Desk, found: Sequence[Stored]) -> list[Json]:
    """Return views as the reader may use them, with the names of teams and of who shared them."""
    wanted: dict[str, set[UUID]] = {
        MEMBER: {each.maker for each in found if each.maker is not None},
        TEAM: {team for each in found for team in each.teams},
    }
    wanted = {target: ids for target, ids in wanted.items() if ids}
    reader = reader_of(desk.tx, desk.access, desk.catalogue)
    names = await titles(desk.tx, reader, wanted) if wanted else {}
    made = []
    for stored in found:
        view = {**show(desk, stored), "changeable": may_change(desk, stored)}
        if stored.place.member is None:
            view["teams"] = [{"id": i, "name": names.get((TEAM, i))} for i in stored.teams]
            who = stored.maker
            view["maker"] = who and {"id": who, "name": names.get((MEMBER, who))}
        made.append(view)
    return made


def may_change(desk: Desk, stored: Stored) -> bool:
    """Say whether a view is the reader's to change: their own, shared by them, or by right."""
    mine = desk.actor.member in (stored.place.member, stored.maker)
    return mine or Right.VIEWS_CHANGE in desk.actor.rights


async def keep_view(
    desk: Desk, given: Any, before: Stored | None = None, base: int | None = None
) -> Json:
    """Save one of the reader's own views, a new one or in place of `before`.

    Raises `Invalid` with the places of what is wrong, `Conflict` when there are too many or when
    `base` is not the version of `before`.
    """
    body = validate(ViewBody, given)
    if before is not None:
        definitions.check_base(base, before.version)
    if before is None and len(await store.own(desk.tx, desk.actor.member)) >= MAX_OWN:
        raise _too_many()
    for name in ("visible_to", "teams", "default_for"):
        if getattr(body, name):
            raise invalid([_private(name)])
    target = desk.catalogue.by_key.get(body.object)
    if target is None or not reads(desk.access, target.id):
        raise invalid([no_object(body.object)])
    known = before.body if before and before.body.object == body.object else None
    reading = Reading(desk.catalogue, target, desk.access, known)
    made = read_view(reading, body, set(await role_holders(desk.tx)))
    if reading.faults:
        raise invalid(reading.faults)
    key = before.place.key if before else str(uuid7())
    place = Place("view", key, target.id, desk.actor.member)
    version = before.version + 1 if before else 1
    await store.save(desk.tx, place, version, definitions.dump(made))
    (shown,) = await told(desk, [Stored(place, version, made)])
    return shown


async def drop_view(desk: Desk, stored: Stored) -> None:
    """Delete one of the reader's own views."""
    await store.remove(desk.tx, "view", stored.place.key)


def summary(desk: Desk, stored: Stored) -> Json:
    """Return what a menu says of a view."""
    assert isinstance(stored.body, ViewBody)
    target = desk.catalogue.by_id[stored.place.object]
    return brief(stored.place, stored.version, stored.body, target, desk.language)


def _meets(named: Collection[object], held: Collection[object]) -> bool:
    return not named or bool(set(named) & set(held))


async def _teams(desk: Desk) -> set[UUID]:
    """The reader's teams and every team above: what is shared with one reaches those below."""
    parents = await team_parents(desk.tx)
    found: set[UUID] = set()
    waiting: list[UUID | None] = list(desk.actor.teams)
    while waiting:
        team = waiting.pop()
        if team is not None and team not in found:
            found.add(team)
            waiting.append(parents.get(team))
    return found


async def all_shared(tx: Tx) -> Sequence[Stored]:
    """Return what is shared, read once per catalogue version: every publish raises it."""
    key = (tx.place, tx.catalogue_version)
    found = _shared.get(key)
    if found is not None:
        _shared.move_to_end(key)
        return found
    made = tuple(_read(row) for row in await store.shared(tx))
    if tx.catalogue_version > 0:
        _shared[key] = made
        if len(_shared) > _KEPT:
            _shared.popitem(last=False)
    return made


def _read(row: store.Row) -> Stored:
    model = ViewBody if row.place.kind == "view" else FormBody
    body: ViewBody | FormBody = model.model_validate(row.body)
    return Stored(row.place, row.version, body)


def _private(name: str) -> Fault:
    zh = "自己的视图只有您看得到，不能设置可见或默认角色；要共享请发布为共享视图。"
    en = "Your own view is yours alone and has no roles; publish a shared view for others."
    return Fault("view.private", zh, en, name)


def _too_many() -> Conflict:
    return Conflict(
        "view.too_many",
        f"自己的视图最多 {MAX_OWN} 个，请先删除不用的。",
        f"You have {MAX_OWN} views of your own, the most there may be; delete some first.",
    )
