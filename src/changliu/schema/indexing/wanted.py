"""Which indexes there should be: at most 12 an object, of values a row has by itself. Pure."""

import hashlib
import re
from dataclasses import dataclass

from changliu.fields.model import Field
from changliu.fields.registry import FIELD_TYPES
from changliu.formula import EmitEnv, emit
from changliu.formula.model import Column, Kind, Node
from changliu.formula.world import FieldFact
from changliu.schema.model import Catalogue, Object

MOST = 12
# A B-tree entry holds at most 2,700 bytes; a character takes up to 4.
LONGEST = 600
_ORDERED = (Kind.NUMBER, Kind.DATE, Kind.DATETIME, Kind.BOOL, Kind.CHOICE, Kind.REF)
# Types of text whose values are short by nature.
_SHORT = ("phone", "email")
_UNFIT = ("这种类型的值不能建索引", "values of this type cannot be indexed")
# A value bound when the statement runs: the time, the member.
_BOUND = re.compile(r"(?<!%)%\(").search


@dataclass(frozen=True, slots=True)
class Wanted:
    """An index that should be there: `expression` is SQL over the table's own columns."""

    name: str
    table: str
    expression: str
    method: str


def wanted_indexes(found: Catalogue, timezone: str) -> list[Wanted]:
    """Return every index the catalogue asks for, in order; dates are those of the time zone."""
    made = []
    for item in found.objects:
        marked = [
            f for f in item.fields if f.indexed and obstacle(found, item, f, timezone) is None
        ]
        made += [_wanted(found, item, field, timezone) for field in marked[:MOST]]
    return made


def obstacle(found: Catalogue, item: Object, field: Field, timezone: str) -> tuple[str, str] | None:
    """Return why a field cannot have an index, in both languages; None when it can."""
    return unsuitable(field, found.world.object(item.id).fields[field.id]) or _not_its_own(
        found, item, field, timezone
    )


def unsuitable(field: Field, fact: FieldFact) -> tuple[str, str] | None:
    """Return why values of this kind cannot be indexed, None when they can."""
    storage = FIELD_TYPES[field.type].storage(field.settings)
    if storage is not None and storage.index != "btree":
        return None if storage.index == "gin" else _UNFIT
    if fact.kind in _ORDERED or field.type in _SHORT:
        return None
    if field.type == "text" and getattr(field.settings, "max_length", LONGEST + 1) <= LONGEST:
        return None
    if fact.kind is Kind.TEXT:
        return (
            f"文本可能过长；请用单行文本并把最大长度设为 {LONGEST} 以内",
            f"the texts may be too long; use a line of text of at most {LONGEST} characters",
        )
    return _UNFIT


def _not_its_own(
    found: Catalogue, item: Object, field: Field, timezone: str
) -> tuple[str, str] | None:
    """Another row, the clock or the reader in the value: an index cannot hold it."""
    env = EmitEnv(prefix="x", timezone=timezone)
    made = emit(
        _node(field), found.world, object_id=item.id, env=env, alias=item.table, inline=True
    )
    if _BOUND(made.text) or env.joins.all() or "SELECT" in made.text:
        return (
            "它读取其他记录、当前时间或当前成员，不能建索引",
            "it reads other records, the time or the member, which no index can hold",
        )
    return None


def _wanted(found: Catalogue, item: Object, field: Field, timezone: str) -> Wanted:
    env = EmitEnv(prefix="x", timezone=timezone)
    made = emit(
        _node(field), found.world, object_id=item.id, env=env, alias=item.table, inline=True
    )
    storage = FIELD_TYPES[field.type].storage(field.settings)
    method = storage.index if storage and storage.index else "btree"
    seen = hashlib.sha256(f"{method} {made.plain}".encode()).hexdigest()[:10]
    number = field.id.removeprefix("f_")
    return Wanted(f"x_{number}_{seen}", item.table, made.plain, method)


def _node(field: Field) -> Node:
    return Column((field.id,))
