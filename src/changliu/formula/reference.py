"""The functions page of the handbook, generated from the table of functions."""

from changliu.formula.functions import FUNCTIONS, Topic
from changliu.formula.functions.function import Example, Function

_TITLES = {
    Topic.MATH: ("数学", "Numbers"),
    Topic.TEXT: ("文本", "Text"),
    Topic.DATE: ("日期和时间", "Dates and times"),
    Topic.LOGIC: ("逻辑", "Logic"),
    Topic.LIST: ("多选、JSON、选项、关联", "Lists, JSON, choices, references"),
    Topic.ROLLUP: ("汇总", "Aggregates"),
    Topic.CHANGE: ("修改前后", "Before and after a change"),
}
_TRUTHS = ("True", "False")
_INTRO = (
    "# 公式函数\n\n"
    "函数名不分大小写，中文名同样可用。方括号内的参数可省略，… 表示可重复。"
    "示例在样例记录上计算，时间是 2025-04-02 10:30（北京时间），每条都作为测试运行。\n",
    "# Formula functions\n\n"
    "Names ignore case; the Chinese names work as well. A parameter in brackets may be left out, "
    "… may be repeated. Examples are computed on the sample records at 2025-04-02 10:30 "
    "(Asia/Shanghai); each runs as a test.\n",
)
_HEADS = (
    "| 函数 | 别名 | 说明 | 示例 |\n| --- | --- | --- | --- |",
    "| Function | Also | What it gives | Examples |\n| --- | --- | --- | --- |",
)


def page(lang: str = "en") -> str:
    """All functions as Markdown, by topic, in zh-CN or en."""
    place = 0 if lang.lower().startswith("zh") else 1
    parts = [_INTRO[place]]
    for topic in Topic:
        rows = [_row(f, place) for f in FUNCTIONS.values() if f.topic is topic]
        parts.append("\n".join([f"## {_TITLES[topic][place]}\n", _HEADS[place], *rows, ""]))
    return "\n".join(parts)


def _row(function: Function, place: int) -> str:
    usage = _cell(function.usage("zh" if place == 0 else "en"))
    words = function.zh if place == 0 else function.en
    examples = "<br>".join(map(_example, function.examples))
    return f"| `{usage}` | {'、'.join(function.aliases)} | {_cell(words)} | {examples} |"


def _example(example: Example) -> str:
    value = "–" if example.value is None else str(example.value)
    return f"`{_cell(example.formula)}` → {value.upper() if value in _TRUTHS else value}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
