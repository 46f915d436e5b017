"""A person's data as one ZIP: everything as JSON, the values as a table, the files themselves."""

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from changliu.fields.computed import cell
from changliu.fields.types.lines import LinesSettings
from changliu.files.folder import Folder
from changliu.kit.labels import Language
from changliu.schema.model import Catalogue, Object
from changliu.transfer.guarding import guarded

_HEAD = {
    "zh-CN": ("对象", "记录", "字段", "值"),
    "en": ("Object", "Record", "Field", "Value"),
}


@dataclass(frozen=True, slots=True)
class Tables:
    """The values to read: as CSV, and the path of a workbook."""

    csv: bytes
    workbook: Path


def write_bundle(path: Path, document: dict[str, Any], tables: Tables, folder: Folder) -> None:
    """Write `person.json`, `person.csv`, `person.xlsx` and all records' files; blocking."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        text = orjson.dumps(document, option=orjson.OPT_INDENT_2)
        archive.writestr("person.json", text)
        archive.writestr("person.csv", tables.csv)
        archive.write(tables.workbook, "person.xlsx")
        for file in {f["id"]: f for part in document["records"] for f in part["files"]}.values():
            content = folder.place(file["sha256"])
            if content.is_file():
                archive.write(content, f"files/{file['id']}-{file['name']}")


def lines_of(
    catalogue: Catalogue, parts: Sequence[dict[str, Any]], language: Language
) -> list[list[str]]:
    """Return the values of the records as a table: a line for every field that holds something,
    below its head; each entry of lines has lines of its own."""
    made = [list(_HEAD[language])]
    for part in parts:
        shown = part["record"]
        target = catalogue.object(shown["object"])
        names = (target.label[language], shown["title"] or shown["id"])
        made += [[*names, *each] for each in _values(catalogue, target, shown["values"], language)]
    return made


def _values(
    catalogue: Catalogue,
    target: Object,
    values: dict[str, Any],
    language: Language,
    above: str = "",
) -> Iterator[tuple[str, str]]:
    for key, value in values.items():
        if value is None or value == []:
            continue
        field = target.by_key[key]
        label = above + field.label[language]
        if isinstance(field.settings, LinesSettings):
            line = catalogue.object(field.settings.object)
            for number, entry in enumerate(value, start=1):
                inside = entry.get("values", entry)
                known = {k: v for k, v in inside.items() if k in line.by_key}
                yield from _values(catalogue, line, known, language, f"{label} {number} › ")
        else:
            yield label, cell(value) if not isinstance(value, dict) or "id" in value else str(value)


def table_of(lines: Sequence[Sequence[str]]) -> bytes:
    """Return a table as CSV."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([guarded(str(each)) for each in line] for line in lines)
    return text.getvalue().encode("utf-8-sig")
