"""Reading a search text with the same table its keys were made with."""

from collections.abc import Sequence
from uuid import UUID

from psycopg import sql

from changliu.kit.db import Tx
from changliu.records.search.wording import Sign, Wording, read_wording

_SIGNS = """
  SELECT coalesce(h.simple, x.c), h.reads[1]
  FROM unnest(string_to_array(lower(normalize(%s::text, NFKC)), NULL)) WITH ORDINALITY AS x(c, at)
  LEFT JOIN changliu_fx.hz h ON h.ch = x.c
  WHERE x.c COLLATE "C" > ' ' ORDER BY x.at"""
# Records up to which a search asks for rights record by record.
FEW = 200
_known: dict[str, frozenset[str]] = {}


async def wording_of(tx: Tx, text: str) -> Wording | None:
    """Return how a search text may be meant; None when it is blank."""
    signs = [Sign(ch, read) for ch, read in await tx.rows(_SIGNS, [text])]
    return read_wording(signs, await _syllables(tx))


async def _syllables(tx: Tx) -> frozenset[str]:
    """Every reading there is; the table changes with the program only."""
    name = tx.conn.info.dbname
    if name not in _known:
        query = "SELECT DISTINCT unnest(reads) FROM changliu_fx.hz"
        _known[name] = frozenset(row[0] for row in await tx.rows(query))
    return _known[name]


async def candidates(tx: Tx, wording: Wording, objects: Sequence[str]) -> list[UUID] | None:
    """Return every record of these objects (ids) that the text may find, whoever asks; None when
    they are more than `FEW`. Not to be told anybody: rights are asked next.
    """
    query = sql.SQL(
        "SELECT k.record FROM {schema}.search_key k WHERE k.keys @@ %s::tsquery"
        " AND k.spelled ~ %s AND k.object = ANY(%s) LIMIT %s"
    ).format(schema=sql.Identifier(tx.schema))
    values = [wording.keys(), wording.body, list(objects), FEW + 1]
    found = [row[0] for row in await tx.rows(query, values)]
    return found if len(found) <= FEW else None


async def spelled(tx: Tx, records: Sequence[UUID]) -> dict[UUID, str]:
    """Return the spelled texts of records."""
    query = sql.SQL("SELECT record, spelled FROM {schema}.search_key WHERE record = ANY(%s)")
    rows = await tx.rows(query.format(schema=sql.Identifier(tx.schema)), [list(records)])
    return {row[0]: row[1] for row in rows}
