"""The catalogue as JSON, as one caller may see it. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from changliu.fields.model import Field
from changliu.fields.registry import FIELD_TYPES
from changliu.fields.types.formula import FormulaSettings
from changliu.fields.types.reference import ReferenceSettings
from changliu.formula import print_tree
from changliu.formula.world import FieldFact, Option, World
from changliu.kit.labels import Language
from changliu.schema.form_trees import form_tree
from changliu.schema.marks import marks_of
from changliu.schema.model import TIMELINE, Catalogue, Object
from changliu.schema.reading import objects_read
from changliu.schema.searching import is_searchable
from changliu.schema.sight import Sight
from changliu.schema.units import SHARE, unit_of
from changliu.schema.world import CHILDREN, SYSTEM_IDS

Json = dict[str, Any]


def catalogue_json(found: Catalogue, sight: Sight, language: Language, *, design: bool) -> Json:
    """Return `{version, objects}` with what the caller sees; formulas' text only for designers."""
    visible = [o for o in found.objects if design or sight.verbs(o.id)]
    objects = [object_json(found, o, sight, language, design=design) for o in visible]
    return {"version": found.version, "objects": objects}


def object_json(
    found: Catalogue, item: Object, sight: Sight, language: Language, *, design: bool
) -> Json:
    """Return one object: its labels, fields in order, lists of referring records."""
    seen = [f for f in item.fields if design or sight.shown(item.id, f.id)]
    title = item.by_id.get(item.title_field or "")
    fields = [field_json(found, item, f, language, design=design) for f in seen]
    told = design or "import" in sight.verbs(item.id)
    marks = marks_of(seen)
    for made, field in zip(fields, seen, strict=True):
        shown, whole = (see(item.id, field.id) for see in (sight.shown, sight.readable))
        made["partial"] = shown and not whole
        if not told:
            del made["synonyms"]
        if field.id in marks:
            made["late_when"] = marks[field.id]
        if field.tree is not None and shown:
            made["tree"], slots = form_tree(found.world, item.id, field.id, sight.opens)
            made["slots"] = len(slots)
            made["slot_texts"] = [print_tree(s, found.world, item.id, language) for s in slots]
        made["writable"] = not field.read_only and sight.writable(item.id, field.id)
        if isinstance(field.settings, ReferenceSettings) and not design:
            _close(made, found.by_key.get(field.settings.object), sight)
    return {
        "id": item.id,
        "key": item.key,
        "label": item.label,
        "icon": item.icon,
        "app": item.app,
        "lines_of": item.lines_of,
        "help": item.extra.get("help"),
        "position": item.extra.get("position", 0),
        "version": item.version,
        "title_field": title.key if title and title in seen else None,
        "timeline": _timeline(item, seen),
        "verbs": list(sight.verbs(item.id)),
        "fields": fields,
        "system": _system(found.world, item),
        "lists": _lists(found, item, sight, design=design),
        "reads": [
            found.by_id[other].key
            for other in sorted(objects_read(found, item))
            if design or sight.verbs(other)
        ],
    }


def _timeline(item: Object, seen: Sequence[Field]) -> str | None:
    told = item.extra.get(TIMELINE)
    named = next((f.key for f in seen if f.id == told), "created_at")
    return named if told else None


def field_json(
    found: Catalogue, item: Object, field: Field, language: Language, *, design: bool
) -> Json:
    """Return one field: the general keys, and its type's settings beside them."""
    kind = FIELD_TYPES[field.type]
    settings = field.settings.model_dump(mode="json", exclude_none=True)
    if field.tree is not None:
        settings = _computed(found.world, item, field, settings, language, design=design)
    fact = found.world.object(item.id).fields[field.id]
    if field.tree is not None and fact.options:
        settings["options"] = [_option(option) for option in fact.options]
    unit = unit_of(found, item, field)
    if unit:
        settings |= {"shown_as": "percent"} if unit == SHARE else _amount(unit)
    return {
        **settings,
        "id": field.id,
        "key": field.key,
        "label": field.label,
        "type": field.type,
        "kind": fact.kind.value,
        "required": field.required,
        "unique": field.unique,
        "indexed": field.indexed,
        "searchable": is_searchable(item, field),
        "read_only": field.read_only,
        "sensitive": field.sensitive,
        "personal": field.personal,
        "default": _default(found.world, item, field, language, design=design),
        "help": field.help,
        "placeholder": field.placeholder,
        "synonyms": list(field.synonyms),
        "position": field.position,
        "version": field.version,
        "operators": list(kind.operators(field.settings)),
    }


def _close(made: Json, target: Object | None, sight: Sight) -> None:
    """Leave the other side out of a reference to an object that does not exist for the caller."""
    if target is None or not sight.verbs(target.id):
        del made["object"]
        made.pop("inverse", None)


def _computed(
    world: World, item: Object, field: Field, settings: Json, language: Language, *, design: bool
) -> Json:
    """A formula shows with today's labels, and only to those who may see every field."""
    hidden = ("formula", "path", "children", "field", "filter", "function")
    if not design:
        return {k: v for k, v in settings.items() if k not in hidden}
    assert field.tree is not None
    text = print_tree(field.tree, world, item.id, language)
    name = "formula" if isinstance(field.settings, FormulaSettings) else "expression"
    return {**settings, name: text}


def _amount(currency: str) -> Json:
    return {"shown_as": "money", "currency": currency}


def _option(option: Option) -> Json:
    """An option that a computed field takes over from the field it leads to."""
    names = option.names or (option.key,)
    return {"key": option.key, "label": {"zh-CN": names[0], "en": names[-1]}}


def _default(world: World, item: Object, field: Field, language: Language, *, design: bool) -> Any:
    if field.default is None:
        return None
    if field.default.tree is None:
        return field.default.value
    if not design:
        return {"computed": True}
    return {"formula": print_tree(field.default.tree, world, item.id, language)}


def _system(world: World, item: Object) -> list[Json]:
    facts = world.object(item.id).fields
    return [_fact(facts[name]) for name in facts if name in SYSTEM_IDS]


def _fact(fact: FieldFact) -> Json:
    zh, en = fact.names[1], fact.names[-1]
    made = {"key": fact.names[0], "label": {"zh-CN": zh, "en": en}, "kind": fact.kind.value}
    return {**made, "object": fact.target} if fact.target in ("member", "team") else made


def _lists(found: Catalogue, item: Object, sight: Sight, *, design: bool) -> list[Json]:
    facts: Mapping[str, FieldFact] = found.world.object(item.id).fields
    made = []
    for fact in facts.values():
        if not fact.id.endswith(CHILDREN):
            continue
        source = found.by_id[str(fact.target)]
        via = source.by_id[str(fact.via)]
        if not design and not (sight.verbs(source.id) and sight.shown(source.id, via.id)):
            continue
        labels = fact.names[1:] or fact.names
        label = {"zh-CN": labels[0], "en": labels[-1]}
        made.append({"key": fact.names[0], "label": label, "object": source.key, "field": via.key})
    return made
