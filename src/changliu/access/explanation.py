"""Why a member sees a record, or why not; and what a member can do at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from changliu.access import store
from changliu.access.condition import shown_condition
from changliu.access.model import EVERY, Grant, Scope, Verb
from changliu.access.scopes import SHARED_VERBS, scope_tree
from changliu.access.service import MemberAccess, access_for
from changliu.access.shares import share_json
from changliu.access.standing import Standing, params_of
from changliu.formula.model import FalseNode, Node
from changliu.identity import members
from changliu.identity import service as identity
from changliu.identity.model import Actor, Right
from changliu.kit.db import Tx
from changliu.kit.errors import Forbidden
from changliu.kit.labels import Language
from changliu.schema.catalogue import catalogue
from changliu.schema.model import Catalogue, Object

Json = dict[str, Any]
# Who may ask about others: whoever looks after people, roles or the audit.
ASKERS = frozenset({Right.MEMBERS_MANAGE, Right.ROLES_CHANGE, Right.AUDIT_READ})
_SCOPES = {
    Scope.OWN: ("本人负责的", "the member's own records"),
    Scope.TEAM: ("本团队的", "records of the member's teams"),
    Scope.TEAM_TREE: ("本团队及下级团队的", "records of the member's teams and those below"),
    Scope.ALL: ("全部", "all records"),
    Scope.FORMULA: ("符合条件的", "records that meet the condition"),
}
_VERBS = {
    Verb.CREATE: "新建",
    Verb.READ: "查看",
    Verb.UPDATE: "修改",
    Verb.DELETE: "删除",
    Verb.TRANSFER: "转交",
    Verb.SHARE: "共享",
    Verb.EXPORT: "导出",
    Verb.IMPORT: "导入",
}
_DOING = {
    Verb.CREATE: "creating",
    Verb.READ: "viewing",
    Verb.UPDATE: "editing",
    Verb.DELETE: "deleting",
    Verb.TRANSFER: "transferring",
    Verb.SHARE: "sharing",
    Verb.EXPORT: "exporting",
    Verb.IMPORT: "importing",
}


@dataclass(frozen=True, slots=True)
class _Member:
    """The member asked about; `access` is None while disabled."""

    shown: Json
    actor: Actor | None
    access: MemberAccess | None


async def explain_record(standing: Standing, member: UUID | None, language: Language) -> Json:
    """Return what a member may do to a record that the actor reads, and every reason.

    `{member, disabled, verbs: {verb: bool}, reasons: [{verb, kind: grant|share|none|disabled,
    holds, message, …}], fields: {read, write, masked, opened: [key]}}`; `opened` are computed
    fields granted by name though the member may not read all they are made of. Raises `Forbidden`
    when asking about others without the right to.
    """
    asked = await _member(standing.tx, standing.actor, standing.catalogue, member)
    head: Json = {"member": asked.shown, "disabled": asked.access is None}
    if asked.access is None or asked.actor is None:
        reason = {"kind": "disabled", "holds": False, "message": _said(_DISABLED, language)}
        return {**head, "verbs": {verb.value: False for verb in Verb}, "reasons": [reason]}
    verbs = await _verbs(standing, asked.access)
    reasons = await grant_reasons(standing, asked.access, language)
    reasons += await share_reasons(standing, (asked.actor, asked.access), language)
    spoken = {reason["verb"] for reason in reasons}
    reasons += [
        {"verb": verb.value, "kind": "none", "holds": False, "message": _said(_NONE, language)}
        for verb in Verb
        if verb.value not in spoken
    ]
    order = [verb.value for verb in Verb]
    reasons.sort(key=lambda r: (not r["holds"], order.index(r["verb"])))
    fields = await _fields(standing, asked.access)
    return {**head, "verbs": verbs, "reasons": reasons, "fields": fields}


async def _fields(standing: Standing, access: MemberAccess) -> Json:
    """What of the record the member reads, writes, sees masked; computed fields opened by name.

    A field counts here as it does at every door: on this row.
    """
    place, fields = standing.object.id, standing.object.fields
    trees = [access.readable_rows(place, f.id) or FalseNode() for f in fields]
    trees += [access.writable_rows(place, f.id, Verb.UPDATE) or FalseNode() for f in fields]
    trees += [access.predicate(place, verb) or FalseNode() for verb in (Verb.READ, Verb.UPDATE)]
    *held, reads, writes = await holding(standing, access, trees)
    read = [f for f, holds in zip(fields, held, strict=False) if holds and reads]
    written = [f for f, holds in zip(fields, held[len(fields) :], strict=True) if holds and writes]
    return {
        "read": [f.key for f in read],
        "write": [f.key for f in written],
        "masked": [f.key for f in read if access.masked(place, f.id)],
        "opened": [f.key for f in read if f.tree and not access.opens(place, f.id)],
    }


async def _verbs(standing: Standing, access: MemberAccess) -> dict[str, bool]:
    """Ask the member's own predicates, the very trees that lists and writes use."""
    trees = [access.predicate(standing.object.id, verb) or FalseNode() for verb in Verb]
    held = await holding(standing, access, trees)
    return {verb.value: holds for verb, holds in zip(Verb, held, strict=True)}


async def grant_reasons(
    standing: Standing,
    access: MemberAccess,
    language: Language,
    verbs: Sequence[Verb] = tuple(Verb),
) -> list[Json]:
    """Return what each grant of a member says of a record, whether or not it reaches it."""
    found = standing.object
    grants = [g for verb in verbs for g in access.rights.matching(found.id, verb)]
    labels = await store.role_labels(standing.tx, sorted({g.role for g in grants}))
    held = await holding(standing, access, [_rows(grant) for grant in grants])
    shows_condition = bool(ASKERS & standing.actor.rights)
    reasons = []
    for grant, holds in zip(grants, held, strict=True):
        role = {"key": grant.role, "label": labels.get(grant.role)}
        made: Json = {"verb": grant.verb.value, "kind": "grant", "holds": holds, "role": role,
                      "scope": grant.scope.value}  # fmt: skip
        if grant.condition is not None and shows_condition:
            text = shown_condition(grant.condition, standing.catalogue, found.id, language)
            made["condition"] = text
        name = (labels.get(grant.role) or {}).get(language, grant.role)
        reasons.append({**made, "message": _granted(grant, name, holds, language)})
    return reasons


async def share_reasons(
    standing: Standing,
    asked: tuple[Actor, MemberAccess],
    language: Language,
    verbs: Sequence[Verb] = tuple(Verb),
) -> list[Json]:
    """Return what each share with a member or their teams says of a record, also those over."""
    actor, access = asked
    rows = await store.shares_of(standing.tx, *standing.place, ended=True)
    theirs = [r for r in rows if r["member"] == actor.member or r["team"] in actor.teams]
    reasons = []
    for row in theirs:
        over = row["deleted_at"] is not None
        live = not over and (row["expires_at"] is None or row["expires_at"] > standing.tx.now)
        for verb, levels in SHARED_VERBS.items():
            if verb not in verbs or row["access"] not in levels:
                continue
            useful = access.predicate(standing.object.id, verb) is not None
            words = _SHARED if live and useful else _IDLE if live else _RECALLED if over else _OVER
            reasons.append({
                "verb": verb.value, "kind": "share", "holds": live and useful,
                "share": share_json(row), "ended_at": row["deleted_at"],
                "message": _said(words, language, row["created_by_name"] or ""),
            })  # fmt: skip
    return reasons


async def holding(
    standing: Standing, access: MemberAccess, trees: Sequence[Node]
) -> tuple[bool, ...]:
    """Say which conditions hold for a record, asked as a member."""
    params = params_of(standing.tx, access)
    held = await store.holding(standing.tx, standing.catalogue, standing.place, trees, params)
    return held if held is not None else (False,) * len(trees)


def _rows(grant: Grant) -> Node:
    return grant.condition if grant.condition is not None else scope_tree(grant.scope)


async def explain_member(tx: Tx, actor: Actor, member: UUID, language: Language) -> Json:
    """Return what a member can do: roles, workspace rights, and per object verbs with their scopes,
    readable, masked and writable fields, and how many records are shared with them.

    Raises `NotFound` for an unknown member, `Forbidden` when asking about others without the right.
    """
    known = await catalogue(tx)
    asked = await _member(tx, actor, known, member)
    head = {"member": asked.shown, "disabled": asked.access is None}
    if asked.access is None or asked.actor is None:
        return {**head, "roles": [], "rights": [], "objects": []}
    access, shared = asked.access, await store.count_shares(tx, asked.access.params)
    labels = await store.role_labels(tx, asked.actor.roles)
    roles = [{"key": key, "label": labels.get(key)} for key in asked.actor.roles]
    objects = [
        _object(access, known, found, language) | {"shared": shared.get(found.id, 0)}
        for found in known.objects
        if access.verbs(found.id)
    ]
    return {**head, "roles": roles, "rights": sorted(asked.actor.rights), "objects": objects}


def _object(access: MemberAccess, known: Catalogue, found: Object, language: Language) -> Json:
    verbs = []
    for verb in Verb:
        for grant in access.rights.matching(found.id, verb):
            made: Json = {"verb": verb.value, "scope": grant.scope.value, "role": grant.role}
            if grant.condition is not None:
                text = shown_condition(grant.condition, known, found.id, language)
                made["condition"] = text
            verbs.append(made)
    seen = [f for f in found.fields if access.shown(found.id, f.id)]
    return {
        "object": found.key,
        "label": found.label,
        "verbs": verbs,
        "read": [f.key for f in seen],
        "partial": [f.key for f in seen if not access.readable(found.id, f.id)],
        "opened": [f.key for f in seen if f.tree and not access.opens(found.id, f.id)],
        "masked": [f.key for f in seen if access.masked(found.id, f.id)],
        "write": [f.key for f in found.stored if access.writable(found.id, f.id)],
    }


async def _member(tx: Tx, actor: Actor, known: Catalogue, member: UUID | None) -> _Member:
    asked = member or actor.member
    if asked != actor.member and not ASKERS & actor.rights:
        raise Forbidden(
            "access.others",
            "只能查看自己的权限；查看他人的权限请联系管理员。",
            "You may ask about your own access only; ask an administrator about others'.",
        )
    shown = await members.member(tx, actor, asked)
    named = {"id": shown["id"], "title": shown["name"]}
    if shown["disabled"]:
        return _Member(named, None, None)
    theirs = await identity.actor(tx, asked)
    return _Member(named, theirs, await access_for(tx, theirs, known))


def _granted(grant: Grant, name: str, holds: bool, language: Language) -> str:
    zh_scope, en_scope = _SCOPES[grant.scope]
    if language == "zh-CN":
        said = "包含这条记录" if holds else "不包含这条记录"
        every = "（全部对象）" if grant.object == EVERY else ""
        return f"角色“{name}”{every}允许{_VERBS[grant.verb]}{zh_scope}记录，{said}。"
    said = "this record is among them" if holds else "this record is not among them"
    return f"The role '{name}' allows {_DOING[grant.verb]} {en_scope}; {said}."


def _said(words: tuple[str, str], language: Language, by: str = "") -> str:
    return (words[0] if language == "zh-CN" else words[1]).format(by=by)


_DISABLED = (
    "这位成员已停用，什么也看不到。",
    "The member is disabled and sees nothing.",
)
_NONE = (
    "没有任何角色授予这项操作。",
    "No role of the member grants this.",
)
_SHARED = ("由 {by} 共享给该成员或其团队。", "Shared by {by} with the member or their team.")
_OVER = ("{by} 的共享已经到期。", "The share by {by} has expired.")
_RECALLED = ("{by} 的共享已被收回。", "The share by {by} was taken back.")
_IDLE = (
    "由 {by} 共享，但该成员的角色对这个对象没有这项权限，共享不起作用。",
    "Shared by {by}, but the member's roles give nothing of this kind here, so it has no effect.",
)
