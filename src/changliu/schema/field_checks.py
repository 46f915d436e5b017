"""What is wrong with a prepared field body: flags, default, reference, those that depend on it."""

from collections.abc import Iterator
from dataclasses import replace

from changliu.definitions import service as definitions
from changliu.definitions.model import Context
from changliu.fields.registry import FIELD_TYPES
from changliu.fields.types.lines import LinesSettings
from changliu.fields.types.reference import ReferenceSettings
from changliu.formula.model import Kind, from_json
from changliu.kit.errors import Fault
from changliu.schema.body import FieldBody, Shape
from changliu.schema.catalogue import catalogue
from changliu.schema.indexing.wanted import MOST, obstacle, unsuitable
from changliu.schema.lines import lines_field
from changliu.schema.model import Catalogue, Object
from changliu.schema.names import split_field_key
from changliu.schema.physical import normalisation, provisional, typed_settings
from changliu.schema.rollup_checks import rollup_faults
from changliu.schema.rollups import kept_column
from changliu.schema.shapes import recompile
from changliu.schema.world import CatalogueWorld, computed_fact, stored_fact


async def check_field(context: Context, body: FieldBody) -> list[Fault]:
    """Return every fault of a prepared body."""
    object_key, field_key = split_field_key(context.key)
    found = await catalogue(context.tx)
    owner = found.object(object_key)
    faults = [*_flag_faults(body), *_default_faults(body, field_key)]
    faults += _reference_faults(found, owner, body)
    faults += _index_faults(found, owner, body, context)
    faults += _lines_faults(found, owner, body)
    if body.shape is not None:
        faults += _mark_faults(body, body.shape)
        faults += await _dependant_faults(context, found, owner, body, body.shape)
        faults += await rollup_faults(context, found, owner, body)
    return faults


def _index_faults(
    found: Catalogue, owner: Object, body: FieldBody, context: Context
) -> Iterator[Fault]:
    """A field marked `indexed` must have values of its own that a B-tree or GIN can hold."""
    if not body.indexed:
        return
    field = provisional(body, split_field_key(context.key)[1])
    if body.shape is not None:
        tree = from_json(body.shape.tree)
        field = replace(field, tree=tree, kept=kept_column(body), filled=True)
    made = found.world
    assert isinstance(made, CatalogueWorld)
    fact = stored_fact(field) if body.shape is None else computed_fact(field, body.shape, None)
    zone = context.actor.workspace.timezone
    seen = replace(found, world=made.with_field(owner.id, fact))
    why = unsuitable(field, fact) or obstacle(seen, owner, field, zone)
    if why is not None:
        yield Fault("field.indexed", f"不能建索引：{why[0]}。", f"No index: {why[1]}.", "indexed")
    others = [f for f in owner.fields if f.indexed and f.id != body.id]
    if len(others) >= MOST:
        zh = f"一个对象最多 {MOST} 个索引，请先去掉不常用的。"
        en = f"An object may have {MOST} indexes; take away one that is seldom needed."
        yield Fault("field.indexed_limit", zh, en, "indexed")


def _flag_faults(body: FieldBody) -> Iterator[Fault]:
    kind = FIELD_TYPES[body.type]
    name = kind.label
    if body.unique and normalisation(body) is None:
        yield Fault(
            "field.unique",
            f"“{name['zh-CN']}”类型的字段不能设为唯一。",
            f"A field of type '{name['en']}' cannot be unique.",
            "unique",
        )
    if not kind.computed:
        return
    for flag in ("required", "default"):
        if getattr(body, flag) not in (None, False):
            yield Fault(
                f"field.{flag}",
                "计算出来的字段不能设必填或默认值，请去掉。",
                "A computed field cannot be required or have a default; leave them out.",
                flag,
            )


def _mark_faults(body: FieldBody, shape: Shape) -> Iterator[Fault]:
    if body.settings.get("marks_dates") and Kind(shape.kind) is not Kind.BOOL:
        yield Fault(
            "field.marks_dates",
            "只有结果为“是/否”的公式才能把日期标红，请去掉这项设置，或把公式改成条件。",
            "Only a formula that says yes or no can mark dates; leave this setting out, or make the"
            " formula a condition.",
            "marks_dates",
        )


def _default_faults(body: FieldBody, key: str) -> Iterator[Fault]:
    if body.default is None or body.default_shape is not None or FIELD_TYPES[body.type].computed:
        return
    cells = FIELD_TYPES[body.type].parse([body.default], provisional(body, key))
    for fault in cells.faults:
        if fault is not None:
            yield Fault(fault.code, f"默认值{fault.zh}", f"Default: {fault.en}", "default")


def _reference_faults(found: Catalogue, owner: Object, body: FieldBody) -> Iterator[Fault]:
    settings = typed_settings(body)
    if not isinstance(settings, ReferenceSettings):
        return
    target = found.by_key.get(settings.object)
    yield from _on_delete_faults(body, settings)
    if target is None:
        yield _unknown_target(found, settings.object)
    elif settings.inverse is not None:
        taken = {f.names[0]: f.id for f in found.world.object(target.id).fields.values()}
        other = taken.get(settings.inverse.key)
        mine = f"{body.id}:children"
        if other is not None and other != mine and not _gives_way(other, owner, found, target):
            yield Fault(
                "field.inverse_taken",
                f"“{target.label['zh-CN']}”已有“{settings.inverse.key}”，反向关联请换一个标识。",
                f"'{target.label['en']}' has '{settings.inverse.key}' already; name the way back"
                " differently.",
                "inverse.key",
            )


def _lines_faults(found: Catalogue, owner: Object, body: FieldBody) -> Iterator[Fault]:
    """The line object says whose lines it holds, and one field of that object holds them."""
    settings = typed_settings(body)
    if not isinstance(settings, LinesSettings):
        return
    line = found.by_key.get(settings.object)
    if line is None or line.lines_of != owner.key:
        yield Fault(
            "field.lines",
            f"“{settings.object}”不是本对象的明细；请先新建对象并写明 lines_of: {owner.key}。",
            f"'{settings.object}' holds no lines of this object; create it with lines_of:"
            f" {owner.key} first.",
            "object",
        )
        return
    holder = lines_field(owner, line)
    if holder is not None and holder.id != body.id:
        yield Fault(
            "field.lines",
            f"字段“{holder.label['zh-CN']}”已经收有这些明细，请使用它。",
            f"The field '{holder.label['en']}' holds these lines already; use that one.",
            "object",
        )


def _on_delete_faults(body: FieldBody, settings: ReferenceSettings) -> Iterator[Fault]:
    if settings.on_delete == "clear" and body.required:
        yield Fault(
            "field.on_delete",
            "必填的关联不能在对方删除时清空，请改为阻止删除或一起删除。",
            "A required reference cannot be cleared when its target is deleted; use restrict or"
            " cascade.",
            "on_delete",
        )
    if settings.on_delete == "cascade" and settings.many:
        yield Fault(
            "field.on_delete",
            "可多选的关联不能随其中一条一起删除，请改为清空或阻止删除。",
            "A reference to several records cannot go with one of them; use clear or restrict.",
            "on_delete",
        )


def _gives_way(other: str, owner: Object, found: Catalogue, target: Object) -> bool:
    """Whether the name is held by a list that is called so only for want of another name."""
    if not other.endswith(":children"):
        return False
    source = found.world.object(target.id).fields[other].target
    holder = found.by_id[str(source)].by_id[other.partition(":")[0]]
    del owner
    return getattr(holder.settings, "inverse", None) is None


def _unknown_target(found: Catalogue, name: str) -> Fault:
    if name in ("member", "team"):
        return Fault(
            "field.reference",
            f"关联成员或团队请用字段类型 {name}。",
            f"To point at a {name}, use the field type '{name}'.",
            "object",
        )
    known = ", ".join(sorted(found.by_key)[:20]) or "–"
    return Fault(
        "field.reference",
        f"没有对象“{name}”，现有：{known}。",
        f"There is no object '{name}'; there are: {known}.",
        "object",
    )


async def _dependant_faults(
    context: Context, found: Catalogue, owner: Object, body: FieldBody, shape: Shape
) -> list[Fault]:
    """Formulas that read this field must still fit when its kind of value changes."""
    world = found.world
    assert isinstance(world, CatalogueWorld)
    before = world.object(owner.id).fields.get(body.id or "")
    if before is None or (before.kind is Kind(shape.kind) and before.target == shape.target):
        return []
    field = provisional(body, split_field_key(context.key)[1])
    changed = world.with_field(owner.id, computed_fact(field, shape, None))
    faults = []
    for row in await definitions.uses_of(context.tx, owner.id, body.id):
        user = next(
            (
                o
                for o in found.objects
                if row.kind == "field" and o.key == row.key.partition(".")[0]
            ),
            None,
        )
        field_of_user = user.by_key.get(row.key.partition(".")[2]) if user else None
        if user and field_of_user and field_of_user.tree:
            error = recompile(field_of_user.tree, changed, user.id)
            if error is not None:
                faults.append(
                    Fault(
                        "formula.dependant",
                        f"公式字段“{field_of_user.label['zh-CN']}”用到它，将不再成立：{error.zh}",
                        f"The formula field '{field_of_user.label['en']}' reads it and would break:"
                        f" {error.en}",
                        "formula",
                    )
                )
    return faults
