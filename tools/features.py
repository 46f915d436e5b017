"""The feature catalogue beside its proofs: which tests carry `@pytest.mark.feature("Z6")`.

`python tools/features.py` prints a table of every ID with its proving tests, then the counts.
IDs and names stand in docs/features.md, and what of a promise is still owed: as long as anything
is, its tests prove a part (`~`) only. A mark with an unknown ID is an error.
"""

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
CATALOGUE = ROOT / "docs" / "features.md"
_ROW = re.compile(r"\| *([A-Z]\d{1,2}) *\| *([^|]+?) *\|(?: *([^| ][^|]*?) *\|)?")


def catalogue() -> dict[str, str]:
    """Return names by ID, in the order of the page."""
    return {match[1]: match[2] for match in _rows()}


def owed() -> dict[str, str]:
    """Return what is still owed by ID, of features that are begun."""
    return {match[1]: match[3] for match in _rows() if match[3]}


def _rows() -> list[re.Match[str]]:
    text = CATALOGUE.read_text("utf-8")
    return [match for match in map(_ROW.match, text.splitlines()) if match]


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
    names, missing, found = catalogue(), owed(), proofs(ROOT / "tests")
    for identifier, name in names.items():
        tests = found.get(identifier, [])
        shown = f"~ owed: {missing[identifier]}" if identifier in missing else "".join(tests[:1])
        sys.stdout.write(f"{identifier:4} {name[:34]:34} {len(tests):3}  {shown or '–'}\n")
    begun = [identifier for identifier in names if identifier in found]
    part = sum(identifier in missing for identifier in begun)
    whole = len(begun) - part
    sys.stdout.write(f"\n{whole} of {len(names)} features are proven by tests, {part} in part.\n")
    unknown = sorted(set(found) - set(names))
    if unknown:
        sys.stderr.write(f"unknown feature IDs in tests: {', '.join(unknown)}\n")
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(run())
