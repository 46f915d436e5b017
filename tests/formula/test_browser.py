"""The browser's evaluator against PostgreSQL: on every case, and on random formulas and rows."""

import os
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.formula import browser, database
from tests.formula.database import Rows
from tests.formula.evaluator import evaluator
from tests.formula.generate import FIELDS, Generator
from tests.formula.random_rows import random_rows
from tests.formula.sample import SampleWorld
from tests.formula.test_cases import groups
from tests.formula.test_oracle import accepted

from changliu.formula import EmitEnv, browser_tree, compile_text, emit
from changliu.formula.model import Kind

pytestmark = pytest.mark.feature("Z6")

FUZZ = int(os.environ.get("CHANGLIU_FUZZ", "1"))
PER_EXAMPLE = 25
Answer = Callable[..., list[dict[str, Any]]]


@pytest.fixture(scope="module")
def answer() -> Iterator[Answer]:
    """What the browser's evaluator says of cases, of the sample's fields."""
    options = browser.options_of(browser.carrying_world())
    with evaluator() as ask:

        def asked(cases: list[dict[str, Any]], **around: str) -> list[dict[str, Any]]:
            around = browser.AROUND | around
            return ask({"around": around, "options": options, "cases": cases})

        yield asked


class House:
    """Rows in PostgreSQL and as the browser holds them."""

    def __init__(self, conn: psycopg.Connection[Any], world: SampleWorld, rows: Rows) -> None:
        self.conn = conn
        self.world = world
        self.rows = rows
        self.held = {
            name: [(row["id"], browser.row_of(world, rows, name, row)) for row in held]
            for name, held in rows.items()
        }

    def differences(self, answer: Answer, object_id: str, texts: list[str]) -> list[Any]:
        """(formula, record, what the browser says, what PostgreSQL says) where they differ."""
        cases, wanted = [], []
        for text in texts:
            node = compile_text(text, self.world, object_id).node
            tree, slots = browser_tree(node, self.world, object_id)
            told = browser.computed(self.conn, self.world, object_id, [node, *slots])
            for key, row in self.held[object_id]:
                value, *served = told[key]
                cases.append({"tree": tree, "row": row, "slots": served})
                wanted.append((text, key.int, value))
        found = answer(cases)
        return [
            (text, key, got, value)
            for (text, key, value), got in zip(wanted, found, strict=True)
            if got != {"value": value}
        ]


@pytest.fixture(scope="module")
def sample(conn: psycopg.Connection[Any]) -> House:
    world = browser.carrying_world()
    return House(conn, world, database.sample_rows(world))


@pytest.fixture(scope="module")
def house(conn: psycopg.Connection[Any]) -> House:
    world = browser.carrying_world("formula_browser")
    rows = random_rows(world, Random(20250403))
    database.create(conn, world, rows)
    return House(conn, world, rows)


def test_the_compiled_cases_are_current() -> None:
    """Else run `python -m tests.formula.browser`."""
    assert browser.TREES.read_text("utf-8") == browser.written(browser.compiled_cases())


def test_the_browser_agrees_on_every_case_slots_included(sample: House, answer: Answer) -> None:
    asked: dict[str, list[str]] = {}
    for group in groups("values"):
        asked.setdefault(group["object"], []).extend(group["values"])
    wrong = [
        found
        for object_id, texts in asked.items()
        for found in sample.differences(answer, object_id, texts)
    ]
    assert wrong == []


@settings(
    max_examples=24 * FUZZ,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
)
@given(random=st.randoms(use_true_random=False), object_id=st.sampled_from(sorted(FIELDS)))
def test_the_browser_agrees_with_postgresql(
    house: House, answer: Answer, random: Random, object_id: str
) -> None:
    generator = Generator(random, object_id)
    kinds = [Kind.NUMBER, Kind.TEXT, Kind.BOOL, Kind.DATE, Kind.DATETIME]
    texts = []
    for _ in range(PER_EXAMPLE):
        text = generator.formula(random.choice(kinds), random.randint(1, 4))
        if accepted(house.world, object_id, text):
            texts.append(text)
    assert house.differences(answer, object_id, texts) == []


ZONES = ("Asia/Shanghai", "America/New_York", "Europe/London", "Australia/Lord_Howe", "UTC")
TURNS = ((1940, 6, 1), (1986, 5, 4), (1991, 9, 15), (2024, 3, 10), (2024, 11, 3), (2025, 4, 6),
         (2025, 10, 26), (2025, 10, 5), (1900, 12, 31), (5, 1, 9), (9998, 7, 1))  # fmt: skip


@pytest.mark.parametrize("zone", ZONES)
def test_local_times_agree_where_clocks_change(
    conn: psycopg.Connection[Any], world: SampleWorld, answer: Answer, zone: str
) -> None:
    random = Random(zone)
    texts = [
        f"DATETIME({y},{m},{d + random.randint(-1, 1)},{random.randint(0, 4)},{minute})"
        for y, m, d in TURNS
        for minute in (0, 15, 30, 59)
        for _ in range(2)
    ]
    texts += [f'TEXT({text},"yyyy-MM-dd HH:mm:ss")' for text in texts]
    texts += [f'DATEADD({text},1,"月")' for text in texts[:40]]
    nodes = [compile_text(text, world, "线索").node for text in texts]
    env = EmitEnv(timezone=zone)
    made = [emit(node, world, object_id="线索", env=env) for node in nodes]
    params = database.SETTINGS | {k: v for each in made for k, v in each.params.items()}
    row = conn.execute(f"SELECT {', '.join(each.text for each in made)}", params).fetchone()
    found = answer(
        [{"tree": browser_tree(n, world, "线索")[0], "row": {}} for n in nodes], zone=zone
    )
    wanted = [{"value": browser.wire(value)} for value in row or ()]
    assert list(zip(texts, found, strict=True)) == list(zip(texts, wanted, strict=True))
