"""Routes of definitions, the same for every kind; the kind names the right that guards it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from changliu.definitions import service, store
from changliu.definitions.kind import DefinitionKind, KindRegistry
from changliu.definitions.model import Context, Definition
from changliu.identity.guard import Session, requires, signed_in
from changliu.identity.model import RIGHT_LABELS, Actor, Right
from changliu.kit.db import Tx
from changliu.kit.errors import Fault, Forbidden, Invalid
from changliu.kit.http import accepts, json_response, read_json
from changliu.kit.http import body as body_of
from changliu.kit.labels import Language
from changliu.kit.platform import Platform

router = APIRouter(prefix="/definitions", tags=["definitions"])
audit_router = APIRouter(prefix="/audit", tags=["definitions"])

Kind = DefinitionKind[Any]
Caller = Annotated[Session, Depends(signed_in)]
Confirm = Annotated[str | None, Query(description="Token of the impact list (409).")]
Base = Annotated[int | None, Query(description="Version the change starts from; 409 if newer.")]
Before = Annotated[int | None, Query(ge=1, le=2**63 - 1, description="`seq` of the last seen.")]
Comment = Annotated[str | None, Query(max_length=1000)]


@dataclass(frozen=True, slots=True)
class Named:
    """The definition a path names."""

    kind: Kind
    key: str
    kinds: KindRegistry


async def named(kind: str, key: str, request: Request) -> Named:
    """Return what the path names; raises `NotFound` for an unknown kind."""
    kinds = _registry(request)
    return Named(kinds.get(kind), key, kinds)


At = Annotated[Named, Depends(named)]


class Publication(BaseModel):
    """Which draft to publish (by default the one there is), and why."""

    model_config = ConfigDict(extra="forbid")

    version: int | None = None
    comment: str | None = Field(None, max_length=1000)


class Rollback(BaseModel):
    """The version to publish again."""

    model_config = ConfigDict(extra="forbid")

    version: int


class Trial(BaseModel):
    """A body to try (by default the draft, else the live one) on a sample."""

    model_config = ConfigDict(extra="forbid")

    body: dict[str, Any] | None = None
    sample: Any = None


@router.get("")
async def list_kinds(request: Request, session: Caller) -> Response:
    """Return the kinds there are."""
    del session
    kinds = _registry(request).all()
    rows = [{"kind": k.name, "label": k.label, "right": k.right} for k in kinds]
    return json_response({"items": rows})


@router.get("/{kind}")
async def list_definitions(kind: str, request: Request, session: Caller) -> Response:
    """Return the live definitions of a kind, and drafts of those not live yet."""
    found = _registry(request).get(kind)
    async with session.open(write=False) as (tx, actor):
        _check_right(found, actor)
        groups = service.summaries(await store.current(tx, found.name))
    items = [_summary(found, versions, session.language) for versions in groups.values()]
    return json_response({"items": items})


@router.get("/{kind}/{key}")
async def get_definition(session: Caller, at: At) -> Response:
    """Return the live version with its body, and the draft when there is one."""
    found, key = at.kind, at.key
    async with session.open(write=False) as (tx, actor):
        _check_right(found, actor)
        live, draft, _ = await store.heads(tx, found.name, key)
        shown = live or draft or await service.get(tx, found, key)
        context = Context(tx, actor, key)
        made = await _full(found, context, shown)
        made["draft"] = await _full(found, context, draft) if draft else None
    return json_response(made)


@router.put("/{kind}/{key}", openapi_extra=accepts({"type": "object"}))
async def put_definition(
    request: Request,
    session: Caller,
    at: At,
    *,
    draft: bool = False,
    base: Base = None,
    comment: Comment = None,
    confirm: Confirm = None,
) -> Response:
    """Save the body (the definition itself) as a draft, or publish it at once."""
    found, key = at.kind, at.key
    value = await read_json(request)

    async def work(tx: Tx, actor: Actor) -> Mapping[str, Any]:
        made = await service.put(
            tx, actor, found, key, _mapping(value),
            draft=draft, base=base, comment=comment, confirm=confirm,
        )  # fmt: skip
        answer = await _full(found, Context(tx, actor, key), made)
        if draft:
            faults = await service.faults_in(tx, actor, found, made)
            answer["errors"] = [fault.as_json(session.language) for fault in faults]
        return answer

    return json_response(await _publish(session, found, work))


@router.delete("/{kind}/{key}")
async def retire_definition(
    session: Caller,
    at: At,
    base: Base = None,
    confirm: Confirm = None,
) -> Response:
    """Retire a definition; 409 with the impact list until it is confirmed."""
    found, key, kinds = at.kind, at.key, at.kinds

    async def work(tx: Tx, actor: Actor) -> Definition:
        return await service.retire(tx, actor, kinds, found, key, confirm=confirm, base=base)

    return json_response(_brief(await _publish(session, found, work)))


@router.get("/{kind}/{key}/versions")
async def list_versions(session: Caller, at: At) -> Response:
    """Return every version, newest first, without bodies."""
    found, key = at.kind, at.key
    async with session.open(write=False) as (tx, actor):
        _check_right(found, actor)
        rows = await store.versions(tx, found.name, key)
        if not rows:
            await service.get(tx, found, key)
    return json_response({"items": [_brief(row) for row in rows]})


@router.get("/{kind}/{key}/versions/{version}")
async def get_version(version: int, session: Caller, at: At) -> Response:
    """Return one version with its body."""
    found, key = at.kind, at.key
    async with session.open(write=False) as (tx, actor):
        _check_right(found, actor)
        made = await service.get_version(tx, found, key, version)
        return json_response(await _full(found, Context(tx, actor, key), made))


@router.get("/{kind}/{key}/diff")
async def diff_versions(
    session: Caller,
    at: At,
    first: Annotated[int, Query(alias="from")],
    second: Annotated[int, Query(alias="to")],
) -> Response:
    """Return what differs between two versions, in business words of the caller's language."""
    found, key = at.kind, at.key
    async with session.open(write=False) as (tx, actor):
        _check_right(found, actor)
        words = await service.diff(tx, found, key, first, second)
    return json_response({"from": first, "to": second, "changes": words[session.language]})


@router.get("/{kind}/{key}/impact")
async def get_impact(session: Caller, at: At) -> Response:
    """Return what retiring the definition would take along, with the token that confirms it."""
    found, key, kinds = at.kind, at.key, at.kinds
    async with session.open(write=False) as (tx, actor):
        _check_right(found, actor)
        live = await service.get(tx, found, key)
        impact = (await service.losses_of(tx, actor, kinds, found, live)).impact
    items = [effect.as_json(session.language) for effect in impact.effects]
    return json_response({"items": items, "confirm": impact.token if items else None})


@router.get("/{kind}/{key}/audit")
async def get_audit(
    session: Caller,
    at: At,
    before: Before = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Response:
    """Return who changed this definition, when, what and why; newest first."""
    found, key = at.kind, at.key
    async with session.open(write=False) as (tx, actor):
        _check_right(found, actor)
        rows = await store.audit_rows(tx, found.name, key, before, limit)
    return json_response({"items": [_audit(row, session.language) for row in rows]})


@router.post("/{kind}/{key}/publish", openapi_extra=accepts(Publication))
async def publish_draft(
    session: Caller,
    at: At,
    given: Annotated[Publication, Depends(body_of(Publication))],
    confirm: Confirm = None,
) -> Response:
    """Make the draft live."""
    found, key = at.kind, at.key

    async def work(tx: Tx, actor: Actor) -> Mapping[str, Any]:
        made = await service.publish(
            tx, actor, found, key, given.version, comment=given.comment, confirm=confirm
        )
        return await _full(found, Context(tx, actor, key), made)

    return json_response(await _publish(session, found, work))


@router.post("/{kind}/{key}/rollback", openapi_extra=accepts(Rollback))
async def roll_back(
    session: Caller,
    at: At,
    given: Annotated[Rollback, Depends(body_of(Rollback))],
    confirm: Confirm = None,
) -> Response:
    """Publish an earlier version again, as a new version; revives what was retired."""
    found, key = at.kind, at.key

    async def work(tx: Tx, actor: Actor) -> Mapping[str, Any]:
        made = await service.rollback(tx, actor, found, key, given.version, confirm=confirm)
        return await _full(found, Context(tx, actor, key), made)

    return json_response(await _publish(session, found, work))


@router.post("/{kind}/{key}/test", openapi_extra=accepts(Trial))
async def try_definition(
    session: Caller,
    at: At,
    given: Annotated[Trial, Depends(body_of(Trial))],
) -> Response:
    """Try a definition on a sample, as the caller, without side effects."""
    found, key = at.kind, at.key
    async with session.open(write=False) as (tx, actor):
        _check_right(found, actor)
        answer = await service.try_out(Context(tx, actor, key), found, given.body, given.sample)
    return json_response({"result": answer})


@audit_router.get("/definitions")
async def list_audit(
    session: Annotated[Session, Depends(requires(Right.AUDIT_READ))],
    kind: str | None = None,
    before: Before = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Response:
    """Return the audit of all definitions, newest first."""
    async with session.open(write=False) as (tx, _):
        rows = await store.audit_rows(tx, kind, None, before, limit)
    return json_response({"items": [_audit(row, session.language) for row in rows]})


async def _publish(
    session: Session, kind: Kind, work: Callable[[Tx, Actor], Awaitable[Any]]
) -> Any:
    """Prove the right, then run `work` in the transaction the kind publishes in."""
    async with session.open() as (_, actor):
        _check_right(kind, actor)
    return await kind.run(session.database, session.workspace, lambda tx: work(tx, actor))


def _registry(request: Request) -> KindRegistry:
    platform: Platform = request.app.state.platform
    return platform.registry(KindRegistry)


def _check_right(kind: Kind, actor: Actor) -> None:
    if kind.right in actor.rights:
        return
    words = RIGHT_LABELS[kind.right]
    raise Forbidden(
        "right.missing",
        f"需要“{words['zh-CN']}”权限，请联系管理员。",
        f"This needs the right to {words['en']}; ask an administrator.",
    )


def _mapping(value: Any) -> Mapping[str, Any]:
    if isinstance(value, dict):
        return value
    zh, en = "内容应为 JSON 对象。", "The body must be a JSON object."
    raise Invalid("value.dict_type", zh, en, [Fault("value.dict_type", zh, en)])


def _brief(definition: Definition) -> dict[str, Any]:
    return {
        "kind": definition.kind,
        "key": definition.key,
        "version": definition.version,
        "state": definition.state,
        "author": definition.author,
        "at": definition.at,
        "comment": definition.comment,
    }


async def _full(kind: Kind, context: Context, definition: Definition) -> dict[str, Any]:
    model = kind.model.model_validate(definition.body)
    return {**_brief(definition), "body": await kind.shown(context, model)}


def _summary(kind: Kind, versions: tuple[Definition, ...], language: Language) -> dict[str, Any]:
    shown = versions[0]
    model = kind.model.model_validate(shown.body)
    draft = next((v.version for v in versions if v.state == "draft"), None)
    title = kind.title(shown.key, model, language)
    return {**_brief(shown), "title": title, "draft": draft}


def _audit(row: store.AuditRow, language: Language) -> dict[str, Any]:
    return {
        "seq": row.seq,
        "at": row.at,
        "author": row.author,
        "kind": row.kind,
        "key": row.key,
        "version": row.version,
        "action": row.action,
        "changes": row.summary.get(language, []),
        "comment": row.comment,
    }
