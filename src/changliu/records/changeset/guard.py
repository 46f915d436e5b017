"""Step 4, once rows are held: of writers that come by the same key at once, one goes first.

1. Which changes may come by a key that a rule guards: new ones, those that come back, and those
   that write what the key is made of.
2. Few: a lock for each key, worked out as the check does it, in one order. Many: one lock for
   the object instead, for the room of locks is small; those with few hold it shared.
Rows are held before and nothing is waited for afterwards but what is unique, so two writers that
wait for each other are rare; then one begins again.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from changliu.records.changeset.clauses import guarding
from changliu.records.changeset.model import Op
from changliu.records.changeset.parse import Staged
from changliu.records.changeset.participant import Clause, SetField
from changliu.records.changeset.store import guard as store
from changliu.records.context import Context
from changliu.schema.model import Object

# Changes of one object that take a lock for each key; PostgreSQL has room for some thousands.
MOST = 200


async def guard_keys(context: Context, staged: Sequence[Staged]) -> None:
    """Wait until nobody else is about to write a record with a key that these changes come by."""
    if context.rehearsing:
        return
    by_object: dict[str, list[Staged]] = defaultdict(list)
    for change in staged:
        if change.op != "delete":
            by_object[change.target.id].append(change)
    shared: list[Object] = []
    whole: list[Object] = []
    keys: set[int] = set()
    for object_id, changes in sorted(by_object.items()):
        target = context.catalogue.by_id[object_id]
        clauses = await guarding(context, target)
        coming = _coming(target, clauses, changes) if clauses else []
        if len(coming) > MOST:
            whole.append(target)
        elif coming:
            shared.append(target)
            for op, batch in _by_op(coming):
                watching = tuple(c for c in clauses if op in c.ops)
                keys |= await store.keys_of(context, store.Coming(target, op, watching, batch))
    if shared or whole:
        await store.take(context.tx, shared, whole, sorted(keys))


def _coming(target: Object, clauses: Sequence[Clause], changes: Sequence[Staged]) -> list[Staged]:
    terms = {field for c in clauses if c.match for field, _ in c.match.terms}
    columns = {target.by_id[field].column or "" for field in terms}
    derived = any(isinstance(c.outcome, SetField) and c.outcome.field in terms for c in clauses)
    ops = {op for clause in clauses if clause.match for op in clause.ops}
    return [
        s
        for s in changes
        if s.op in ops and (s.op != "update" or derived or not columns.isdisjoint(s.patch))
    ]


def _by_op(changes: Iterable[Staged]) -> list[tuple[Op, list[Staged]]]:
    found: dict[Op, list[Staged]] = defaultdict(list)
    for change in changes:
        found[change.op].append(change)
    return sorted(found.items())
