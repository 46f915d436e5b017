"""Reading changes from request bodies: shapes only, meaning is checked by the steps."""

from dataclasses import dataclass
from typing import Any, get_args
from uuid import UUID

from changliu.kit.errors import Fault, Invalid, NotFound, Problem
from changliu.records.changeset.model import MAX_SOURCES, OPS, Asked, Change, Changeset, Mode

_MODES = get_args(Mode)
_ENVELOPE = frozenset({"mode", "reason", "dry_run", "changes"})
_CHANGE = frozenset({"op", "object", "id", "version", "values", "from"})
MAX_REASON = 1_000


def read_id(text: str) -> UUID:
    """Return a record's id from a path; raises `NotFound`: no record has another kind of id."""
    try:
        return UUID(text)
    except ValueError:
        raise NotFound(
            "record.missing",
            "记录不存在或已被删除，请刷新后再试。",
            "The record does not exist or was deleted; refresh and try again.",
        ) from None


def read_change(op: Asked, object_key: str, record_id: UUID | None, body: Any) -> Change:
    """Return one change from a record body: values by field key beside `id` and `version`."""
    if not isinstance(body, dict):
        raise _shape(
            "body", "请求体应为对象：{字段标识: 值}。", "The body must be {field key: value}."
        )
    values = dict(body)
    given = values.pop("id", None)
    version = _version(values.pop("version", None), "version", None)
    if op == "create":
        record_id = _id(given, "id", None)
    elif given is not None and _id(given, "id", None) != record_id:
        raise _shape(
            "id", "请求体里的 id 与网址不同。", "The id in the body differs from the address."
        )
    return Change(op, object_key, record_id, version, values)


def read_changeset(body: Any, key: str | None, body_hash: bytes | None) -> Changeset:
    """Return a changeset from its body; raises `Invalid` naming the place that does not fit."""
    if not isinstance(body, dict):
        raise _shape(
            "body", "请求体应为对象，含 changes。", "The body must be an object with 'changes'."
        )
    _known(body, _ENVELOPE, None)
    mode, reason, dry_run = body.get("mode", "all"), body.get("reason"), body.get("dry_run", False)
    if mode not in _MODES:
        raise _shape("mode", "mode 只能是 all 或 each。", "'mode' must be all or each.")
    reason = _reason(reason)
    if not isinstance(dry_run, bool):
        raise _shape(
            "dry_run", "dry_run 只能是 true 或 false。", "'dry_run' must be true or false."
        )
    changes = body.get("changes")
    if not isinstance(changes, list):
        raise _shape("changes", "changes 应为列表。", "'changes' must be a list.")
    read = tuple(_change(row, change) for row, change in enumerate(changes))
    return Changeset(
        read, mode=mode, reason=reason, dry_run=dry_run, idempotency_key=key, body_hash=body_hash
    )


@dataclass(frozen=True, slots=True)
class Wish:
    """What a revert was asked for: why, and whether what the changeset set off goes too."""

    reason: str | None = None
    consequences: bool = False


def read_revert(body: Any) -> Wish:
    """Return what a revert's body asks; raises `Invalid` naming the place that does not fit."""
    if not isinstance(body, dict):
        en = "The body must be an object; {} will do."
        raise _shape("body", "请求体应为对象，可以为 {}。", en)
    _known(body, frozenset({"reason", "consequences"}), None)
    consequences = body.get("consequences", False)
    if not isinstance(consequences, bool):
        zh, en = "consequences 只能是 true 或 false。", "'consequences' must be true or false."
        raise _shape("consequences", zh, en)
    return Wish(_reason(body.get("reason")), consequences)


def _reason(reason: Any) -> str | None:
    if reason is not None and (not isinstance(reason, str) or len(reason) > MAX_REASON):
        zh = f"reason 应为不超过 {MAX_REASON} 字的文字。"
        raise _shape("reason", zh, f"'reason' must be a text of at most {MAX_REASON} characters.")
    return reason


def _change(row: int, body: Any) -> Change:
    if not isinstance(body, dict):
        raise _shape("changes", "每条改动应为对象。", "Each change must be an object.", row)
    _known(body, _CHANGE, row)
    op, target, values = body.get("op"), body.get("object"), body.get("values", {})
    if op not in OPS:
        zh, en = "、".join(OPS), ", ".join(OPS)
        raise _shape("op", f"op 只能是 {zh} 之一。", f"'op' must be one of {en}.", row)
    if not isinstance(target, str):
        raise _shape(
            "object", "缺少 object（对象标识）。", "'object' (the object's key) is missing.", row
        )
    if not isinstance(values, dict):
        zh = "values 应为对象：{字段标识: 值}。"
        raise _shape("values", zh, "'values' must be {field key: value}.", row)
    version = _version(body.get("version"), "version", row)
    sources = _sources(body["from"], op, row) if "from" in body else []
    goes, seen = tuple(each for each, _ in sources), tuple(each for _, each in sources)
    return Change(op, target, _id(body.get("id"), "id", row), version, values, goes, seen)


def _sources(value: Any, op: str, row: int) -> list[tuple[UUID, int | None]]:
    """What goes into a record: ids, or {id, version} where changes since are to refuse it."""
    if op != "merge":
        raise _shape("from", "只有合并（merge）才用 from。", "Only a merge takes 'from'.", row)
    if not isinstance(value, list) or len(value) > MAX_SOURCES:
        zh = f"from 应为要并入的记录编号列表，最多 {MAX_SOURCES} 条。"
        en = f"'from' must list the ids of the records to merge, at most {MAX_SOURCES}."
        raise _shape("from", zh, en, row)
    found = []
    for each in value:
        if isinstance(each, dict):
            _known(each, frozenset({"id", "version"}), row)
        given = each if isinstance(each, dict) else {"id": each}
        source = _id(given.get("id"), "from", row)
        if source is not None:
            found.append((source, _version(given.get("version"), "from", row)))
    return found


def _id(value: Any, path: str, row: int | None) -> UUID | None:
    if value is None:
        return None
    try:
        return UUID(value)
    except (ValueError, TypeError, AttributeError):
        raise _shape(path, "id 应为 UUID。", "'id' must be a UUID.", row) from None


def _version(value: Any, path: str, row: int | None) -> int | None:
    # 2^31 − 1: the column is an integer.
    if value is None or (type(value) is int and 0 < value < 2**31):
        return value
    zh = "version 应为读到的版本号（正整数）。"
    raise _shape(path, zh, "'version' must be the version you read (a positive integer).", row)


def _known(body: dict[str, Any], allowed: frozenset[str], row: int | None) -> None:
    for key in body:
        if key not in allowed:
            zh, en = "、".join(sorted(allowed)), ", ".join(sorted(allowed))
            raise _shape(key, f"不认识“{key}”，可用：{zh}。", f"Unknown '{key}'; use {en}.", row)


def _shape(path: str, zh: str, en: str, row: int | None = None) -> Problem:
    return Invalid("request.shape", zh, en, [Fault("request.shape", zh, en, path, row)])
