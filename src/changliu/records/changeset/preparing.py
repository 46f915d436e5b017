"""Steps 1 to 3 of a changeset: admit, parse, fold; what is wrong with a change stays at its row."""

from collections import defaultdict

from changliu.kit.errors import Fault
from changliu.kit.failpoints import reach
from changliu.records.changeset import messages as say
from changliu.records.changeset.admit import Known, admit, fault_of
from changliu.records.changeset.fold import fold, groups
from changliu.records.changeset.lines import read_lines
from changliu.records.changeset.merging import apart, stage_merges
from changliu.records.changeset.model import Change, Changeset
from changliu.records.changeset.parse import Parsed, parse
from changliu.records.context import Context
from changliu.schema.model import Object


def prepared(context: Context, changeset: Changeset) -> Parsed:
    """Steps 1 to 3; the faults of bad changes by row, the rest staged and grouped."""
    faults: dict[int, list[Fault]] = defaultdict(list)
    good: list[tuple[int, Object, Change]] = []
    known: Known = {}
    for row, change in enumerate(changeset.changes):
        admitted, wrong = admit(context, row, change, known)
        if wrong:
            faults[row] += wrong
        else:
            good.append((row, context.catalogue.object(admitted.object), admitted))
    reach("parse")
    plain = [apart(sent) for sent in good]
    parsed = parse(plain)
    read_lines(context, parsed, plain, known)
    stage_merges(parsed, good)
    for row, wrong in parsed.faults.items():
        faults[row] += wrong
    reach("fold")
    parsed.staged, twice = fold([s for s in parsed.staged if s.rows[0] not in faults])
    for fault in twice:
        faults[fault.row or 0].append(fault)
    parsed.faults = faults
    if changeset.mode == "each":
        _group(changeset, parsed)
    return parsed


def _group(changeset: Changeset, parsed: Parsed) -> None:
    """Give staged changes their groups; drop those whose group has a fault already."""
    numbers = groups(changeset.changes, parsed.staged)
    bad = {numbers[row] for row in parsed.faults}
    for row, number in enumerate(numbers):
        if number in bad and row not in parsed.faults:
            parsed.faults[row].append(fault_of(say.WITH_GROUP, row))
    for staged in parsed.staged:
        staged.group = numbers[staged.rows[0]]
