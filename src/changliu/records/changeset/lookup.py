"""What a changeset did, for its author and for those who may read the audit log."""

from typing import Any
from uuid import UUID

from changliu.access.model import Verb
from changliu.identity.model import Right
from changliu.kit.errors import NotFound
from changliu.records.changeset.store.run import find_changeset
from changliu.records.context import Context


async def describe(context: Context, changeset: UUID) -> dict[str, Any]:
    """Return `{id, at, actor, via, reason, changes, parent, caused_by, reverts, records}`.

    `records` are `{object, record, version, op}` of objects the caller may read. Raises `NotFound`
    for a changeset that does not exist or is none of the caller's business.
    """
    found = await find_changeset(context.tx, changeset)
    mine = found is not None and found["actor"] == context.actor.member
    if found is None or not (mine or Right.AUDIT_READ in context.actor.rights):
        raise NotFound(
            "changeset.missing",
            "没有这个变更集，请检查编号。",
            "There is no such changeset; check its id.",
        )
    records = []
    for record in found["records"]:
        target = context.catalogue.by_id.get(record["object"])
        if target is not None and context.access.predicate(target.id, Verb.READ) is not None:
            records.append({**record, "object": target.key})
    return {**found, "records": records}
