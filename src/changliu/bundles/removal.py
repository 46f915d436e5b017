"""Taking parts of a bundle away: those a new version has no more, or all of it.

A part goes by itself only when nobody would miss it: not changed here, no data, used by nothing
that stays. Otherwise it is left and the reason told; who chooses so takes it away all the same,
with the impact list confirmed. Data stays behind like that of any removed field or object.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from changliu.bundles import store
from changliu.bundles.bodies import PLACE, plain
from changliu.bundles.plan import Choices, Plan, Step, choice_at
from changliu.bundles.reader import unknown_bundle
from changliu.bundles.wording import Kind, name_in_words
from changliu.definitions import service as definitions
from changliu.definitions.kind import KindRegistry
from changliu.definitions.model import Definition, Effect, Impact
from changliu.identity import directory
from changliu.identity.model import Actor
from changliu.kit.db import Tx
from changliu.kit.errors import NotFound
from changliu.schema import preview
from changliu.schema.catalogue import catalogue
from changliu.schema.kind import FIELD_KIND, OBJECT_KIND
from changliu.schema.lines import defined_fields

Names = Collection[store.PartName]
ROLE, ROLE_HELD = "role", "role_held"


@dataclass(frozen=True)
class Part:
    """A definition a bundle brought: what is live of it (None: nothing), whether as it came."""

    kind: Kind
    key: str
    live: Definition | None
    body: BaseModel | None
    untouched: bool

    @property
    def name(self) -> store.PartName:
        """Its kind and key."""
        return self.kind.name, self.key

    @property
    def label(self) -> dict[str, str] | None:
        """Its name by language, where it has one."""
        return getattr(self.body, "label", None)

    @property
    def words(self) -> tuple[str, str]:
        """What people call it, in Chinese and English."""
        return name_in_words(self.kind, self.key, self.label)


@dataclass
class Removals:
    """Parts that go, with the steps that say so; `kept` stay, `effects` are to be confirmed."""

    parts: tuple[Part, ...] = ()
    steps: list[Step] = field(default_factory=list)
    kept: set[store.PartName] = field(default_factory=set)
    effects: list[Effect] = field(default_factory=list)


async def part_of(tx: Tx, kind: Kind, key: str, base: dict[str, Any]) -> Part:
    """Return a part as it is now beside the body last installed."""
    try:
        live = await definitions.get(tx, kind, key)
    except NotFound:
        return Part(kind, key, None, None, untouched=True)
    body: BaseModel = kind.model.model_validate(live.body)
    rest = {PLACE: None}
    return Part(kind, key, live, body, {**plain(body), **rest} == {**base, **rest})


async def planned_removals(
    tx: Tx,
    actor: Actor,
    kinds: KindRegistry,
    parts: Sequence[Part],
    *,
    changing: Names,
    choices: Choices,
) -> Removals:
    """Return which parts a new version no longer has go, and why others stay.

    `changing` are definitions that the same install changes: what they use now says nothing.
    """
    live = [part for part in parts if part.live is not None]
    reasons = {part.name: await effects_of(tx, actor, kinds, part) for part in live}
    chosen = {part.name: choice_at(choices, f"{part.kind.name}:{part.key}", ()) for part in live}
    leaving = {
        part.name
        for part in live
        if chosen[part.name] == "theirs" or (chosen[part.name] is None and part.untouched)
    }
    while True:
        free = {*changing, *leaving}
        held = {
            name for name in leaving if chosen[name] != "theirs" and outside(reasons[name], free)
        }
        if not held:
            break
        leaving -= held
    made = Removals(tuple(part for part in live if part.name in leaving))
    for part in live:
        why = outside(reasons[part.name], {*changing, *leaving})
        if part.name in leaving:
            made.effects += why
            made.steps.append(_leaves(part, why))
        else:
            made.kept.add(part.name)
            made.steps.append(_stays(part, why))
    return made


def outside(effects: Sequence[Effect], names: Names) -> list[Effect]:
    """Return the effects on others than the definitions named."""
    return [e for e in effects if e.kind is None or (e.kind, e.key) not in names]


async def effects_of(tx: Tx, actor: Actor, kinds: KindRegistry, part: Part) -> tuple[Effect, ...]:
    """Return what would go with a live part: data, members' roles, what uses it, and fields that
    were added to an object here."""
    assert part.live is not None
    losses = await definitions.losses_of(tx, actor, kinds, part.kind, part.live)
    found = list(losses.impact.effects)
    if part.kind.name == FIELD_KIND.name:
        owner, _, key = part.key.partition(".")
        count = await preview.filled(tx, owner, key)
        if count:
            zh = f"“{part.key}”在 {count} 条记录里有值（数据保留 90 天，可恢复）"
            en = f"{count} records have a value in '{part.key}' (kept for 90 days)"
            found.append(Effect("values", zh, en))
    elif part.kind.name == OBJECT_KIND.name:
        fields = defined_fields((await catalogue(tx)).object(part.key))
        found += [_field_goes(f"{part.key}.{each.key}") for each in fields]
    elif part.kind.name == ROLE:
        found += await _held(tx, part)
    return tuple(found)


def _field_goes(key: str) -> Effect:
    zh, en = f"字段“{key}”将随对象移除", f"The field '{key}' goes with its object"
    return Effect("field", zh, en, FIELD_KIND.name, key)


async def _held(tx: Tx, part: Part) -> list[Effect]:
    count = (await directory.role_holders(tx)).get(part.key, 0)
    if not count:
        return []
    name = part.label or {}
    zh_name, en_name = name.get("zh-CN", part.key), name.get("en", part.key)
    zh = f"{count} 名成员持有角色“{zh_name}”；角色保留，只去掉相关授权"
    en = f"{count} members hold the role '{en_name}'; it stays, without the grants that go"
    return [Effect(ROLE_HELD, zh, en)]


async def retire_parts(
    tx: Tx, actor: Actor, kinds: KindRegistry, parts: Sequence[Part]
) -> list[Effect]:
    """Retire parts with what cannot live without them; returns the effects on others.

    What uses goes before what is used; a role that members hold stays.
    """
    own = {part.name for part in parts}
    found: list[Effect] = []
    titles = await _titles(tx)
    for part in sorted(parts, key=lambda each: (_turn(each), each.key not in titles)):
        now = await part_of(tx, part.kind, part.key, {})
        if now.live is None or (part.kind.name == ROLE and await _held(tx, part)):
            continue
        losses = await definitions.losses_of(tx, actor, kinds, part.kind, now.live)
        found += outside(losses.impact.effects, own)
        await definitions.carry_out(tx, actor, kinds, losses)
        await definitions.drop(tx, actor, part.kind, now.live)
    return found


async def _titles(tx: Tx) -> set[str]:
    """The fields that objects are called by, as keys of parts. They go first: their object is
    published without them, which must not name another field that is gone."""
    objects = (await catalogue(tx)).objects
    return {f"{o.key}.{o.by_id[o.title_field].key}" for o in objects if o.title_field in o.by_id}


def _turn(part: Part) -> int:
    """Objects last: fields that go by themselves go before, everything else first."""
    return {FIELD_KIND.name: 1, OBJECT_KIND.name: 2}.get(part.kind.name, 0)


def _leaves(part: Part, why: Sequence[Effect]) -> Step:
    zh, en = part.words
    told = tuple(e.zh for e in why), tuple(e.en for e in why)
    return Step("remove", *part.name, f"移除{zh}", f"remove {en}", *told, label=part.label)


def _stays(part: Part, why: Sequence[Effect]) -> Step:
    zh, en = part.words
    reasons = [(e.zh, e.en) for e in why]
    words = f"{zh}：新版已没有，本地保留", f"{en}: no more in the new version, left here"
    if not part.untouched:
        reasons.insert(0, ("您改过，保留您的", "changed here, left so"))
    told = tuple(zh for zh, _ in reasons), tuple(en for _, en in reasons)
    return Step("keep", *part.name, *words, *told, label=part.label)


async def plan_uninstall(
    tx: Tx, actor: Actor, kinds: KindRegistry, key: str
) -> tuple[Plan, tuple[Part, ...]]:
    """Return what taking an installed app away would do, and the parts to retire.

    The impact list is never empty: nobody loses an app by one click. Teams stay. Raises `NotFound`
    when no such app is installed.
    """
    here = {row["key"]: row for row in await store.installed(tx)}
    if key not in here:
        raise unknown_bundle(key, {name: Path(name) for name in here})
    base = await store.parts(tx, key)
    every = [await part_of(tx, kinds.get(kind), name, body)
             for (kind, name), body in base.items() if kind != "team"]  # fmt: skip
    parts = tuple(part for part in every if part.live is not None)
    own = {part.name for part in parts}
    effects = [_whole(here[key], len(parts))]
    steps = []
    for part in parts:
        along = part.kind.name == FIELD_KIND.name and _object_of(part) in own
        why = () if along else await effects_of(tx, actor, kinds, part)
        effects += [e for e in outside(why, own) if e not in effects]
        stays = any(effect.code == ROLE_HELD for effect in why)
        steps.append(_stays(part, why) if stays else _leaves(part, ()))
    effects = await _with_owners(tx, effects)
    return Plan(key, here[key]["version"], tuple(steps), Impact(tuple(effects))), parts


def _object_of(part: Part) -> store.PartName:
    return OBJECT_KIND.name, part.key.partition(".")[0]


def _whole(row: dict[str, Any], count: int) -> Effect:
    label = row["label"]
    zh = f"将移除应用“{label['zh-CN']}”的 {count} 项定义；数据保留 90 天，重新安装即可找回"
    en = (
        f"{count} definitions of '{label['en']}' will be removed; the data is kept for 90 days and"
        " comes back with the next install"
    )
    return Effect("bundle", zh, en)


async def _with_owners(tx: Tx, effects: Sequence[Effect]) -> list[Effect]:
    """Say of a definition which other app it belongs to."""
    names = [(e.kind, e.key) for e in effects if e.kind is not None and e.key is not None]
    owners = await store.owners(tx, names)
    made = []
    for effect in effects:
        owner = owners.get((effect.kind or "", effect.key or ""))
        if owner is not None:
            zh, en = f"{effect.zh}（应用包 {owner}）", f"{effect.en} (bundle {owner})"
            effect = replace(effect, zh=zh, en=en)
        made.append(effect)
    return made
