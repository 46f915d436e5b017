"""Many objects at once: first the objects, then their fields, formulas after what they read.

A field whose formula names something not there yet is tried again after the others; what still
fails when nothing moves any more is a fault of the body.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from changliu.definitions import service as definitions
from changliu.identity.model import Actor
from changliu.kit.db import Tx
from changliu.kit.errors import Fault, Invalid
from changliu.schema.catalogue import catalogue
from changliu.schema.kind import FIELD_KIND, OBJECT_KIND

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Part:
    """A field body waiting to be published, and where it stands in what was handed in."""

    key: str
    body: Body
    prefix: str


async def install(tx: Tx, actor: Actor, bodies: Sequence[Body], prefixes: Sequence[str]) -> None:
    """Publish objects and fields; fault paths start with the body's prefix. Never commits."""
    parts: list[_Part] = []
    for body, prefix in sorted(zip(bodies, prefixes, strict=True), key=_holds_lines):
        key = key_of(body, prefix)
        rest = {k: v for k, v in body.items() if k not in ("key", "fields")}
        try:
            await definitions.put(tx, actor, OBJECT_KIND, key, rest)
        except Invalid as error:
            raise _moved(error, prefix) from error
        parts += _field_parts(key, body.get("fields") or (), prefix)
    await _publish_fields(tx, actor, parts)
    for body, prefix in zip(bodies, prefixes, strict=True):
        await _check_title(tx, str(body["key"]), body.get("title_field"), prefix)


def _holds_lines(part: tuple[Body, str]) -> bool:
    """Line objects come after the objects whose lines they hold."""
    return isinstance(part[0], Mapping) and part[0].get("lines_of") is not None


def key_of(body: Body, prefix: str = "") -> str:
    """Return the key a body names; raises `Invalid` (code `key.missing`) when it names none."""
    key = body.get("key") if isinstance(body, Mapping) else None
    if isinstance(key, str):
        return key
    zh, en = "缺少标识 key，请补上。", "The key is missing; add it."
    raise Invalid("key.missing", zh, en, [Fault("key.missing", zh, en, f"{prefix}key")])


def _field_parts(object_key: str, fields: Any, prefix: str) -> list[_Part]:
    if not isinstance(fields, Sequence) or isinstance(fields, str):
        zh, en = "fields 应为字段列表。", "'fields' must be a list of fields."
        raise Invalid(
            "value.list_type", zh, en, [Fault("value.list_type", zh, en, f"{prefix}fields")]
        )
    parts = []
    for i, field in enumerate(fields):
        place = f"{prefix}fields.{i}."
        key = key_of(field, place)
        body = {"position": i + 1, **{k: v for k, v in field.items() if k != "key"}}
        parts.append(_Part(f"{object_key}.{key}", body, place))
    _refuse_doubles(parts)
    return parts


def _refuse_doubles(parts: Sequence[_Part]) -> None:
    seen: set[str] = set()
    for part in parts:
        if part.key in seen:
            zh, en = f"字段“{part.key}”写了两次。", f"The field '{part.key}' occurs twice."
            raise Invalid(
                "field.exists", zh, en, [Fault("field.exists", zh, en, f"{part.prefix}key")]
            )
        seen.add(part.key)


async def _publish_fields(tx: Tx, actor: Actor, parts: Sequence[_Part]) -> None:
    waiting = list(parts)
    while waiting:
        later: list[tuple[_Part, Invalid]] = []
        for part in waiting:
            try:
                await definitions.put(tx, actor, FIELD_KIND, part.key, part.body)
            except Invalid as error:
                if not any(fault.code.startswith("formula.") for fault in error.faults):
                    raise _moved(error, part.prefix) from error
                later.append((part, error))
        if len(later) == len(waiting):
            part, refusal = later[0]
            raise _moved(refusal, part.prefix)
        waiting = [part for part, _ in later]


async def _check_title(tx: Tx, key: str, title: object, prefix: str) -> None:
    known = (await catalogue(tx)).object(key).by_key
    if title is None or title in known:
        return
    zh = f"标题字段“{title}”不存在，可选：{'、'.join(known)}。"
    en = f"There is no field '{title}' to be the title; choose one of: {', '.join(known)}."
    fault = Fault("object.title_field", zh, en, f"{prefix}title_field")
    raise Invalid("object.title_field", zh, en, [fault])


def _moved(error: Invalid, prefix: str) -> Invalid:
    """Return the error with its faults placed inside the whole body."""
    if not prefix:
        return error
    faults = [replace(f, path=f"{prefix}{f.path or ''}".rstrip(".")) for f in error.faults]
    return Invalid(error.code, error.zh, error.en, faults)
