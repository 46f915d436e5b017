"""What the pages keep for a member: small values by key, and the records last looked at."""

import re
from typing import Any
from uuid import UUID

import orjson

from changliu.kit.errors import Conflict, Fault, Invalid
from changliu.records.query.service import reader_of, titles
from changliu.views import store
from changliu.views.service import Desk
from changliu.views.shown import Json

# Bytes of one value, values and bytes of one member: preferences, not documents.
MAX_VALUE, MAX_KEYS, MAX_TOTAL = 16_384, 300, 262_144
# Records remembered as last looked at, of all objects together.
MAX_RECENT = 50
# The platform's own key; the pages' keys are theirs to choose.
RECENT = "recent"

_KEY = re.compile(r"[a-z][a-z0-9_.:-]{0,119}\Z")


async def all_settings(desk: Desk) -> Json:
    """Return everything the member keeps, by key."""
    found = await store.settings(desk.tx, desk.actor.member)
    return {key: value for key, value in found.items() if key != RECENT}


async def put_setting(desk: Desk, key: str, value: Any) -> Any:
    """Keep a value under a key, and return it.

    Raises `Invalid` for a key that is none and a value that is too large, `Conflict` when there is
    no more room.
    """
    _check_key(key)
    await store.lock_settings(desk.tx, desk.actor.member)
    return await _save(desk, key, value)


async def patch_setting(desk: Desk, key: str, changes: Any) -> Any:
    """Change members of an object kept under a key: null takes one away; raises as `put`."""
    _check_key(key)
    await store.lock_settings(desk.tx, desk.actor.member)
    before = (await store.settings(desk.tx, desk.actor.member)).get(key, {})
    if not isinstance(before, dict) or not isinstance(changes, dict):
        zh = "只有 JSON 对象能逐项修改，请改用 PUT。"
        en = "Only JSON objects are changed member by member; use PUT."
        raise Invalid("setting.object", zh, en, [Fault("setting.object", zh, en)])
    made = {name: value for name, value in {**before, **changes}.items() if value is not None}
    return await _save(desk, key, made)


async def drop_setting(desk: Desk, key: str) -> None:
    """Forget what is kept under a key, if anything."""
    _check_key(key)
    await store.remove_setting(desk.tx, desk.actor.member, key)


async def note_recent(desk: Desk, object_key: str, record: UUID) -> None:
    """Remember that the member looks at a record, newest first; raises `NotFound` as reading."""
    target = desk.object(object_key)
    await store.lock_settings(desk.tx, desk.actor.member)
    kept = await _recent(desk)
    mine = [target.id, str(record), desk.tx.now.isoformat()]
    rest = [each for each in kept if each[:2] != mine[:2]]
    made = [mine, *rest][:MAX_RECENT]
    await store.save_setting(desk.tx, desk.actor.member, RECENT, made)


async def recent(desk: Desk) -> list[Json]:
    """Return the records last looked at that the member still reads: `{object, id, title, at}`."""
    kept = [each for each in await _recent(desk) if each[0] in desk.catalogue.by_id]
    wanted: dict[str, set[UUID]] = {}
    for target, record, _ in kept:
        wanted.setdefault(target, set()).add(UUID(record))
    reader = reader_of(desk.tx, desk.access, desk.catalogue)
    wanted = {target: ids for target, ids in wanted.items() if reader.may_list(target)}
    named = await titles(desk.tx, reader, wanted) if wanted else {}
    return [
        {
            "object": desk.catalogue.by_id[target].key,
            "id": record,
            "title": named[target, UUID(record)],
            "at": at,
        }
        for target, record, at in kept
        if (target, UUID(record)) in named
    ]


async def _recent(desk: Desk) -> list[list[str]]:
    kept = (await store.settings(desk.tx, desk.actor.member)).get(RECENT, [])
    return list(kept)


async def _save(desk: Desk, key: str, value: Any) -> Any:
    size = len(orjson.dumps(value))
    if size > MAX_VALUE:
        zh = f"这一项有 {size} 字节，最多 {MAX_VALUE} 字节，请精简。"
        en = f"The value has {size} bytes, {MAX_VALUE} at most; keep less."
        raise Invalid("setting.large", zh, en, [Fault("setting.large", zh, en)])
    others = await store.settings(desk.tx, desk.actor.member)
    others.pop(key, None)
    total = size + sum(len(orjson.dumps(each)) for each in others.values())
    if len(others) >= MAX_KEYS or total > MAX_TOTAL:
        raise Conflict(
            "setting.full",
            f"个人设置已满（最多 {MAX_KEYS} 项、{MAX_TOTAL // 1024} KB），请先删除不用的。",
            f"Settings are full ({MAX_KEYS} values, {MAX_TOTAL // 1024} KB); delete some first.",
        )
    await store.save_setting(desk.tx, desk.actor.member, key, value)
    return value


def _check_key(key: str) -> None:
    if _KEY.match(key) and key != RECENT:
        return
    shown = key[:40].encode("utf-8", "replace").decode()
    zh = f"“{shown}”不能作键：小写字母开头，可含数字和 _ . : -，最长 120 位；recent 已占用。"
    en = (
        f"'{shown}' cannot be the key of a setting: lower-case letters, digits and _ . : -, a"
        " letter first, 120 at most; 'recent' is taken."
    )
    raise Invalid("setting.key", zh, en, [Fault("setting.key", zh, en, "key")])
