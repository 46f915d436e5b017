"""What a merge asks for: which records go into which, and whose value each field keeps; no I/O."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from changliu.fields.model import Field
from changliu.fields.registry import FIELD_TYPES
from changliu.fields.types.lines import LINES
from changliu.records.changeset.model import Change
from changliu.records.changeset.participant import Violation
from changliu.records.changeset.store.text import SENT_HEAD
from changliu.schema.model import Object

# Beside the id of a record that goes: the value of the record that stays, or all of a list.
SURVIVOR, COMBINED = "survivor", "combined"
_NO_SOURCES = Violation(
    "merge.no_sources",
    "请在 from 中列出要并入这条记录的其他记录（不含它自己，不重复）。",
    "List in 'from' the records that go into this one: others than itself, each once.",
    "from",
)


def holds_list(field: Field) -> bool:
    """Say whether a field holds several values that can be put together."""
    storage = FIELD_TYPES[field.type].storage(field.settings)
    return storage is not None and storage.sql_type.endswith("[]")


def wrong_choices(change: Change, target: Object) -> Iterator[Violation]:
    """Yield what is wrong with a merge on sight."""
    sources = set(change.sources)
    if not sources or change.id in sources or len(sources) < len(change.sources):
        yield _NO_SOURCES
    for key, choice in change.values.items():
        allowed = _allowed(change, target, key)
        if choice_of(choice) not in allowed:
            yield _wrong(key, allowed)


def choice_of(value: Any) -> str:
    """Return a choice in its one spelling: ids have many; "" for what is none."""
    if not isinstance(value, str):
        return ""
    try:
        return str(UUID(value))
    except ValueError:
        return value


def _allowed(change: Change, target: Object, key: str) -> tuple[str, ...]:
    field = None if key in SENT_HEAD else target.by_key.get(key)
    if field is not None and field.type == LINES:
        return (COMBINED, SURVIVOR)
    ids = tuple(str(source) for source in change.sources)
    combined = (COMBINED,) if field is not None and holds_list(field) else ()
    return (SURVIVOR, *ids, *combined)


def _wrong(key: str, allowed: tuple[str, ...]) -> Violation:
    words = ", ".join(allowed)
    return Violation(
        "merge.choice",
        f"合并时每个字段只能选择保留谁的值，可用：{words}。",
        f"A merge says per field whose value stays; use one of: {words}.",
        key,
    )
