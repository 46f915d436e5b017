"""What the bodies and headers of writes look like, for the API's description.

Values are whatever the object's fields take: GET /api/meta names them.
"""

from typing import Any, get_args

from changliu.kit.http import accepts
from changliu.records.changeset.model import MAX_CHANGES, MAX_SOURCES, OPS, Mode
from changliu.records.changeset.request import MAX_REASON

Schema = dict[str, Any]

_ID: Schema = {"type": ["string", "null"], "format": "uuid"}
_VERSION: Schema = {"type": ["integer", "null"], "minimum": 1, "maximum": 2**31 - 1}
_SOURCE: Schema = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "string", "format": "uuid"}, "version": _VERSION},
    "additionalProperties": False,
}
_REASON: Schema = {"type": ["string", "null"], "maxLength": MAX_REASON}
_REFERENCE: Schema = {
    "anyOf": [_ID, {"type": "object", "required": ["id"], "properties": {"id": _ID}}]
}
# A field's value: text, number, list of keys or references, and so on, by its type.
_VALUES: Schema = {
    "type": "object",
    "description": "Values by field key, and `owner` and `team`.",
    "properties": {"owner": _REFERENCE, "team": _REFERENCE},
    "additionalProperties": True,
}
_RECORD: Schema = {
    **_VALUES,
    "description": "Values by field key beside `id`, `owner`, `team` and `version`.",
    "properties": {"id": _ID, "version": _VERSION, **_VALUES["properties"]},
}
_CHANGE: Schema = {
    "type": "object",
    "required": ["op", "object"],
    "properties": {
        "op": {"enum": list(OPS)},
        "object": {"type": "string"},
        "id": _ID,
        "version": _VERSION,
        "values": _VALUES,
        "from": {
            "type": "array",
            "maxItems": MAX_SOURCES,
            "items": {"anyOf": [_SOURCE, {"type": "string", "format": "uuid"}]},
            "description": "For a merge: the records that go into this one, with the version that"
            " was read; 409 when one has changed since, as when the record that stays has. Its"
            " `values` say per field whose value stays: `survivor`, one of these ids, or `combined`"
            " for lists.",
        },
    },
    "additionalProperties": False,
}
_CHANGESET: Schema = {
    "type": "object",
    "required": ["changes"],
    "properties": {
        "mode": {"enum": list(get_args(Mode)), "default": "all"},
        "reason": _REASON,
        "dry_run": {"type": "boolean", "default": False},
        "changes": {"type": "array", "maxItems": MAX_CHANGES, "items": _CHANGE},
    },
    "additionalProperties": False,
}
_REVERT: Schema = {
    "type": "object",
    "properties": {"reason": _REASON, "consequences": {"type": "boolean", "default": False}},
    "additionalProperties": False,
}

KEY: Schema = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "Asking again with the same key and body gives the first answer.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
}
_TAG: Schema = {
    "name": "If-Match",
    "in": "header",
    "description": "The version that was read; 409 when the record has moved on.",
    "schema": {"type": "string", "pattern": '^"[0-9]{1,9}"$'},
}
_PREFER: Schema = {
    "name": "Prefer",
    "in": "header",
    "description": "`return=minimal` answers with id and version only.",
    "schema": {"type": "string"},
}

CREATE = {**accepts(_RECORD), "parameters": [KEY, _PREFER]}
UPDATE = {**accepts(_RECORD), "parameters": [KEY, _TAG, _PREFER]}
MOVE = {"parameters": [KEY, _TAG]}
CHANGESET = {**accepts(_CHANGESET), "parameters": [KEY]}
REVERT = accepts(_REVERT)
