"""SQL against the oracle: on every case, and on random formulas over random rows."""

import os
from dataclasses import dataclass
from random import Random
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.formula import database
from tests.formula.generate import FIELDS, Generator, soup
from tests.formula.oracle.calls import CALLS, KNOWN
from tests.formula.oracle.core import Oracle
from tests.formula.random_rows import random_rows
from tests.formula.sample import SampleWorld, make_world
from tests.formula.test_cases import groups, refusal

from changliu.formula import Mode, compile_text, print_tree
from changliu.formula.functions import FUNCTIONS, Form
from changliu.formula.model import Kind, from_json, to_json

pytestmark = pytest.mark.feature("Z6")

FUZZ = int(os.environ.get("CHANGLIU_FUZZ", "1"))
"""How many times the usual number of random formulas."""
PER_EXAMPLE = 25


@dataclass
class Field:
    """A world with its rows, in PostgreSQL and in memory."""

    conn: psycopg.Connection[Any]
    world: SampleWorld
    oracle: Oracle

    def disagreements(self, object_id: str, formulas: list[str], *, inline: bool) -> list[Any]:
        trees = [compile_text(text, self.world, object_id).node for text in formulas]
        found = database.evaluate(
            self.conn, self.world, [(object_id, tree) for tree in trees], inline=inline
        )
        return [
            (text, row["id"].int, got[row["id"].int], wanted)
            for text, tree, got in zip(formulas, trees, found, strict=True)
            for row in self.oracle.rows[object_id]
            if (wanted := database.canonical(self.oracle.evaluate(tree, object_id, row)))
            != got[row["id"].int]
        ]


@pytest.fixture(scope="module")
def field(conn: psycopg.Connection[Any]) -> Field:
    world = make_world("formula_random")
    rows = random_rows(world, Random(20250402))
    database.create(conn, world, rows)
    return Field(conn, world, make_oracle(world, rows))


def make_oracle(world: SampleWorld, rows: database.Rows) -> Oracle:
    zone = database.CLOCK["timezone"]
    return Oracle(world, rows, **database.SETTINGS, zone=zone, calls=CALLS)


def test_the_oracle_knows_every_function() -> None:
    special = {"AND", "OR", "NOT", "TRUE", "FALSE", "BLANK", "ME"}
    own = {f.name for f in FUNCTIONS.values() if f.form not in (Form.ROLLUP, Form.CHANGE)}
    assert own - special - KNOWN == set()


def test_the_oracle_agrees_with_the_cases(world: SampleWorld) -> None:
    rows = database.sample_rows(world)
    oracle = make_oracle(world, rows)
    wrong = []
    for group in groups("values"):
        key = database.uuid_of(group["record"])
        row = next(row for row in rows[group["object"]] if row["id"] == key)
        for text, value in group["values"].items():
            tree = compile_text(text, world, group["object"]).node
            got = database.canonical(oracle.evaluate(tree, group["object"], row))
            if got != value:
                wrong.append((text, got, value))
    for group in groups("measures"):
        for text, value in group["measures"].items():
            tree = compile_text(text, world, group["object"], Mode.AGGREGATE).node
            got = database.canonical(oracle.evaluate(tree, group["object"], {}))
            if got != value:
                wrong.append((text, got, value))
    assert wrong == []


def test_the_oracle_agrees_on_changes(world: SampleWorld) -> None:
    rows = database.sample_rows(world)
    oracle = make_oracle(world, rows)
    wrong = []
    for group in groups("triggers"):
        owner = world.object(group["object"])
        key = database.uuid_of(group["record"])
        row = next(row for row in rows[owner.id] if row["id"] == key)
        old = None if group["old"] is None else database.columns_of(owner, group["old"])
        for text, value in group["triggers"].items():
            tree = compile_text(text, world, owner.id, Mode.TRIGGER).node
            if oracle.evaluate(tree, owner.id, row, old) is not value:
                wrong.append((text, value))
    assert wrong == []


@settings(
    max_examples=80 * FUZZ,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
)
@given(random=st.randoms(use_true_random=False), object_id=st.sampled_from(sorted(FIELDS)))
def test_sql_agrees_with_the_oracle(field: Field, random: Random, object_id: str) -> None:
    generator = Generator(random, object_id)
    kinds = [Kind.NUMBER, Kind.TEXT, Kind.BOOL, Kind.DATE, Kind.DATETIME]
    formulas = []
    for _ in range(PER_EXAMPLE):
        text = generator.formula(random.choice(kinds), random.randint(1, 4))
        if accepted(field.world, object_id, text):
            formulas.append(text)
    assert field.disagreements(object_id, formulas, inline=random.random() < 0.5) == []


LIMITS = ("rollups", "long", "size", "branch", "op", "type", "bool", "format")
"""What may refuse a generated formula: the limits, and blanks where a kind was meant."""


def accepted(world: SampleWorld, object_id: str, text: str) -> bool:
    refused = refusal(text, world, object_id, Mode.ROW)
    assert refused is None or refused.code in LIMITS, (text, refused)
    return refused is None


def test_random_formulas_survive_printing_and_json(world: SampleWorld) -> None:
    random = Random(7)
    for _ in range(1_000 * FUZZ):
        object_id = random.choice(sorted(FIELDS))
        text = Generator(random, object_id).formula(random.choice([Kind.NUMBER, Kind.BOOL]), 4)
        if not accepted(world, object_id, text):
            continue
        node = compile_text(text, world, object_id).node
        assert from_json(to_json(node)) == node
        for lang in ("zh-CN", "en"):
            printed = print_tree(node, world, object_id, lang)
            if len(printed) <= 4_000:
                assert compile_text(printed, world, object_id).node == node, (text, printed)


def test_token_soup_is_refused_politely(conn: psycopg.Connection[Any], world: SampleWorld) -> None:
    random = Random(11)
    lucky: dict[str, list[Any]] = {"线索": [], "合同": []}
    for _ in range(30_000 * FUZZ):
        object_id, text = random.choice(["线索", "合同"]), soup(random)
        refused = refusal(text, world, object_id, Mode.ROW)
        if refused is None:
            lucky[object_id].append(compile_text(text, world, object_id).node)
        else:
            assert refused.zh, text
    for object_id, trees in lucky.items():
        database.evaluate(conn, world, [(object_id, tree) for tree in trees], inline=False)
    assert sum(map(len, lucky.values())) > 50
