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


async def explain(context: Context, staged: Sequence[Staged], rows: dict[int, RowResult]) -> None:
    """Add `conflicts: [{field, label, original, theirs, mine, by, at}]` to conflict faults."""
    crossed = [s for s in staged if s.version is not None and _stale(rows.get(s.rows[0]))]
    for change in crossed[:EXPLAINED]:
        later = await past.since(context.tx, change.id, change.version or 0)
        reader = reader_of(context.tx, context.access, context.catalogue)
        hidden = (await hidden_fields(context.tx, reader, change.target, [change.id])).get(
            change.id
        )
        fields = [f for f in change.target.stored if f.column in change.patch]
        told = [
            found
            for f in fields
            if reader.readable(change.target.id, f.id)
            and f.id not in (hidden or ())
            and (found := _conflict(change, f, later))
        ]
        told += [
            _lines_conflict(f, later)
            for f in lines_fields(change.target)
            if f.id in change.lines
            and reader.readable(change.target.id, f.id)
            and f.id not in (hidden or ())
            and any(f.id in row.diff for row in later)
        ]
        for row in change.rows:
            rows[row].faults = [_with(fault, told) for fault in rows[row].faults]


def _stale(result: RowResult | None) -> bool:
    return result is not None and any(f.code == say.STALE.code for f in result.faults)


def _with(fault: Fault, told: list[dict[str, Any]]) -> Fault:
    return replace(fault, extra={"conflicts": told}) if fault.code == say.STALE.code else fault


def _conflict(change: Staged, field: Field, later: list[past.Past]) -> dict[str, Any] | None:
    touched = [r for r in later if field.id in r.diff and not field.former_at(r.catalogue)]
    if not touched:
        return None
    first, last = touched[0].diff[field.id], touched[-1].diff[field.id]
    mine = change.patch[field.column or ""]
    values = [first.get("o"), last.get("n"), mine]
    original, theirs, ours = values if field.type in REFERENCES else _shown(values, field)
    return {
        "field": field.key,
        "label": field.label,
        "original": original,
        "theirs": theirs,
        "mine": ours,
        "by": str(touched[-1].actor),
        "at": touched[-1].at.isoformat(),
    }


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
