"""Takes an import of members back: who came goes, who was changed is as before, teams too.

1. Leaders of teams first, then members, then teams that are empty by then; a few in a transaction.
2. Whoever was changed since, has signed in, or is named by a record stays and is listed.
3. It goes through the verbs of the members' door, with the rights of the one who asks.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

from changliu.identity import members
from changliu.identity.directory import team_row
from changliu.identity.forms import MemberPatch, TeamPatch
from changliu.identity.guard import Session
from changliu.identity.model import Actor, Right
from changliu.identity.teams import TeamHolders, change_team, delete_team, hold_writers
from changliu.kit.db import Tx
from changliu.kit.errors import Conflict, Fault, Forbidden, Invalid, NotFound
from changliu.kit.http import validate
from changliu.kit.retry import retry_conflicts
from changliu.records.changeset import messages as say
from changliu.records.changeset.revert import NAMED, Kept, Reverted
from changliu.records.teams.service import named_members
from changliu.transfer.roster import MEMBER
from changliu.transfer.store import notes as store
from changliu.transfer.store.notes import Note

# Members and teams of one transaction: whoever writes records waits for it.
AT_ONCE = 50


async def is_of_members(session: Session, import_id: UUID) -> bool:
    """Say whether an import brought members."""
    async with session.open() as (tx, _):
        found = await store.hold(tx, import_id)
    return found is not None and found[0] == MEMBER


async def withdraw_members(session: Session, holders: TeamHolders, import_id: UUID) -> Reverted:
    """Take an import of members back; `records` counts members and teams that are as before.

    Asking again goes on where it stopped, and tries again what was kept. Raises `NotFound`
    (`import.missing`), `Forbidden` (`import.denied`), `Conflict` (`import.going_on`).
    """
    async with session.open() as (tx, actor):
        await _held(tx, actor, import_id)
        work = await store.standing(tx, import_id)
    kept: list[Kept] = []
    for start in range(0, len(work), AT_ONCE):

        async def attempt(some: Sequence[UUID] = work[start : start + AT_ONCE]) -> list[Kept]:
            async with session.open() as (tx, actor):
                # Writers first, as whoever writes a record waits for nobody's import.
                await hold_writers(tx)
                await _held(tx, actor, import_id)
                return await _Withdrawal(tx, actor, holders, import_id).some(some)

        kept += await retry_conflicts(attempt)
    async with session.open() as (tx, actor):
        await _held(tx, actor, import_id)
        back = await store.close(tx, import_id)
    return Reverted(import_id, None, back, 0, kept[:NAMED], len(kept))


async def _held(tx: Tx, actor: Actor, import_id: UUID) -> None:
    """Hold an import of members that has ended, of whoever asks or may take back all."""
    found = await store.hold(tx, import_id)
    mine = found is not None and (found[1] == actor.member or Right.DATA_REVERT in actor.rights)
    if found is None or not mine:
        raise NotFound(
            "import.missing",
            "没有这次导入，或不是您的导入。",
            "There is no such import, or it is not yours.",
        )
    if Right.MEMBERS_MANAGE not in actor.rights:
        raise Forbidden(
            "import.denied",
            "您没有管理成员的权限（members.manage），请联系管理员。",
            "You have no right to manage members (members.manage); ask an administrator.",
        )
    if found[2] in ("draft", "running"):
        raise Conflict(
            "import.going_on",
            "这次导入还没有结束，请先停止它，再撤销。",
            "This import has not ended; stop it first, then take it back.",
        )


class _Withdrawal:
    """Some members and teams of one import on their way back, in an open transaction."""

    def __init__(self, tx: Tx, actor: Actor, holders: TeamHolders, import_id: UUID) -> None:
        self._tx, self._actor, self._holders, self._import = tx, actor, holders, import_id
        self._named: set[UUID] = set()

    async def some(self, subjects: Sequence[UUID]) -> list[Kept]:
        """Take these back, in order; returns those that stay."""
        tx, kept = self._tx, list[Kept]()
        notes = await store.notes_of(tx, self._import, subjects)
        self._named = await named_members(tx, list(notes))
        for note in (notes[subject] for subject in subjects if subject in notes):
            way = self._way(note)
            try:
                async with tx.savepoint():
                    await way(note)
            except NotFound:
                pass  # somebody has removed it: nothing is left to take back
            except (Conflict, Forbidden, Invalid) as problem:
                name = await self._name(note)
                why = Fault(problem.code, f"{name}：{problem.zh}", f"{name}: {problem.en}")
                kept.append(Kept(note.kind, note.subject, why))
                continue
            await store.settle(tx, self._import, note.subject)
        return kept

    async def _name(self, note: Note) -> str:
        if note.kind == "member":
            return await members.name_of(self._tx, note.subject)
        return str((await team_row(self._tx, note.subject) or {}).get("name", ""))

    def _way(self, note: Note) -> Callable[[Note], Awaitable[None]]:
        if note.kind == "member":
            return self._dismiss if note.before is None else self._restore
        return self._dissolve if note.before is None else self._hand_back

    async def _dismiss(self, note: Note) -> None:
        """Let a member go whom the import made."""
        tx, member = self._tx, note.subject
        _check_same(note.after, await members.member(tx, self._actor, member))
        if member in self._named:
            raise Conflict(
                "import.member_named",
                "已有记录写着这位成员，保持不变；请先转交这些记录，再撤销一次。",
                "Records name this member, who stays; hand those over, then undo once more.",
            )
        for team, former in await store.led(tx, self._import, member):
            current = await team_row(tx, team)
            if current is not None and current["leader"] == member:
                await change_team(tx, team, TeamPatch(leader=former))
        await members.take_out(tx, self._actor, member)

    async def _restore(self, note: Note) -> None:
        """Give a member what was before."""
        before = note.before or {}
        _check_same(note.after, await members.member(self._tx, self._actor, note.subject))
        patch = validate(MemberPatch, before)
        await members.change_member(self._tx, self._actor, note.subject, patch)

    async def _hand_back(self, note: Note) -> None:
        """Let a team's former leader lead it."""
        _check_same(note.after, await team_row(self._tx, note.subject))
        await change_team(self._tx, note.subject, validate(TeamPatch, note.before or {}))

    async def _dissolve(self, note: Note) -> None:
        """Remove a team the import made, when nobody works in it and nothing names it."""
        current = await team_row(self._tx, note.subject)
        # Its leader has gone, or stays and so does the team.
        made = {name: value for name, value in note.after.items() if name != "leader"}
        _check_same(made, current)
        await delete_team(self._tx, self._actor, note.subject, self._holders)


def _check_same(left: dict[str, Any], current: dict[str, Any] | None) -> None:
    """Refuse what somebody has changed since."""
    if current is None:
        raise NotFound("team.unknown", "没有这个团队。", "There is no such team.")
    if any(_plain(current[name]) != value for name, value in left.items()):
        why = say.CHANGED_SINCE
        raise Conflict(why.code, why.zh, why.en)


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return str(value) if isinstance(value, UUID) else value
