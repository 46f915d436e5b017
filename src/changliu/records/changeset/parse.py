"""Step 2, parse: wire values to stored values, one field (column) of all changes at a time."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from changliu.fields.model import Field
from changliu.fields.references import id_of
from changliu.fields.refusal import Refused
from changliu.fields.registry import FIELD_TYPES
from changliu.fields.types.lines import LINES
from changliu.kit.errors import Fault
from changliu.records.changeset.admit import fault_of
from changliu.records.changeset.model import Change, Op
from changliu.records.changeset.participant import Violation
from changliu.records.changeset.store.text import MERGED_INTO, SENT_HEAD
from changliu.schema.model import Object


@dataclass(slots=True)
class Staged:
    """A change on its way into the database: stored values by column name.

    `rows` are the positions of the changes folded into it; `group` falls together in mode each.
    A change that goes along with another names it as its `carrier`: the carrier's rights count and
    its rows are told what is wrong, at `place` when that is a part of what was sent. `lines` are
    whole lists by field id, to be compared with what is there. `sources` go into this record, their
    values by `choices`; `worked_out` are the columns of the patch that follow from other rows. A
    new record that was put into a standing one names in `joined` the fields that kept their values;
    `joining` are the rows of new records that it took in.
    """

    op: Op
    target: Object
    id: UUID
    version: int | None
    patch: dict[str, Any]
    rows: list[int]
    group: int = 0
    carrier: "Staged | None" = None
    place: str = ""
    lines: dict[str, list["Staged"]] = field(default_factory=dict)
    sources: tuple[UUID, ...] = ()
    choices: dict[str, str] = field(default_factory=dict)
    worked_out: dict[str, str] = field(default_factory=dict)
    joined: tuple[str, ...] | None = None
    joining: list[int] = field(default_factory=list)

    @property
    def into(self) -> UUID | None:
        """The record this one is merged into, or, when it comes back, was."""
        survivor = self.patch.get(MERGED_INTO)
        return UUID(survivor) if survivor else None

    @property
    def parts(self) -> list["Staged"]:
        """The change and the lines sent with it."""
        return [self, *(line for lines in self.lines.values() for line in lines)]

    @property
    def told(self) -> list[int]:
        """The positions of the changes that hear of this one."""
        return self.rows if self.carrier is None else self.carrier.rows


@dataclass(slots=True)
class Parsed:
    """What parsing found: a staged change per input row, and faults by row."""

    staged: list[Staged]
    faults: dict[int, list[Fault]] = field(default_factory=lambda: defaultdict(list))


def parse(changes: Sequence[tuple[int, Object, Change]]) -> Parsed:
    """Return the changes with stored values; never raises for bad values."""
    staged = [_staged(row, target, change) for row, target, change in changes]
    parsed = Parsed(staged)
    cells: dict[tuple[str, str], list[tuple[int, Any]]] = defaultdict(list)
    for at, (_, target, change) in enumerate(changes):
        for key, value in change.values.items():
            cells[target.key, key].append((at, value))
    targets = {target.key: target for _, target, _ in changes}
    for (object_key, key), given in cells.items():
        if key in SENT_HEAD:
            _people(parsed, key, given)
        elif targets[object_key].by_key[key].type != LINES:
            _column(parsed, targets[object_key].by_key[key], given)
    _constants(staged)
    return parsed


def _staged(row: int, target: Object, change: Change) -> Staged:
    assert change.op != "merge"  # taken apart before
    return Staged(change.op, target, change.id or UUID(int=0), change.version, {}, [row])


def _column(parsed: Parsed, what: Field, given: list[tuple[int, Any]]) -> None:
    cells = FIELD_TYPES[what.type].parse([value for _, value in given], what)
    for (at, _), value, fault in zip(given, cells.values, cells.faults, strict=True):
        staged = parsed.staged[at]
        if fault is None:
            staged.patch[what.column or ""] = value
        else:
            parsed.faults[staged.rows[0]].append(_placed(fault, what.key, staged.rows[0]))


def _placed(fault: Fault, key: str, row: int) -> Fault:
    return Fault(fault.code, fault.zh, fault.en, fault.path or key, row, extra=fault.extra)


def _people(parsed: Parsed, key: str, given: list[tuple[int, Any]]) -> None:
    """Owner and team: an id, its text, `{id: …}` as read, or blank (owner: back to the pool)."""
    for at, value in given:
        staged = parsed.staged[at]
        blank = value is None or value == ""
        try:
            staged.patch[key] = None if blank else id_of(value)
        except Refused:
            bad = Violation(
                "field.type", "这里要填成员或团队的编号。", "Give the id of a member or team.", key
            )
            parsed.faults[staged.rows[0]].append(fault_of(bad, staged.rows[0]))


def _constants(staged: Sequence[Staged]) -> None:
    """Put constant defaults where a new record was sent nothing."""
    filled: dict[str, dict[str, Any]] = {}
    for change in staged:
        if change.op != "create":
            continue
        if change.target.id not in filled:
            filled[change.target.id] = _defaults(change.target)
        change.patch = {**filled[change.target.id], **change.patch}


def _defaults(target: Object) -> dict[str, Any]:
    found = {}
    for what in target.stored:
        if what.default is None or what.default.tree is not None or what.default.value is None:
            continue
        cells = FIELD_TYPES[what.type].parse([what.default.value], what)
        if cells.faults[0] is None:
            found[what.column or ""] = cells.values[0]
    return found
