"""Routes of app bundles: what there is, what an install would do, install."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from changliu.bundles import purging, service
from changliu.bundles.archive import packed
from changliu.bundles.export import Files
from changliu.bundles.merge import Side
from changliu.bundles.model import App
from changliu.bundles.plan import Choices
from changliu.definitions.kind import KindRegistry
from changliu.files.names import disposition
from changliu.identity.guard import Session, requires
from changliu.identity.model import Right
from changliu.kit.http import accepts, body, json_response
from changliu.kit.platform import Platform

router = APIRouter(tags=["bundles"])
installer = requires(Right.BUNDLES_INSTALL)

Overwrite = Annotated[bool, Query(description="Take the bundle's side everywhere.")]
Confirm = Annotated[str | None, Query(max_length=100, description="Token of the impact list.")]
Places = Annotated[
    Sequence[Annotated[str, StringConstraints(max_length=300)]],
    Query(max_length=200, description="Places as `at` in the plan; may be repeated."),
]
Purged = Annotated[
    str | None,
    Query(max_length=200, description="The app's name, typed: its data goes for good too."),
]
DryRun = Annotated[bool, Query(description="Try it out in full and change nothing.")]


class Choosing(BaseModel):
    """Whose side is taken where; `choices` by place, as `at` in a plan."""

    model_config = ConfigDict(extra="forbid")

    choices: dict[str, Side] = Field(default_factory=dict, max_length=2_000)


async def _choosing(request: Request) -> Choosing:
    """Read the body; without one nothing is chosen."""
    if not await request.body():
        return Choosing()
    return await body(Choosing)(request)


ARCHIVE = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
OPTIONAL = {"requestBody": {**accepts(Choosing)["requestBody"], "required": False}}


@router.get("/bundles")
async def list_bundles(session: Session = Depends(installer)) -> Response:
    """Return the bundles there are: what each is, needs and contains (definitions by kind), its
    version and the version installed here, if any; `demo` says whether it brings demo data,
    `purge` how far the removal of its data is while that goes on."""
    async with session.open(write=False) as (tx, _):
        here = {row["key"]: row for row in await service.installed(tx)}
        shipped = {listed.app.key: listed for listed in service.available()}
        keys = dict.fromkeys([*shipped, *here])
        going = await purging.under_way(tx, keys)
    items = [{**_item(key, shipped, here), "purge": going.get(key)} for key in keys]
    return json_response({"items": items})


@router.get("/bundles/{name}/diff")
async def diff_bundle(
    request: Request,
    name: str,
    overwrite: Overwrite = False,
    session: Session = Depends(installer),
) -> Response:
    """Return what installing a bundle would create, change, remove, or leave alone.

    `places` say what differs and which side is taken; `confirm` is the token the install needs.
    """
    async with session.open(write=False) as (tx, actor):
        bundle = service.open_shipped(name)
        plan = await service.diff(tx, actor, _kinds(request), bundle, _choices({}, overwrite))
    return json_response(plan.as_json(session.language))


@router.post("/bundles/{name}/install", openapi_extra=OPTIONAL)
async def install_bundle(
    request: Request,
    name: str,
    session: Annotated[Session, Depends(installer)],
    given: Annotated[Choosing, Depends(_choosing)],
    *,
    overwrite: Overwrite = False,
    confirm: Confirm = None,
    dry_run: DryRun = False,
) -> Response:
    """Install a bundle or upgrade an installed one, all of it or nothing.

    Another version is merged with what was changed here; where both changed the same, yours stays
    unless `choices` (place → `mine` or `theirs`, places as `at` in the plan) say otherwise. 409
    with the impact list until it is confirmed.
    """
    async with session.open() as (_, actor):
        workspace, member = actor.workspace, actor.member
    bundle = service.open_shipped(name)
    plan = await service.install(
        session.database,
        workspace,
        _kinds(request),
        bundle,
        member=member,
        wish=service.Wish(
            _choices(given.choices, overwrite), confirm, dry_run, language=session.language
        ),
    )
    return json_response(plan.as_json(session.language))


@router.post("/bundles/{name}/uninstall")
async def uninstall_bundle(
    request: Request,
    name: str,
    session: Session = Depends(installer),
    *,
    confirm: Confirm = None,
    dry_run: DryRun = False,
    purge: Purged = None,
) -> Response:
    """Take an installed app away with all it brought; its data stays for 90 days.

    409 with what goes and what uses it until `confirm` has the token. Teams, and roles that
    members hold, stay. With `purge`, an administrator's, records, history, comments, files and
    numbers go for good, by a job.
    """
    async with session.open() as (_, actor):
        workspace, member = actor.workspace, actor.member
    plan = await service.uninstall(
        session.database,
        workspace,
        _kinds(request),
        name,
        member=member,
        wish=service.Wish({}, confirm, dry_run, purge),
    )
    return json_response(plan.as_json(session.language))


@router.get("/bundles/{name}/purge")
async def read_purge(name: str, session: Session = Depends(installer)) -> Response:
    """Return how far the last removal of an app's data is: `{id, state, done, total, …}`."""
    async with session.open(write=False) as (tx, _):
        told = await purging.show(tx, name)
    return json_response(told)


_ZIP: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}}
}


@router.get("/bundles/{name}/export", response_class=Response, responses=_ZIP)
async def export_bundle(
    request: Request, name: str, session: Session = Depends(installer)
) -> Response:
    """Return an installed app, as it is now, as a zip: the same app, the same bytes."""
    async with session.open(write=False) as (tx, _):
        files = await service.exported(tx, _kinds(request), name)
    return _zip(name, files)


@router.post("/bundles/export", response_class=Response, responses=_ZIP, openapi_extra=accepts(App))
async def export_own_app(
    request: Request,
    session: Annotated[Session, Depends(installer)],
    given: Annotated[App, Depends(body(App))],
) -> Response:
    """Return the objects named, with all they use, as a new app: a zip of its files.

    422 (`bundle.private`) when a definition names a member, a record or a secret.
    """
    async with session.open(write=False) as (tx, _):
        files = await service.exported(tx, _kinds(request), given)
    return _zip(given.key, files)


@router.post("/bundles/import", openapi_extra=ARCHIVE)
async def import_bundle(
    request: Request,
    session: Session = Depends(installer),
    *,
    overwrite: Overwrite = False,
    mine: Places = (),
    theirs: Places = (),
    confirm: Confirm = None,
    dry_run: DryRun = False,
) -> Response:
    """Install or upgrade an app from a zip file, all of it or nothing; answers as an install.

    As the body is the file, sides are chosen by `mine` and `theirs`, each a place of the plan.
    422 for an archive that is damaged, too large, or holds anything but a bundle's files.
    """
    async with session.open() as (_, actor):
        workspace, member = actor.workspace, actor.member
    plan = await service.install(
        session.database,
        workspace,
        _kinds(request),
        service.open_archive(await request.body()),
        member=member,
        wish=service.Wish(
            _choices(_sides(mine, theirs), overwrite), confirm, dry_run, language=session.language
        ),
    )
    return json_response(plan.as_json(session.language))


def _zip(key: str, files: Files) -> Response:
    headers = {"content-disposition": disposition(f"{key}.zip", inline=False)}
    return Response(packed(key, files), media_type="application/zip", headers=headers)


def _sides(mine: Sequence[str], theirs: Sequence[str]) -> Choices:
    chosen: dict[str, Side] = dict.fromkeys(theirs, "theirs")
    return chosen | dict.fromkeys(mine, "mine")


def _choices(given: Choices, overwrite: bool) -> Choices:
    return {"": "theirs", **given} if overwrite else given


def _kinds(request: Request) -> KindRegistry:
    platform: Platform = request.app.state.platform
    return platform.registry(KindRegistry)


def _item(
    key: str, shipped: dict[str, service.Listed], here: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    """One line of the list: what the files say, else what was noted when it was installed."""
    listed, row = shipped.get(key), here.get(key)
    about = listed.app.model_dump(mode="json") if listed else (row or {}).get("about") or {}
    return {
        "key": key,
        "label": about.get("label") or (row or {}).get("label"),
        "description": about.get("description"),
        "icon": about.get("icon"),
        "requires": about.get("requires") or [],
        "contents": listed.contents if listed else {},
        "demo": listed is not None and listed.demo,
        "version": listed.app.version if listed else None,
        "installed": row["version"] if row else None,
        "installed_at": row["installed_at"] if row else None,
    }
