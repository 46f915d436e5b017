"""Required fields that no column fills: asked about once, instead of refusing every row.

What a default fills is not asked for: a lead without a name is called after its company and person.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from changliu.fields.model import Field
from changliu.kit.errors import Fault
from changliu.schema.model import Object
from changliu.transfer.guessing import Lists, looks_like
from changliu.transfer.mapping import Mapping as FileMapping

NEEDED = "import.needed"
# Types any text fits: a column that fills another field may fill one of them too.
WORDS = frozenset({"text", "long_text"})
# Columns a question proposes.
PROPOSED = 5

Needed = tuple[tuple[str, Field], ...]


def needed_by(target: Object, lists: Lists, mapping: FileMapping) -> Needed:
    """Return the fields a new record must have and nothing fills, each with the path a column
    names it by (`name`, `lines.product`); none where nothing is created."""
    if mapping.mode == "update":
        return ()
    filled = {rule.field for rules in mapping.columns.values() for rule in rules}
    filled |= mapping.constants.keys()
    return tuple(_missing(target, lists, filled))


def needed_faults(needed: Needed, mapping: FileMapping, told: Mapping[str, Any]) -> list[Fault]:
    """Return a question for each; `told` is what is known of the file (`header`, `samples`).

    Each says `field`, `label`, and the `columns` that might fill it.
    """
    return [_fault(path, field, _columns(field, mapping, told)) for path, field in needed]


def _missing(target: Object, lists: Lists, filled: Collection[str]) -> Iterator[tuple[str, Field]]:
    yield from ((f.key, f) for f in target.stored if _must_be_sent(f) and f.key not in filled)
    for holder, line in lists:
        if any(path.startswith(f"{holder.key}.") for path in filled):
            paths = ((f"{holder.key}.{f.key}", f) for f in line.stored if _must_be_sent(f))
            yield from ((path, field) for path, field in paths if path not in filled)


def _must_be_sent(field: Field) -> bool:
    unfilled = field.default is None and not field.read_only and field.type != "autonumber"
    return field.required and unfilled


def _columns(field: Field, mapping: FileMapping, told: Mapping[str, Any]) -> list[str]:
    """Columns left over whose values fit, then (for words) those that fill something already."""
    samples = told.get("samples", {})
    left = [name for name in told["header"] if name not in mapping.columns]
    fit = [name for name in left if looks_like(field.type, samples.get(name, ()))]
    if field.type in WORDS:
        fit = [*left, *(name for name in told["header"] if name in mapping.columns)]
    return list(dict.fromkeys([*fit, *left]))[:PROPOSED]


def _fault(path: str, field: Field, columns: list[str]) -> Fault:
    zh, en = field.label["zh-CN"], field.label["en"]
    return Fault(
        NEEDED,
        f"没有一列填写必填的“{zh}”：请选一列，或在 constants 里给所有行一个值；只更新已有记录时"
        "把 mode 改为 update。",
        f"'{en}' is required and no column fills it: choose one, or give all rows a value in"
        " 'constants'; to bring up to date only what is there, set 'mode' to update.",
        path="mapping.columns",
        extra={"field": path, "label": dict(field.label), "type": field.type, "columns": columns},
    )
