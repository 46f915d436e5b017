"""Verbs on comments. Who reads a record reads its comments and may write one; nobody else.

A comment is talk about a record, not a change of it: the verb update is not asked, history and
version stay as they are (decision 0188).
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from changliu.events.service import emit
from changliu.files import service as files
from changliu.identity.model import Right
from changliu.kit.db import Tx
from changliu.kit.errors import Conflict, Fault, Forbidden, Invalid, NotFound
from changliu.kit.ids import uuid7
from changliu.records.attachments.service import attachable_files
from changliu.records.comments import store
from changliu.records.comments.model import (
    MAX_MENTIONS,
    Comment,
    CommentDraft,
    CommentPatch,
    mentioned,
)
from changliu.records.context import Context
from changliu.records.following.service import COMMENTED, MENTIONED, follow_along
from changliu.records.history.erasure.model import GONE_ZH, loose
from changliu.records.merge.store import merged_into
from changliu.records.query.readable import check_readable, context_of, readable_records
from changliu.records.query.render import FILES, reference, render_files
from changliu.records.query.service import reader_of, titles
from changliu.records.stream.hints import tell
from changliu.schema.model import Object

Json = dict[str, Any]
ADDED, EDITED = "comment.added", "comment.edited"


async def add_comment(context: Context, found: Object, record: UUID, draft: CommentDraft) -> Json:
    """Say something about a record the caller reads; returns the comment.

    `unreached` names who was mentioned but cannot see the record. Sent again with its `id`, the
    comment is returned as it stands. Raises `NotFound` as the record would, `Invalid`
    (`comment.blank`, `comment.mention`, `comment.reply`, `file.unknown`), `Conflict`
    (`comment.exists`).
    """
    await check_readable(context, found, record)
    _refuse_silence(draft.text, draft.files)
    tx, me = context.tx, context.actor.member
    mentions = await _mentions(context, draft.text)
    thread = await _thread(tx, found, record, draft.reply_to)
    await _attach(context, draft.files)
    made = Comment(
        draft.id or uuid7(), found.id, record, thread, draft.text, mentions, tuple(draft.files),
        tx.now, me, None, None,
    )  # fmt: skip
    if not await store.insert(tx, made):
        return await _repeated(context, made)
    place = (found.id, record)
    await follow_along(tx, place, [me], COMMENTED)
    reached = await _reached(tx, place, mentions)
    await follow_along(tx, place, reached - {me}, MENTIONED)
    await _announce(context, ADDED, made)
    shown = (await comments_json(context, record, [made]))[0]
    return {**shown, "unreached": [m for m in shown["mentions"] if UUID(m["id"]) not in reached]}


async def edit_comment(
    context: Context, found: Object, place: tuple[UUID, UUID], patch: CommentPatch
) -> Json:
    """Change what a comment (record, comment) of the caller's says; what it said is kept.

    Raises `NotFound`, `Forbidden` (`comment.not_yours`), `Invalid` as `add_comment`.
    """
    was = await _find(context, found, place)
    if was.created_by != context.actor.member:
        raise _not_yours()
    tx = context.tx
    mentions = await _mentions(context, patch.text)
    held = was.files if patch.files is None else tuple(patch.files)
    _refuse_silence(patch.text, held)
    await _attach(context, [file for file in held if file not in was.files])
    now = replace(was, text=patch.text, mentions=mentions, files=held, edited_at=tx.now)
    if (now.text, now.files) == (was.text, was.files):
        return (await comments_json(context, place[0], [was]))[0]
    await store.rewrite(tx, was, now)
    reached = await _reached(tx, (was.object, was.record), set(mentions) - set(was.mentions))
    await follow_along(tx, (was.object, was.record), reached, MENTIONED)
    await _announce(context, EDITED, now)
    return (await comments_json(context, place[0], [now]))[0]


async def delete_comment(context: Context, found: Object, place: tuple[UUID, UUID]) -> None:
    """Take a comment (record, comment) away: its author, or who may revert data.

    Raises `NotFound`, `Forbidden` (`comment.not_yours`).
    """
    was = await _find(context, found, place)
    me, tx = context.actor.member, context.tx
    if was.created_by != me and Right.DATA_REVERT not in context.actor.rights:
        raise _not_yours()
    await store.delete(tx, was.id, me)
    await tell(tx, "comment", place=(was.object, was.record))


async def comment_versions(context: Context, found: Object, place: tuple[UUID, UUID]) -> list[Json]:
    """Return `{version, text, files, until}` of what a comment (record, comment) said, the last of
    them what it says now (`until` null, or when it was deleted).

    For its author, and for who reads the audit, who also sees deleted ones. Raises `NotFound`,
    `Forbidden`.
    """
    audits = Right.AUDIT_READ in context.actor.rights
    was = await _find(context, found, place, deleted=audits, lock=False)
    if was.created_by != context.actor.member and not audits:
        raise _not_yours()
    past = await store.versions(context.tx, was.id)
    last = {"version": len(past) + 1, "text": was.text, "files": was.files, "until": was.deleted_at}
    told = [*past, last]
    named = await _named(context, {f for one in told for f in one["files"]}, set())
    return [{**one, "files": render_files(list(one["files"]), named)} for one in told]


async def comments_behind(
    context: Context,
    found: Object,
    record: UUID,
    after: tuple[datetime, UUID] | None,
    limit: int,
    *,
    with_files: bool = False,
) -> list[tuple[Comment, Json]]:
    """Return at most `limit` comments of a record and of those merged into it, latest first,
    behind an (instant, id); the caller has checked that the record may be read."""
    tx = context.tx
    records = [record, *await merged_into(tx, found.id, record)]
    rows = await store.behind(tx, found.id, records, after, limit, with_files=with_files)
    return list(zip(rows, await comments_json(context, record, rows), strict=True))


async def comments_json(context: Context, record: UUID, rows: Sequence[Comment]) -> list[Json]:
    """Return comments on the wire; `record` is the one whose reader is told."""
    wanted = {file for row in rows if row.deleted_at is None for file in row.files}
    people = {m for row in rows for m in (row.created_by, *row.mentions)}
    named = await _named(context, wanted, people)
    me = context.actor.member
    moderates = Right.DATA_REVERT in context.actor.rights
    out = []
    for row in rows:
        mine = row.created_by == me
        shown: Json = {
            "id": str(row.id),
            "at": _instant(row.created_at),
            "author": reference(row.created_by, "member", named),
            "reply_to": str(row.reply_to) if row.reply_to else None,
            "edited_at": _instant(row.edited_at) if row.edited_at else None,
            "deleted": row.deleted_at is not None,
            "text": None, "mentions": [], "files": [],
            "may": {"edit": False, "delete": False},
        }  # fmt: skip
        if row.deleted_at is None:
            shown |= {
                "text": row.text,
                "mentions": [reference(m, "member", named) for m in row.mentions],
                "files": render_files(list(row.files), named),
                "may": {"edit": mine, "delete": mine or moderates},
            }
        out.append(shown if row.record == record else {**shown, "of": str(row.record)})
    return out


async def find_comments(tx: Tx, ids: Sequence[UUID]) -> dict[UUID, Comment]:
    """Return comments by id, deleted ones too."""
    found = [await store.find(tx, one) for one in ids]
    return {one.id: one for one in found if one is not None}


async def forget(tx: Tx, texts: Sequence[str]) -> None:
    """Blank every comment that holds one of an erased person's texts, and erase its files."""
    wanted = [found for text in texts if (found := loose(text))]
    if wanted:
        await files.erase(tx, await store.blank(tx, wanted, GONE_ZH))


async def _find(
    context: Context,
    found: Object,
    place: tuple[UUID, UUID],
    *,
    deleted: bool = False,
    lock: bool = True,
) -> Comment:
    """A comment of a record the caller reads."""
    record, wanted = place
    await check_readable(context, found, record)
    was = await store.find(context.tx, wanted, lock=lock)
    if was is not None and was.record != record:
        merged = await merged_into(context.tx, found.id, record)
        was = was if was.record in merged else None
    if was is None or was.object != found.id or (was.deleted_at is not None and not deleted):
        raise no_comment()
    return was


def no_comment() -> NotFound:
    """Return the refusal of a comment that is absent, deleted or of another record."""
    return NotFound(
        "comment.missing",
        "评论不存在或已被删除，请刷新后再试。",
        "The comment does not exist or was deleted; refresh and try again.",
    )


def place_of(values: Sequence[Any]) -> tuple[datetime, UUID]:
    """Return where a page of comments ended, from the values of its cursor."""
    at, last = values
    return datetime.fromisoformat(at), UUID(last)


async def _mentions(context: Context, text: str) -> tuple[UUID, ...]:
    wanted = mentioned(text)
    if len(wanted) > MAX_MENTIONS:
        raise _refused(
            "comment.mention", "text",
            f"一条评论最多提到 {MAX_MENTIONS} 人，请分几条写。",
            f"A comment mentions at most {MAX_MENTIONS} members; write several.",
        )  # fmt: skip
    named = await _named(context, set(), set(wanted))
    unknown = [str(m) for m in wanted if ("member", m) not in named]
    if unknown:
        raise _refused(
            "comment.mention", "text",
            f"没有编号为 {unknown[0]} 的成员，请重新选择要提到的人。",
            f"There is no member {unknown[0]}; choose again whom to mention.",
        )  # fmt: skip
    return wanted


async def _reached(tx: Tx, place: tuple[str, UUID], members: Collection[UUID]) -> set[UUID]:
    """Which of these members read the record (object id, id)."""
    reached = set()
    for member in members:
        theirs = await context_of(tx, member)
        if theirs is not None and await readable_records(theirs, place[0], [place[1]]):
            reached.add(member)
    return reached


async def _thread(tx: Tx, found: Object, record: UUID, reply_to: UUID | None) -> UUID | None:
    """The comment a reply belongs under: the one it answers, or the one that one answers."""
    if reply_to is None:
        return None
    above = await store.find(tx, reply_to)
    records = [record, *await merged_into(tx, found.id, record)]
    if above is None or above.object != found.id or above.record not in records:
        raise _refused(
            "comment.reply", "reply_to",
            "要回复的评论不在这条记录上，请刷新后再试。",
            "The comment to answer is not one of this record; refresh and try again.",
        )  # fmt: skip
    return above.reply_to or above.id


def _refuse_silence(text: str, held: Sequence[UUID]) -> None:
    if not text and not held:
        raise _refused(
            "comment.blank", "text",
            "评论没有内容，请写几句话或添加附件。",
            "The comment says nothing: write something or add a file.",
        )  # fmt: skip


async def _attach(context: Context, wanted: Sequence[UUID]) -> None:
    """Hold files that the caller may attach; raises `Invalid` (`file.unknown`) for others."""
    if not wanted:
        return
    allowed = await attachable_files(context, set(wanted))
    if set(wanted) - allowed:
        raise _refused(
            "file.unknown", "files",
            "文件不存在，或您不能使用它，请重新上传。",
            "The file does not exist or is not yours to attach; upload it again.",
        )  # fmt: skip
    await files.mark_attached(context.tx, sorted(wanted))


async def _repeated(context: Context, made: Comment) -> Json:
    """The comment that was sent before under this id."""
    was = await store.find(context.tx, made.id)
    same = was is not None and (was.object, was.record, was.created_by) == (
        made.object, made.record, made.created_by,
    )  # fmt: skip
    if was is None or not same or was.deleted_at is not None:
        raise Conflict(
            "comment.exists",
            "这个评论编号已被使用，请换一个或不填。",
            "This id of a comment is taken; use another or leave it out.",
        )
    return {**(await comments_json(context, made.record, [was]))[0], "unreached": []}


async def _announce(context: Context, event: str, made: Comment) -> None:
    tx = context.tx
    told = {
        "comment": str(made.id),
        "object": made.object,
        "record": str(made.record),
        "actor": str(context.actor.member),
    }
    await emit(tx, event, told)
    await tell(tx, "comment", place=(made.object, made.record))


async def _named(context: Context, held: set[UUID], people: set[UUID]) -> Any:
    reader = reader_of(context.tx, context.access, context.catalogue)
    wanted = {FILES: held, "member": people}
    return await titles(context.tx, reader, {k: ids for k, ids in wanted.items() if ids})


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def _not_yours() -> Forbidden:
    return Forbidden(
        "comment.not_yours",
        "只能修改或删除自己的评论；需要删除他人的评论请联系管理员。",
        "You may change or delete your own comments only; ask an administrator about others'.",
    )


def _refused(code: str, path: str, zh: str, en: str) -> Invalid:
    return Invalid(code, zh, en, [Fault(code, zh, en, path)])
