"""Step 3, fold: several changes of one record become one; records made here fall together."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

from changliu.kit.errors import Fault
from changliu.records.changeset.admit import fault_of
from changliu.records.changeset.model import MOVES, Change
from changliu.records.changeset.parse import Staged
from changliu.records.changeset.participant import Violation

# Of an id as `str` writes it.
_ID_LENGTH = 36
_TWICE = Violation(
    "change.twice",
    "同一条记录在一次提交里先删除后又修改，或被新建两次，请只保留一种。",
    "A record is deleted and then changed, or created twice, in one changeset; keep only one.",
    "id",
)


def fold(staged: Sequence[Staged]) -> tuple[list[Staged], list[Fault]]:
    """Return one staged change per record, later values winning, and what cannot be folded.

    create + update is a create, update + delete a delete; any other pair contradicts itself, and so
    does whatever else is done to a record that is merged into another.
    """
    folded: dict[tuple[str, UUID], Staged] = {}
    faults: list[Fault] = []
    for change in staged:
        key = (change.target.id, change.id)
        before = folded.get(key)
        if before is None:
            folded[key] = change
        elif _contradict(before, change):
            faults += [fault_of(_TWICE, row) for row in change.rows]
        elif change.op == "update" and before.op not in MOVES:
            before.patch.update(change.patch)
            before.lines.update(change.lines)
            before.sources += change.sources
            before.choices.update(change.choices)
            before.version = _older(before, change)
            before.rows += change.rows
        elif change.op == "delete" and before.op in ("update", "delete"):
            before.op, before.patch, before.lines = "delete", {}, {}
            before.version = _older(before, change)
            before.rows += change.rows
        else:
            faults += [fault_of(_TWICE, row) for row in change.rows]
    return list(folded.values()), faults


def _contradict(before: Staged, change: Staged) -> bool:
    """Whether one of two changes of a record is a merge that does not allow the other."""
    if before.into or change.into:
        return True
    return bool(before.sources or change.sources) and (before.op, change.op) != ("update", "update")


def _older(before: Staged, change: Staged) -> int | None:
    """Of two expected versions the older one: the other cannot have been there at the same time."""
    return min((v for v in (before.version, change.version) if v is not None), default=None)


def groups(changes: Sequence[Change], staged: Sequence[Staged]) -> list[int]:
    """Return a group number per change, equal for changes that stand or fall together.

    Those are the changes of one record, and a record with those that point to it when it is made
    in the same changeset. Ids are taken from what was parsed, where it was: one has many spellings.
    """
    parsed: dict[int, list[Any]] = defaultdict(list)
    for each in staged:
        parsed[each.rows[0]] += [v for part in each.parts for v in part.patch.values()]
    made = {str(c.id): at for at, c in enumerate(changes) if c.op == "create" and c.id}
    first: dict[tuple[str, UUID], int] = {}
    leader = list(range(len(changes)))

    def find(at: int) -> int:
        while leader[at] != at:
            leader[at] = leader[leader[at]]
            at = leader[at]
        return at

    for at, change in enumerate(changes):
        values = parsed.get(at) or [*change.values.values()]
        together = [made.get(text) for text in _ids_in(values)] if made else []
        if change.id is not None:
            together.append(first.setdefault((change.object, change.id), at))
        together += [first.setdefault((change.object, source), at) for source in change.sources]
        for other in together:
            if other is not None:
                leader[find(at)] = find(other)
    return [find(at) for at in range(len(changes))]


def _ids_in(values: Iterable[Any]) -> Iterator[str]:
    for value in values:
        for one in value if isinstance(value, list) else (value,):
            text = one.get("id") if isinstance(one, dict) else one
            if isinstance(text, str) and len(text) == _ID_LENGTH:
                yield text.lower()


def batches(staged: Sequence[Staged]) -> list[list[Staged]]:
    """Return one batch per (object, operation, own or carried) in working order.

    Updates free what creates may need (unique values, references), so they come first, then
    creates, referenced objects before referencing; deletes come last, the other way round. Records
    that are merged into others go between: when nothing refers to them any more, and before the
    others take their unique values.
    """
    merged = [s for s in staged if s.op == "delete" and s.into]
    survivors = {(s.target.id, s.into) for s in merged}
    found: dict[tuple[int, int, str, str, bool], list[Staged]] = defaultdict(list)
    for change in staged:
        rank = change.target.rank
        survives = change.op == "update" and (change.target.id, change.id) in survivors
        goes = (1 if change.into else 3) if change.op == "delete" else 2 * survives
        order = -rank if change.op == "delete" else rank
        carried = change.carrier is not None
        found[goes, order, change.target.id, change.op, carried].append(change)
    return [
        sorted(found[key], key=_in_turn)
        for key in sorted(found, key=lambda k: (k[0], k[1], k[2], k[3] != "update", k[4]))
    ]


def _in_turn(change: Staged) -> tuple[int, int]:
    """New rows as they were sent, the order of their numbers; others as they are locked."""
    return (change.told[0], 0) if change.op == "create" else (0, change.id.int)
