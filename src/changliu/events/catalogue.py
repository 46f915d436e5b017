"""Every fact the platform announces, with its sentence and the shape of its payload."""

from collections.abc import Mapping
from dataclasses import dataclass

from changliu.kit.labels import Labels


@dataclass(frozen=True, slots=True)
class Event:
    """A fact: `name` in the past tense, a sentence in both languages, payload key → meaning.

    `many` is the payload key that lists records: an emission is cut into jobs of at most 1,000.
    """

    name: str
    sentence: Labels
    payload: Mapping[str, str]
    many: str | None = None


_RECORDS = {
    "object": "id of the object",
    "records": "ids of the records, at most 1,000 a job",
    "changeset": "id of the changeset",
    "actor": "id of the member it is attributed to",
    "via": "the door: browser, api, import, automation …",
}

_COMMENT = {
    "comment": "id of the comment",
    "object": "id of the object",
    "record": "id of the record",
    "actor": "id of the member who wrote it",
}


def _event(
    name: str, zh: str, en: str, payload: Mapping[str, str], many: str | None = None
) -> Event:
    return Event(name, {"zh-CN": zh, "en": en}, payload, many)


CATALOGUE: tuple[Event, ...] = (
    _event("record.created", "新建了记录", "Records were created", _RECORDS, "records"),
    _event(
        "record.updated",
        "修改了记录",
        "Records were changed",
        {**_RECORDS, "fields": "ids of the fields that changed in any of them"},
        "records",
    ),
    _event("record.deleted", "删除了记录", "Records were deleted", _RECORDS, "records"),
    _event("record.restored", "恢复了记录", "Deleted records were restored", _RECORDS, "records"),
    _event(
        "changeset.reverted",
        "撤销了一次变更",
        "A changeset was reverted",
        {"changeset": "id of the one taken back", "by": "id of the changeset that did it"},
    ),
    _event("comment.added", "发表了评论", "A comment was added", _COMMENT),
    _event("comment.edited", "修改了评论", "A comment was edited", _COMMENT),
    _event(
        "record.shared",
        "共享了一条记录",
        "A record was shared",
        {
            "share": "id of the share",
            "object": "id of the object",
            "record": "id of the record",
            "member": "id of the member it is shared with, null for a team",
            "team": "id of the team it is shared with, null for a member",
            "actor": "id of the member who shares it",
        },
    ),
    _event(
        "rollup.drifted",
        "发现汇总值有偏差，已改正",
        "Stored roll-ups were found to differ from their records, and put right",
        {
            "object": "id of the object",
            "field": "id of the roll-up",
            "records": "how many records held a wrong value",
        },
    ),
    _event(
        "import.finished",
        "后台导入已结束",
        "An import in the background ended",
        {
            "import": "id of the import",
            "object": "id of the object",
            "state": "done, or failed for a reason that a person can mend",
            "created": "records created",
            "updated": "records changed",
            "refused": "rows refused",
            "actor": "id of the member who imports",
        },
    ),
    _event(
        "export.finished",
        "后台导出已结束",
        "An export in the background ended",
        {
            "export": "id of the export",
            "object": "id of the object",
            "state": "done or failed",
            "rows": "rows in the file",
            "actor": "id of the member who asked for it",
        },
    ),
    _event(
        "definition.published",
        "发布了一项定义",
        "A definition went live",
        {"kind": "kind of definition", "key": "its key", "version": "the version now live"},
    ),
    _event(
        "definition.retired",
        "停用了一项定义",
        "A definition was retired",
        {"kind": "kind of definition", "key": "its key", "version": "the version retired"},
    ),
    _event(
        "bundle.installed",
        "安装了应用包",
        "An app bundle was installed",
        {"bundle": "key of the bundle", "version": "its version"},
    ),
    _event("member.added", "加入了成员", "A member was added", {"member": "id of the member"}),
    _event(
        "member.disabled", "停用了成员", "A member was disabled", {"member": "id of the member"}
    ),
    _event("member.enabled", "启用了成员", "A member was enabled", {"member": "id of the member"}),
    _event(
        "member.team_changed",
        "成员换了主团队",
        "A member's main team changed",
        {"member": "id of the member", "from": "id of the old team", "to": "id of the new team"},
    ),
)
EVENTS: Mapping[str, Event] = {event.name: event for event in CATALOGUE}
