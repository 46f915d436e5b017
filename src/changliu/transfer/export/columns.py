"""The columns of a file: headings in the caller's words, and what kind of cell stands below."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

from changliu.fields.types.integer import IntegerSettings
from changliu.fields.types.money import MoneySettings
from changliu.fields.types.number import NumberSettings
from changliu.fields.types.percent import PercentSettings
from changliu.formula.model import Column as Path
from changliu.formula.model import Kind
from changliu.kit.labels import Language
from changliu.records.query.exporting import Export
from changliu.records.query.plan import Output
from changliu.schema.units import SHARE, unit_of_value
from changliu.transfer.export.model import ExportRequest, Headers
from changliu.transfer.plan import IDENTITY, RECORD

CellKind = Literal["text", "number", "date", "datetime"]
_SYSTEM: dict[str, dict[str, str]] = {
    "title": {"zh-CN": "标题", "en": "Title"},
    "version": {"zh-CN": "版本", "en": "Version"},
    "created_at": {"zh-CN": "创建时间", "en": "Created at"},
    "created_by": {"zh-CN": "创建人", "en": "Created by"},
    "updated_at": {"zh-CN": "修改时间", "en": "Updated at"},
    "updated_by": {"zh-CN": "修改人", "en": "Updated by"},
    "owner": {"zh-CN": "负责人", "en": "Owner"},
    "team": {"zh-CN": "所属团队", "en": "Team"},
}
# Formats of XLSX. `0.###` would leave a dot behind whole numbers, so General stands for any.
_DAY, _INSTANT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"
_SIGNS = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "HKD": "HK$"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, the value below it (None: the record's id), `ids` of references in
    place of their titles, the kind of its cells in XLSX and their number format, whether a workbook
    hides it."""

    title: str
    output: Output | None
    ids: bool = False
    kind: CellKind = "text"
    format: str = ""
    hidden: bool = False


def columns_of(export: Export, request: ExportRequest) -> tuple[Column, ...]:
    """Return the columns of an export; no two have the same heading."""
    columns = list(_columns(export, request))
    shown = Counter(column.title for column in columns)
    if all(times == 1 for times in shown.values()):
        return tuple(columns)
    told = [
        replace(c, title=f"{c.title} ({_key(c)})") if shown[c.title] > 1 else c for c in columns
    ]
    return tuple(told)


def _columns(export: Export, request: ExportRequest) -> Iterator[Column]:
    if request.ids:
        yield Column("id", None)
    for output in export.outputs:
        title = _heading(export, output, request.headers, request.language)
        kind, form = _form(export, output)
        yield Column(title, output, kind=kind, format=form)
        if request.ids and output.target is not None:
            yield Column(f"{title} id", output, ids=True)
    if request.key and not request.ids:
        title = IDENTITY if request.headers == "key" else RECORD.label[request.language]
        yield Column(title, None, hidden=True)


def _key(column: Column) -> str:
    name = column.output.name if column.output is not None else "id"
    return f"{name} id" if column.ids else name


def _heading(export: Export, output: Output, headers: Headers, language: Language) -> str:
    if headers == "key":
        return output.name
    label = _label(export, output, language)
    return f"{label} ({output.name})" if headers == "both" else label


def _label(export: Export, output: Output, language: Language) -> str:
    if output.system:
        return _SYSTEM[output.name][language]
    path = output.node.path if isinstance(output.node, Path) else ()
    of_lines = export.detail is not None and export.detail.shows(output)
    if output.field is not None and len(path) <= 1 and not of_lines:
        return output.field.label[language]
    words, here = _start(export, output, language)
    for step in path:
        fact = export.reader.catalogue.world.object(here).fields[step]
        labels = fact.names[1:] or (_SYSTEM.get(step, {}).get(language, fact.names[0]),)
        words.append(labels[-1] if language == "en" else labels[0])
        here = fact.target or here
    return ".".join(words) or output.name


def _start(export: Export, output: Output, language: Language) -> tuple[list[str], str]:
    """The words before a path's own, and the object it begins at: lines are named after their
    field."""
    detail = export.detail
    if detail is None or not detail.shows(output):
        return [], export.object.id
    return [detail.holder.label[language]], detail.wanted.line.id


def _form(export: Export, output: Output) -> tuple[CellKind, str]:
    if output.masked or output.target is not None:
        return "text", ""
    if output.field is not None and output.field.type == "duration":
        return "text", ""
    if output.kind is Kind.DATE:
        return "date", _DAY
    if output.kind is Kind.DATETIME:
        return "datetime", _INSTANT
    if output.kind is Kind.NUMBER:
        if output.field is None or output.field.tree is not None:
            return "number", _computed(export, output)
        return "number", _number(output.field.settings)
    return "text", ""


def _computed(export: Export, output: Output) -> str:
    """A computed number has the sign of what it counts, and the decimals pages give it."""
    _, here = _start(export, output, "en")
    catalogue = export.reader.catalogue
    unit = unit_of_value(catalogue, catalogue.by_id[here], output.node)
    shown = getattr(output.field and output.field.settings, "decimals", None)
    if unit == SHARE:
        # A formula counts the decimals of the fraction.
        return _number(PercentSettings(decimals=None if shown is None else max(shown - 2, 0)))
    if unit:
        return _number(MoneySettings(currency=unit, decimals=2 if shown is None else shown))
    return "General"


def _number(settings: Any) -> str:
    if isinstance(settings, IntegerSettings):
        return "#,##0" if settings.thousands else "0"
    if not isinstance(settings, NumberSettings) or settings.decimals is None:
        return "0.00%" if isinstance(settings, PercentSettings) else "General"
    decimals = "." + "0" * settings.decimals if settings.decimals else ""
    if isinstance(settings, PercentSettings):
        return f"0{decimals}%"
    whole = f"#,##0{decimals}" if settings.thousands else f"0{decimals}"
    if isinstance(settings, MoneySettings):
        return f'"{_SIGNS.get(settings.currency, settings.currency + " ")}"{whole}'
    return whole
