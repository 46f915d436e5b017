"""What imports tell their callers: the state of one, what a trial found, the rows refused."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from changliu.fields.model import Field
from changliu.kit.labels import Language
from changliu.schema.model import Object
from changliu.transfer.batch import REPEATED
from changliu.transfer.cells import CellFault
from changliu.transfer.detail import GROUP
from changliu.transfer.engine import Running
from changliu.transfer.guessing import Lists, fillable
from changliu.transfer.model import Counts, Import, RowFault
from changliu.transfer.needing import NEEDED
from changliu.transfer.plan import MATCHABLE, OWNERSHIP, OWNERSHIP_LABELS, RECORD
from changliu.transfer.roster import MEMBERS
from changliu.transfer.totals import totals_json
from changliu.transfer.wording import proposed_words

# Refused rows a preview shows, reasons it sums up, and how much of each cell.
FAULTS, REASONS, CELL = 200, 200, 500


def preview_of(state: Running, how: str) -> dict[str, Any]:
    """Return what a trial found so far, as it is kept."""
    progress = state.progress
    header = state.source.header
    waits = bool(state.sweep.plan.needed)
    told = [f for fault in state.faults if (f := _without_needed(fault) if waits else fault)]
    return {
        "state": how,
        "done": progress.total if how == "done" else progress.done,
        "total": progress.total,
        "counts": progress.counts.as_json(),
        "needed": len(state.faults) - len(told),
        "rows": [
            {
                "row": row.line.row,
                "line": row.line.line,
                "outcome": row.fate,
                "cells": dict(zip(header, _cut(row.line.cells), strict=False)),
                "values": row.values,
                "record": str(row.record) if row.record else None,
                "title": row.title,
                "changes": row.changes,
            }
            for row in state.shown
        ],
        "reasons": _reasons(told),
        "faults": [
            {
                "row": fault.row,
                "line": fault.line,
                "cells": _cut(fault.cells),
                "faults": [cell.as_json() for cell in fault.faults],
            }
            for fault in told[:FAULTS]
        ],
    }


def _cut(cells: Sequence[str]) -> list[str]:
    return [cell[:CELL] for cell in cells]


def _reasons(faults: Sequence[RowFault]) -> list[dict[str, Any]]:
    """Sum up why rows are refused, by column, code and cell: the most frequent first."""
    first: dict[tuple[str | None, str, str | None], CellFault] = {}
    rows: Counter[tuple[str | None, str, str | None]] = Counter()
    for fault in faults:
        for cell in fault.faults:
            key = cell.column, cell.code, cell.value
            first.setdefault(key, cell)
            rows[key] += 1
    return [{**first[key].as_json(), "rows": n} for key, n in rows.most_common(REASONS)]


def _without_needed(fault: RowFault) -> RowFault | None:
    """What is wrong with a row itself; a field that nothing fills is asked about once."""
    own = tuple(cell for cell in fault.faults if cell.code not in (NEEDED, GROUP))
    if len(own) == len(fault.faults):
        return fault
    return replace(fault, faults=own) if own else None


def import_json(
    made: Import, place: tuple[Object | None, Lists], language: Language, **more: Any
) -> dict[str, Any]:
    """Return an import as its member sees it; `place` is what is filled: the object, its lists of
    lines. `more` is what is known beside it."""
    target, lists = place
    told = made.described
    return {
        **summary_json(made, language, taken_back=more.pop("taken_back", False)),
        "sheet": told["sheet"],
        "sheets": told["sheets"],
        "header_row": told["header_row"],
        "header_rows": told["header_rows"],
        "header_by": told.get("header_by", "given"),
        "encoding": told["encoding"],
        "delimiter": told["delimiter"],
        "top": told.get("top", []),
        "totals": totals_json(told),
        "columns": _columns(made, target),
        "fields": fields_json(target, lists, language) if target else [],
        "mapping": made.body,
        "preview": _preview_json(made, language),
        **more,
    }


def summary_json(made: Import, language: Language, *, taken_back: bool) -> dict[str, Any]:
    """Return an import as a list shows it; `taken_back`: all of it has been reverted."""
    told = made.described
    return {
        "id": made.id,
        "object": made.object,
        "file": {"name": made.file, "size": told["size"]},
        "state": made.state,
        "taken_back": taken_back,
        "automations": "quiet" if made.quiet else "run",
        "rows": told["rows"],
        "progress": {"done": _done(made), "total": told["rows"], "sweep": made.sweep},
        "counts": counts_json(made.counts),
        "failure": _failure_json(made.failure, language),
        "started_at": made.started_at,
        "changed_at": made.changed_at,
    }


def counts_json(counts: Counts) -> dict[str, Any]:
    """Return `{create, update, unchanged, skip, duplicate, alike, error, linked, unlinked, lines,
    made}`;
    `made` counts, by object, what is made along."""
    return {
        "create": counts.created,
        "update": counts.updated,
        "unchanged": counts.unchanged,
        "skip": counts.skipped,
        "duplicate": counts.repeated,
        "alike": counts.alike,
        "error": counts.refused - counts.repeated,
        "linked": counts.linked,
        "unlinked": counts.unlinked,
        "lines": counts.lines,
        "made": counts.made,
    }


def fault_json(fault: RowFault, header: list[str], language: Language) -> dict[str, Any]:
    """Return `{row, line, outcome, cells: {column: text}, errors: [{column?, code, message,
    value?}]}`; `outcome` is `duplicate` for what is there already, else `error`."""
    repeated = any(cell.code in REPEATED for cell in fault.faults)
    return {
        "row": fault.row,
        "line": fault.line,
        "outcome": "duplicate" if repeated else "error",
        "cells": dict(zip(header, fault.cells, strict=False)),
        "errors": [_cell_json(cell, language) for cell in fault.faults],
    }


def _cell_json(cell: CellFault, language: Language) -> dict[str, Any]:
    message = cell.zh if language == "zh-CN" else cell.en
    said = {"column": cell.column, "code": cell.code, "message": message, "value": cell.value}
    return {key: value for key, value in said.items() if value is not None}


def _preview_json(made: Import, language: Language) -> dict[str, Any] | None:
    preview = made.preview
    if preview is None:
        return None
    header = made.described["header"]
    faults = [
        RowFault(f["row"], f["line"], tuple(f["cells"]), tuple(CellFault(**c) for c in f["faults"]))
        for f in preview.get("faults", ())
    ]
    return {
        "state": preview["state"],
        "done": preview["done"],
        "total": preview["total"],
        "counts": _trial_counts(preview),
        "needed": preview.get("needed", 0),
        "rows": preview.get("rows", []),
        "errors": [fault_json(fault, header, language) for fault in faults],
        "reasons": [
            {
                **_cell_json(CellFault(**{k: v for k, v in r.items() if k != "rows"}), language),
                "rows": r["rows"],
            }
            for r in preview.get("reasons", ())
        ],
        "failure": _failure_json(preview.get("failure"), language),
    }


def _trial_counts(preview: dict[str, Any]) -> dict[str, Any] | None:
    """Rows that only wait for an answer are no errors."""
    if "counts" not in preview:
        return None
    told = counts_json(Counts(**preview["counts"]))
    return {**told, "error": told["error"] - preview.get("needed", 0)}


def _columns(made: Import, target: Object | None) -> list[dict[str, Any]]:
    guesses = {guess["column"]: guess for guess in made.guesses}
    rules = made.body.get("columns", {})
    samples = made.described.get("samples", {})
    return [
        {
            "column": name,
            "fields": [rule["field"] for rule in _list(rules.get(name, []))],
            "guess": guesses.get(name),
            "samples": samples.get(name, []),
            "words": _words(made, target, name),
        }
        for name in made.described["header"]
    ]


def _words(made: Import, target: Object | None, column: str) -> list[dict[str, Any]]:
    """Words of a column that are no options of a `field` it fills, each with the option it may
    mean."""
    if target is None or made.state != "draft":
        return []
    words = made.described.get("words", {}).get(column, [])
    found = []
    for rule in _list(made.body.get("columns", {}).get(column, [])):
        blank = dict.fromkeys((*made.body.get("null", ()), *rule.get("null", ())))
        proposed = proposed_words(
            target.by_key.get(rule["field"]), words, {**blank, **rule.get("values", {})}
        )
        found += [{"field": rule["field"], **word} for word in proposed]
    return found


def _list(value: Any) -> list[dict[str, Any]]:
    rules = value if isinstance(value, list) else [value]
    return [{"field": rule} if isinstance(rule, str) else rule for rule in rules]


def fields_json(target: Object, lists: Lists, language: Language) -> list[dict[str, Any]]:
    """Return what columns may fill: fields, whose a record is, and fields of its lines.

    `match` says whether a field can recognise a record; those that `fills` not (ids, numbers) do
    nothing else. `lines` names the field of lines.
    """
    own = [_field_json(field, language) for field in fillable(target)]
    if target is not MEMBERS:
        given = (RECORD, *(f for f in target.stored if f.type == "autonumber"))
        own += [{**_field_json(f, language), "match": True, "fills": False} for f in given]
    whose = ("team",) if target is MEMBERS else tuple(OWNERSHIP)
    own += [
        {
            "key": key, "label": OWNERSHIP_LABELS[key][language], "type": OWNERSHIP[key],
            "required": False, "unique": False, "match": False, "fills": True, "lines": None,
        }
        for key in whose
    ]  # fmt: skip
    for holder, line in lists:
        own += [
            {
                **_field_json(field, language),
                "key": f"{holder.key}.{field.key}",
                "label": f"{holder.label[language]}.{field.label[language]}",
                "match": False,
                "lines": holder.key,
            }
            for field in fillable(line)
        ]
    return own


def _field_json(field: Field, language: Language) -> dict[str, Any]:
    return {
        "key": field.key, "label": field.label[language], "type": field.type,
        "required": field.required, "unique": field.unique,
        "match": field.type in MATCHABLE, "fills": True, "lines": None,
    }  # fmt: skip


def _done(made: Import) -> int:
    return made.described["rows"] if made.state == "done" else made.place


def _failure_json(failure: dict[str, Any] | None, language: Language) -> dict[str, Any] | None:
    if failure is None:
        return None
    return {"code": failure["code"], "message": failure["zh" if language == "zh-CN" else "en"]}
