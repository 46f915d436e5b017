"""Step 4, lock: which rows, and how strongly; every writer takes them in the same order."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from uuid import UUID

from changliu.records.changeset.model import Op
from changliu.records.changeset.parse import Staged
from changliu.schema.model import Catalogue, Object


class Strength(IntEnum):
    """How a row is held; a row that is referred to (REFER) and one that goes (DELETE) collide."""

    REFER = 1
    UPDATE = 2
    DELETE = 3


_NEEDED: dict[Op, Strength] = {
    "update": Strength.UPDATE,
    "delete": Strength.DELETE,
    "restore": Strength.UPDATE,
}


@dataclass(slots=True)
class Lock:
    """Rows of one object, held as strongly as any of them needs: one statement keeps the order."""

    target: Object
    strength: Strength = Strength.REFER
    ids: set[UUID] = field(default_factory=set)


@dataclass(slots=True)
class Held:
    """Rows a changeset holds by now, how strongly, by object id; and what references of rows that
    nobody else can change any more name (None: nothing), by object id and column."""

    rows: dict[str, dict[UUID, Strength]] = field(default_factory=lambda: defaultdict(dict))
    names: dict[tuple[str, str], dict[UUID, UUID | None]] = field(
        default_factory=lambda: defaultdict(dict)
    )

    def lacks(self, lock: Lock) -> bool:
        """Whether a lock asks for more than is held; it is narrowed to that."""
        known = self.rows[lock.target.id]
        lock.ids = {record for record in lock.ids if known.get(record, 0) < lock.strength}
        return bool(lock.ids)

    def take(self, lock: Lock) -> None:
        """Note a lock that was had."""
        self.rows[lock.target.id] |= dict.fromkeys(lock.ids, lock.strength)

    def firmly(self, object_id: str, record: UUID) -> bool:
        """Whether nobody else can change a row until commit."""
        return self.rows[object_id].get(record, 0) >= Strength.UPDATE


def locks(catalogue: Catalogue, staged: Sequence[Staged]) -> list[Lock]:
    """Return what a changeset must hold, by object rank: what it changes and what it points to."""
    found: dict[str, Lock] = {}
    wanted: dict[str, set[str]] = defaultdict(set)
    for change in staged:
        if change.op != "create":
            lock = found.setdefault(change.target.id, Lock(change.target))
            lock.strength = max(lock.strength, _NEEDED[change.op])
            lock.ids.add(change.id)
    for target in {change.target.id: change.target for change in staged}.values():
        for column, pointed in _references(catalogue, target):
            for change in staged:
                if change.target.id == target.id and (value := change.patch.get(column)):
                    wanted[pointed].update(value if isinstance(value, list) else (value,))
    for pointed, ids in wanted.items():
        lock = found.setdefault(pointed, Lock(catalogue.by_id[pointed]))
        lock.ids.update(map(UUID, ids))
    return sorted(found.values(), key=lambda lock: lock.target.rank)


def _references(catalogue: Catalogue, target: Object) -> Iterator[tuple[str, str]]:
    """Column of each reference to records, and the object it points to."""
    facts = catalogue.world.object(target.id).fields
    for what in target.stored:
        if what.type == "reference":
            yield what.column or "", facts[what.id].target or ""
