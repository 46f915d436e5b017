"""The house as a whole: layers, house rules, generated pages, features named by tests."""

import subprocess
import sys
from pathlib import Path

import pytest
from tools import features, generate_docs, lint_house

from changliu.kit.migrate import read_baseline
from changliu.kit.settings import Settings
from changliu.main import ROOMS, chain, create_app, registries

ROOT = Path(__file__).parents[2]


def test_rooms_import_only_downwards() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_house_rules_hold(capsys: pytest.CaptureFixture[str]) -> None:
    assert lint_house.run() == 0, capsys.readouterr().out


@pytest.mark.parametrize("name", generate_docs.PAGES)
def test_generated_pages_are_current(name: str) -> None:
    page = (generate_docs.TARGET / name).read_text("utf-8")
    assert page.endswith(generate_docs.PAGES[name]()), "run make docs"


def test_the_baseline_is_current() -> None:
    assert read_baseline(chain()) is not None, "run make docs"


def test_feature_marks_are_in_the_catalogue() -> None:
    names = features.catalogue()
    assert len(names) == 100
    proofs = features.proofs(ROOT / "tests")
    assert set(proofs) <= set(names)
    # Only what is begun can be owed in part.
    assert set(features.owed()) <= set(proofs)


def test_every_room_with_migrations_is_in_the_chain() -> None:
    package = ROOT / "src" / "changliu"
    assert {path.parent.name for path in package.glob("*/migrations")} <= set(ROOMS)


def test_every_path_is_under_api() -> None:
    class Closed:
        """Stands for a platform that is never asked."""

        settings = Settings()
        registries = registries(Settings())

    paths = create_app(Closed()).openapi()["paths"]  # type: ignore[arg-type]
    assert len(paths) > 30
    assert [path for path in paths if not path.startswith("/api/")] == []
