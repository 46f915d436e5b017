"""What a calendar definition says; no I/O."""

import datetime
import re
from datetime import timedelta
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from changliu.kit.labels import Labels
from changliu.kit.yaml_models import refusal
from changliu.timers.calendar import OFFICE_WEEK, DayOff, Span, Spans, WorkCalendar

_SPAN = re.compile(r"(\d{1,2}):([0-5]\d)\s*[-–~至]\s*(\d{1,2}):([0-5]\d)")
# A calendar with more exceptions than this is not one a person keeps.
EXCEPTION_LIMIT = 500
LONGEST_EXCEPTION = timedelta(days=366)


def _spans(texts: list[str]) -> list[str]:
    spans = sorted(read_span(text) for text in texts)
    for one, other in pairwise(spans):
        if other[0] < one[1]:
            raise refusal(
                "calendar.overlap",
                f"时段 {written(one)} 和 {written(other)} 重叠，请改成前后相接或分开。",
                f"the spans {written(one)} and {written(other)} overlap; let them follow on.",
            )
    return [written(span) for span in spans]


def read_span(text: str) -> Span:
    """Return `09:00-12:00` as seconds of the day; raises for what is no span of one day."""
    found = _SPAN.fullmatch(text.strip())
    parts = [int(part) for part in found.groups()] if found else []
    if len(parts) == 4:
        start, end = parts[0] * 3600 + parts[1] * 60, parts[2] * 3600 + parts[3] * 60
        if start < end <= 24 * 3600:
            return start, end
    raise refusal(
        "calendar.span",
        f"“{text[:40]}”不是时段，请写成 09:00-12:00，结束晚于开始，不超过 24:00。",
        f"'{text[:40]}' is no span of time: write 09:00-12:00, ending later, by 24:00.",
    )


def written(span: Span) -> str:
    """Return a span as `09:00-12:00`."""
    return "-".join(f"{at // 3600:02d}:{at % 3600 // 60:02d}" for at in span)


Hours = Annotated[list[str], Field(max_length=12), AfterValidator(_spans)]


class Strict(BaseModel):
    """Unknown keys are refused."""

    model_config = ConfigDict(extra="forbid")


class WeekBody(Strict):
    """Working hours by weekday, as spans like `09:00-12:00`; an empty list is a day off."""

    mon: Hours = Field(title="周一", description="Monday")
    tue: Hours = Field(title="周二", description="Tuesday")
    wed: Hours = Field(title="周三", description="Wednesday")
    thu: Hours = Field(title="周四", description="Thursday")
    fri: Hours = Field(title="周五", description="Friday")
    sat: Hours = Field(title="周六", description="Saturday")
    sun: Hours = Field(title="周日", description="Sunday")


WEEKDAYS = tuple(WeekBody.model_fields)
OFFICE = WeekBody(
    **{
        name: [written(span) for span in spans]
        for name, spans in zip(WEEKDAYS, OFFICE_WEEK, strict=True)
    }
)


class ExceptionBody(Strict):
    """A day, or days until `until`, worked or not whatever weekday and holidays say.

    A worked day without `hours` takes those of the week's first working day.
    """

    date: datetime.date = Field(title="日期", description="date")
    until: Annotated[datetime.date | None, Field(title="至", description="until")] = None
    working: bool = Field(title="上班", description="working")
    hours: Annotated[Hours | None, Field(title="工作时间", description="hours")] = None
    label: Annotated[Labels | None, Field(title="说明", description="label")] = None

    @model_validator(mode="after")
    def _sensible(self) -> "ExceptionBody":
        last = self.until or self.date
        if not self.date <= last <= self.date + LONGEST_EXCEPTION:
            raise refusal(
                "calendar.until",
                f"“至”{last}须不早于开始日期 {self.date}，且不超过一年。",
                f"'until' {last} must not be before {self.date}, nor more than a year after.",
            )
        if self.hours and not self.working:
            raise refusal(
                "calendar.hours_of_day_off",
                f"{self.date} 不上班，不能再写工作时间；请删去工作时间或改为上班。",
                f"{self.date} is a day off and takes no hours: leave them out, or make it worked.",
            )
        return self


class CalendarBody(Strict):
    """A working calendar: of the workspace (key `default`), or of the teams it names.

    `team_ids` are the ids behind `teams` (a name, a key or an id each).
    """

    label: Labels = Field(title="名称", description="label")
    hours: WeekBody = Field(OFFICE, title="每周工作时间", description="weekly hours")
    holidays: Literal["CN", "none"] = Field("CN", title="法定节假日", description="holidays")
    exceptions: list[ExceptionBody] = Field(
        default_factory=list, title="例外", description="exceptions", max_length=EXCEPTION_LIMIT
    )
    teams: list[str] = Field(
        default_factory=list, title="适用团队", description="teams", max_length=500
    )
    team_ids: list[str] = Field(default_factory=list, json_schema_extra={"internal": True})


class Period(Strict):
    """The days a trial run shows."""

    first: datetime.date = Field(alias="from")
    last: datetime.date = Field(alias="to")

    @model_validator(mode="after")
    def _bounded(self) -> "Period":
        if not self.first <= self.last <= self.first + LONGEST_EXCEPTION:
            raise refusal(
                "calendar.period",
                "试算的起止日期须先后有序，且不超过一年。",
                "the trial's dates must be in order and at most a year apart.",
            )
        return self


def calendar_of(body: CalendarBody) -> WorkCalendar:
    """Return the calendar a definition describes; a later exception wins over an earlier one."""
    week = tuple(_read(getattr(body.hours, name)) for name in WEEKDAYS)
    plain = WorkCalendar(week, body.holidays == "CN")
    exceptions: dict[datetime.date, DayOff] = {}
    for each in body.exceptions:
        spans = _read(each.hours) if each.hours else plain.makeup if each.working else ()
        name = (each.label or {}).get("zh-CN")
        for number in range(((each.until or each.date) - each.date).days + 1):
            exceptions[each.date + timedelta(days=number)] = DayOff(spans, name)
    return WorkCalendar(week, plain.public_holidays, exceptions)


def shown_days(calendar: WorkCalendar, period: Period) -> dict[str, Any]:
    """Return every day of a period with its hours and the reason, and the totals."""
    days = list(calendar.days(period.first, period.last))
    return {
        "days": [
            {
                "date": day.day,
                "working": day.working,
                "hours": [written(span) for span in day.spans],
                "name": day.name,
            }
            for day in days
        ],
        "working_days": sum(day.working for day in days),
        "working_hours": str(sum(day.seconds for day in days) / 3600),
    }


def _read(texts: list[str]) -> Spans:
    return tuple(read_span(text) for text in texts)
