"""The three login roles, their passwords, and the DSN of each.

`changliu_owner` owns everything and changes tables, `changliu_app` only enters workspaces,
`changliu_eraser` alone may delete personal history.
"""

import base64
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from changliu.kit.errors import Unavailable
from changliu.kit.postgres.binaries import FLOOR
from changliu.kit.postgres.cluster import SUPERUSER

DATABASE = "changliu"
OWNER, APP, ERASER = "changliu_owner", "changliu_app", "changliu_eraser"
ROLES = {OWNER: "LOGIN CREATEROLE", APP: "LOGIN NOINHERIT", ERASER: "LOGIN NOINHERIT"}


def read_passwords(data: Path) -> dict[str, str]:
    """Return the generated passwords by role, made on first use in `secrets/database.json`."""
    folder = data / "secrets"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folder / "database.json"
    if file.exists():
        stored: dict[str, str] = json.loads(file.read_text("utf-8"))
        return stored
    passwords = {role: secrets.token_urlsafe(24) for role in (SUPERUSER, *ROLES)}
    fresh = folder / f"database-{secrets.token_hex(4)}"
    with os.fdopen(os.open(fresh, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "w") as stream:
        json.dump(passwords, stream)
        stream.flush()
        os.fsync(stream.fileno())
    fresh.rename(file)
    return passwords


def derived_passwords(url: str, stored: dict[str, str]) -> dict[str, str]:
    """Return the roles' passwords on an outside server: derived from the URL's own when it has one.

    So every machine with the same DATABASE_URL agrees without sharing a file.
    """
    given = conninfo_to_dict(url).get("password")
    if not given:
        return stored
    key = str(given).encode()
    return {role: _derive(key, role) for role in ROLES}


def dsn_for(base: str, role: str, passwords: dict[str, str], database: str | None = None) -> str:
    """Return `base` with a role's name and password, and another database when given."""
    changes = {"user": role, "password": passwords[role]}
    return make_conninfo(base, **changes, **({"dbname": database} if database else {}))


def ensure_database(dsn: str, major: int) -> None:
    """Create the program's database in a cluster of our own, when missing."""
    with psycopg.connect(dsn, autocommit=True) as conn:
        known = conn.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if known.fetchone() is None:
            locale = sql.SQL(
                " LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'"
                if major >= 17
                else " LOCALE 'C'"
            )
            create = sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'")
            conn.execute(create.format(sql.Identifier(DATABASE)) + locale)


def ensure_roles(dsn: str, passwords: dict[str, str]) -> None:
    """Make the login roles with these passwords and let the owner create in this database.

    Raises `Unavailable` in plain words when the server is too old or the login too weak.
    """
    try:
        with psycopg.connect(dsn, autocommit=True, connect_timeout=20) as conn:
            _check_server(conn)
            missing = _roles_to_set(conn, dsn, passwords)
            for role in missing:
                _set_role(conn, role, passwords[role])
            grant_database(conn)
    except psycopg.OperationalError as error:
        raise Unavailable(
            "database.down",
            f"连不上数据库：{error}。请检查 DATABASE_URL 与数据库是否已启动。",
            f"The database cannot be reached: {error}. Check DATABASE_URL and that it is running.",
        ) from error


def _check_server(conn: psycopg.Connection) -> None:
    version = conn.info.server_version // 10000
    if version < FLOOR:
        raise Unavailable(
            "database.version",
            f"数据库是 PostgreSQL {version}，需要 {FLOOR} 或更新版本。",
            f"The database is PostgreSQL {version}; {FLOOR} or newer is needed.",
        )
    allowed = conn.execute(
        "SELECT rolsuper OR (rolcreaterole AND has_database_privilege(current_database(),"
        " 'CREATE WITH GRANT OPTION')) FROM pg_roles WHERE rolname = current_user"
    ).fetchone()
    if not allowed or not allowed[0]:
        raise Unavailable(
            "database.rights",
            "DATABASE_URL 的登录角色须能建立角色（CREATEROLE）并拥有该数据库，"
            "或为超级用户；请换一个登录角色。",
            "The login of DATABASE_URL must be able to create roles (CREATEROLE) and own the"
            " database, or be a superuser: use another login.",
        )


def _roles_to_set(conn: psycopg.Connection, dsn: str, passwords: dict[str, str]) -> Iterable[str]:
    known = {row[0] for row in conn.execute("SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)",
                                            [list(ROLES)])}  # fmt: skip
    return [r for r in ROLES if r not in known or not _lets_in(dsn_for(dsn, r, passwords))]


def _lets_in(dsn: str) -> bool:
    try:
        psycopg.connect(dsn, connect_timeout=10).close()
    except psycopg.OperationalError:
        return False
    return True


def _set_role(conn: psycopg.Connection, role: str, password: str) -> None:
    """The password travels as a scram verifier, so no server log ever holds it."""
    name, options = sql.Identifier(role), sql.SQL(ROLES[role])
    verifier = conn.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256")
    known = conn.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    verb = sql.SQL("ALTER" if known else "CREATE")
    conn.execute(
        sql.SQL("{} ROLE {} {} PASSWORD {}").format(verb, name, options, verifier.decode())
    )


def grant_database(conn: psycopg.Connection) -> None:
    """Let the three roles, and nobody else, into the connection's database.

    Temporary tables are for all who are in: workspaces' roles stage large changesets in them.
    """
    database = sql.Identifier(conn.info.dbname)
    grants = (
        sql.SQL("REVOKE CONNECT ON DATABASE {} FROM PUBLIC").format(database),
        sql.SQL("GRANT TEMPORARY ON DATABASE {} TO PUBLIC").format(database),
        sql.SQL("GRANT CONNECT, CREATE, TEMPORARY ON DATABASE {} TO {}").format(
            database, sql.Identifier(OWNER)
        ),
        sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}, {}").format(
            database, sql.Identifier(APP), sql.Identifier(ERASER)
        ),
    )
    for grant in grants:
        conn.execute(grant)


def _derive(key: bytes, role: str) -> str:
    digest = hmac.digest(key, f"changliu/{role}".encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
