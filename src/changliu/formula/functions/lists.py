"""Multiple choices, lists of references, JSON, choices and references."""

from changliu.formula.functions.function import Chapter, Form, Topic
from changliu.formula.model import Kind

_f = Chapter(Topic.LIST)
_B, _N, _T = Kind.BOOL, Kind.NUMBER, Kind.TEXT

LISTS = (
    _f("HAS 含有", "列表 list:L, 值 value:A", _B, "多选里有该选项 | The list has the value",
       ("HAS(标签,\"VIP\")", True), form=Form.LIST),
    _f("HASANY 含任一", "列表 list:L, 值 value:A+", _B, "有其中任一个 | The list has one of them",
       ("HASANY(标签,\"老客户\",\"重点\")", True), form=Form.LIST),
    _f("HASALL 含全部", "列表 list:L, 值 value:A+", _B, "每一个都有 | The list has all of them",
       ("HASALL(标签,\"老客户\",\"重点\")", False), form=Form.LIST),
    _f("HASNONE 不含", "列表 list:L, 值 value:A+", _B, "一个都没有 | The list has none of them",
       ("HASNONE(标签,\"老客户\")", True), form=Form.LIST),
    _f("SIZE 个数", "列表 list:#", _N, "有几个；空为0 | How many it holds; 0 for blank",
       ("SIZE(标签)", "2")),
    _f("GET 取文本值", "数据 json:J, 键 key:T+!", _T,
       "按键取JSON里的文字 | The text under a key of JSON", ("GET(扩展,\"城市\")", "苏州")),
    _f("GETNUM 取数值", "数据 json:J, 键 key:T+!", _N,
       "按键取JSON里的数字，不是数字得空 | The number under a key of JSON; else blank",
       ("GETNUM(扩展,\"n\")", "5"), ("GETNUM(扩展,\"bad\")", None)),
    _f("GETBOOL 取是否值", "数据 json:J, 键 key:T+!", _B,
       "JSON里该键为 true | The key of JSON is true", ("GETBOOL(扩展,\"n\")", False)),
    _f("GETDATE 取日期值", "数据 json:J, 键 key:T+!", Kind.DATE,
       "按键取JSON里的日期，不是日期得空 | The date under a key of JSON; else blank",
       ("GETDATE(扩展,\"n\")", None)),
    _f("HASKEY 有键", "数据 json:J, 键 key:T+!", _B, "JSON里有该键 | JSON has the key",
       ("HASKEY(扩展,\"城市\")", True)),
    _f("KEY 选项键", "选项 choice:C", _T, "选项的稳定键 | The stable key of a choice",
       ("KEY(来源)", "官网")),
    _f("LABEL 选项名", "选项 choice:C", _T, "选项的名称 | The label of a choice",
       ("LABEL(来源)", "官网")),
    _f("OPTIONINDEX 选项序号", "选项 choice:C", _N,
       "选项排第几（从1数） | The place of a choice among its options, from 1",
       ("OPTIONINDEX(来源)", "1")),
    _f("ME 我 当前用户", "", Kind.REF, "当前用户 | The acting member", ("负责人 = ME()", True)),
    _f("ISME 是我", "成员 member:R", _B, "就是当前用户 | It is the acting member",
       ("ISME(负责人)", True)),
    _f("ISMYTEAM 是我的团队 我的团队", "成员或团队 member_or_team:R", _B,
       "是当前用户所在团队或下级团队，或其中的成员（含本人） | "
       "It is a team of the acting member or below, or one of their people",
       ("ISMYTEAM(负责人)", True), ("ISMYTEAM(BLANK())", False)),
    _f("TITLE 名称", "关联 reference:T", _T, "关联记录的名称 | The title of a referenced record",
       ("TITLE(负责人)", "王五")),
    _f("ID 编号", "关联 reference:R", _T, "关联记录的编号（UUID） | The id of a referenced record",
       ("LEN(ID(负责人))", "36")),
)  # fmt: skip
