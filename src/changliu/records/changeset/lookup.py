"""What a changeset did, for its author and for those who may read the audit log."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from changliu.access.model import Verb
from changliu.formula.model import TrueNode
from changliu.identity.model import Right
from changliu.kit.errors import NotFound
from changliu.records.changeset.store.run import find_changeset
from changliu.records.context import Context
from changliu.records.query.readable import readable_records


async def describe(context: Context, changeset: UUID) -> dict[str, Any]:
    """Return `{id, at, actor, via, reason, changes, parent, caused_by, reverts, records}`.

    `records` are `{object, record, version, op}` of objects the caller may read; of what went along
    with others, only records that the caller reads. Raises `NotFound` for a changeset that does not
    exist or is none of the caller's business.
    """
    found = await find_changeset(context.tx, changeset)
    mine = found is not None and found["actor"] == context.actor.member
    if found is None or not (mine or Right.AUDIT_READ in context.actor.rights):
        raise NotFound(
            "changeset.missing",
            "没有这个变更集，请检查编号。",
            "There is no such changeset; check its id.",
        )
    seen = await _seen(context, found["records"])
    records = []
    for record in found["records"]:
        target = context.catalogue.by_id.get(record["object"])
        carried = record.pop("carried")
        if target is None or context.access.predicate(target.id, Verb.READ) is None:
            continue
        if not carried or record["record"] in seen:
            records.append({**record, "object": target.key})
    return {**found, "records": records}


async def _seen(context: Context, rows: Sequence[Mapping[str, Any]]) -> set[UUID]:
    """Which of the records that went along the caller reads; of those in the trash, who reads all
    of an object."""
    carried: dict[str, set[UUID]] = defaultdict(set)
    for row in rows:
        if row["carried"]:
            carried[row["object"]].add(row["record"])
    seen: set[UUID] = set()
    for object_id, ids in carried.items():
        whole = isinstance(context.access.predicate(object_id, Verb.READ), TrueNode)
        seen |= ids if whole else await readable_records(context, object_id, ids)
    return seen
