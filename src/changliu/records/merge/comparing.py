"""What a merge would choose between: the records' values side by side, as the caller reads."""

from collections.abc import Mapping
from typing import Any

from changliu.records.changeset.model import Change
from changliu.records.context import Context
from changliu.records.query.service import fetch

Json = dict[str, Any]


async def compare(context: Context, change: Change, taken: Mapping[str, str]) -> list[Json]:
    """Return `{field, mine, theirs: {id: value}, taken}` of fields in which merged records differ.

    `mine` is the value of the record that stays, `taken` whose value it will have: `survivor`, an
    id, or `combined`. Values are what the caller reads; a record that is not read has none.
    """
    target = context.catalogue.object(change.object)
    ids = [change.id, *change.sources]
    wanted = [each for each in ids if each is not None]
    rows = await fetch(context.tx, context.access, context.catalogue, target, wanted)
    read = {row["id"]: _values(row) for row in rows}
    mine = read.pop(str(change.id), {})
    keys = dict.fromkeys(key for values in (mine, *read.values()) for key in values)
    found = []
    for key in keys:
        theirs = {id_: values[key] for id_, values in read.items() if values.get(key) is not None}
        if any(value != mine.get(key) for value in theirs.values()):
            whose = taken.get(key) or "survivor"
            found.append({"field": key, "mine": mine.get(key), "theirs": theirs, "taken": whose})
    return found


def _values(row: Any) -> Json:
    return {"owner": row.get("owner"), "team": row.get("team"), **row["values"]}
