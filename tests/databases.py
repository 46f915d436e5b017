"""Databases of the run's cluster: made from a template, dropped by force."""

import os
from dataclasses import replace
from itertools import count

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from changliu.kit.postgres import roles
from changliu.kit.postgres.launcher import Instance

_numbers = count(1)


def in_database(cluster: Instance, name: str) -> Instance:
    """Return the cluster with its DSNs pointing at one of its databases."""
    return replace(
        cluster,
        owner_dsn=make_conninfo(cluster.owner_dsn, dbname=name),
        app_dsn=make_conninfo(cluster.app_dsn, dbname=name),
        eraser_dsn=make_conninfo(cluster.eraser_dsn, dbname=name),
        admin_dsn=make_conninfo(cluster.admin_dsn, dbname=name),
    )


def fresh_name(kind: str) -> str:
    """Return a database name no other process of the run uses."""
    return f"{kind}_{os.getpid()}_{next(_numbers)}"


def create_database(cluster: Instance, name: str, template: str) -> None:
    """Copy a template into a new database that the three roles may enter."""
    with psycopg.connect(cluster.admin_dsn, autocommit=True) as conn:
        create = "CREATE DATABASE {} TEMPLATE {}"
        if template == "template0" and conn.info.server_version >= 170000:
            create += " LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'"
        conn.execute(sql.SQL(create).format(sql.Identifier(name), sql.Identifier(template)))
    with psycopg.connect(cluster.admin_dsn, dbname=name, autocommit=True) as conn:
        roles.grant_database(conn)


def drop_database(cluster: Instance, name: str) -> None:
    """Drop a database, cutting its connections."""
    with psycopg.connect(cluster.admin_dsn, autocommit=True) as conn:
        conn.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
