"""Searching all records at once, as the caller.

1. Read the text (`wording`). 2. Look for records whose keys fit, whoever asks: few are then asked
for one by one, as the caller; of many, the newest the caller reads are listed, those that begin
with the text before the others, those found through their lines last. 3. Look again where the text
stands, only in fields the caller reads on that record. Nothing of other records is told: no title,
no count, not that they are there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from changliu.kit.db import Row, Tx
from changliu.kit.errors import Fault, Invalid
from changliu.kit.secrets import Signer
from changliu.records.context import Context
from changliu.records.query.bounds import check_search
from changliu.records.query.compiled import compiled_as
from changliu.records.query.cursor import read_cursor, shape_of, write_cursor
from changliu.records.query.model import WireRecord
from changliu.records.query.reader import Reader
from changliu.records.query.searched import search_params
from changliu.records.query.service import compiled_rows, reader_of
from changliu.records.search.found import Group, Hit
from changliu.records.search.stages import (
    APART,
    PART,
    TOGETHER,
    Place,
    Stage,
    read_place,
    stages_of,
)
from changliu.records.search.store.words import FEW, candidates, spelled, wording_of
from changliu.records.search.targets import Target, compiled_hits, targets_of
from changliu.records.search.wording import Wording

# Hits of one object: unless asked otherwise, and at most.
PER_OBJECT, MOST_PER_OBJECT = 5, 50
# Statements for a page of many: then it is told as far as it is, with a cursor to go on.
ROUNDS = 8


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A search: text, keys of the objects to look into (None: all), hits per object, and the
    cursor of one object's next hits."""

    text: str
    objects: tuple[str, ...] | None = None
    limit: int = PER_OBJECT
    cursor: str = ""


async def search(context: Context, request: SearchRequest, signer: Signer) -> list[Group]:
    """Return the best hits by object, the object with the best hit first.

    Raises `NotFound` for an object the caller does not know, `Invalid` (`query.search`,
    `query.limit`, `search.cursor`), `BadRequest` (`cursor.bad`, `cursor.other`).
    """
    _check(request)
    tx = context.tx
    reader = reader_of(tx, context.access, context.catalogue)
    targets = targets_of(reader, request.objects)
    wording = await wording_of(tx, request.text)
    if wording is None or not targets:
        return []
    few = await candidates(tx, wording, [name for target in targets for name in target.objects])
    finder = _Finder(tx, reader, wording, few, request, signer)
    if few == [] and not request.cursor:
        return []
    groups = [group for target in targets if (group := await finder.group(target)).hits]
    groups.sort(key=lambda group: group.hits[0].rank)
    return groups


@dataclass(frozen=True, slots=True)
class _Finder:
    """A search under way; `few` are all records that may be found, None when they are many."""

    tx: Tx
    reader: Reader
    wording: Wording
    few: list[UUID] | None
    request: SearchRequest
    signer: Signer

    async def group(self, target: Target) -> Group:
        """Return the next hits in one object: among few records, or the newest of each kind."""
        shape = shape_of(
            self.tx.schema, "search", target.object.id, self.request.text, self.few is None
        )
        after = read_cursor(self.signer, shape, self.request.cursor) if self.request.cursor else []
        hits, place = await (self._among_few if self.few is not None else self._of_many)(
            target, read_place(after)
        )
        hits.sort(key=lambda hit: hit.rank)
        token = write_cursor(self.signer, shape, place.as_list()) if place is not None else None
        return Group(target.object, hits, token)

    async def _among_few(
        self, target: Target, after: Place | None
    ) -> tuple[list[Hit], Place | None]:
        """All hits ranked in memory, from behind a place on."""
        hits: dict[str, Hit] = {}
        for each in (target, *target.lines):
            if each.search.looks:
                rows = await self._rows(each, "part", None, FEW)
                for hit in await self._placed(each, [record for _, record in rows]):
                    known = hits.get(hit.id) if hit is not None else None
                    if hit is not None and (known is None or hit.rank < known.rank):
                        hits[hit.id] = hit
        best = sorted(hits.values(), key=lambda hit: hit.id)
        best.sort(key=lambda hit: hit.created_at, reverse=True)
        best.sort(key=lambda hit: hit.rank)
        if after is not None:
            best = [hit for hit in best if after.precedes(hit)]
        limit = self.request.limit
        last = best[limit - 1] if len(best) > limit else None
        return best[:limit], Place.at_hit(last) if last is not None else None

    async def _of_many(self, target: Target, after: Place | None) -> tuple[list[Hit], Place | None]:
        """Stage by stage, each newest first; a hit is told at the stage where it fits best."""
        limit = self.request.limit
        stages = stages_of(target, single=self.wording.single)
        place = after or Place(await self._beginning(target))
        if place.stage >= len(stages):
            return [], None
        found: dict[str, tuple[Hit, Place]] = {}
        going: Place | None = place
        for _ in range(ROUNDS):
            if going is None or len(found) > limit:
                break
            place, stage = going, stages[going.stage]
            keys = None if place.keys is None else list(place.keys)
            rows = await self._rows(stage.target, stage.how, keys, limit + 1)
            hits = await self._placed(stage.target, [record for _, record in rows])
            told = await self._told(target, stage, hits, keys)
            for (sorts, record), hit in zip(rows, hits, strict=True):
                going = Place.at_row(place.stage, sorts, record["id"])
                if hit is not None and stage.takes(hit) and hit.id not in told:
                    found.setdefault(hit.id, (hit, going))
            if len(rows) <= limit:
                going = Place(stage.then) if stage.then is not None else None
        listed = list(found.values())
        if len(listed) > limit:
            going = listed[limit - 1][1]
        return [hit for hit, _ in listed[:limit]], going

    async def _beginning(self, target: Target) -> int:
        """The first stage: whatever is all of a field also begins it, and is told apart only where
        more begin it than are told at once."""
        if not target.search.looks:
            return PART + 1
        rows = await self._rows(target, "prefix", None, self.request.limit + 1)
        return APART if len(rows) > self.request.limit else TOGETHER

    async def _told(
        self, target: Target, stage: Stage, hits: Sequence[Hit | None], after: list[str] | None
    ) -> set[str]:
        """Of records found through lines, those told before: by themselves, or by a line of the
        page before."""
        ids = [UUID(hit.id) for hit in hits if hit is not None]
        if not stage.lines or not ids:
            return set()
        told = {after[1]} if after else set()
        if target.search.looks:
            rows = await self._rows(target, "part", None, len(ids), among=ids)
            placed = await self._placed(target, [record for _, record in rows])
            told |= {hit.id for hit in placed if hit is not None}
        return told

    async def _rows(
        self,
        target: Target,
        how: str,
        after: list[str] | None,
        most: int,
        among: Sequence[UUID] | None = None,
    ) -> list[tuple[Row, WireRecord]]:
        ids = among if among is not None else self.few
        closed = ids is not None
        compiled = compiled_as(
            self.reader,
            ("search", target.object.id, closed),
            lambda: compiled_hits(self.reader, target, closed=closed),
        )
        values = {**search_params(target.search, self.wording, how), "ids": list(ids or [])}
        return await compiled_rows(self.tx, self.reader, compiled, values, after=after, limit=most)

    async def _placed(self, target: Target, records: Sequence[WireRecord]) -> list[Hit | None]:
        """Where the text stands in each record, in the best of the fields the caller reads."""
        ids = [UUID(record["id"]) for record in records]
        texts = await spelled(self.tx, ids) if ids else {}
        return [target.hit(self.wording, r, texts.get(UUID(r["id"]), "")) for r in records]


def _check(request: SearchRequest) -> None:
    check_search(request.text)
    if not 1 <= request.limit <= MOST_PER_OBJECT:
        zh = f"limit 须在 1 到 {MOST_PER_OBJECT} 之间。"
        en = f"limit must be between 1 and {MOST_PER_OBJECT}."
        raise Invalid("query.limit", zh, en, [Fault("query.limit", zh, en, "limit")])
    if request.cursor and len(request.objects or ()) != 1:
        zh = "翻页标记属于一个对象的结果：请在 objects 里只写这个对象。"
        en = "A cursor goes on with the hits of one object: name just that one in 'objects'."
        raise Invalid("search.cursor", zh, en, [Fault("search.cursor", zh, en, "objects")])
