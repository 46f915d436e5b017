"""Step 3, for rules that merge: a new record that is there already becomes an update of that one.

1. Of new records with the same key the first takes in the others; the keys come from the database.
2. One that is like exactly one record the caller reads fills the blanks of that one. The update
   says the version it saw: what somebody writes into a blank meanwhile is not written over.
3. Whatever pointed to the new record points to the one that stands.
All else (several records alike, one out of sight or changed besides, a new one with lines) is left
to the check to refuse.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from changliu.fields.model import Field
from changliu.kit.errors import Fault
from changliu.records.changeset.clauses import guarding
from changliu.records.changeset.model import RowResult
from changliu.records.changeset.parse import Staged
from changliu.records.changeset.store import guard as store
from changliu.records.changeset.store import past
from changliu.records.changeset.store.above import rows_as_json
from changliu.records.context import Context
from changliu.records.query.service import hidden_fields, reader_of
from changliu.schema.model import Object

# What a change hears that was put into a record that stood there.
JOINED = "record.joined"


async def join_alike(context: Context, staged: Sequence[Staged]) -> list[Staged]:
    """Return the changes with new records put into those they are the same as, as rules ask."""
    creates: dict[str, list[Staged]] = defaultdict(list)
    for change in staged:
        if change.op == "create" and not change.lines:
            creates[change.target.id].append(change)
    ways: dict[str, str] = {}
    gone: set[int] = set()
    busy = {s.id for s in staged if s.op != "create"}
    for object_id, changes in creates.items():
        target = context.catalogue.by_id[object_id]
        joins = tuple(
            c for c in await guarding(context, target) if c.match is None or c.match.joins
        )
        if not any(c.match for c in joins):
            continue
        coming = store.Coming(target, "create", joins, changes)
        found = await store.standing(context, coming)
        first = _together(changes, found, ways)
        gone |= {id(s) for at, s in enumerate(changes) if first[at] != at}
        chosen = [each for each in _chosen(changes, found, first) if each[1] not in busy]
        await _into_standing(context, target, chosen, ways)
    left = [s for s in staged if id(s) not in gone]
    for change in left if ways else ():
        for name, value in change.patch.items():
            change.patch[name] = _followed(value, ways)
    return left


def _together(
    changes: Sequence[Staged], found: Iterable[store.Standing], ways: dict[str, str]
) -> list[int]:
    """Fold new records with a key in common into the first of them; return whose place each has."""
    first = list(range(len(changes)))
    leader: dict[tuple[int, str], int] = {}
    for each in sorted(found, key=lambda s: s.place):
        at = leader.setdefault((each.match, each.key), first[each.place])
        at = first[at]
        if at != first[each.place] == each.place:
            one, other = changes[at], changes[each.place]
            first[each.place] = at
            for name, value in other.patch.items():
                if one.patch.get(name) is None:
                    one.patch[name] = value
            one.rows += other.rows
            one.joining += other.rows
            ways[str(other.id)] = str(one.id)
    return first


def _chosen(
    changes: Sequence[Staged], found: Iterable[store.Standing], first: Sequence[int]
) -> list[tuple[Staged, UUID]]:
    """New records that are like exactly one standing one, which the caller reads."""
    alike: dict[int, set[UUID]] = defaultdict(set)
    closed: set[int] = set()
    for each in found:
        at = first[each.place]
        alike[at].update(each.records or ())
        if each.records and not each.readable:
            closed.add(at)
    return [
        (changes[at], next(iter(ids)))
        for at, ids in alike.items()
        if len(ids) == 1 and at not in closed
    ]


async def _into_standing(
    context: Context, target: Object, chosen: Sequence[tuple[Staged, UUID]], ways: dict[str, str]
) -> None:
    """Turn new records into updates that fill what is blank in those that stand there."""
    if not chosen:
        return
    ids = {record for _, record in chosen}
    names = ["id", "version", *(f.column or "" for f in target.stored)]
    rows = {
        UUID(row["id"]): row for row in past.exact(await rows_as_json(context, target, names, ids))
    }
    reader = reader_of(context.tx, context.access, context.catalogue)
    hidden = await hidden_fields(context.tx, reader, target, list(ids))
    taken: set[UUID] = set()
    for change, record in chosen:
        row = rows.get(record)
        if row is None or record in taken:
            continue
        taken.add(record)
        ways[str(change.id)] = str(record)
        open_ = [f for f in target.stored if _may_fill(context, target, f, hidden.get(record))]
        blank = {f.column for f in open_ if row[f.column or ""] is None}
        differ = [f.key for f in open_ if _differs(change.patch, row, f)]
        change.op, change.id, change.version = "update", record, row["version"]
        change.patch = {k: v for k, v in change.patch.items() if k in blank and v is not None}
        change.joined = tuple(differ)


def _may_fill(
    context: Context, target: Object, field: Field, hidden: frozenset[str] | None
) -> bool:
    return context.access.shown(target.id, field.id) and field.id not in (hidden or ())


def _differs(patch: Mapping[str, Any], row: Mapping[str, Any], field: Field) -> bool:
    sent, there = patch.get(field.column or ""), row[field.column or ""]
    return sent is not None and there is not None and str(sent) != str(there)


def _followed(value: Any, ways: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_followed(each, ways) for each in value]
    while isinstance(value, str) and value in ways:
        value = ways[value]
    return value


def tell_joined(staged: Iterable[Staged], rows: Mapping[int, RowResult]) -> None:
    """Say to what was put into a standing record that it was, and which values did not go in."""
    for change in staged:
        for row in change.joining if change.joined is None else change.rows:
            result = rows.get(row)
            if result is None or result.refused:
                continue
            zh = "已有相同的记录：空白处已用新值补上，没有另建一条。"
            en = "The same record was there: its blanks were filled, none was made."
            kept = list(change.joined or ())
            if kept:
                zh += f"以下字段保持原值：{'、'.join(kept)}。"
                en += f" These fields keep their values: {', '.join(kept)}."
            extra = {"record": str(change.id), "kept": kept}
            result.warnings.append(Fault(JOINED, zh, en, None, row, warning=True, extra=extra))
