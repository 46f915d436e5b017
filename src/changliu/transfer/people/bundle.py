"""A person's data as one ZIP: everything as JSON, the values as a table, the files themselves."""

import csv
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson

from changliu.fields.computed import cell
from changliu.files.folder import Folder
from changliu.kit.labels import Language
from changliu.schema.model import Catalogue
from changliu.transfer.guarding import guarded

_HEAD = {
    "zh-CN": ("对象", "记录", "字段", "值"),
    "en": ("Object", "Record", "Field", "Value"),
}


def write_bundle(path: Path, document: dict[str, Any], table: bytes, folder: Folder) -> None:
    """Write `person.json`, `person.csv` and the files of all records; blocking."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        text = orjson.dumps(document, option=orjson.OPT_INDENT_2)
        archive.writestr("person.json", text)
        archive.writestr("person.csv", table)
        for file in {f["id"]: f for part in document["records"] for f in part["files"]}.values():
            content = folder.place(file["sha256"])
            if content.is_file():
                archive.write(content, f"files/{file['id']}-{file['name']}")


def table_of(catalogue: Catalogue, parts: Sequence[dict[str, Any]], language: Language) -> bytes:
    """Return the values of the records as CSV: a line for every field that holds something."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(_HEAD[language])
    for part in parts:
        record = part["record"]
        target = catalogue.object(record["object"])
        for key, value in record["values"].items():
            if value is None or value == []:
                continue
            label = target.by_key[key].label[language]
            shown = cell(value) if not isinstance(value, dict) or "id" in value else str(value)
            cells = (target.label[language], record["title"] or record["id"], label, shown)
            writer.writerow([guarded(str(each)) for each in cells])
    return text.getvalue().encode("utf-8-sig")
