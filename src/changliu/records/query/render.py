"""Database rows to wire records, a column at a time."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from changliu.fields.mask import mask
from changliu.fields.model import Field
from changliu.fields.numerals import canonical
from changliu.fields.registry import FIELD_TYPES
from changliu.files.model import File
from changliu.formula.model import Kind
from changliu.records.query.model import WireRecord
from changliu.records.query.plan import Output
from changliu.records.query.trash import DELETED_AT, DELETED_BY

Titles = Mapping[tuple[str, UUID], str | File | None]
# Stands for an object's id where files are looked up beside titles.
FILES = "file"
SYSTEM = (
    "version",
    "title",
    "created_at",
    "created_by",
    "updated_at",
    "updated_by",
    "owner",
    "team",
)


def render_column(values: Sequence[Any], output: Output, titles: Titles) -> list[Any]:
    """Convert one column of database values to the wire; ids get their titles."""
    if output.holds_files:
        return [None if v is None or output.masked else render_files(v, titles) for v in values]
    if output.masked:
        return [None if value is None else mask(str(value)) for value in values]
    target = output.target
    if target is not None:
        return _references(values, target, titles)
    if output.field is not None and output.field.column is not None:
        return _as_field(values, output.field)
    if output.fact is not None and output.fact.integer:
        return [None if v is None else int(v) for v in values]
    return plain_column(values, output.kind)


def plain_column(values: Sequence[Any], kind: Kind) -> list[Any]:
    """Convert values that no stored field renders, by their kind."""
    show = _BY_KIND.get(kind)
    return list(values) if show is None else [None if v is None else show(v) for v in values]


def reference(value: Any, target: str, titles: Titles) -> Any:
    """Return `{id, title}`; `hidden` when the caller may not read it. Lists stay lists."""
    if value is None:
        return None
    if isinstance(value, list):
        return [reference(item, target, titles) for item in value]
    key = (target, value)
    if key not in titles:
        return {"id": str(value), "title": None, "hidden": True}
    return {"id": str(value), "title": titles[key]}


def render_files(ids: Sequence[Any], titles: Titles) -> list[Any]:
    """Return the files of these ids (text in a history); one that is gone is left out."""
    found = (titles.get((FILES, UUID(str(id_)))) for id_ in ids)
    return [file.as_json() for file in found if isinstance(file, File)]


def _references(values: Sequence[Any], target: str, titles: Titles) -> list[Any]:
    """Convert a column of ids; pages repeat few owners and teams, so each is written once."""
    # By number: hashing and comparing a UUID runs Python code each time.
    written: dict[int, Any] = {}
    out = []
    for value in values:
        if value is None or isinstance(value, list):
            out.append(reference(value, target, titles))
            continue
        known = written.get(value.int)
        if known is None:
            known = written[value.int] = reference(value, target, titles)
        out.append(known)
    return out


def referenced(
    rows: Sequence[Sequence[Any]], outputs: Iterable[tuple[int, Output]]
) -> dict[str, set[UUID]]:
    """Collect the ids whose titles a page needs, by object; `outputs` come with column numbers."""
    wanted: dict[str, dict[int, UUID]] = {}
    for column, output in outputs:
        target = FILES if output.holds_files else output.target
        if target is None:
            continue
        ids = wanted.setdefault(target, {})
        for row in rows:
            value = row[column]
            if isinstance(value, list):
                ids.update((item.int, item) for item in value)
            elif value is not None:
                ids[value.int] = value
    return {target: set(ids.values()) for target, ids in wanted.items() if ids}


def render_records(
    object_key: str, rows: Sequence[Sequence[Any]], outputs: Sequence[Output], titles: Titles
) -> list[WireRecord]:
    """Convert rows `(id, outputs…, …)` to records of the contract's shape (design §6)."""
    ids = [str(row[0]) for row in rows]
    rendered = [
        render_column([row[i + 1] for row in rows], output, titles)
        for i, output in enumerate(outputs)
    ]
    system = {o.name: c for o, c in zip(outputs, rendered, strict=True) if o.system}
    values = [(o.name, c) for o, c in zip(outputs, rendered, strict=True) if not o.system]
    blank = [None] * len(rows)
    heads = [(name, system.get(name, blank)) for name in (*SYSTEM, DELETED_AT)]
    heads += [(DELETED_BY, system[DELETED_BY])] if DELETED_BY in system else []
    return [
        {
            "id": ids[i],
            "object": object_key,
            **{name: column[i] for name, column in heads},
            "values": {name: column[i] for name, column in values},
        }
        for i in range(len(rows))
    ]


def _as_field(values: Sequence[Any], field: Field) -> list[Any]:
    return FIELD_TYPES[field.type].render(values, field)


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).isoformat()


def _number(value: Any) -> str:
    return canonical(value if isinstance(value, Decimal) else Decimal(value))


_BY_KIND: dict[Kind, Callable[[Any], Any]] = {
    Kind.NUMBER: _number,
    Kind.DATE: lambda value: value.isoformat(),
    Kind.DATETIME: _instant,
    Kind.REF: str,
    Kind.UUIDS: lambda value: [str(item) for item in value],
}
