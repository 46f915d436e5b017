"""Aggregates over child lists (and, in `/query`, over groups); the row before the changeset."""

from changliu.formula.functions.function import Chapter, Form, Topic
from changliu.formula.model import Kind

_f = Chapter(Topic.ROLLUP, Form.ROLLUP, "合同")
_g = Chapter(Topic.CHANGE, Form.CHANGE)
_N, _B, _X = Kind.NUMBER, Kind.BOOL, Kind.BLANK

ROLLUPS = (
    _f("SUM 求和", "列表字段 value:N, 条件 filter:B+?", _N,
       "合计，没有记录为0；也可 SUM(数,数…)，空当0 | Total, 0 without rows; also SUM(a, b, …)",
       ("SUM(回款.金额, 回款.状态=\"已到账\")", "107.5"), ("SUM(1,BLANK(),2)", "3")),
    _f("COUNT 计数", "列表 list:*, 条件 filter:B+?", _N,
       "条数；给字段时只数不空的 | How many rows; of a field, how many are not blank",
       ("COUNT(回款)", "3"), ("COUNT(回款.到账日期)", "2")),
    _f("COUNTD 去重计数", "列表字段 value:A, 条件 filter:B+?", _N,
       "不同的值有几个 | How many different values", ("COUNTD(回款.状态)", "2")),
    _f("AVG 平均 AVERAGE 平均值", "列表字段 value:N, 条件 filter:B+?", _N,
       "平均值，空不计，20位小数；也可 AVG(数,数…) | Mean of the non-blank; also AVG(a, b, …)",
       ("AVG(回款.金额, 回款.状态=\"已到账\")", "53.75"), ("AVG(1,2)", "1.5")),
    _f("MIN 最小 最小值", "列表字段 value:A, 条件 filter:B+?", _X,
       "最小或最早；也可 MIN(值,值…) | Least or earliest; also MIN(a, b, …)",
       ("MIN(回款.应收日期)", "2025-01-01"), ("MIN(3,2)", "2")),
    _f("MAX 最大 最大值", "列表字段 value:A, 条件 filter:B+?", _X,
       "最大或最晚；也可 MAX(值,值…) | Greatest or latest; also MAX(a, b, …)",
       ("MAX(回款.到账日期)", "2025-02-05"), ("MAX(3,2)", "3")),
    _f("MEDIAN 中位数", "列表字段 value:N, 条件 filter:B+?", _N,
       "中位数，空不计 | The median of the non-blank", ("MEDIAN(回款.金额)", "50")),
    _f("EXISTS 存在", "列表 list:*, 条件 filter:B+?", _B,
       "有满足条件的记录 | Some row satisfies the conditions",
       ("EXISTS(回款, 状态=\"作废\")", False)),
    _f("ALL 全部满足", "列表 list:*, 条件 filter:B+", _B,
       "每条记录都满足；没有记录也成立 | Every row satisfies them; true without rows",
       ("ALL(回款, 回款.金额>1)", True)),
    _f("JOIN 合并 合并文本", "列表字段 value:A, 分隔符或条件 more:A+?", Kind.TEXT,
       "连成一段文字，默认用、分隔；也用于多选 | Joins the values (、); also of a multiple choice",
       ("JOIN(回款.状态)", "已到账、待收、已到账"),
       ("JOIN(回款.金额, \"+\", 回款.金额>10)", "100+50")),
    _f("FIRST 第一条", "列表字段 value:A, 条件 filter:B+?", _X,
       "最早建立的一条的值 | The value of the row created first", ("FIRST(回款.金额)", "100")),
    _f("LAST 最后一条", "列表字段 value:A, 条件 filter:B+?", _X,
       "最近建立的一条的值 | The value of the row created last", ("LAST(回款.金额)", "7.5")),
)  # fmt: skip

CHANGES = (
    _g("OLD 原值", "字段 field:*", _X, "修改之前的值 | The value before the change"),
    _g("CHANGED 变更", "字段 field:*", _B, "这次修改改变了它 | This change altered it"),
    _g("CHANGEDTO 变更为", "字段 field:A, 从 from:A?, 到 to:A", _B,
       "从（可省）某值变成某值 | It became this value (from that one)"),
    _g("BECAME 变为", "条件 condition:B", _B,
       "条件现在成立，之前不成立 | The condition holds now and did not before"),
)  # fmt: skip
