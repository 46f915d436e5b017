"""What a version conflict tells: per field that both changed, the original, theirs and mine."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from changliu.fields.model import Field
from changliu.fields.registry import FIELD_TYPES
from changliu.kit.errors import Fault
from changliu.records.changeset import messages as say
from changliu.records.changeset.model import RowResult
from changliu.records.changeset.parse import Staged
from changliu.records.changeset.store import past
from changliu.records.changeset.store.checks import REFERENCES
from changliu.records.context import Context
from changliu.records.query.service import hidden_fields, reader_of
from changliu.schema.lines import lines_fields

# Conflicts explained per changeset; the rest are named without their values.
EXPLAINED = 50
PEOPLE = {
    "owner": {"zh-CN": "负责人", "en": "Owner"},
    "team": {"zh-CN": "团队", "en": "Team"},
}


async def explain(context: Context, staged: Sequence[Staged], rows: dict[int, RowResult]) -> None:
    """Add `conflicts: [{field, label, original, theirs, mine, by, at}]` to conflict faults.

    Of a merge they are all that changed, without `mine`, and `record` says in which record.
    """
    crossed = [s for s in staged if s.version is not None and _stale(rows.get(s.rows[0]), _path(s))]
    for change in crossed[:EXPLAINED]:
        extra: dict[str, Any] = {"conflicts": await _conflicts(context, change)}
        if _merges(change):
            extra["record"] = str(change.id)
        for row in change.rows:
            faults = rows[row].faults
            rows[row].faults = [_with(fault, change, extra) for fault in faults]


async def _conflicts(context: Context, change: Staged) -> list[dict[str, Any]]:
    later = await past.since(context.tx, change.id, change.version or 0)
    target, every = change.target, _merges(change)
    reader = reader_of(context.tx, context.access, context.catalogue)
    hidden = (await hidden_fields(context.tx, reader, target, [change.id])).get(change.id) or ()

    def shown(field: Field) -> bool:
        return reader.readable(target.id, field.id) and field.id not in hidden

    sent = [f for f in target.stored if (every or f.column in change.patch) and shown(f)]
    told = [found for f in sent if (found := _conflict(change, f, later))]
    lists = [f for f in lines_fields(target) if (every or f.id in change.lines) and shown(f)]
    told += [_lines_conflict(f, later) for f in lists if any(f.id in row.diff for row in later)]
    people = [_person(name, later) for name in PEOPLE if every]
    return told + [found for found in people if found]


def _merges(change: Staged) -> bool:
    return bool(change.sources) or change.into is not None


def _path(change: Staged) -> str:
    """Where a row is told that this change is late; a merge has several in one row."""
    return ".".join(part for part in (change.place, say.STALE.path) if part)


def _stale(result: RowResult | None, path: str) -> bool:
    faults = result.faults if result is not None else ()
    return any(f.code == say.STALE.code and f.path == path for f in faults)


def _with(fault: Fault, change: Staged, extra: dict[str, Any]) -> Fault:
    if fault.code != say.STALE.code or fault.path != _path(change):
        return fault
    zh, en = (say.MERGED_LATE.zh, say.MERGED_LATE.en) if _merges(change) else (fault.zh, fault.en)
    return replace(fault, zh=zh, en=en, extra=extra)


def _conflict(change: Staged, field: Field, later: list[past.Past]) -> dict[str, Any] | None:
    touched = [r for r in later if field.id in r.diff and not field.former_at(r.catalogue)]
    if not touched:
        return None
    first, last = touched[0].diff[field.id], touched[-1].diff[field.id]
    mine = change.patch.get(field.column or "")
    values = [first.get("o"), last.get("n"), mine]
    original, theirs, ours = values if field.type in REFERENCES else _shown(values, field)
    told = {"field": field.key, "label": field.label, "original": original, "theirs": theirs}
    if not _merges(change):
        told["mine"] = ours
    return {**told, "by": str(touched[-1].actor), "at": touched[-1].at.isoformat()}


def _person(name: str, later: list[past.Past]) -> dict[str, Any] | None:
    touched = [row for row in later if name in row.diff]
    if not touched:
        return None
    first, last = touched[0].diff[name], touched[-1].diff[name]
    told = {"field": name, "label": PEOPLE[name], "original": first.get("o")}
    by, at = str(touched[-1].actor), touched[-1].at.isoformat()
    return {**told, "theirs": last.get("n"), "by": by, "at": at}


def _lines_conflict(field: Field, later: list[past.Past]) -> dict[str, Any]:
    """Which lines others changed; their values are read with the record."""
    touched = [row for row in later if field.id in row.diff]
    lines = [line for row in touched for line in row.diff[field.id].get("n") or ()]
    by, at = str(touched[-1].actor), touched[-1].at.isoformat()
    return {"field": field.key, "label": field.label, "lines": lines, "by": by, "at": at}


def _shown(values: list[Any], field: Field) -> list[Any]:
    """Personal values are kept by their hash; they are not told here."""
    plain = [None if isinstance(v, dict) and field.personal else v for v in values]
    return FIELD_TYPES[field.type].render(plain, field)
