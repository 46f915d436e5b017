"""The tables of installed bundles."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, LiteralString
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb

from changliu.bundles.model import App
from changliu.kit.db import Tx

PartName = tuple[str, str]


def _in(tx: Tx, query: LiteralString) -> sql.Composed:
    return sql.SQL(query).format(schema=sql.Identifier(tx.schema))


async def installed(tx: Tx) -> list[dict[str, Any]]:
    """Return key, version, digest, label, about, installed_at of every installed bundle."""
    query = (
        "SELECT key, version, digest, label, about, installed_at FROM {schema}.bundle"
        " WHERE removed_at IS NULL ORDER BY key"
    )
    return await tx.dicts(_in(tx, query))


async def parts(tx: Tx, bundle: str) -> dict[PartName, dict[str, Any]]:
    """Return the bodies a bundle last installed, by (kind, key), while it is installed."""
    query = "SELECT kind, key, body FROM {schema}.bundle_part WHERE bundle = %s AND NOT gone"
    return {(row[0], row[1]): row[2] for row in await tx.rows(_in(tx, query), [bundle])}


async def ever(tx: Tx, bundle: str) -> set[PartName]:
    """Return kind and key of every part that any install of a bundle brought."""
    query = "SELECT kind, key FROM {schema}.bundle_part WHERE bundle = %s"
    return {(row[0], row[1]) for row in await tx.rows(_in(tx, query), [bundle])}


async def save_bundle(tx: Tx, app: App, digest: str, member: UUID) -> None:
    """Note that this version of a bundle is installed."""
    query = (
        "INSERT INTO {schema}.bundle"
        " (key, version, digest, label, about, installed_at, installed_by)"
        " VALUES (%(key)s, %(version)s, %(digest)s, %(label)s, %(about)s, %(at)s, %(by)s)"
        " ON CONFLICT (key) DO UPDATE SET version = excluded.version, digest = excluded.digest,"
        " label = excluded.label, about = excluded.about, installed_at = excluded.installed_at,"
        " installed_by = excluded.installed_by, removed_at = NULL"
    )
    values = {
        "key": app.key,
        "version": app.version,
        "digest": digest,
        "label": Jsonb(app.label),
        "about": Jsonb(app.model_dump(mode="json", exclude_none=True)),
        "at": tx.now,
        "by": member,
    }
    await tx.execute(_in(tx, query), values)


async def save_parts(tx: Tx, bundle: str, bodies: Mapping[PartName, dict[str, Any]]) -> None:
    """Note the bodies that were just installed."""
    query = (
        "INSERT INTO {schema}.bundle_part (bundle, kind, key, body) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (bundle, kind, key) DO UPDATE SET body = excluded.body,"
        " gone = false"
    )
    rows = [(bundle, kind, key, Jsonb(body)) for (kind, key), body in bodies.items()]
    await tx.many(_in(tx, query), rows)


async def drop_parts(tx: Tx, bundle: str, names: Iterable[PartName]) -> None:
    """Note that a bundle no longer has some of its parts."""
    query = (
        "UPDATE {schema}.bundle_part SET gone = true WHERE bundle = %s AND kind = %s AND key = %s"
    )
    await tx.many(_in(tx, query), [(bundle, kind, key) for kind, key in names])


async def remove_bundle(tx: Tx, bundle: str) -> None:
    """Note that a bundle is no longer installed, with all its parts."""
    query = "UPDATE {schema}.bundle SET removed_at = %s WHERE key = %s"
    await tx.execute(_in(tx, query), [tx.now, bundle])
    query = "UPDATE {schema}.bundle_part SET gone = true WHERE bundle = %s"
    await tx.execute(_in(tx, query), [bundle])


async def owners(tx: Tx, names: Collection[PartName]) -> dict[PartName, str]:
    """Return which installed bundle brought each definition, of those a bundle brought."""
    query = """
      SELECT p.kind, p.key, p.bundle FROM {schema}.bundle_part AS p
      JOIN unnest(%s::text[], %s::text[]) AS n(kind, key) ON n.kind = p.kind AND n.key = p.key
      WHERE NOT p.gone"""
    values = [[kind for kind, _ in names], [key for _, key in names]]
    return {(kind, key): bundle for kind, key, bundle in await tx.rows(_in(tx, query), values)}


async def forget_parts(tx: Tx, bundle: str, names: Iterable[PartName]) -> None:
    """Forget that a bundle ever brought these parts: nothing is left to bring back."""
    query = "DELETE FROM {schema}.bundle_part WHERE bundle = %s AND kind = %s AND key = %s"
    await tx.many(_in(tx, query), [(bundle, kind, key) for kind, key in names])
