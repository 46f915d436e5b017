"""Taking a changeset back: itself a changeset, through rights and rules, newest row first.

1. Only its author, or a holder of `data.revert`.
2. A record changed since, or gone with its object, is kept and listed; so is one that is refused.
3. What was created is deleted, what was deleted comes back, changed fields get their old values.
4. Jobs the changeset caused and nobody has begun are withdrawn, but for records that are kept;
   automations do not fire.
5. What was told is kept with the revert: whoever lost the answer asks again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any
from uuid import UUID

from changliu.identity.model import Right
from changliu.jobs.service import withdraw
from changliu.kit.db import Tx
from changliu.kit.errors import Fault, Forbidden, NotFound
from changliu.kit.ids import uuid7
from changliu.records.attachments.service import keep_attached, with_attachable
from changliu.records.changeset import messages as say
from changliu.records.changeset.model import Change, Changeset, Op
from changliu.records.changeset.parse import Staged
from changliu.records.changeset.participant import Violation
from changliu.records.changeset.service import run_staged
from changliu.records.changeset.store import past
from changliu.records.changeset.store.run import keep_changeset
from changliu.records.changeset.store.text import CARRIER, MERGED_INTO, MOVED, SENT_HEAD
from changliu.records.context import Context
from changliu.schema.lines import parent_id
from changliu.schema.model import Object

VIA = "revert"
_INVERSE: dict[str, Op] = {
    "create": "delete",
    "update": "update",
    "delete": "restore",
    "restore": "delete",
}


@dataclass(frozen=True, slots=True)
class Kept:
    """A record that stays as it is, and why."""

    object: str
    id: UUID
    why: Fault


@dataclass(slots=True)
class Reverted:
    """What taking one changeset back did; `id` is None when nothing could be taken back.

    `kept_count` counts kept records of which only the first are in `kept`.
    """

    reverts: UUID
    id: UUID | None = None
    records: int = 0
    jobs: int = 0
    kept: list[Kept] = field(default_factory=list)
    kept_count: int = 0


# Kept records that are named; the count tells of the rest.
NAMED = 200


async def chain(context: Context, asked: UUID, *, consequences: bool) -> list[past.Line]:
    """Return which changesets to take back, newest first: an import's, and what they set off.

    Those taken back already are among them. Raises `NotFound` or `Forbidden`.
    """
    found = await past.lineage(context.tx, asked)
    may = Right.DATA_REVERT in context.actor.rights
    if not found or not (may or any(line.actor == context.actor.member for line in found)):
        raise NotFound(
            "changeset.missing",
            "没有这个变更集，请检查编号。",
            "There is no such changeset; check its id.",
        )
    if not may and any(line.actor != context.actor.member for line in found):
        raise Forbidden(
            "changeset.not_yours",
            "只能撤销自己的改动，请找有“数据撤销”权限的同事。",
            "You may only take back your own changes; ask someone who may revert data.",
        )
    caused = await past.caused(context.tx, [line.id for line in found]) if consequences else []
    return [*caused, *found]


async def taken_back(tx: Tx, imports: Sequence[UUID]) -> set[UUID]:
    """Return those of these imports that have been taken back as a whole."""
    return await past.taken_back(tx, imports) if imports else set()


async def count_caused(tx: Tx, imported: UUID) -> int:
    """Return how many changesets an import has set off (automations), directly or further on."""
    found = await past.lineage(tx, imported)
    return len(await past.caused(tx, [line.id for line in found])) if found else 0


async def revert(
    context: Context,
    changeset: UUID,
    reason: str | None,
    spared: Mapping[UUID, Violation] = MappingProxyType({}),
) -> Reverted:
    """Take one changeset back in the context's transaction; `spared` records stay, told why."""
    done = Reverted(changeset)
    clear = await past.clear_values(context.tx, changeset)
    staged: dict[UUID, Staged] = {}
    rows = await past.of_changeset(context.tx, changeset)
    heads = {row.record: row for row in rows if row.carrier is None}
    for row in [*heads.values(), *(row for row in rows if row.carrier is not None)]:
        head = heads.get(row.carrier) if row.carrier else None
        if head is not None and (head.record not in staged or _goes_along(row, head)):
            continue
        target = context.catalogue.by_id.get(row.object)
        why = spared.get(row.record) or _obstacle(row, target, clear)
        if why is not None or target is None:
            _keep(done, target, row, why or say.OBJECT_GONE)
        else:
            inverse = _inverse(row, target, clear, len(staged))
            staged[row.record] = _carried(inverse, staged[head.record]) if head else inverse
    if staged:
        places = {row.record: row.carrier if row.carrier in heads else row.record for row in rows}
        await _write(context, done, list(staged.values()), places, reason)
    done.kept_count = len(done.kept)
    return done


def _goes_along(row: past.Past, head: past.Past) -> bool:
    """Whether what takes the head back finds the row by itself: it was deleted or made with it."""
    if head.op == "restore" and head.into is not None:
        return False
    return head.op != "update" and row.op != "update"


def _carried(inverse: Staged, carrier: Staged) -> Staged:
    inverse.patch[CARRIER] = str(carrier.id)
    inverse.rows, inverse.group, inverse.carrier = [], carrier.group, carrier
    return inverse


async def _write(
    context: Context,
    done: Reverted,
    staged: list[Staged],
    places: Mapping[UUID, UUID | None],
    reason: str | None,
) -> None:
    """Write what takes back; `places` names for each record of the changeset the one whose change
    took it along, or itself."""
    heads = [s for s in staged if s.carrier is None]
    changes = tuple(Change(s.op, s.target.key, s.id, s.version) for s in heads)
    what = Changeset(changes, mode="each", via=VIA, reason=reason, reverts=done.reverts)
    made = uuid7()
    context = await with_attachable(context, what, staged)
    rows = await run_staged(context, what, made, staged)
    await keep_attached(context, staged, rows)
    back: set[UUID] = set()
    for change in heads:
        result = rows[change.rows[0]]
        if result.refused:
            done.kept.append(Kept(change.target.key, change.id, result.faults[0]))
        else:
            back.add(change.id)
    done.records = len(back)
    if back:
        done.id = made
        spared = [record for record, head in places.items() if head not in back]
        done.jobs = await withdraw(context.tx, [done.reverts], spared)
        await keep_changeset(context.tx, made, context.actor.member, what, _answer(done))


def _answer(done: Reverted) -> dict[str, Any]:
    """What is remembered: no sentences, which may quote values that are erased one day."""
    kept = [[k.object, str(k.id), k.why.code] for k in done.kept[:NAMED]]
    return {"records": done.records, "jobs": done.jobs, "kept": kept, "count": len(done.kept)}


def retell(line: past.Line) -> Reverted:
    """Return again what was told when a changeset was taken back."""
    told = line.told or {"records": 0, "jobs": 0, "kept": [], "count": 0}
    kept = [Kept(key, UUID(record), _why(code)) for key, record, code in told["kept"]]
    return Reverted(line.id, line.taken_back, told["records"], told["jobs"], kept, told["count"])


def _why(code: str) -> Fault:
    known = {v.code: v for v in (say.OBJECT_GONE, say.CHANGED_SINCE, say.ERASED)}
    why = known.get(code) or say.refused_then(code)
    return Fault(why.code, why.zh, why.en)


def _obstacle(
    row: past.Past, target: Object | None, clear: dict[tuple[UUID, str], Any]
) -> Violation | None:
    if target is None:
        return say.OBJECT_GONE
    if row.later:
        return say.CHANGED_SINCE
    if any(f.id in row.diff and f.former_at(row.catalogue) for f in target.stored):
        return say.RETYPED
    personal = {f.id for f in target.stored if f.personal}
    sealed = [name for name, change in row.diff.items() if name in personal and "o" in change]
    erased = row.op == "update" and any((row.record, name) not in clear for name in sealed)
    return say.ERASED if erased else None


def _keep(done: Reverted, target: Object | None, row: past.Past, why: Violation) -> None:
    key = target.key if target else row.object
    done.kept.append(Kept(key, row.record, Fault(why.code, why.zh, why.en)))


def _inverse(
    row: past.Past, target: Object, clear: dict[tuple[UUID, str], Any], number: int
) -> Staged:
    op: Op = _INVERSE[row.op]
    patch: dict[str, Any] = {MERGED_INTO: str(row.into)} if row.into else {}
    if op == "update":
        columns = {f.id: f.column or "" for f in target.stored} | {n: n for n in SENT_HEAD}
        for name, change in row.diff.items():
            if name in columns:
                patch[columns[name]] = clear.get((row.record, name), change.get("o"))
        if target.lines_of is not None and parent_id(target.id) in patch:
            patch[MOVED] = True
    return Staged(op, target, row.record, row.latest, patch, [number], group=number)
