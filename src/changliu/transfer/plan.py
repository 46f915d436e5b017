"""A mapping bound to a file's header and an object's fields."""

from collections.abc import Mapping as Map
from dataclasses import dataclass
from typing import Any, Literal

from changliu.fields.model import Field
from changliu.fields.protocol import FieldType
from changliu.schema.model import Object
from changliu.transfer.mapping import Column, Mode

Role = Literal["value", "reference", "member", "team"]
# A chain of changesets of at most this many rows under one import id (design §4, limits).
BATCH_ROWS = 5_000
# Owner and team are no fields of an object but take values like one (design §6).
# Types whose values a filter can name exactly.
MATCHABLE = frozenset({"text", "code", "email", "phone", "url", "select"})
OWNERSHIP: dict[str, Role] = {"owner": "member", "team": "team"}


@dataclass(frozen=True)
class BoundColumn:
    """A CSV column that fills a field: `place` in the row, how to read it, whom it points to.

    `deferred` cells name records of the same object, which may stand further down the file: they
    are filled in a second sweep.
    """

    header: str
    place: int
    key: str
    rule: Column
    role: Role
    nulls: frozenset[str]
    replacements: Map[str, str | None]
    field: Field | None = None
    type: FieldType | None = None
    target: Object | None = None
    by: Field | None = None
    deferred: bool = False


@dataclass(frozen=True)
class ImportPlan:
    """Everything a sweep over the file needs to know."""

    object: Object
    mode: Mode
    header: tuple[str, ...]
    columns: tuple[BoundColumn, ...]
    match: tuple[BoundColumn, ...]
    constants: Map[str, Any]

    @property
    def batch_rows(self) -> int:
        """The most rows a batch may have."""
        return BATCH_ROWS

    @property
    def first(self) -> tuple[BoundColumn, ...]:
        """The columns of the first sweep."""
        return tuple(c for c in self.columns if not c.deferred)

    @property
    def second(self) -> tuple[BoundColumn, ...]:
        """The columns of the second sweep: references within the file."""
        return tuple(c for c in self.columns if c.deferred)

    def more(self) -> dict[str, Any]:
        """Return what it does beside its columns, as it is kept."""
        return {}


def described(plan: ImportPlan) -> dict[str, object]:
    """Return what an import does with its columns, as it is kept beside it."""
    columns = [
        {"header": c.header, "field": c.key, **c.rule.model_dump(mode="json", exclude_unset=True)}
        for c in plan.columns
    ]
    match = [c.key for c in plan.match]
    return {
        "mode": plan.mode, "match": match, "columns": columns, "constants": dict(plan.constants),
        **plan.more(),
    }  # fmt: skip
