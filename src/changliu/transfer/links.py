"""Names to ids, set-based: through `records`' queries, so only what the importer may read."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from changliu.records.context import Context
from changliu.records.query.model import AggregateRequest, GroupBy
from changliu.records.query.service import aggregate

# One filter's share of a formula's bounds: 500 nodes, 4,000 characters.
NAMES_PER_QUERY = 200
TEXT_PER_QUERY = 3_600
# Names remembered per import: each costs about 200 bytes.
MAX_KNOWN = 200_000


@dataclass(frozen=True, slots=True)
class Match:
    """A record found by a value: its id and the version that was read."""

    id: str
    version: int


@dataclass(slots=True)
class Directory:
    """What names stand for, per (object, field); found names are remembered for the import."""

    known: dict[tuple[str, str], dict[str, list[str]]] = field(default_factory=dict)

    async def resolve(
        self, context: Context, object_key: str, by: str, names: set[str]
    ) -> dict[str, list[str]]:
        """Return the ids of the records whose field `by` equals each name (none, one or more)."""
        known = self.known.setdefault((object_key, by), {})
        if len(known) > MAX_KNOWN:
            known.clear()
        missing = [name for name in names if name not in known]
        for name, ids in (await _ids_by(context, object_key, by, missing)).items():
            known[name] = ids
        return {name: known.get(name, []) for name in names}

    def learn(self, object_key: str, by: str, name: str, record: UUID) -> None:
        """Remember a record that was just made."""
        self.known.setdefault((object_key, by), {}).setdefault(name, []).append(str(record))


async def find_matches(
    context: Context, object_key: str, keys: tuple[str, ...], values: Iterable[tuple[str, ...]]
) -> dict[tuple[str, ...], list[Match]]:
    """Return the records with these values of the match fields, by the values."""
    found: dict[tuple[str, ...], list[Match]] = {}
    for condition in _conditions(keys, values):
        groups = tuple(dict.fromkeys((*keys, "id", "version")))
        for row in await _groups(context, object_key, groups, condition):
            key = tuple(_id(row) if k == "id" else str(row[k]) for k in keys)
            found.setdefault(key, []).append(Match(_id(row), int(row["version"])))
    return found


async def values_of(
    context: Context, object_key: str, keys: tuple[str, ...], records: Iterable[UUID]
) -> dict[str, dict[str, str | None]]:
    """Return what these records have in reference fields, an id or None, by record and key."""
    found: dict[str, dict[str, str | None]] = {}
    for condition in _conditions(("id",), [(str(record),) for record in records]):
        for row in await _groups(context, object_key, ("id", *keys), condition):
            found[_id(row)] = {key: row[key] and str(row[key]["id"]) for key in keys}
    return found


async def _ids_by(
    context: Context, object_key: str, by: str, names: list[str]
) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for condition in _conditions((by,), [(name,) for name in names]):
        for row in await _groups(context, object_key, (by, "id"), condition):
            found.setdefault(str(row[by]), []).append(_id(row))
    return found


async def _groups(
    context: Context, object_key: str, keys: tuple[str, ...], condition: str
) -> list[dict[str, Any]]:
    request = AggregateRequest(
        object_key, group_by=tuple(GroupBy(key) for key in keys), filter=condition
    )
    return await aggregate(context.tx, context.access, context.catalogue, request)


def _id(row: dict[str, Any]) -> str:
    """Return the id of a row grouped by `id`, which reads like a reference."""
    return str(row["id"]["id"])


def _conditions(keys: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """Yield filters that together name every row, each within a formula's bounds."""
    terms: list[str] = []
    length, most = 0, max(1, NAMES_PER_QUERY // (2 * len(keys) - 1))
    for row in rows:
        term = _quoted(row[0]) if len(keys) == 1 else _all_equal(keys, row)
        if terms and (len(terms) >= most or length + len(term) > TEXT_PER_QUERY):
            yield _joined(keys, terms)
            terms, length = [], 0
        if len(term) <= TEXT_PER_QUERY:
            terms.append(term)
            length += len(term) + 4
    if terms:
        yield _joined(keys, terms)


def _joined(keys: tuple[str, ...], terms: list[str]) -> str:
    return f"{keys[0]} IN ({', '.join(terms)})" if len(keys) == 1 else " OR ".join(terms)


def _all_equal(keys: tuple[str, ...], row: tuple[str, ...]) -> str:
    return "(" + " AND ".join(f"{k}={_quoted(v)}" for k, v in zip(keys, row, strict=True)) + ")"


def _quoted(text: str) -> str:
    """Return a formula's text literal; a quote is doubled."""
    return '"' + text.replace('"', '""') + '"'
