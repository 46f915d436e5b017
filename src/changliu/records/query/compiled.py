"""Compiled requests, shared by every caller with the same rights at the same catalogue version."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from weakref import ref

from changliu.formula.model import InParam, Or
from changliu.records.query.cursor import shape_of
from changliu.records.query.figures import AggregatePlan, plan_aggregate
from changliu.records.query.model import AggregateRequest, ListRequest, Statement
from changliu.records.query.plan import ListPlan, plan_list
from changliu.records.query.reader import Reader
from changliu.records.query.recent import Recent
from changliu.records.query.store.groups import aggregate_statement
from changliu.records.query.store.page import (
    Phase,
    count_statement,
    page_statement,
    place_statement,
)
from changliu.records.query.store.titles import titles_statement
from changliu.records.query.store.veils import veils_statement
from changliu.schema.model import Catalogue, Object

# Per catalogue; about 20 kB each, and a company in daily use has some 300 shapes.
KEPT = 500
# Above this many teams one ordered index read per team costs more than sorting their rows.
TEAMS_APART = 32


@dataclass
class CompiledList:
    """A resolved list and the statements written for it so far, for any caller of these rights."""

    plan: ListPlan
    parts: tuple[Any, ...]
    _pages: dict[tuple[Phase, tuple[bool, ...] | None, bool], Statement] = field(
        default_factory=dict
    )
    _count: Statement | None = None
    _place: Statement | None = None

    def shape(self, q: str) -> str:
        """Return the fingerprint a cursor of this request carries."""
        return shape_of(*self.parts, [key.kind.value for key in self.plan.sorts], q)

    def page(
        self, reader: Reader, phase: Phase, after: tuple[bool, ...] | None, per_team: bool
    ) -> Statement:
        """Return the statement of a page (see `page_statement`)."""
        key = (phase, after, per_team)
        if key not in self._pages:
            self._pages[key] = page_statement(
                reader, self.plan, phase=phase, after=after, per_team=per_team
            )
        return self._pages[key]

    def count(self, reader: Reader) -> Statement:
        """Return the statement that counts all rows."""
        if self._count is None:
            self._count = count_statement(reader, self.plan)
        return self._count

    def place(self, reader: Reader) -> Statement:
        """Return the statement that finds the row behind so many others."""
        if self._place is None:
            self._place = place_statement(reader, self.plan)
        return self._place

    def per_team(self, params: Any) -> bool:
        """Say whether rows of the caller's teams are read team by team, in index order."""
        sorts, rows = self.plan.sorts, self.plan.rows
        if len(sorts) != 1 or sorts[0].nullable or not sorts[0].column:
            return False
        parts = rows.items if isinstance(rows, Or) else (rows,)
        arrays = [part.param.name for part in parts if isinstance(part, InParam)]
        return bool(arrays) and all(len(params[name]) <= TEAMS_APART for name in arrays)


class _Kept:
    """Compiled requests of a catalogue: they live as long as it is the one in use.

    Keyed by the catalogue object itself, not by its version: a transaction sees its own unpublished
    changes under a version another catalogue may get later.
    """

    def __init__(self) -> None:
        self._of: dict[int, tuple[ref[Catalogue], Recent[Any]]] = {}

    def of(self, catalogue: Catalogue) -> Recent[Any]:
        """Return what is kept for a catalogue."""
        number = id(catalogue)
        found = self._of.get(number)
        if found is None or found[0]() is not catalogue:
            gone = ref(catalogue, lambda _: self._of.pop(number, None))
            found = self._of[number] = (gone, Recent(KEPT))
        return found[1]


_KEPT = _Kept()


def compiled_list(reader: Reader, request: ListRequest) -> CompiledList:
    """Return the compiled form of a list request; `Invalid` when it cannot be understood."""
    parts = (request.object, request.filter, request.sort, request.fields, request.deleted)

    def make() -> CompiledList:
        return CompiledList(plan_list(reader, request), (reader.catalogue.schema, *parts))

    closed = (request.ids is not None, request.among is not None)
    key = (*_caller(reader), "list", parts, bool(request.q), *closed)
    found: CompiledList = _KEPT.of(reader.catalogue).get(key, make)
    return found


def compiled_as(
    reader: Reader, name: tuple[Any, ...], make: Callable[[], CompiledList]
) -> CompiledList:
    """Return the list kept under a name for callers of these rights, made when it is not."""
    found: CompiledList = _KEPT.of(reader.catalogue).get((*_caller(reader), *name), make)
    return found


def compiled_aggregate(
    reader: Reader, request: AggregateRequest
) -> tuple[AggregatePlan, Statement]:
    """Return the compiled form of an aggregate request; `Invalid` when it cannot be understood."""

    def make() -> tuple[AggregatePlan, Statement]:
        plan = plan_aggregate(reader, request)
        return plan, aggregate_statement(reader, plan)

    key = (*_caller(reader), "aggregate", request)
    found: tuple[AggregatePlan, Statement] = _KEPT.of(reader.catalogue).get(key, make)
    return found


def compiled_titles(reader: Reader, targets: tuple[str, ...]) -> Statement | None:
    """Return the statement that reads titles of these objects, bound as `ids0`, `ids1` …"""
    key = (*_caller(reader), "titles", targets)
    found: Statement | None = _KEPT.of(reader.catalogue).get(
        key, lambda: titles_statement(reader, targets)
    )
    return found


def compiled_veils(reader: Reader, found: Object) -> tuple[tuple[str, ...], Statement] | None:
    """Return the fields shown on some rows only, and the statement that says which on which."""
    kept: tuple[tuple[str, ...], Statement] | None = _KEPT.of(reader.catalogue).get(
        (*_caller(reader), "veils", found.id), lambda: veils_statement(reader, found)
    )
    return kept


def _caller(reader: Reader) -> tuple[str, str]:
    return reader.access.signature, reader.timezone
