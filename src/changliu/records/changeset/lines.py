"""Steps 1 and 2 for lines: each line sent with a record is admitted and parsed like a change.

What becomes of a line (kept, changed, new, gone) is known when the record is held: `expand`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from changliu.access.model import Verb
from changliu.fields.model import Field
from changliu.fields.registry import FIELD_TYPES
from changliu.fields.types.lines import LINES, LinesSettings
from changliu.kit.errors import Fault
from changliu.kit.ids import uuid7
from changliu.records.changeset.admit import Known, fault_of, why_closed
from changliu.records.changeset.model import Change
from changliu.records.changeset.parse import Parsed, Staged, parse
from changliu.records.changeset.participant import Violation
from changliu.records.changeset.store.text import SENT_HEAD
from changliu.records.context import Context
from changliu.schema.lines import parent_id, position_id
from changliu.schema.model import Object


@dataclass(frozen=True, slots=True)
class _Sent:
    """One line as it was sent: with which change, in which field, where in the list."""

    staged: Staged
    holder: Field
    line: Object
    at: int
    change: Change

    @property
    def place(self) -> str:
        return f"{self.holder.key}.{self.at}"


def read_lines(
    context: Context, parsed: Parsed, changes: Sequence[tuple[int, Object, Change]], known: Known
) -> None:
    """Put the lines sent with these changes beside them; faults are placed in the whole body."""
    sent: list[_Sent] = []
    for staged, (_, target, change) in zip(parsed.staged, changes, strict=True):
        for key, value in change.values.items():
            holder = target.by_key.get(key)
            if holder is not None and holder.type == LINES:
                sent += _lists(context, parsed, staged, holder, value)
    good = [one for one in sent if not _closed(context, parsed, one, known)]
    inner = parse([(number, one.line, one.change) for number, one in enumerate(good)])
    for number, faults in inner.faults.items():
        _tell(parsed, good[number], faults)
    for one, line in zip(good, inner.staged, strict=True):
        line.place, line.rows = one.place, []
        line.patch[parent_id(one.line.id)] = str(one.staged.id)
        line.patch[position_id(one.line.id)] = one.at + 1
        if line.op == "create":
            line.patch |= dict.fromkeys(SENT_HEAD)
        one.staged.lines[one.holder.id].append(line)


def _lists(
    context: Context, parsed: Parsed, staged: Staged, holder: Field, value: Any
) -> Iterator[_Sent]:
    """The lines of one list; the list itself is noted even when it is empty."""
    cells = FIELD_TYPES[LINES].parse([value], holder)
    if (fault := cells.faults[0]) is not None:
        placed = replace(fault, path=holder.key, row=staged.rows[0])
        parsed.faults[staged.rows[0]].append(placed)
        return
    assert isinstance(holder.settings, LinesSettings)
    line = context.catalogue.object(holder.settings.object)
    staged.lines[holder.id] = []
    for at, raw in enumerate(cells.values[0] or ()):
        values = {key: given for key, given in raw.items() if key != "id"}
        known = raw.get("id")
        op, id_ = ("update", UUID(known)) if known else ("create", uuid7())
        yield _Sent(staged, holder, line, at, Change(op, line.key, id_, None, values))  # type: ignore[arg-type]


def _closed(context: Context, parsed: Parsed, one: _Sent, known: Known) -> bool:
    """Tell which of a line's fields may not be written; say whether there are any."""
    verb = Verb.CREATE if one.staged.op == "create" else Verb.UPDATE
    faults = []
    for key in one.change.values:
        place = (one.line.key, verb, key)
        if place not in known:
            known[place] = _why(context, one.line, key, verb)
        if (violation := known[place]) is not None:
            faults.append(fault_of(violation, 0))
    _tell(parsed, one, faults)
    return bool(faults)


def _why(context: Context, line: Object, key: str, verb: Verb) -> Violation | None:
    if key in SENT_HEAD:
        key = f"{key} "  # lines have neither: the answer is that of a field there is not
    return why_closed(context, line, key, verb)


def _tell(parsed: Parsed, one: _Sent, faults: Sequence[Fault]) -> None:
    row = one.staged.rows[0]
    for fault in faults:
        path = ".".join(part for part in (one.place, fault.path) if part)
        parsed.faults[row].append(replace(fault, path=path.strip(), row=row))
