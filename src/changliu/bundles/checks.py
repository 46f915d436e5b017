"""What must hold across a bundle's files before anything is installed; pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from changliu.access.model import EVERY, Scope
from changliu.bundles.model import KEY, Bundle, FieldPart, Part
from changliu.fields.protocol import FieldType
from changliu.identity.model import Right
from changliu.kit.errors import Fault
from changliu.kit.yaml_lines import Document, Path_
from changliu.kit.yaml_models import faults_of, nearest

SHARED = frozenset(FieldPart.model_fields)
PLATFORM_OBJECTS = frozenset({"member", "team"})
SYSTEM_FIELDS = frozenset(
    {"id", "version", "created_at", "created_by", "updated_at", "updated_by", "owner", "team"}
)


def bundle_faults(bundle: Bundle, types: Mapping[str, FieldType]) -> list[Fault]:
    """Return every fault of a bundle, file by file."""
    objects = {part.key: part for part in bundle.objects}
    faults = [*_names(bundle)]
    for part in bundle.objects:
        faults += _object_faults(part, types, objects)
    for part in bundle.roles:
        faults += _role_faults(part, objects)
    return faults + list(_team_faults(bundle))


def _names(bundle: Bundle) -> Iterator[Fault]:
    """A file is called after its key, so two files can never claim one key."""
    if bundle.app.key != bundle.folder.name:
        yield bundle.documents["app.yaml"].fault(
            "bundle.name",
            ("key",),
            f"键“{bundle.app.key}”应与文件夹名“{bundle.folder.name}”相同。",
            f"the key '{bundle.app.key}' must equal the folder's name '{bundle.folder.name}'.",
        )
    known = [part.key for part in bundle.objects]
    for index, key in enumerate(bundle.app.objects):
        if key not in known:
            yield _unknown_in(bundle.documents["app.yaml"], ("objects", index), key, known)
    for name, document in bundle.documents.items():
        named = document.value.get("key") if isinstance(document.value, dict) else None
        stem = name.rsplit("/", 1)[-1].removesuffix(".yaml")
        if "/" in name and named != stem:
            yield document.fault(
                "bundle.name",
                ("key",),
                f"键“{named}”应与文件名“{stem}”相同。",
                f"the key '{named}' must equal the file's name '{stem}'.",
            )


def _object_faults(
    part: Part, types: Mapping[str, FieldType], objects: Mapping[str, Part]
) -> list[Fault]:
    faults: list[Fault] = []
    seen: dict[str, int] = {}
    for index, raw in enumerate(part.body["fields"]):
        faults += _field_faults(part, ("fields", index), raw, types)
        key = raw.get("key")
        if key in seen or key in SYSTEM_FIELDS:
            faults.append(_taken(part, index, str(key)))
        seen[str(key)] = index
        faults += _target_faults(part, index, raw, objects)
    title = part.body.get("title")
    if title is not None and title not in seen:
        guess = nearest(title, seen)
        faults.append(
            part.document.fault(
                "bundle.title",
                ("title",),
                f"没有“{title}”这个字段" + (f"，您是不是想写“{guess}”。" if guess else "。"),
                f"there is no field '{title}'" + (f"; did you mean '{guess}'?" if guess else "."),
            )
        )
    return faults


def _taken(part: Part, index: int, key: str) -> Fault:
    reserved = key in SYSTEM_FIELDS
    return part.document.fault(
        "bundle.duplicate",
        ("fields", index, "key"),
        f"“{key}”是系统字段，请换一个键。" if reserved else f"字段“{key}”重复了，请删去一处。",
        f"'{key}' is a system field; choose another key."
        if reserved
        else f"the field '{key}' is there twice; delete one.",
    )


def _field_faults(
    part: Part, at: Path_, raw: dict[str, Any], types: Mapping[str, FieldType]
) -> list[Fault]:
    document = part.document
    try:
        shared = FieldPart.model_validate(raw)
    except ValidationError as error:
        return faults_of(document, FieldPart, error, at)
    found = types.get(shared.type)
    if found is None:
        guess = nearest(shared.type, types)
        return [
            document.fault(
                "bundle.type",
                (*at, "type"),
                f"没有“{shared.type}”这种字段" + (f"，您是不是想写“{guess}”。" if guess else "。"),
                f"there is no field type '{shared.type}'"
                + (f"; did you mean '{guess}'?" if guess else "."),
            )
        ]
    settings = {k: v for k, v in raw.items() if k not in SHARED}
    try:
        found.settings.model_validate(settings)
    except ValidationError as error:
        return faults_of(document, found.settings, error, at)
    return []


def _target_faults(
    part: Part, index: int, raw: dict[str, Any], objects: Mapping[str, Part]
) -> Iterator[Fault]:
    """A reference names an object of this bundle, or one that another installed app brought."""
    target = raw.get("object")
    if raw.get("type") not in ("reference", "lines") or not isinstance(target, str):
        return
    if target in objects or target in PLATFORM_OBJECTS:
        return
    guess = nearest(target, objects)
    if guess or not KEY.fullmatch(target):
        yield part.document.fault(
            "bundle.target",
            ("fields", index, "object"),
            f"没有“{target}”这个对象" + (f"，您是不是想写“{guess}”。" if guess else "。"),
            f"there is no object '{target}'" + (f"; did you mean '{guess}'?" if guess else "."),
        )


def _role_faults(part: Part, objects: Mapping[str, Part]) -> Iterator[Fault]:
    known = [right.value for right in Right]
    for index, right in enumerate(part.body.get("rights", [])):
        if right not in known:
            yield _unknown(part, ("rights", index), right, known)
    for index, grant in enumerate(part.body.get("grants", [])):
        at: Path_ = ("grants", index)
        scopes = [scope.value for scope in Scope]
        if grant.get("scope", "own") not in scopes:
            yield _unknown(part, (*at, "scope"), grant["scope"], scopes)
        target = objects.get(grant["object"])
        if target is None and grant["object"] != EVERY:
            yield _unknown(part, (*at, "object"), grant["object"], [*objects, EVERY])
        elif target is not None:
            fields = [f["key"] for f in target.body["fields"] if "key" in f]
            fields += [*SYSTEM_FIELDS, EVERY]
            for side in ("read", "write"):
                for place, name in enumerate(grant.get(side) or ()):
                    if name not in fields:
                        yield _unknown(part, (*at, side, place), name, fields)


def _unknown(part: Part, at: Path_, word: str, known: list[str]) -> Fault:
    return _unknown_in(part.document, at, word, known)


def _unknown_in(document: Document, at: Path_, word: str, known: list[str]) -> Fault:
    guess = nearest(word, known)
    return document.fault(
        "bundle.unknown_name",
        at,
        f"没有“{word}”"
        + (f"，您是不是想写“{guess}”？" if guess else "。")
        + f"可用：{'、'.join(known)}。",
        f"there is no '{word}'"
        + (f"; did you mean '{guess}'?" if guess else ".")
        + f" Possible: {', '.join(known)}.",
    )


def _team_faults(bundle: Bundle) -> Iterator[Fault]:
    document = bundle.documents.get("teams.yaml")
    earlier: list[str] = []
    for index, team in enumerate(bundle.teams):
        assert document is not None
        if team.parent is not None and team.parent not in earlier:
            guess = nearest(team.parent, earlier)
            yield document.fault(
                "bundle.team",
                ("teams", index, "parent"),
                f"前面没有团队“{team.parent}”" + (f"，您是不是想写“{guess}”。" if guess else "。"),
                f"no earlier team '{team.parent}'"
                + (f"; did you mean '{guess}'?" if guess else "."),
            )
        if team.key in earlier:
            yield document.fault(
                "bundle.duplicate",
                ("teams", index, "key"),
                f"团队“{team.key}”重复了，请删去一处。",
                f"the team '{team.key}' is there twice; delete one.",
            )
        earlier.append(team.key)
