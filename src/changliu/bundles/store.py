"""The tables of installed bundles."""

from collections.abc import Mapping
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
    """Return key, version, digest, label, installed_at of every installed bundle."""
    query = "SELECT key, version, digest, label, installed_at FROM {schema}.bundle ORDER BY key"
    return await tx.dicts(_in(tx, query))


async def parts(tx: Tx, bundle: str) -> dict[PartName, dict[str, Any]]:
    """Return the bodies a bundle last installed, by (kind, key)."""
    query = "SELECT kind, key, body FROM {schema}.bundle_part WHERE bundle = %s"
    return {(row[0], row[1]): row[2] for row in await tx.rows(_in(tx, query), [bundle])}


async def save_bundle(tx: Tx, app: App, digest: str, member: UUID) -> None:
    """Note that this version of a bundle is installed."""
    query = (
        "INSERT INTO {schema}.bundle (key, version, digest, label, installed_at, installed_by)"
        " VALUES (%(key)s, %(version)s, %(digest)s, %(label)s, %(at)s, %(by)s)"
        " ON CONFLICT (key) DO UPDATE SET version = excluded.version, digest = excluded.digest,"
        " label = excluded.label, installed_at = excluded.installed_at,"
        " installed_by = excluded.installed_by"
    )
    values = {
        "key": app.key,
        "version": app.version,
        "digest": digest,
        "label": Jsonb(app.label),
        "at": tx.now,
        "by": member,
    }
    await tx.execute(_in(tx, query), values)


async def save_parts(tx: Tx, bundle: str, bodies: Mapping[PartName, dict[str, Any]]) -> None:
    """Note the bodies that were just installed."""
    query = (
        "INSERT INTO {schema}.bundle_part (bundle, kind, key, body) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (bundle, kind, key) DO UPDATE SET body = excluded.body"
    )
    rows = [(bundle, kind, key, Jsonb(body)) for (kind, key), body in bodies.items()]
    await tx.many(_in(tx, query), rows)
