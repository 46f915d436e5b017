"""What imports tell their callers: the state of one, what a trial found, the rows refused."""

from typing import Any

from changliu.fields.model import Field
from changliu.kit.labels import Language
from changliu.schema.model import Object
from changliu.transfer.cells import CellFault
from changliu.transfer.engine import Running
from changliu.transfer.guessing import fillable
from changliu.transfer.model import Counts, Import, RowFault

# Refused rows a preview shows.
FAULTS = 100


def preview_of(state: Running, how: str) -> dict[str, Any]:
    """Return what a trial found so far, as it is kept."""
    progress = state.progress
    header = state.source.header
    return {
        "state": how,
        "done": progress.total if how == "done" else progress.done,
        "total": progress.total,
        "counts": progress.counts.as_json(),
        "rows": [
            {
                "row": line.row,
                "line": line.line,
                "outcome": fate,
                "cells": dict(zip(header, line.cells, strict=False)),
                "values": values,
            }
            for fate, line, values in state.shown
        ],
        "faults": [
            {
                "row": fault.row,
                "line": fault.line,
                "cells": list(fault.cells),
                "faults": [cell.as_json() for cell in fault.faults],
            }
            for fault in state.faults[:FAULTS]
        ],
    }


def import_json(
    made: Import, target: Object | None, language: Language, questions: list[dict[str, Any]]
) -> dict[str, Any]:
    """Return an import as its member sees it."""
    told = made.described
    return {
        **summary_json(made, language),
        "sheet": told["sheet"],
        "sheets": told["sheets"],
        "header_row": told["header_row"],
        "header_rows": told["header_rows"],
        "header_by": told.get("header_by", "given"),
        "encoding": told["encoding"],
        "delimiter": told["delimiter"],
        "columns": _columns(made),
        "fields": [_field_json(f, language) for f in fillable(target)] if target else [],
        "mapping": made.body,
        "questions": questions,
        "preview": _preview_json(made, language),
    }


def summary_json(made: Import, language: Language) -> dict[str, Any]:
    """Return an import as a list shows it."""
    told = made.described
    return {
        "id": made.id,
        "object": made.object,
        "file": {"name": made.file, "size": told["size"]},
        "state": made.state,
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
    """Return `{row, line, cells: {column: text}, errors: [{column?, code, message, value?}]}`."""
    return {
        "row": fault.row,
        "line": fault.line,
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
        "counts": counts_json(Counts(**preview["counts"])) if "counts" in preview else None,
        "rows": preview.get("rows", []),
        "errors": [fault_json(fault, header, language) for fault in faults],
        "failure": _failure_json(preview.get("failure"), language),
    }


def _columns(made: Import) -> list[dict[str, Any]]:
    guesses = {guess["column"]: guess for guess in made.guesses}
    rules = made.body.get("columns", {})
    samples = made.described.get("samples", {})
    return [
        {
            "column": name,
            "fields": [rule["field"] for rule in _list(rules.get(name, []))],
            "guess": guesses.get(name),
            "samples": samples.get(name, []),
        }
        for name in made.described["header"]
    ]


def _list(value: Any) -> list[dict[str, Any]]:
    rules = value if isinstance(value, list) else [value]
    return [{"field": rule} if isinstance(rule, str) else rule for rule in rules]


def _field_json(field: Field, language: Language) -> dict[str, Any]:
    return {
        "key": field.key, "label": field.label[language], "type": field.type,
        "required": field.required, "unique": field.unique,
    }  # fmt: skip


def _done(made: Import) -> int:
    return made.described["rows"] if made.state == "done" else made.place


def _failure_json(failure: dict[str, Any] | None, language: Language) -> dict[str, Any] | None:
    if failure is None:
        return None
    return {"code": failure["code"], "message": failure["zh" if language == "zh-CN" else "en"]}
