"""Step 4 for records that come back: what their references lead to by now.

While a record lies in the trash nobody sees to its references. When it comes back, each of them
1. stays where it leads to a record that is there, or comes back as well;
2. follows a record that was merged into another one, as those of live records did;
3. is cleared where the definition says `clear`; else the record waits until the other one is back.
The references are part of the change from then on, so what they lead to is held as for any other.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from changliu.records.changeset import messages as say
from changliu.records.changeset.parse import Staged
from changliu.records.changeset.participant import Violation
from changliu.records.changeset.store import above, along
from changliu.records.context import Context
from changliu.records.merge.store import ends_of_ways
from changliu.schema.lines import PARENT
from changliu.schema.model import Object
from changliu.schema.world import Reference, references

Found = Mapping[tuple[str, UUID], Staged]


def comes_back(change: Staged) -> bool:
    """Say whether a change takes a record out of the trash that may refer to others."""
    return change.op == "restore" and any(_refers(change.target))


def _refers(target: Object) -> list[str]:
    """The keys of an object's references to records; lines are seen to with their record."""
    own = target.lines_of is not None
    return [f.key for f in target.stored if f.type == "reference" and not (own and f.key == PARENT)]


@dataclass(frozen=True, slots=True)
class Returning:
    """Settles the references of the records that come back among `found`; pairs of groups that
    stand or fall together go to `joined`, what may not come back to `wrong`."""

    context: Context
    found: Found
    joined: list[tuple[int, int]]
    wrong: list[tuple[Staged, Violation]]

    async def run(self) -> None:
        """Put every reference of a record that comes back into its patch, as it will be."""
        back: dict[str, list[Staged]] = defaultdict(list)
        for change in self.found.values():
            if comes_back(change):
                back[change.target.id].append(change)
        if not back:
            return
        for reference in references(self.context.catalogue.objects):
            changes = back.get(reference.source.id)
            if changes and reference.field.key in _refers(reference.source):
                await self._settle(reference, changes)

    async def _settle(self, reference: Reference, changes: Sequence[Staged]) -> None:
        column = reference.field.column or ""
        ids = [change.id for change in changes]
        held = dict(await above.references(self.context, reference.source.id, column, ids))
        named = {one for value in held.values() for one in _each(value)}
        ways = await self._ways(reference.target, named)
        for change in changes:
            if change.id not in held:
                continue
            wanted = _each(held[change.id])
            left = [str(ways[one]) for one in dict.fromkeys(wanted) if one in ways]
            if reference.many:
                change.patch[column] = list(dict.fromkeys(left)) or None
            elif left or getattr(reference.field.settings, "on_delete", "") == "clear":
                change.patch[column] = left[0] if left else None
            else:
                self.wrong.append((change, say.leads_nowhere(reference)))
            self._join(reference.target, change, wanted)

    async def _ways(self, target: str, named: set[UUID]) -> dict[UUID, UUID]:
        """Where each of these ids leads; those that lead nowhere are left out."""
        tx, there = self.context.tx, self.context.catalogue.by_id[target]
        alive = await along.alive(tx, there, named)
        gone = {one for one in named if not self._stands(target, one, alive)}
        ends = await ends_of_ways(tx, target, gone)
        alive |= await along.alive(tx, there, ends.values())
        ways = {one: ends.get(one, one) for one in named}
        return {one: end for one, end in ways.items() if self._stands(target, end, alive)}

    def _stands(self, target: str, record: UUID, alive: Collection[UUID]) -> bool:
        change = self.found.get((target, record))
        if change is not None and change.op in ("delete", "restore"):
            return change.op == "restore"
        return record in alive

    def _join(self, target: str, change: Staged, wanted: Sequence[UUID]) -> None:
        for one in wanted:
            other = self.found.get((target, one))
            if other is not None and other.op == "restore":
                self.joined.append((other.group, change.group))


def _each(value: Any) -> list[UUID]:
    return list(value) if isinstance(value, list) else [value]
