"""What the bodies of the design doors look like, for the API's description."""

from typing import Any

from pydantic import BaseModel

from changliu.fields.registry import FIELD_TYPES
from changliu.kit.http import accepts, schema_of
from changliu.schema.body import FieldBody, ObjectBody

Schema = dict[str, Any]

_KEY: Schema = {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,59}$"}


def _new(model: type[BaseModel], **more: Schema) -> Schema:
    schema = schema_of(model)
    properties = {"key": _KEY, **schema["properties"], **more}
    return {**schema, "properties": properties, "required": ["key", *schema["required"]]}


def _patch(model: type[BaseModel], **more: Schema) -> Schema:
    """What is not named stays; null takes a setting away."""
    schema = schema_of(model)
    properties = {**schema["properties"], **more}
    nullable = {key: {"anyOf": [value, {"type": "null"}]} for key, value in properties.items()}
    return {**schema, "properties": nullable, "required": []}


_TYPE: Schema = {"enum": list(FIELD_TYPES)}
# Settings of the type may stand beside the general ones.
_FIELD = {**_new(FieldBody, type=_TYPE), "additionalProperties": True}
_FIELD_PATCH = {**_patch(FieldBody, type=_TYPE), "additionalProperties": True}

NEW_OBJECT = accepts(_new(ObjectBody, fields={"type": "array", "items": _FIELD}))
OBJECT_PATCH = accepts(_patch(ObjectBody))
NEW_FIELD = accepts(_FIELD)
FIELD_PATCH = accepts(_FIELD_PATCH)
PLANNED_FIELD = accepts({"anyOf": [_FIELD, _FIELD_PATCH]})
