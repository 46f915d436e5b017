"""What is left of a view or a form when a field goes. Pure."""

from collections.abc import Iterable
from typing import TypeVar

from changliu.views.form_model import CONDITIONS, FormBody, FormField, Section, Tab
from changliu.views.model import SETTINGS, ViewBody
from changliu.views.parts import Known
from changliu.views.reading import names_field, passes

K = TypeVar("K", bound=Known)


def view_without(body: ViewBody, field_id: str) -> ViewBody | None:
    """Return a view without what shows a field; None when the field decides what it shows."""
    gone = _gone(body, field_id)
    if body.filter in gone or (body.type in SETTINGS and _decides(body, gone)):
        return None
    changes = {
        "columns": tuple(c for c in body.columns if c.field not in gone),
        "sort": tuple(t for t in body.sort if t.lstrip("-+") not in gone),
        "group_by": tuple(g for g in body.group_by if g.field not in gone),
        "measures": tuple(m for m in body.measures if m.formula not in gone),
        "colour_by": None if body.colour_by in gone else body.colour_by,
    }
    for name in SETTINGS:
        part = getattr(body, name)
        if part is None:
            continue
        left = {
            key: tuple(c for c in value if c not in gone) if key == "cards" else value
            for key, value in part.model_dump().items()
            if key == "cards" or not _in(value, gone)
        }
        needed = {key for key, field in type(part).model_fields.items() if field.is_required()}
        changes[name] = type(part)(**left) if needed <= left.keys() else None
    return _known_without(body.model_copy(update=changes), field_id, gone)


def form_without(body: FormBody, field_id: str) -> FormBody | None:
    """Return a form without a field and the conditions that name it; None when nothing is left."""
    gone = _gone(body, field_id)
    tabs = tuple(left for tab in body.tabs if (left := _tab(tab, gone)) is not None)
    if not tabs:
        return None
    header = tuple(text for text in body.header if text not in gone)
    quick = tuple(name for name in body.quick if name not in gone)
    stage = body.stage if body.stage in header else None
    changes = {"tabs": tabs, "header": header, "stage": stage, "quick": quick}
    made = body.model_copy(update=changes)
    return _known_without(made, field_id, gone)


def _decides(body: ViewBody, gone: set[str]) -> bool:
    part = getattr(body, body.type)
    fields = type(part).model_fields.items() if part is not None else ()
    return any(field.is_required() and getattr(part, key) in gone for key, field in fields)


def _gone(body: Known, field_id: str) -> set[str]:
    """The texts (of paths and formulas) that name a field."""
    formulas = {text for text, tree in body.trees.items() if names_field(tree, field_id)}
    return formulas | {text for text, hops in body.paths.items() if passes(hops, field_id)}


def _in(value: object, gone: set[str]) -> bool:
    return isinstance(value, str) and value in gone


def _known_without(body: K, field_id: str, gone: set[str]) -> K:
    return body.model_copy(
        update={
            "trees": {text: tree for text, tree in body.trees.items() if text not in gone},
            "paths": {text: hops for text, hops in body.paths.items() if text not in gone},
            "uses": tuple(pair for pair in body.uses if pair[1] != field_id),
        }
    )


def _tab(tab: Tab, gone: set[str]) -> Tab | None:
    sections = tuple(left for one in tab.sections if (left := _section(one, gone)) is not None)
    visible = None if tab.visible in gone else tab.visible
    return Tab(label=tab.label, visible=visible, sections=sections) if sections else None


def _section(section: Section, gone: set[str]) -> Section | None:
    if section.listed in gone:
        return None
    fields = tuple(_field(item, gone) for item in section.fields if item.field not in gone)
    if section.fields and not fields:
        return None
    show = tuple(text for text in section.show if f"{section.listed}/{text}" not in gone)
    visible = None if section.visible in gone else section.visible
    return section.model_copy(update={"fields": fields, "show": show, "visible": visible})


def _field(item: FormField, gone: Iterable[str]) -> FormField:
    lost = {name: None for name in CONDITIONS if getattr(item, name) in gone}
    return item.model_copy(update=lost)
