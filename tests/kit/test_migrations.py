"""The migration runner: whole or not at all, resumable, several workspaces at once."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
import pytest_asyncio
from psycopg.conninfo import make_conninfo
from tests.databases import create_database, drop_database, fresh_name, in_database
from tests.walks.points import KILLED
from tools.generate_baseline import MODEL, dump

from changliu import main
from changliu.kit.db import Workspace
from changliu.kit.errors import Conflict, Unavailable
from changliu.kit.migrate import Chain, Migration, baseline_text, fill, load_chain
from changliu.kit.postgres.launcher import Instance
from changliu.kit.postgres.migrations import build_from_chain, create_workspace, migrate
from changliu.kit.postgres.workspaces import check_writable

CHAIN = main.chain()
RUN = """
import asyncio, sys
from changliu import main
from changliu.kit.migrate import Chain, Migration
from changliu.kit.postgres.migrations import create_workspace, migrate
extra = Migration("kit", 900, "extra", "CREATE TABLE {schema}.extra (id int)", False)
chain = Chain((*main.chain().migrations, extra))
if sys.argv[2] == "migrate":
    asyncio.run(migrate(sys.argv[1], chain, parallel=1))
else:
    asyncio.run(create_workspace(sys.argv[1], main.chain(), "killed", "UTC"))
"""


# Ends only when three have begun it. A sequence is counted up outside of every transaction.
MEETING = """
DO $$
BEGIN
    PERFORM nextval('changliu.met');
    FOR turn IN 1..3000 LOOP
        IF (SELECT last_value FROM changliu.met) >= 3 THEN RETURN; END IF;
        PERFORM pg_sleep(0.01);
    END LOOP;
    RAISE EXCEPTION 'alone';
END $$
"""


def longer(sql_text: str, room: str = "kit", number: int = 900) -> Chain:
    """The real chain with one more workspace migration."""
    return Chain((*CHAIN.migrations, Migration(room, number, "extra", sql_text, control=False)))


@pytest_asyncio.fixture
async def empty(cluster: Instance) -> AsyncIterator[Instance]:
    """An empty database of its own."""
    name = fresh_name("chain")
    create_database(cluster, name, "template0")
    yield in_database(cluster, name)
    drop_database(cluster, name)


@pytest_asyncio.fixture
async def installed(empty: Instance) -> Instance:
    """A migrated database with three workspaces."""
    await migrate(empty.owner_dsn, CHAIN)
    for name in ("甲", "乙", "丙"):
        await create_workspace(empty.owner_dsn, CHAIN, name, "Asia/Shanghai")
    return empty


def states(instance: Instance) -> list[tuple[str, str]]:
    with psycopg.connect(instance.admin_dsn) as conn:
        return conn.execute("SELECT schema, state FROM changliu.workspace ORDER BY id").fetchall()


def has_extra(instance: Instance) -> list[bool]:
    with psycopg.connect(instance.admin_dsn) as conn:
        query = "SELECT to_regclass(%s || '.extra') IS NOT NULL"
        return [
            conn.execute(query, [schema]).fetchone() == (True,) for schema, _ in states(instance)
        ]


async def test_running_twice_changes_nothing(installed: Instance) -> None:
    report = await migrate(installed.owner_dsn, CHAIN)
    assert (report.control, report.workspaces, report.failures) == (0, 0, ())


async def test_every_workspace_is_brought_up(installed: Instance) -> None:
    report = await migrate(installed.owner_dsn, longer("CREATE TABLE {schema}.extra (id int)"))
    assert report.workspaces == 3
    assert has_extra(installed) == [True, True, True]
    assert {state for _, state in states(installed)} == {"live"}


async def test_workspaces_run_side_by_side(installed: Instance) -> None:
    with psycopg.connect(installed.owner_dsn) as conn:
        conn.execute("CREATE SEQUENCE changliu.met")
    report = await migrate(installed.owner_dsn, longer(MEETING), parallel=3)
    assert (report.workspaces, report.failures) == (3, ())


async def test_two_runs_at_once_apply_each_file_once(installed: Instance) -> None:
    chain = longer("CREATE TABLE {schema}.extra (id int)")
    reports = await asyncio.gather(*(migrate(installed.owner_dsn, chain) for _ in range(3)))
    assert [report.failures for report in reports] == [(), (), ()]
    assert has_extra(installed) == [True, True, True]


async def test_a_workspace_that_fails_stays_readable_and_the_others_go_on(
    installed: Instance,
) -> None:
    with psycopg.connect(installed.admin_dsn, autocommit=True) as conn:
        conn.execute("CREATE TABLE ws_2.extra (id int)")
    chain = longer("CREATE TABLE {schema}.extra (id int)")
    report = await migrate(installed.owner_dsn, chain)
    assert [failure.workspace.name for failure in report.failures] == ["乙"]
    assert states(installed) == [("ws_1", "live"), ("ws_2", "migrating"), ("ws_3", "live")]
    with psycopg.connect(installed.admin_dsn, autocommit=True) as conn:
        reason = conn.execute("SELECT error FROM changliu.workspace WHERE id = 2").fetchone()
        assert reason is not None
        assert "already exists" in reason[0]
        conn.execute("DROP TABLE ws_2.extra")
    assert (await migrate(installed.owner_dsn, chain)).workspaces == 1
    assert {state for _, state in states(installed)} == {"live"}


def test_a_workspace_behind_refuses_writes_in_plain_words() -> None:
    with pytest.raises(Unavailable) as caught:
        check_writable("migrating")
    assert (caught.value.code, caught.value.status) == ("workspace.migrating", 503)
    check_writable("live")


async def test_killed_in_a_workspace_the_next_run_goes_on(installed: Instance) -> None:
    [step] = KILLED["migrating"]
    killed = _run(installed, "migrate", f"{step}:1")
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert has_extra(installed) == [True, False, False]
    assert [state for _, state in states(installed)] == ["live", "migrating", "live"]
    assert _run(installed, "migrate").returncode == 0
    assert has_extra(installed) == [True, True, True]
    assert {state for _, state in states(installed)} == {"live"}


async def test_killed_while_making_a_workspace_nothing_is_left(installed: Instance) -> None:
    [step] = KILLED["making"]
    assert _run(installed, "create", step).returncode == -signal.SIGKILL
    assert len(states(installed)) == 3
    with psycopg.connect(installed.admin_dsn) as conn:
        left = conn.execute("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'ws_%'")
        assert left.fetchone() == (3,)
    made = await create_workspace(installed.owner_dsn, CHAIN, "killed", "UTC")
    assert made.id > 3


async def test_a_file_changed_after_it_ran_is_refused(installed: Instance) -> None:
    await migrate(installed.owner_dsn, longer("CREATE TABLE {schema}.extra (id int)"))
    report = await migrate(installed.owner_dsn, longer("CREATE TABLE {schema}.other (id int)"))
    assert "kit/0900_extra.sql" in report.failures[0].reason
    control = replace(CHAIN.control[0], text="SELECT 1")
    with pytest.raises(Conflict) as caught:
        await migrate(installed.owner_dsn, Chain((control, *CHAIN.migrations[1:])))
    assert caught.value.code == "migration.changed"


async def test_a_name_is_taken_once(installed: Instance) -> None:
    with pytest.raises(Conflict) as caught:
        await create_workspace(installed.owner_dsn, CHAIN, "甲", "Asia/Shanghai")
    assert caught.value.code == "workspace.exists"


async def test_the_test_clock_cannot_come_late(installed: Instance) -> None:
    with pytest.raises(Conflict) as caught:
        await migrate(installed.owner_dsn, CHAIN, test_clock=True)
    assert caught.value.code == "test_clock.late"
    with psycopg.connect(installed.app_dsn) as conn, pytest.raises(psycopg.errors.Error):
        conn.execute("UPDATE changliu.test_clock SET shift = '1 day'")


async def test_functions_are_installed_when_their_text_changes(empty: Instance) -> None:
    def one(value: int) -> str:
        return f"CREATE OR REPLACE FUNCTION changliu_fx.one() RETURNS int RETURN {value}"

    for value in (1, 2):
        await migrate(empty.owner_dsn, replace(CHAIN, functions=one(value)))
        with psycopg.connect(empty.app_dsn) as conn:
            assert conn.execute("SELECT changliu_fx.one()").fetchone() == (value,)


async def test_the_baseline_makes_what_the_chain_makes(empty: Instance) -> None:
    await migrate(empty.owner_dsn, CHAIN)
    text = await dump(empty.owner_dsn, empty.admin_dsn, CHAIN)
    by_chain = shape(empty, MODEL.schema)
    baseline = baseline_text(CHAIN, text, MODEL.schema)
    with psycopg.connect(empty.owner_dsn, autocommit=True) as conn:
        conn.execute("DROP SCHEMA ws_1 CASCADE")
        conn.execute("CREATE SCHEMA ws_1")
        conn.execute(fill(baseline, "ws_1").encode())
    assert shape(empty, "ws_1") == by_chain
    assert len(by_chain) > 100


async def test_another_workspace_gets_the_same_tables(empty: Instance) -> None:
    await migrate(empty.owner_dsn, CHAIN)
    made = await create_workspace(empty.owner_dsn, CHAIN, "甲", "Asia/Shanghai")
    other = Workspace(made.id + 1, "乙", f"ws_{made.id + 1}")
    await build_from_chain(empty.owner_dsn, CHAIN, other)
    assert shape(empty, made.schema) == shape(empty, other.schema)


def test_numbers_of_a_room_run_without_gaps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "changliu" / "gappy" / "migrations"
    folder.mkdir(parents=True)
    (folder.parent / "__init__.py").touch()
    (folder / "0002_late.sql").write_text("SELECT 1")
    import_from = [*sys.modules["changliu"].__path__, str(tmp_path / "changliu")]
    monkeypatch.setattr(sys.modules["changliu"], "__path__", import_from)
    with pytest.raises(ValueError, match="0001_"):
        load_chain(["gappy"])


def test_only_workspace_schemas_are_filled_in() -> None:
    assert fill("{schema}.job TO {role}", "ws_7") == '"ws_7".job TO "ws_7"'
    with pytest.raises(ValueError, match="not a workspace"):
        fill("{schema}", 'x"; DROP')


def shape(instance: Instance, schema: str) -> list[str]:
    """Everything a workspace is made of, the schema's name left out, as sorted lines."""
    lines: list[str] = []
    dsn = make_conninfo(instance.admin_dsn, options="-c search_path=")
    with psycopg.connect(dsn) as conn:
        for query in SHAPE:
            rows = conn.execute(query, {"schema": schema}).fetchall()
            lines += [" ".join(map(str, row)).replace(schema, "ws") for row in rows]
        lines += [str(row) for row in conn.execute(f"SELECT * FROM {schema}.state").fetchall()]
    return sorted(lines)


_OF_SCHEMA = "c.relnamespace = %(schema)s::regnamespace"
SHAPE = (
    f"SELECT 'table', c.relname, c.relkind, c.reloptions, c.relowner::regrole,"
    f" (SELECT array_agg(a ORDER BY a) FROM unnest(c.relacl::text[]) a) FROM pg_class c"
    f" WHERE {_OF_SCHEMA}",
    f"SELECT 'column', c.relname, a.attname, a.attnotnull, a.attidentity, a.attgenerated,"
    f" format_type(a.atttypid, a.atttypmod), pg_get_expr(d.adbin, d.adrelid)"
    f" FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0"
    f" LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum"
    f" WHERE c.relkind = 'r' AND {_OF_SCHEMA}",
    f"SELECT 'index', pg_get_indexdef(c.oid) FROM pg_class c"
    f" WHERE c.relkind = 'i' AND {_OF_SCHEMA}",
    "SELECT 'constraint', conname, pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE connamespace = %(schema)s::regnamespace",
    "SELECT 'default', defaclobjtype,"
    " (SELECT array_agg(a ORDER BY a) FROM unnest(defaclacl::text[]) a)"
    " FROM pg_default_acl WHERE defaclnamespace = %(schema)s::regnamespace",
)


def _run(instance: Instance, verb: str, crash_at: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", RUN, instance.owner_dsn, verb],
        env={**os.environ, "CHANGLIU_CRASH_AT": crash_at},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
