"""The catalogue of a workspace: loaded in one statement, kept per process by version.

The version comes with every transaction's opening, so a change made anywhere is seen by the next
request everywhere. What a transaction has published itself it sees at once, and nobody else does
before it commits.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from changliu.definitions import service as definitions
from changliu.fields.model import Default, Field, Former
from changliu.fields.registry import FIELD_TYPES
from changliu.fields.types.lines import LINES
from changliu.formula.model import Node, from_json
from changliu.kit.db import Tx
from changliu.kit.errors import NotFound
from changliu.kit.labels import as_labels
from changliu.kit.telemetry import Caches
from changliu.schema import store
from changliu.schema.body import FieldBody, ObjectBody, Shape
from changliu.schema.lines import built_in_fields
from changliu.schema.model import TIMELINE, Catalogue, Object
from changliu.schema.rollups import kept_column, maintained
from changliu.schema.store import FieldRow, ObjectRow
from changliu.schema.world import build_world, references

# Catalogues kept in a process: a few hundred workspaces, about 1 MB each at 1,000 fields.
KEPT = 200
COMPUTED = {name for name, kind in FIELD_TYPES.items() if kind.computed and name != LINES}
WRITTEN_BY_PLATFORM = frozenset({"autonumber", *COMPUTED})

# A workspace as `Tx.place` tells it apart.
Place = str


@dataclass(frozen=True, slots=True)
class Known:
    """A field read before: its row's body and what became of it."""

    row: FieldRow
    field: Field
    shape: Shape | None


class _Cache:
    """What this process knows; single flight per workspace and version."""

    catalogues: ClassVar[OrderedDict[tuple[Place, int], Catalogue]] = OrderedDict()
    fields: ClassVar[dict[Place, dict[str, Known]]] = {}
    loading: ClassVar[dict[tuple[Place, int], asyncio.Lock]] = {}


async def catalogue(tx: Tx) -> Catalogue:
    """Return the catalogue as this transaction sees it, its own changes included."""
    if definitions.pending(tx).bumped:
        return await _own(tx)
    key = (tx.place, tx.catalogue_version)
    found = _Cache.catalogues.get(key)
    Caches.observe("catalogue", hit=found is not None)
    if found is not None:
        _Cache.catalogues.move_to_end(key)
        return found
    lock = _Cache.loading.setdefault(key, asyncio.Lock())
    async with lock:
        found = _Cache.catalogues.get(key) or await _load(tx)
    _Cache.loading.pop(key, None)
    # Someone may have published since this transaction began: go on with what is there now.
    tx.catalogue_version = found.version
    return found


async def _own(tx: Tx) -> Catalogue:
    held = definitions.pending(tx).derived
    found = held.get(Catalogue)
    if not isinstance(found, Catalogue):
        found = held[Catalogue] = replace(await _read(tx), version=tx.catalogue_version)
    return found


async def _load(tx: Tx) -> Catalogue:
    place = tx.place
    made = await _read(tx)
    _Cache.catalogues[(place, made.version)] = made
    for old in [k for k in _Cache.catalogues if k[0] == place and k[1] < made.version - 1]:
        del _Cache.catalogues[old]
    while len(_Cache.catalogues) > KEPT:
        (gone, _), _ = _Cache.catalogues.popitem(last=False)
        _Cache.fields.pop(gone, None)
    return made


async def _read(tx: Tx) -> Catalogue:
    rows = await store.load(tx)
    asked = {use.field for use in await definitions.indexed_uses(tx)}
    return read(tx.schema, *rows, _Cache.fields.setdefault(tx.place, {}), asked=asked)


def read(
    schema: str,
    version: int,
    objects: Sequence[ObjectRow],
    fields: Sequence[FieldRow],
    known: dict[str, Known],
    *,
    asked: Collection[str] = (),
) -> Catalogue:
    """Return the catalogue of these rows; `known` spares reading equal rows again.

    `asked` are the ids of fields that definitions want indexed.
    """
    by_object: dict[str, list[Known]] = {}
    for row in fields:
        made = known.get(row.id)
        if made is None or made.row != row:
            made = known[row.id] = read_field(row)
        if row.id in asked and not made.field.indexed:
            made = replace(made, field=replace(made.field, indexed=True))
        by_object.setdefault(row.object, []).append(made)
    labels = {row.key: as_labels(row.body["label"]) for row in objects}
    bare = [_object(row, by_object.get(row.id, ()), labels) for row in objects]
    bare.sort(key=lambda o: (o.extra["position"], _number(o.id)))
    made_objects = _ranked(bare)
    shapes = {k.row.id: k.shape for group in by_object.values() for k in group if k.shape}
    world = build_world(schema, made_objects, shapes)
    return maintained(Catalogue(schema, version, made_objects, world))


def read_field(row: FieldRow) -> Known:
    """Return the field of a row."""
    body = FieldBody.model_validate(row.body)
    kind = FIELD_TYPES[body.type]
    settings = kind.settings.model_validate(body.settings)
    tree = _tree(body.shape)
    made = Field(
        row.id,
        row.key,
        body.label,
        body.type,
        settings,
        column=body.place if kind.storage(settings) else None,
        tree=tree,
        kept=kept_column(body),
        filled=row.filled,
        required=body.required,
        unique=body.unique,
        read_only=body.read_only or body.type in WRITTEN_BY_PLATFORM,
        sensitive=body.sensitive,
        personal=body.personal,
        default=_default(body),
        help=body.help,
        placeholder=body.placeholder,
        synonyms=body.synonyms or (),
        position=body.position or 0,
        version=row.version,
        former=_former(body),
        indexed=body.indexed,
        searchable=body.searchable,
    )
    return Known(row, made, body.shape)


def _former(body: FieldBody) -> tuple[Former, ...]:
    return tuple(
        Former(past.until, past.type, FIELD_TYPES[past.type].settings.model_validate(past.settings))
        for past in body.former or ()
    )


def _default(body: FieldBody) -> Default | None:
    if body.default_shape is not None:
        return Default(tree=_tree(body.default_shape))
    return None if body.default is None else Default(body.default)


def _tree(shape: Shape | None) -> Node | None:
    return from_json(shape.tree) if shape else None


def _object(row: ObjectRow, known: Sequence[Known], labels: Mapping[str, dict[str, str]]) -> Object:
    body = ObjectBody.model_validate(row.body)
    fields = sorted((k.field for k in known), key=lambda f: (f.position, _number(f.id)))
    if body.lines_of is not None:
        own = labels.get(body.lines_of, body.label)
        fields += built_in_fields(row.id, body.lines_of, own)
    named = next((f for f in fields if f.key == body.title_field), None)
    named = named or next((f for f in fields if f.type == "text"), None)
    told = next((f.id for f in fields if f.key == body.timeline and f.type == "datetime"), None)
    return Object(
        row.id,
        row.key,
        body.label,
        row.id,
        tuple(fields),
        title_field=named.id if named else None,
        version=row.version,
        icon=body.icon,
        app=body.app,
        lines_of=body.lines_of,
        extra={
            "position": body.position,
            "help": body.help,
            "title": body.title_field,
            # A field that has gone since leaves the time of entry.
            TIMELINE: told or ("created_at" if body.timeline else None),
        },
    )


def _ranked(objects: Sequence[Object]) -> tuple[Object, ...]:
    """Number the objects so that what is referred to comes first; circles by age."""
    below: dict[str, set[str]] = {o.id: set() for o in objects}
    for reference in references(objects):
        if reference.target != reference.source.id:
            below[reference.source.id].add(reference.target)
    ranks: dict[str, int] = {}
    waiting = sorted(below, key=_number)
    while waiting:
        free = [o for o in waiting if below[o] <= ranks.keys()] or waiting[:1]
        for name in free:
            ranks[name] = len(ranks)
        waiting = [o for o in waiting if o not in ranks]
    return tuple(replace(o, rank=ranks[o.id]) for o in objects)


def _number(name: str) -> int:
    return int(name.partition("_")[2])


def field_of(found: Catalogue, object_key: str, field_key: str) -> Field:
    """Return a field by keys; raises `NotFound` (`object.unknown`, `field.unknown`)."""
    owner = found.object(object_key)
    field = owner.by_key.get(field_key)
    if field is None:
        raise NotFound(
            "field.unknown",
            f"“{owner.label['zh-CN']}”没有“{field_key}”这个字段。",
            f"'{owner.label['en']}' has no field '{field_key}'.",
        )
    return field
