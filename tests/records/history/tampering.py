"""Altering one character of one value of sealed rows, whatever its type."""

import psycopg

# Table and column of everything a seal covers.
COLUMNS = (
    *(("history", c) for c in ("seq", "changeset", "object", "record", "version", "op", "at",
                               "actor", "via", "diff", "definitions")),
    *(("changeset", c) for c in ("id", "at", "actor", "via", "reason", "changes")),
    *(("seal", c) for c in ("number", "first", "last", "entries", "root", "prev", "at", "key",
                            "signature", "leaves")),
)  # fmt: skip
ALPHABET = '0123456789abcdefxyz"{}:-. 值'


async def tamper(tx, place, chance):
    """Alter a random character of a random row; return the entries it may be found at.

    None when the database refused the value or nothing changed. A finding about a seal has no
    entry.
    """
    table, column = place
    key = {"history": "seq", "changeset": "id", "seal": "number"}[table]
    rows = await tx.rows(
        f"SELECT {key}, {column}::text FROM {table} WHERE {column} IS NOT NULL ORDER BY 1"
    )
    kind = (await tx.rows(f"SELECT pg_typeof({column})::text FROM {table} LIMIT 1"))[0][0]
    for _ in range(50):
        row, text = chance.choice(rows)
        at = chance.randrange(len(text))
        altered = text[:at] + chance.choice(ALPHABET) + text[at + 1 :]
        if await _put(tx, (table, column, key), row, (altered, kind)) != text:
            return await _entries(tx, table, row, altered if column == "seq" else None)
    return None


async def _put(tx, where, row, value):
    """Write the value if the database takes it; return what is then stored, as text."""
    table, column, key = where
    entries = None
    if table == "changeset":
        entries = await tx.rows("SELECT seq FROM history WHERE changeset = %s", [row])
        if not entries:
            return (await tx.rows(f"SELECT {column}::text FROM {table} WHERE id = %s", [row]))[0][0]
    try:
        async with tx.savepoint():
            text = f"UPDATE {table} SET {column} = %s::{value[1]} WHERE {key} = %s"
            got = await tx.rows(f"{text} RETURNING {column}::text", [value[0], row])
            return got[0][0]
    except (psycopg.DataError, psycopg.IntegrityError):
        return (await tx.rows(f"SELECT {column}::text FROM {table} WHERE {key} = %s", [row]))[0][0]


async def _entries(tx, table, row, moved):
    if table == "seal":
        return {None}
    if table == "history":
        return {row, int(moved)} if moved else {row}
    # The changeset's id may itself be what was altered: its entries now have none.
    found = await tx.rows("SELECT seq FROM history WHERE changeset = %s", [row])
    return {entry for (entry,) in found}
