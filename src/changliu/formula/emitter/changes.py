"""The row before the changeset: OLD, CHANGED, CHANGEDTO, BECAME."""

from changliu.formula.emitter.machine import Emitter
from changliu.formula.emitter.row import Row
from changliu.formula.model import Change


def change(emitter: Emitter, node: Change, row: Row) -> str:
    """A comparison of the row with itself before. ValueError without an old row."""
    if row.old is None:
        raise ValueError(f"{node.name} needs old_alias")
    first = node.args[0]
    if node.name == "OLD":
        return emitter.condition(first, row.old)
    if node.name == "BECAME":
        before = f"{row.old.key} IS NOT NULL AND {emitter.condition(first, row.old)}"
        return f"({emitter.condition(first, row)} AND ({before}) IS NOT TRUE)"
    now, before = emitter.condition(first, row), emitter.condition(first, row.old)
    differs = f"({now} IS DISTINCT FROM {before})"
    if node.name == "CHANGED":
        return differs
    *source, goal = node.args[1:]
    parts = [emitter.equal(first, goal, row), differs]
    parts += [emitter.equal(first, value, row.old) for value in source]
    return f"({' AND '.join(parts)})"
