"""What the values of a field would become: read in pieces, nothing written."""

from typing import Any
from uuid import UUID

from changliu.fields.conversion import (
    MOST_OPTIONS,
    convert,
    is_convertible,
    options_from,
    words_of,
)
from changliu.fields.mask import mask
from changliu.fields.model import Field
from changliu.fields.options import OptionSettings
from changliu.fields.registry import FIELD_TYPES
from changliu.kit.db import Tx
from changliu.kit.errors import Fault, Invalid
from changliu.schema.retype import store
from changliu.schema.retype.model import Survey

# Records a survey reads (some 0.5 s); the change itself converts every one.
MOST = 100_000
PIECE = 1_000
EXAMPLES = 20
_HIDDEN = ("这个值不符合新类型", "the value does not fit the new type")


async def survey(tx: Tx, table: str, source: Field, target: Field) -> Survey:
    """Convert the values in memory; returns counts and examples of those with no place."""
    found = Survey(rows=await store.count_rows(tx, table))
    after: UUID | None = None
    while found.examined < MOST:
        rows = await store.sample(tx, table, source.column or "", after, PIECE)
        if not rows:
            break
        after = rows[-1][0]
        _count(found, rows, source, target)
    return found


def _count(found: Survey, rows: list[tuple[UUID, Any]], source: Field, target: Field) -> None:
    values = [value for _, value in rows]
    cells = convert(values, source, target)
    found.examined += len(rows)
    found.filled += sum(value is not None for value in values)
    for (record, value), fault in zip(rows, cells.faults, strict=True):
        if fault is None:
            continue
        found.refused += 1
        if len(found.examples) < EXAMPLES:
            # The reason quotes the value, which a hidden field masks.
            said = _HIDDEN if source.sensitive or source.personal else (fault.zh, fault.en)
            found.examples.append((record, _shown(source, value), *said))


def _shown(source: Field, value: Any) -> str:
    kind = FIELD_TYPES[source.type]
    [text] = kind.to_text(kind.render([value], source), source)
    return mask(text) if source.sensitive or source.personal else text[:100]


async def options_found(tx: Tx, table: str, source: Field, target: Field) -> list[dict[str, Any]]:
    """Return options made of the values there are, at most 200.

    Raises `Invalid` (`field.retype_options`) when the values are more than a list to choose from.
    """
    several = target.type == "multi_select"
    words: dict[str, None] = {}
    after: UUID | None = None
    examined = 0
    while examined < MOST:
        rows = await store.sample(tx, table, source.column or "", after, PIECE)
        if not rows:
            break
        after, examined = rows[-1][0], examined + len(rows)
        words |= dict.fromkeys(words_of([v for _, v in rows], source, several=several))
        if len(words) > MOST_OPTIONS:
            raise _too_many()
    return options_from(sorted(words))


def _too_many() -> Invalid:
    zh = f"现有的不同值超过 {MOST_OPTIONS} 个，不适合做选项；请先整理，或自己给出 options。"
    en = (
        f"There are more than {MOST_OPTIONS} different values, too many to choose from; tidy them"
        " first, or give the options yourself."
    )
    code = "field.retype_options"
    return Invalid(code, zh, en, [Fault(code, zh, en, "options")])


def wants_options(source: Field, target: Field) -> bool:
    """Say whether the new type takes its options from the values, for want of any given."""
    return (
        isinstance(target.settings, OptionSettings)
        and not target.settings.options
        and is_convertible(source, target)
    )
