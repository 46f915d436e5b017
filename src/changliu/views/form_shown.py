"""A form as one reader may use it: their fields, and conditions as trees for the browser.

Conditions run as the reader's own (decision 0186). What the browser cannot know of a condition is
a slot, numbered through the whole form; one that names what the reader does not read is left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from changliu.access.model import Verb
from changliu.fields.model import Field
from changliu.fields.types.lines import LINES
from changliu.formula import browser_tree
from changliu.formula.model import Node, from_json
from changliu.formula.world import FieldFact
from changliu.schema.world import CHILDREN
from changliu.views.form_model import CONDITIONS, MAX_SECTIONS, FormBody, FormField, Section, Tab
from changliu.views.reading import Hops, follow, may_name, path_of
from changliu.views.shown import Json, Sieve


@dataclass(slots=True)
class ShownForm:
    """A form being shown: the reader, the body, and the nodes behind its slots."""

    sieve: Sieve
    body: FormBody
    slots: list[Node] = field(default_factory=list)

    def made(self) -> Json:
        """Return header facts and tabs; what has nothing left in it is left out."""
        header = [self.sieve.path(self.body, text) for text in self.body.header]
        quick = [self.sieve.path(self.body, name) for name in self.body.quick]
        tabs = [made for tab in self.body.tabs if (made := self._tab(tab))["sections"]]
        return {
            "header": [path for path in header if path is not None],
            "stage": self.sieve.path(self.body, self.body.stage) if self.body.stage else None,
            "quick": [path for path in quick if path is not None],
            "tabs": tabs,
        }

    def _tab(self, tab: Tab) -> Json:
        made = [shown for section in tab.sections if (shown := self._section(section))]
        return {"label": tab.label, **self._conditions(tab), "sections": made}

    def _section(self, section: Section) -> Json | None:
        told: Json = {"label": section.label, "folded": section.folded}
        told |= self._conditions(section)
        if section.listed is not None:
            listed = self._listed(section, section.listed)
            return {**told, **listed} if listed else None
        fields = [made for item in section.fields if (made := self._field(item))]
        return {**told, "columns": section.columns, "fields": fields} if fields else None

    def _field(self, item: FormField) -> Json | None:
        path = self.sieve.path(self.body, item.field)
        if path is None:
            self.sieve.note("form.parts_hidden")
            return None
        made: Json = {"field": path, "span": item.span, **self._conditions(item)}
        return {**made, "help": item.help} if item.help else made

    def _listed(self, section: Section, name: str) -> Json | None:
        hops = self.body.paths.get(name)
        reached = follow(self.sieve.catalogue, hops) if hops else None
        if reached is None or hops is None or not self._lists(reached.fact, hops):
            return None
        found = self.sieve.catalogue
        owner = found.by_id[str(reached.fact.target)]
        paths = [self.body.paths.get(f"{name}/{text}") for text in section.show]
        show = [path_of(found, path) for path in paths if path and self.sieve.sees(path)]
        kind = "lines" if section.lines else "related"
        return {kind: path_of(found, hops), "object": owner.key, "via": _via(reached.fact, found),
                "show": show}  # fmt: skip

    def _lists(self, fact: FieldFact, hops: Any) -> bool:
        access, target = self.sieve.access, str(fact.target)
        return self.sieve.sees(hops) and access.predicate(target, Verb.READ) is not None

    def _conditions(self, part: FormField | Section | Tab) -> Json:
        made = {}
        for name in CONDITIONS:
            text = getattr(part, name, None)
            if text is None:
                continue
            if self.sieve.opens(self.body, text):
                made[name] = self._tree(text)
            else:
                self.sieve.note("form.parts_hidden")
        return made

    def _tree(self, text: str) -> Json:
        sieve = self.sieve
        node = from_json(self.body.trees[text])
        readable = may_name(sieve.access)
        world, here = sieve.catalogue.world, sieve.target.id
        tree, nodes = browser_tree(node, world, here, readable, sieve.access.opens)
        numbers = []
        for each in nodes:
            if each not in self.slots:
                self.slots.append(each)
            numbers.append(self.slots.index(each))
        made: Json = _renumbered(tree, numbers)
        return made


def generated(sieve: Sieve) -> FormBody:
    """Return the form of an object nobody made one for: its fields in order, lists behind a tab."""
    target = sieve.target
    seen = [f for f in target.fields if sieve.access.shown(target.id, f.id)]
    own = [f for f in seen if f.type != LINES and not f.read_only and f.tree is None]
    told = [f for f in seen if f.type != LINES and f not in own]
    first = [Section(fields=tuple(_item(f) for f in own))] if own else []
    lines = [Section(label=f.label, lines=f.key) for f in seen if f.type == LINES][:10]
    last = [Section(label=_COMPUTED, fields=tuple(_item(f) for f in told))] if told else []
    lists = list(_related(sieve))[:MAX_SECTIONS]
    tabs = [Tab(label=_BASIC, sections=(*first, *lines, *last))] if first or lines or last else []
    if lists:
        tabs.append(Tab(label=_RELATED, sections=tuple(s for s, _ in lists)))
    paths: dict[str, Hops] = {f.key: ((target.id, f.id),) for f in seen}
    paths |= {str(s.related): ((target.id, fact.id),) for s, fact in lists}
    return FormBody.model_construct(
        object=target.key, label=target.label, header=(), stage=None, quick=(), tabs=tuple(tabs),
        position=0, visible_to=(), default_for=(),
        object_id=target.id, trees={}, paths=paths, uses=(),
    )  # fmt: skip


_BASIC = {"zh-CN": "基本信息", "en": "Details"}
_COMPUTED = {"zh-CN": "系统计算", "en": "Computed"}
_RELATED = {"zh-CN": "相关", "en": "Related"}
_WIDE = frozenset({"long_text", "rich_text", "file", "image", "photo", "json", "location"})


def _item(item: Field) -> FormField:
    return FormField(field=item.key, span=2 if item.type in _WIDE else 1)


def _related(sieve: Sieve) -> Iterator[tuple[Section, FieldFact]]:
    found, here = sieve.catalogue, sieve.target.id
    for fact in found.world.object(here).fields.values():
        owner = found.by_id.get(fact.target or "")
        if not fact.id.endswith(CHILDREN) or owner is None or not sieve.access.shown(here, fact.id):
            continue
        labels = fact.names[1:] or fact.names
        label = {"zh-CN": labels[0], "en": labels[-1]}
        yield Section(label=label, related=fact.names[0]), fact


def _via(fact: FieldFact, found: Any) -> str | None:
    owner = found.by_id[str(fact.target)]
    field_ = owner.by_id.get(fact.via or "")
    return field_.key if field_ else None


def _renumbered(tree: Any, numbers: list[int]) -> Any:
    """Give the slots of one tree their numbers in the whole form."""
    if isinstance(tree, list):
        return [_renumbered(each, numbers) for each in tree]
    if not isinstance(tree, dict):
        return tree
    made = {key: _renumbered(each, numbers) for key, each in tree.items()}
    return {**made, "index": numbers[tree["index"]]} if tree.get("is") == "Slot" else made
