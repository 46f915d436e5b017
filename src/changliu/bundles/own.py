"""A workspace's own objects as an app: those chosen, all they use, and what is defined on them."""

import re
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

from pydantic import BaseModel

from changliu.bundles.export import FOLDERS_BY_KIND, Files, export_object, plain_text
from changliu.bundles.model import App
from changliu.definitions import service as definitions
from changliu.definitions.kind import DefinitionKind, KindRegistry
from changliu.definitions.model import Context
from changliu.identity import service as identity
from changliu.identity.model import ADMIN_ROLE, Actor
from changliu.kit.db import Tx
from changliu.kit.errors import Fault, Invalid
from changliu.kit.yaml_lines import dotted_path, walk
from changliu.schema.catalogue import catalogue
from changliu.schema.kind import FIELD_KIND, OBJECT_KIND
from changliu.schema.lines import defined_fields
from changliu.schema.model import Catalogue, Object

_ID = re.compile(r"[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)
_SECRET = re.compile(r"(^|_)(secret|password|token|api_key|private_key)s?$")


async def own_files(tx: Tx, kinds: KindRegistry, app: App) -> Files:
    """Return the files of a new app made of live objects, by name within its folder.

    `app.objects` are the chosen ones; what they refer to and compute with comes along, with rules,
    roles and the like that speak of these objects only (of roles, the grants on them). Raises
    `NotFound` for an unknown object, `Invalid` (`bundle.private`) when a body names a member, a
    record or a secret: those mean nothing elsewhere.
    """
    actor = await identity.system_actor(tx)
    known = await catalogue(tx)
    found = await _closure(tx, actor, known, app.objects)
    keys = [one.key for one in found]
    body = app.model_copy(update={"objects": tuple(keys)}).model_dump(mode="json")
    files: Files = {"app.yaml": {k: v for k, v in body.items() if v}}
    for one in found:
        files[f"objects/{one.key}.yaml"] = await export_object(tx, kinds, known, one)
    ids = {one.id for one in found}
    for kind in kinds.all():
        if kind.name in FOLDERS_BY_KIND:
            async for name, shown in _about(tx, actor, kind, ids):
                files[f"{FOLDERS_BY_KIND[kind.name]}/{name}.yaml"] = {"key": name, **shown}
    _refuse_private(files)
    return files


async def _closure(tx: Tx, actor: Actor, known: Catalogue, chosen: Sequence[str]) -> list[Object]:
    """Return the chosen objects and all that their fields use, in the order they are found."""
    made: dict[str, Object] = {}
    waiting = [known.object(key) for key in chosen]
    while waiting:
        one = waiting.pop(0)
        if one.id in made:
            continue
        made[one.id] = one
        names = [(OBJECT_KIND, one.key)]
        names += [(FIELD_KIND, f"{one.key}.{f.key}") for f in defined_fields(one)]  # type: ignore[misc]
        for kind, key in names:
            live = await definitions.get(tx, kind, key)
            body = kind.model.model_validate(live.body)
            used = await kind.uses(Context(tx, actor, key), body)
            waiting += [known.by_id[use.object] for use in sorted(used)
                        if use.object in known.by_id]  # fmt: skip
    return list(made.values())


async def _about(
    tx: Tx, actor: Actor, kind: DefinitionKind[Any], ids: set[str]
) -> AsyncIterator[tuple[str, Any]]:
    """Yield the live definitions of a kind that speak of these objects only."""
    for live in await definitions.live(tx, kind):
        body: BaseModel = kind.model.model_validate(live.body)
        context = Context(tx, actor, live.key)
        if kind.name == "role":
            if live.key == ADMIN_ROLE:
                continue
            body = _narrowed(body, ids)
        used = {use.object for use in await kind.uses(context, body)}
        if used and used <= ids:
            yield live.key, plain_text(await kind.shown(context, body))


def _narrowed(role: BaseModel, ids: set[str]) -> BaseModel:
    """A role with the grants that speak of these objects only."""
    grants = [
        grant
        for grant in getattr(role, "grants")  # noqa: B009 -- bundles know roles by their shape
        if grant.object_id in ids and all(owner in ids for owner, _ in grant.names)
    ]
    return role.model_copy(update={"grants": grants})


def _refuse_private(files: Files) -> None:
    faults = list(_private(files))
    if faults:
        raise Invalid("bundle.private", faults[0].zh, faults[0].en, faults)


def _private(files: Files) -> Iterator[Fault]:
    for file, value in files.items():
        for path, part in walk(value):
            secret = bool(path) and isinstance(path[-1], str) and _SECRET.search(path[-1])
            if isinstance(part, str) and (secret or _ID.search(part)):
                at = dotted_path(path)
                yield Fault(
                    "bundle.private",
                    f"{file} 的 {at} 指向本工作区的成员、记录或密钥，不能导出；请改掉后再导出。",
                    f"{at} of {file} names a member, a record or a secret of this workspace, which"
                    " cannot leave it; change it and export again.",
                    at,
                )
