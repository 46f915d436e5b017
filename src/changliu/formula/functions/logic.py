"""Choosing and testing. Two-valued: a blank condition counts as no."""

from changliu.formula.functions.function import Chapter, Form, Topic
from changliu.formula.model import Kind

_f = Chapter(Topic.LOGIC)
_B, _N, _X = Kind.BOOL, Kind.NUMBER, Kind.BLANK

LOGIC = (
    _f("IF 如果", "条件 condition:B, 是则 then:*, 否则 otherwise:*?", _X,
       "条件成立取前者，否则取后者（默认空） | One value or another (blank)",
       ("IF(线索得分>=72,\"优质\",\"普通\")", "优质"), form=Form.BRANCHES),
    _f("IFS 多条件", "条件与值 pairs:*, 值 value:*, 更多 more:*+?", _X,
       "第一个成立的条件后面的值，都不成立得空 | The value after the first condition that holds",
       ("IFS(线索得分>=90,\"A\",线索得分>=72,\"B\",TRUE,\"C\")", "B"), form=Form.BRANCHES),
    _f("SWITCH 匹配", "值 value:A, 等于 case:A, 则 then:*, 更多 more:*+?", _X,
       "等于某个值时取其后的结果，最后可加默认 | The result after the equal value, or a default",
       ("SWITCH(来源,\"展会\",1,\"官网\",2,0)", "2"), form=Form.BRANCHES),
    _f("CHOOSE 选第几个", "序号 index:N, 值 value:*+", _X,
       "第几个值（从1数），没有得空 | The n-th value, from 1; blank if there is none",
       ("CHOOSE(2,\"甲\",\"乙\")", "乙"), form=Form.BRANCHES),
    _f("IFBLANK 空值替换 COALESCE", "值 value:*, 替换 other:*+", _X,
       "第一个不空的值 | The first value that is not blank", ("IFBLANK(备注,\"无\")", "无"),
       form=Form.BRANCHES),
    _f("AND 并且", "条件 condition:B+", _B, "所有条件都成立 | Every condition holds",
       ("AND(1<2,2<3)", True)),
    _f("OR 或者", "条件 condition:B+", _B, "有一个条件成立 | Some condition holds",
       ("OR(1>2,2<3)", True)),
    _f("NOT 非", "条件 condition:B", _B, "条件不成立（空也算） | The condition does not hold",
       ("NOT(1>2)", True)),
    _f("XOR 异或", "甲 one:B, 乙 other:B", _B, "恰有一个成立 | Exactly one of the two holds",
       ("XOR(1>2,2<3)", True)),
    _f("ISBLANK 为空", "值 value:*", _B, "没有值 | There is no value", ("ISBLANK(备注)", True)),
    _f("NOTBLANK 不为空", "值 value:*", _B, "有值 | There is a value", ("NOTBLANK(姓名)", True)),
    _f("BLANK 空", "", _X, "空值 | No value", ("BLANK()", None)),
    _f("BETWEEN 介于", "值 value:A, 下限 low:A, 上限 high:A", _B,
       "在两者之间，含两端 | Between the two, both included", ("BETWEEN(5,1,5)", True),
       form=Form.BRANCHES),
    _f("COUNTBLANK 空值个数", "值 value:*+", _N, "有几个是空的 | How many values are blank",
       ("COUNTBLANK(备注,姓名)", "1")),
    _f("COUNTTRUE 成立个数", "条件 condition:B+", _N, "有几个条件成立 | How many conditions hold",
       ("COUNTTRUE(1<2,2<1,3<4)", "2")),
    _f("TRUE 真", "", _B, "是 | Yes", ("TRUE", True)),
    _f("FALSE 假", "", _B, "否 | No", ("FALSE", False)),
)  # fmt: skip
