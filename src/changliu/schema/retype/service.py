"""Verbs on changes of type: preview, begin, look at, cancel."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from changliu.definitions import service as definitions
from changliu.definitions.faults import invalid, validate
from changliu.definitions.impact import InUse
from changliu.definitions.kind import KindRegistry
from changliu.definitions.model import Context, Definition, Effect, Impact
from changliu.fields.model import Field
from changliu.fields.registry import FIELD_TYPES
from changliu.identity.model import Actor
from changliu.jobs.service import enqueue
from changliu.kit.db import Database, Tx, Workspace
from changliu.kit.errors import NotFound
from changliu.schema import ddl
from changliu.schema.body import FieldBody, FormerType
from changliu.schema.catalogue import catalogue, field_of
from changliu.schema.ddl import Moved
from changliu.schema.field_prepare import plain
from changliu.schema.kind import FIELD_KIND
from changliu.schema.model import Object
from changliu.schema.plan import Cost, Step
from changliu.schema.retype import store
from changliu.schema.retype.body import body_wanted, field_wanted
from changliu.schema.retype.losses import rehearse
from changliu.schema.retype.model import RUNNING, Changes, Retype, Survey, already_running
from changliu.schema.retype.survey import options_found, survey, wants_options
from changliu.schema.store import FieldRow, next_field
from changliu.schema.turns import run_turn, turn_of

FILL = "schema.retype"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a patch asks of a field: the body it would get, and what its values would become."""

    owner: Object
    field: Field
    live: Definition
    body: dict[str, Any]
    survey: Survey


@dataclass(frozen=True, slots=True)
class Order:
    """Who changes the type of which field: `base` and `confirm` as in any change of a field."""

    actor: Actor
    name: tuple[str, str]
    patch: Mapping[str, Any]
    base: int | None = None
    confirm: str | None = None


async def ask(tx: Tx, name: tuple[str, str], patch: Mapping[str, Any]) -> Asked:
    """Read what changing the type would do to the values; writes nothing.

    Raises `Invalid` for a type the field cannot become, for settings, and for too many options.
    """
    found = await catalogue(tx)
    owner, field = found.object(name[0]), field_of(found, *name)
    live = await definitions.get(tx, FIELD_KIND, ".".join(name))
    body = body_wanted(field, live.body, patch)
    target = field_wanted(field, body)
    if wants_options(field, target):
        body["settings"]["options"] = await options_found(tx, owner.table, field, target)
        target = field_wanted(field, body)
    return Asked(owner, field, live, body, await survey(tx, owner.table, field, target))


async def begin(
    database: Database,
    workspace: Workspace,
    kinds: KindRegistry,
    changes: Changes,
    order: Order,
) -> None:
    """Add the column of the new type and start filling it; the field changes when it is full.

    Raises `InUse` with what would be lost unless `confirm` is its token, `Conflict` when the field
    is changing already, and what `ask` raises.
    """
    async with database.transaction(workspace, write=False) as tx:
        asked = await ask(tx, order.name, order.patch)

    async def work(tx: Tx) -> None:
        await _begin(tx, kinds, changes, order, asked)

    await run_turn(database, workspace, work)


async def _begin(tx: Tx, kinds: KindRegistry, changes: Changes, order: Order, asked: Asked) -> None:
    owner, field = asked.owner, field_of(await catalogue(tx), *order.name)
    last = await store.latest(tx, field.id)
    if last is not None and last.state in RUNNING:
        raise already_running(field.label)
    live = await definitions.get(tx, FIELD_KIND, ".".join(order.name))
    definitions.check_base(
        order.base if order.base is not None else asked.live.version, live.version
    )
    impact, losses, new = await weigh(tx, kinds, order.actor, asked)
    if impact.effects and order.confirm != impact.token:
        raise InUse(impact, ".".join(order.name))
    storage = FIELD_TYPES[new.type].storage(
        FIELD_TYPES[new.type].settings.model_validate(new.settings)
    )
    step = Step("add_column", owner.table, Cost.INSTANT, column=new.place, storage=storage)
    await ddl.run(tx, turn_of(tx), [step])
    await ddl.swap(tx, turn_of(tx))
    values = {
        "object": owner.id, "field": field.id, "wanted": asked.body, "confirm": losses.token,
        "source": field.column, "target": new.place, "state": "fill",
        "seen": await changes.latest(tx), "total": asked.survey.rows,
        "former": {"type": field.type, "settings": plain(field.settings)},
        "started_at": tx.now, "started_by": order.actor.member,
    }  # fmt: skip
    number = await store.insert(tx, values)
    await enqueue(tx, FILL, {"retype": number}, lock_key=f"retype:{field.id}")


async def weigh(
    tx: Tx, kinds: KindRegistry, actor: Actor, asked: Asked
) -> tuple[Impact, Impact, FieldBody]:
    """Return all that is lost, the definitions among it, and the prepared body.

    Must run in a turn. Raises `Invalid` with the faults of the body.
    """
    owner, field, turn = asked.owner, asked.field, turn_of(tx)
    key = f"{owner.key}.{field.key}"
    column = turn.ids.get(f"{field.id}>") or await next_field(tx)
    turn.ids[f"{field.id}>"] = column
    turn.moved[field.id] = Moved(column, former_of(field, tx.catalogue_version + 1))
    try:
        context = Context(tx, actor, key)
        new = await FIELD_KIND.prepare(context, validate(FieldBody, asked.body))
        faults = [f for f in await FIELD_KIND.check(context, new) if not f.warning]
        if faults:
            raise invalid(faults)
        row = FieldRow(field.id, owner.id, field.key, field.version, definitions.dump(new))
        losses = await rehearse(tx, actor, kinds, row)
    finally:
        del turn.moved[field.id]
    return Impact((*losses.effects, *unfit(asked.survey))), losses, new


def former_of(field: Field, until: int) -> tuple[FormerType, ...]:
    """Return what a field was before, oldest first, with what it is until a catalogue version."""
    past = [(f.until, f.type, f.settings) for f in field.former]
    past.append((until, field.type, field.settings))
    return tuple(FormerType(until=u, type=t, settings=plain(s)) for u, t, s in past)


def unfit(found: Survey) -> list[Effect]:
    """Return the effect of values that have no place in the new type, if there are any."""
    if not found.refused:
        return []
    part = "" if found.examined == found.rows else f"（前 {found.examined} 条中）"
    zh = f"{found.refused} 条记录的值不能转换，会变为空（旧值保留 30 天可查）{part}"
    part = "" if found.examined == found.rows else f" (of the first {found.examined})"
    en = f"{found.refused} records have values that do not fit; blank then, kept for 30 days{part}"
    return [Effect("values", zh, en)]


async def latest(tx: Tx, name: tuple[str, str]) -> Retype:
    """Return the newest change of a field's type; raises `NotFound` (`retype.none`)."""
    field = field_of(await catalogue(tx), *name)
    found = await store.latest(tx, field.id)
    if found is None:
        raise NotFound(
            "retype.none",
            f"“{field.label['zh-CN']}”没有改过类型。",
            f"The type of '{field.label['en']}' was never changed.",
        )
    return found


async def cancel(tx: Tx, name: tuple[str, str]) -> Retype:
    """Stop a change that is under way: the field stays as it is. Raises what `latest` raises."""
    found = await latest(tx, name)
    locked = await store.get(tx, found.id, lock=True)
    if locked is not None and locked.state in RUNNING:
        await store.end(tx, found.id, "cancelled")
    return await latest(tx, name)
