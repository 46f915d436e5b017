"""Step 4, what goes along: changes that follow from those asked for, found and held with them.

1. A list of lines becomes changes of the lines: new, changed, gone; what stays as it is does not.
2. A record that is deleted takes those along that refer to it by `on_delete: cascade`, level by
   level; a reference by `clear` loses it. One that comes back brings back what went with it.
3. References to a record that is merged into another are pointed to that one (`merging`); those of
   a record that comes back, to what is there by now (`returning`).
4. All are locked in one order, and looked for again: what came in between is found the second time.
Once a record is held for deletion nothing new can refer to it, so the search comes to rest.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from changliu.kit.errors import Conflict, TooLarge
from changliu.kit.failpoints import reach
from changliu.records.changeset import messages as say
from changliu.records.changeset.above import Above, hold_all
from changliu.records.changeset.locks import Held
from changliu.records.changeset.merging import Merging, merged_away
from changliu.records.changeset.model import MAX_CHANGES, MAX_MOVED, Op
from changliu.records.changeset.parse import Staged
from changliu.records.changeset.participant import Violation
from changliu.records.changeset.returning import Returning, comes_back
from changliu.records.changeset.store import along, listed
from changliu.records.changeset.store.text import CARRIER
from changliu.records.context import Context
from changliu.schema.lines import lines_field, lines_fields, parent_id
from changliu.schema.model import Catalogue, Object
from changliu.schema.world import Reference, references

# References followed from one record to the next: a longer chain is taken apart by hand.
MAX_DEPTH = 10
# Refusals that tell how much hangs on a record: for those only who may touch it.
ALONG = frozenset({"changeset.along_too_large", "changeset.along_too_deep"})
# Searches before somebody else's writes are given way to.
MAX_SEARCHES = 5
RESTRICT, CLEAR, CASCADE = "restrict", "clear", "cascade"


@dataclass(slots=True)
class Work:
    """All changes of a changeset, those that go along among them, what may not be, and the rows
    it writes or moves."""

    staged: list[Staged]
    wrong: list[tuple[Staged, Violation]] = field(default_factory=list)
    above: Above = field(default_factory=Above)


async def settle(context: Context, staged: Sequence[Staged]) -> Work:
    """Return the changes with what goes along; every row they touch is locked, in one order.

    Raises `TooLarge` (`changeset.along_too_large`), `Conflict` (`changeset.along_too_deep`,
    `changeset.busy`).
    """
    reach("lock")
    follows = _follows(context.catalogue)
    rows: set[tuple[str, UUID]] | None = None
    held = Held()
    for _ in range(MAX_SEARCHES):
        work = await _Search(context, follows).run(staged)
        found = {(s.target.id, s.id) for s in work.staged}
        work.above = await hold_all(context, work.staged, held)
        if rows is not None and found <= rows:
            return work
        if not any(_expands(follows, s) for s in work.staged):
            return work
        rows = found
    raise Conflict(
        "changeset.busy",
        "其他人正在修改相关联的记录，请稍后再试。",
        "Others are changing the records that belong to these; try again in a moment.",
    )


_FOLLOWED = ("delete", "restore")


def _expands(follows: dict[str, list[Reference]], change: Staged) -> bool:
    """Whether other rows have to be looked for."""
    if change.lines or merged_away(change) or comes_back(change):
        return True
    return change.op in _FOLLOWED and change.target.id in follows


def _follows(catalogue: Catalogue) -> dict[str, list[Reference]]:
    """References that do more than hold a deletion up, by the object they point to."""
    found: dict[str, list[Reference]] = defaultdict(list)
    for reference in references(catalogue.objects):
        if _on_delete(reference) != RESTRICT:
            found[reference.target].append(reference)
    return found


def _on_delete(reference: Reference) -> str:
    return getattr(reference.field.settings, "on_delete", RESTRICT)


class _Search:
    """One search from the changes asked for; it reads and never writes."""

    def __init__(self, context: Context, follows: dict[str, list[Reference]]) -> None:
        self.context, self.follows = context, follows
        self.found: dict[tuple[str, UUID], Staged] = {}
        self.wrong: list[tuple[Staged, Violation]] = []
        self.joined: list[tuple[int, int]] = []
        self.above: dict[UUID, Staged] = {}
        self.most = MAX_CHANGES

    async def run(self, staged: Sequence[Staged]) -> Work:
        """Compare lists of lines, then follow references level by level."""
        self.found = {(s.target.id, s.id): s for s in staged}
        self.most = MAX_MOVED if any(s.into for s in staged) else MAX_CHANGES
        for line, parents in _by_line(self.context.catalogue, staged).items():
            await self._lines(self.context.catalogue.by_id[line], parents)
        merging = Merging(self.context, self.found, self.joined, self.wrong)
        level = await self._unwanted(await merging.run())
        level += [
            s
            for s in self.found.values()
            if s.op in _FOLLOWED and s.target.id in self.follows and not merged_away(s)
        ]
        for _ in range(MAX_DEPTH):
            if not level:
                break
            level = await self._next(level)
        if level:
            raise _too_deep(level[0])
        self._count()
        await Returning(self.context, self.found, self.joined, self.wrong).run()
        await self._touch_records()
        _join_groups(self.found.values(), self.joined)
        _mark_lines(self.found.values(), self.above)
        return Work(list(self.found.values()), self.wrong)

    async def _unwanted(
        self, left: Mapping[str, Sequence[tuple[Reference, list[Staged]]]]
    ) -> list[Staged]:
        """Take along the lines that a merge leaves with the records that go."""
        reached: list[Staged] = []
        for reference, losers in (pair for pairs in left.values() for pair in pairs):
            reached += await self._through(reference, "delete", {s.id: s for s in losers})
        return reached

    async def _lines(self, line: Object, parents: Sequence[tuple[Staged, str]]) -> None:
        """Stage what makes the lines of these records what was sent."""
        tx, catalogue = self.context.tx, self.context.catalogue
        there = await listed.lines_of(tx, catalogue, line, [parent.id for parent, _ in parents])
        sent = [(parent, each) for parent, name in parents for each in parent.lines[name]]
        known = {each.id: each.patch for _, each in sent if each.op == "update"}
        changed = await listed.differing(tx, catalogue, line, known) if known else set()
        for parent, each in sent:
            if each.op == "create" or each.id in changed:
                self._stage(each, parent)
        for parent, _ in parents:
            for gone in there.get(parent.id, ()):
                if gone not in known:
                    self._stage(Staged("delete", line, gone, None, {}, []), parent)
        self._count()

    def _count(self) -> None:
        if len(self.found) > self.most:
            raise _too_many(self.most)

    def _stage(self, change: Staged, carrier: Staged) -> None:
        patch = {**change.patch, CARRIER: str(carrier.id)}
        made = replace(change, patch=patch, group=carrier.group, carrier=carrier)
        self.found[change.target.id, change.id] = made

    async def _touch_records(self) -> None:
        """Find the record of every line that changes: its version and history move with them."""
        strange: dict[str, list[Staged]] = defaultdict(list)
        for change in self.found.values():
            if change.target.lines_of is None or change.carrier is None:
                continue
            # Its record is named where a list was sent; another of that object may reach it, too.
            with_list = change.op != "update" or parent_id(change.target.id) in change.patch
            if change.carrier.target.key == change.target.lines_of and with_list:
                place = (change.carrier.target.id, change.carrier.into or change.carrier.id)
                moves = change.op == "update" and merged_away(change.carrier)
                self.above[change.id] = (
                    self.found.get(place, change.carrier) if moves else change.carrier
                )
            else:
                strange[change.target.id].append(change)
        for line, changes in strange.items():
            await self._touch(self.context.catalogue.by_id[line], changes)

    async def _touch(self, line: Object, changes: Sequence[Staged]) -> None:
        """Take the records along whose lines a change elsewhere reaches."""
        tx, catalogue = self.context.tx, self.context.catalogue
        parents = await listed.parents_of(tx, catalogue, line, [c.id for c in changes])
        owner = catalogue.object(str(line.lines_of))
        for change in changes:
            place = (owner.id, parents[change.id])
            record = self.found.get(place)
            if record is None:
                root = change.carrier or change
                patch = {CARRIER: str(root.id)}
                record = Staged("update", owner, place[1], None, patch, [], root.group, root)
                self.found[place] = record
            self.joined.append((record.group, change.group))
            self.above[change.id] = record

    async def _next(self, level: Sequence[Staged]) -> list[Staged]:
        reached: list[Staged] = []
        by_place: dict[tuple[str, Op], dict[UUID, Staged]] = defaultdict(dict)
        for change in level:
            by_place[change.target.id, change.op][change.id] = change
        for (target, op), changes in by_place.items():
            for reference in self.follows[target]:
                reached += await self._through(reference, op, changes)
        return [s for s in reached if s.target.id in self.follows]

    async def _through(
        self, reference: Reference, op: Op, changes: dict[UUID, Staged]
    ) -> list[Staged]:
        cascades = _on_delete(reference) == CASCADE
        if op == "restore" and not cascades:
            return []
        look = along.pointing if op == "delete" else along.gone_with
        limit = self.most + 1 - len(self.found)
        reached = []
        for row in await look(self.context.tx, reference, list(changes), limit):
            cause = next(changes[point] for point in row.points if point in changes)
            if cascades:
                reached += self._take(reference, op, row.id, cause)
            else:
                self._clear(reference, row, changes, cause)
        self._count()
        return reached

    def _take(self, reference: Reference, op: Op, record: UUID, cause: Staged) -> list[Staged]:
        """Stage the same for a record that refers to one deleted, or restored."""
        before = self.found.get((reference.source.id, record))
        if before is None:
            return [self._carried(reference, op, record, cause)]
        if before.op == op:
            self.joined.append((before.group, cause.group))
        elif before.carrier is not None:
            before.op, before.patch = op, {CARRIER: before.patch[CARRIER]}
            return [before]
        elif reference.field.column not in before.patch:
            self.wrong.append((before, say.GOES_ALONG))
            self.joined.append((before.group, cause.group))
        return []

    def _clear(
        self,
        reference: Reference,
        row: along.Pointing,
        changes: dict[UUID, Staged],
        cause: Staged,
    ) -> None:
        """Take ids that go out of a reference, unless the record goes or is given another value."""
        column = reference.field.column or ""
        change = self.found.get((reference.source.id, row.id))
        if change is None:
            change = self._carried(reference, "update", row.id, cause)
        if change.op != "update" or (change.carrier is None and column in change.patch):
            return
        left = [str(point) for point in row.points if point not in changes]
        if reference.many and column in change.patch:
            left = [point for point in left if point in (change.patch[column] or ())]
        change.patch[column] = (left or None) if reference.many else None
        self.joined.append((change.group, cause.group))

    def _carried(self, reference: Reference, op: Op, record: UUID, cause: Staged) -> Staged:
        root = cause.carrier or cause
        patch = {CARRIER: str(root.id)}
        made = Staged(op, reference.source, record, None, patch, [], root.group, root)
        self.found[reference.source.id, record] = made
        return made


def _by_line(catalogue: Catalogue, staged: Sequence[Staged]) -> dict[str, list[tuple[Staged, str]]]:
    """Records whose lines were sent, with the field that holds them, by line object."""
    found: dict[str, list[tuple[Staged, str]]] = defaultdict(list)
    for change in staged:
        for name in change.lines:
            fact = catalogue.world.object(change.target.id).fields[name]
            found[str(fact.target)].append((change, name))
    return found


def _mark_lines(found: Iterable[Staged], above: Mapping[UUID, Staged]) -> None:
    """Note in a record's own patch which of its lines change: history and version follow it."""
    changes = list(found)
    for change in changes:
        for holder in lines_fields(change.target):
            change.patch.pop(holder.id, None)
    for change in changes:
        record = above.get(change.id)
        if record is None or record.op in _FOLLOWED:
            continue
        holder_of = lines_field(record.target, change.target)
        if holder_of is not None:
            noted = {"id": str(change.id), "op": change.op}
            record.patch.setdefault(holder_of.id, []).append(noted)


def _join_groups(staged: Iterable[Staged], pairs: Sequence[tuple[int, int]]) -> None:
    """Let changes that lean on each other stand or fall together."""
    leader: dict[int, int] = {}

    def find(group: int) -> int:
        while group in leader:
            group = leader[group]
        return group

    for one, other in pairs:
        if find(one) != find(other):
            leader[find(one)] = find(other)
    if leader:
        for change in staged:
            change.group = find(change.group)


def _too_many(most: int) -> TooLarge:
    return TooLarge(
        "changeset.along_too_large",
        f"连同一起改动的记录超过 {most} 条，请分批进行。",
        f"With the records that go along this is more than {most} changes; do it in parts.",
    )


def _too_deep(change: Staged) -> Conflict:
    label = change.target.label
    return Conflict(
        "changeset.along_too_deep",
        f"一起删除的记录超过 {MAX_DEPTH} 层（到“{label['zh-CN']}”为止），请先删除最下面的记录。",
        f"Records would go along for more than {MAX_DEPTH} levels (down to '{label['en']}');"
        " delete the lowest ones first.",
    )
