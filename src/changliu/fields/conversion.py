"""Values of one type as values of another: what a re-type can do, a column at a time.

What an import accepts a re-type accepts: the old type writes its cells, the new one reads them.
Kinds of numbers, and one id among several, pass as they are.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain
from typing import Any

from changliu.fields.model import Field, FieldSettings
from changliu.fields.moments import LOCAL
from changliu.fields.options import Choice, OptionSettings
from changliu.fields.protocol import Cells
from changliu.fields.references import ManySettings
from changliu.fields.registry import FIELD_TYPES

WORDS = ("text", "long_text", "phone", "email", "url")
NUMBERS = ("number", "integer", "money", "percent", "duration")
DAYS = ("date", "datetime")
CHOICES = ("select", "multi_select", "tags")
PEOPLE = ("reference", "member", "team")
# Options a re-type makes of the values it finds; more are no longer a list to choose from.
MOST_OPTIONS = 200

Route = Callable[[Sequence[Any], Field, Field], Cells]


def targets(name: str) -> tuple[str, ...]:
    """Return the types a field of this type may become, in the order of the designer."""
    found: set[str] = set()
    if name in WORDS:
        found = {*WORDS, *NUMBERS, *DAYS, *CHOICES, "boolean"}
    elif name in NUMBERS:
        found = {*WORDS[:2], *NUMBERS}
    elif name in DAYS:
        found = {*WORDS[:2], *DAYS}
    elif name in CHOICES:
        found = {*WORDS[:2], *CHOICES}
    elif name == "boolean":
        found = {*WORDS[:2], "select"}
    return tuple(kind for kind in FIELD_TYPES if kind in found - {name})


def is_convertible(source: Field, target: Field) -> bool:
    """Say whether values of `source` can be read as values of `target`."""
    if source.type == target.type and source.type in PEOPLE:
        return _pointed_at(source) == _pointed_at(target) and _many(target) and not _many(source)
    return target.type in targets(source.type)


def convert(values: Sequence[Any], source: Field, target: Field) -> Cells:
    """Convert database values (as psycopg returns them); a fault says why a value has no place.

    `values[i]` is blank where `faults[i]` stands, and where the value was blank before.
    """
    wire = FIELD_TYPES[source.type].render(values, source)
    return _route(source, target)(wire, source, _open(target))


def _route(source: Field, target: Field) -> Route:
    if source.type in PEOPLE:
        return _as_lists
    if source.type in NUMBERS and target.type in NUMBERS:
        return _as_sent
    if (source.type, target.type) == ("datetime", "date"):
        return _as_days
    return _as_written


def _as_sent(wire: Sequence[Any], source: Field, target: Field) -> Cells:  # noqa: ARG001
    return FIELD_TYPES[target.type].parse(wire, target)


def _as_lists(wire: Sequence[Any], source: Field, target: Field) -> Cells:
    return _as_sent([None if v is None else [v] for v in wire], source, target)


def _as_days(wire: Sequence[Any], source: Field, target: Field) -> Cells:
    days = [
        None if v is None else datetime.fromisoformat(v).astimezone(LOCAL).date().isoformat()
        for v in wire
    ]
    return _as_sent(days, source, target)


def _as_written(wire: Sequence[Any], source: Field, target: Field) -> Cells:
    cells = FIELD_TYPES[source.type].to_text(wire, source)
    return FIELD_TYPES[target.type].from_text(cells, target, ())


def _open(target: Field) -> Field:
    """The field with every option open: a record may keep one that takes no new ones."""
    settings = target.settings
    if not isinstance(settings, OptionSettings) or not any(c.retired for c in settings.options):
        return target
    live = tuple(choice.model_copy(update={"retired": False}) for choice in settings.options)
    # A copy of the settings would keep the vocabulary they have made of the options.
    return replace(target, settings=type(settings)(options=live))


def _pointed_at(field: Field) -> object:
    return getattr(field.settings, "object", None)


def _many(field: Field) -> bool:
    return isinstance(field.settings, ManySettings) and field.settings.many


def words_of(values: Sequence[Any], source: Field, *, several: bool) -> list[str]:
    """Return the words options may be made of: each once, in order; lists split for `several`."""
    tags = Field("", source.key, source.label, "tags", FieldSettings())
    wire = FIELD_TYPES[source.type].render(values, source)
    written = FIELD_TYPES[source.type].to_text(wire, source)
    if several:
        lists = FIELD_TYPES["tags"].from_text(written, tags, ()).values
        written = list(chain.from_iterable(entry or () for entry in lists))
    return list(dict.fromkeys(word.strip() for word in written if word.strip()))


def options_from(words: Sequence[str]) -> list[dict[str, Any]]:
    """Return options called like these words; a word that is no key gets a number for one."""
    taken = {word for word in words if _is_key(word)}
    made = []
    for number, word in enumerate(words, 1):
        key = word if word in taken else _free(f"option_{number}", taken)
        made.append({"key": key, "label": {"zh-CN": word, "en": word}})
    return made


def _free(key: str, taken: set[str]) -> str:
    while key in taken:
        key += "_"
    taken.add(key)
    return key


def _is_key(word: str) -> bool:
    try:
        Choice.model_validate({"key": word, "label": word})
    except ValueError:
        return False
    return True
