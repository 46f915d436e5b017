"""A form's body, read as its author: fields, conditions, lines and related lists."""

from collections.abc import Collection

from changliu.fields.types.lines import LINES
from changliu.formula import Mode
from changliu.kit.errors import Fault
from changliu.schema.model import Object
from changliu.schema.world import CHILDREN
from changliu.views.form_model import CONDITIONS, FormBody, FormField, Section
from changliu.views.reading import Reached, Reading


def read_form(reading: Reading, body: FormBody, roles: Collection[str]) -> FormBody:
    """Return the body with what was read; the reading's faults say what could not be."""
    for at, text in enumerate(body.header):
        reading.path(text, f"header.{at}")
    for number, tab in enumerate(body.tabs):
        reading.formula(tab.visible, Mode.CONDITION, f"tabs.{number}.visible")
    for place, section in body.sections:
        reading.formula(section.visible, Mode.CONDITION, f"{place}.visible")
        for at, item in enumerate(section.fields):
            _field(reading, item, f"{place}.fields.{at}")
        _listed(reading, section, place)
    reading.roles(body.visible_to, roles, "visible_to")
    reading.roles(body.default_for, roles, "default_for")
    return body.model_copy(update=reading.made())


def _field(reading: Reading, item: FormField, place: str) -> None:
    own = reading.target.by_key.get(item.field)
    if own is not None and own.type == LINES:
        zh, en = "明细字段请放进单独的分区（lines）。", "Lines have a section of their own."
        reading.faults.append(Fault("form.lines", zh, en, f"{place}.field"))
        return
    words = ("不是这个对象的字段。", "is no field of this object.")
    reading.path(item.field, f"{place}.field", _is_own, words)
    for name in CONDITIONS:
        reading.formula(getattr(item, name), Mode.CONDITION, f"{place}.{name}")


def _is_own(reached: Reached) -> bool:
    return reached.own and (reached.field is not None or reached.fact.id in ("owner", "team"))


def _listed(reading: Reading, section: Section, place: str) -> None:
    if section.listed is None:
        return
    part = "lines" if section.lines else "related"
    words = ("不是明细字段。", "is no field of lines.")
    if part == "related":
        words = ("不是引用本对象的记录列表。", "is no list of records that refer to this one.")

    def fits(reached: Reached) -> bool:
        fact = reached.fact
        return fact.is_list and fact.id.endswith(CHILDREN) == (part == "related")

    reached = reading.path(section.listed, f"{place}.{part}", fits, words)
    owner = reading.catalogue.by_id.get(reached.fact.target or "") if reached else None
    if owner is not None:
        _shown(reading, owner, section, place)


def _shown(reading: Reading, owner: Object, section: Section, place: str) -> None:
    for at, text in enumerate(section.show):
        reading.within(section.listed or "", owner, text, f"{place}.show.{at}")
