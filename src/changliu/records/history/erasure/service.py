"""Erasing a person from one record.

1. Who asks is proven in a transaction of the program's own role; the work is done in one of the
   eraser, the only role that may delete clear values, and only while rights have not moved.
2. The record's personal fields and those of its lines are blanked by a changeset `via=erase`:
   every check of the platform, but no rule refuses it. A required text gets a placeholder; another
   required field needs a value to put there. Lines taken away earlier and records merged into it
   lie in the trash and are blanked there.
3. What was told of its values goes: messages in kept answers, copies that other rooms keep, and
   the files its personal fields ever held, wherever else they were attached.
4. The clear values of all its history are deleted. Their digests stay, so seals stay valid and
   history says "erased".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from changliu.access.model import Verb
from changliu.fields.attached import is_file_field
from changliu.fields.model import Field
from changliu.files.service import erase as erase_files
from changliu.formula.model import TrueNode
from changliu.identity.guard import Session
from changliu.identity.model import Actor
from changliu.kit.db import Tx
from changliu.kit.errors import Fault, Invalid, NotFound, Unavailable
from changliu.kit.failpoints import reach
from changliu.kit.ids import uuid7
from changliu.kit.retry import retry_conflicts
from changliu.records.changeset.model import Change, Changeset
from changliu.records.changeset.participant import Participant
from changliu.records.changeset.service import submit
from changliu.records.changeset.store.run import keep_changeset
from changliu.records.context import Context, context_for
from changliu.records.history.erasure import store
from changliu.records.history.erasure.copies import blank_copies
from changliu.records.history.erasure.model import PLACEHOLDER, Erasers, telling, without_texts
from changliu.records.history.erasure.parts import Part, parts_of
from changliu.schema.model import Object

VIA = "erase"
_TEXTS = frozenset({"text", "long_text"})


@dataclass(frozen=True, slots=True)
class Erasure:
    """Which record to erase a person from, why, and what to put into required fields."""

    object: str
    record: UUID
    reason: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Erased:
    """The changeset that blanked the fields, the version, and how many old changes lost values."""

    changeset: UUID | None
    version: int | None
    fields: tuple[str, ...]
    history: int

    def as_json(self) -> dict[str, Any]:
        """Return `{changeset, version, fields, history}`."""
        return {
            "changeset": self.changeset,
            "version": self.version,
            "fields": list(self.fields),
            "history": self.history,
        }


async def erase(
    session: Session, participants: tuple[Participant, ...], erasers: Erasers, wanted: Erasure
) -> Erased:
    """Erase personal values from a record and its history, in one transaction that commits.

    Raises `NotFound`, `Invalid` (`erase.required`, or what refuses the blanked record),
    `Forbidden`.
    """

    async def attempt() -> Erased:
        async with session.open() as (tx, actor):
            version = tx.identity_version
        async with session.database.erasing(session.workspace) as tx:
            if tx.identity_version != version:
                raise _moved()
            return await _erase(tx, actor, participants, erasers, wanted)

    return await retry_conflicts(attempt)


async def _erase(
    tx: Tx,
    actor: Actor,
    participants: tuple[Participant, ...],
    erasers: Erasers,
    wanted: Erasure,
) -> Erased:
    context = await context_for(tx, actor, participants)
    target = context.catalogue.object(wanted.object)
    parts = await parts_of(tx, context.catalogue, target, wanted.record)
    held = [
        pair
        for part in parts
        for pair in (await store.current_values(tx, part.target, part.id, part.personal)).items()
    ]
    values = _values(parts, wanted)
    if parts[0].trashed:
        _check_all(context, target)
        made, version = None, None
    else:
        made, version = await _blank(context, wanted, values)
    gone = [part for part in parts if part.trashed and part.personal]
    if gone:
        made, version = await _blank_trashed(context, wanted, gone, (made, version))
    reach("erase.blanked")
    ids = [part.id for part in parts]
    earlier = await store.earlier_values(tx, ids)
    files = {f.id for part in parts for f in part.personal if is_file_field(f)}
    await _clear_copies(tx, ids, files, [*held, *earlier], erasers)
    count = await store.delete_clear_values(tx, ids)
    reach("erase.deleted")
    names = dict.fromkeys(name for part in parts for name in part.names)
    return Erased(made, version, tuple(names), count)


async def _clear_copies(
    tx: Tx, records: list[UUID], files: set[str], held: list[tuple[str, Any]], erasers: Erasers
) -> None:
    """Clear what lies beside record and history: told texts, what other rooms keep, files."""
    texts = telling(value for field_id, value in held if field_id not in files)
    answers = await store.told_answers(tx, records, texts)
    silent = [(made, without_texts(answer)) for made, answer in answers]
    if silent:
        await store.replace_answers(tx, silent)
    for clear in erasers.items:
        await clear(tx, texts)
    await blank_copies(tx, erasers.copies, texts)
    ids = {UUID(one) for field_id, value in held if field_id in files for one in value or ()}
    await erase_files(tx, sorted(ids))


def _values(parts: Sequence[Part], wanted: Erasure) -> dict[str, Any]:
    """What to put into each personal field: what was given, nothing, or a placeholder; lines that
    are there are named whole, as lists of lines are written whole."""
    first, *others = parts
    lines = {part.holder.key: part.holder for part in others if part.holder}
    own, inside = dict(wanted.values), {key: wanted.values.get(key) or {} for key in lines}
    for key in lines:
        own.pop(key, None)
    values = _blanks(first, own)
    for key in lines:
        there = [p for p in others if p.holder and p.holder.key == key and not p.trashed]
        if there:
            values[key] = [{"id": str(p.id), **_blanks(p, inside[key])} for p in there]
    return values


def _blanks(part: Part, given: Mapping[str, Any]) -> dict[str, Any]:
    above = f"{part.holder.key}." if part.holder else ""
    unknown = set(given) - {f.key for f in part.personal}
    if unknown:
        raise _refused(
            "erase.not_personal",
            [above + key for key in sorted(unknown)],
            "不是个人信息字段，抹除时不能改动。",
            "is no personal field; erasing does not change it.",
        )
    values = {**{f.key: _blank_value(f, part.id) for f in part.personal}, **given}
    lacking = [f.key for f in part.personal if f.required and values[f.key] is None]
    if lacking and not part.trashed:
        raise _refused(
            "erase.required",
            [above + key for key in lacking],
            "是必填字段，请在 values 里给出抹除后填写的值。",
            "is required; give in 'values' what to put there after erasing.",
        )
    return values


def _blank_value(field: Field, record: UUID) -> str | None:
    if not field.required or field.type not in _TEXTS:
        return None
    # The end of a UUIDv7 is random: unique fields stay unique.
    return f"{PLACEHOLDER}{record.hex[-12:]}" if field.unique else PLACEHOLDER


async def _blank(
    context: Context, wanted: Erasure, values: dict[str, Any]
) -> tuple[UUID | None, int | None]:
    if not values:
        return None, None
    change = Change("update", wanted.object, wanted.record, None, values)
    done = await submit(context, Changeset((change,), via=VIA, reason=wanted.reason))
    return done.id, done.rows[0].version


def _check_all(context: Context, target: Object) -> None:
    """A record in the trash is within nobody's scope: only for those who may change all of it."""
    if not isinstance(context.access.predicate(target.id, Verb.UPDATE), TrueNode):
        raise NotFound(
            "record.missing",
            "记录不存在或已被删除，请刷新后再试。",
            "The record does not exist or was deleted; refresh and try again.",
        )


async def _blank_trashed(
    context: Context,
    wanted: Erasure,
    parts: Sequence[Part],
    done: tuple[UUID | None, int | None],
) -> tuple[UUID, int | None]:
    """Blank rows in the trash, where no changeset reaches, as one change that history tells."""
    made, version = uuid7(), done[1]
    changes = tuple(Change("update", part.target.key, part.id) for part in parts)
    for part in parts:
        values = [(f, _blank_value(f, part.id)) for f in part.personal]
        who = (made, context.actor.member)
        blanked = await store.blank_trashed(context.tx, part.target, part.id, values, who)
        if blanked is None:
            raise _moved()
        if part.id == wanted.record:
            version = blanked
    kept = Changeset(changes, via=VIA, reason=wanted.reason)
    await keep_changeset(context.tx, made, context.actor.member, kept, None)
    return done[0] or made, version


def _refused(code: str, keys: list[str], zh: str, en: str) -> Invalid:
    faults = [Fault(code, f"“{key}”{zh}", f"'{key}' {en}", key) for key in keys]
    return Invalid(code, faults[0].zh, faults[0].en, faults)


def _moved() -> Unavailable:
    return Unavailable(
        "write.busy",
        "权限或记录刚刚有变动，什么也没有抹除，请再试一次。",
        "Rights or the record have just changed; nothing was erased. Try again.",
    )
