"""A long result, read in pieces from one snapshot."""

from collections.abc import AsyncIterator
from itertools import count

from changliu.kit.db import Row, Tx
from changliu.records.query.model import Statement

_NUMBERS = count()


async def stream(tx: Tx, statement: Statement, size: int) -> AsyncIterator[list[Row]]:
    """Yield the rows of a statement, `size` at a time; the server keeps the rest.

    Other statements of the transaction may run in between.
    """
    # A cursor is planned for its first rows only, unless told that all of them are wanted.
    await tx.execute("SELECT set_config('cursor_tuple_fraction', '1', true)")
    async with tx.conn.cursor(name=f"stream_{next(_NUMBERS)}") as cursor:
        await cursor.execute(statement.text, statement.params)
        while rows := await cursor.fetchmany(size):
            yield rows
