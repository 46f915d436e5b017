"""Every case file, every example of the functions page, in both emission modes."""

from typing import Any

import psycopg
import pytest
from tests.formula import database
from tests.formula.sample import CASES, SCHEMA, SampleWorld, load, uuid_of

from changliu.formula import EmitEnv, FormulaError, Mode, compile_text, emit
from changliu.formula.functions import FUNCTIONS

pytestmark = pytest.mark.feature("Z6")

FILES = sorted(path.name for path in CASES.glob("*.yaml") if path.name != "sample.yaml")
GROUPS = [group for name in FILES for group in load(name)]
RECORD_OF_EXAMPLES = {"合同": 5}


def groups(kind: str) -> list[dict[str, Any]]:
    return [group for group in GROUPS if kind in group]


def total(kind: str) -> int:
    return sum(len(group[kind]) for group in groups(kind))


def test_there_are_enough_cases() -> None:
    assert total("values") + total("measures") + total("triggers") >= 300
    assert total("errors") >= 80


@pytest.mark.parametrize("inline", [False, True], ids=["bound", "inlined"])
def test_values(conn: psycopg.Connection[Any], world: SampleWorld, inline: bool) -> None:
    cases = [
        (group["object"], group["record"], formula, value)
        for group in groups("values")
        for formula, value in group["values"].items()
    ] + [
        (example.object, RECORD_OF_EXAMPLES.get(example.object, 1), example.formula, example.value)
        for function in FUNCTIONS.values()
        for example in function.examples
    ]
    trees = [(name, compile_text(text, world, name).node) for name, _, text, _ in cases]
    found = database.evaluate(conn, world, trees, inline=inline)
    wrong = [
        (name, text, rows[record], value)
        for (name, record, text, value), rows in zip(cases, found, strict=True)
        if rows[record] != value
    ]
    assert wrong == []


@pytest.mark.parametrize("inline", [False, True], ids=["bound", "inlined"])
def test_measures(conn: psycopg.Connection[Any], world: SampleWorld, inline: bool) -> None:
    wrong = []
    for group in groups("measures"):
        env, name = EmitEnv(), group["object"]
        texts, params = [], dict(database.SETTINGS)
        for formula in group["measures"]:
            node = compile_text(formula, world, name, Mode.AGGREGATE).node
            fragment = emit(node, world, object_id=name, env=env, inline=inline)
            texts.append(fragment.text)
            params |= fragment.params
        source = f"{SCHEMA}.{world.object(name).table} r{env.joins.sql()}"
        row = conn.execute(f"SELECT {', '.join(texts)} FROM {source}", params).fetchone()  # type: ignore[call-overload]
        for (formula, value), got in zip(group["measures"].items(), row, strict=True):
            if database.canonical(got) != value:
                wrong.append((formula, database.canonical(got), value))
    assert wrong == []


@pytest.mark.parametrize("inline", [False, True], ids=["bound", "inlined"])
def test_triggers(conn: psycopg.Connection[Any], world: SampleWorld, inline: bool) -> None:
    wrong = []
    for group in groups("triggers"):
        owner = world.object(group["object"])
        old = dict(group["old"] or {})
        columns = [f.column for f in owner.fields.values() if f.column and f.id != "id"]
        given = database.columns_of(owner, old)
        row = [given.get(column) for column in columns]
        key = uuid_of(group["record"]) if group["old"] is not None else None
        types = dict(_types(conn, owner.table))
        shown = ", ".join(f'%(o{i})s::{types[c]} AS "{c}"' for i, c in enumerate(columns))
        params = {f"o{i}": value for i, value in enumerate(row)} | {"key": key}
        texts = []
        for formula in group["triggers"]:
            node = compile_text(formula, world, owner.id, Mode.TRIGGER).node
            fragment = emit(
                node, world, object_id=owner.id, env=EmitEnv(prefix=f"t{len(texts)}"),
                alias="n", old_alias="o", inline=inline,
            )  # fmt: skip
            texts.append(fragment.text)
            params |= fragment.params
        statement = (
            f"SELECT {', '.join(texts)} FROM {SCHEMA}.{owner.table} n "
            f"CROSS JOIN (SELECT %(key)s::uuid AS id, {shown}) o WHERE n.id = %(record)s"
        )
        params["record"] = uuid_of(group["record"])
        found = conn.execute(statement, params).fetchone()  # type: ignore[call-overload]
        for (formula, value), got in zip(group["triggers"].items(), found, strict=True):
            if got is not value:
                wrong.append((formula, got, value))
    assert wrong == []


def _types(conn: psycopg.Connection[Any], table: str) -> list[tuple[str, str]]:
    return conn.execute(
        "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute "
        "WHERE attrelid = %s::regclass AND attnum > 0",
        [f"{SCHEMA}.{table}"],
    ).fetchall()


def test_errors(world: SampleWorld) -> None:
    wrong = []
    for group in groups("errors"):
        mode = Mode(group.get("mode", "row"))
        for formula, (code, start) in group["errors"].items():
            refused = refusal(formula, world, group["object"], mode)
            found = (refused.code, refused.start) if refused else ("accepted", 0)
            if found != (code, start):
                wrong.append((formula, *found, code, start))
    assert wrong == []


def test_every_error_says_where(world: SampleWorld) -> None:
    for group in groups("errors"):
        mode = Mode(group.get("mode", "row"))
        for formula in group["errors"]:
            refused = refusal(formula, world, group["object"], mode)
            assert refused is not None
            assert 0 <= refused.start <= refused.end <= len(formula)
            assert refused.zh.startswith(f"第{refused.start + 1}个字符：")
            assert refused.en.startswith(f"at character {refused.start + 1}: ")
            assert "{" not in refused.zh.replace("{金额}", "").replace("“{”", "")


def refusal(formula: str, world: SampleWorld, name: str, mode: Mode) -> FormulaError | None:
    try:
        compile_text(formula, world, name, mode)
    except FormulaError as refused:
        return refused
    return None
