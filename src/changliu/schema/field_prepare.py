"""Completes a field body before it is checked and stored: settings, id, place, formulas."""

from typing import Any

from pydantic import ValidationError

from changliu.definitions.faults import faults_of, invalid
from changliu.definitions.impact import InUse
from changliu.definitions.model import Context, Impact
from changliu.fields.conversion import targets
from changliu.fields.model import Field, FieldSettings
from changliu.fields.registry import field_type
from changliu.fields.types.lines import LINES
from changliu.formula import FormulaError
from changliu.formula.expansion import find_cycle
from changliu.formula.model import Node, from_json
from changliu.kit.errors import Fault, Invalid
from changliu.schema import options, store
from changliu.schema.body import LAST_POSITION, FieldBody, FormerType, Shape
from changliu.schema.catalogue import catalogue
from changliu.schema.ddl import Moved
from changliu.schema.lines import BUILT_IN
from changliu.schema.model import Catalogue, Object
from changliu.schema.names import MAX_FIELDS, check_field_key, reserved, split_field_key, too_many
from changliu.schema.physical import provisional, typed_settings
from changliu.schema.shapes import Source, compile_shape, formula_fault, print_shape, source_of
from changliu.schema.turns import turn_in
from changliu.schema.world import CatalogueWorld


async def prepare_field(context: Context, body: FieldBody) -> FieldBody:
    """Return the body ready to be stored; raises `Invalid` with faults, or `InUse`."""
    object_key, field_key = split_field_key(context.key)
    check_field_key(field_key)
    found = await catalogue(context.tx)
    owner = found.object(object_key)
    live = owner.by_key.get(field_key)
    if owner.lines_of is not None and field_key in BUILT_IN:
        raise reserved(field_key)
    if live is None and len(owner.fields) >= MAX_FIELDS:
        raise too_many(f"“{owner.label['zh-CN']}”的字段", "fields", MAX_FIELDS)
    moved = _moved(context, live)
    if live is not None and live.type != body.type and moved is None:
        raise retyped(live, body.type)
    body = with_settings(body)
    if live is not None and not _is_stored_alike(live, body) and moved is None:
        raise retyped(live, body.type)
    found_at = await _found_at(context, owner, field_key, live, body)
    place = body.position if body.position is not None else _place(owner, live)
    body = body.model_copy(update={**found_at, "position": place})
    if moved is not None:
        body = body.model_copy(update={"column": moved.column, "former": moved.former or None})
    else:
        body = await _keep_options(context, owner, live, body)
    world = found.world
    assert isinstance(world, CatalogueWorld)
    body = body.model_copy(update={"shape": _shape(context, found, owner, live, body)})
    return body.model_copy(update={"default_shape": _default_shape(world, owner, body)})


def with_settings(body: FieldBody) -> FieldBody:
    """Return the body with its type's settings checked; raises `Invalid` with their places."""
    try:
        kind = field_type(body.type)
    except Invalid as error:
        raise invalid([Fault(error.code, error.zh, error.en, "type")]) from error
    try:
        settings = kind.settings.model_validate(body.settings)
    except ValidationError as error:
        raise invalid(faults_of(error)) from error
    return body.model_copy(update={"settings": plain(settings)})


def is_another(live: Field, body: FieldBody) -> bool:
    """Say whether a checked body is of another type, or needs another column."""
    return live.type != body.type or not _is_stored_alike(live, body)


def _is_stored_alike(live: Field, body: FieldBody) -> bool:
    kind = field_type(body.type)
    before, after = getattr(live.settings, "object", None), body.settings.get("object")
    same_target = body.type not in ("reference", LINES) or before == after
    return same_target and kind.storage(live.settings) == kind.storage(typed_settings(body))


def retyped(live: Field, wanted: str) -> Invalid:
    """Return the refusal of another type, with what the field may become."""
    may = "、".join(targets(live.type))
    ways = f"可以改成：{may}；" if may else ""
    zh = (
        f"“{live.label['zh-CN']}”是 {live.type} 类型，不能这样改成 {wanted} 或关联别的对象。"
        f"{ways}改类型请在字段上单独操作（PATCH 字段的 type）；其他情况请新建字段，把数据导过去。"
    )
    ways = f" It may become: {', '.join(targets(live.type))}." if may else ""
    en = (
        f"'{live.label['en']}' is of type {live.type}; it cannot become {wanted} like this, or"
        f" refer to another object.{ways} Change a type on the field itself (PATCH its type);"
        " otherwise add a new field and move the data."
    )
    return invalid([Fault("field.retype", zh, en, "type")])


def _moved(context: Context, live: Field | None) -> Moved | None:
    turn = turn_in(context.tx)
    return turn.moved.get(live.id) if turn and live else None


async def _found_at(
    context: Context, owner: Object, key: str, live: Field | None, body: FieldBody
) -> dict[str, Any]:
    """The field's id, column and former types: those of the live field or of a removed one that
    comes back, else new."""
    if live is not None:
        past = [FormerType(until=f.until, type=f.type, settings=plain(f.settings))
                for f in live.former]  # fmt: skip
        column = live.column if live.column != live.id else None
        return {"id": live.id, "column": column, "former": tuple(past) or None}
    if context.rolling_back and body.id is not None:
        last = await store.removed_field(context.tx, body.id, owner.id, key)
        if last is not None:
            was = FieldBody.model_validate(last.body)
            if was.type != body.type:
                raise _other_then(was.type)
            return {"id": was.id, "column": was.column, "former": was.former}
    return {"id": await _id(context, owner, key), "column": None, "former": None}


def _other_then(name: str) -> Invalid:
    zh = f"这个字段移除时是 {name} 类型，请恢复到该类型的版本。"
    en = f"The field was of type {name} when it was removed; bring back a version of that type."
    return invalid([Fault("field.retype", zh, en, "type")])


def plain(settings: FieldSettings) -> dict[str, Any]:
    """Return settings as a definition stores them."""
    return settings.model_dump(mode="json", exclude_none=True)


async def _id(context: Context, owner: Object, key: str) -> str:
    tx, full = context.tx, f"{owner.id}.{key}"
    turn = turn_in(tx)
    given = turn.ids.get(full) if turn else None
    number = given or await store.next_field(tx)
    if turn:
        turn.ids[full] = number
    return number


def _place(owner: Object, live: Field | None) -> int:
    if live is not None:
        return live.position
    # The built-in fields of lines stand behind all others.
    taken = (f.position for f in owner.fields if f.position < LAST_POSITION)
    return max(taken, default=0) + 1


async def _keep_options(
    context: Context, owner: Object, live: Field | None, body: FieldBody
) -> FieldBody:
    if live is None or "options" not in body.settings:
        return body
    former = body.model_copy(update={"settings": plain(live.settings)})
    effects, kept = await options.held_but_dropped(context.tx, owner.table, former, body)
    impact = Impact(tuple(effects))
    if effects and context.confirm != impact.token:
        raise InUse(impact, context.key)
    return kept


def _shape(
    context: Context, found: Catalogue, owner: Object, live: Field | None, body: FieldBody
) -> Shape | None:
    source = source_of(typed_settings(body))
    if source is None:
        return None
    world = found.world
    assert isinstance(world, CatalogueWorld)
    tree = _known_tree(context, live, body, source)
    try:
        text = source if tree is None else _reprinted(tree, world, owner, source)
        shape = compile_shape(text, world, owner.id)
        find_cycle(world, owner.id, body.id or "", from_json(shape.tree))
    except FormulaError as error:
        raise invalid([formula_fault(error, source)]) from error
    return shape


def _known_tree(
    context: Context, live: Field | None, body: FieldBody, source: Source
) -> Node | None:
    """The tree of the same text, compiled before: what it names may have new labels since."""
    if context.rolling_back and body.shape is not None:
        return from_json(body.shape.tree)
    known = source_of(live.settings) if live else None
    return live.tree if live and known and known.text == source.text else None


def _reprinted(tree: Node, world: CatalogueWorld, owner: Object, source: Source) -> Source:
    try:
        return Source(print_shape(tree, world, owner.id), source.path)
    except KeyError:  # it names a field that is gone: let the words speak for themselves
        return source


def _default_shape(world: CatalogueWorld, owner: Object, body: FieldBody) -> Shape | None:
    """Compile `default: {"formula": …}`; any other default is a constant."""
    default = body.default
    if not (isinstance(default, dict) and set(default) == {"formula"}):
        return None
    source = Source(str(default["formula"]), "default")
    try:
        shape = compile_shape(source, world, owner.id)
    except FormulaError as error:
        raise invalid([formula_fault(error, source)]) from error
    expected = field_type(body.type).fact(provisional(body, "value")).kind.value
    if shape.kind in (expected, "blank"):
        return shape
    zh = f"默认公式的结果是 {shape.kind}，这个字段需要 {expected}。"
    en = f"The default formula yields {shape.kind}; this field needs {expected}."
    raise invalid([Fault("field.default", zh, en, "default")])
