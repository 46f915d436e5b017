"""Working time: calls of the functions over `work_day` in the workspace's schema (timers)."""

from changliu.formula.emitter.arguments import Argument
from changliu.formula.emitter.machine import Emitter
from changliu.formula.emitter.row import Row, identifier, quoted
from changliu.formula.model import Call, Kind

_FUNCTIONS = {
    "WORKHOURS": ("work_hours", "tt", True),
    "ADDWORKHOURS": ("add_work_hours", "tn", True),
    "WORKDAYS": ("work_days", "dd", False),
    "ADDWORKDAYS": ("add_work_days", "dn", False),
    "ISWORKDAY": ("is_work_day", "d", False),
}
"""Function → its name in SQL, its arguments' letters, whether it takes the time zone."""


def worked(emitter: Emitter, node: Call, row: Row) -> str:
    """WORKHOURS, ADDWORKHOURS, WORKDAYS, ADDWORKDAYS, ISWORKDAY."""
    name, letters, zoned = _FUNCTIONS[node.name]
    given = [
        format(Argument(emitter, arg, row), letter)
        for arg, letter in zip(node.args, letters, strict=False)
    ]
    named = len(node.args) > len(letters)
    given.append(emitter.coerced(node.args[-1], Kind.REF, row) if named else "NULL::uuid")
    if zoned:
        given.append(quoted(emitter.env.timezone))
    return f"{identifier(row.object.schema)}.{name}({', '.join(given)})"
