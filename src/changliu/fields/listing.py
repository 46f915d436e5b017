"""Field types as a form for them needs: names, and every setting with its bounds. Pure."""

from functools import cache
from typing import Any

from changliu.fields.protocol import FieldType
from changliu.fields.registry import FIELD_TYPES
from changliu.kit.http import schema_of

Json = dict[str, Any]


@cache
def field_types() -> list[Json]:
    """Return `{type, label, about, computed, unique, settings}` of every type.

    A setting is `{key, label, required, default, schema}`, its schema JSON Schema without names;
    `unique` says whether values may be kept unique. Read only: it is shared.
    """
    return [_shown(kind) for kind in FIELD_TYPES.values()]


def _shown(kind: FieldType) -> Json:
    schema = schema_of(kind.settings)
    needed = set(schema.get("required", ()))
    settings = [_setting(key, one, key in needed) for key, one in schema["properties"].items()]
    return {
        "type": kind.name,
        "label": kind.label,
        "about": kind.about,
        "computed": kind.computed,
        "unique": kind.unique_key("") is not None,
        "settings": settings,
    }


def _setting(key: str, schema: Json, required: bool) -> Json:
    rest = {k: v for k, v in schema.items() if k not in ("title", "description", "default")}
    label = {"zh-CN": schema["title"], "en": schema["description"]}
    default = schema.get("default")
    return {"key": key, "label": label, "required": required, "default": default, "schema": rest}
