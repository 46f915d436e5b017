"""Verbs over definitions: put, publish, retire, roll back, compare. Callers commit.

A publish runs, in this order: lock the workspace's counters · validate · prepare · check ·
impact list · store the version · uses · audit · apply · catalogue version + 1.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import count
from typing import Any

from pydantic import BaseModel

from changliu.definitions import store
from changliu.definitions.faults import invalid, validate
from changliu.definitions.impact import InUse, Losses, trace_losses
from changliu.definitions.kind import DefinitionKind, KindRegistry
from changliu.definitions.model import (
    Context,
    Definition,
    Impact,
    Pending,
    Use,
    UseRow,
    body_hash,
)
from changliu.definitions.names import check_key
from changliu.identity.model import Actor
from changliu.kit.db import Tx
from changliu.kit.errors import Conflict, Fault, Invalid, NotFound
from changliu.kit.labels import LANGUAGES

Kind = DefinitionKind[Any]
_uncommitted = count(1)


def pending(tx: Tx) -> Pending:
    """Return what this transaction has published so far (made on first use)."""
    for callback in tx.after_commit:
        if isinstance(callback, Pending):
            return callback
    made = Pending()
    tx.after_commit.append(made)
    return made


async def bump(tx: Tx) -> None:
    """Raise the catalogue version once per transaction; what kinds derived of it is dropped.

    Until it commits, `tx.catalogue_version` is a negative number of its own, so that nothing
    computed here is found in a cache by anyone else.
    """
    state = pending(tx)
    if not state.bumped:
        await store.bump(tx)
        state.bumped = True
    state.forget()
    tx.catalogue_version = -next(_uncommitted)


async def lock(tx: Tx) -> None:
    """Hold back every other publish until commit, and learn the catalogue version of now."""
    version = await store.lock_state(tx)
    if not pending(tx).bumped:
        tx.catalogue_version = version


async def put(
    tx: Tx,
    actor: Actor,
    kind: Kind,
    key: str,
    body: Mapping[str, Any],
    *,
    draft: bool = False,
    base: int | None = None,
    comment: str | None = None,
    confirm: str | None = None,
) -> Definition:
    """Save a body as the draft, or publish it at once; an equal live body makes no version.

    `base` is the version number the caller started from. Raises `Invalid` with faults, `Conflict`
    when `base` is not the newest, `InUse` when the change needs its impact list confirmed.
    """
    check_key(key)
    model = validate(kind.model, body)
    await lock(tx)
    live, old_draft, newest = await store.heads(tx, kind.name, key)
    check_base(base, newest)
    context = Context(tx, actor, key, confirm)
    made = Definition(kind.name, key, newest + 1, {}, "live", actor.member, tx.now, None, comment)
    if draft:
        started = live or old_draft
        hashed = body_hash(started.body) if started else None
        made = replace(made, state="draft", body=dump(model), base_hash=hashed)
        await store.save(tx, made)
        await store.audit(tx, made, "draft", await _summary(tx, kind, live, model))
        return made
    return await _publish(context, kind, live, made, model)


async def publish(
    tx: Tx,
    actor: Actor,
    kind: Kind,
    key: str,
    version: int | None = None,
    *,
    comment: str | None = None,
    confirm: str | None = None,
) -> Definition:
    """Make the draft live (`version`, when given, must be its number).

    Raises `NotFound` without a draft, `Conflict` when the draft is another version, and what `put`
    raises.
    """
    await lock(tx)
    live, draft, _ = await store.heads(tx, kind.name, key)
    if draft is None:
        raise NotFound(
            "definition.no_draft",
            f"“{key}”没有草稿可以发布。",
            f"'{key}' has no draft to publish.",
        )
    if version is not None and version != draft.version:
        raise _changed(draft.version)
    model = validate(kind.model, draft.body)
    made = replace(draft, state="live", author=actor.member, at=tx.now)
    made = replace(made, comment=comment or draft.comment)
    return await _publish(Context(tx, actor, key, confirm), kind, live, made, model)


async def rollback(
    tx: Tx, actor: Actor, kind: Kind, key: str, to_version: int, *, confirm: str | None = None
) -> Definition:
    """Publish the body of an earlier version as a new version; revives a retired definition.

    Raises `NotFound` when there is no such version, and what `put` raises.
    """
    await lock(tx)
    earlier = await get_version(tx, kind, key, to_version)
    live, _, newest = await store.heads(tx, kind.name, key)
    model = validate(kind.model, earlier.body)
    comment = f"← {to_version}"
    made = Definition(kind.name, key, newest + 1, {}, "live", actor.member, tx.now, None, comment)
    context = Context(tx, actor, key, confirm, rolling_back=True)
    return await _publish(context, kind, live, made, model)


async def retire(
    tx: Tx,
    actor: Actor,
    kinds: KindRegistry,
    kind: Kind,
    key: str,
    *,
    confirm: str | None = None,
    base: int | None = None,
) -> Definition:
    """Retire a definition, with those that cannot live without it; versions stay readable.

    Raises `NotFound`, `Conflict` on a stale `base`, and `InUse` unless `confirm` is the token of
    the impact list (an empty list needs none).
    """
    await lock(tx)
    live = await get(tx, kind, key)
    check_base(base, live.version)
    losses = await losses_of(tx, actor, kinds, kind, live)
    if losses.impact.effects and confirm != losses.impact.token:
        raise InUse(losses.impact, key)
    await carry_out(tx, actor, kinds, losses)
    await drop(tx, actor, kind, live)
    return replace(live, state="retired")


async def losses_of(
    tx: Tx, actor: Actor, kinds: KindRegistry, kind: Kind, live: Definition
) -> Losses:
    """Return what retiring a live definition would take along, without doing it."""
    context = Context(tx, actor, live.key)
    return await trace_losses(context, kinds, kind, kind.model.model_validate(live.body))


async def carry_out(tx: Tx, actor: Actor, kinds: KindRegistry, losses: Losses) -> None:
    """Retire or reduce every definition of a loss list, users before what they use."""
    for name, body in losses.changed:
        user = kinds.get(name[0])
        live = await get(tx, user, name[1])
        if body is None:
            await drop(tx, actor, user, live)
            continue
        _, _, newest = await store.heads(tx, *name)
        made = Definition(*name, newest + 1, {}, "live", actor.member, tx.now)
        await _publish(Context(tx, actor, name[1]), user, live, made, body)


async def drop(tx: Tx, actor: Actor, kind: Kind, live: Definition) -> None:
    """Retire one live definition without asking what uses it."""
    body = kind.model.model_validate(live.body)
    await store.retire(tx, kind.name, live.key)
    gone = replace(live, state="retired", author=actor.member, comment=None)
    await store.audit(tx, gone, "retire", await _words(tx, kind, body, None))
    await kind.apply(Context(tx, actor, live.key), body, None)
    await bump(tx)


async def add_use(tx: Tx, kind: str, key: str, use: Use) -> None:
    """Note that a live definition uses something that was published after it."""
    await store.add_use(tx, kind, key, use)


async def get(tx: Tx, kind: Kind, key: str) -> Definition:
    """Return the live version; raises `NotFound` (code `definition.unknown`)."""
    found = await store.live(tx, kind.name, key)
    if not found:
        raise _unknown(kind, key)
    return found[0]


async def live(tx: Tx, kind: Kind) -> list[Definition]:
    """Return the live definitions of a kind, by key."""
    return await store.live(tx, kind.name)


async def get_version(tx: Tx, kind: Kind, key: str, version: int) -> Definition:
    """Return one version; raises `NotFound` (code `definition.unknown`)."""
    found = await store.one(tx, kind.name, key, version)
    if found is None:
        raise _unknown(kind, f"{key} v{version}")
    return found


async def versions(tx: Tx, kind: Kind, key: str) -> list[Definition]:
    """Return every version of a definition, newest first; none when it never was."""
    return await store.versions(tx, kind.name, key)


async def diff(tx: Tx, kind: Kind, key: str, first: int, second: int) -> dict[str, list[str]]:
    """Return the difference of two versions in words, by language."""
    old = await get_version(tx, kind, key, first)
    new = await get_version(tx, kind, key, second)
    before, after = (kind.model.model_validate(found.body) for found in (old, new))
    return await _words(tx, kind, before, after)


async def uses_of(tx: Tx, object_id: str, field_id: str | None = None) -> list[UseRow]:
    """Return the live definitions that use an object, or one of its fields."""
    return await store.users(tx, [Use(object_id, field_id or "")])


async def indexed_uses(tx: Tx) -> set[Use]:
    """Return the fields that live definitions ask an index for (`Use.indexed`)."""
    return await store.indexed_uses(tx)


async def faults_in(tx: Tx, actor: Actor, kind: Kind, definition: Definition) -> list[Fault]:
    """Return what stands in the way of publishing a draft; nothing is written."""
    context = Context(tx, actor, definition.key)
    try:
        model = validate(kind.model, definition.body)
        return await kind.check(context, await kind.prepare(context, model))
    except (Invalid, Conflict) as error:
        return list(error.faults) or [Fault(error.code, error.zh, error.en)]


async def try_out(context: Context, kind: Kind, body: Mapping[str, Any] | None, sample: Any) -> Any:
    """Try a body (by default the draft, else the live one) on a sample; nothing is written."""
    if body is None:
        live, draft, _ = await store.heads(context.tx, kind.name, context.key)
        body = (draft or live or await get(context.tx, kind, context.key)).body
    return await kind.test(context, validate(kind.model, body), sample)


def dump(body: BaseModel) -> dict[str, Any]:
    """Return a body as it is stored: JSON values, what is blank left out.

    Raises `Invalid` for what JSON cannot hold (an integer beyond 64 bits, half a character).
    """
    made = body.model_dump(mode="json", exclude_none=True)
    try:
        body_hash(made)
    except TypeError as error:
        zh = "有一个值无法保存（整数超过 64 位或含残缺字符），请改成文本或缩小。"
        en = "A value cannot be stored (an integer beyond 64 bits, or half a character)."
        raise invalid([Fault("value.json", zh, f"{en} Write it as text.")]) from error
    return made


async def _publish(
    context: Context, kind: Kind, live: Definition | None, made: Definition, model: BaseModel
) -> Definition:
    old = kind.model.model_validate(live.body) if live else None
    new = await kind.prepare(context, model)
    body = dump(new)
    if live and live.body == body and made.version != live.version:
        return live
    faults = [f for f in await kind.check(context, new) if not f.warning]
    if faults:
        raise invalid(faults)
    if old is not None:
        effects = tuple(await kind.impact(context, old, new))
        impact = Impact(effects)
        if effects and context.confirm != impact.token:
            raise InUse(impact, context.key)
    made = replace(made, body=body, base_hash=body_hash(live.body) if live else None)
    await store.save(context.tx, made)
    await store.save_uses(context.tx, kind.name, made.key, await kind.uses(context, new))
    action = "rollback" if context.rolling_back else "publish"
    await store.audit(context.tx, made, action, await _words(context.tx, kind, old, new))
    await kind.apply(replace(context, version=made.version), old, new)
    await bump(context.tx)
    return made


async def _summary(
    tx: Tx, kind: Kind, live: Definition | None, new: BaseModel
) -> dict[str, list[str]]:
    old = kind.model.model_validate(live.body) if live else None
    return await _words(tx, kind, old, new)


async def _words(
    tx: Tx, kind: Kind, old: BaseModel | None, new: BaseModel | None
) -> dict[str, list[str]]:
    old, new = [body and await kind.spoken(tx, body) for body in (old, new)]
    return {language: kind.describe(old, new, language) for language in LANGUAGES}


def check_base(base: int | None, newest: int) -> None:
    """Raise `Conflict` when a change did not start from the newest version."""
    if base is not None and base != newest:
        raise _changed(newest)


def _changed(newest: int) -> Conflict:
    return Conflict(
        "definition.changed",
        f"别人已经改到第 {newest} 版，请刷新后在新版上重做。",
        f"Someone has saved version {newest} since; reload and repeat your change on it.",
    )


def _unknown(kind: Kind, key: str) -> NotFound:
    return NotFound(
        "definition.unknown",
        f"没有“{key}”这个{kind.label['zh-CN']}。",
        f"There is no {kind.label['en']} '{key}'.",
    )


def summaries(definitions: Iterable[Definition]) -> dict[str, tuple[Definition, ...]]:
    """Group versions by key, in order."""
    grouped: dict[str, tuple[Definition, ...]] = {}
    for definition in definitions:
        grouped[definition.key] = (*grouped.get(definition.key, ()), definition)
    return grouped
