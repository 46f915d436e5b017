"""House rules that no other tool sees. Each finding says where, what, and what to do instead.

Run it from anywhere; it reads the files git tracks. `python tools/lint_house.py` exits with 1 when
something is found and prints the share of comments at the end.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).parents[1]
FUNCTION_LINES, FILE_LINES, POSITIONAL = 60, 400, 5
VAGUE = {"utils", "util", "helpers", "helper", "manager", "base", "common", "misc", "v2"}
# Where SQL may be written and psycopg imported (design §2).
SQL_HOMES = (
    "src/changliu/*/store.py",
    "src/changliu/*/store/*.py",
    "src/changliu/*/*/store.py",
    "src/changliu/*/*/store/*.py",
    "src/changliu/schema/ddl.py",
    "src/changliu/formula/emit*",
    "src/changliu/kit/db.py",
    "src/changliu/kit/retry.py",
    "src/changliu/kit/postgres/*.py",
)
_CLOCK = re.compile(
    r"\bnow\(\)|\b(current_timestamp|current_date|localtimestamp|localtime)\b"
    r"|\b(clock|statement|transaction)_timestamp\(\)",
    re.IGNORECASE,
)
_SQL = re.compile(r"\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE|ALTER|VALUES|WHERE|DEFAULT)\b")
_COMMIT = re.compile(r"^\s*(COMMIT|END TRANSACTION)\b", re.IGNORECASE)
_MACHINE = re.compile(r"(?<![\w.~-])/(?:work|root|home)/[\w.-]+")
_REGISTRY = re.compile(r"--(?:extra-)?index-url|\bindex-url\s*=|https?://[^\s\"')]*/simple\b")


@dataclass(frozen=True, slots=True)
class Source:
    """A Python file: its path from the root, its text, its tree."""

    path: str
    text: str
    tree: ast.Module

    @property
    def product(self) -> bool:
        """Whether it ships."""
        return self.path.startswith("src/")


@dataclass(frozen=True, slots=True)
class Finding:
    """A broken rule at a line."""

    path: str
    line: int
    message: str


def file_size(source: Source) -> Iterator[Finding]:
    """A file is one noun, whole and small."""
    lines = source.text.count("\n")
    if lines > FILE_LINES:
        yield Finding(source.path, 1, f"{lines} lines (≤ {FILE_LINES}): find the second noun")


def function_size(source: Source) -> Iterator[Finding]:
    """A function fits a screen."""
    for node in _functions(source.tree):
        lines = (node.end_lineno or node.lineno) - node.lineno + 1
        if lines > FUNCTION_LINES:
            told = f"{node.name} has {lines} lines (≤ {FUNCTION_LINES}): split it"
            yield Finding(source.path, node.lineno, told)


def positional_parameters(source: Source) -> Iterator[Finding]:
    """More than five in a row cannot be read at the call."""
    for node in _functions(source.tree):
        names = [a.arg for a in (*node.args.posonlyargs, *node.args.args)]
        count = len([name for name in names if name not in ("self", "cls")])
        if count > POSITIONAL and source.product and not _is_route(node):
            told = f"{node.name} takes {count} in a row (≤ {POSITIONAL}): use keywords or a type"
            yield Finding(source.path, node.lineno, told)


def docstrings(source: Source) -> Iterator[Finding]:
    """Every module, and every public name that ships, says what it is."""
    if not ast.get_docstring(source.tree):
        yield Finding(source.path, 1, "no docstring: say in one paragraph what this file is")
    if not source.product:
        return
    for node in _public(source.tree):
        if not ast.get_docstring(node):
            yield Finding(source.path, node.lineno, f"{node.name} has no docstring: one line")


def names(source: Source) -> Iterator[Finding]:
    """A vague name gathers everything."""
    parts = set(Path(source.path).with_suffix("").parts)
    if vague := sorted(parts & VAGUE):
        yield Finding(source.path, 1, f"the name {vague[0]} says nothing: name the noun")


def one_committer(source: Source) -> Iterator[Finding]:
    """Only kit/db.py ends a transaction: one commit per request or job, at the edge."""
    if source.path == "src/changliu/kit/db.py" or not source.product:
        return
    told = "only kit/db.py commits: take a Tx and let its opener end it"
    for node in ast.walk(source.tree):
        called = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if called and node.func.attr == "commit":
            yield Finding(source.path, node.lineno, told)
    for line, text in _strings(source.tree):
        if _COMMIT.match(text):
            yield Finding(source.path, line, told)


def one_clock(source: Source) -> Iterator[Finding]:
    """SQL never asks the server what time it is: the test clock would not move it."""
    if not source.product:
        return
    for line, text in _strings(source.tree):
        found = _CLOCK.search(text)
        if found and (_SQL.search(text) or "::" in text):
            told = f"{found[0]} in SQL: pass kit.clock.now() or real() as a parameter"
            yield Finding(source.path, line, told)


def sql_at_home(source: Source) -> Iterator[Finding]:
    """psycopg stays where SQL lives."""
    if not source.product or any(fnmatch(source.path, home) for home in SQL_HOMES):
        return
    for node in ast.walk(source.tree):
        imported = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            imported = [node.module or ""]
        if any(name.partition(".")[0] in ("psycopg", "psycopg_pool") for name in imported):
            told = "psycopg outside a store: move the SQL to the room's store"
            yield Finding(source.path, node.lineno, told)


RULES: tuple[Callable[[Source], Iterator[Finding]], ...] = (
    file_size,
    function_size,
    positional_parameters,
    docstrings,
    names,
    one_committer,
    one_clock,
    sql_at_home,
)


def lint_python(path: str, text: str) -> list[Finding]:
    """Return what breaks the rules in one Python file."""
    source = Source(path, text, ast.parse(text, path))
    return [finding for rule in RULES for finding in rule(source)]


def lint_sql(path: str, text: str) -> list[Finding]:
    """Return every server clock in a SQL file, comments aside."""
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        if match := _CLOCK.search(line.partition("--")[0]):
            told = f"{match[0]}: no time defaults; the writer passes the instant"
            found.append(Finding(path, number, told))
    return found


def lint_text(path: str, text: str) -> list[Finding]:
    """Return paths of one machine and package registries, in any tracked file."""
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        for pattern, told in ((_MACHINE, "a path of one machine"), (_REGISTRY, "a registry")):
            if (match := pattern.search(line)) and not path.startswith("tools/lint_house"):
                found.append(Finding(path, number, f"{told}: {match[0]}"))
    return found


def comment_share(texts: list[str]) -> float:
    """Return the share of lines that are comments, in percent (aim: 2-5)."""
    lines = [line.strip() for text in texts for line in text.splitlines() if line.strip()]
    return 100 * sum(line.startswith("#") for line in lines) / max(1, len(lines))


def run() -> int:
    """Lint every tracked file; return the exit code."""
    findings: list[Finding] = []
    shipped: list[str] = []
    for path in _tracked():
        text = _read(ROOT / path)
        if text is None:
            continue
        findings += lint_text(path, text)
        if path.endswith(".py"):
            findings += lint_python(path, text)
            shipped += [text] if path.startswith("src/") else []
        elif path.endswith(".sql"):
            findings += lint_sql(path, text)
    for finding in sorted(findings, key=lambda f: (f.path, f.line)):
        sys.stdout.write(f"{finding.path}:{finding.line}: {finding.message}\n")
    sys.stdout.write(f"comments: {comment_share(shipped):.1f} % of shipped lines\n")
    return 1 if findings else 0


def _tracked() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return listed.stdout.splitlines()


def _read(path: Path) -> str | None:
    try:
        return path.read_text("utf-8")
    except (UnicodeDecodeError, OSError):
        return None


def _functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _public(
    tree: ast.Module,
) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            if node.name.startswith("_"):
                continue
            yield node
            yield from _public_methods(node)


def _public_methods(node: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    if not isinstance(node, ast.ClassDef):
        return
    for part in node.body:
        known = isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef)
        if known and not part.name.startswith("_") and not _repeats(part):
            yield part


def _repeats(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Setters and overloads repeat a name that is explained elsewhere."""
    text = " ".join(ast.unparse(decorator) for decorator in node.decorator_list)
    return ".setter" in text or "overload" in text


def _is_route(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """FastAPI calls routes by keyword."""
    return any(re.match(r"\w*router\.", ast.unparse(d)) for d in node.decorator_list)


def _strings(tree: ast.Module) -> Iterator[tuple[int, str]]:
    prose = {id(doc) for node in ast.walk(tree) if (doc := _docstring_node(node)) is not None}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield node.lineno, node.value


def _docstring_node(node: ast.AST) -> ast.Constant | None:
    body = getattr(node, "body", None)
    if not isinstance(body, list) or not body or not isinstance(body[0], ast.Expr):
        return None
    value = body[0].value
    return value if isinstance(value, ast.Constant) else None


if __name__ == "__main__":
    sys.exit(run())
