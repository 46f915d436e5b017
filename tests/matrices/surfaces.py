"""Every route of the application and what each kind of caller gets: the table that is the policy.

`{account}` is an object, `{theirs}` and `{doomed}` records of the administrator's in another team,
`{nobody}` an id of nothing, `{caller}` who asks. Doors for one right are asked for something that
is not there: whoever passes the door gets 404 (409, 422), everybody else 403.
"""

from dataclasses import dataclass
from typing import Any

from changliu.main import KINDS

# What strangers and disabled members get everywhere but at these.
OPEN = {
    "GET /api/health",
    "GET /api/health/prometheus",
    "POST /api/auth/login",
    "GET /api/openapi.json",
}
# Answers without an end: asked only by those who are refused (tests/records/stream has the rest).
ENDLESS = {"GET /api/events/stream"}


@dataclass(frozen=True)
class Surface:
    """Statuses for rep, manager (manages members, reads the audit), administrator, and the
    administrator of another workspace; the request; whether the answer carries record data."""

    rep: int
    manager: int
    admin: int
    elsewhere: int
    path: str = ""
    body: Any = None
    rows: bool = False


def anyone(status: int, path: str = "", body: Any = None) -> Surface:
    """A route about the caller, or of what everybody sees of the workspace."""
    return Surface(status, status, status, status, path, body)


def right(status: int, path: str = "", body: Any = None, manager: bool = False) -> Surface:
    """A route for holders of one workspace right."""
    return Surface(403, status if manager else 403, status, status, path, body)


def data(rep: int, manager: int, admin: int, path: str = "", body: Any = None) -> Surface:
    """A route about records of this workspace: nothing of it is there in another."""
    return Surface(rep, manager, admin, 404, path, body, rows=True)


ROLE = "/api/definitions/role/nothing"
MEMBER = "/api/members/{nobody}"
FIELD = "/api/objects/{account}/fields/nothing"
RECORD = "/api/records/{account}/{theirs}"
NAMED = {"label": "名"}

SURFACES: dict[str, Surface] = {
    "GET /api/openapi.json": anyone(200),
    "GET /api/health": anyone(200),
    "GET /api/health/prometheus": anyone(200),
    # Signing in, and oneself.
    "POST /api/auth/login": anyone(401, body={"login": "nobody", "password": "x"}),
    "POST /api/auth/switch": anyone(404, body={"workspace": "nowhere"}),
    "POST /api/auth/logout": anyone(204),
    "GET /api/auth/session": anyone(200),
    "GET /api/auth/sessions": anyone(200),
    "DELETE /api/auth/sessions/{session_id}": anyone(404, "/api/auth/sessions/{nobody}"),
    "DELETE /api/auth/sessions": anyone(204),
    "POST /api/auth/recovery-codes": anyone(403, body={"password": "x"}),
    "POST /api/auth/password": anyone(403, body={"old": "x", "new": "correct horse 10"}),
    "POST /api/auth/totp": anyone(200),
    "POST /api/auth/totp/confirm": anyone(409, body={"code": "000000"}),
    "DELETE /api/auth/totp": anyone(403, body={"password": "x"}),
    "GET /api/accounts/me": anyone(200),
    "PATCH /api/accounts/me": anyone(422, body={"language": "tlh"}),
    "GET /api/workspaces": anyone(200),
    # The second to take a name finds it taken.
    "PATCH /api/workspace": Surface(403, 403, 200, 409, body={"name": "同名"}),
    "GET /api/tokens": anyone(200),
    "POST /api/tokens": anyone(422, body={"name": "x", "scopes": ["everything"]}),
    "DELETE /api/tokens/{token_id}": anyone(404, "/api/tokens/{nobody}"),
    # The inbox: always one's own.
    "GET /api/notifications": anyone(200),
    "GET /api/notifications/count": anyone(200),
    "PATCH /api/notifications": anyone(200, body={"to": "read", "ids": ["{nobody}"]}),
    "GET /api/notifications/settings": anyone(200),
    "PATCH /api/notifications/settings": anyone(200, body={"follow": {"owned": True}}),
    # People.
    "GET /api/members": anyone(200),
    "GET /api/members/{member_id}": Surface(200, 200, 200, 404, "/api/members/{person}"),
    "POST /api/members": right(201, body={"name": "新人"}, manager=True),
    "PATCH /api/members/{member_id}": right(404, "/api/members/{nobody}", {"name": "x"}, True),
    "POST /api/members/{member_id}/disable": right(404, f"{MEMBER}/disable", manager=True),
    "POST /api/members/{member_id}/enable": right(404, f"{MEMBER}/enable", manager=True),
    "POST /api/members/{member_id}/account": right(
        404, "/api/members/{nobody}/account",
        {"login": "late", "password": "correct horse 11"}, True,
    ),
    "POST /api/members/{member_id}/password": right(
        404, "/api/members/{nobody}/password", {"password": "correct horse 11"}, True
    ),
    "GET /api/members/{member_id}/access": Surface(
        403, 200, 200, 404, "/api/members/{person}/access"
    ),
    "GET /api/teams": anyone(200),
    "POST /api/teams": right(201, body={"name": "新团队 {caller}"}, manager=True),
    "PATCH /api/teams/{team_id}": right(404, "/api/teams/{nobody}", {"name": "x"}, True),
    "DELETE /api/teams/{team_id}": right(404, "/api/teams/{nobody}", None, True),
    "GET /api/roles": right(200, manager=True),
    # Definitions: each kind asks for its own right.
    "GET /api/definitions": anyone(200),
    "GET /api/definitions/{kind}": right(200, "/api/definitions/role"),
    "GET /api/definitions/{kind}/{key}": right(404, ROLE),
    "PUT /api/definitions/{kind}/{key}": right(422, ROLE, {}),
    **{
        f"PUT /api/definitions/{kind.name}/{{key}}": right(
            422, f"/api/definitions/{kind.name}/nothing.x", {}
        )
        for kind in KINDS
    },
    "DELETE /api/definitions/{kind}/{key}": right(404, ROLE),
    "GET /api/definitions/{kind}/{key}/versions": right(404, f"{ROLE}/versions"),
    "GET /api/definitions/{kind}/{key}/versions/{version}": right(404, f"{ROLE}/versions/1"),
    "GET /api/definitions/{kind}/{key}/diff": right(404, f"{ROLE}/diff?from=1&to=2"),
    "GET /api/definitions/{kind}/{key}/impact": right(404, f"{ROLE}/impact"),
    "GET /api/definitions/{kind}/{key}/audit": right(200, f"{ROLE}/audit"),
    "POST /api/definitions/{kind}/{key}/publish": right(404, f"{ROLE}/publish", {"version": 1}),
    "POST /api/definitions/{kind}/{key}/rollback": right(404, f"{ROLE}/rollback", {"version": 1}),
    "POST /api/definitions/{kind}/{key}/test": right(404, f"{ROLE}/test", {}),
    "GET /api/audit": right(200, manager=True),
    "GET /api/audit/definitions": right(200, manager=True),
    "GET /api/audit/verify": right(200, manager=True),
    # Structure.
    "GET /api/meta": anyone(200),
    "GET /api/field-types": anyone(200),
    "GET /api/objects": anyone(200),
    "POST /api/objects": right(422, body={}),
    "GET /api/objects/{object_key}": Surface(200, 200, 200, 404, "/api/objects/{account}"),
    "PATCH /api/objects/{object_key}": right(404, "/api/objects/nothing", NAMED),
    "DELETE /api/objects/{object_key}": right(404, "/api/objects/nothing"),
    "POST /api/objects/{object_key}/fields": right(
        404, "/api/objects/nothing/fields", {"key": "x", "label": "x", "type": "text"}
    ),
    "PATCH /api/objects/{object_key}/fields/{field_key}": right(404, FIELD, NAMED),
    "DELETE /api/objects/{object_key}/fields/{field_key}": right(404, FIELD),
    "POST /api/objects/{object_key}/plan": right(
        404, "/api/objects/nothing/plan", {"key": "x", "label": "x", "type": "text"}
    ),
    "GET /api/objects/{object_key}/fields/{field_key}/plan": right(404, f"{FIELD}/plan"),
    "GET /api/objects/{object_key}/fields/{field_key}/retype": right(404, f"{FIELD}/retype"),
    "DELETE /api/objects/{object_key}/fields/{field_key}/retype": right(404, f"{FIELD}/retype"),
    # Views, forms, and what a member keeps.
    "GET /api/views": anyone(200),
    "POST /api/views": anyone(422, body={"object": "nothing", "label": "x"}),
    "GET /api/views/{view_key}": anyone(404, "/api/views/nothing"),
    "PUT /api/views/{view_key}": anyone(
        404, "/api/views/nothing", {"object": "account", "label": "x"}
    ),
    "GET /api/me/settings": anyone(200),
    "PUT /api/me/settings/{setting_key}": anyone(200, "/api/me/settings/x", {"a": 1}),
    "PATCH /api/me/settings/{setting_key}": anyone(200, "/api/me/settings/x", {"a": 1}),
    "DELETE /api/me/settings/{setting_key}": anyone(204, "/api/me/settings/x"),
    "GET /api/me/recent": anyone(200),
    "POST /api/me/recent": anyone(404, body={"object": "nothing", "id": "{nobody}"}),
    "DELETE /api/views/{view_key}": anyone(404, "/api/views/nothing"),
    "GET /api/objects/{object_key}/form": data(
        404, 404, 200, "/api/objects/{account}/form?record={theirs}"
    ),
    "GET /api/bundles": right(200),
    "GET /api/bundles/{name}/diff": right(404, "/api/bundles/nothing/diff"),
    "POST /api/bundles/{name}/install": right(404, "/api/bundles/nothing/install"),
    "GET /api/bundles/{name}/export": right(404, "/api/bundles/nothing/export"),
    "POST /api/bundles/export": right(
        404, body={"key": "x", "label": "x", "version": "1.0.0", "objects": ["nothing"]}
    ),
    "POST /api/bundles/import": right(422),
    "GET /api/bundles/{name}/demo": right(200, "/api/bundles/nothing/demo"),
    "POST /api/bundles/{name}/demo": right(404, "/api/bundles/nothing/demo", {}),
    "DELETE /api/bundles/{name}/demo/load": right(404, "/api/bundles/nothing/demo/load"),
    "DELETE /api/bundles/{name}/demo": right(404, "/api/bundles/nothing/demo"),
    "GET /api/bundles/{name}/purge": right(404, "/api/bundles/nothing/purge"),
    "POST /api/bundles/{name}/uninstall": right(404, "/api/bundles/nothing/uninstall"),
    # Work in the background.
    "GET /api/jobs": right(200),
    "POST /api/jobs/run": right(200, "/api/jobs/run?kind=none"),
    "POST /api/jobs/{job}/run": right(404, "/api/jobs/999999/run"),
    "DELETE /api/jobs/{job}": right(404, "/api/jobs/999999"),
    "GET /api/timers": right(200),
    "POST /api/timers/{timer}/run": right(404, "/api/timers/999999/run"),
    "DELETE /api/timers/{timer}": right(404, "/api/timers/999999"),
    "GET /api/test/clock": right(200, manager=True),
    "POST /api/test/clock": right(200, body={"now": None}, manager=True),
    # Records: what is not readable is not there.
    "GET /api/search": data(200, 200, 200, "/api/search?q=%E5%AE%A2&objects=account"),
    "GET /api/records/{object_key}": data(200, 200, 200, "/api/records/{account}"),
    "POST /api/records/{object_key}": data(
        422, 422, 422, "/api/records/{account}", {"name": None}
    ),
    "GET /api/records/{object_key}/{record_id}": data(404, 404, 200, RECORD),
    "PATCH /api/records/{object_key}/{record_id}": data(404, 404, 422, RECORD, {"name": None}),
    "DELETE /api/records/{object_key}/{record_id}": data(
        404, 404, 204, "/api/records/{account}/{doomed}"
    ),
    "POST /api/records/{object_key}/{record_id}/restore": data(
        404, 404, 404, "/api/records/{account}/{theirs}/restore"
    ),
    "POST /api/records/{object_key}/selection": data(
        200, 200, 200, "/api/records/{account}/selection",
        {"op": "update", "filter": "FALSE", "values": {"name": "x"}},
    ),
    "POST /api/records/{object_key}/duplicates": data(
        200, 200, 200, "/api/records/{account}/duplicates", {"values": {}}
    ),
    "POST /api/records/{object_key}/{record_id}/history/{entry}/restore": data(
        404, 404, 404, f"{RECORD}/history/0/restore", {"field": "name"}
    ),
    "POST /api/records/{object_key}/duplicates/different": data(
        404, 404, 404, "/api/records/{account}/duplicates/different",
        {"records": ["{nobody}", "{theirs}"]},
    ),
    "POST /api/duplicates/{rule}/search": right(404, "/api/duplicates/nothing/search"),
    "GET /api/duplicates/{rule}/search": anyone(404, "/api/duplicates/nothing/search"),
    "DELETE /api/duplicates/{rule}/search": right(404, "/api/duplicates/nothing/search"),
    "GET /api/duplicates/{rule}/pairs": anyone(404, "/api/duplicates/nothing/pairs"),
    "GET /api/records/{object_key}/{record_id}/history": data(404, 404, 200, f"{RECORD}/history"),
    "GET /api/records/{object_key}/{record_id}/timeline": data(404, 404, 200, f"{RECORD}/timeline"),
    "GET /api/records/{object_key}/{record_id}/comments": data(404, 404, 200, f"{RECORD}/comments"),
    "POST /api/records/{object_key}/{record_id}/comments": data(
        404, 404, 201, f"{RECORD}/comments", {"text": "看看"}
    ),
    "PATCH /api/records/{object_key}/{record_id}/comments/{comment_id}": data(
        404, 404, 404, f"{RECORD}/comments/{{nobody}}", {"text": "看看"}
    ),
    "DELETE /api/records/{object_key}/{record_id}/comments/{comment_id}": data(
        404, 404, 404, f"{RECORD}/comments/{{nobody}}"
    ),
    "GET /api/records/{object_key}/{record_id}/comments/{comment_id}/versions": data(
        404, 404, 404, f"{RECORD}/comments/{{nobody}}/versions"
    ),
    "GET /api/records/{object_key}/{record_id}/followers": data(
        404, 404, 200, f"{RECORD}/followers"
    ),
    "PUT /api/records/{object_key}/{record_id}/follow": data(404, 404, 204, f"{RECORD}/follow"),
    "DELETE /api/records/{object_key}/{record_id}/follow": data(404, 404, 204, f"{RECORD}/follow"),
    "GET /api/records/{object_key}/{record_id}/slots": data(404, 404, 200, f"{RECORD}/slots"),
    "GET /api/records/{object_key}/{record_id}/access": data(404, 404, 200, f"{RECORD}/access"),
    "GET /api/records/{object_key}/{record_id}/readers": data(404, 404, 200, f"{RECORD}/readers"),
    "GET /api/records/{object_key}/{record_id}/shares": data(404, 404, 200, f"{RECORD}/shares"),
    "POST /api/records/{object_key}/{record_id}/shares": data(
        404, 404, 201, f"{RECORD}/shares", {"member": "{person}"}
    ),
    "DELETE /api/records/{object_key}/{record_id}/shares/{share_id}": data(
        404, 404, 404, f"{RECORD}/shares/{{nobody}}"
    ),
    "POST /api/records/{object_key}/{record_id}/erase": right(
        404, "/api/records/{account}/{nobody}/erase", {"reason": "x"}
    ),
    "POST /api/changesets": data(
        404, 404, 422, body={"changes": [
            {"op": "update", "object": "account", "id": "{theirs}", "values": {"name": None}}
        ]},
    ),
    "GET /api/changesets/{changeset_id}": data(404, 200, 200, "/api/changesets/{changeset}"),
    "POST /api/changesets/{changeset_id}/revert": data(
        404, 404, 404, "/api/changesets/{nobody}/revert", {}
    ),
    "POST /api/query": data(
        200, 200, 200, body={"object": "account", "measures": [{"key": "n", "formula": "COUNT()"}]}
    ),
    "POST /api/formulas/check": data(
        200, 200, 200, body={"object": "account", "formula": "amount * 2"}
    ),
    "POST /api/formulas/to-conditions": data(
        200, 200, 200, body={"object": "account", "formula": "amount > 2"}
    ),
    "POST /api/formulas/from-conditions": data(
        200, 200, 200, body={"object": "account", "conditions": {"items": []}}
    ),
    "GET /api/exports": anyone(200),
    "GET /api/exports/{export_id}": anyone(404, "/api/exports/{nobody}"),
    "DELETE /api/exports/{export_id}": anyone(404, "/api/exports/{nobody}"),
    "GET /api/exports/{export_id}/file": anyone(404, "/api/exports/{nobody}/file"),
    "GET /api/exports/{object_key}": data(403, 403, 200, "/api/exports/{account}"),
    "GET /api/audit/exports": right(200, manager=True),
    "POST /api/people/find": right(200, body={"text": "13800000000"}),
    "POST /api/people/export": right(
        404, body={"records": [{"object": "nothing", "id": "{nobody}"}]}
    ),
    "POST /api/people/erase": right(
        200, body={"records": [{"object": "nothing", "id": "{nobody}"}], "reason": "x"}
    ),
    "POST /api/files": anyone(400),
    "POST /api/imports": Surface(403, 403, 422, 422, body={"object": "account"}),
    "GET /api/imports": right(200),
    "GET /api/imports/{import_id}": right(404, "/api/imports/{nobody}"),
    "PUT /api/imports/{import_id}/mapping": right(
        404, "/api/imports/{nobody}/mapping", {"columns": {"x": "name"}}
    ),
    "PUT /api/imports/{import_id}/layout": right(404, "/api/imports/{nobody}/layout", {}),
    "POST /api/imports/{import_id}/commit": right(404, "/api/imports/{nobody}/commit", {}),
    "POST /api/imports/{import_id}/cancel": right(404, "/api/imports/{nobody}/cancel"),
    "POST /api/imports/{import_id}/revert": right(404, "/api/imports/{nobody}/revert", {}),
    "GET /api/imports/{import_id}/errors": right(404, "/api/imports/{nobody}/errors"),
    "GET /api/files/{file_id}": data(404, 404, 200, "/api/files/{file}"),
    "GET /api/events/stream": anyone(200),
}  # fmt: skip
