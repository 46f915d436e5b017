"""Working calendars as definitions: hours, holidays, exceptions, for the workspace or for teams."""

from typing import Any, ClassVar
from uuid import UUID

from changliu.clocks.model import CalendarBody, Period, calendar_of, shown_days
from changliu.definitions.faults import validate
from changliu.definitions.kind import DefinitionKind
from changliu.definitions.model import Context
from changliu.identity import directory
from changliu.identity.model import Right
from changliu.kit.errors import Fault, Invalid
from changliu.timers import working_time
from changliu.timers.working_time import DEFAULT


class CalendarKind(DefinitionKind[CalendarBody]):
    """Publishes calendars into `work_day`; formulas count with them from the commit on."""

    name: ClassVar[str] = "calendar"
    label: ClassVar[dict[str, str]] = {"zh-CN": "工作日历", "en": "Working calendar"}
    right: ClassVar[Right] = Right.RULES_CHANGE
    model: type[CalendarBody] = CalendarBody

    async def prepare(self, context: Context, body: CalendarBody) -> CalendarBody:
        """Note the ids of the teams named; raises Invalid (`calendar.team`) for unknown ones."""
        found = await directory.teams_named(context.tx, body.teams)
        known = {str(team): team for team in await directory.team_parents(context.tx)}
        ids: list[UUID] = []
        faults: list[Fault] = []
        for place, name in enumerate(body.teams):
            meant = [known[name]] if name in known else found[name]
            if len(meant) == 1:
                ids += meant
            else:
                faults.append(_no_team(name, len(meant), f"teams.{place}"))
        if faults:
            raise Invalid(
                "calendar.team",
                f"工作日历有误，没有保存。{faults[0].zh}",
                f"The calendar is wrong and was not saved. {faults[0].en}",
                faults,
            )
        return body.model_copy(update={"team_ids": [str(team) for team in dict.fromkeys(ids)]})

    async def check(self, context: Context, body: CalendarBody) -> list[Fault]:
        """Return teams that have another calendar, and a calendar for nobody."""
        if context.key == DEFAULT:
            return [_default_has_teams()] if body.teams else []
        if not body.teams:
            return [_for_nobody()]
        taken = await working_time.assigned(context.tx)
        names = zip(body.teams, body.team_ids, strict=False)
        return [
            _taken(name, other)
            for name, team in names
            if (other := taken.get(UUID(team), context.key)) != context.key
        ]

    async def apply(
        self,
        context: Context,
        old: CalendarBody | None,  # noqa: ARG002 -- the protocol's
        new: CalendarBody | None,
    ) -> None:
        """Write the days out; formulas see them with the commit."""
        tx, key = context.tx, context.key
        if new is None:
            await working_time.remove_calendar(tx, key)
        else:
            await working_time.write_calendar(tx, key, calendar_of(new))
            await working_time.assign(tx, key, [UUID(team) for team in new.team_ids])
        await working_time.follow(tx, await directory.team_parents(tx))

    async def test(self, context: Context, body: CalendarBody, sample: Any) -> Any:  # noqa: ARG002
        """Return `{days, working_days, working_hours}` of a period `{from, to}`."""
        return shown_days(calendar_of(body), validate(Period, sample, "sample"))


def _no_team(name: str, count: int, path: str) -> Fault:
    if count:
        return Fault(
            "team.ambiguous",
            f"有 {count} 个团队叫“{name}”，请改用团队的键或编号。",
            f"{count} teams are called '{name}'; use the team's key or id.",
            path,
        )
    return Fault(
        "team.unknown",
        f"没有团队“{name}”，请检查名称，或先新建团队。",
        f"There is no team '{name}'; check the name, or add the team first.",
        path,
    )


def _default_has_teams() -> Fault:
    return Fault(
        "calendar.default_teams",
        "“default”是全公司的工作日历，不能指定团队；请去掉团队，或另建一个日历。",
        "'default' is the calendar of the whole workspace and takes no teams; make another one.",
        "teams",
    )


def _for_nobody() -> Fault:
    return Fault(
        "calendar.no_teams",
        "这个工作日历没有指定团队，不会起作用；请指定团队，全公司的日历用键 default。",
        "This calendar names no team and would do nothing; name one, or use the key 'default'.",
        "teams",
    )


def _taken(name: str, other: str) -> Fault:
    return Fault(
        "calendar.team_taken",
        f"团队“{name}”已使用工作日历“{other}”，一个团队只能有一个；请先从那个日历里去掉。",
        f"The team '{name}' has the calendar '{other}' already; take it out there first.",
        "teams",
    )
