"""The house lint catches what it says it catches, and leaves the rest alone."""

import pytest
from tools.lint_house import comment_share, lint_python, lint_sql, lint_text

HEAD = '"""A file."""\n'
ROOM = "src/changliu/views/service.py"


def messages(text: str, path: str = ROOM) -> str:
    return "\n".join(finding.message for finding in lint_python(path, HEAD + text))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("def f() -> None:\n    " + "\n    ".join(["x = 1"] * 61), "f has 62 lines"),
        ("\n" * 401, "find the second noun"),
        ('def f(a, b, c, d, e, g) -> None:\n    """Do."""', "takes 6 in a row"),
        ("def shown() -> None:\n    pass", "shown has no docstring"),
        ('class A:\n    """A."""\n    def b(self): ...', "b has no docstring"),
        ("import psycopg", "psycopg outside a store"),
        ("from psycopg_pool import AsyncConnectionPool", "psycopg outside a store"),
        ("conn.commit()", "only kit/db.py commits"),
        ("tx.execute('COMMIT')", "only kit/db.py commits"),
        ("Q = 'UPDATE job SET run_at = now()'", "now() in SQL"),
        ("Q = 'SELECT current_timestamp'", "current_timestamp in SQL"),
        ("Q = f'{x} > now()::date'", "now() in SQL"),
    ],
)
def test_a_broken_rule_is_found(text: str, told: str) -> None:
    assert told in messages(text)


@pytest.mark.parametrize(
    "text",
    [
        "def _hidden() -> None:\n    pass",
        'NAMES = ("NOW()", "TODAY()")',
        'def f(a: int, *, b: int, c: int, d: int, e: int, g: int) -> None:\n    """Do."""',
        'def f(self, a, b, c, d, e) -> None:\n    """Do."""',
        'def f() -> None:\n    """SELECT now() is never written."""',
        '@router.get("")\ndef f(a, b, c, d, e, g) -> None:\n    """Do."""',
    ],
)
def test_what_is_allowed_passes(text: str) -> None:
    assert messages(text) == ""


@pytest.mark.parametrize(
    "path",
    [
        "src/changliu/jobs/store.py",
        "src/changliu/records/changeset/store/text.py",
        "src/changliu/schema/ddl.py",
        "src/changliu/formula/emitter/core.py",
        "src/changliu/kit/db.py",
        "src/changliu/kit/postgres/roles.py",
        "tests/jobs/test_worker.py",
    ],
)
def test_sql_has_its_homes(path: str) -> None:
    assert "psycopg" not in messages("import psycopg", path)


def test_vague_names_are_found() -> None:
    assert "says nothing" in messages("", "src/changliu/views/utils.py")


def test_time_defaults_in_sql_files_are_found() -> None:
    found = lint_sql("a.sql", "-- now() in prose\nCREATE TABLE a (at timestamptz DEFAULT now())")
    assert [finding.line for finding in found] == [2]


def test_machine_paths_and_registries_are_found() -> None:
    text = (
        "see /ro"
        + "ot/notes\npip --index-"
        + "url https://mirror.example/si"
        + "mple\nhttps://example.org/a"
    )
    assert [finding.line for finding in lint_text("a.md", text)] == [1, 2]


def test_comments_are_counted() -> None:
    assert comment_share(["# why\na = 1\n\nb = 2\nc = 3\n"]) == 25
