"""The sample catalogue, and its rows in PostgreSQL."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from tests.formula import database
from tests.formula.sample import SampleWorld, make_world


@pytest.fixture(scope="session")
def world() -> SampleWorld:
    return make_world()


@pytest.fixture(scope="session")
def conn(pg_dsn: str, world: SampleWorld) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(pg_dsn, autocommit=True) as opened:
        database.create(opened, world, database.sample_rows(world))
        yield opened
