"""Two companies with records, files, sealed history and jobs; a second, empty database to fill."""

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psycopg
import pytest_asyncio
from tests.conftest import ADMIN_PASSWORD
from tests.databases import create_database, drop_database, fresh_name, in_database
from tests.doors import open_client, sign_in

from changliu import main
from changliu.identity.provision import account_add
from changliu.jobs.service import enqueue
from changliu.kit.platform import Platform
from changliu.kit.postgres.launcher import Instance
from changliu.kit.postgres.migrations import create_workspace
from changliu.kit.postgres.workspaces import find_workspace
from changliu.kit.settings import Settings
from changliu.operations.backup.model import Done, Wish
from changliu.operations.backup.restore import restore
from changliu.operations.backup.service import back_up
from changliu.records.history.sealing.service import seal

CASE: dict[str, Any] = {
    "key": "case",
    "label": "案卷",
    "fields": [
        {"key": "name", "label": "名称", "type": "text"},
        {"key": "phone", "label": "电话", "type": "phone", "personal": True},
        {"key": "code", "label": "编号", "type": "autonumber", "pattern": "A-{0000}"},
        {"key": "papers", "label": "资料", "type": "file"},
    ],
}
CONTENTS = (b"%PDF-1.7\n contract", b"second paper " * 200_000)
OTHER_LOGIN = "zhang-of-the-other"


def quiet(text: str, done: int, total: int) -> None:
    """Hear progress without a word, and see that it is progress."""
    assert 0 <= done <= total, text


@dataclass
class Office:
    """An installation over a database of its own, with a data folder of its own."""

    platform: Platform
    instance: Instance

    async def back_up(self, file: Path, **wish: Any) -> Done:
        """Write a backup."""
        return await back_up(self.platform, main.chain(), Wish(file, **wish), quiet)


@pytest_asyncio.fixture(scope="module")
async def office(
    platform: Platform, cluster: Instance, tmp_path_factory: Any
) -> AsyncIterator[Office]:
    """Two companies; the first with records, files, a sealed history, a parked and a due job."""
    data = tmp_path_factory.mktemp("office")
    settings = Settings(data=data)
    own = replace(platform, settings=settings, registries=main.registries(settings))
    name = psycopg.conninfo.conninfo_to_dict(platform.database.owner_dsn)["dbname"]
    async with open_client(own) as client:
        await sign_in(client, "admin", ADMIN_PASSWORD)
        made = await client.post("/api/objects", json=CASE)
        assert made.status_code == 201, made.text
        for number, content in enumerate(CONTENTS):
            sent = await client.post("/api/files", files={"file": (f"{number}.pdf", content)})
            assert sent.status_code == 201, sent.text
            body = {"name": f"案{number}", "phone": "13800138000", "papers": [sent.json()["id"]]}
            made = await client.post("/api/records/case", json=body)
            assert made.status_code == 201, made.text
    await create_workspace(platform.database.owner_dsn, main.chain(), "另一家", "Asia/Shanghai")
    other = await find_workspace(own.database, "另一家")
    await account_add(own.database, other, OTHER_LOGIN, password="correct horse 9")
    first = await find_workspace(own.database, None)
    async with own.database.transaction(first) as tx:
        await enqueue(tx, "file.remove", {"digests": []})
        await seal(tx, data)
    yield Office(own, in_database(cluster, str(name)))


Restore = Callable[..., Awaitable[tuple[Instance, Path]]]


@pytest_asyncio.fixture
async def restored(cluster: Instance, tmp_path: Path) -> AsyncIterator[Restore]:
    """Restores an archive into a new database and folder; `restored(file, **wish)`."""
    made: list[str] = []

    async def into(file: Path, **wish: Any) -> tuple[Instance, Path]:
        name, data = fresh_name("restored"), tmp_path / f"data-{len(made)}"
        create_database(cluster, name, "template0")
        made.append(name)
        data.mkdir()
        instance = in_database(cluster, name)
        settings = Settings(data=data)
        await restore(settings, lambda _: instance, main.chain(), Wish(file, **wish), quiet)
        return instance, data

    yield into
    for name in made:
        drop_database(cluster, name)


_LEFT = ("changliu.session", "changliu.sign_in_attempt", "changliu.worker")


def picture(instance: Instance) -> dict[str, Any]:
    """Everything a database holds: rows by table, sequences, columns, indexes, rights, texts."""
    with psycopg.connect(instance.admin_dsn) as conn:
        like = "(n.nspname IN ('changliu', 'changliu_fx') OR n.nspname LIKE 'ws_%')"
        tables = conn.execute(
            f"SELECT n.nspname || '.' || c.relname FROM pg_class c"
            f" JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND {like}"
        ).fetchall()
        rows = {table: _rows(conn, table) for (table,) in tables if not _left(table)}
        about = {
            "sequences": "SELECT schemaname, sequencename, last_value, start_value, increment_by"
            " FROM pg_sequences WHERE schemaname LIKE 'ws_%' OR schemaname = 'changliu'",
            "columns": "SELECT table_schema, table_name, column_name, data_type, is_nullable,"
            " column_default, is_identity FROM information_schema.columns"
            " WHERE table_schema LIKE 'ws_%' OR table_schema = 'changliu'",
            "indexes": "SELECT schemaname, indexname, indexdef FROM pg_indexes"
            " WHERE schemaname LIKE 'ws_%' OR schemaname = 'changliu'",
            "rights": f"SELECT n.nspname, c.relname, (SELECT array_agg(a::text ORDER BY a::text)"
            f" FROM unnest(c.relacl) a) FROM pg_class c JOIN pg_namespace n"
            f" ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'S') AND {like}",
            "owners": f"SELECT n.nspname, c.relname, c.relowner::regrole::text FROM pg_class c"
            f" JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {like}"
            " AND c.relkind IN ('r', 'S', 'i')",
            "schemas": f"SELECT n.nspname, n.nspacl::text FROM pg_namespace n WHERE {like}",
            "new tables": "SELECT n.nspname, d.defaclobjtype::text, d.defaclacl::text"
            " FROM pg_default_acl d JOIN pg_namespace n ON n.oid = d.defaclnamespace",
            "checks": f"SELECT n.nspname, c.conname, pg_get_constraintdef(c.oid)"
            f" FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace WHERE {like}",
            "functions": f"SELECT n.nspname, pg_get_functiondef(p.oid) FROM pg_proc p"
            f" JOIN pg_namespace n ON n.oid = p.pronamespace WHERE {like}",
        }
        return {"rows": rows} | {
            what: sorted(map(str, conn.execute(query).fetchall())) for what, query in about.items()
        }


def _left(table: str) -> bool:
    return table in _LEFT or table.endswith(".job_running")


def _rows(conn: psycopg.Connection, table: str) -> tuple[int, str | None]:
    found = conn.execute(
        f"SELECT count(*), md5(string_agg(t::text, '\n' ORDER BY t::text)) FROM {table} t"
    ).fetchone()
    assert found is not None
    return found


def files_below(folder: Path) -> dict[str, str]:
    """Every file below a folder by its path: the SHA-256 of its bytes."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "incoming" not in path.parts
    }
