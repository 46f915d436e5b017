"""The feature catalogue beside its proofs: which tests carry `@pytest.mark.feature("Z6")`.

`python tools/features.py` prints a table of every ID with its proving tests, then the counts.
IDs and names stand in docs/features.md; a mark with an unknown ID is an error.
"""

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
CATALOGUE = ROOT / "docs" / "features.md"
_ROW = re.compile(r"\| *([A-Z]\d{1,2}) *\| *([^|]+?) *\|")


def catalogue() -> dict[str, str]:
    """Return names by ID, in the order of the page."""
    text = CATALOGUE.read_text("utf-8")
    return {match[1]: match[2] for match in map(_ROW.match, text.splitlines()) if match}


def proofs(folder: Path) -> dict[str, list[str]]:
    """Return the proving tests by feature ID: `tests/formula/test_cases.py::test_values`."""
    found: dict[str, list[str]] = defaultdict(list)
    for file in sorted(folder.rglob("*.py")):
        tree = ast.parse(file.read_text("utf-8"))
        for name, identifier in _marks(tree):
            found[identifier].append(f"{file.relative_to(folder.parent)}::{name}")
    return found


def _marks(tree: ast.Module) -> Iterator[tuple[str, str]]:
    whole = list(_module_marks(tree))
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        if not node.name.lower().startswith("test"):
            continue
        own = [identifier for d in node.decorator_list for identifier in _identifiers(d)]
        yield from ((node.name, identifier) for identifier in dict.fromkeys((*own, *whole)))


def _module_marks(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and "pytestmark" in ast.unparse(node.targets[0]):
            yield from _identifiers(node.value)


def _identifiers(node: ast.expr) -> Iterator[str]:
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and ast.unparse(call.func).endswith("mark.feature"):
            for argument in call.args:
                if isinstance(argument, ast.Constant):
                    yield str(argument.value)


def run() -> int:
    """Print the table; return 1 when a test names an unknown ID."""
    names, found = catalogue(), proofs(ROOT / "tests")
    for identifier, name in names.items():
        tests = found.get(identifier, [])
        shown = tests[0] if tests else "–"
        more = f"  (+{len(tests) - 1})" if len(tests) > 1 else ""
        sys.stdout.write(f"{identifier:4} {name[:34]:34} {len(tests):3}  {shown}{more}\n")
    proven = sum(identifier in found for identifier in names)
    sys.stdout.write(f"\n{proven} of {len(names)} features have a proving test.\n")
    unknown = sorted(set(found) - set(names))
    if unknown:
        sys.stderr.write(f"unknown feature IDs in tests: {', '.join(unknown)}\n")
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(run())
