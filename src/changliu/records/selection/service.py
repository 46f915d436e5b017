"""One step of a change to all that a filter finds.

1. Read the next rows the caller finds, in order of creation, behind where the last step ended.
2. Hand them to a changeset (mode each): refused rows are told, the others change. A row that
   somebody changed in between is refused by its version.
3. Answer with a signed token that says where the next step begins.

All steps share one chain id, which takes them back as a whole. A step asked again under its
`Idempotency-Key` is answered from what its changeset keeps, and does no more.
"""

from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal
from uuid import UUID

import orjson
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from changliu.identity.guard import Session
from changliu.kit.db import LIST_TIMEOUT_MS
from changliu.kit.errors import Fault, Invalid
from changliu.kit.ids import uuid7
from changliu.kit.labels import Language
from changliu.kit.secrets import Signer
from changliu.records.changeset.model import MAX_BYTES, Change, Changeset, Result
from changliu.records.changeset.participant import Participant
from changliu.records.changeset.replay import replayed
from changliu.records.context import Context, context_for
from changliu.records.query.cursor import read_cursor, shape_of, write_cursor
from changliu.records.query.model import MAX_LIMIT, MAX_SEARCH, ListRequest
from changliu.records.query.service import list_records
from changliu.records.service import write

# Rows of a step: a second or two, so that whoever waits sees it move and can stop.
STEP = 2_000
# Refused rows that are named in an answer; the count tells of the rest.
NAMED = 50

Json = dict[str, Any]


class SelectionBody(BaseModel):
    """The body of POST /records/{object}/selection; `next` continues after the step before."""

    model_config = ConfigDict(extra="forbid")

    op: Literal["update", "delete"]
    values: dict[str, Any] = Field(default_factory=dict, max_length=300)
    filter: str = Field("", max_length=10_000)
    q: Annotated[str, StringConstraints(strip_whitespace=True)] = Field("", max_length=MAX_SEARCH)
    reason: str | None = Field(None, max_length=1_000)
    dry_run: bool = False
    next: str | None = Field(None, max_length=20_000)


@dataclass(frozen=True, slots=True)
class Step:
    """Where a step begins: its chain, the cursor of the list, rows done before."""

    chain: UUID
    cursor: str
    done: int


@dataclass(frozen=True, slots=True)
class Found:
    """The rows of a step (id, version), the list's cursor behind them, how many there are."""

    step: Step
    rows: tuple[tuple[UUID, int], ...]
    cursor: str | None
    total: int | None


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks for a step, and under which key (`records.keys`)."""

    session: Session
    participants: tuple[Participant, ...]
    signer: Signer
    key: str | None = None
    body_hash: bytes | None = None


async def change_selection(
    asker: Asker, object_key: str, wanted: SelectionBody
) -> tuple[Json, bool]:
    """Change the next rows: `{chain, changeset, total?, done, changed, refused, errors, next}`.

    `total` comes with the first step. A dry run tries the first step and writes nothing. Beside it
    stands whether the key was known: what was answered then is answered again. Raises what a list
    and a changeset raise.
    """
    _check(wanted)
    session, signer = asker.session, asker.signer
    async with session.open(write=False, timeout_ms=LIST_TIMEOUT_MS) as (tx, actor):
        context = await context_for(tx, actor, asker.participants)
        shape = shape_of(
            "selection", str(actor.member), object_key, wanted.op, wanted.values, wanted.filter,
            wanted.q,
        )  # fmt: skip
        step = _step(signer, shape, wanted.next)
        found = await _find(context, signer, object_key, wanted, step)
    changeset = _changeset(asker, object_key, wanted, found)
    result = await (_change(asker, changeset) if found.rows else _known(asker, changeset))
    about = result.about or {}
    answer = {"chain": about["chain"], "changeset": result.id, "done": about["done"]}
    answer |= _told(result, found, session.language)
    if about["total"] is not None:
        answer["total"] = about["total"]
    behind = [about["chain"], about["cursor"], about["done"]]
    more = about["cursor"] is not None and not wanted.dry_run
    answer["next"] = write_cursor(signer, shape, behind) if more else None
    return answer, result.replayed


def _check(wanted: SelectionBody) -> None:
    if (wanted.op == "update") == bool(wanted.values):
        return
    zh = "批量修改要给出 values，批量删除不要给。"
    en = "An update needs 'values', a deletion takes none."
    raise Invalid("selection.values", zh, en, [Fault("selection.values", zh, en, "values")])


def _step(signer: Signer, shape: str, token: str | None) -> Step:
    if token is None:
        return Step(uuid7(), "", 0)
    chain, cursor, done = read_cursor(signer, shape, token)
    return Step(UUID(chain), cursor, done)


async def _find(
    context: Context, signer: Signer, object_key: str, wanted: SelectionBody, step: Step
) -> Found:
    request = ListRequest(
        object_key, wanted.filter, ("created_at",), ("id",), MAX_LIMIT, step.cursor, wanted.q,
        total=not step.cursor,
    )  # fmt: skip
    most = max(1, min(STEP, MAX_BYTES // (len(orjson.dumps(wanted.values)) + 200)))
    rows: list[tuple[UUID, int]] = []
    total: int | None = None
    while True:
        request = replace(request, limit=min(MAX_LIMIT, most - len(rows)))
        page = await list_records(
            context.tx, context.access, context.catalogue, request, signer=signer
        )
        rows += [(UUID(str(item["id"])), item["version"]) for item in page.items]
        total = page.total if total is None else total
        if page.next is None or len(rows) >= most:
            return Found(step, tuple(rows), page.next, total)
        request = replace(request, cursor=page.next, total=False)


def _changeset(asker: Asker, object_key: str, wanted: SelectionBody, found: Found) -> Changeset:
    changes = tuple(
        Change(wanted.op, object_key, row, version, wanted.values) for row, version in found.rows
    )
    about = {
        "chain": str(found.step.chain),
        "cursor": found.cursor,
        "done": found.step.done + len(found.rows),
        "total": found.total,
    }
    return Changeset(
        changes, mode="each", via=asker.session.via, reason=wanted.reason, dry_run=wanted.dry_run,
        idempotency_key=asker.key, body_hash=asker.body_hash, parent=found.step.chain, about=about,
    )  # fmt: skip


async def _change(asker: Asker, changeset: Changeset) -> Result:
    async def answer(_: Context, result: Result) -> Result:
        return result

    return await write(asker.session, asker.participants, changeset, answer)


async def _known(asker: Asker, changeset: Changeset) -> Result:
    """Nothing is found (any more): what the key has done already, else that nothing is done."""
    async with asker.session.open(write=False) as (tx, actor):
        context = await context_for(tx, actor, asker.participants)
        known = await replayed(context, changeset)
    return known or Result(None, (), about=changeset.about)


def _told(result: Result, found: Found, language: Language) -> Json:
    # A replay tells of the rows found then, not of those found now.
    ids = [row.id for row in result.rows] if result.replayed else [row for row, _ in found.rows]
    refused = [
        {"id": row, "errors": [fault.as_json(language) for fault in one.faults]}
        for row, one in zip(ids, result.rows, strict=True)
        if one.refused
    ]
    return {
        "changed": len(result.rows) - len(refused),
        "refused": len(refused),
        "errors": refused[:NAMED],
    }
