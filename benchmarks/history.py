"""What history costs a save: the same saves with the step that records left out of the plan.

Sealing is no part of a save; `seal` measures it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from benchmarks.harness import Comparison, World, compare, world
from benchmarks.save import Made, create, create_many, furnished
from changliu.records.changeset import service as changesets
from changliu.records.changeset.store import outcomes

ROWS = 1_000


async def run(scale: int) -> list[Comparison]:
    """Measure one lead and a changeset of 1,000, with history and without."""
    async with world() as bench, furnished(bench, min(scale, 100_000)) as made:
        lines = await _both(bench, made, "")
        with _no_history():
            bare = await _both(bench, made, ", no history")
        for line, without in zip(lines, bare, strict=True):
            rows = ROWS if "1,000" in line.name else 1
            costs = (line.ours.database_cpu - without.ours.database_cpu) / rows
            line.notes["database_us_of_history_per_row"] = round(costs * 1_000, 1)
        return [*lines, *bare]


async def _both(bench: World, made: Made, suffix: str) -> list[Comparison]:
    return [
        await compare(bench, f"create one lead{suffix}", lambda: create(made)),
        await compare(bench, f"create 1,000 leads{suffix}", lambda: create_many(made, ROWS),
                      rounds=3, calls=2),
    ]  # fmt: skip


@contextmanager
def _no_history() -> Iterator[None]:
    """Compile plans whose recording body reads nothing and writes nothing."""

    def nothing(*_: Any, **__: Any) -> str:
        return "SELECT 1"

    changesets._plans.clear()
    with mock.patch.object(outcomes, "record_rows", nothing):
        yield
    changesets._plans.clear()
