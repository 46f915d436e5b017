"""What a refused formula is told: per code, what is wrong and what to do, in Chinese and English.

Templates are filled by `errors.refuse`; a kind is written by its name below.
"""

from changliu.formula.model import Kind

KIND_NAMES: dict[Kind, tuple[str, str]] = {
    Kind.NUMBER: ("数字", "number"),
    Kind.TEXT: ("文本", "text"),
    Kind.BOOL: ("是/否", "yes/no"),
    Kind.DATE: ("日期", "date"),
    Kind.DATETIME: ("日期时间", "date and time"),
    Kind.CHOICE: ("单选", "choice"),
    Kind.MULTI: ("多选", "multiple choice"),
    Kind.JSON: ("JSON", "JSON"),
    Kind.REF: ("关联记录", "reference"),
    Kind.CHILDREN: ("子列表", "child list"),
    Kind.UUIDS: ("多条关联", "list of references"),
    Kind.BLANK: ("空", "blank"),
}

MESSAGES: dict[str, tuple[str, str]] = {
    # the text
    "long": (
        "公式有{count}个字符，最多{limit}个；请拆成几个公式字段",
        "the formula has {count} characters, at most {limit}; split it into several fields",
    ),
    "char": (
        "公式里不能有“{char}”；若它属于字段名，请写成[字段名]，若是文字请加引号",
        "'{char}' cannot stand here; write a field name as [name], text in quotes",
    ),
    "str_open": ("引号没有配对，请补上右引号", "the quote is never closed; add the closing quote"),
    "name_open": ("“[”没有配对，请补上“]”", "'[' is never closed; add ']'"),
    "number": (
        "数字最多{limit}位，请缩短",
        "a number has at most {limit} digits; shorten it",
    ),
    "eof": ("公式没有写完，后面还需要一个值", "the formula ends too early; a value must follow"),
    "paren": ("括号没有配对，请补上“)”", "the bracket is never closed; add ')'"),
    "expect": (
        "这里需要一个值（字段、数字、文字或函数），却遇到“{found}”",
        "a value (field, number, text or function) is needed here, not '{found}'",
    ),
    "expect_name": (
        "“.”后面需要字段名，却遇到“{found}”",
        "a field name must follow '.', not '{found}'",
    ),
    "expect_list": (
        'IN 后面需要括号，例如 IN ("甲","乙")',
        'IN needs a bracket, such as IN ("a","b")',
    ),
    "trail": (
        "“{found}”放在这里读不懂；前面是否少了运算符或逗号？",
        "'{found}' cannot follow here; is an operator or a comma missing before it?",
    ),
    "deep": (
        "嵌套或连写超过{limit}层，请拆成几个公式字段",
        "nested or chained more than {limit} levels; split it into several fields",
    ),
    "size": (
        "公式太大（连同引用的公式字段超过{limit}个部分），请拆开或简化",
        "the formula is too large (over {limit} parts with the fields it uses); simplify it",
    ),
    # names
    "field": (
        "“{object}”没有字段“{name}”",
        "'{object}' has no field '{name}'",
    ),
    "notref": (
        "“{name}”是{kind}，不是关联字段，后面不能再接“.”",
        "'{name}' is a {kind}, not a reference; nothing can follow it with '.'",
    ),
    "hops": (
        "路径最多跨{limit}次关联，请在中间对象上建引用字段",
        "a path follows at most {limit} references; put a lookup field on an object between",
    ),
    "func": ("没有函数“{name}”", "there is no function '{name}'"),
    "option": ("“{name}”不是“{field}”的选项", "'{name}' is not an option of '{field}'"),
    # types
    "nargs": (
        "{name} 的用法是 {usage}，这里给了{count}个参数",
        "{name} is used as {usage}; {count} arguments were given",
    ),
    "type": (
        "{name} 的参数“{param}”需要{wanted}，这里是{found}",
        "{name} needs {wanted} for '{param}', not {found}",
    ),
    "op": (
        "{left}和{right}之间不能用“{op}”{hint_zh}",
        "'{op}' cannot join {left} and {right}{hint_en}",
    ),
    "bool": (
        "这里需要条件（是/否），却是{found}；请写成比较，例如 金额 > 0",
        "a condition (yes/no) is needed here, not {found}; write a comparison such as amount > 0",
    ),
    "branch": (
        "各分支的类型要一致：前面是{first}，这里是{found}",
        "all branches need one kind: {first} before, {found} here",
    ),
    "literal": (
        "{name} 的参数“{param}”必须直接写出来，不能是计算结果",
        "{name} needs '{param}' written out, not computed",
    ),
    "format": (
        "格式“{name}”不可用；数字可用 0、0.00、#,##0.00、0%，日期可用 yyyy-MM-dd HH:mm",
        "the format '{name}' is unknown; numbers: 0, 0.00, #,##0.00, 0%; dates: yyyy-MM-dd HH:mm",
    ),
    "unit": (
        "单位“{name}”不可用；可用 {known}",
        "the unit '{name}' is unknown; use {known}",
    ),
    "date": (
        '“{name}”不是日期；请写成 "2025-01-31" 或 "2025-01-31 09:30"',
        '\'{name}\' is not a date; write "2025-01-31" or "2025-01-31 09:30"',
    ),
    "team": (
        "{name} 的参数“团队”要用团队字段，例如 所属团队；“{found}”不是",
        "{name} needs a field of the type team for 'team', such as team; '{found}' is none",
    ),
    # lists
    "coll": (
        "“{name}”有多条记录，请用 SUM、COUNT、MAX 等汇总，例如 COUNT({name})",
        "'{name}' holds many records; use SUM, COUNT, MAX …, such as COUNT({name})",
    ),
    "nocoll": (
        "{name} 需要子列表，例如 {name}(子列表.字段)；这里不是",
        "{name} needs a child list, such as {name}(list.field); this is none",
    ),
    "rollups": (
        "一个公式最多汇总{limit}次子列表，请拆成几个汇总字段",
        "a formula has at most {limit} child-list aggregates; split it into rollup fields",
    ),
    # modes
    "cond": (
        "这里要的是条件（结果为是/否），公式的结果却是{found}",
        "a condition (a yes/no result) is wanted here; the formula gives {found}",
    ),
    "old": (
        "{name} 只能用在触发条件和校验规则里",
        "{name} belongs to triggers and validation rules only",
    ),
    "oldpath": (
        "{name} 里只能用本记录直接保存的字段和“保持更新”的汇总，不能用关联路径、子列表或当前时间",
        "{name} sees only fields stored on this record and maintained roll-ups: no paths, child"
        " lists, current time or other roll-ups (set 'maintained' on those)",
    ),
    "measure": (
        "统计公式里的“{name}”要放进 COUNT、SUM、AVG、MIN、MAX 等函数，例如 SUM({name})",
        "in a measure '{name}' belongs inside COUNT, SUM, AVG, MIN, MAX …, such as SUM({name})",
    ),
    # formula on formula
    "cycle": (
        "公式循环引用：{chain}；请去掉其中一处",
        "the formulas refer to each other in a circle: {chain}; remove one of the references",
    ),
}
