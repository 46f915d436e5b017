"""Wire values to cells, a column at a time, in words that an import reads back."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from changliu.fields.computed import cell
from changliu.fields.lists import SEPARATORS
from changliu.fields.moments import LOCAL
from changliu.fields.registry import FIELD_TYPES
from changliu.formula.model import Kind
from changliu.formula.world import fold
from changliu.kit.labels import Language
from changliu.records.query.model import WireRecord
from changliu.records.query.plan import Output
from changliu.transfer.export.columns import Column


def texts_of(column: Column, records: Sequence[WireRecord], language: Language) -> list[str]:
    """Return a column's cells as text; blank is ""."""
    if column.output is None:
        return [str(record["id"]) for record in records]
    values = _values(column, records)
    if column.ids:
        return [_ids(value) for value in values]
    return _written(column, values, language)


def exact_of(column: Column, records: Sequence[WireRecord]) -> list[str | None]:
    """Return a typed column's values for the workbook: numbers as decimal strings, days and
    instants in ISO 8601, instants in China time without its offset."""
    values = _values(column, records)
    if column.kind == "datetime":
        return [None if v is None else _local(v).replace(tzinfo=None).isoformat() for v in values]
    return [None if v is None else str(v) for v in values]


def _values(column: Column, records: Sequence[WireRecord]) -> list[Any]:
    output = column.output
    assert output is not None
    if output.system:
        return [record[output.name] for record in records]
    return [record["values"][output.name] for record in records]


def _written(column: Column, values: list[Any], language: Language) -> list[str]:
    output = column.output
    assert output is not None
    if output.masked:
        return ["" if v is None else str(v) for v in values]
    if output.target is not None:
        return [_titles(value) for value in values]
    if _has_options(output) and (language == "en" or output.field is None):
        return _each(values, _chooser(output, language))
    if output.kind is Kind.BOOL and language == "en":
        return ["" if v is None else ("Yes" if v else "No") for v in values]
    if output.field is not None and output.field.column is not None:
        return FIELD_TYPES[output.field.type].to_text(values, output.field)
    if output.kind is Kind.DATETIME:
        return ["" if v is None else _local(v).isoformat(" ") for v in values]
    return [cell(value) for value in values]


def _has_options(output: Output) -> bool:
    chosen = output.kind in (Kind.CHOICE, Kind.MULTI)
    return chosen and output.fact is not None and bool(output.fact.options)


def _chooser(output: Output, language: Language) -> Callable[[Any], str]:
    """Write options in the caller's words; their keys where the words would not find back."""
    options = output.fact.options if output.fact is not None else ()
    settings: Any = output.field.settings if output.field is not None else None
    meant = settings.vocabulary.by_name if hasattr(settings, "vocabulary") else {}
    words, listed = {}, {}
    for option in options:
        name = option.names[-1 if language == "en" else 0] if option.names else option.key
        found = meant.get(fold(name), option.key) == option.key
        words[option.key] = name if found else option.key
        cut = any(mark in name for mark in SEPARATORS)
        listed[option.key] = option.key if cut else words[option.key]

    def write(value: Any) -> str:
        if isinstance(value, list):
            return ";".join(listed.get(key, str(key)) for key in value)
        return words.get(value, str(value))

    return write


def _each(values: Sequence[Any], write: Callable[[Any], str]) -> list[str]:
    return ["" if value is None else write(value) for value in values]


def _titles(value: Any) -> str:
    """What references are called; nothing of those that are not for the caller."""
    if value is None:
        return ""
    several = value if isinstance(value, list) else [value]
    return ";".join("" if v.get("hidden") else str(v["title"] or v["id"]) for v in several)


def _ids(value: Any) -> str:
    if value is None:
        return ""
    several = value if isinstance(value, list) else [value]
    return ";".join(str(v["id"]) for v in several)


def _local(value: str) -> datetime:
    return datetime.fromisoformat(value).astimezone(LOCAL)
