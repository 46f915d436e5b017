"""Keys by which records match: one expression for the index and for who searches by it. Pure."""

import hashlib
from collections.abc import Sequence

from changliu.fields.model import Field
from changliu.fields.registry import FIELD_TYPES

# How two values of a field are compared; a value that has no key matches nothing.
METHODS = {
    "exact": "nullif(lower(normalize(btrim({}::text), NFKC)), '')",
    "email": "nullif(lower(btrim({}::text)), '')",
    "name": "changliu_fx.match_name({}::text)",
    "phone": "changliu_fx.match_phone({}::text)",
    "credit_code": "changliu_fx.match_credit_code({}::text)",
}
# Texts and keys of options for all; ids only exactly.
_TEXT, _ID = "text", "uuid"


def compares(field: Field, method: str) -> bool:
    """Say whether values of a field can be compared by a method."""
    storage = FIELD_TYPES[field.type].storage(field.settings)
    kind = storage.sql_type if storage else None
    return field.column is not None and (kind == _TEXT or (kind == _ID and method == "exact"))


def match_key(terms: Sequence[tuple[str, str]]) -> str:
    """Return the SQL of a record's key from (quoted column, method); NULL where a part is blank.

    The parts are hashed together: an index entry may not exceed 2.7 kB.
    """
    parts = [METHODS[method].format(column) for column, method in terms]
    # The separator is in no key: || gives NULL as soon as one part is.
    return f"md5({' || chr(31) || '.join(parts)})"


def index_name(table: str, expression: str) -> str:
    """Return the name of the index on a key: that of the table's number and of what it holds."""
    seen = hashlib.sha256(f"match {expression}".encode()).hexdigest()[:10]
    return f"x_{table.removeprefix('o_')}_{seen}"
