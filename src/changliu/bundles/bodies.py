"""From a bundle's files to the bodies its kinds receive, and bodies compared as people see them."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from changliu.bundles.model import Bundle, Part
from changliu.definitions.words import public
from changliu.fields.registry import FIELD_TYPES
from changliu.kit.labels import as_labels
from changliu.kit.yaml_lines import Document, Path_
from changliu.schema.body import FieldBody

COMPUTED = frozenset(name for name, kind in FIELD_TYPES.items() if kind.computed)


@dataclass(frozen=True)
class Item:
    """One definition to install: its kind and key, body, and where in the files it stands."""

    kind: str
    key: str
    body: dict[str, Any]
    document: Document
    at: Path_ = ()
    label: dict[str, str] | None = None

    @property
    def computed(self) -> bool:
        """Whether it is a field that reads others, which therefore must exist before."""
        return self.kind == "field" and self.body.get("type") in COMPUTED


def items_of(bundle: Bundle) -> list[Item]:
    """Return the definitions in the order they can be installed: objects, stored fields, computed
    fields, roles, definitions of further kinds."""
    objects = sorted(_objects(bundle), key=lambda item: item.body["lines_of"] is not None)
    fields = [item for part in _ordered(bundle) for item in _fields(part)]
    stored = [item for item in fields if not item.computed]
    computed = [item for item in fields if item.computed]
    roles = [
        Item("role", part.key, _without(part.body, "key"), part.document, (), part.body["label"])
        for part in bundle.roles
    ]
    others = [
        Item(part.kind, part.key, _without(part.body, "key"), part.document, (), _label(part))
        for part in bundle.others
    ]
    return [*objects, *stored, *computed, *roles, *others]


def _label(part: Part) -> dict[str, str] | None:
    """A definition's label where it has a good one; its kind says what is wrong with another."""
    with suppress(ValueError):
        return as_labels(part.body.get("label"))
    return None


def _ordered(bundle: Bundle) -> list[Part]:
    order = {key: place for place, key in enumerate(bundle.app.objects)}
    return sorted(bundle.objects, key=lambda part: (order.get(part.key, len(order)), part.key))


def _objects(bundle: Bundle) -> Iterator[Item]:
    for place, part in enumerate(_ordered(bundle), start=1):
        body: dict[str, Any] = {
            "label": part.body["label"],
            "title_field": part.body.get("title"),
            "timeline": part.body.get("timeline"),
            "lines_of": part.body.get("lines_of"),
            "icon": part.body.get("icon"),
            "help": part.body.get("help"),
            "app": bundle.app.key,
            "position": place * 10,
        }
        yield Item("object", part.key, body, part.document, (), part.body["label"])


def _fields(part: Part) -> Iterator[Item]:
    for index, raw in enumerate(part.body["fields"]):
        body = {**_without(raw, "key"), "position": index + 1}
        key = f"{part.key}.{raw['key']}"
        label = FieldBody.model_validate(body).label
        yield Item("field", key, body, part.document, ("fields", index), label)


def _without(body: dict[str, Any], key: str) -> dict[str, Any]:
    return {k: v for k, v in body.items() if k != key}


def plain(body: BaseModel) -> dict[str, Any]:
    """Return a body as people wrote it: without ids, compiled trees and settings left at rest."""
    if isinstance(body, FieldBody) and body.type in FIELD_TYPES:
        settings = FIELD_TYPES[body.type].settings.model_validate(body.settings)
        stored = settings.model_dump(mode="json", exclude_none=True)
        body = body.model_copy(update={"settings": stored})
    found = public(body)
    assert isinstance(found, dict)
    return found


# A definition's place on a form or in a menu is the workspace's, never the bundle's business.
PLACE = "position"
# Where the type and its settings stand as one while the sides' types differ.
_SHAPE = "type"


def body_of(side: Any, sides: Sequence[Any]) -> Any:
    """Return one side of a merge as it is merged: without its place; settings of different types
    of field are no settings of each other, so then type and settings are one value."""
    if not isinstance(side, dict):
        return side
    made = _without(side, PLACE)
    types = {str(each.get("type")) for each in sides if isinstance(each, dict) and "type" in each}
    if len(types) > 1 and "settings" in made:
        made[_SHAPE] = [[made["type"]], [made.pop("settings")]]
    return made


def whole(merged: dict[str, Any], mine: dict[str, Any]) -> dict[str, Any]:
    """Return a merged body in the shape its kind reads, at the place it has here."""
    made = dict(merged)
    if isinstance(made.get(_SHAPE), list):
        (made["type"],), (made["settings"],) = made[_SHAPE]
    return made if PLACE not in mine else {**made, PLACE: mine[PLACE]}
