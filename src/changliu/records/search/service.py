"""Searching all records at once, as the caller.

1. Read the text (`wording`). 2. Look for records whose keys fit, whoever asks: few are then asked
for one by one, as the caller; of many, the newest the caller reads are listed, those that begin
with the text before the others. 3. Look again where the text stands, only in fields the caller
reads on that record. Nothing of other records is told: no title, no count, not that they are there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from changliu.formula.model import TrueNode
from changliu.kit.db import Tx
from changliu.kit.errors import Fault, Invalid
from changliu.records.context import Context
from changliu.records.query.compiled import CompiledList, compiled_as
from changliu.records.query.model import MAX_SEARCH, WireRecord
from changliu.records.query.paths import own_path, resolve
from changliu.records.query.plan import ListPlan, envelope, output_of, sort_key
from changliu.records.query.reader import Reader
from changliu.records.query.searched import Search, search_of, search_params
from changliu.records.query.service import compiled_rows, reader_of
from changliu.records.search.places import place_in
from changliu.records.search.store.words import FEW, candidates, spelled, wording_of
from changliu.records.search.wording import Wording
from changliu.schema.model import Object
from changliu.schema.searching import searchable_fields

# Hits of one object: unless asked otherwise, and at most.
PER_OBJECT, MOST_PER_OBJECT = 5, 50
# From the best to the least: all of the text, its beginning, the beginning of a word, any part.
ORDER = ("exact", "prefix", "word", "part")


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A search: text, keys of the objects to look into (None: all), hits per object."""

    text: str
    objects: tuple[str, ...] | None = None
    limit: int = PER_OBJECT


@dataclass(frozen=True, slots=True)
class Hit:
    """A record found: in which field, how well, and where in the field's text (start, end)."""

    id: str
    title: str | None
    field: str
    text: str
    match: str
    places: tuple[tuple[int, int], ...]
    created_at: str
    titled: bool

    @property
    def rank(self) -> tuple[int, bool]:
        """What comes first: the better match, then those in titles."""
        return ORDER.index(self.match), not self.titled

    def as_json(self, found: Object) -> dict[str, Any]:
        """Return `{id, object, title, field, text, match, highlights}`."""
        return {
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
    """The best hits in one object, and whether there are more of them."""

    object: Object
    hits: list[Hit]
    more: bool

    def as_json(self) -> dict[str, Any]:
        """Return `{object, label, items, more}`."""
        items = [hit.as_json(self.object) for hit in self.hits]
        found = {"object": self.object.key, "label": self.object.label}
        return {**found, "items": items, "more": self.more}


@dataclass(frozen=True, slots=True)
class _Target:
    """An object with what the caller may be told of its keys."""

    object: Object
    search: Search


async def search(context: Context, request: SearchRequest) -> list[Group]:
    """Return the best hits by object, the object with the best hit first.

    Raises `NotFound` for an object the caller does not know, `Invalid` (`query.search`,
    `query.limit`).
    """
    _check(request)
    tx = context.tx
    reader = reader_of(tx, context.access, context.catalogue)
    targets = _targets(reader, request.objects)
    wording = await wording_of(tx, request.text)
    if wording is None or not targets:
        return []
    few = await candidates(tx, wording, [target.object.id for target in targets])
    if few == []:
        return []
    finder = _Finder(tx, reader, wording, few, request.limit)
    groups = [group for target in targets if (group := await finder.group(target)).hits]
    groups.sort(key=lambda group: group.hits[0].rank)
    return groups


def _targets(reader: Reader, keys: Sequence[str] | None) -> list[_Target]:
    if keys is None:
        known = [o for o in reader.catalogue.objects if reader.may_list(o.id)]
    else:
        known = [reader.object(key) for key in dict.fromkeys(keys)]
    found = [_Target(o, search_of(reader, o)) for o in known]
    return [target for target in found if target.search.looks]


@dataclass(frozen=True, slots=True)
class _Finder:
    """A search under way; `few` are all records that may be found, None when they are many."""

    tx: Tx
    reader: Reader
    wording: Wording
    few: list[UUID] | None
    limit: int

    async def group(self, target: _Target) -> Group:
        """Return the hits in one object: among few records, or the newest of each kind."""
        hits = await self._matching(target, "part") if self.few is not None else {}
        # Whatever is all of a field also begins it: asked only where more begin it than are told.
        for how in ("prefix", "exact", "part") if self.few is None else ():
            if (how == "exact") is (len(hits) > self.limit):
                hits |= await self._matching(target, how)
        best = sorted(hits.values(), key=lambda hit: hit.created_at, reverse=True)
        best.sort(key=lambda hit: hit.rank)
        return Group(target.object, best[: self.limit], len(best) > self.limit)

    async def _matching(self, target: _Target, how: str) -> dict[str, Hit]:
        return await self._placed(target, await self._records(target, how))

    async def _records(self, target: _Target, how: str) -> list[WireRecord]:
        closed = self.few is not None
        compiled = compiled_as(
            self.reader,
            ("search", target.object.id, closed),
            lambda: _compiled(self.reader, target, closed=closed),
        )
        values = {**search_params(target.search, self.wording, how), "ids": self.few or []}
        most = FEW if closed else self.limit + 1
        found = await compiled_rows(self.tx, self.reader, compiled, values, after=None, limit=most)
        return [record for _, record in found]

    async def _placed(self, target: _Target, records: Sequence[WireRecord]) -> dict[str, Hit]:
        """Where the text stands in each record, in the best of the fields the caller reads."""
        ids = [UUID(record["id"]) for record in records]
        texts = await spelled(self.tx, ids) if ids else {}
        hits = [_hit(target, self.wording, r, texts.get(UUID(r["id"]), "")) for r in records]
        return {hit.id: hit for hit in hits if hit is not None}


def _compiled(reader: Reader, target: _Target, *, closed: bool) -> CompiledList:
    """The list of hits: title, time of entry, and the fields searched, blank where not readable."""
    found = target.object
    heads = [o for o in envelope(reader, found) if o.name in ("title", "created_at")]
    fields = [f for f in searchable_fields(found) if f.id in target.search.names]
    outputs = [output_of(own_path(reader, found.id, f.id, f.key)) for f in fields]
    newest = sort_key(reader, resolve(reader, found.id, "created_at", "sort"), descending=True)
    rows = reader.rows(found.id)
    plan = ListPlan(found, (*heads, *outputs), (newest,), rows, TrueNode(), target.search, closed)
    return CompiledList(plan, ())


def _hit(target: _Target, wording: Wording, record: WireRecord, text: str) -> Hit | None:
    found = target.object
    best: Hit | None = None
    for field in searchable_fields(found):
        value = record["values"].get(field.key)
        titled = field.id == found.title_field
        if not isinstance(value, str) or (wording.single and not titled):
            continue
        match, places = place_in(wording, field, value, text)
        if match is None:
            continue
        hit = Hit(
            record["id"], record.get("title"), field.key, value, match, places,
            record["created_at"], titled,
        )  # fmt: skip
        if best is None or hit.rank < best.rank:
            best = hit
    return best


def _check(request: SearchRequest) -> None:
    if len(request.text) > MAX_SEARCH:
        raise Invalid(
            "query.search",
            f"搜索词最长 {MAX_SEARCH} 个字符。",
            f"A search text has at most {MAX_SEARCH} characters.",
            [Fault("query.search", "搜索词过长。", "The search text is too long.", "q")],
        )
    if not 1 <= request.limit <= MOST_PER_OBJECT:
        zh = f"limit 须在 1 到 {MOST_PER_OBJECT} 之间。"
        en = f"limit must be between 1 and {MOST_PER_OBJECT}."
        raise Invalid("query.limit", zh, en, [Fault("query.limit", zh, en, "limit")])
