"""What an export takes away, compared with the naive reading."""

import csv
import io
from typing import Any

from tests.access.doors_world import COMPUTED, STORED, Sight


def exports(sight: Sight, target: str, key: str, row: dict[str, Any] | None = None) -> bool:
    """Whether grants of `export` open a field: on a row they cover, or (None) on some."""
    given = [g for g in sight.grants if g["object"] == target and "export" in g["verbs"]]
    return any(
        (g["fields"] == "all" or key in (*g["read"], *g["write"]))
        and (row is None or sight.in_scope(g, row))
        for g in given
    )


def cell(value: Any) -> str:
    """A wire value as a cell: references by their titles, files by their names."""
    if value is None:
        return ""
    if isinstance(value, list):
        return ";".join(file["name"] for file in value)
    if isinstance(value, dict):
        return "" if value.get("hidden") else str(value["title"] or value["id"])
    return str(value)


async def compare_export(client: Any, sight: Sight, target: str) -> None:
    """Rows that may be read and exported, in the fields of which the same holds on the row."""
    asked = {"format": "csv", "headers": "key", "ids": "true"}
    answer = await client.get(f"/api/exports/{target}", params=asked)
    granted = any(g["object"] == target and "export" in g["verbs"] for g in sight.grants)
    if not sight.sees(target) or not granted:
        assert answer.status_code == (403 if sight.sees(target) else 404)
        return
    assert answer.status_code == 200, answer.text
    every = (*STORED[target], *(k for k, c in COMPUTED.items() if c[0] == target))
    keys = {k for k in every if sight.reads(target, k) and exports(sight, target, k)}
    lines = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    rows = {r["id"]: r for r in sight.rows(target) if sight.reaches(target, "export", r)}
    assert {line["id"] for line in lines} == set(rows)
    for line in lines:
        row = rows[line["id"]]
        wire = sight.wire(target, row)
        assert keys == line.keys() & set(every)
        for key in keys:
            shown = wire[key] if exports(sight, target, key, row) else None
            assert line[key] == cell(shown), (target, key, row)
