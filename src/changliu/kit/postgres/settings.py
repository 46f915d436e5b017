"""What the server says of itself."""

from changliu.kit.db import Database

_NAMES = ["server_version", "fsync", "full_page_writes", "synchronous_commit"]


async def server_settings(database: Database) -> dict[str, str]:
    """Return version and durability settings of the server by PostgreSQL's names."""
    query = "SELECT name, setting FROM pg_settings WHERE name = ANY(%s)"
    async with database.transaction(write=False) as tx:
        return {str(name): str(value) for name, value in await tx.rows(query, [_NAMES])}
