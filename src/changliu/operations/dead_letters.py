"""Jobs set aside, as operators deal with them: which records they were about, who did what."""

from collections.abc import Mapping, Sequence
from typing import Any

from changliu.identity.audit import record
from changliu.identity.store.audit import Entry
from changliu.kit.db import Tx
from changliu.schema.catalogue import catalogue

# A job holds up to 1,000 records; the first ones show what it was about.
LINKS = 20


class JobDesk:
    """What `jobs` asks of the rooms above it."""

    async def link(self, tx: Tx, jobs: Sequence[dict[str, Any]]) -> None:
        """Put `links`, `[{object, id}]` of the first 20 records, into every job."""
        known = (await catalogue(tx)).by_id if jobs else {}
        for job in jobs:
            payload = job["payload"]
            found = known.get(str(payload.get("object")))
            records = payload.get("records")
            listed = records[:LINKS] if found and isinstance(records, list) else []
            job["links"] = [{"object": found.key, "id": id} for id in listed] if found else []

    async def note(self, tx: Tx, action: str, job: Mapping[str, Any], reason: str | None) -> None:
        """Write into the audit that a job was run again or discarded; nobody: the command line.

        Its error stays out: an audit cannot forget what a message may tell of a person.
        """
        told = {"job": job["id"], "reason": reason, "count": job.get("count")}
        diff = {name: {"to": value} for name, value in told.items() if value is not None}
        kind = str(job["kind"])
        await record(tx, Entry(tx.acting, f"job.{action}", "job", None, kind, diff))
