"""What a change of a field would do, without doing it: steps, cost, impact, faults."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from changliu.definitions import service as definitions
from changliu.definitions.faults import validate
from changliu.definitions.impact import InUse
from changliu.definitions.kind import KindRegistry
from changliu.definitions.model import Context, Effect, Impact
from changliu.identity.model import Actor
from changliu.kit.db import Tx
from changliu.kit.errors import Fault, Invalid
from changliu.kit.labels import Language
from changliu.schema import store
from changliu.schema.body import FieldBody
from changliu.schema.catalogue import catalogue, field_of
from changliu.schema.install import key_of
from changliu.schema.kind import FIELD_KIND
from changliu.schema.merge import merged
from changliu.schema.physical import physical_field
from changliu.schema.plan import Cost, Step, plan_field


@dataclass(slots=True)
class Preview:
    """A change that was not made; `faults` say why it cannot be, `warnings` what to look at."""

    steps: list[Step] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    impact: Impact = field(default_factory=Impact)
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Effect] = field(default_factory=list)

    def as_json(self, language: Language) -> dict[str, Any]:
        """Return the preview in one language; `confirm` is the token the change will need."""
        return {
            "steps": [step.as_json(language) for step in self.steps],
            "changes": self.words,
            "impact": [effect.as_json(language) for effect in self.impact.effects],
            "confirm": self.impact.token if self.impact.effects else None,
            "errors": [fault.as_json(language) for fault in self.faults],
            "warnings": [effect.as_json(language) for effect in self.warnings],
        }


async def preview_field(
    tx: Tx, actor: Actor, object_key: str, body: Mapping[str, Any], language: Language
) -> Preview:
    """Preview adding a field, or patching the one whose key the body names.

    Raises `Invalid` (`key.missing`) when it names none.
    """
    name = key_of(body)
    key = f"{object_key}.{name}"
    owner = (await catalogue(tx)).object(object_key)
    live = await _live(tx, key) if name in owner.by_key else None
    if live is not None:
        full = merged(live.model_dump(mode="json", exclude_none=True), body)
    else:
        full = {k: v for k, v in body.items() if k != "key"}
    made = Preview()
    try:
        context = Context(tx, actor, key)
        new = await FIELD_KIND.prepare(context, validate(FieldBody, full))
    except InUse as error:
        made.impact = error.impact
        return made
    except Invalid as error:
        made.faults = list(error.faults) or [Fault(error.code, error.zh, error.en)]
        return made
    made.faults = await FIELD_KIND.check(context, new)
    old = physical_field(owner.table, live) if live else None
    made.steps = plan_field(old, physical_field(owner.table, new))
    made.words = FIELD_KIND.describe(live, new, language)
    if not made.steps:
        made.steps = [Step("metadata", owner.table, Cost.METADATA, "只改定义", "Definition only")]
    made.warnings = await _blanks(tx, owner.table, live, new)
    return made


async def preview_removal(
    tx: Tx, actor: Actor, kinds: KindRegistry, name: tuple[str, str]
) -> Preview:
    """Preview taking a field away; the impact list is the one the removal will ask to confirm."""
    found = await catalogue(tx)
    live = await definitions.get(tx, FIELD_KIND, ".".join(name))
    losses = await definitions.losses_of(tx, actor, kinds, FIELD_KIND, live)
    body = FieldBody.model_validate(live.body)
    table = found.object(name[0]).table
    made = Preview(steps=plan_field(physical_field(table, body), None), impact=losses.impact)
    count = await filled(tx, *name)
    if count is not None:
        zh, en = (
            f"{count} 条记录在这个字段有值（数据保留，可恢复）",
            f"{count} records have a value here",
        )
        made.warnings = [Effect("values", zh, f"{en} (kept, can be restored)")]
    return made


async def filled(tx: Tx, object_key: str, field_key: str) -> int | None:
    """Return how many records have a value in a field; None when it stores none of its own."""
    found = await catalogue(tx)
    column = field_of(found, object_key, field_key).column
    if column is None:
        return None
    return await store.count_filled(tx, found.object(object_key).table, column)


async def _live(tx: Tx, key: str) -> FieldBody:
    return FieldBody.model_validate((await definitions.get(tx, FIELD_KIND, key)).body)


async def _blanks(tx: Tx, table: str, live: FieldBody | None, new: FieldBody) -> list[Effect]:
    """Existing records without a value stay as they are when a field becomes required."""
    if not new.required or (live is not None and live.required):
        return []
    total = await store.count_records(tx, table)
    filled = await store.count_filled(tx, table, live.place) if live and live.id else 0
    if total == filled:
        return []
    zh = f"已有 {total - filled} 条记录没有填写；它们下次修改时才需要补填"
    en = f"{total - filled} records are blank; they need a value when next changed"
    return [Effect("blank", zh, en)]
