"""Working time, by the working calendar of the workspace or of a team."""

from changliu.formula.functions.function import Chapter, Topic
from changliu.formula.model import Kind

_f = Chapter(Topic.DATE)
_D, _S, _N, _B = Kind.DATE, Kind.DATETIME, Kind.NUMBER, Kind.BOOL

CALENDAR = frozenset({"WORKHOURS", "ADDWORKHOURS", "WORKDAYS", "ADDWORKDAYS", "ISWORKDAY"})
"""The functions that read the working calendar: its days may change while no record does."""
TEAM = "team"
"""The object a team argument refers to."""

WORK = (
    _f("WORKHOURS 工作小时 工作小时数", "开始 start:D, 结束 end:D, 团队 team:R?", _N,
       "两个时间之间有几个工作小时，按工作日历，可给团队 | Working hours between, by the calendar",
       ("WORKHOURS(DATETIME(2025,4,3,17,0),DATETIME(2025,4,7,10,0))", "2"),
       ("WORKHOURS(DATETIME(2025,4,27,9,0),DATETIME(2025,4,27,18,0))", "7.5")),
    _f("ADDWORKHOURS 加工作小时", "时间 time:D, 小时 hours:N, 团队 team:R?", _S,
       "若干工作小时之后的时间 | The moment some working hours on",
       ("ADDWORKHOURS(DATETIME(2025,4,3,17,0),2)&\"\"", "2025-04-07 10:00")),
    _f("WORKDAYS 工作日数 NETWORKDAYS", "开始 start:D, 结束 end:D, 团队 team:R?", _N,
       "有几个工作日，首尾都算 | Working days between, both ends counted",
       ("WORKDAYS(DATE(2025,4,1),DATE(2025,4,7))", "4")),
    _f("ADDWORKDAYS 加工作日 WORKDAY", "日期 date:D, 天数 days:N, 团队 team:R?", _D,
       "若干工作日之后的日期 | The date some working days on",
       ("ADDWORKDAYS(DATE(2025,4,3),1)", "2025-04-07"),
       ("ADDWORKDAYS(DATE(2025,4,7),-1)", "2025-04-03")),
    _f("ISWORKDAY 是工作日", "日期 date:D, 团队 team:R?", _B,
       "是工作日（节假日不是，调休上班的周末是） | It is a working day, make-up days included",
       ("ISWORKDAY(DATE(2025,4,4))", False), ("ISWORKDAY(DATE(2025,4,27))", True)),
)  # fmt: skip
