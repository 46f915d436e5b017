"""The definition kind `object`: a record type and its table."""
# ruff: noqa: ARG002 -- a kind's functions take what the protocol gives them

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import ClassVar, TypeVar

from changliu.definitions import service as definitions
from changliu.definitions.kind import DefinitionKind
from changliu.definitions.model import Context, Effect, Use, UseRow
from changliu.identity.model import Right
from changliu.kit.db import Database, Tx, Workspace
from changliu.kit.errors import Fault, Invalid
from changliu.schema import ddl, store
from changliu.schema.body import ObjectBody
from changliu.schema.catalogue import catalogue
from changliu.schema.field_kind import FieldKind
from changliu.schema.lines import built_in_steps, defined_fields
from changliu.schema.model import Catalogue, Object
from changliu.schema.names import MAX_OBJECTS, check_object_key, too_many
from changliu.schema.plan import plan_object
from changliu.schema.store import ObjectRow
from changliu.schema.turns import run_turn, turn_in, turn_of

T = TypeVar("T")


class ObjectKind(DefinitionKind[ObjectBody]):
    """An object: label, icon, title field; its fields are definitions of their own."""

    name: ClassVar[str] = "object"
    label: ClassVar[dict[str, str]] = {"zh-CN": "对象", "en": "object"}
    right: ClassVar[Right] = Right.SCHEMA_CHANGE
    model: type[ObjectBody] = ObjectBody

    def __init__(self, fields: FieldKind) -> None:
        self._fields = fields

    async def prepare(self, context: Context, body: ObjectBody) -> ObjectBody:
        """Give an id; raises `Invalid` for a reserved key or one object too many."""
        check_object_key(context.key)
        found = await catalogue(context.tx)
        live = found.by_key.get(context.key)
        if live is not None:
            return body.model_copy(update={"id": live.id})
        if len(found.objects) >= MAX_OBJECTS:
            raise too_many("对象", "objects", MAX_OBJECTS)
        return body.model_copy(update={"id": await _id(context, body)})

    async def check(self, context: Context, body: ObjectBody) -> list[Fault]:
        """Refuse a title field the object does not have (a new object may name one to come), and
        a timeline that is no datetime of its own."""
        found = await catalogue(context.tx)
        live = found.by_key.get(context.key)
        faults = _line_faults(found, context.key, body)
        if live is None or not live.fields:
            return faults
        return [*faults, *_title_faults(live, body), *_timeline_faults(live, body)]

    async def uses(self, context: Context, body: ObjectBody) -> set[Use]:
        """Return the title field, and the object whose lines these are."""
        found = await catalogue(context.tx)
        live, parent = found.by_key.get(context.key), found.by_key.get(body.lines_of or "")
        title = live.by_key.get(body.title_field or "") if live else None
        used = {Use(live.id, title.id)} if live and title else set()
        return used | ({Use(parent.id)} if parent else set())

    async def removes(self, context: Context, old: ObjectBody, new: ObjectBody | None) -> set[Use]:
        """Return the object with everything that reads it or its fields, when it is retired."""
        return {Use(old.id or "")} if new is None else set()

    async def impact(
        self, context: Context, old: ObjectBody, new: ObjectBody | None
    ) -> list[Effect]:
        """Return how many records disappear with the object."""
        count = await store.count_records(context.tx, old.id or "") if new is None else 0
        if not count:
            return []
        zh = f"“{old.label['zh-CN']}”的 {count:,} 条记录将不再可见（数据保留，可恢复）"
        en = f"{count:,} records of '{old.label['en']}' will no longer be seen (data is kept)"
        return [Effect("records", zh, en)]

    def owns(self, key: str, row: UseRow) -> bool:
        """Its own fields go with it."""
        return row.kind == FieldKind.name and row.key.startswith(f"{key}.")

    def without(self, body: ObjectBody, use: Use) -> ObjectBody | None:
        """Go on without a title field; lines cannot go on without their object."""
        if not use.field:
            return None
        return body.model_copy(update={"title_field": None})

    async def apply(self, context: Context, old: ObjectBody | None, new: ObjectBody | None) -> None:
        """Create the table, or write the row the catalogue is loaded from."""
        either = new or old
        assert either is not None
        assert either.id is not None
        if new is None:
            await self._remove(context, either.id)
            return
        removed_at = await store.removed_object(context.tx, either.id, context.key)
        turn = turn_of(context.tx)
        if old is None and removed_at is None:
            await ddl.run(
                context.tx,
                turn,
                plan_object(either.id, [] if new.lines_of is None else built_in_steps(either.id)),
            )
        row = ObjectRow(either.id, context.key, context.version, definitions.dump(new))
        await store.save_object(context.tx, row)
        if removed_at is not None:
            await self._revive_fields(context, either.id, removed_at)

    async def _remove(self, context: Context, object_id: str) -> None:
        for field in defined_fields((await catalogue(context.tx)).by_id[object_id]):
            key = f"{context.key}.{field.key}"
            live = await definitions.get(context.tx, self._fields, key)
            await definitions.drop(context.tx, context.actor, self._fields, live)
        await store.remove_object(context.tx, object_id)

    async def _revive_fields(self, context: Context, object_id: str, at: datetime) -> None:
        """Bring back the fields that went with the object; what no longer fits stays away."""
        await definitions.bump(context.tx)
        rows = await store.removed_with(context.tx, object_id, at)
        waiting = [(f"{context.key}.{row.key}", row.version) for row in rows]
        while waiting:
            later = []
            for name, version in waiting:
                try:
                    await definitions.rollback(
                        context.tx, context.actor, self._fields, name, version
                    )
                except Invalid:  # a formula that reads a field still to come
                    later.append((name, version))
            if len(later) == len(waiting):
                return
            waiting = later

    async def run(
        self, database: Database, workspace: Workspace, work: Callable[[Tx], Awaitable[T]]
    ) -> T:
        """Publish in a change of structure."""
        return await run_turn(database, workspace, work)


def _line_faults(found: Catalogue, key: str, body: ObjectBody) -> list[Fault]:
    live = found.by_key.get(key)
    if live is not None and live.lines_of != body.lines_of:
        zh = "是谁的明细在新建对象时就定下了，不能修改；请新建一个对象。"
        en = "Whose lines an object holds is settled when it is made; create another object."
        return [Fault("object.lines_of", zh, en, "lines_of")]
    parent = found.by_key.get(body.lines_of or "")
    if body.lines_of is None or (parent is not None and parent.lines_of is None):
        return []
    zh, en = (
        f"没有对象“{body.lines_of}”，请先新建它。",
        f"There is no object '{body.lines_of}' yet.",
    )
    if parent is not None:
        zh, en = "明细不能再有明细，请换一个对象。", "Lines have no lines; choose another object."
    return [Fault("object.lines_of", zh, en, "lines_of")]


def _title_faults(live: Object, body: ObjectBody) -> list[Fault]:
    if body.title_field is None or body.title_field in live.by_key:
        return []
    known = "、".join(live.by_key)
    zh = f"标题字段“{body.title_field}”不存在，可选：{known}。"
    en = f"There is no field '{body.title_field}'; choose one of: {', '.join(live.by_key)}."
    return [Fault("object.title_field", zh, en, "title_field")]


def _timeline_faults(live: Object, body: ObjectBody) -> list[Fault]:
    known = ["created_at", *(f.key for f in live.fields if f.type == "datetime")]
    if body.timeline is None or body.timeline in known:
        return []
    zh = f"时间线要按日期时间字段排列，“{body.timeline}”不是；可选：{'、'.join(known)}。"
    en = (
        f"A timeline is ordered by a datetime, which '{body.timeline}' is not; choose one of:"
        f" {', '.join(known)}."
    )
    return [Fault("object.timeline", zh, en, "timeline")]


async def _id(context: Context, body: ObjectBody) -> str:
    tx = context.tx
    if context.rolling_back and body.id and await store.removed_object(tx, body.id, context.key):
        return body.id
    turn = turn_in(tx)
    given = turn.ids.get(context.key) if turn else None
    number = given or await store.next_object(tx)
    if turn:
        turn.ids[context.key] = number
    return number
