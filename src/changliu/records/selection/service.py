"""One step of a change to all that a filter finds.

1. Read the next rows the caller finds, in order of creation, behind where the last step ended.
2. Hand them to a changeset (mode each): refused rows are told, the others change. A row that
   somebody changed in between is refused by its version.
3. Answer with a signed token that says where the next step begins.

All steps share one chain id, which takes them back as a whole. A step asked again does no more.
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

    chain: UUID
    rows: tuple[tuple[UUID, int], ...]
    cursor: str | None
    total: int | None


async def change_selection(
    session: Session,
    participants: tuple[Participant, ...],
    signer: Signer,
    object_key: str,
    wanted: SelectionBody,
) -> Json:
    """Change the next rows: `{chain, changeset, total?, done, changed, refused, errors, next}`.

    `total` comes with the first step. A dry run tries the first step and writes nothing. Raises
    what a list and a changeset raise.
    """
    _check(wanted)
    async with session.open(write=False, timeout_ms=LIST_TIMEOUT_MS) as (tx, actor):
        context = await context_for(tx, actor, participants)
        shape = shape_of(
            "selection", str(actor.member), object_key, wanted.op, wanted.values, wanted.filter,
            wanted.q,
        )  # fmt: skip
        step = _step(signer, shape, wanted.next)
        found = await _find(context, signer, object_key, wanted, step)
    answer: Json = {"chain": step.chain, "changeset": None, "changed": 0, "refused": 0}
    answer |= {"errors": [], "done": step.done + len(found.rows)}
    if found.total is not None:
        answer["total"] = found.total
    if found.rows:
        answer |= await _change(session, participants, object_key, wanted, found)
    behind = [str(step.chain), found.cursor, answer["done"]]
    more = found.cursor is not None and not wanted.dry_run
    return {**answer, "next": write_cursor(signer, shape, behind) if more else None}


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
            return Found(step.chain, tuple(rows), page.next, total)
        request = replace(request, cursor=page.next, total=False)


async def _change(
    session: Session,
    participants: tuple[Participant, ...],
    object_key: str,
    wanted: SelectionBody,
    found: Found,
) -> Json:
    changes = tuple(
        Change(wanted.op, object_key, row, version, wanted.values) for row, version in found.rows
    )
    changeset = Changeset(
        changes, mode="each", via=session.via, reason=wanted.reason, dry_run=wanted.dry_run,
        parent=found.chain,
    )  # fmt: skip

    async def answer(_: Context, result: Result) -> Json:
        return _told(found, result, session.language)

    return await write(session, participants, changeset, answer)


def _told(found: Found, result: Result, language: Language) -> Json:
    refused = [
        {"id": row, "errors": [fault.as_json(language) for fault in one.faults]}
        for (row, _), one in zip(found.rows, result.rows, strict=True)
        if one.refused
    ]
    return {
        "changeset": result.id,
        "changed": len(found.rows) - len(refused),
        "refused": len(refused),
        "errors": refused[:NAMED],
    }
