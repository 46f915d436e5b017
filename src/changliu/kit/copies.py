"""What rooms keep about records: texts that name people, for whoever erases one, and rows that go
when the records go for good."""

from dataclasses import dataclass
from typing import LiteralString


@dataclass(frozen=True, slots=True)
class Copy:
    """Columns of a table of each workspace, `only` a condition on its rows.

    Whoever adds a column of text or JSON lists it in a room's `COPIES`, or the test that looks at
    every column (`tests/transfer/people/test_copies.py`) says why it needs none.
    """

    table: str
    texts: tuple[str, ...] = ()
    json: tuple[str, ...] = ()
    only: LiteralString = "TRUE"

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns, texts first."""
        return (*self.texts, *self.json)


@dataclass(frozen=True, slots=True)
class Trace:
    """Rows about records; each of `columns` holds the id of one."""

    table: str
    columns: tuple[str, ...] = ("record",)
