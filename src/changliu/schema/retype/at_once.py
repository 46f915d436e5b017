"""Changes of type within one change of structure, together with all else it publishes.

An app that comes in another version is all there or not at all, so its fields change with it: the
same column, conversion and note as a change by itself (`filling.py`), while writers wait. That is
for tables of a bounded size; the field of a larger one is changed by itself before.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from changliu.definitions.faults import invalid, validate
from changliu.definitions.kind import KindRegistry
from changliu.definitions.model import Effect, Use
from changliu.fields.conversion import is_convertible
from changliu.fields.model import Field
from changliu.fields.registry import FIELD_TYPES
from changliu.identity.model import Actor
from changliu.kit.db import Tx
from changliu.kit.errors import Fault, Invalid
from changliu.schema import ddl
from changliu.schema.body import FieldBody
from changliu.schema.catalogue import catalogue
from changliu.schema.ddl import Moved
from changliu.schema.field_prepare import is_another, plain, retyped, with_settings
from changliu.schema.model import Object
from changliu.schema.names import split_field_key
from changliu.schema.plan import Cost, Step
from changliu.schema.retype import store
from changliu.schema.retype.body import field_wanted
from changliu.schema.retype.filling import PIECE, put_converted
from changliu.schema.retype.losses import adapt
from changliu.schema.retype.model import RUNNING, already_running
from changliu.schema.retype.service import former_of, unfit
from changliu.schema.retype.survey import options_found, survey, wants_options
from changliu.schema.store import next_field
from changliu.schema.turns import turn_of

# Records converted while everybody who writes waits: about a second.
MOST = 20_000


class TypesAtOnce:
    """The changes of type of one transaction; made before anything is published in it.

    `effects` are what they cost, as far as they got; a field may be tried several times.
    """

    def __init__(self, tx: Tx, actor: Actor, kinds: KindRegistry) -> None:
        self._tx, self._actor, self._kinds = tx, actor, kinds
        self._until = tx.catalogue_version + 1
        self._columns: dict[str, str] = {}
        self._moved: list[Use] = []
        self.effects: list[Effect] = []

    @asynccontextmanager
    async def moving(self, key: str, body: Mapping[str, Any]) -> AsyncIterator[None]:
        """Let the block publish a field `<object>.<field>` under another type, if it does.

        Raises `Invalid` for a type it cannot become (`field.retype`) and for too many records
        (`field.retype_many`), `Conflict` while it changes by itself (`field.retyping`).
        """
        object_key, field_key = split_field_key(key)
        owner = (await catalogue(self._tx)).by_key.get(object_key)
        live = owner.by_key.get(field_key) if owner else None
        wanted = with_settings(validate(FieldBody, dict(body)))
        if owner is None or live is None or not is_another(live, wanted):
            yield
            return
        turn = turn_of(self._tx)
        if live.column is None and FIELD_TYPES[wanted.type].computed:
            turn.moved[live.id] = Moved(None, ())
        else:
            column = await self._column(owner, live, wanted)
            turn.moved[live.id] = Moved(column, former_of(live, self._until))
        try:
            yield
        finally:
            moved = turn.moved.pop(live.id)
        if moved.column is not None:
            await self._fill(owner, live, wanted, moved.column)
        self._moved.append(Use(owner.id, live.id))

    async def settle(self) -> list[Effect]:
        """Have what uses the fields look at itself again; returns what is reduced or retired."""
        found: list[Effect] = []
        for use in self._moved:
            losses = await adapt(self._tx, self._actor, self._kinds, use)
            found += [effect for effect in losses.effects if effect not in found]
        return found

    async def _column(self, owner: Object, live: Field, wanted: FieldBody) -> str:
        """Add the column of the new type; returns its name."""
        tx, turn = self._tx, turn_of(self._tx)
        if live.id in self._columns:
            return self._columns[live.id]
        last = await store.latest(tx, live.id)
        if last is not None and last.state in RUNNING:
            raise already_running(live.label)
        target = _target(live, wanted)
        if live.column is None or FIELD_TYPES[wanted.type].computed:
            raise retyped(live, wanted.type)
        if not is_convertible(live, target):
            raise retyped(live, wanted.type)
        if wants_options(live, target):
            wanted.settings["options"] = await options_found(tx, owner.table, live, target)
        found = await survey(tx, owner.table, live, target)
        if found.rows > MOST:
            raise _too_many(live, wanted.type, found.rows)
        self.effects += unfit(found)
        column = turn.ids.get(f"{live.id}>") or await next_field(tx)
        turn.ids[f"{live.id}>"] = column
        storage = FIELD_TYPES[target.type].storage(target.settings)
        step = Step("add_column", owner.table, Cost.INSTANT, column=column, storage=storage)
        await ddl.swap(tx, turn)
        await ddl.run(tx, turn, [step])
        self._columns[live.id] = column
        return column

    async def _fill(self, owner: Object, live: Field, wanted: FieldBody, column: str) -> None:
        tx = self._tx
        values = {
            "object": owner.id, "field": live.id, "wanted": wanted.model_dump(mode="json"),
            "confirm": "", "source": live.column, "target": column, "state": "fill", "seen": 0,
            "total": await store.count_rows(tx, owner.table),
            "former": {"type": live.type, "settings": plain(live.settings)},
            "started_at": tx.now, "started_by": self._actor.member,
        }  # fmt: skip
        number = await store.insert(tx, values)
        change = await store.get(tx, number)
        assert change is not None
        after: UUID | None = None
        while rows := await store.held(tx, owner.table, change.source, after, PIECE):
            after = rows[-1][0]
            refused = await put_converted(tx, change, live, rows)
            await store.advance(tx, number, place=after, done=len(rows), refused=refused)
        await store.end(tx, number, "done")


def _target(live: Field, wanted: FieldBody) -> Field:
    return field_wanted(live, {"type": wanted.type, "settings": wanted.settings})


def _too_many(live: Field, wanted: str, rows: int) -> Invalid:
    zh = (
        f"“{live.label['zh-CN']}”要改成 {wanted} 类型，但有 {rows} 条记录（一次最多 {MOST} 条）。"
        "请先在该字段上单独改类型（后台转换，期间照常使用），完成后再安装。"
    )
    en = (
        f"'{live.label['en']}' is to become {wanted}, and there are {rows} records ({MOST} at most"
        " at once). Change its type on the field first: that runs in the background while people"
        " work; then install again."
    )
    return invalid([Fault("field.retype_many", zh, en, "type")])
