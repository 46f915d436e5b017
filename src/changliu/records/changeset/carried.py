"""What the changes that go along say: to the change that carries them, at their place in it."""

from collections.abc import Sequence
from dataclasses import replace

from changliu.access.model import Verb
from changliu.kit.errors import Fault
from changliu.records.changeset import messages as say
from changliu.records.changeset.model import RowResult
from changliu.records.changeset.parse import Staged
from changliu.records.changeset.store.text import SENT_HEAD
from changliu.records.context import Context

# What a dry run calls records of objects that the caller reads none of.
HIDDEN = "hidden"
# Refusals beside which nothing else is said.
CLOSED = ("access.", "record.missing", "lines.missing", "field.forbidden")


def joined(before: RowResult | None, change: Staged, result: RowResult) -> RowResult:
    """Return what a row hears when one more of its changes has been answered.

    Once a record that was asked for by id may not be seen or touched, nothing but that is said:
    what goes along with it would tell how many others point there.
    """
    known = before or RowResult()
    own = change.carrier is None
    if own and not known.closed and any(f.code.startswith(CLOSED) for f in result.faults):
        known = RowResult(known.id, known.version, closed=True)
    elif known.closed and not (own and any(f.code.startswith(CLOSED) for f in result.faults)):
        return known
    stale = any(fault.code == say.STALE.code for fault in known.faults)
    if stale and not own:
        return known  # the lines are those of an older version: one word is enough
    if not own or change.place:
        faults = [_placed(change, fault) for fault in result.faults]
        warnings = [_placed(change, fault) for fault in result.warnings]
        result = RowResult(known.id, known.version, faults, warnings)
    if stale:  # of a merge: what else is wrong follows from what was not merged
        result.faults = [fault for fault in result.faults if fault.code == say.STALE.code]
    return RowResult(
        result.id, result.version, known.faults + result.faults, known.warnings + result.warnings,
        closed=known.closed,
    )  # fmt: skip


def count_along(context: Context, staged: Sequence[Staged], rows: dict[int, RowResult]) -> None:
    """Count the records that would go along, into the results of those they go with."""
    for change in staged:
        if change.sources and change.rows[0] in rows and not rows[change.rows[0]].refused:
            rows[change.rows[0]].taken = _taken(change)
        if change.carrier is None:
            continue
        visible = context.access.predicate(change.target.id, Verb.READ) is not None
        name = change.target.key if visible else HIDDEN
        for row in change.told[:1]:
            if row in rows and not rows[row].refused:
                rows[row].along[name] = rows[row].along.get(name, 0) + 1


def _taken(change: Staged) -> dict[str, str]:
    """Which fields a merge would change, by key, and whose value each takes."""
    keys = {f.column: f.key for f in change.target.stored} | {name: name for name in SENT_HEAD}
    return {keys[name]: whose for name, whose in change.worked_out.items() if name in keys}


def _placed(change: Staged, fault: Fault) -> Fault:
    if change.place:
        return replace(fault, path=".".join(part for part in (change.place, fault.path) if part))
    label = change.target.label
    return replace(
        fault,
        zh=f"一起改动的“{label['zh-CN']}”不允许：{fault.zh}",
        en=f"A '{label['en']}' record that goes along refuses: {fault.en}",
        path=None,
    )
