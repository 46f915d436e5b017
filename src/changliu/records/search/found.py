"""What a search gives: hits, best first, by object. Pure."""

from dataclasses import dataclass
from typing import Any

from changliu.schema.model import Object

# From the best to the least: all of the text, its beginning, the beginning of a word, any part.
ORDER = ("exact", "prefix", "word", "part")


@dataclass(frozen=True, slots=True)
class Hit:
    """A record found: in which field, how well, and where in the field's text (start, end).

    `line` is the id of the line it was found through; the field is then `lines.remark`.
    """

    id: str
    title: str | None
    field: str
    text: str
    match: str
    places: tuple[tuple[int, int], ...]
    created_at: str
    titled: bool
    line: str | None = None

    @property
    def rank(self) -> tuple[int, bool]:
        """What comes first: the better match, then those in titles."""
        return ORDER.index(self.match), not self.titled

    def as_json(self, found: Object) -> dict[str, Any]:
        """Return `{id, object, title, field, text, match, highlights, line?}`."""
        line = {"line": self.line} if self.line is not None else {}
        return {
            **line,
            "id": self.id,
            "object": found.key,
            "title": self.title,
            "field": self.field,
            "text": self.text,
            "match": self.match,
            "highlights": [list(place) for place in self.places],
        }


@dataclass(frozen=True, slots=True)
class Group:
    """The best hits in one object, and the cursor of the next ones, None at the end."""

    object: Object
    hits: list[Hit]
    next: str | None

    def as_json(self) -> dict[str, Any]:
        """Return `{object, label, items, more, next?}`."""
        items = [hit.as_json(self.object) for hit in self.hits]
        found = {"object": self.object.key, "label": self.object.label}
        more = {"more": self.next is not None} | ({"next": self.next} if self.next else {})
        return {**found, "items": items, **more}
