"""Verbs over objects and fields. Each change is one short change of structure, live at once.

`catalogue(tx)` is what every other room reads. The verbs take `database, workspace, actor` and
commit by themselves, because they may have to wait for locks and start again.
"""

from collections.abc import Mapping
from typing import Any

from changliu.definitions import service as definitions
from changliu.definitions.kind import KindRegistry
from changliu.definitions.model import Definition
from changliu.identity.model import Actor
from changliu.kit.db import Database, Tx, Workspace
from changliu.kit.errors import Fault, Invalid
from changliu.schema.catalogue import catalogue, field_of
from changliu.schema.install import Body, install, key_of
from changliu.schema.kind import FIELD_KIND, OBJECT_KIND
from changliu.schema.merge import merged
from changliu.schema.turns import run_turn

__all__ = [
    "add_field",
    "catalogue",
    "change_field",
    "change_object",
    "create_object",
    "install_objects",
    "remove_field",
    "remove_object",
]


async def install_objects(
    database: Database, workspace: Workspace, actor: Actor, bodies: list[Body]
) -> None:
    """Create or update many objects with their fields in one change of structure.

    A body is `{key, label, …, fields: [{key, label, type, …}]}`; objects may refer to each other
    in circles and formulas may stand before what they read. Bodies equal to what is live change
    nothing. Raises `Invalid` whose paths start with `<n>.` or `<n>.fields.<m>.`.
    """

    async def work(tx: Tx) -> None:
        await install(tx, actor, bodies, [f"{i}." for i in range(len(bodies))])

    await run_turn(database, workspace, work)


async def create_object(database: Database, workspace: Workspace, actor: Actor, body: Body) -> str:
    """Create one object, with fields when the body has them; returns its key.

    Raises `Invalid` with faults, also when the key is taken (code `object.exists`).
    """
    key = key_of(body)

    async def work(tx: Tx) -> str:
        if key in (await catalogue(tx)).by_key:
            raise _exists("object.exists", key, f"对象“{key}”", f"The object '{key}'")
        await install(tx, actor, [body], [""])
        return key

    return await run_turn(database, workspace, work)


async def change_object(
    database: Database,
    workspace: Workspace,
    actor: Actor,
    key: str,
    patch: Body,
    *,
    base: int | None = None,
) -> Definition:
    """Merge a patch into an object's definition; null takes a setting away."""

    async def work(tx: Tx) -> Definition:
        (await catalogue(tx)).object(key)
        _refuse_rename(key, patch)
        live = await definitions.get(tx, OBJECT_KIND, key)
        body = merged(live.body, patch)
        return await definitions.put(tx, actor, OBJECT_KIND, key, body, base=base)

    return await run_turn(database, workspace, work)


async def remove_object(
    database: Database,
    workspace: Workspace,
    actor: Actor,
    kinds: KindRegistry,
    key: str,
    *,
    confirm: str | None = None,
) -> Definition:
    """Hide an object and its fields; table and rows stay, a rollback brings them back.

    Raises `InUse` with the impact list unless `confirm` is its token.
    """

    async def work(tx: Tx) -> Definition:
        (await catalogue(tx)).object(key)
        return await definitions.retire(tx, actor, kinds, OBJECT_KIND, key, confirm=confirm)

    return await run_turn(database, workspace, work)


async def add_field(
    database: Database, workspace: Workspace, actor: Actor, object_key: str, body: Body
) -> Definition:
    """Add a field to an object; raises `Invalid` with faults, also for a key that is taken."""
    key = key_of(body)

    async def work(tx: Tx) -> Definition:
        owner = (await catalogue(tx)).object(object_key)
        if key in owner.by_key:
            raise _exists("field.exists", key, f"字段“{key}”", f"The field '{key}'")
        rest = {k: v for k, v in body.items() if k != "key"}
        return await definitions.put(tx, actor, FIELD_KIND, f"{object_key}.{key}", rest)

    return await run_turn(database, workspace, work)


async def change_field(
    database: Database,
    workspace: Workspace,
    actor: Actor,
    name: tuple[str, str],
    patch: Body,
    *,
    base: int | None = None,
    confirm: str | None = None,
) -> Definition:
    """Merge a patch into the field `(object key, field key)`; null takes a setting away.

    Raises `InUse` when options that records hold are dropped and `confirm` is not the token.
    """

    async def work(tx: Tx) -> Definition:
        field_of(await catalogue(tx), *name)
        _refuse_rename(name[1], patch)
        live = await definitions.get(tx, FIELD_KIND, ".".join(name))
        body = merged(live.body, patch)
        return await definitions.put(
            tx, actor, FIELD_KIND, ".".join(name), body, base=base, confirm=confirm
        )

    return await run_turn(database, workspace, work)


async def remove_field(
    database: Database,
    workspace: Workspace,
    actor: Actor,
    kinds: KindRegistry,
    name: tuple[str, str],
    *,
    confirm: str | None = None,
) -> Definition:
    """Hide a field; its column and values stay, its key is free again, a rollback revives it.

    Raises `InUse` with the impact list unless `confirm` is its token.
    """

    async def work(tx: Tx) -> Definition:
        field_of(await catalogue(tx), *name)
        key = ".".join(name)
        return await definitions.retire(tx, actor, kinds, FIELD_KIND, key, confirm=confirm)

    return await run_turn(database, workspace, work)


def _exists(code: str, key: str, zh: str, en: str) -> Invalid:
    zh, en = f"{zh}已存在，请换一个标识。", f"{en} exists already; choose another key."
    return Invalid(code, zh, en, [Fault(code, zh, en, "key", extra={"key": key})])


def _refuse_rename(key: str, patch: Mapping[str, Any]) -> None:
    if patch.get("key", key) == key:
        return
    zh = "标识是接口和导入用的固定名称，不能修改；要改显示名称请改 label。"
    en = "The key is the fixed name for interfaces and imports; change the label instead."
    raise Invalid("key.fixed", zh, en, [Fault("key.fixed", zh, en, "key")])
