"""Failpoints: `CHANGLIU_CRASH_AT=<step>` kills the process there with SIGKILL (crash walks)."""

import os
import signal


class _Armed:
    """The step to die at, and how many passes to let go first (`step:3`)."""

    name, _, _count = os.environ.get("CHANGLIU_CRASH_AT", "").partition(":")
    passes = int(_count or 0)


def reach(step: str) -> None:
    """Mark that `step` was reached; die here, uncleanly, when the environment says so."""
    if _Armed.name != step:
        return
    if _Armed.passes > 0:
        _Armed.passes -= 1
        return
    os.kill(os.getpid(), signal.SIGKILL)
