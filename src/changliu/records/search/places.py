"""Where a search text stands in a value, and how well it fits. Pure."""

import re
import unicodedata

from changliu.fields.model import Field
from changliu.records.search.store.keys import CHARACTER, FIELD
from changliu.records.search.wording import Wording


def place_in(
    wording: Wording, field: Field, value: str, spelled: str
) -> tuple[str | None, tuple[tuple[int, int], ...]]:
    """Return how a value matches (`exact`, `prefix`, `word`, `part`; None: not) and where.

    `spelled` is the record's text. Places are (start, end) in characters of the value as it is
    shown; none where the value was changed since, or is longer than what is searched.
    """
    section = _section(spelled, field.id)
    hit = re.search(wording.body, section)
    if hit is None or (wording.single and hit.start() > 0):
        return None, ()
    start = section.count(CHARACTER, 0, hit.start())
    end = section.count(CHARACTER, 0, hit.end())
    shown = _shown_at(field, value)
    places: tuple[tuple[int, int], ...] = ()
    if len(shown) >= section.count(CHARACTER):
        places = ((shown[start], shown[end - 1] + 1),)
    if re.search(wording.pattern([field.id], "exact"), f"{FIELD}{field.id}{section}"):
        return "exact", places
    if start == 0:
        return "prefix", places
    before = value[places[0][0] - 1] if places else ""
    return ("word" if before and not before.isalnum() else "part"), places


def _section(spelled: str, field_id: str) -> str:
    """The characters of one field, `▸张·zhang▸伟·wei`; nothing where it is blank."""
    head = f"{FIELD}{field_id}{CHARACTER}"
    at = spelled.find(head)
    if at < 0:
        return ""
    end = spelled.find(FIELD, at + 1)
    return spelled[at + len(head) - 1 : end if end >= 0 else None]


def _shown_at(field: Field, value: str) -> list[int]:
    """For each searched character, which character of the value it comes from."""
    shown = []
    for at, ch in enumerate(value):
        folded = unicodedata.normalize("NFKC", ch).lower()
        kept = [c for c in folded if c > " " and (field.type != "phone" or c in "0123456789")]
        shown += [at] * len(kept)
    return shown
