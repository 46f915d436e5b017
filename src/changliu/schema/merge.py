"""Patches over stored definition bodies. Pure."""

from collections.abc import Mapping
from typing import Any

from changliu.schema.body import FieldBody

# Worked out anew whenever a definition is prepared.
DERIVED = ("id", "column", "former", "shape", "default_shape")


def merged(stored: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """Return a body with a patch laid over it; null takes a key away, `settings` merge one deep.

    Settings may stand beside the general keys, as on the wire.
    """
    body = {k: v for k, v in stored.items() if k not in DERIVED}
    changes = {k: v for k, v in patch.items() if k not in ("key", *DERIVED)}
    if "type" not in stored:
        return _laid(body, changes)
    own = {k: v for k, v in changes.items() if k in FieldBody.model_fields and k != "settings"}
    rest = {k: v for k, v in changes.items() if k not in FieldBody.model_fields}
    nested = changes.get("settings")
    settings = {**nested, **rest} if isinstance(nested, Mapping) else rest
    laid = _laid(body, own)
    laid["settings"] = _laid(dict(body.get("settings") or {}), settings)
    return laid


def _laid(body: dict[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    laid = {**body, **changes}
    return {k: v for k, v in laid.items() if v is not None}
