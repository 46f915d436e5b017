"""The body a field gets with its new type, and the field it will be."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from changliu.definitions.faults import validate
from changliu.fields.conversion import PEOPLE, is_convertible
from changliu.fields.model import Field
from changliu.fields.registry import FIELD_TYPES
from changliu.schema.body import FieldBody
from changliu.schema.field_prepare import plain, retyped, with_settings
from changliu.schema.merge import merged


def is_wanted(live: Field, patch: Mapping[str, Any]) -> bool:
    """Say whether a patch changes the type, or makes a reference hold several."""
    if patch.get("type", live.type) != live.type:
        return True
    nested = patch.get("settings")
    many = patch.get("many") or (isinstance(nested, Mapping) and nested.get("many"))
    return live.type in PEOPLE and many is True and not getattr(live.settings, "many", False)


def body_wanted(live: Field, stored: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """Return the body with the new type; settings both types know go along where they fit.

    Raises `Invalid` for settings the new type refuses, and for a type it cannot become.
    """
    wanted = {**stored, "settings": {}} if "type" in patch else dict(stored)
    body = merged(wanted, patch)
    kind = FIELD_TYPES.get(str(body.get("type")))
    if kind is not None and kind.name != live.type:
        shared = {k: v for k, v in plain(live.settings).items() if k in kind.settings.model_fields}
        settings = {**shared, **body["settings"]}
        try:
            kind.settings.model_validate(settings)
        except ValidationError:
            settings = body["settings"]
        body["settings"] = settings
    made = with_settings(validate(FieldBody, body))
    if not is_convertible(live, field_wanted(live, body)):
        raise retyped(live, made.type)
    return {**body, "settings": made.settings}


def field_wanted(live: Field, body: Mapping[str, Any], column: str | None = None) -> Field:
    """Return the field of a wanted body, reading a column of its own."""
    kind = FIELD_TYPES[body["type"]]
    settings = kind.settings.model_validate(body.get("settings") or {})
    return replace(live, type=kind.name, settings=settings, column=column, former=())


def past_field(live: Field, former: Mapping[str, Any], column: str) -> Field:
    """Return the field as it was, over the column it was read from."""
    return field_wanted(live, former, column)
