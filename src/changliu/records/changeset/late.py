"""Which clauses have to wait until roll-ups are true again: they are asked after the last write."""

from changliu.formula.model import Change, walk
from changliu.records.changeset.participant import Clause, Placement
from changliu.schema.model import Catalogue, Object
from changliu.schema.rollups import reads_kept


def is_late(clause: Clause, catalogue: Catalogue, target: Object) -> bool:
    """Say whether a clause is asked in step 10: a recheck, or a reaction to a roll-up."""
    if clause.placement is Placement.RECHECK:
        return True
    reacts = clause.placement is Placement.REACT
    return reacts and bool(reads_kept(clause.condition, catalogue, target.id))


def late_clauses(
    clauses: tuple[Clause, ...], catalogue: Catalogue, target: Object
) -> tuple[Clause, ...]:
    """Return the clauses to ask in step 10.

    What a roll-up was before is known only once its column is filled: until then a clause that
    looks back at one is not asked.
    """
    late = (c for c in clauses if is_late(c, catalogue, target))
    return tuple(c for c in late if not _looks_back_too_far(c, catalogue, target))


def _looks_back_too_far(clause: Clause, catalogue: Catalogue, target: Object) -> bool:
    facts = catalogue.world.object(target.id).fields
    return any(
        facts[name].column is None
        for node in walk(clause.condition)
        if isinstance(node, Change)
        for argument in node.args
        for name in reads_kept(argument, catalogue, target.id)
    )
