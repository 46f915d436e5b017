"""Notifications in their reader's language, made of what the reader may read by now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from changliu.kit.labels import Language
from changliu.notifications.model import Kept
from changliu.records.comments.model import Comment, spoken
from changliu.records.comments.service import find_comments
from changliu.records.context import Context
from changliu.records.query.reader import Reader
from changliu.records.query.render import Titles, reference
from changliu.records.query.service import hidden_fields, reader_of, titles

Json = dict[str, Any]
_FILES = ("[附件]", "[files]")
# Characters of a comment that are told with its notification.
EXCERPT = 200
_HIDDEN = (
    "您已无权查看这条记录，或它已被删除。",
    "You can no longer see this record, or it was deleted.",
)
_UNTITLED = ("（无标题）", "(untitled)")
_NOBODY = ("系统", "The system")
# By kind and whether it is about one record: {who}, {what} (label), {records} (many of them, in
# English), {title}, {n}, {fields}.
_ONE = {
    "mention": (
        "{who} 在{what}“{title}”的评论中提到了您",
        "{who} mentioned you on {what} '{title}'",
    ),
    "comment": ("{who} 评论了{what}“{title}”", "{who} commented on {what} '{title}'"),
    "owner": ("{who} 把{what}“{title}”交给了您", "{who} gave you {what} '{title}'"),
    "share": ("{who} 与您共享了{what}“{title}”", "{who} shared {what} '{title}' with you"),
    "changed": (
        "{who} 修改了{what}“{title}”：{fields}",
        "{who} changed {what} '{title}': {fields}",
    ),
}
_MANY = {
    "owner": ("{who} 把 {n} 条{what}交给了您", "{who} gave you {n} {records}"),
    "changed": (
        "{who} 修改了您关注的 {n} 条{what}",
        "{who} changed {n} {records} you follow",
    ),
}
_ENDED = {
    ("import", "done"): (
        "{what}导入完成：新建 {created} 条，更新 {updated} 条，未导入 {refused} 行",
        "The import of {records} is done: {created} created, {updated} updated, {refused} left out",
    ),
    ("import", "failed"): (
        "{what}导入没有完成，请打开这次导入查看原因",
        "The import of {records} stopped; open it to see why",
    ),
    ("export", "done"): (
        "{what}导出的文件已备好，共 {rows} 行",
        "The file of {records} is ready: {rows} rows",
    ),
    ("export", "failed"): (
        "{what}导出没有完成，请打开这次导出查看原因",
        "The export of {records} stopped; open it to see why",
    ),
}
_JOB = (
    "后台任务“{kind}”有 {n} 项多次失败，已搁置；请到后台任务中查看原因并重跑",
    "{n} background jobs of the kind '{kind}' failed for good; see why under jobs, run them again",
)


@dataclass(frozen=True, slots=True)
class _Page:
    """What one page of notifications tells its reader."""

    reader: Reader
    language: Language
    named: Titles
    comments: Mapping[UUID, Comment]
    hidden: Mapping[UUID, frozenset[str]]

    def shown(self, one: Kept) -> Json:
        """One notification on the wire."""
        found = self.reader.catalogue.by_id.get(one.object or "")
        listed = found is not None and self.reader.may_list(found.id)
        reads = one.record is None or (one.object, one.record) in self.named
        document: Json = {
            "id": str(one.id), "kind": one.kind, "at": _instant(one.at), "count": one.count,
            "read": one.read_at is not None, "archived": one.archived_at is not None,
            "actor": reference(one.actor, "member", self.named),
            "object": found.key if found is not None and listed else None,
            "record": reference(one.record, one.object or "", self.named),
            "fields": self._fields(one) if reads else [],
            "comment": self._comment(one) if reads else None,
            "about": {k: v for k, v in one.about.items() if k in ("import", "export", "kind")},
        }  # fmt: skip
        visible = reads and (found is None or listed)
        return {**document, "text": self._text(one, document) if visible else self._say(_HIDDEN)}

    def _fields(self, one: Kept) -> list[Json]:
        found = self.reader.catalogue.by_id.get(one.object or "")
        veiled = self.hidden.get(one.record, frozenset()) if one.record else frozenset()
        if found is None:
            return []
        fields = (found.by_id[f] for f in one.about.get("fields", ()) if f in found.by_id)
        return [
            {"field": f.key, "label": f.label}
            for f in fields
            if f.id not in veiled and self.reader.shown(found.id, f.id)
        ]

    def _comment(self, one: Kept) -> Json | None:
        comment = self.comments.get(UUID(one.about["comment"])) if "comment" in one.about else None
        if comment is None or comment.deleted_at is not None:
            return None
        names = {m: str(self.named.get(("member", m)) or "…") for m in comment.mentions}
        text = spoken(comment.text, names) or self._say(_FILES)
        cut = text if len(text) <= EXCERPT else text[: EXCERPT - 1] + "…"
        return {"id": str(comment.id), "text": cut}

    def _text(self, one: Kept, shown: Json) -> str:
        found = self.reader.catalogue.by_id.get(one.object or "")
        joint = "、" if self.language == "zh-CN" else ", "
        fields = joint.join(f["label"][self.language] for f in shown["fields"])
        words = {
            **{"created": 0, "updated": 0, "refused": 0, "rows": 0, "kind": "", **one.about},
            "who": (shown["actor"] or {}).get("title") or self._say(_NOBODY),
            "what": found.label[self.language] if found else "",
            "records": _records(found.label["en"] if found else ""),
            "title": (shown["record"] or {}).get("title") or self._say(_UNTITLED),
            "fields": fields or "…",
            "n": one.count,
        }
        return self._say(_template(one)).format(**words)

    def _say(self, pair: tuple[str, str]) -> str:
        return pair[0] if self.language == "zh-CN" else pair[1]


def _template(one: Kept) -> tuple[str, str]:
    if one.kind in ("import", "export"):
        return _ENDED[one.kind, "done" if one.about.get("state") == "done" else "failed"]
    if one.kind == "job":
        return _JOB
    return _ONE[one.kind] if one.record is not None else _MANY[one.kind]


def _records(label: str) -> str:
    """English for many of a kind: `account records`; a `VIP` keeps its capitals."""
    said = label[:1].lower() + label[1:] if label[1:2].islower() else label
    return f"{said} records".strip()


async def worded(context: Context, rows: Sequence[Kept], language: Language) -> list[Json]:
    """Return notifications on the wire for the member they are for."""
    tx = context.tx
    reader = reader_of(tx, context.access, context.catalogue)
    comments = await find_comments(
        tx, [UUID(row.about["comment"]) for row in rows if "comment" in row.about]
    )
    wanted: dict[str, set[UUID]] = {"member": {r.actor for r in rows if r.actor is not None}}
    for comment in comments.values():
        wanted["member"].update(comment.mentions)
    for row in rows:
        if row.record is not None and row.object in context.catalogue.by_id:
            wanted.setdefault(row.object, set()).add(row.record)
    named = await titles(tx, reader, {of: ids for of, ids in wanted.items() if ids})
    hidden: dict[UUID, frozenset[str]] = {}
    for of, ids in wanted.items():
        if of in context.catalogue.by_id:
            found = context.catalogue.by_id[of]
            hidden |= await hidden_fields(tx, reader, found, sorted(ids))
    page = _Page(reader, language, named, comments, hidden)
    return [page.shown(row) for row in rows]


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
