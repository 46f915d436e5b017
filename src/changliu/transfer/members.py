"""Imports members and the teams they work in: one transaction, through identity's verbs.

Members are found by name and teams by their path, so running a file again adds nobody twice.
"""

from collections.abc import Mapping as Map
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from changliu.identity import service as identity
from changliu.identity.audit import audited
from changliu.identity.directory import lead_team, members_named
from changliu.identity.model import Actor, Right
from changliu.kit.db import Tx
from changliu.kit.errors import Forbidden, Invalid, Problem
from changliu.kit.ids import uuid7
from changliu.kit.yaml_lines import Document
from changliu.transfer.cells import CellFault
from changliu.transfer.mapping import Column, Mapping, TeamColumns
from changliu.transfer.model import Counts, RowFault, row_fault
from changliu.transfer.reader import Line, Source

OBJECT = "member"
FIELDS = ("name", "email", "phone")
# One transaction holds them all; a bigger company arrives through a connector.
MAX_MEMBERS = 20_000


@dataclass(frozen=True)
class MemberPlan:
    """A member mapping bound to a header: which column holds what."""

    places: Map[str, int]
    header: tuple[str, ...]
    nulls: frozenset[str]
    teams: TeamColumns | None
    roles: tuple[str, ...]
    leader_roles: tuple[str, ...]


@dataclass(slots=True)
class _Run:
    tx: Tx
    plan: MemberPlan
    counts: Counts = field(default_factory=Counts)
    faults: list[RowFault] = field(default_factory=list)
    teams: dict[tuple[str, ...], UUID] = field(default_factory=dict)


def bind_members(mapping: Mapping, document: Document, header: tuple[str, ...]) -> MemberPlan:
    """Return the plan; raises `Invalid` (code `import.mapping`) at the mapping's lines."""
    faults = []
    places: dict[str, int] = {}
    for name, rules in mapping.columns.items():
        rule: Column = rules[0]
        if name not in header:
            faults.append(
                document.fault(
                    "import.unknown",
                    ("columns", name),
                    f"没有“{name}”这一列。可用：{'、'.join(header)}。",
                    f"there is no column '{name}'. Possible: {', '.join(header)}.",
                )
            )
        elif rule.field not in FIELDS:
            faults.append(
                document.fault(
                    "import.unknown",
                    ("columns", name),
                    f"成员没有“{rule.field}”可导入，可用：{'、'.join(FIELDS)}。",
                    f"members have no '{rule.field}' to import; possible: {', '.join(FIELDS)}.",
                )
            )
        else:
            places[rule.field] = header.index(name)
    if not faults and "name" not in places:
        words = ("没有一列填写 name。", "no column fills 'name'.")
        faults.append(document.fault("import.missing", ("columns",), *words))
    for at, text in _templates(mapping.teams):
        for word in _words(text):
            if word not in header:
                words = (f"没有“{word}”这一列。", f"there is no column '{word}'.")
                faults.append(document.fault("import.unknown", at, *words))
    if faults:
        raise Invalid("import.mapping", faults[0].zh, faults[0].en, faults)
    nulls = frozenset(mapping.null)
    return MemberPlan(places, header, nulls, mapping.teams, mapping.roles, mapping.leader_roles)


async def import_members(
    tx: Tx, actor: Actor, plan: MemberPlan, source: Source, lines: Sequence[Line]
) -> tuple[Counts, list[RowFault]]:
    """Make or find every row's teams and member; returns counts and refused rows.

    Raises `Forbidden` without the right `members.manage`, `Invalid` for an unknown role.
    """
    if Right.MEMBERS_MANAGE not in actor.rights:
        raise Forbidden(
            "import.denied",
            "您没有管理成员的权限（members.manage），请联系管理员。",
            "You have no right to manage members (members.manage); ask an administrator.",
        )
    if len(lines) > MAX_MEMBERS:
        raise Invalid(
            "import.too_large",
            f"{source.path.name} 超过 {MAX_MEMBERS} 名成员，请拆成几个文件。",
            f"{source.path.name} holds more than {MAX_MEMBERS} members; split it.",
        )
    tx.acting = actor.member
    run = _Run(tx, plan)
    for line in lines:
        try:
            async with tx.savepoint():
                await _row(run, line)
        except Problem as problem:
            fault = CellFault(None, problem.code, problem.zh, problem.en)
            run.faults.append(row_fault(line, [fault]))
            run.counts.refused += 1
    return run.counts, run.faults


async def _row(run: _Run, line: Line) -> None:
    plan = run.plan
    values = {name: _cell(plan, line, place) for name, place in plan.places.items()}
    name = values["name"]
    if name is None:
        raise Invalid("import.blank", "成员姓名为空，请填写。", "The member's name is blank.")
    team = await _team(run, line) if plan.teams else None
    known = (await members_named(run.tx, {name}))[name]
    if not known:
        made = uuid7()
        async with audited(run.tx, "member", made):
            await identity.insert_member(run.tx, {**values, "main_team": team}, made)
    member = await identity.ensure_member(run.tx, name, team, plan.roles)
    await _check_roles(run, member, plan.roles)
    run.counts.updated += bool(known)
    run.counts.created += not known
    if plan.teams and plan.teams.leader and team:
        leader = _filled(plan, line, plan.teams.leader)
        if leader:
            chief = await identity.ensure_member(run.tx, leader, team, plan.leader_roles)
            await _check_roles(run, chief, plan.leader_roles)
            await lead_team(run.tx, team, chief)


async def _team(run: _Run, line: Line) -> UUID | None:
    """Return the team at a row's path, made from the top down."""
    plan = run.plan
    assert plan.teams is not None
    path = tuple(n for part in plan.teams.path if (n := _filled(plan, line, part)))
    if path and path not in run.teams:
        for depth in range(1, len(path) + 1):
            parent = "/".join(path[: depth - 1]) or None
            key = "/".join(path[:depth])
            run.teams[path[:depth]] = await identity.ensure_team(
                run.tx, key, path[depth - 1], parent
            )
    return run.teams.get(path)


async def _check_roles(run: _Run, member: UUID, roles: tuple[str, ...]) -> None:
    held = (await identity.actor(run.tx, member)).roles
    unknown = [role for role in roles if role not in held]
    if unknown:
        raise Invalid(
            "role.unknown",
            f"没有角色“{unknown[0]}”，请先安装应用包或新建角色。",
            f"There is no role '{unknown[0]}'; install the bundle or make the role first.",
        )


def _cell(plan: MemberPlan, line: Line, place: int) -> str | None:
    text = line.cells[place].strip() if place < len(line.cells) else ""
    return None if not text or text in plan.nulls else text


def _filled(plan: MemberPlan, line: Line, template: str) -> str:
    text = template
    for word in _words(template):
        text = text.replace("{" + word + "}", _cell(plan, line, plan.header.index(word)) or "")
    return text.strip()


def _words(template: str) -> list[str]:
    return [part.split("}")[0] for part in template.split("{")[1:] if "}" in part]


def _templates(teams: TeamColumns | None) -> list[tuple[tuple[str | int, ...], str]]:
    if teams is None:
        return []
    found: list[tuple[tuple[str | int, ...], str]] = [
        (("teams", "path", i), text) for i, text in enumerate(teams.path)
    ]
    return [*found, *([(("teams", "leader"), teams.leader)] if teams.leader else [])]
