"""Erasing a person from one record.

1. Who asks is proven in a transaction of the program's own role; the work is done in one of the
   eraser, the only role that may delete clear values, and only while rights have not moved.
2. The record's personal fields are blanked by a changeset `via=erase`: every check of the platform,
   but no rule refuses it. A required text gets a placeholder; another required field needs a value
   to put there.
3. What was told of its values goes: messages in kept answers, refused rows of imports, and the
   files its personal fields ever held, wherever else they were attached.
4. The clear values of all its history are deleted. Their digests stay, so seals stay valid and
   history says "erased".
"""

from collections.abc import Mapping
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
from changliu.records.history.erasure.model import Erasers, telling, without_texts
from changliu.schema.model import Object

VIA = "erase"
PLACEHOLDER = "（已抹除）"
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
    personal = [f for f in target.stored if f.personal and f.type != "autonumber"]
    now = await store.current_values(tx, target, wanted.record, personal)
    if await store.is_trashed(tx, target, wanted.record):
        made, version = await _blank_trashed(context, target, wanted, personal)
    else:
        made, version = await _blank(context, wanted, _values(personal, wanted))
    reach("erase.blanked")
    earlier = await store.earlier_values(tx, wanted.record)
    await _clear_copies(tx, personal, wanted.record, [*now.items(), *earlier], erasers)
    count = await store.delete_clear_values(tx, wanted.record)
    reach("erase.deleted")
    return Erased(made, version, tuple(f.key for f in personal), count)


async def _clear_copies(
    tx: Tx,
    personal: list[Field],
    record: UUID,
    held: list[tuple[str, Any]],
    erasers: Erasers,
) -> None:
    """Clear what lies beside record and history: told texts, what other rooms keep, files."""
    files = {f.id for f in personal if is_file_field(f)}
    texts = telling(value for field_id, value in held if field_id not in files)
    answers = await store.told_answers(tx, record, texts)
    silent = [(made, without_texts(answer)) for made, answer in answers]
    if silent:
        await store.replace_answers(tx, silent)
    for clear in erasers.items:
        await clear(tx, texts)
    ids = {UUID(one) for field_id, value in held if field_id in files for one in value or ()}
    await erase_files(tx, sorted(ids))


def _values(personal: list[Field], wanted: Erasure) -> dict[str, Any]:
    """What to put into each personal field: what was given, nothing, or a placeholder."""
    unknown = set(wanted.values) - {f.key for f in personal}
    if unknown:
        raise _refused(
            "erase.not_personal",
            sorted(unknown),
            "不是个人信息字段，抹除时不能改动。",
            "is no personal field; erasing does not change it.",
        )
    blank = {f.key: _blank_value(f, wanted.record) for f in personal}
    values = {**blank, **wanted.values}
    lacking = [f.key for f in personal if f.required and values[f.key] is None]
    if lacking:
        raise _refused(
            "erase.required",
            lacking,
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


async def _blank_trashed(
    context: Context, target: Object, wanted: Erasure, personal: list[Field]
) -> tuple[UUID | None, int | None]:
    """Blank a record in the trash, where no changeset reaches: only for those who may all of it."""
    if not isinstance(context.access.predicate(target.id, Verb.UPDATE), TrueNode):
        raise NotFound(
            "record.missing",
            "记录不存在或已被删除，请刷新后再试。",
            "The record does not exist or was deleted; refresh and try again.",
        )
    values = [(f, _blank_value(f, wanted.record)) for f in personal]
    if not values:
        return None, None
    made, actor = uuid7(), context.actor.member
    change = Change("update", wanted.object, wanted.record)
    version = await store.blank_trashed(context.tx, target, wanted.record, values, (made, actor))
    if version is None:
        raise _moved()
    kept = Changeset((change,), via=VIA, reason=wanted.reason)
    await keep_changeset(context.tx, made, actor, kept, None)
    return made, version


def _refused(code: str, keys: list[str], zh: str, en: str) -> Invalid:
    faults = [Fault(code, f"“{key}”{zh}", f"'{key}' {en}", key) for key in keys]
    return Invalid(code, faults[0].zh, faults[0].en, faults)


def _moved() -> Unavailable:
    return Unavailable(
        "write.busy",
        "权限或记录刚刚有变动，什么也没有抹除，请再试一次。",
        "Rights or the record have just changed; nothing was erased. Try again.",
    )
