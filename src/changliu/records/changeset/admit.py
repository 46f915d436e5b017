"""Step 1, admit: bounds, objects, ids, and which fields this caller may write at all."""

import difflib
from collections.abc import Sequence
from dataclasses import replace

from changliu.access.model import Verb
from changliu.fields.model import Field
from changliu.fields.types.lines import LINES
from changliu.kit.errors import Fault, Invalid, TooLarge
from changliu.kit.ids import uuid7
from changliu.records.changeset import messages as say
from changliu.records.changeset.choices import wrong_choices
from changliu.records.changeset.model import MAX_CHANGES, OPS, Change
from changliu.records.changeset.participant import Violation
from changliu.records.changeset.store.text import SENT_HEAD
from changliu.records.context import Context
from changliu.schema.model import Object, unknown_object

# Whoever may put a record into the trash may take it out.
_VERBS = {
    "create": Verb.CREATE,
    "update": Verb.UPDATE,
    "delete": Verb.DELETE,
    "restore": Verb.DELETE,
    "merge": Verb.UPDATE,
}


def fault_of(violation: Violation, row: int) -> Fault:
    """Return what a violation says about one change."""
    return Fault(
        violation.code, violation.zh, violation.en, violation.path, row,
        warning=not violation.blocking, extra=dict(violation.about),
    )  # fmt: skip


def check_bounds(changes: Sequence[Change]) -> None:
    """Refuse an empty or too long changeset; raises `Invalid` or `TooLarge`."""
    if not changes:
        raise Invalid(
            "changeset.empty", "没有要保存的改动。", "There is nothing to save: 'changes' is empty."
        )
    if len(changes) > MAX_CHANGES:
        raise TooLarge(
            "changeset.too_large",
            f"一次最多 {MAX_CHANGES} 条改动，收到 {len(changes)} 条，请分批提交。",
            f"At most {MAX_CHANGES} changes at once, got {len(changes)}; send them in batches.",
        )


Known = dict[tuple[str, str, str], Violation | None]


def admit(context: Context, row: int, change: Change, known: Known) -> tuple[Change, list[Fault]]:
    """Return the change with an id of its own, and what is wrong with it on sight.

    `known` remembers by (object, op, key), for one changeset, which fields may be written.

    Raises `NotFound` for an object that does not exist or of which nothing may be read or made.
    """
    target = context.catalogue.object(change.object)
    faults: list[Fault] = []
    if change.op not in OPS:
        raise Invalid(
            "changeset.op",
            f"不支持的操作“{change.op}”，可用：{'、'.join(OPS)}。",
            f"Unknown operation '{change.op}'; use one of {', '.join(OPS)}.",
        )
    if change.op != "create" and change.id is None:
        missing = Violation(
            "change.no_id", "缺少记录编号 id，请补上。", "The record's id is missing; add it.", "id"
        )
        faults.append(fault_of(missing, row))
    if target.lines_of is not None and context.access.predicate(target.id, Verb.READ) is not None:
        parent = context.catalogue.object(target.lines_of)
        return change, [fault_of(say.own_door(target, parent), row)]
    if not any(context.access.predicate(target.id, verb) for verb in _verbs(change)):
        known_by = (Verb.READ, *_VERBS.values())
        if all(context.access.predicate(target.id, verb) is None for verb in known_by):
            raise unknown_object(change.object)
        visible = context.access.predicate(target.id, Verb.READ) is not None
        denied = say.DENIED if visible or change.op == "create" else say.MISSING
        return change, [*faults, fault_of(denied, row)]
    for key in change.values:
        place = (change.object, change.op, key)
        if place not in known:
            known[place] = why_closed(context, target, key, _VERBS[change.op])
        violation = known[place]
        if violation is not None:
            faults.append(fault_of(violation, row))
    if change.op == "merge" and not faults:
        faults += [fault_of(wrong, row) for wrong in wrong_choices(change, target)]
    return change if change.id else replace(change, id=uuid7()), faults


def _verbs(change: Change) -> tuple[Verb, ...]:
    """The verbs of which one is needed to begin with; the rows decide the rest."""
    moves = change.op == "update" and change.values and set(change.values) <= set(SENT_HEAD)
    return (Verb.UPDATE, Verb.TRANSFER) if moves else (_VERBS[change.op],)


def why_closed(context: Context, target: Object, key: str, verb: Verb) -> Violation | None:
    """Return why this caller may not write a field by a verb, None when they may."""
    if key in SENT_HEAD:
        return None
    field = target.by_key.get(key)
    if field is None or not context.access.shown(target.id, field.id):
        return say.unknown_field(key, target, _suggest(context, target, key))
    stored = field.column is not None or field.type == LINES
    if not stored or field.read_only or field.type == "autonumber":
        return say.not_writable(field, computed=True)
    if not context.access.writable(target.id, field.id, verb):
        return say.not_writable(field, computed=False)
    return None


def _suggest(context: Context, target: Object, key: str) -> str | None:
    """The readable field meant: by label, or by a key close to the one given."""
    readable: list[Field] = [f for f in target.fields if context.access.shown(target.id, f.id)]
    labelled = [f.key for f in readable if key in f.names]
    close = difflib.get_close_matches(key, [f.key for f in readable], n=1)
    return next(iter(labelled + close), None)
