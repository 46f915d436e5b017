"""What may be asked of records and what comes back; no I/O."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

# Bounds of the contract (design §6): rows of a page, groups of a figure, text of a search.
DEFAULT_LIMIT = 50
MAX_LIMIT = 500
MAX_GROUPS = 10_000
MAX_SORTS = 8
MAX_FIELDS = 200
MAX_MEASURES = 50
MAX_SEARCH = 200

Grain = Literal["day", "week", "month", "quarter", "year"]
GRAINS: tuple[Grain, ...] = ("day", "week", "month", "quarter", "year")
WireRecord = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ListRequest:
    """One page of an object's records.

    `filter` is a condition, `sort` field paths with `-` for descending, `fields` field paths (None:
    every readable field), `q` a search text, `ids` a closed set, `total` whether to count,
    `deleted` whether the trash is listed in place of what is live. `among` are the only records
    that `q` may find, where they are few. `skip` is how many records stand before the page, where
    no cursor says it.
    """

    object: str
    filter: str = ""
    sort: tuple[str, ...] = ()
    fields: tuple[str, ...] | None = None
    limit: int = DEFAULT_LIMIT
    cursor: str = ""
    q: str = ""
    total: bool = False
    ids: tuple[UUID, ...] | None = None
    deleted: bool = False
    among: tuple[UUID, ...] | None = None
    skip: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """Records in wire shape, the cursor of the next page (None at the end), the count if asked."""

    items: list[WireRecord]
    next: str | None = None
    total: int | None = None

    def as_json(self) -> dict[str, Any]:
        """Return `{items, next, total?}`."""
        document: dict[str, Any] = {"items": self.items, "next": self.next}
        return document if self.total is None else {**document, "total": self.total}


@dataclass(frozen=True, slots=True)
class GroupBy:
    """One dimension: a field path, a grain for dates, and the key in the answer (the path)."""

    field: str
    grain: Grain | None = None
    key: str | None = None

    @property
    def name(self) -> str:
        """The key of this dimension in a result row."""
        return self.key or self.field


@dataclass(frozen=True, slots=True)
class MeasureRequest:
    """One figure: a key and an aggregate formula such as `SUM(amount, stage="won")/COUNT()`."""

    key: str
    formula: str


@dataclass(frozen=True, slots=True)
class AggregateRequest:
    """Figures by groups. `sort` names groups or measures, `-` for descending; `limit` None: all."""

    object: str
    group_by: tuple[GroupBy, ...] = ()
    measures: tuple[MeasureRequest, ...] = ()
    filter: str = ""
    sort: tuple[str, ...] = ()
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL text with `%(name)s` places and the values known when it was compiled."""

    text: str
    params: Mapping[str, Any]
