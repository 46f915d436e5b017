"""Which yes or no says of a date that its time has passed. Pure."""

from collections.abc import Iterator, Sequence

from changliu.fields.model import Field
from changliu.fields.types.formula import FormulaSettings
from changliu.formula.model import Column, walk
from changliu.formula.world import Kind

_DATES = ("date", "datetime")


def marks_of(fields: Sequence[Field]) -> dict[str, str]:
    """Return by a date's id the key of the first formula that marks it (`marks_dates`).

    A formula marks the dates of its own record that it reads itself, not those of other formulas.
    """
    dates = {field.id for field in fields if field.type in _DATES}
    found: dict[str, str] = {}
    for field in fields:
        for read in _read_by(field):
            if read in dates:
                found.setdefault(read, field.key)
    return found


def _marks(field: Field) -> bool:
    settings, tree = field.settings, field.tree
    told = isinstance(settings, FormulaSettings) and settings.marks_dates
    return told and tree is not None and tree.kind is Kind.BOOL


def _read_by(field: Field) -> Iterator[str]:
    if not _marks(field):
        return
    assert field.tree is not None
    for node in walk(field.tree):
        if isinstance(node, Column) and len(node.path) == 1 and node.level == 0:
            yield node.path[0]
