"""Figures of the server itself."""

from typing import Any

from changliu.kit.db import Tx

_SIZE = "SELECT pg_database_size(current_database())"
_CHANGESETS = (
    "SELECT schemaname::text, n_tup_ins FROM pg_stat_user_tables"
    " WHERE relname = 'changeset' AND schemaname ~ '^ws_[0-9]+$' ORDER BY 1"
)


async def figures(tx: Tx) -> dict[str, Any]:
    """Return `{bytes, changesets: {schema: written since statistics began}}`; cheap."""
    row = await tx.row(_SIZE)
    written = {str(schema): int(count) for schema, count in await tx.rows(_CHANGESETS)}
    return {"bytes": row[0] if row else 0, "changesets": written}
