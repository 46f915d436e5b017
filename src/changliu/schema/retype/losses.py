"""What uses a field looks at itself again when the field changes its type."""

from typing import Any

from changliu.definitions import service as definitions
from changliu.definitions.impact import effect_of
from changliu.definitions.kind import KindRegistry
from changliu.definitions.model import Effect, Impact, Use, UseRow
from changliu.identity.model import Actor
from changliu.kit.db import Tx
from changliu.kit.errors import Problem
from changliu.schema import store
from changliu.schema.catalogue import catalogue
from changliu.schema.store import FieldRow
from changliu.schema.turns import turn_of

FIELD = "field"


class _Undo(Exception):  # noqa: N818 -- control flow, never seen outside
    """Nothing of a rehearsal stays."""


async def rehearse(tx: Tx, actor: Actor, kinds: KindRegistry, row: FieldRow) -> Impact:
    """Return what a field of this new body would cost those that use it; nothing is written."""
    state, turn = definitions.pending(tx), turn_of(tx)
    before = (state.bumped, tx.catalogue_version, turn.swapped, len(tx.after_commit))
    impact = Impact()
    try:
        async with tx.savepoint():
            await store.save_field(tx, row)
            await definitions.bump(tx)
            impact = await adapt(tx, actor, kinds, Use(row.object, row.id))
            raise _Undo
    except _Undo:
        pass
    finally:
        state.bumped, tx.catalogue_version, turn.swapped, callbacks = before
        del tx.after_commit[callbacks:]
        state.forget()
    return impact


async def adapt(tx: Tx, actor: Actor, kinds: KindRegistry, changed: Use) -> Impact:
    """Publish again what uses a changed field, reduced or retired where it no longer fits.

    A formula whose own kind of value changes has its users looked at too.
    """
    waiting, seen, effects = [changed], {await _name_of(tx, changed)}, list[Effect]()
    while waiting:
        use = waiting.pop(0)
        for row in await definitions.uses_of(tx, use.object, use.field):
            name = (row.kind, row.key)
            if name in seen or row.kind == "object":
                continue
            seen.add(name)
            if not await _stands(tx, actor, kinds, row):
                effects += await _give_up(tx, actor, kinds, row, use)
            elif row.kind == FIELD:
                waiting += await _use_of(tx, row.key)
    return Impact(tuple(effects))


async def _stands(tx: Tx, actor: Actor, kinds: KindRegistry, row: UseRow) -> bool:
    """Publish a user as it is; an equal body makes no version."""
    kind = kinds.get(row.kind)
    live = await definitions.get(tx, kind, row.key)
    try:
        await definitions.put(tx, actor, kind, row.key, live.body)
    except Problem:
        return False
    return True


async def _give_up(
    tx: Tx, actor: Actor, kinds: KindRegistry, row: UseRow, use: Use
) -> list[Effect]:
    """Publish it without the use, or retire it with all that needs it."""
    kind = kinds.get(row.kind)
    live = await definitions.get(tx, kind, row.key)
    model: Any = kind.model.model_validate(live.body)
    less = kind.without(model, use)
    if less is not None:
        await definitions.put(tx, actor, kind, row.key, definitions.dump(less))
        return [effect_of(kinds, (row.kind, row.key), False)]
    losses = await definitions.losses_of(tx, actor, kinds, kind, live)
    await definitions.carry_out(tx, actor, kinds, losses)
    await definitions.drop(tx, actor, kind, live)
    return [effect_of(kinds, (row.kind, row.key), True), *losses.impact.effects]


async def _use_of(tx: Tx, key: str) -> list[Use]:
    object_key, _, field_key = key.partition(".")
    owner = (await catalogue(tx)).by_key.get(object_key)
    field = owner.by_key.get(field_key) if owner else None
    return [Use(owner.id, field.id)] if owner and field else []


async def _name_of(tx: Tx, use: Use) -> tuple[str, str]:
    owner = (await catalogue(tx)).by_id[use.object]
    return FIELD, f"{owner.key}.{owner.by_id[use.field].key}"
