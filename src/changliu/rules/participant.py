"""Rules in every write: one clause each, compiled into the plan with all the others."""

from collections.abc import Sequence
from dataclasses import replace

from changliu.formula.model import Column, from_json
from changliu.kit.db import Tx
from changliu.records.changeset.participant import Clause, Placement, Value, Violation
from changliu.rules.model import RuleBody
from changliu.rules.reading import broken
from changliu.rules.store import RULES
from changliu.schema.model import Catalogue, Object
from changliu.schema.rollups import reads_kept

VIOLATED = "rule.violated"


class RuleParticipant:
    """Brings the live rules of an object; publishing one moves the catalogue, so plans are new."""

    async def clauses(self, tx: Tx, target: Object, catalogue: Catalogue) -> Sequence[Clause]:
        """Return a clause per active rule of the object, by key."""
        rows = await RULES.of(tx, target.id)
        rules = [(key, version, RuleBody.model_validate(body)) for key, version, body in rows]
        made = [clause_of(key, version, body) for key, version, body in rules if body.active]
        return [_placed(clause, target, catalogue) for clause in made]


def _placed(clause: Clause, target: Object, catalogue: Catalogue) -> Clause:
    """A rule over a maintained roll-up is asked once that is true, also for a child's change."""
    late = reads_kept(clause.condition, catalogue, target.id)
    return replace(clause, placement=Placement.RECHECK) if late else clause


def clause_of(key: str, version: int, body: RuleBody) -> Clause:
    """Return the clause of a prepared rule."""
    says = Violation(
        VIOLATED,
        body.said["zh-CN"],
        body.said["en"],
        body.field,
        body.level == "block",
        tuple(_value(tree) for tree in body.values),
        (("rule", key),),
    )
    return Clause(f"rule:{key}", Placement.CHECK, broken(body), says, _watched(body), version)


def _watched(body: RuleBody) -> tuple[str, ...]:
    """A record that comes back from the trash is asked what a new one is asked."""
    return (*body.ops, "restore") if "create" in body.ops else body.ops


def _value(tree: dict[str, object]) -> Value:
    column = from_json(tree)
    assert isinstance(column, Column)
    return Value(column)
