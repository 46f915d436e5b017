"""What is wrong with a field body for the sake of maintained roll-ups: itself, and those above."""

from collections.abc import Iterator
from dataclasses import replace

from changliu.definitions import service as definitions
from changliu.definitions.model import Context
from changliu.formula.model import from_json
from changliu.kit.errors import Fault
from changliu.schema.body import FieldBody
from changliu.schema.model import Catalogue, Object
from changliu.schema.physical import provisional
from changliu.schema.rollups import Unmaintainable, circle, follow, kept_column
from changliu.schema.world import CatalogueWorld, computed_fact


async def rollup_faults(
    context: Context, found: Catalogue, owner: Object, body: FieldBody
) -> list[Fault]:
    """Return why a roll-up cannot be maintained, or cannot cease to be, and whom a changed formula
    would stop from being so."""
    if body.shape is None:
        return []
    column = kept_column(body)
    faults = list(_unmaintainable(found, owner, body, column)) if column else []
    live = owner.by_id.get(body.id or "")
    if live is not None and live.kept and column is None:
        faults += await _needed(context, owner, body)
    return faults or list(_stopped(found, owner, body))


def _world(found: Catalogue, owner: Object, body: FieldBody) -> CatalogueWorld:
    """The world of upkeep with this body's field in it."""
    assert isinstance(found.upkeep, CatalogueWorld)
    assert body.shape is not None
    field = provisional(body, body.id or "")
    field = replace(field, tree=from_json(body.shape.tree), kept=kept_column(body), filled=True)
    return found.upkeep.with_field(owner.id, computed_fact(field, body.shape, None))


def _unmaintainable(
    found: Catalogue, owner: Object, body: FieldBody, column: str | None
) -> Iterator[Fault]:
    assert body.shape is not None
    key = provisional(body, body.id or "")
    kept = replace(key, tree=from_json(body.shape.tree), kept=column)
    try:
        rollup = follow(kept, _world(found, owner, body), owner.id)
    except Unmaintainable as why:
        yield why.fault()
        return
    others = [r for r in found.rollups if r.field.id != body.id]
    round_about = circle(rollup, others)
    if round_about is not None:
        yield round_about.fault()


async def _needed(context: Context, owner: Object, body: FieldBody) -> list[Fault]:
    """Rules and other maintained roll-ups that count on it being maintained."""
    found = []
    for row in await definitions.uses_of(context.tx, owner.id, body.id):
        if row.kind != "field":
            found.append(f"{row.kind}:{row.key}")
    if not found:
        return []
    named = "、".join(found)
    zh = f"还有定义靠它保持更新：{named}。请先停用它们，再去掉“保持更新”。"
    en = f"Definitions rely on its being maintained: {', '.join(found)}. Retire those first."
    return [Fault("rollup.needed", zh, en, "maintained")]


def _stopped(found: Catalogue, owner: Object, body: FieldBody) -> Iterator[Fault]:
    """Maintained roll-ups that could not be so any more over the changed formula."""
    world = _world(found, owner, body)
    for rollup in found.rollups:
        if body.id not in rollup.reads or rollup.child != owner.id:
            continue
        try:
            follow(rollup.field, world, rollup.parent)
        except Unmaintainable as why:
            name = rollup.field.label
            zh = f"汇总“{name['zh-CN']}”靠它保持更新，将不再成立：{why.zh}"
            en = f"The maintained roll-up '{name['en']}' reads it and would break: {why.en}"
            path = "maintained" if body.type == "rollup" else "formula"
            yield Fault("rollup.dependant", zh, en, path)
