"""Pydantic's complaints in both languages, each ending in what to do."""

import re
from collections.abc import Mapping
from typing import Any

# By pydantic error type; `{…}` are filled from the error's context.
TEXTS: dict[str, tuple[str, str]] = {
    "missing": ("缺少这一项，请补上。", "It is missing; add it."),
    "extra_forbidden": (
        "没有这一项，请删去或核对名称。",
        "There is no such item; remove it or check its name.",
    ),
    "string_type": ("应为文本。", "It must be a text."),
    "string_too_short": (
        "至少要 {min_length} 个字符。",
        "It needs at least {min_length} characters.",
    ),
    "string_too_long": (
        "最多 {max_length} 个字符，请缩短。",
        "It takes at most {max_length} characters; shorten it.",
    ),
    "string_pattern_mismatch": (
        "格式不对，应符合 {pattern}。",
        "Its form is wrong; it must match {pattern}.",
    ),
    "invisible_character": (
        "不能有看不见的字符，请删去后重新输入。",
        "It takes no invisible characters; remove them and type it again.",
    ),
    "unclear_login": (
        "用户名只能用英文字母、数字、汉字、空格和 . _ - @ +，"
        "请去掉“{wrong}”（有些字母只是看起来像）。",
        "A login takes the letters a-z, digits, Chinese characters, . _ - @ + and blanks; leave out"
        " '{wrong}' (some letters only look alike).",
    ),
    "unclear_email": (
        "这不是邮箱地址，应如 zhang@example.com。",
        "It is no e-mail address; write one such as zhang@example.com.",
    ),
    "unclear_phone": (
        "这不是电话号码，应如 13800138000 或 021-55558888。",
        "It is no phone number; write one such as 13800138000 or +44 20 7946 0000.",
    ),
    "int_type": ("应为整数。", "It must be a whole number."),
    "int_parsing": ("应为整数。", "It must be a whole number."),
    "int_from_float": ("应为整数。", "It must be a whole number."),
    "bool_type": ("应为 true 或 false。", "It must be true or false."),
    "bool_parsing": ("应为 true 或 false。", "It must be true or false."),
    "list_type": ("应为列表。", "It must be a list."),
    "dict_type": ("应为对象 {{…}}。", "It must be an object {{…}}."),
    "model_type": ("应为对象 {{…}}。", "It must be an object {{…}}."),
    "model_attributes_type": ("应为对象 {{…}}。", "It must be an object {{…}}."),
    "uuid_type": ("应为 UUID 标识。", "It must be a UUID."),
    "uuid_parsing": ("不是有效的 UUID 标识。", "It is not a valid UUID."),
    "enum": ("只能是 {zh_words} 之一。", "It must be {en_words}."),
    "literal_error": ("只能是 {zh_words} 之一。", "It must be {en_words}."),
    "greater_than_equal": ("不能小于 {ge}。", "It must be at least {ge}."),
    "less_than_equal": ("不能大于 {le}。", "It must be at most {le}."),
    "greater_than": ("要大于 {gt}。", "It must be greater than {gt}."),
    "less_than": ("要小于 {lt}。", "It must be less than {lt}."),
    "too_long": (
        "最多 {max_length} 项，收到 {actual_length} 项。",
        "It takes at most {max_length} items, not {actual_length}.",
    ),
    "too_short": ("至少要 {min_length} 项。", "It needs at least {min_length} items."),
    "datetime_parsing": (
        "应为 ISO 8601 时间，如 2026-01-31T08:00:00+08:00。",
        "It must be an ISO 8601 time such as 2026-01-31T08:00:00+08:00.",
    ),
    "datetime_from_date_parsing": (
        "应为 ISO 8601 时间，如 2026-01-31T08:00:00+08:00。",
        "It must be an ISO 8601 time such as 2026-01-31T08:00:00+08:00.",
    ),
    "timezone_aware": ("时间要带时区，如 +08:00。", "The time needs a zone such as +08:00."),
    "date_parsing": ("应为日期，如 2026-01-31。", "It must be a date such as 2026-01-31."),
    "date_from_datetime_parsing": (
        "应为日期，如 2026-01-31。",
        "It must be a date such as 2026-01-31.",
    ),
    "decimal_parsing": ("应为数字。", "It must be a number."),
    "decimal_type": ("应为数字。", "It must be a number."),
}


def sentence(error: Mapping[str, Any]) -> tuple[str, str]:
    """Return one pydantic error (`errors()` item) as a Chinese and an English sentence."""
    context = error.get("ctx") or {}
    if error["type"] == "value_error":
        message = str(context.get("error", error["msg"]))
        return f"不合要求：{message}。", f"It does not fit: {message}."
    zh, en = TEXTS.get(error["type"], ("不合要求：{msg}。", "It does not fit: {msg}."))
    words = {**context, "msg": error["msg"]}
    if "expected" in context:
        # Pydantic writes them as 'a', 'b' or 'c'.
        possible = re.findall(r"'([^']*)'", str(context["expected"]))
        words |= {"zh_words": "、".join(possible), "en_words": " or ".join(possible)}
    return zh.format(**words), en.format(**words)
