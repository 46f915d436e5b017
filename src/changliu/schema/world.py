"""The catalogue as formulas see it: facts of every object, with lists of referring records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from changliu.fields.model import Field
from changliu.fields.registry import FIELD_TYPES
from changliu.fields.types.lines import LINES
from changliu.fields.types.reference import ReferenceSettings
from changliu.formula.model import Kind
from changliu.formula.world import FieldFact, ObjectFact, fold
from changliu.schema.body import Shape
from changliu.schema.lines import PARENT, parent_id
from changliu.schema.model import Object
from changliu.schema.relations import Relations

MEMBER, TEAM = "member", "team"
CHILDREN = ":children"  # the fact id of the list behind reference f_12 is f_12:children

_SYSTEM: tuple[tuple[str, tuple[str, ...], Kind, str | None], ...] = (
    ("id", ("记录ID", "Record ID"), Kind.REF, ""),
    ("version", ("记录版本", "Record version"), Kind.NUMBER, None),
    ("created_at", ("创建时间", "Created at"), Kind.DATETIME, None),
    ("created_by", ("创建人", "Created by"), Kind.REF, MEMBER),
    ("updated_at", ("更新时间", "Updated at"), Kind.DATETIME, None),
    ("updated_by", ("更新人", "Updated by"), Kind.REF, MEMBER),
    ("owner", ("负责人", "Owner"), Kind.REF, MEMBER),
    ("team", ("所属团队", "Owning team"), Kind.REF, TEAM),
)
_TITLE = ("title", "标题", "Title")
SYSTEM_IDS = frozenset(name for name, _, _, _ in _SYSTEM)


@dataclass(frozen=True)
class CatalogueWorld:
    """Objects by id, member and team among them."""

    schema: str
    facts: Mapping[str, ObjectFact]

    def object(self, object_id: str) -> ObjectFact:
        """The object of that id; KeyError when there is none."""
        return self.facts[object_id]

    def with_field(self, object_id: str, fact: FieldFact) -> "CatalogueWorld":
        """Return this world with one field added or replaced, first among its equals."""
        found = self.facts[object_id]
        fields = {fact.id: fact, **{k: v for k, v in found.fields.items() if k != fact.id}}
        return CatalogueWorld(self.schema, {**self.facts, object_id: replace(found, fields=fields)})


@dataclass(frozen=True)
class Reference:
    """A reference field seen from the other side: field `field` of `source` points at `target`."""

    source: Object
    field: Field
    target: str
    many: bool


@dataclass(frozen=True)
class _Builder:
    schema: str
    objects: Sequence[Object]
    shapes: Mapping[str, Shape]
    made: dict[str, FieldFact] = field(default_factory=dict)

    @cached_property
    def ids(self) -> dict[str, str]:
        """Object ids by key and by id."""
        names = {o.key: o.id for o in self.objects} | {o.id: o.id for o in self.objects}
        return {**names, MEMBER: MEMBER, TEAM: TEAM}

    @cached_property
    def fields(self) -> dict[str, Field]:
        return {f.id: f for o in self.objects for f in o.fields}

    def fact(self, item: Field) -> FieldFact:
        known = self.made.get(item.id)
        if known is None:
            shape = self.shapes.get(item.id)
            known = self._computed(item, shape) if shape else self._stored(item)
            self.made[item.id] = known
        return known

    def _stored(self, item: Field) -> FieldFact:
        return stored_fact(item, self.ids)

    def _computed(self, item: Field, shape: Shape) -> FieldFact:
        source = self.fields.get(shape.options_of[1]) if shape.options_of else None
        return computed_fact(item, shape, self.fact(source) if source else None)


def stored_fact(item: Field, ids: Mapping[str, str] | None = None) -> FieldFact:
    """Return the fact of a field with a column; `ids` are objects' ids by key."""
    seen = FIELD_TYPES[item.type].fact(item)
    target = (ids or {}).get(seen.target or "", seen.target)
    return FieldFact(
        item.id,
        item.names,
        seen.kind,
        column=item.column,
        target=target,
        options=seen.options,
        via=parent_id(target) if item.type == LINES and target else None,
        many=seen.many,
        integer=seen.integer,
        carried=item.type == LINES,
    )


def computed_fact(item: Field, shape: Shape, source: FieldFact | None) -> FieldFact:
    """Return the fact of a computed field; `source` is the stored field whose options it takes."""
    return FieldFact(
        item.id,
        item.names,
        Kind(shape.kind),
        column=item.kept if item.filled else None,
        target=shape.target,
        options=source.options if source else (),
        tree=item.tree,
        many=shape.many,
        integer=shape.integer,
    )


def build_world(
    schema: str, objects: Sequence[Object], shapes: Mapping[str, Shape]
) -> CatalogueWorld:
    """Return the world of a catalogue; `shapes` are those of the computed fields, by field id."""
    builder = _Builder(schema, objects, shapes)
    lists = child_lists(objects)
    facts = {MEMBER: _member(schema), TEAM: _team(schema)}
    facts |= {relation.id: relation.fact(schema) for relation in Relations.all()}
    for item in objects:
        own = {f.id: builder.fact(f) for f in item.fields}
        own |= {fact.id: fact for fact in lists.get(item.id, ())}
        own |= _system(item)
        if item.title_field and "title" not in item.by_key:
            named = own[item.title_field]
            own["title"] = replace(named, id="title", names=_TITLE, system=True)
        own |= _relations(item, own)
        names = (item.key, *dict.fromkeys(item.label.values()))
        facts[item.id] = ObjectFact(item.id, names, schema, item.table, own, title=item.title_field)
    return CatalogueWorld(schema, facts)


def references(objects: Sequence[Object]) -> list[Reference]:
    """Return every reference to an object of the catalogue, in order."""
    ids = {o.key: o.id for o in objects}
    found = []
    for item in objects:
        for each in item.stored:
            settings = each.settings
            if isinstance(settings, ReferenceSettings) and settings.object in ids:
                target = ids[settings.object]
                found.append(Reference(item, each, target, settings.many))
    return found


def child_lists(objects: Sequence[Object]) -> dict[str, list[FieldFact]]:
    """Return the lists of referring records by target object.

    A list is called what the reference says (`inverse`), else after the referring object; when
    that name is taken, after object and field. Lines are listed by the field that holds them.
    """
    lists: dict[str, list[FieldFact]] = {}
    taken: set[tuple[str, str]] = set()
    for reference in references(objects):
        if reference.source.lines_of is not None and reference.field.key == PARENT:
            continue
        names = _list_names(reference)
        if (reference.target, names[0]) in taken:
            names = _long_names(reference)
        taken.add((reference.target, names[0]))
        fact = FieldFact(
            reference.field.id + CHILDREN,
            names,
            Kind.CHILDREN,
            target=reference.source.id,
            via=reference.field.id,
        )
        lists.setdefault(reference.target, []).append(fact)
    return lists


def _list_names(reference: Reference) -> tuple[str, ...]:
    settings = reference.field.settings
    inverse = settings.inverse if isinstance(settings, ReferenceSettings) else None
    if inverse is None:
        source = reference.source
        return (source.key, *dict.fromkeys(source.label.values()))
    labels = inverse.label or {}
    return (inverse.key, *dict.fromkeys(labels.values()))


def _long_names(reference: Reference) -> tuple[str, ...]:
    source, item = reference.source, reference.field
    labels = [f"{source.label[lang]}（{item.label[lang]}）" for lang in source.label]
    return (f"{source.key}_{item.key}", *dict.fromkeys(labels))


def _relations(item: Object, own: Mapping[str, FieldFact]) -> dict[str, FieldFact]:
    """The lists of system relations; an object's own fields keep their names."""
    taken = {fold(name) for fact in own.values() for name in fact.names}
    facts = {}
    for relation in Relations.all():
        fact = relation.rows_of(item.id)
        free = tuple(name for name in fact.names if fold(name) not in taken)
        if free:
            facts[fact.id] = replace(fact, names=free)
    return facts


def _system(item: Object) -> dict[str, FieldFact]:
    facts = {}
    for name, labels, kind, target in _SYSTEM:
        aimed = item.id if target == "" else target
        facts[name] = FieldFact(
            name, (name, *labels), kind, column=name, target=aimed, system=True,
            integer=name == "version",
        )  # fmt: skip
    return facts


def _member(schema: str) -> ObjectFact:
    fields = (
        FieldFact("id", ("id",), Kind.REF, column="id", target=MEMBER, system=True),
        FieldFact("name", ("name", "姓名", "Name"), Kind.TEXT, column="name"),
        FieldFact("email", ("email", "邮箱", "Email"), Kind.TEXT, column="email"),
        FieldFact("phone", ("phone", "手机", "Phone"), Kind.TEXT, column="phone"),
        FieldFact(
            "main_team", ("team", "团队", "Team", "main_team", "主团队"), Kind.REF,
            column="main_team", target=TEAM,
        ),
    )  # fmt: skip
    facts = {fact.id: fact for fact in fields}
    names = (MEMBER, "成员", "Member")
    return ObjectFact(MEMBER, names, schema, "member", facts, title="name", soft_deleted=False)


def _team(schema: str) -> ObjectFact:
    fields = (
        FieldFact("id", ("id",), Kind.REF, column="id", target=TEAM, system=True),
        FieldFact("key", ("key", "标识", "Key"), Kind.TEXT, column="key"),
        FieldFact("name", ("name", "名称", "Name"), Kind.TEXT, column="name"),
        FieldFact(
            "parent", ("parent", "上级团队", "Parent team"), Kind.REF, column="parent", target=TEAM
        ),
        FieldFact(
            "leader", ("leader", "负责人", "Leader"), Kind.REF, column="leader", target=MEMBER
        ),
    )
    facts = {fact.id: fact for fact in fields}
    names = (TEAM, "团队", "Team")
    return ObjectFact(TEAM, names, schema, "team", facts, title="name", soft_deleted=False)
