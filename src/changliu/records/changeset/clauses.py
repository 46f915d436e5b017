"""What the rooms that take part in writes say about an object, asked once per catalogue version."""

from collections import OrderedDict

from changliu.records.changeset.participant import Clause, SetField, Violation
from changliu.records.context import Context
from changliu.schema.model import Object

# Kept per process, as plans are.
MAX_KEPT = 2_000
derived: OrderedDict[tuple[str, int, str], frozenset[str]] = OrderedDict()
_guarding: OrderedDict[tuple[str, int, str], tuple[Clause, ...]] = OrderedDict()


async def clauses_of(context: Context, target: Object) -> tuple[Clause, ...]:
    """Return the clauses of every participant, in the order main.py lists them."""
    clauses: list[Clause] = []
    for participant in context.participants:
        clauses += await participant.clauses(context.tx, target, context.catalogue)
    return tuple(clauses)


async def derived_columns(context: Context, target: Object) -> frozenset[str]:
    """Return the columns that clauses may set beside what is sent."""
    key = (context.tx.place, context.catalogue.version, target.id)
    if key not in derived:
        clauses = await clauses_of(context, target)
        sets = (c.outcome.field for c in clauses if isinstance(c.outcome, SetField))
        derived[key] = frozenset(target.by_id[name].column or "" for name in sets)
        if len(derived) > MAX_KEPT:
            derived.popitem(last=False)
    return derived[key]


async def guarding(context: Context, target: Object) -> tuple[Clause, ...]:
    """Return the clauses that refuse records alike, and those that set fields: () without any of
    the former."""
    key = (context.tx.place, context.catalogue.version, target.id)
    if key not in _guarding:
        every = await clauses_of(context, target)
        found = tuple(c for c in every if refuses_alike(c) or isinstance(c.outcome, SetField))
        _guarding[key] = found if any(map(refuses_alike, found)) else ()
        if len(_guarding) > MAX_KEPT:
            _guarding.popitem(last=False)
    return _guarding[key]


def refuses_alike(clause: Clause) -> bool:
    """Say whether a clause refuses records that are like another."""
    says = clause.outcome
    return clause.match is not None and isinstance(says, Violation) and says.blocking
