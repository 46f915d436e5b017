"""How the rows of a file are told to be records that are there: by which of its columns.

1. An export carries each record's id: nothing recognises it better.
2. Else a unique field that every row fills, or the number the platform gave.
3. A unique field that some rows leave blank would double those: then the title, where no two rows
   have the same; only without one it is used all the same.
4. Without any of them every row is a new record.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from changliu.fields.model import Field
from changliu.fields.types.autonumber import AutonumberSettings
from changliu.kit.errors import Fault
from changliu.schema.model import Object
from changliu.transfer.guessing import SURE, Guess
from changliu.transfer.heading import folded
from changliu.transfer.mapping import Mapping as FileMapping
from changliu.transfer.plan import IDENTITY, MATCHABLE, RECORD

Samples = Mapping[str, Sequence[str]]

_is_id = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE).fullmatch
_NAMED = frozenset(map(folded, RECORD.names))


def given_columns(header: Sequence[str], target: Object, samples: Samples) -> list[Guess]:
    """Return the columns that hold what the platform gave: ids, then numbers of `target`."""
    found = []
    for column in header:
        texts = [text for text in samples.get(column, ()) if text]
        if folded(column) in _NAMED and texts and all(map(_is_id, texts)):
            found.append(Guess(column, IDENTITY, SURE["name"], "name"))
    for field in target.stored:
        if not isinstance(field.settings, AutonumberSettings):
            continue
        names, shape = {folded(name) for name in field.names}, _shape(field.settings)
        found += [
            Guess(column, field.key, SURE["name"], "name")
            for column in header
            if folded(column) in names and all(map(shape, samples.get(column, ("",))))
        ]
    return found


def chosen_key(
    target: Object, guesses: Sequence[Guess], given: Sequence[Guess], samples: Samples
) -> Guess | None:
    """Return the column that recognises records, None where none does."""
    if given and given[0].field == IDENTITY:
        return given[0]
    unique = [g for g in guesses if (f := _matched(target, g)) is not None and f.unique]
    whole = [*(g for g in unique if not _gaps(g, samples)), *given]
    if whole or not unique:
        return whole[0] if whole else None
    titles = (g for g in guesses if (f := _matched(target, g)) and f.id == target.title_field)
    alone = (g for g in titles if not _gaps(g, samples) and _distinct(g, samples))
    return next(alone, unique[0])


def gaps_of(samples: Samples) -> list[str]:
    """Return the columns that some of the sampled rows leave blank."""
    return [column for column, texts in samples.items() if not all(texts)]


def key_notices(mapping: FileMapping, told: Mapping[str, Any], target: Object) -> Iterator[Fault]:
    """Say by which column records are recognised, and which unique one was passed over."""
    filled = {rule.field: name for name, rules in mapping.columns.items() for rule in rules}
    named = [filled[key] for key in mapping.match if key in filled]
    if not named:
        return
    gaps = {*told.get("gaps", ())}
    unique = {f.key for f in target.stored if f.unique} - {*mapping.match}
    passed = [name for key, name in filled.items() if key in unique and name in gaps]
    zh, en = "、".join(named), ", ".join(named)
    more_zh = f"“{'、'.join(passed)}”有的行空着，所以没有用它。" if passed else ""
    more_en = f" '{', '.join(passed)}' is blank in some rows, so it is not used." if passed else ""
    yield Fault(
        "import.match",
        f"按“{zh}”认出已有的记录：相同的更新，没有的新建。{more_zh}要改请改 match。",
        f"Records are recognised by '{en}': the same are updated, others created.{more_en} To"
        " change that, change 'match'.",
        path="mapping.match",
        extra={"columns": named, "passed": passed},
    )


def _matched(target: Object, guess: Guess) -> Field | None:
    field = target.by_key.get(guess.field)
    return field if field is not None and field.type in MATCHABLE else None


def _gaps(guess: Guess, samples: Samples) -> bool:
    return not all(samples.get(guess.column, ("",)))


def _distinct(guess: Guess, samples: Samples) -> bool:
    texts = samples[guess.column]
    return len({*texts}) == len(texts)


def _shape(settings: AutonumberSettings) -> Callable[[str], object]:
    """What tells a number of this pattern."""
    forms: dict[str, Callable[[str], str]] = {
        "literal": re.escape,
        "date": lambda text: f"[0-9]{{{len(text)}}}",
        "count": lambda text: f"[0-9]{{{len(text)},}}",
    }
    form = "".join(forms[part.role](part.text) for part in settings.parts)
    return re.compile(form).fullmatch
