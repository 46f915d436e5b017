"""No failpoint without a kill: the names given to `reach` in the code are those the walks die at.

A new failpoint fails here until `points.KILLED` names it and a walk takes its steps from there.
"""

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from tests.walks.points import KILLED, PENDING

from changliu.records.changeset.steps import STEPS

ROOT = Path(__file__).parents[2]
# A plan in parts reaches the step each of its statements belongs to.
BY_VARIABLE = {"changliu.records.changeset.store.run": set(STEPS)}


def reached() -> dict[str, str]:
    """Every name given to `reach`, and the module that gives it."""
    found: dict[str, str] = {}
    for path in sorted((ROOT / "src").rglob("*.py")):
        text = path.read_text("utf-8")
        if "failpoints" in text and path.name != "failpoints.py":
            module = ".".join(path.relative_to(ROOT / "src").with_suffix("").parts)
            found |= dict.fromkeys(_names(ast.parse(text), module), module)
    return found


def _names(tree: ast.Module, module: str) -> Iterator[str]:
    loops = {
        each.target.id: [entry.value for entry in each.iter.elts]  # type: ignore[attr-defined]
        for each in ast.walk(tree)
        if isinstance(each, ast.For) and isinstance(each.iter, ast.Tuple)
        if isinstance(each.target, ast.Name)
    }
    for call in ast.walk(tree):
        if not (isinstance(call, ast.Call) and _is_reach(call.func)):
            continue
        [given] = call.args
        if isinstance(given, ast.Constant):
            yield str(given.value)
            continue
        assert isinstance(given, ast.Name), f"{module}: give reach() a name that can be read"
        known = getattr(import_module(module), given.id, None)
        if isinstance(known, str):
            yield known
        elif given.id in loops:
            yield from loops[given.id]
        else:
            yield from BY_VARIABLE[module]


def _is_reach(called: ast.expr) -> bool:
    if isinstance(called, ast.Attribute):
        return called.attr == "reach" and ast.unparse(called.value) == "failpoints"
    return isinstance(called, ast.Name) and called.id == "reach"


def test_every_failpoint_is_died_at_and_no_other() -> None:
    places, killed = reached(), {name for names in KILLED.values() for name in names}
    assert len(places) > 30
    silent = {name: places[name] for name in places.keys() - killed - PENDING}
    assert silent == {}, "no walk dies here: add it to points.KILLED and to a walk"
    assert killed - places.keys() == set(), "nothing in the code reaches this any more"


@pytest.mark.parametrize("walk", KILLED)
def test_every_walk_takes_its_steps_from_the_list(walk: str) -> None:
    use = re.compile(rf'KILLED\["{walk}"\]')
    users = [path for path in (ROOT / "tests").rglob("test_*.py") if use.search(path.read_text())]
    assert users, f"no test takes KILLED[{walk!r}]"


def test_a_kill_is_a_kill() -> None:
    """The names are armed in the two ways there are, and both end in SIGKILL."""
    text = (ROOT / "src/changliu/kit/failpoints.py").read_text("utf-8")
    assert "os.kill(os.getpid(), signal.SIGKILL)" in text
