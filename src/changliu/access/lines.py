"""Rights over lines: those of the record they are a part of.

Who reads a record and its field of lines reads the lines; who may write that field writes them. A
role may list fields of the line object in a grant on it: then it opens those only. The scope of
such a grant says nothing; rows are the record's.
"""

from collections.abc import Callable, Iterable

from changliu.access.model import EVERY, Grant, Verb
from changliu.formula.model import Column, ExistsRows, Kind, Node, TrueNode
from changliu.schema.lines import parent_id

# What reaches lines at all; everything else is done to their record.
REACHING = (Verb.READ, Verb.EXPORT)
Lists = Callable[[Grant], bool]


def lines_tree(parent: str, line: str, rows: Node | None) -> Node | None:
    """Return the lines of the parent's rows as a condition on lines; object ids are given."""
    if rows is None or isinstance(rows, TrueNode):
        return rows
    return ExistsRows(parent, "id", Column((parent_id(line),), kind=Kind.REF), rows)


def lists_of(grants: Iterable[Grant], place: tuple[str, str], verb: Verb) -> Lists:
    """Return whether a grant on the record opens a field of its lines: place is (line object,
    field). It does unless its role lists others in grants on the line object."""
    listed: dict[str, bool] = {}
    for grant in grants:
        if (grant.object, grant.verb) == (place[0], verb):
            opens = names(fields_of(grant, verb), place[1])
            listed[grant.role] = listed.get(grant.role, False) or opens
    return lambda grant: listed.get(grant.role, True)


def fields_of(grant: Grant, verb: Verb) -> frozenset[str]:
    """Return the fields a grant opens for what its verb does with them."""
    return grant.writable if verb in (Verb.CREATE, Verb.UPDATE) else grant.readable


def names(fields: frozenset[str], field_id: str) -> bool:
    """Say whether a field is among those of a grant, by its id or as one of all."""
    return EVERY in fields or field_id in fields
