"""Routes of app bundles: what there is, what an install would do, install."""

from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from changliu.bundles import service
from changliu.definitions.kind import KindRegistry
from changliu.identity.guard import Session, requires
from changliu.identity.model import Right
from changliu.kit.http import json_response
from changliu.kit.platform import Platform

router = APIRouter(tags=["bundles"])
installer = requires(Right.BUNDLES_INSTALL)


@router.get("/bundles")
async def list_bundles(session: Session = Depends(installer)) -> Response:
    """Return the bundles there are, each with the version installed here, if any."""
    async with session.open(write=False) as (tx, _):
        here = {row["key"]: row for row in await service.installed(tx)}
    shipped = {app.key: app for app in service.available()}
    items = [_item(key, shipped, here) for key in dict.fromkeys([*shipped, *here])]
    return json_response({"items": items})


@router.get("/bundles/{name}/diff")
async def diff_bundle(
    request: Request,
    name: str,
    overwrite: bool = False,
    session: Session = Depends(installer),
) -> Response:
    """Return what installing a bundle would create, change, or leave alone."""
    async with session.open(write=False) as (tx, _):
        bundle = service.open_shipped(name)
        plan = await service.diff(tx, _kinds(request), bundle, overwrite=overwrite)
    return json_response(plan.as_json(session.language))


@router.post("/bundles/{name}/install")
async def install_bundle(
    request: Request,
    name: str,
    overwrite: bool = False,
    session: Session = Depends(installer),
) -> Response:
    """Install a bundle, all of it or nothing; what was changed here stays unless overwritten."""
    async with session.open() as (_, actor):
        workspace, member = actor.workspace, actor.member
    bundle = service.open_shipped(name)
    plan = await service.install(
        session.database,
        workspace,
        _kinds(request),
        bundle,
        member=member,
        overwrite=overwrite,
    )
    return json_response(plan.as_json(session.language))


def _kinds(request: Request) -> KindRegistry:
    platform: Platform = request.app.state.platform
    return platform.registry(KindRegistry)


def _item(key: str, shipped: dict[str, Any], here: dict[str, dict[str, Any]]) -> dict[str, Any]:
    app, row = shipped.get(key), here.get(key)
    return {
        "key": key,
        "label": app.label if app else row and row["label"],
        "description": app.description if app else None,
        "icon": app.icon if app else None,
        "version": app.version if app else None,
        "installed": row["version"] if row else None,
        "installed_at": row["installed_at"] if row else None,
    }
