"""Merging records: several become one, and whatever referred to the others refers to it.

1. A merge is taken apart into an update of the record that stays and a deletion of each other one.
2. When they are held, every reference to one that goes is pointed to the one that stays, in changes
   that go along with the deletion; its lines move behind those that are there.
   Where the caller says which versions were seen, a later change of either refuses the merge.
3. The record that stays takes the values chosen, and where it is blank those of the others that the
   caller reads and may write.
What undoes a deletion, its references and the update, in history, undoes the merge.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from changliu.access.model import Verb
from changliu.fields.attached import is_file_field
from changliu.fields.model import Field
from changliu.formula.model import TrueNode
from changliu.records.changeset import messages as say
from changliu.records.changeset.choices import COMBINED, SURVIVOR, choice_of, holds_list
from changliu.records.changeset.model import MAX_MOVED, Change
from changliu.records.changeset.parse import Parsed, Staged
from changliu.records.changeset.participant import Violation
from changliu.records.changeset.store import along, listed, past
from changliu.records.changeset.store.above import rows_as_json
from changliu.records.changeset.store.text import (
    CARRIER,
    MERGED,
    MERGED_INTO,
    MOVED,
    SENT_HEAD,
)
from changliu.records.context import Context
from changliu.records.query.service import hidden_fields, reader_of
from changliu.schema.lines import lines_fields, parent_id, position_id
from changliu.schema.model import Object
from changliu.schema.world import Reference, references

Sent = tuple[int, Object, Change]
# Which record goes into which, by object id.
Ways = Mapping[str, Mapping[UUID, UUID]]
Row = dict[str, Any]


def apart(sent: Sent) -> Sent:
    """Return a merge as the update of the record that stays; anything else as it is."""
    row, target, change = sent
    if change.op != "merge":
        return sent
    return row, target, Change("update", change.object, change.id, change.version)


def stage_merges(parsed: Parsed, sent: Sequence[Sent]) -> None:
    """Give the records that stay what was chosen, and stage the deletion of the others."""
    gone = []
    for staged, (row, target, change) in zip(parsed.staged, sent, strict=True):
        if change.op != "merge":
            continue
        staged.sources = change.sources
        staged.choices = {key: choice_of(choice) for key, choice in change.values.items()}
        for at, source in enumerate(change.sources):
            patch = {MERGED_INTO: str(staged.id)}
            seen = change.seen[at] if change.seen else None
            gone.append(Staged("delete", target, source, seen, patch, [row], place=f"from.{at}"))
    parsed.staged += gone


def merged_away(change: Staged) -> bool:
    """Say whether a change puts a record into another one."""
    return change.op == "delete" and change.into is not None


@dataclass(frozen=True, slots=True)
class Merging:
    """One search for what merges bring along; what is found, joined, wrong is the search's own."""

    context: Context
    found: dict[tuple[str, UUID], Staged]
    joined: list[tuple[int, int]]
    wrong: list[tuple[Staged, Violation]]

    async def run(self) -> dict[str, list[tuple[Reference, list[Staged]]]]:
        """Point references elsewhere and work out values.

        Returns the lines that are not wanted, by object: they go with the records they are in.
        """
        gone: dict[str, dict[UUID, Staged]] = defaultdict(dict)
        for change in list(self.found.values()):
            self._forget(change)
            if change.into is not None:
                survivor = self.found.get((change.target.id, change.into))
                if survivor is not None:
                    self.joined.append((survivor.group, change.group))
            if merged_away(change):
                gone[change.target.id][change.id] = change
        if not gone:
            return {}
        left: dict[str, list[tuple[Reference, list[Staged]]]] = defaultdict(list)
        # Lines first: whatever else is done to one, its record is the one that carries it.
        every = references(self.context.catalogue.objects)
        for reference in sorted(every, key=lambda each: not _of_lines(each)):
            losers = gone.get(reference.target)
            if losers:
                unwanted = [s for s in losers.values() if self._keeps_own(reference, s)]
                if unwanted:
                    left[reference.source.id].append((reference, unwanted))
                wanted = {s.id: s for s in losers.values() if s not in unwanted}
                await self._point(reference, wanted)
        await self._take_values(gone)
        return left

    def _forget(self, change: Staged) -> None:
        """An earlier search worked on rows that were not held yet."""
        for name in change.worked_out:
            change.patch.pop(name, None)
        change.worked_out.clear()

    def _keeps_own(self, reference: Reference, loser: Staged) -> bool:
        survivor = self.found.get((loser.target.id, loser.into or loser.id))
        if survivor is None or reference.source.lines_of != loser.target.key:
            return False
        holder = _holder(loser.target, reference)
        return holder is not None and survivor.choices.get(holder.key) == SURVIVOR

    async def _point(self, reference: Reference, losers: dict[UUID, Staged]) -> None:
        """Let the records that refer to one that goes refer to the one that stays."""
        limit = MAX_MOVED + 1 - len(self.found)
        tx, source = self.context.tx, reference.source
        if not losers or limit <= 0:
            return
        if _of_lines(reference):
            await self._move_lines(reference, losers)
            return
        column = reference.field.column or ""
        ways = {id_: loser.into for id_, loser in losers.items() if loser.into}
        named = {to: str(to) for to in ways.values()}
        for row in await along.pointing(tx, reference, list(losers), limit):
            cause = next(losers[point] for point in row.points if point in losers)
            change = self.found.get((source.id, row.id))
            if change is None:
                change = self._carried(reference, row.id, cause)
            elif change.op != "update" or change.sources or column in change.patch:
                continue
            else:
                change.worked_out[column] = MOVED
            own = row.id if reference.target == source.id else None
            if reference.many:
                change.patch[column] = _pointed(row.points, ways, own) or None
            else:
                to = ways[cause.id]
                change.patch[column] = None if to == own else named[to]
            self.joined.append((change.group, cause.group))

    async def _move_lines(self, reference: Reference, losers: dict[UUID, Staged]) -> None:
        """Put lines behind those of the record that stays, in the order of what was merged."""
        line, catalogue = reference.source, self.context.catalogue
        above, place = parent_id(line.id), position_id(line.id)
        parents = [*losers, *(s.into for s in losers.values() if s.into)]
        there = await listed.places_of(self.context.tx, catalogue, line, parents)
        last = {p: max((at for _, at in lines), default=0) for p, lines in there.items()}
        for loser in losers.values():
            survivor = loser.into or loser.id
            for record, _ in there.get(loser.id, ()):
                change = self.found.get((line.id, record))
                change = change or self._carried(reference, record, loser)
                if change.op != "update":
                    continue
                last[survivor] = last.get(survivor, 0) + 1
                change.patch |= {above: str(survivor), place: last[survivor], MOVED: True}

    def _carried(self, reference: Reference, record: UUID, cause: Staged) -> Staged:
        patch = {CARRIER: str(cause.id)}
        made = Staged(
            "update", reference.source, record, None, patch, [], cause.group, carrier=cause
        )
        self.found[reference.source.id, record] = made
        return made

    async def _take_values(self, gone: Mapping[str, Mapping[UUID, Staged]]) -> None:
        survivors = [s for s in self.found.values() if s.sources]
        ways = {
            name: {id_: s.into for id_, s in losers.items() if s.into}
            for name, losers in gone.items()
        }
        for target in {s.target.id: s.target for s in survivors}.values():
            mine = [s for s in survivors if s.target.id == target.id]
            ids = [id_ for s in mine for id_ in (s.id, *s.sources)]
            names = [*SENT_HEAD, *(f.column or "" for f in target.stored)]
            read = past.exact(
                await rows_as_json(self.context, target, ["id", "deleted_at", *names], ids)
            )
            rows = {UUID(row["id"]): row for row in read if row["deleted_at"] is None}
            reader = reader_of(self.context.tx, self.context.access, self.context.catalogue)
            hidden = await hidden_fields(self.context.tx, reader, target, ids)
            values = _Values(self.context, target, rows, hidden, ways)
            for survivor in mine:
                if survivor.id in rows:
                    values.settle(survivor)
                else:
                    self.wrong.append((survivor, say.MISSING))


@dataclass(frozen=True, slots=True)
class _Values:
    """What the records of an object that are merged hold, as their columns do."""

    context: Context
    target: Object
    rows: Mapping[UUID, Row]
    hidden: Mapping[UUID, frozenset[str]]
    ways: Ways

    def settle(self, survivor: Staged) -> None:
        """Put into the patch what the record that stays takes from the others."""
        survivor.patch[MERGED] = [str(source) for source in survivor.sources]
        survivor.worked_out[MERGED] = ""
        for field in self.target.stored:
            column = field.column or ""
            if column not in survivor.patch:
                value, whose = self._value(survivor, field)
                if value != self.rows[survivor.id][column]:
                    survivor.patch[column] = value
                    survivor.worked_out[column] = whose
        owner, team = survivor.choices.get("owner"), survivor.choices.get("team")
        for name, choice in (("owner", owner), ("team", team or owner)):
            if choice not in (None, SURVIVOR) and name not in survivor.patch:
                source = self.rows.get(UUID(choice))
                if source is not None:
                    survivor.patch[name] = source[name]
                    survivor.worked_out[name] = str(choice)

    def _value(self, survivor: Staged, field: Field) -> tuple[Any, str]:
        """A field's value after the merge, and whose it is."""
        own = self._held(survivor.id, field, survivor.id)
        choice = survivor.choices.get(field.key)
        readable = [s for s in survivor.sources if self._reads(s, field)]
        if choice == COMBINED:
            lists = [own, *(self._held(source, field, survivor.id) for source in readable)]
            together = list(dict.fromkeys(each for one in lists for each in one or ()))
            return together or None, COMBINED
        if choice is not None and choice != SURVIVOR:
            readable = [s for s in readable if str(s) == choice]
            value = self._held(readable[0], field, survivor.id) if readable else own
            return value, choice
        if choice is None and own is None and self._fills(field):
            for source in readable:
                if (value := self._held(source, field, survivor.id)) is not None:
                    return value, str(source)
        return own, MOVED

    def _held(self, record: UUID, field: Field, survivor: UUID) -> Any:
        """A record's value, where it names a record that goes: the one that stays."""
        value = self.rows[record][field.column or ""] if record in self.rows else None
        fact = self.context.catalogue.world.object(self.target.id).fields[field.id]
        if field.type != "reference" or value is None or not fact.target:
            return value
        own = survivor if fact.target == self.target.id else None
        ways = self.ways.get(fact.target, {})
        points = [UUID(each) for each in (value if holds_list(field) else [value])]
        left = _pointed(points, ways, own)
        if record != survivor:  # what another one held of this one would lead to itself
            left = [point for point in left if point != str(own)]
        return (left or None) if holds_list(field) else next(iter(left), None)

    def _reads(self, source: UUID, field: Field) -> bool:
        shown = self.context.access.shown(self.target.id, field.id)
        return shown and field.id not in self.hidden.get(source, ())

    def _fills(self, field: Field) -> bool:
        """Whether a blank may be filled unasked: the caller may write the field on every row."""
        if field.read_only or field.type == "autonumber":
            return False
        rows = self.context.access.writable_rows(self.target.id, field.id, Verb.UPDATE)
        return isinstance(rows, TrueNode)


def _pointed(points: Iterable[UUID], ways: Mapping[UUID, UUID], own: UUID | None) -> list[str]:
    """Ids with those that go replaced, each once; a record does not come to refer to itself."""
    moved = ((ways.get(point, point), point in ways) for point in points)
    return list(dict.fromkeys(str(to) for to, new in moved if not (new and to == own)))


def _of_lines(reference: Reference) -> bool:
    return reference.field.id == parent_id(reference.source.id)


def _holder(target: Object, reference: Reference) -> Field | None:
    line = reference.source.key
    fields = lines_fields(target)
    return next((f for f in fields if getattr(f.settings, "object", None) == line), None)


def files_taken(staged: Iterable[Staged]) -> set[UUID]:
    """Return the files that records take from others: whoever merges them has read them there."""
    found: set[UUID] = set()
    for change in staged:
        for field in change.target.stored if change.sources else ():
            if is_file_field(field) and field.column in change.worked_out:
                found.update(UUID(each) for each in change.patch.get(field.column or "") or ())
    return found
