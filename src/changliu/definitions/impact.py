"""What a removal takes along: the definitions that use what goes, and those that use them."""

from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from changliu.definitions import store
from changliu.definitions.kind import DefinitionKind, KindRegistry
from changliu.definitions.model import Context, Effect, Impact, Use, UseRow
from changliu.kit.errors import Conflict, Fault
from changliu.kit.labels import Language

Name = tuple[str, str]


class InUse(Conflict):
    """Doing this would change other things too: 409 with the list and the token to confirm it."""

    def __init__(self, impact: Impact, key: str) -> None:
        count = len(impact.effects)
        super().__init__(
            "definition.in_use",
            f"这样改“{key}”会影响 {count} 处，请核对清单；确认后带上 confirm 参数再提交。",
            f"Changing '{key}' like this affects {count} places; check the list and repeat the"
            " request with the confirm parameter.",
            [Fault(e.code, e.zh, e.en, extra=_extra(e)) for e in impact.effects],
        )
        self.impact = impact

    def as_json(self, language: Language) -> dict[str, Any]:
        """Return the problem document with `confirm`, the token of this list."""
        return {**super().as_json(language), "confirm": self.impact.token}


@dataclass(slots=True)
class Losses:
    """A traced removal: its impact list, and per user its reduced body, or None to retire it.

    `changed` is in the order to carry out: users before what they use.
    """

    impact: Impact
    changed: list[tuple[Name, BaseModel | None]] = field(default_factory=list)


async def trace_losses(
    context: Context, kinds: KindRegistry, kind: DefinitionKind[Any], body: BaseModel
) -> Losses:
    """Follow the uses of what retiring `body` removes, until nothing new is lost."""
    effects = await kind.impact(context, body, None)
    lost = await kind.removes(context, body, None)
    changed: dict[Name, BaseModel | None] = {}
    seen: set[Use] = set()
    while fresh := lost - seen:
        seen |= fresh
        for row in await store.users(context.tx, fresh):
            name = (row.kind, row.key)
            if name == (kind.name, context.key) or kind.owns(context.key, row):
                continue
            lost |= await _hit(context, kinds, row, changed)
    for name, reduced in changed.items():
        effects.append(effect_of(kinds, name, reduced is None))
    return Losses(Impact(tuple(effects)), list(reversed(changed.items())))


async def _hit(
    context: Context,
    kinds: KindRegistry,
    row: UseRow,
    changed: dict[Name, BaseModel | None],
) -> set[Use]:
    name = (row.kind, row.key)
    user = kinds.get(row.kind)
    if name in changed:
        before = changed[name]
        if before is None:
            return set()
    else:
        live = await store.live(context.tx, *name)
        before = user.model.model_validate(live[0].body)
    reduced = user.without(before, Use(row.object, row.field))
    changed.pop(name, None)
    changed[name] = reduced
    if reduced is not None:
        return set()
    own = Context(context.tx, context.actor, row.key)
    return await user.removes(own, before, None)


def effect_of(kinds: KindRegistry, name: Name, retired: bool) -> Effect:
    """Return the line that says what becomes of a definition: retired, or less than it was."""
    kind = kinds.get(name[0])
    zh_kind, en_kind = kind.label["zh-CN"], kind.label["en"]
    if retired:
        zh, en = f"{zh_kind}“{name[1]}”将停用", f"The {en_kind} '{name[1]}' will be retired"
        return Effect("retired", zh, en, *name)
    zh = f"{zh_kind}“{name[1]}”将去掉相关部分"
    return Effect("reduced", zh, f"The {en_kind} '{name[1]}' will lose that part", *name)


def _extra(effect: Effect) -> dict[str, str]:
    named = {"kind": effect.kind, "key": effect.key}
    return {k: v for k, v in named.items() if v}
