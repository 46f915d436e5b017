"""Roles as definitions: label, workspace rights, and grants on objects and fields."""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from changliu.access import store
from changliu.access.condition import (
    compile_condition,
    formula_fault,
    no_condition,
    no_object,
    shown_condition,
)
from changliu.access.model import EVERY, Grant, Scope, Verb
from changliu.access.rights import OPEN_FIELDS, Rights
from changliu.access.sources import Sources
from changliu.definitions.kind import DefinitionKind
from changliu.definitions.model import Context, Use
from changliu.formula import FormulaError
from changliu.formula.model import Node, from_json
from changliu.identity import service as identity
from changliu.identity.model import ADMIN_ROLE, Right
from changliu.kit.errors import Fault, Invalid
from changliu.kit.labels import Labels, Language
from changliu.schema.catalogue import catalogue
from changliu.schema.model import Catalogue, Object

GRANT_LIMIT = 2_000

_INTERNAL: dict[str, Any] = {"internal": True}

Mode = Literal["all", "listed"]


class GrantBody(BaseModel):
    """Verbs on an object (`*`: every object) within a scope; `read`/`write` are field keys.

    `condition` is the formula of scope `formula`. `object_id` and `ids` are the stable ids behind
    object and field keys, `tree` and `names` those of the condition and what it reads; `opened`
    are the keys of computed fields whose sources the role may not all read.
    """

    model_config = ConfigDict(extra="forbid")

    object: str = Field(title="对象", description="object", min_length=1, max_length=60)
    verbs: list[Verb] = Field(title="操作", description="verbs", min_length=1)
    scope: Scope = Field(Scope.OWN, title="数据范围", description="scope")
    condition: str | None = Field(
        None, title="条件", description="condition", min_length=1, max_length=5_000
    )
    fields: Mode | None = Field(None, title="字段", description="fields")
    read: list[str] | None = Field(None, title="可读字段", description="readable fields")
    write: list[str] | None = Field(None, title="可写字段", description="writable fields")
    object_id: str | None = Field(None, json_schema_extra=_INTERNAL)
    ids: dict[str, str] = Field(default_factory=dict, json_schema_extra=_INTERNAL)
    tree: dict[str, Any] | None = Field(None, json_schema_extra=_INTERNAL)
    names: list[tuple[str, str]] = Field(default_factory=list, json_schema_extra=_INTERNAL)
    opened: list[str] = Field(default_factory=list, json_schema_extra=_INTERNAL)


class RoleBody(BaseModel):
    """A role; `fields` says what grants without field lists give: all fields, or none yet."""

    model_config = ConfigDict(extra="forbid")

    label: Labels = Field(title="名称", description="label")
    rights: list[Right] = Field(default_factory=list, title="工作区权限", description="rights")
    fields: Mode = Field("listed", title="字段", description="fields")
    grants: list[GrantBody] = Field(
        default_factory=list, title="数据权限", description="grants", max_length=GRANT_LIMIT
    )


class RoleKind(DefinitionKind[RoleBody]):
    """Publishes roles into identity's and this room's tables."""

    name: ClassVar[str] = "role"
    label: ClassVar[dict[str, str]] = {"zh-CN": "角色", "en": "Role"}
    right: ClassVar[Right] = Right.ROLES_CHANGE
    model: type[RoleBody] = RoleBody

    async def prepare(self, context: Context, body: RoleBody) -> RoleBody:
        """Note the ids of the objects and fields named.

        Raises `Invalid` (`role.invalid`) naming every object and field that is unknown.
        """
        known = await catalogue(context.tx)
        prepared, faults = [], []
        for place, grant in enumerate(body.grants):
            made, wrong = _resolve(grant, known, f"grants.{place}")
            prepared.append(made)
            faults += wrong
        if context.key == ADMIN_ROLE:
            faults.append(
                Fault(
                    "role.built_in",
                    "管理员角色是内置的，拥有全部权限，不能修改；请另建角色。",
                    "The administrator role is built in and has every right; make another role.",
                )
            )
        if faults:
            raise Invalid(
                "role.invalid",
                f"角色有误，没有保存。{faults[0].zh}",
                f"The role is wrong and was not saved. {faults[0].en}",
                faults,
            )
        whole = body.model_copy(update={"grants": prepared})
        grants = [
            grant.model_copy(update={"opened": _opened(grant, whole, known)}) for grant in prepared
        ]
        return whole.model_copy(update={"grants": grants})

    async def check(self, context: Context, body: RoleBody) -> list[Fault]:  # noqa: ARG002
        """Return grants that could never be used."""
        return list(_unusable(body))

    async def uses(self, context: Context, body: RoleBody) -> set[Use]:  # noqa: ARG002
        """Return the objects and fields named."""
        found = set()
        for grant in body.grants:
            if grant.object_id is not None:
                found.add(Use(grant.object_id))
                found |= {Use(grant.object_id, field_id) for field_id in grant.ids.values()}
                found |= {Use(*pair) for pair in grant.names}
        return found

    async def apply(self, context: Context, old: RoleBody | None, new: RoleBody | None) -> None:  # noqa: ARG002
        """Write the role and its grants; both take effect with the commit."""
        tx, key = context.tx, context.key
        if new is None:
            await identity.remove_role(tx, key)
            await store.replace_grants(tx, key, ())
            return
        rights = [right.value for right in new.rights]
        await identity.save_role(tx, key, new.label, rights, new.fields)
        await store.replace_grants(tx, key, merged(grants_of(key, new)))

    def without(self, body: RoleBody, use: Use) -> RoleBody | None:
        """Return the role without its grants on an object, or without a field in their lists."""
        grants = [kept for grant in body.grants if (kept := _without(grant, use)) is not None]
        return body.model_copy(update={"grants": grants})

    async def shown(self, context: Context, body: RoleBody) -> dict[str, Any]:
        """Print conditions with today's labels."""
        made = await super().shown(context, body)
        known = await catalogue(context.tx)
        for shown, grant in zip(made["grants"], body.grants, strict=True):
            if grant.tree is not None and grant.object_id is not None:
                language = context.actor.language
                text = shown_condition(grant.tree, known, grant.object_id, language)
                shown["condition"] = text or grant.condition
        return made

    def describe(self, old: RoleBody | None, new: RoleBody | None, language: Language) -> list[str]:
        """Say it in words of its own when a computed field is opened beyond its sources."""
        before = {(g.object, key) for g in (old.grants if old else ()) for key in g.opened}
        after = {(g.object, key) for g in (new.grants if new else ()) for key in g.opened}
        said = [
            f"公开计算字段“{owner}.{key}”：持有者不必能读它的来源"
            if language == "zh-CN"
            else f"Opened the computed field '{owner}.{key}' to readers without its sources"
            for owner, key in sorted(after - before)
        ]
        return super().describe(old, new, language) + said


def grants_of(role: str, body: RoleBody) -> Iterator[Grant]:
    """Yield the grants of a prepared role, one per verb."""
    for grant in body.grants:
        target = grant.object_id or EVERY
        mode: str = grant.fields or body.fields
        if grant.read is None and grant.write is None:
            read = write = frozenset[str]()
        else:
            every = [EVERY] if mode == "all" else []
            read = _field_ids(grant, every if grant.read is None else grant.read)
            write = _field_ids(grant, every if grant.write is None else grant.write)
            mode = "listed"
        for verb in grant.verbs:
            tree = from_json(grant.tree) if grant.tree is not None else None
            yield Grant(role, target, verb, grant.scope, mode, read, write, tree)


def merged(grants: Iterator[Grant]) -> list[Grant]:
    """Return one grant per object, verb and rows: lines that say the same unite their fields."""
    found: dict[tuple[str, Verb, Scope, Node | None], Grant] = {}
    for grant in grants:
        key = (grant.object, grant.verb, grant.scope, grant.condition)
        other = found.get(key)
        if other is None:
            found[key] = grant
        else:
            read, write = grant.readable | other.readable, grant.writable | other.writable
            found[key] = replace(grant, fields="listed", read=read, write=write)
    return list(found.values())


def _resolve(grant: GrantBody, known: Catalogue, path: str) -> tuple[GrantBody, list[Fault]]:
    """Return the grant with the ids behind its keys, and a fault for each key without one."""
    if grant.object in OPEN_FIELDS:
        return grant, [_open_object(path)]
    found = known.by_key.get(grant.object)
    if found is None and grant.object != EVERY:
        return grant, [_unknown_object(grant.object, known, path)]
    fields = found.by_key if found is not None else {}
    keys = _listed(grant)
    faults = [
        _unknown_field(key, grant.object, path, list(fields)) for key in keys if key not in fields
    ]
    ids = {key: fields[key].id for key in keys if key in fields}
    object_id = found.id if found is not None else None
    changes: dict[str, Any] = {"object_id": object_id, "ids": ids, "tree": None, "names": []}
    if (grant.scope is Scope.FORMULA) is not (grant.condition is not None):
        faults.append(no_condition(f"{path}.condition"))
    elif grant.condition is not None:
        changes |= _condition(grant, known, found, f"{path}.condition", faults)
    return grant.model_copy(update=changes), faults


def _condition(
    grant: GrantBody, known: Catalogue, found: Object | None, path: str, faults: list[Fault]
) -> dict[str, Any]:
    """Return what the compiled condition adds to a grant; its mistake goes to the faults."""
    if found is None:
        faults.append(no_object(path))
        return {}
    made = compile_condition(grant.condition or "", grant.tree, known, found)
    if isinstance(made, FormulaError):
        faults.append(formula_fault(made, path))
        return {}
    return {"tree": made.tree, "names": made.names}


def _opened(grant: GrantBody, body: RoleBody, known: Catalogue) -> list[str]:
    """The computed fields that a grant names though the role does not read all their sources."""
    found = known.by_id.get(grant.object_id or "")
    if found is None or Verb.READ not in grant.verbs:
        return []
    sources = Sources(Rights(merged(grants_of("", body)), known), known.world)
    named = (found.by_key[key] for key in grant.read or () if key in found.by_key)
    return [f.key for f in named if f.tree and not sources.all_readable(f.tree, found.id)]


def _listed(grant: GrantBody) -> list[str]:
    keys = [*(grant.read or ()), *(grant.write or ())]
    return [key for key in dict.fromkeys(keys) if key != EVERY]


def _field_ids(grant: GrantBody, keys: Sequence[str]) -> frozenset[str]:
    return frozenset(key if key == EVERY else grant.ids[key] for key in keys)


def _without(grant: GrantBody, use: Use) -> GrantBody | None:
    if grant.object_id != use.object and (use.object, use.field) not in grant.names:
        return grant
    if not use.field or (use.object, use.field) in grant.names:
        return None
    gone = {key for key, known in grant.ids.items() if known == use.field}
    changes: dict[str, Any] = {"ids": {k: v for k, v in grant.ids.items() if k not in gone}}
    for name in ("read", "write"):
        keys = getattr(grant, name)
        if keys is not None:
            changes[name] = [key for key in keys if key not in gone]
    return grant.model_copy(update=changes)


def _unusable(body: RoleBody) -> Iterator[Fault]:
    reading = {grant.object for grant in body.grants if Verb.READ in grant.verbs}
    for place, grant in enumerate(body.grants):
        path = f"grants.{place}"
        if grant.object not in reading and EVERY not in reading and grant.verbs != [Verb.CREATE]:
            yield Fault(
                "role.no_read",
                f"没有“{grant.object}”的读取权限，其他操作不起作用；请加上 read。",
                f"Without read on '{grant.object}' the other verbs do nothing; add read.",
                f"{path}.verbs",
            )


def _open_object(path: str) -> Fault:
    return Fault(
        "role.open_object",
        "成员和团队的名称人人可见，不需要授权，请去掉这一行。",
        "Members and teams are seen by everyone; leave this grant out.",
        f"{path}.object",
    )


def _unknown_object(key: str, known: Catalogue, path: str) -> Fault:
    zh, en = _meant(key, list(known.by_key))
    return Fault(
        "object.unknown",
        f"没有“{key}”这个对象。{zh}",
        f"There is no object '{key}'.{en}",
        f"{path}.object",
    )


def _unknown_field(key: str, owner: str, path: str, known: list[str]) -> Fault:
    zh, en = _meant(key, known)
    return Fault(
        "field.unknown",
        f"对象“{owner}”没有字段“{key}”。{zh}",
        f"The object '{owner}' has no field '{key}'.{en}",
        f"{path}.{key}",
    )


def _meant(key: str, known: list[str]) -> tuple[str, str]:
    close = difflib.get_close_matches(key, known, n=1)
    return (f"是否想用“{close[0]}”？", f" Did you mean '{close[0]}'?") if close else ("", "")
