"""Which fields records are found by, and asking for their keys to be made again."""

from changliu.fields.model import Field
from changliu.jobs.service import enqueue
from changliu.kit.db import Tx
from changliu.schema.model import Object

KEYS = "search.keys"
# Found by unless a field says no; the others of text only where they say yes, or are the title.
BY_DEFAULT = frozenset({"text", "phone", "email", "code", "autonumber"})
TEXTS = BY_DEFAULT | {"long_text", "url"}
# Fields an object's records are found by at most: title first, then in their order.
MOST = 30


def searchable_fields(found: Object) -> tuple[Field, ...]:
    """Return the fields an object's records are found by, its title first; a line leads to its
    record."""
    wanted = [f for f in found.stored if _wanted(found, f)]
    wanted.sort(key=lambda f: f.id != found.title_field)
    return tuple(wanted[:MOST])


def is_searchable(found: Object, field: Field) -> bool:
    """Say whether records are found by a field."""
    return field in searchable_fields(found)


def _wanted(found: Object, field: Field) -> bool:
    if field.type not in TEXTS or field.searchable is False:
        return False
    return field.searchable or field.type in BY_DEFAULT or field.id == found.title_field


def shape_of(found: Object) -> dict[str, str]:
    """Return what keys are made of: by field id, where its values lie and of which type."""
    return {f.id: f"{f.column} {f.type}" for f in searchable_fields(found)}


async def ask_for_keys(tx: Tx) -> None:
    """Have the keys looked at once this transaction has committed."""
    await enqueue(tx, KEYS, {}, dedupe=KEYS)
