"""Every failpoint of the code, by the walk that dies there.

A walk takes its steps from `KILLED`, so a name that stands here is one where a process is really
killed; tests/architecture/test_failpoints.py compares the names with the calls of `reach`.
"""

from changliu.bundles.service import INSTALLING
from changliu.jobs import batch
from changliu.notifications.delivery import TOLD
from changliu.records.changeset.steps import COMMITTED, STEPS
from changliu.records.history.sealing import service as sealing
from changliu.records.purging.service import STEP
from changliu.records.rollups.service import FILLING
from changliu.records.search.handlers import MAKING
from changliu.timers import loop
from changliu.transfer import engine as transfer

KILLED: dict[str, tuple[str, ...]] = {
    "backups": ("backup.snapshot", "backup.files", "backup.written"),
    "bundles": (INSTALLING,),
    "erasing": ("erase.blanked", "erase.deleted"),
    "files": ("file.received", "file.settled", "file.committed"),
    "imports": (transfer.BATCH, transfer.COMMITTED),
    "indexes": ("schema.index", "schema.ddl"),
    "jobs": tuple(step for step in batch.STEPS if step not in ("jobs.lease", "jobs.call")),
    "making": ("migrate.create",),
    "migrating": ("migrate.workspace",),
    "notifications": (TOLD, *(step for step in batch.STEPS[:4])),
    "outside": ("jobs.lease", "jobs.call"),
    "purging": (STEP,),
    "restoring": ("restore.marked", "restore.loaded", "restore.placed", "restore.settled"),
    "retyping": ("retype.fill", "retype.follow", "retype.swap"),
    "rollups": ("write", "rollup", "recheck"),
    "saves": (*STEPS, COMMITTED),
    "sealing": sealing.STEPS,
    "structure": ("schema.ddl",),
    "timers": loop.STEPS,
    "sweeping": ("schema.sweep",),
    "upkeep": ("schema.indexing", FILLING, MAKING),
}

# Failpoints whose walk is still to come; the list may only get shorter.
PENDING: frozenset[str] = frozenset()
