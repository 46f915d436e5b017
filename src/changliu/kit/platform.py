"""What a running process holds: its database, its settings, and the registries main.py filled."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from changliu.kit.db import Database
from changliu.kit.settings import Settings

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Platform:
    """One per process; routes reach it as `request.app.state.platform`."""

    database: Database
    settings: Settings
    registries: Mapping[type, object] = field(default_factory=dict)

    def registry(self, kind: type[R]) -> R:
        """Return the registry of a class; raises LookupError when main.py registers none."""
        found = self.registries.get(kind)
        if not isinstance(found, kind):
            raise LookupError(f"main.py registers no {kind.__name__}")
        return found


def bundles_folder() -> Path:
    """Return the folder of the bundles that ship with the program (`apps/`).

    A wheel carries it inside the package; a checkout has it beside `src`.
    """
    package = Path(__file__).parents[1]
    inside = package / "apps"
    return inside if inside.is_dir() else package.parents[1] / "apps"
