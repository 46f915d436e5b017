"""Takes demo data away again: exactly what was loaded, and nothing that people made of it.

1 Each changeset of the load is taken back, newest first, in a transaction of its own: whoever is
interrupted asks again. 2 A record changed since stays, and one that somebody's records hang on;
both are named. 3 The demo's people and teams go where nothing is left that names them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from changliu.bundles.demo.service import demo_id
from changliu.bundles.demo.store import noted as store
from changliu.bundles.service import Told
from changliu.identity import members as identity_members
from changliu.identity import service as identity
from changliu.identity.teams import TeamHolders, delete_team, team_of_key
from changliu.kit.db import Database, Tx, Workspace
from changliu.kit.errors import Conflict, Fault, NotFound
from changliu.kit.labels import Language
from changliu.kit.retry import retry_conflicts
from changliu.records.changeset import messages as say
from changliu.records.changeset.model import Change, Changeset
from changliu.records.changeset.participant import Participant, Violation
from changliu.records.changeset.revert import chain, revert
from changliu.records.changeset.service import submit
from changliu.records.context import Context, context_for
from changliu.records.teams.service import held_by_member

BATCH = 2_000
# Records that stay are named up to here; the count tells of the rest.
NAMED = 200
REASON = "移除演示数据"


@dataclass(frozen=True, slots=True)
class Rooms:
    """Who has a say: rooms in every write, rooms whose rows name teams."""

    participants: tuple[Participant, ...]
    holders: TeamHolders


@dataclass(slots=True)
class Removed:
    """What went (counts; names of people) and what stays, with the reason."""

    records: int = 0
    kept: list[tuple[str, UUID, Fault]] = field(default_factory=list)
    members: int = 0
    members_kept: list[str] = field(default_factory=list)
    teams: int = 0

    def as_json(self, language: Language) -> dict[str, Any]:
        """Return `{records, kept: [{object, id, code, message}], kept_count, members, …}`."""
        named = self.kept[:NAMED]
        return {
            "records": self.records,
            "kept": [{"object": key, "id": record, **why.as_json(language)}
                     for key, record, why in named],
            "kept_count": len(self.kept),
            "members": self.members,
            "members_kept": self.members_kept,
            "teams": self.teams,
        }  # fmt: skip


async def remove(
    database: Database,
    workspace: Workspace,
    rooms: Rooms,
    bundle: str,
    *,
    edited: bool = False,
    told: Told,
) -> Removed:
    """Take a bundle's demo data away; with `edited`, records changed since go too.

    Raises `NotFound` (`demo.none`) when none was loaded. Asked again, it goes on.
    """
    work = _Removal(database, workspace, rooms, bundle, edited=edited)
    lines = await work.begin()
    for done, line in enumerate(lines, start=1):
        await retry_conflicts(lambda line=line: work.take_back(line))  # type: ignore[misc]
        told("演示数据 demo", done, len(lines))
    await retry_conflicts(work.finish)
    await retry_conflicts(work.dismiss)
    return work.done


class _Removal:
    """One removal under way."""

    def __init__(
        self, database: Database, workspace: Workspace, rooms: Rooms, bundle: str, *, edited: bool
    ) -> None:
        self._database, self._workspace, self._rooms = database, workspace, rooms
        self._bundle, self._edited, self._asked = bundle, edited, demo_id(bundle)
        self._spared: Mapping[UUID, Violation] = {}
        self._why: dict[UUID, Fault] = {}
        self.done = Removed()

    async def _context(self, tx: Tx) -> Context:
        return await context_for(tx, await identity.system_actor(tx), self._rooms.participants)

    async def begin(self) -> list[UUID]:
        """Return the changesets still to take back, newest first; see what must stay."""
        async with self._database.transaction(self._workspace) as tx:
            context = await self._context(tx)
            try:
                lines = await chain(context, self._asked, consequences=True)
            except NotFound:
                raise _none(self._bundle) from None
            there = await store.standing(tx, self._asked)
            staying = [] if self._edited else [one.id for one in there if one.edited]
            ids = [one.id for one in there]
            held = await store.holding(tx, context.catalogue, ids, staying)
            self._spared = dict.fromkeys(held, say.HELD)
        return [line.id for line in lines if line.taken_back is None]

    async def take_back(self, changeset: UUID) -> None:
        """Take one changeset back."""
        async with self._database.transaction(self._workspace) as tx:
            done = await revert(await self._context(tx), changeset, REASON, self._spared)
        self._why |= {kept.id: kept.why for kept in done.kept}
        self.done.records += done.records

    async def finish(self) -> None:
        """Delete what was edited if that was asked for; list what stays."""
        async with self._database.transaction(self._workspace) as tx:
            context = await self._context(tx)
            there = await store.standing(tx, self._asked)
            gone = await self._delete(context, there) if self._edited else 0
            left = await store.standing(tx, self._asked) if gone else there
        self.done.records += gone
        known = context.catalogue.by_id
        self.done.kept = [
            (known[one.object].key if one.object in known else one.object, one.id,
             self._why.get(one.id) or self._reason(one.id))
            for one in left
        ]  # fmt: skip

    def _reason(self, record: UUID) -> Fault:
        """Why a record stays that an earlier request left."""
        why = self._spared.get(record, say.CHANGED_SINCE)
        return Fault(why.code, why.zh, why.en)

    async def _delete(self, context: Context, there: Sequence[store.Standing]) -> int:
        known, gone = context.catalogue.by_id, 0
        wanted = [one for one in there if one.id not in self._spared and one.object in known]
        for start in range(0, len(wanted), BATCH):
            batch = wanted[start : start + BATCH]
            changes = [Change("delete", known[one.object].key, one.id) for one in batch]
            made = await submit(
                context, Changeset(changes, mode="each", via="revert", reason=REASON, quiet=True)
            )
            for one, row in zip(batch, made.rows, strict=True):
                if row.refused:
                    self._why[one.id] = row.faults[0]
                else:
                    gone += 1
        return gone

    async def dismiss(self) -> None:
        """Let people and teams of the demo go that nothing names; note that it is over."""
        done = Removed(self.done.records, self.done.kept)
        async with self._database.transaction(self._workspace) as tx:
            noted = await store.state(tx, self._bundle)
            left: list[UUID] = []
            for member in noted.members if noted else ():
                name = await self._leaves(tx, member)
                if name is None:
                    done.members += 1
                else:
                    left.append(member)
                    done.members_kept.append(name)
            actor = await identity.system_actor(tx)
            for key in noted.teams if noted else ():
                team = await team_of_key(tx, key)
                try:
                    if team is not None:
                        await delete_team(tx, actor, team, self._rooms.holders)
                        done.teams += 1
                except Conflict:
                    pass  # it has members, teams below it, or records: it is used
            await store.note_removed(tx, self._bundle, left)
        self.done = done

    async def _leaves(self, tx: Tx, member: UUID) -> str | None:
        """Let a member go; returns their name when they stay."""
        if await held_by_member(tx, member):
            return await identity_members.name_of(tx, member)
        return await identity_members.dismiss(tx, member)


def _none(bundle: str) -> NotFound:
    return NotFound(
        "demo.none",
        f"应用包“{bundle}”没有载入过演示数据。",
        f"No demo data of the bundle '{bundle}' was loaded.",
    )
