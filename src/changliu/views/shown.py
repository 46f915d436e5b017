"""A view as one reader may use it: what they may not read is left out, and it says so.

Saved expressions run as the reader's own (decision 0186): a filter comes as text for the list's
door, which asks it as the reader; one that names what they do not read does not come at all.
"""

from dataclasses import dataclass, field
from typing import Any

from changliu.access.protocol import Access
from changliu.formula import FormulaError, describe
from changliu.formula.model import from_json
from changliu.kit.labels import Language
from changliu.schema.model import Catalogue, Object
from changliu.views.model import SETTINGS, ViewBody
from changliu.views.parts import Known
from changliu.views.reading import Hops, follow, may_name, path_of, reprinted
from changliu.views.store import Place

Json = dict[str, Any]

_WORDS = {
    "view.columns_hidden": (
        "有些列您无权查看，已略去。",
        "Some columns are left out: you may not read them.",
    ),
    "view.filter_hidden": (
        "这个视图的筛选用到您无权查看的字段，没有使用；下面是您能看到的全部记录。",
        "The filter names fields that you may not read and is not used; all you may read is shown.",
    ),
    "view.sort_hidden": (
        "排序或分组用到您无权查看的字段，没有使用。",
        "Sorting or grouping names fields that you may not read and is not used.",
    ),
    "view.shown_as_list": (
        "这个视图要用到您无权查看的字段，改为列表显示。",
        "This view needs a field that you may not read; it is shown as a list.",
    ),
    "form.parts_hidden": (
        "有些字段或条件用到您无权查看的内容，已略去。",
        "Some fields or conditions are left out: you may not read them.",
    ),
}


@dataclass(slots=True)
class Sieve:
    """One reader's eyes on one body: which of its texts they may use, and what was left out."""

    catalogue: Catalogue
    target: Object
    access: Access
    language: Language
    notes: dict[str, None] = field(default_factory=dict)

    def path(self, body: Known, text: str | None, *, named: bool = False) -> str | None:
        """Return a path by today's keys, None when a part of it is gone or not for the reader.

        `named`: in an expression, where a masked field may not be named either.
        """
        hops = body.paths.get(text or "")
        reached = follow(self.catalogue, hops) if hops else None
        if hops is None or reached is None or not self.sees(hops, named=named):
            return None
        return path_of(self.catalogue, hops)

    def sees(self, hops: Hops, *, named: bool = False) -> bool:
        """Say whether the reader may follow a path."""
        if len(hops) == 1 and not named:
            return self.access.shown(*hops[0])
        readable = may_name(self.access)
        return all(readable(*hop) for hop in hops)

    def opens(self, body: Known, text: str) -> bool:
        """Say whether the reader may name everything a formula names."""
        tree = body.trees.get(text)
        if tree is None:
            return False
        try:
            made = describe(from_json(tree), self.catalogue.world, self.target.id)
        except (KeyError, FormulaError):
            return False
        readable = may_name(self.access)
        return all(readable(*pair) for pair in made.dependencies)

    def formula(self, body: Known, text: str | None) -> str | None:
        """Return a formula with today's labels, None when it is not for the reader."""
        if text is None or not self.opens(body, text):
            return None
        tree = from_json(body.trees[text])
        return reprinted(tree, self.catalogue, self.target.id, text, self.language)

    def note(self, code: str) -> None:
        """Remember that something was left out."""
        self.notes[code] = None

    def told(self) -> list[Json]:
        """Return what was left out: `[{code, message}]`."""
        at = 0 if self.language == "zh-CN" else 1
        return [{"code": code, "message": _WORDS[code][at]} for code in self.notes]


def brief(place: Place, version: int, body: ViewBody, target: Object, language: Language) -> Json:
    """Return what a list of views says of one."""
    return {
        "key": place.key,
        "object": target.key,
        "type": body.type,
        "label": body.label,
        "title": body.label[language],
        "icon": body.icon,
        "position": body.position,
        "own": place.member is not None,
        "version": version,
    }


def shown_view(place: Place, version: int, body: ViewBody, sieve: Sieve) -> Json:
    """Return a view as its reader may use it, `notes` telling what is left out."""
    made = brief(place, version, body, sieve.target, sieve.language)
    made |= {
        "columns": _columns(sieve, body),
        "sort": _sorts(sieve, body),
        "filter": sieve.formula(body, body.filter),
        "group_by": _groups(sieve, body),
        "measures": _measures(sieve, body),
        "colour_by": sieve.path(body, body.colour_by),
    }
    if body.filter is not None and made["filter"] is None:
        sieve.note("view.filter_hidden")
    for name in SETTINGS:
        made[name] = _settings(sieve, body, name)
    if body.type in SETTINGS and getattr(body, body.type) and made[body.type] is None:
        made["type"] = "list"
        sieve.note("view.shown_as_list")
    if place.member is None:
        made |= {"visible_to": list(body.visible_to), "default_for": list(body.default_for)}
        made |= {"teams": list(body.teams), "maker": body.maker}
    return {**made, "notes": sieve.told()}


def _columns(sieve: Sieve, body: ViewBody) -> list[Json]:
    made = []
    for column in body.columns:
        path = sieve.path(body, column.field)
        if path is None:
            sieve.note("view.columns_hidden")
            continue
        told = {**column.model_dump(exclude_none=True), "field": path}
        if sieve.path(body, column.field, named=True) is None:
            told.pop("figure", None)  # a sum would tell what the mask hides
        made.append(told)
    return made


def _sorts(sieve: Sieve, body: ViewBody) -> list[str]:
    made = []
    for text in body.sort:
        path = sieve.path(body, text.lstrip("-+"), named=True)
        if path is None:
            sieve.note("view.sort_hidden")
        else:
            made.append(f"-{path}" if text.startswith("-") else path)
    return made


def _groups(sieve: Sieve, body: ViewBody) -> list[Json]:
    made = []
    for group in body.group_by:
        path = sieve.path(body, group.field, named=True)
        if path is None:
            sieve.note("view.sort_hidden")
        else:
            made.append({"field": path, "grain": group.grain})
    return made


def _measures(sieve: Sieve, body: ViewBody) -> list[Json]:
    made = []
    for measure in body.measures:
        text = sieve.formula(body, measure.formula)
        if text is None:
            sieve.note("view.columns_hidden")
        else:
            made.append({"key": measure.key, "label": measure.label, "formula": text})
    return made


# Paths of settings that go into an expression of the reader's (a group, a filter, a sum).
_NAMED = frozenset({"field", "sum", "start", "end", "parent"})


def _settings(sieve: Sieve, body: ViewBody, name: str) -> Json | None:
    part = getattr(body, name)
    if part is None:
        return None
    made: Json = {}
    for key, info in type(part).model_fields.items():
        value = getattr(part, key)
        if key == "cards":
            paths = [sieve.path(body, text) for text in value]
            made[key] = [path for path in paths if path is not None]
        elif key == "closed":
            made[key] = list(value)
        else:
            made[key] = sieve.path(body, value, named=key in _NAMED)
            if made[key] is None and info.is_required():
                return None
    return made
