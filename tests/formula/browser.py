"""What the browser's evaluator is asked: trees as the server sends them, rows as records travel.

`python -m tests.formula.browser` writes cases/trees.json, the shared cases compiled for vitest.
"""

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from tests.formula import database
from tests.formula.database import CLOCK, Rows, number_text
from tests.formula.sample import CASES, SampleWorld, load, make_world, uuid_of

from changliu.formula import Mode, browser_tree, compile_text, print_tree
from changliu.formula.functions import FUNCTIONS
from changliu.formula.model import Kind, Node, from_json

TREES = CASES / "trees.json"
AROUND = {"now": CLOCK["now"], "zone": CLOCK["timezone"], "me": str(uuid_of(CLOCK["me"]))}
EXAMPLES_ON = {"合同": 5}


def carrying_world(schema: str | None = None) -> SampleWorld:
    """The sample in which every child list travels with its record, as lines do."""
    world = make_world(schema) if schema else make_world()
    for name, owner in world.objects.items():
        facts = {
            key: replace(fact, carried=fact.kind is Kind.CHILDREN)
            for key, fact in owner.fields.items()
        }
        world.objects[name] = replace(owner, fields=facts)
    return world


def wire(value: Any) -> Any:
    """A value as records carry it."""
    if isinstance(value, Decimal):
        return number_text(value)
    if isinstance(value, datetime):
        moment = value.astimezone(UTC)
        fraction = f".{moment.microsecond:06}" if moment.microsecond else ""
        return f"{moment.replace(microsecond=0, tzinfo=None).isoformat()}{fraction}Z"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    return [wire(item) for item in value] if isinstance(value, list) else value


def row_of(world: SampleWorld, rows: Rows, name: str, row: dict[str, Any]) -> dict[str, Any]:
    """A record by field id, with the lines it carries."""
    made = {}
    for fact in world.object(name).fields.values():
        if fact.column is not None:
            made[fact.id] = wire(row.get(fact.column))
        elif fact.carried:
            target = fact.target or ""
            back = world.object(target).fields[fact.via or ""].column or ""
            lines = [line for line in rows[target] if line.get(back) == row["id"]]
            made[fact.id] = [_flat(world, target, line) for line in lines]
    return made


def _flat(world: SampleWorld, name: str, row: dict[str, Any]) -> dict[str, Any]:
    facts = world.object(name).fields.values()
    return {f.id: wire(row.get(f.column)) for f in facts if f.column is not None}


def options_of(world: SampleWorld) -> dict[str, Any]:
    """Per field its options, as the evaluator asks for them."""
    return {
        fact.id: [{"key": o.key, "label": next(iter(o.names), o.key)} for o in fact.options]
        for owner in world.objects.values()
        for fact in owner.fields.values()
        if fact.options
    }


def labels_of(world: SampleWorld) -> dict[str, str]:
    """Per field its Chinese label."""
    return {
        fact.id: fact.names[min(1, len(fact.names) - 1)]
        for owner in world.objects.values()
        for fact in owner.fields.values()
    }


def computed(
    conn: psycopg.Connection[Any], world: SampleWorld, object_id: str, nodes: Sequence[Node]
) -> dict[UUID, list[Any]]:
    """Per record what PostgreSQL says of these trees, as it travels; lists have no value."""
    asked = [node for node in nodes if node.kind is not Kind.CHILDREN]
    text, params = database.statement(world, object_id, asked, inline=False)
    found = {}
    for key, *values in conn.execute(text, params):  # type: ignore[call-overload]
        given = iter(values)
        found[key] = [None if n.kind is Kind.CHILDREN else wire(next(given)) for n in nodes]
    return found


def compiled_cases() -> dict[str, Any]:
    """The shared cases for vitest: those without slots as trees, the others by their text."""
    world = carrying_world()
    rows = database.sample_rows(world)
    local: list[dict[str, Any]] = []
    served: list[str] = []
    for name, record, old, text, value in _cases():
        mode = Mode.TRIGGER if old is not _NOTHING else Mode.ROW
        node = compile_text(text, world, name, mode).node
        tree, slots = browser_tree(node, world, name)
        if slots:
            served.append(text)
            continue
        printed = print_tree(from_json(tree), world, name)
        case = {"object": name, "record": record, "text": text, "tree": tree, "printed": printed}
        if old is not _NOTHING:
            case["old"] = old and _flat(world, name, database.columns_of(world.object(name), old))
        local.append({**case, "value": _expected(node.kind, value)})
    records = {
        f"{name}/{row['id'].int}": row_of(world, rows, name, row)
        for name, held in rows.items()
        for row in held
    }
    return {
        "around": AROUND,
        "options": options_of(world),
        "labels": labels_of(world),
        "functions": sorted(FUNCTIONS),
        "served": served,
        "records": records,
        "cases": local,
    }


_NOTHING = object()


def _cases() -> Iterable[tuple[str, int, Any, str, Any]]:
    for path in sorted(CASES.glob("*.yaml")):
        for group in load(path.name) if path.name != "sample.yaml" else []:
            for text, value in group.get("values", {}).items():
                yield group["object"], group["record"], _NOTHING, text, value
            for text, value in group.get("triggers", {}).items():
                yield group["object"], group["record"], group["old"], text, value
    for function in FUNCTIONS.values():
        for example in function.examples:
            record = EXAMPLES_ON.get(example.object, 1)
            yield example.object, record, _NOTHING, example.formula, example.value


def _expected(kind: Kind, value: Any) -> Any:
    if kind is Kind.REF:
        return value and str(uuid_of(value))
    return [str(uuid_of(item)) for item in value] if kind is Kind.UUIDS and value else value


def written(cases: dict[str, Any]) -> str:
    """One line per case and record, so that a change is easy to read."""
    parts = []
    for key, value in cases.items():
        lines = value
        if isinstance(value, dict) and key in ("records", "options"):
            lines = [f"{json.dumps(k, ensure_ascii=False)}: {_line(v)}" for k, v in value.items()]
            shown = "{\n" + ",\n".join(lines) + "\n}"
        elif isinstance(value, list) and key != "functions":
            shown = "[\n" + ",\n".join(map(_line, value)) + "\n]"
        else:
            shown = _line(value)
        parts.append(f'"{key}": {shown}')
    return "{" + ",\n".join(parts) + "}\n"


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


if __name__ == "__main__":
    Path(sys.argv[1] if len(sys.argv) > 1 else TREES).write_text(written(compiled_cases()), "utf-8")
