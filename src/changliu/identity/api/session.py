"""Routes of signing in and out and of one's own account."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from changliu.identity import accounts, cookies, members, second_factor
from changliu.identity.forms import (
    AccountPatch,
    Code,
    PasswordChange,
    Proof,
    SignIn,
    Switch,
    WorkspacePatch,
)
from changliu.identity.guard import LIFE, Session, requires, signed_in, signed_in_now
from changliu.identity.model import Right
from changliu.identity.store.members import list_roles
from changliu.identity.totp import KEY
from changliu.kit.db import Workspace
from changliu.kit.http import accepts, body, json_response
from changliu.kit.platform import Platform
from changliu.kit.secrets import Box, box_of

router = APIRouter(tags=["sign-in"])

Here = Annotated[Session, Depends(signed_in)]
Now = Annotated[Session, Depends(signed_in_now)]
Ruler = Annotated[Session, Depends(requires(Right.ROLES_CHANGE))]


@router.post("/auth/login", openapi_extra=accepts(SignIn))
async def sign_in(request: Request, form: Annotated[SignIn, Depends(body(SignIn))]) -> Response:
    """Open a session: as a cookie when a page asks (Origin), else as a bearer token."""
    platform: Platform = request.app.state.platform
    browser = cookies.from_browser(request)
    if browser:
        cookies.check_allowed(request, platform.settings)
    box = _box(request)
    signed = await accounts.sign_in(platform.database, box, form, _door(request, browser))
    return _signed(request, signed, browser)


@router.post("/auth/switch", openapi_extra=accepts(Switch))
async def switch(
    request: Request, session: Now, form: Annotated[Switch, Depends(body(Switch))]
) -> Response:
    """Go on in another workspace; the session is replaced."""
    browser = session.via == "browser"
    signed = await accounts.switch(session, form.workspace, _door(request, browser))
    return _signed(request, signed, browser)


@router.post("/auth/logout", status_code=204)
async def sign_out(session: Now) -> Response:
    """End this session."""
    await accounts.sign_out(session)
    response = Response(status_code=204)
    cookies.clear(response)
    return response


@router.get("/auth/session")
async def who_am_i(request: Request, session: Here) -> Response:
    """Return the member signed in: roles, rights, workspace, where else to go.

    `insecure` asks for a banner: the connection is plain http beyond this machine.
    """
    account = await accounts.account_of(session)
    others = await accounts.workspaces(session)
    async with session.open(write=False) as (tx, actor):
        labels = {role["key"]: role["label"] for role in await list_roles(tx)}
    document = {
        "account": {
            "id": account.id,
            "login": account.login,
            "language": account.language,
            "totp": account.totp_on,
            "recovery_codes": await second_factor.codes_left(session) if account.totp_on else 0,
        },
        "member": {
            "id": actor.member,
            "name": actor.name,
            "main_team": actor.main_team,
            "teams": actor.teams,
        },
        "roles": [{"key": key, "label": labels.get(key, key)} for key in actor.roles],
        "rights": actor.rights,
        "via": session.via,
        "language": session.language,
        "insecure": not (cookies.is_encrypted(request) or cookies.is_local(request)),
        "workspace": {**_place(session.workspace), "timezone": session.workspace.timezone},
        "workspaces": [_place(workspace) for workspace in others],
    }
    return json_response(document)


@router.get("/auth/sessions")
async def list_sessions(session: Now) -> Response:
    """List the caller's live sessions."""
    return json_response({"items": await accounts.list_sessions(session)})


@router.delete("/auth/sessions", status_code=204)
async def end_other_sessions(session: Now) -> Response:
    """End every session of the caller's but this one."""
    await accounts.end_other_sessions(session)
    return Response(status_code=204)


@router.delete("/auth/sessions/{session_id}", status_code=204)
async def end_session(session: Now, session_id: UUID) -> Response:
    """End one of the caller's sessions."""
    await accounts.end_session(session, session_id)
    return Response(status_code=204)


@router.post("/auth/password", status_code=204, openapi_extra=accepts(PasswordChange))
async def change_password(
    session: Now, form: Annotated[PasswordChange, Depends(body(PasswordChange))]
) -> Response:
    """Change the caller's password; every other session ends."""
    await accounts.change_password(session, form)
    return Response(status_code=204)


@router.post("/auth/totp")
async def enrol_totp(request: Request, session: Now) -> Response:
    """Make a secret for two-step sign-in; it counts once confirmed."""
    issuer = f"畅流 {session.workspace.name}"
    secret, uri = await second_factor.enrol_totp(session, _box(request), issuer)
    return json_response({"secret": secret, "uri": uri})


@router.post("/auth/totp/confirm", openapi_extra=accepts(Code))
async def confirm_totp(
    request: Request, session: Now, form: Annotated[Code, Depends(body(Code))]
) -> Response:
    """Turn two-step sign-in on with a first code; answers its recovery codes, this once."""
    codes = await second_factor.confirm_totp(session, _box(request), form.code)
    return json_response({"recovery_codes": codes})


@router.post("/auth/recovery-codes", openapi_extra=accepts(Proof))
async def renew_recovery_codes(
    session: Now, form: Annotated[Proof, Depends(body(Proof))]
) -> Response:
    """Make new recovery codes in the place of all earlier ones; the password is asked again."""
    return json_response(
        {"recovery_codes": await second_factor.renew_codes(session, form.password)}
    )


@router.delete("/auth/totp", status_code=204, openapi_extra=accepts(Proof))
async def remove_totp(session: Now, form: Annotated[Proof, Depends(body(Proof))]) -> Response:
    """Turn two-step sign-in off; the password is asked again."""
    await second_factor.remove_totp(session, form.password)
    return Response(status_code=204)


@router.get("/accounts/me")
async def my_account(session: Now) -> Response:
    """Return the caller's account, and their name, e-mail and phone in this workspace."""
    account = await accounts.account_of(session)
    shown = ("id", "login", "language")
    document: dict[str, Any] = {name: getattr(account, name) for name in shown}
    codes = await second_factor.codes_left(session) if account.totp_on else 0
    async with session.open(write=False) as (tx, actor):
        own = await members.own_profile(tx, actor.member)
    return json_response({**document, **own, "totp": account.totp_on, "recovery_codes": codes})


@router.patch("/accounts/me", status_code=204, openapi_extra=accepts(AccountPatch))
async def change_my_account(
    session: Now, form: Annotated[AccountPatch, Depends(body(AccountPatch))]
) -> Response:
    """Change what was sent of the caller's account and profile in this workspace."""
    accounts.check_no_token(session)
    if profile := form.profile():
        async with session.open() as (tx, actor):
            await members.change_own(tx, actor.member, profile)
    await accounts.change_account(session, form)
    return Response(status_code=204)


@router.get("/workspaces")
async def list_workspaces(session: Now) -> Response:
    """List the workspaces the caller may switch to."""
    places = await accounts.workspaces(session)
    current = session.workspace.id
    items = [{**_place(place), "current": place.id == current} for place in places]
    return json_response({"items": items})


@router.patch("/workspace", openapi_extra=accepts(WorkspacePatch))
async def change_workspace(
    session: Ruler, patch: Annotated[WorkspacePatch, Depends(body(WorkspacePatch))]
) -> Response:
    """Call this workspace something else: for who may change roles. 409 for a name that another
    workspace of the installation has."""
    name = await accounts.rename_workspace(session, patch.name)
    return json_response({"id": session.workspace.id, "name": name})


def _box(request: Request) -> Box:
    platform: Platform = request.app.state.platform
    return box_of(platform.settings.data, KEY)


def _door(request: Request, browser: bool) -> accounts.Door:
    ip = request.client.host if request.client else "local"
    kind: accounts.DoorKind = "browser" if browser else "api"
    return accounts.Door(kind, ip, request.headers.get("user-agent", ""))


def _place(workspace: Workspace) -> dict[str, Any]:
    return {"id": workspace.id, "name": workspace.name}


def _signed(request: Request, signed: accounts.SignedIn, browser: bool) -> Response:
    document = {
        "workspace": _place(signed.workspace),
        "workspaces": [_place(workspace) for workspace in signed.workspaces],
        "expires_at": signed.expires_at,
    }
    if not browser:
        return json_response({"token": signed.token, **document})
    response = json_response(document)
    cookies.write(request, response, signed.token, int(LIFE.total_seconds()))
    return response
