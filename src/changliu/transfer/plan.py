"""A mapping bound to a file's header and an object's fields."""

from collections.abc import Mapping as Map
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from changliu.fields.model import Field
from changliu.fields.protocol import FieldType
from changliu.fields.registry import FIELD_TYPES
from changliu.kit.errors import Fault
from changliu.schema.model import Object
from changliu.transfer.mapping import Column, LineRule, Mode

Role = Literal["value", "reference", "member", "team"]
# A chain of changesets of at most this many rows under one import id (design §4, limits).
BATCH_ROWS = 5_000
# Rows of a batch of records with lines, whose lists are read before they are written.
DETAIL_ROWS = 1_000
# Owner and team are no fields of an object but take values like one (design §6).
# Types whose values a filter can name exactly.
MATCHABLE = frozenset({"text", "code", "email", "phone", "url", "select"})
# The record itself, where a file carries its id: it recognises, and is never written.
IDENTITY = "id"
RECORD = Field(
    IDENTITY,
    IDENTITY,
    {"zh-CN": "记录ID", "en": "Record ID"},
    "text",
    FIELD_TYPES["text"].settings.model_validate({"max_length": 36, "pattern": "[0-9a-fA-F-]{36}"}),
    column=IDENTITY,
)
OWNERSHIP: dict[str, Role] = {"owner": "member", "team": "team"}
OWNERSHIP_LABELS = {
    "owner": {"zh-CN": "负责人", "en": "Owner"},
    "team": {"zh-CN": "所属团队", "en": "Team"},
}


@dataclass(frozen=True)
class BoundColumn:
    """A CSV column that fills a field: `place` in the row, how to read it, whom it points to.

    `deferred` cells name records of the same object, which may stand further down the file: they
    are filled in a second sweep. `holder` is the field of lines whose lines the column fills.
    `given` values are the platform's (ids, numbers): they recognise a record and are not written.
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
    holder: str | None = None
    given: bool = False


@dataclass(frozen=True)
class ImportPlan:
    """Everything a sweep over the file needs to know."""

    object: Object
    mode: Mode
    header: tuple[str, ...]
    columns: tuple[BoundColumn, ...]
    match: tuple[BoundColumn, ...]
    constants: Map[str, Any]
    nulls: frozenset[str] = frozenset()
    lines: LineRule | None = None
    # Paths of required fields nothing fills: asked about, so not told row by row.
    needed: frozenset[str] = frozenset()

    @property
    def batch_rows(self) -> int:
        """The most rows a batch may have."""
        return DETAIL_ROWS if self.detail else BATCH_ROWS

    @property
    def first(self) -> tuple[BoundColumn, ...]:
        """The columns of the first sweep."""
        return tuple(c for c in self.columns if not c.deferred and not c.holder)

    @property
    def second(self) -> tuple[BoundColumn, ...]:
        """The columns of the second sweep: references within the file."""
        return tuple(c for c in self.columns if c.deferred)

    @cached_property
    def detail(self) -> tuple[BoundColumn, ...]:
        """The columns that fill lines of a record: then several rows may be one record."""
        return tuple(c for c in self.columns if c.holder)

    @property
    def line_match(self) -> tuple[str, ...]:
        """The fields of a line by which it is recognised; none: by its place in the list."""
        return self.lines.match if self.lines else ()

    @property
    def keeps_lines(self) -> bool:
        """Whether lines that the file does not name stay."""
        return self.lines is not None and self.lines.mode == "keep"

    def written(self, values: Map[str, Any]) -> dict[str, Any]:
        """Return what a row sends: without what the platform gave."""
        given = {column.key for column in self.match if column.given}
        return {key: value for key, value in values.items() if key not in given}

    def asks_for(self, fault: Fault) -> bool:
        """Say whether a refusal is of a required field that nothing fills."""
        if fault.code != "field.required" or not self.needed:
            return False
        return ".".join(p for p in (fault.path or "").split(".") if not p.isdigit()) in self.needed

    def more(self) -> dict[str, Any]:
        """Return what it does beside its columns, as it is kept."""
        return {"lines": self.lines.model_dump(mode="json")} if self.lines else {}


def path_of(column: BoundColumn) -> str:
    """Return a column's field as a mapping names it: `lines.product` for one of lines."""
    return f"{column.holder}.{column.key}" if column.holder else column.key


def described(plan: ImportPlan) -> dict[str, object]:
    """Return what an import does with its columns, as it is kept beside it."""
    columns = [
        {
            **c.rule.model_dump(mode="json", exclude_unset=True),
            "header": c.header,
            "field": path_of(c),
        }
        for c in plan.columns
    ]
    match = [c.key for c in plan.match]
    return {
        "mode": plan.mode, "match": match, "columns": columns, "constants": dict(plan.constants),
        **plan.more(),
    }  # fmt: skip
