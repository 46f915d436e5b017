"""Imports members and the teams they work in, a row at a time, through identity's verbs.

Members are found by login, e-mail or name and teams by their path, so running a file again adds
nobody twice. Nobody gives more than they hold, or touches who holds more: as at the members' door.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from changliu.identity import members, teams
from changliu.identity.directory import (
    Person,
    lead_team,
    people_called,
    roles_named,
    team_at,
    team_row,
)
from changliu.identity.forms import MemberDraft, MemberPatch, TeamDraft
from changliu.kit.errors import Conflict, Invalid, Problem
from changliu.kit.http import validate
from changliu.records.context import Context
from changliu.transfer.batch import collect
from changliu.transfer.cells import CellFault, fill_values, start_batch
from changliu.transfer.linking import link
from changliu.transfer.people_words import ambiguous
from changliu.transfer.reader import Line
from changliu.transfer.roster import MemberPlan, words_in
from changliu.transfer.store.notes import Note, note
from changliu.transfer.sweep import Fate, Outcome, Sweep

# What is copied from a row to its member.
COPIED = ("name", "email", "phone")
# What a row may change of a member.
CHANGED = (*COPIED, "main_team", "teams", "roles")


@dataclass(slots=True)
class _Run:
    context: Context
    plan: MemberPlan
    made: dict[str, int] = field(default_factory=dict)
    teams: dict[tuple[str, ...], UUID] = field(default_factory=dict)
    roles: dict[str, str] | None = None
    notes: list[Note] = field(default_factory=list)

    def count(self, what: str) -> None:
        self.made[what] = self.made.get(what, 0) + 1


async def run_members(context: Context, sweep: Sweep, lines: Sequence[Line]) -> Outcome:
    """Make or bring up to date every row's teams and member; refused rows are told."""
    plan = sweep.plan
    assert isinstance(plan, MemberPlan)
    context.tx.acting = context.actor.member
    batch = start_batch(plan, lines)
    fill_values(plan, batch, plan.columns)
    for column in plan.columns:
        if column.role != "value":
            await link(context, sweep, column, batch, {})
    for index in range(len(lines)):
        batch.refuse_open(index)
    outcome, run = Outcome(), _Run(context, plan)
    for index, line in enumerate(lines):
        if batch.faults[index]:
            continue
        before, noted = dict(run.made), len(run.notes)
        try:
            async with context.tx.savepoint():
                fate = await _row(run, line, batch.values[index])
        except Problem as problem:
            # Teams made for it are gone with it.
            run.made, run.teams = before, {}
            del run.notes[noted:]
            batch.faults[index] += _faults(plan, problem)
        else:
            outcome.tell(fate, line, _told(batch.values[index]))
    if not context.rehearsing:
        await note(context.tx, sweep.id, run.notes)
    outcome.counts.made = run.made
    collect(batch, outcome)
    return outcome


async def _row(run: _Run, line: Line, values: dict[str, Any]) -> Fate:
    plan = run.plan
    if not values.get("name"):
        column = next(c.header for c in plan.columns if c.key == "name")
        raise Invalid("import.blank", f"“{column}”为空，请填写成员姓名。",
                      f"'{column}' is blank; every member has a name.")  # fmt: skip
    known = await _known(run, values)
    if known is None and plan.mode == "update":
        raise Invalid("import.no_match", "没有这位成员可更新，请改用 mode: both。",
                      "there is no such member to update; use mode: both.")  # fmt: skip
    if known is not None and plan.mode == "create":
        return "skipped"
    team = await _team(run, line)
    roles = [*plan.roles, *(await _roles(run, values.get("roles")))]
    fate = await _put(run, known, values, (team, roles))
    leader = _filled(plan, line, plan.teams.leader) if plan.teams and plan.teams.leader else ""
    if leader and team:
        await _lead(run, team, await _leader(run, leader, team))
    return fate


async def _put(
    run: _Run, known: Person | None, values: dict[str, Any], place: tuple[UUID | None, list[str]]
) -> Fate:
    """Add a member, or change what the row says otherwise."""
    tx, actor = run.context.tx, run.context.actor
    team, roles = place
    main = UUID(values["team"]) if values.get("team") else None
    given = {key: values[key] for key in COPIED if values.get(key)}
    if known is None:
        work = {"main_team": main or team, "teams": [t for t in (team,) if t], "roles": roles}
        draft = validate(MemberDraft, {**given, **work})
        made = await members.create_member(tx, actor, draft)
        run.notes.append(Note("member", made["id"], None, {key: made[key] for key in CHANGED}))
        return "created"
    current = await members.member(tx, actor, known.id)
    changed = {key: value for key, value in given.items() if current[key] != value}
    if team is not None and team not in current["teams"]:
        changed["teams"] = [*current["teams"], team]
    wanted = main or (team if current["main_team"] is None else None)
    if wanted is not None and wanted != current["main_team"]:
        changed["main_team"] = wanted
    if more := [role for role in roles if role not in current["roles"]]:
        changed["roles"] = [*current["roles"], *more]
    if not changed:
        return "unchanged"
    now = await members.change_member(tx, actor, known.id, validate(MemberPatch, changed))
    differing = [key for key in CHANGED if now[key] != current[key]]
    before, after = ({key: row[key] for key in differing} for row in (current, now))
    run.notes.append(Note("member", known.id, before, after))
    return "updated"


async def _known(run: _Run, values: dict[str, Any]) -> Person | None:
    """Return who a row speaks of: by login, by e-mail, or by a name nothing speaks against."""
    tx, login, email = run.context.tx, values.get("login"), values.get("email")
    name = str(values["name"])
    found = await people_called(tx, [text for text in (login, email, name) if text])
    if login:
        who = [p for p in found.get(login, ()) if p.login and p.signs_in_as(login)]
        if not who:
            raise Invalid("import.no_such", f"没有用户名“{login}”，请留空这一格。",
                          f"nobody signs in as '{login}'; leave the cell blank.")  # fmt: skip
    else:
        who = [p for p in found.get(email or "", ()) if p.writes_from(email)]
        who = who or [
            p
            for p in found.get(name, ())
            if p.name == name and not (email and p.email and not p.writes_from(email))
        ]
    if len(who) > 1:
        raise ambiguous(run.context.actor, name, who)
    if who and who[0].disabled:
        raise Conflict(
            "import.disabled",
            f"成员“{who[0].name}”已停用，请先启用，或删去这一行。",
            f"The member '{who[0].name}' is disabled; enable them, or drop the row.",
        )
    return who[0] if who else None


async def _leader(run: _Run, name: str, team: UUID) -> UUID:
    """Return a team's leader, made when missing, put into it and given the leaders' roles."""
    values = {"name": name}
    known = await _known(run, values)
    if await _put(run, known, values, (team, list(run.plan.leader_roles))) == "created":
        run.count("member")
    known = known or await _known(run, values)
    assert known is not None
    return known.id


async def _lead(run: _Run, team: UUID, leader: UUID) -> None:
    """Let a member lead a team."""
    former = await team_row(run.context.tx, team)
    if former is not None and await lead_team(run.context.tx, team, leader):
        before = {"leader": former["leader"]}
        run.notes.append(Note("team", team, before, {"leader": leader}))


async def _team(run: _Run, line: Line) -> UUID | None:
    """Return the team at a row's path, made from the top down."""
    plan, tx = run.plan, run.context.tx
    if plan.teams is None:
        return None
    path = tuple(n for part in plan.teams.path if (n := _filled(plan, line, part)))
    parent: UUID | None = None
    for depth, name in enumerate(path, start=1):
        if path[:depth] not in run.teams:
            found = await team_at(tx, name, parent)
            if found is None:
                draft = validate(TeamDraft, {"name": name, "parent": parent})
                made = await teams.create_team(tx, draft)
                found = made["id"]
                after = {key: made[key] for key in ("name", "parent")}
                run.notes.append(Note("team", made["id"], None, after))
                run.count("team")
            run.teams[path[:depth]] = found
        parent = run.teams[path[:depth]]
    return parent


def _faults(plan: MemberPlan, problem: Problem) -> list[CellFault]:
    """What was refused, at its cell where a column fills it."""
    headers = {column.key: column.header for column in plan.columns}
    if problem.code == "import.blank":
        return [CellFault(headers["name"], problem.code, problem.zh, problem.en)]
    if not problem.faults:
        return [CellFault(None, problem.code, problem.zh, problem.en)]
    return [
        CellFault(headers.get((f.path or "").split(".")[0]), f.code, f.zh, f.en)
        for f in problem.faults
    ]


def _told(values: dict[str, Any]) -> dict[str, Any]:
    return {key: str(value) for key, value in values.items()}


async def _roles(run: _Run, text: str | None) -> list[str]:
    """Return the keys of the roles a cell names by key or label; unknown ones as they are."""
    if not text:
        return []
    if run.roles is None:
        run.roles = await roles_named(run.context.tx)
    names = [part.strip() for part in re.split("[;；、，,]", text) if part.strip()]
    return [run.roles.get(name, name) for name in names]


def _cell(plan: MemberPlan, line: Line, word: str) -> str:
    place = plan.header.index(word)
    text = line.cells[place].strip() if place < len(line.cells) else ""
    return "" if text in plan.nulls else text


def _filled(plan: MemberPlan, line: Line, template: str) -> str:
    text = template
    for word in words_in(template):
        text = text.replace("{" + word + "}", _cell(plan, line, word))
    return text.strip()
