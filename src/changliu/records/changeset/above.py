"""Step 4 for roll-ups: the rows above a changeset, held before anything is written.

1. From each staged row to the records its references name, before and after; from these on, where
   a roll-up reads a roll-up.
2. Lock everything by object rank and id, look again (a row may have been moved before it was ours),
   and lock what is new, until nothing is.
3. Read the rows as they are: what roll-ups and their readers compare with afterwards.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from changliu.kit.errors import Unavailable
from changliu.records.changeset.clauses import derived_columns
from changliu.records.changeset.locks import Held, Lock, Strength, locks
from changliu.records.changeset.parse import Staged
from changliu.records.changeset.store import above as store
from changliu.records.changeset.store.run import hold
from changliu.records.context import Context
from changliu.schema.model import Catalogue

# Looks at what is above: each later one is caused by a record moved between two of our statements.
MAX_LOOKS = 8
# Columns that every update changes, whatever was sent.
_ALWAYS = frozenset({"version", "updated_at", "updated_by"})

# Staged change → the reference column by which it moves a row; None: the change of the row itself.
Causes = dict[int, str | None]
Rows = dict[str, dict[UUID, Causes]]


@dataclass(frozen=True, slots=True)
class Edge:
    """Rows of `child` move roll-ups of the `parent` rows their column `via` names."""

    parent: str
    child: str
    via: str
    level: int
    columns: frozenset[str]


@dataclass(slots=True)
class Above:
    """The rows a changeset writes or may move, by object id and record, and why; `before` holds
    rows as they were (JSON), by object id."""

    rows: Rows = field(default_factory=dict)
    before: dict[str, str] = field(default_factory=dict)


def edges_of(catalogue: Catalogue, targets: Iterable[str]) -> list[Edge]:
    """Return the edges that lead up from rows of these objects, lower levels first."""
    groups: dict[tuple[int, str, str, str], set[str]] = defaultdict(set)
    for rollup in catalogue.rollups:
        groups[rollup.level, rollup.parent, rollup.child, rollup.via] |= rollup.columns
    written, moved, found = set(targets), set[str](), []
    for (level, parent, child, via), columns in sorted(groups.items()):
        if child in written or (level and child in moved):
            found.append(Edge(parent, child, via, level, frozenset(columns)))
            moved.add(parent)
    return found


async def hold_all(context: Context, staged: Sequence[Staged], held: Held) -> Above:
    """Lock what a changeset writes, points to and moves, but for what it holds already; return
    what it writes and moves.

    Raises `Unavailable` (`write.busy`) when records above are moved around faster than they can
    be held.
    """
    catalogue = context.catalogue
    targets = {change.target.id: change.target for change in staged}
    edges = edges_of(catalogue, targets)
    derived = {
        name: await derived_columns(context, target)
        for name, target in targets.items()
        if any(edge.child == name for edge in edges)
    }
    look = _Look(context, edges, staged, derived, held)
    wanted = {lock.target.id: lock for lock in locks(catalogue, staged)}
    rows = await look.rows()
    for _ in range(MAX_LOOKS if edges else 1):
        for object_id, found in rows.items():
            if late := _moved(object_id, found, held):
                lock = wanted.setdefault(object_id, Lock(catalogue.by_id[object_id]))
                lock.strength = max(lock.strength, Strength.UPDATE)
                lock.ids |= late
        missing = [lock for lock in wanted.values() if held.lacks(lock)]
        if not missing:
            return Above(rows)
        for lock in sorted(missing, key=lambda lock: lock.target.rank):
            await hold(context.tx, catalogue, lock)
            held.take(lock)
        wanted = {}
        rows = await look.rows() if edges else rows
        if not any(_moved(name, found, held) for name, found in rows.items()):
            return Above(rows)
    raise Unavailable(
        "write.busy",
        "上级记录正被频繁改动，没有保存，请稍后再试。",
        "Records above are being moved around; nothing was saved. Try again shortly.",
    )


def _moved(object_id: str, found: Mapping[UUID, Causes], held: Held) -> set[UUID]:
    """Rows that others move and that are not held yet."""
    return {
        record
        for record, causes in found.items()
        if any(causes.values()) and not held.firmly(object_id, record)
    }


@dataclass(frozen=True, slots=True)
class _Look:
    """One way of looking up from staged rows, asked before and after locking."""

    context: Context
    edges: Sequence[Edge]
    staged: Sequence[Staged]
    derived: Mapping[str, frozenset[str]]
    held: Held

    async def rows(self) -> Rows:
        """Return the staged rows and those above them, with their causes."""
        found: Rows = defaultdict(dict)
        for at, change in enumerate(self.staged):
            found[change.target.id][change.id] = {at: None}
        for edge in self.edges:
            below = self._moving(edge, found[edge.child])
            for child, parent in await self._pairs(edge, below):
                causes = found[edge.parent].setdefault(parent, {})
                for at, via in below[child].items():
                    causes.setdefault(at, via or edge.via)
        return found

    def _moving(self, edge: Edge, rows: Mapping[UUID, Causes]) -> dict[UUID, Causes]:
        """The rows that may move this edge: staged ones by what is sent, others by a roll-up."""
        derived = self.derived.get(edge.child, frozenset())
        moving: dict[UUID, Causes] = {}
        for record, causes in rows.items():
            own = next((at for at, via in causes.items() if via is None), None)
            lifted = edge.level > 0 and len(causes) > (own is not None)
            if lifted or (own is not None and _touches(self.staged[own], edge, derived)):
                moving[record] = causes
        return moving

    async def _pairs(self, edge: Edge, rows: Mapping[UUID, Causes]) -> list[tuple[UUID, UUID]]:
        """(child, parent), as the rows are and as they were sent."""
        created = {s.id for s in self.staged if s.op == "create"}
        named = self.held.names[edge.child, edge.via]
        asked = [r for r in rows if r not in named and r not in created]
        pairs = [(r, parent) for r in rows if (parent := named.get(r)) is not None]
        if asked:
            read = dict(await store.references(self.context, edge.child, edge.via, asked))
            pairs += read.items()
            named |= {r: read.get(r) for r in asked if self.held.firmly(edge.child, r)}
        mine = (s for s in self.staged if s.target.id == edge.child and s.id in rows)
        sent = [(s.id, value) for s in mine if (value := s.patch.get(edge.via))]
        # Thousands often name one.
        ids = {value: UUID(value) for value in {value for _, value in sent}}
        return pairs + [(record, ids[value]) for record, value in sent]


def _touches(change: Staged, edge: Edge, derived: frozenset[str]) -> bool:
    if change.op != "update" or edge.columns & _ALWAYS:
        return True
    return not edge.columns.isdisjoint(change.patch.keys() | derived)
