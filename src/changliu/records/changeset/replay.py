"""Answers that were given before: kept with their changeset, said again for the same key."""

from typing import Any
from uuid import UUID

from changliu.kit.errors import Conflict, Fault
from changliu.kit.failpoints import reach
from changliu.records.changeset.model import Change, Changeset, Result, RowResult
from changliu.records.changeset.store import run as store
from changliu.records.context import Context


async def replayed(context: Context, changeset: Changeset) -> Result | None:
    """Return the stored answer of a key that is known, None where there is work to do.

    Raises `Conflict` (`idempotency.mismatch`) for another body.
    """
    reach("admit")
    key, actor = changeset.idempotency_key, context.actor.member
    if key is None or changeset.dry_run:
        return None
    await store.claim_key(context.tx, actor, key)
    found = await store.find_answer(context.tx, actor, key)
    if found is None:
        return None
    stored, body_hash, answer, about = found
    if body_hash != changeset.body_hash:
        raise Conflict(
            "idempotency.mismatch",
            "这个 Idempotency-Key 已用于另一份内容，请换一个键。",
            "This Idempotency-Key was used with another body; use a new key.",
        )
    return Result(stored, tuple(_replay(row) for row in answer), replayed=True, about=about)


def kept(result: RowResult, change: Change) -> dict[str, Any]:
    """Return what became of a change as it is stored beside its changeset."""
    if not result.refused:
        done = {"id": str(result.id), "version": result.version}
        warned = [_parts(fault) for fault in result.warnings]
        return {**done, "warnings": warned} if warned else done
    # Whose record was refused: erasing its person silences what was said.
    return {"errors": [_parts(fault) for fault in result.faults], "of": change.id}


def _parts(fault: Fault) -> list[Any]:
    """A fault as it is stored: its positional parts, in order."""
    places = [fault.path, fault.row, fault.start, fault.end]
    return [fault.code, fault.zh, fault.en, *places, fault.warning, dict(fault.extra)]


def _replay(stored: dict[str, Any]) -> RowResult:
    if "id" not in stored:
        of = UUID(stored["of"]) if stored.get("of") else None
        return RowResult(of, faults=[Fault(*parts) for parts in stored["errors"]])
    warnings = [Fault(*parts) for parts in stored.get("warnings", ())]
    return RowResult(UUID(stored["id"]), stored["version"], [], warnings)
