"""What a search of one object's records looks into, as the caller. Pure."""

from dataclasses import dataclass
from typing import Any

from changliu.formula.model import Node
from changliu.records.query.reader import Reader
from changliu.records.search.wording import Wording
from changliu.schema.model import Object
from changliu.schema.searching import searchable_fields

# Matches nothing: no text has two of these in a row.
_NOTHING = "\x03\x03"


@dataclass(frozen=True, slots=True)
class Search:
    """Fields (ids) that may be found by on every row, and others with the rows on which they may.

    `text` is a tree looked into as it is: the title, where there are no keys of it.
    """

    title: str | None = None
    fields: tuple[str, ...] = ()
    partly: tuple[tuple[str, Node], ...] = ()
    text: Node | None = None

    @property
    def names(self) -> frozenset[str]:
        """Every field that may be found by on some row."""
        return frozenset((*self.fields, *(name for name, _ in self.partly)))

    @property
    def looks(self) -> bool:
        """Whether there are keys to look into."""
        return bool(self.fields or self.partly)


def search_of(reader: Reader, found: Object) -> Search:
    """Return which keys of an object the caller may be told of: never of masked values."""
    readable = [f.id for f in searchable_fields(found) if reader.readable(found.id, f.id)]
    veils = [(name, reader.partly(found.id, name)) for name in readable]
    return Search(
        found.title_field if found.lines_of is None else None,
        tuple(name for name, rows in veils if rows is None),
        tuple((name, rows) for name, rows in veils if rows is not None),
    )


def search_params(search: Search, wording: Wording, how: str = "part") -> dict[str, Any]:
    """Return what binds a search: `part`, `prefix` or `exact`. One character looks at titles."""
    looked = [name for name in search.fields if not wording.single or name == search.title]
    params = {
        "q_keys": wording.keys(begins=how != "part"),
        "q_text": wording.pattern(looked, how) if looked else _NOTHING,
    }
    for name, _ in search.partly:
        open_to = not wording.single or name == search.title
        params[f"q_{name}"] = wording.pattern([name], how) if open_to else _NOTHING
    return params
