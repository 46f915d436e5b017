"""The sample objects and records of cases/sample.yaml as a World and as tables."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml

from changliu.formula import compile_text
from changliu.formula.world import FieldFact, Kind, ObjectFact, Option

CASES = Path(__file__).parent / "cases"
SCHEMA = "formula_sample"

_KINDS = {
    "text": Kind.TEXT,
    "number": Kind.NUMBER,
    "money": Kind.NUMBER,
    "integer": Kind.NUMBER,
    "date": Kind.DATE,
    "datetime": Kind.DATETIME,
    "boolean": Kind.BOOL,
    "json": Kind.JSON,
}
SQL_TYPES = {
    Kind.TEXT: "text",
    Kind.NUMBER: "numeric",
    Kind.DATE: "date",
    Kind.DATETIME: "timestamptz",
    Kind.BOOL: "boolean",
    Kind.JSON: "jsonb",
    Kind.CHOICE: "text",
    Kind.MULTI: "text[]",
    Kind.REF: "uuid",
    Kind.UUIDS: "uuid[]",
}


@dataclass
class SampleWorld:
    """Object facts by id; field ids are opaque so that no test can confuse them with names."""

    objects: dict[str, ObjectFact] = field(default_factory=dict)

    def object(self, object_id: str) -> ObjectFact:
        return self.objects[object_id]


def load(name: str) -> Any:
    return yaml.safe_load((CASES / name).read_text("utf-8"))


SAMPLE = load("sample.yaml")


def uuid_of(number: int) -> UUID:
    return UUID(int=number)


def make_world(schema: str = SCHEMA) -> SampleWorld:
    world = SampleWorld()
    formulas: list[tuple[str, str, str]] = []
    for place, (name, spec) in enumerate(SAMPLE["objects"].items()):
        facts = _system_fields(name)
        for index, (key, kind) in enumerate(spec["fields"].items()):
            fact = _fact(f"f{place}_{index}", key, kind, spec.get("labels", {}).get(key, []))
            facts[fact.id] = fact
            if isinstance(kind, dict) and "formula" in kind:
                formulas.append((name, fact.id, kind["formula"]))
        title = next((f.id for f in facts.values() if f.names[0] == spec.get("title")), None)
        world.objects[name] = ObjectFact(name, (name,), schema, f"t_{place}", facts, title)
    for place, (name, spec) in enumerate(SAMPLE["objects"].items()):
        for index, (key, target) in enumerate(spec.get("children", {}).items()):
            _add(world, name, _children(world, name, f"c{place}_{index}", key, target))
    for name, field_id, text in formulas:
        old = world.object(name).fields[field_id]
        node = compile_text(text, world, name).node
        _add(world, name, FieldFact(old.id, old.names, old.kind, tree=node))
    return world


def _system_fields(name: str) -> dict[str, FieldFact]:
    return {
        "id": FieldFact("id", ("id",), Kind.REF, "id", target=name, system=True),
        "created_at": FieldFact(
            "created_at", ("created_at",), Kind.DATETIME, "created_at", system=True
        ),
    }


def _fact(field_id: str, key: str, kind: Any, labels: list[str]) -> FieldFact:
    names = (key, *labels)
    if isinstance(kind, str):
        return FieldFact(field_id, names, _KINDS[kind], field_id, integer=kind == "integer")
    if "formula" in kind:
        return FieldFact(field_id, names, Kind(kind["kind"]))
    if "reference" in kind:
        return FieldFact(field_id, names, Kind.REF, field_id, target=kind["reference"])
    if "references" in kind:
        target = kind["references"]
        return FieldFact(field_id, names, Kind.UUIDS, field_id, target=target, many=True)
    shape, options = next(iter(kind.items()))
    made = (
        tuple(Option(key, tuple(labels)) for key, labels in options.items())
        if isinstance(options, dict)
        else tuple(Option(key, (key,)) for key in options)
    )
    return FieldFact(
        field_id, names, Kind.CHOICE if shape == "select" else Kind.MULTI, field_id, options=made
    )


def _children(world: SampleWorld, owner: str, field_id: str, key: str, target: str) -> FieldFact:
    back = next(
        f for f in world.object(target).fields.values() if f.target == owner and f.id != "id"
    )
    return FieldFact(field_id, (key,), Kind.CHILDREN, target=target, via=back.id)


def _add(world: SampleWorld, name: str, fact: FieldFact) -> None:
    old = world.object(name)
    fields = dict(old.fields) | {fact.id: fact}
    world.objects[name] = ObjectFact(name, old.names, old.schema, old.table, fields, old.title)


def tables(world: SampleWorld) -> list[str]:
    """CREATE TABLE statements."""
    schema = next(iter(world.objects.values())).schema
    made = [f"DROP SCHEMA IF EXISTS {schema} CASCADE", f"CREATE SCHEMA {schema}"]
    for owner in world.objects.values():
        columns = [
            f'"{f.column}" {"bigint" if f.integer else SQL_TYPES[f.kind]}'
            for f in owner.fields.values()
            if f.column
        ]
        made.append(
            f"CREATE TABLE {schema}.{owner.table} ({', '.join(columns)}, deleted_at timestamptz)"
        )
    return made
