"""The jobs of maintained roll-ups: one batch each, then the next is written down."""

import logging
from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

from changliu.events.service import emit
from changliu.jobs.model import Cron, Handler, Job
from changliu.jobs.service import enqueue
from changliu.kit.db import Tx
from changliu.records.rollups.service import Drift, fill, reconcile
from changliu.records.rollups.store import note_drift
from changliu.schema.filling import FILL

RECONCILE = "rollup.reconcile"
# At night, when few write.
CRONS = (Cron(RECONCILE, "20 3 * * *", RECONCILE),)
DRIFTED = "rollup.drifted"
log = logging.getLogger(__name__)


def handlers(data: Path) -> Mapping[str, Handler]:  # noqa: ARG001 -- the registry's protocol
    """Return the handlers; they keep nothing in the data folder."""
    return {FILL: fill_batch, RECONCILE: reconcile_batch}


async def fill_batch(tx: Tx, job: Job) -> None:  # noqa: ARG001 -- where it stands is in a table
    """Fill one batch of what is not filled."""
    more = await fill(tx)
    if more:
        await enqueue(tx, FILL, {}, dedupe=f"{FILL}:more")


async def reconcile_batch(tx: Tx, job: Job) -> None:
    """Compare one batch, say what was wrong, and go on with the next."""
    payload = job.payload
    after = UUID(payload["after"]) if payload.get("after") else None
    drift, left = await reconcile(tx, payload.get("field"), after)
    if drift is not None:
        await _report(tx, drift)
    if left is not None:
        field, parent = left
        going_on = {"field": field, "after": str(parent) if parent else None}
        await enqueue(tx, RECONCILE, going_on, dedupe=f"{RECONCILE}:more")


async def _report(tx: Tx, drift: Drift) -> None:
    log.error(
        "roll-up %s of %s had drifted in %s records; put right",
        drift.field, drift.object, drift.parents,
    )  # fmt: skip
    await note_drift(tx, (drift.object, drift.field, drift.parents))
    told = {"object": drift.object, "field": drift.field, "records": drift.parents}
    await emit(tx, DRIFTED, told)
