"""Keys by which records match: one expression for the index and for who searches by it. Pure."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from changliu.fields.model import Field
from changliu.fields.registry import FIELD_TYPES


@dataclass(frozen=True, slots=True)
class Method:
    """How two values are compared: their `key` (SQL, NULL matches nothing), or `several`, of which
    two that are alike share one. `alike` says how much they are, from 0 to 1; without it wholly.
    """

    key: str
    several: bool = False
    alike: str | None = None


METHODS = {
    "exact": Method("nullif(lower(normalize(btrim({}::text), NFKC)), '')"),
    "simplified": Method("nullif(lower(btrim(changliu_fx.simplified({}::text))), '')"),
    "email": Method("nullif(lower(btrim({}::text)), '')"),
    "name": Method("changliu_fx.match_firm({}::text)", alike="changliu_fx.alike_name"),
    "phone": Method("changliu_fx.match_phone({}::text)"),
    "credit_code": Method("changliu_fx.match_credit_code({}::text)"),
    "pinyin": Method("changliu_fx.match_readings({}::text)", True, "changliu_fx.alike_pinyin"),
    "near": Method("changliu_fx.match_near({}::text)", True, "changliu_fx.alike_near"),
}
# Texts and keys of options for all; ids only exactly.
_TEXT, _ID = "text", "uuid"
# A quoted column and the method it is compared by.
Term = tuple[str, str]


def compares(field: Field, method: str) -> bool:
    """Say whether values of a field can be compared by a method."""
    storage = FIELD_TYPES[field.type].storage(field.settings)
    kind = storage.sql_type if storage else None
    return field.column is not None and (kind == _TEXT or (kind == _ID and method == "exact"))


def has_several(terms: Sequence[Term]) -> bool:
    """Say whether a record has several keys of these terms: then two match that share one."""
    return any(METHODS[method].several for _, method in terms)


def match_key(terms: Sequence[Term]) -> str:
    """Return the SQL of a record's key, or of its keys (text[]); NULL where a part is blank.

    The parts are hashed together: an index entry may not exceed 2.7 kB. Of terms with several keys
    the first is looked for; `likeness` holds the others against what is found.
    """
    parts = [METHODS[m].key.format(column) for column, m in terms if not METHODS[m].several]
    # The separator is in no key: || gives NULL as soon as one part is.
    whole = f"md5({' || chr(31) || '.join(parts)})" if parts else None
    several = [METHODS[m].key.format(column) for column, m in terms if METHODS[m].several]
    if not several:
        return whole or "NULL::text"
    return several[0] if whole is None else f"changliu_fx.match_with({whole}, {several[0]})"


def matches(terms: Sequence[Term], one: str, two: str) -> str:
    """Return the condition that two keys of these terms match."""
    return f"{one} {'&&' if has_several(terms) else '='} {two}"


def likeness(pairs: Sequence[tuple[str, str, str]]) -> list[str]:
    """Return, per (column of one, column of the other, method), the SQL of how alike they are.

    Records are as alike as the term in which they are least; NULL says not at all.
    """
    alikes = [(one, two, METHODS[method].alike) for one, two, method in pairs]
    return [f"{f}({one}::text, {two}::text)" if f else "1.0" for one, two, f in alikes]


def alike_enough(pairs: Sequence[tuple[str, str, str]], least: float) -> str | None:
    """Return the condition that records whose keys match are alike by at least `least`; None where
    equal keys say so already."""
    several = any(METHODS[method].several for _, _, method in pairs)
    if not several and not (least > 0 and any(METHODS[m].alike for _, _, m in pairs)):
        return None
    asked = [each for each in likeness(pairs) if each != "1.0"]
    return " AND ".join(f"{each} >= {max(least, 0.01):.2f}" for each in asked)


def index_name(table: str, expression: str) -> str:
    """Return the name of the index on a key: that of the table's number and of what it holds."""
    seen = hashlib.sha256(f"match {expression}".encode()).hexdigest()[:10]
    return f"x_{table.removeprefix('o_')}_{seen}"
