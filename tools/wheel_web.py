"""Hatch's hook: a wheel carries the built web app (`changliu/web`); an editable install does not.

It builds the app first unless a fresh build is there, so a wheel never ships without its pages.
"""

import subprocess
import sys
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Called by hatchling before it packs a wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the web app and name its folder; raises `CalledProcessError` when that fails."""
        if version == "editable":
            return
        subprocess.run([sys.executable, "-m", "tools.build_web"], cwd=self.root, check=True)
        build_data["force_include"]["web/dist"] = "changliu/web"
