"""Pydantic's validation errors as faults in both languages."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from changliu.kit.errors import Fault, Invalid

# Error type of pydantic-core → our code, zh, en. `{…}` is filled from the error's context.
_WORDS: dict[str, tuple[str, str, str]] = {
    "missing": ("required", "必须填写。", "is required."),
    "extra_forbidden": (
        "unknown", "没有这一项，请检查拼写。", "is not known here; check its name."),
    "string_type": ("type", "应为文本。", "must be a text."),
    "string_too_short": (
        "too_short", "至少 {min_length} 个字符。", "needs {min_length} characters."),
    "string_too_long": (
        "too_long", "最多 {max_length} 个字符。", "may have {max_length} characters at most."),
    "string_pattern_mismatch": (
        "pattern", "格式不符，应满足 {pattern}。", "does not have the form {pattern}."),
    "bool_type": ("type", "应为 true 或 false。", "must be true or false."),
    "bool_parsing": ("type", "应为 true 或 false。", "must be true or false."),
    "int_type": ("type", "应为整数。", "must be a whole number."),
    "int_parsing": ("type", "应为整数。", "must be a whole number."),
    "int_from_float": ("type", "应为整数。", "must be a whole number."),
    "decimal_type": ("type", "应为数字。", "must be a number."),
    "decimal_parsing": ("type", "应为数字。", "must be a number."),
    "float_type": ("type", "应为数字。", "must be a number."),
    "list_type": ("type", "应为列表。", "must be a list."),
    "tuple_type": ("type", "应为列表。", "must be a list."),
    "dict_type": ("type", "应为对象（键值）。", "must be an object."),
    "model_type": ("type", "应为对象（键值）。", "must be an object."),
    "model_attributes_type": ("type", "应为对象（键值）。", "must be an object."),
    "literal_error": ("choice", "只能是 {expected}。", "must be {expected}."),
    "enum": ("choice", "只能是 {expected}。", "must be {expected}."),
    "greater_than": ("range", "应大于 {gt}。", "must be greater than {gt}."),
    "greater_than_equal": ("range", "不能小于 {ge}。", "must be {ge} or more."),
    "less_than": ("range", "应小于 {lt}。", "must be less than {lt}."),
    "less_than_equal": ("range", "不能大于 {le}。", "must be {le} or less."),
    "too_long": ("too_long", "最多 {max_length} 项。", "may have {max_length} entries at most."),
    "too_short": ("too_short", "至少 {min_length} 项。", "needs {min_length} entries."),
}  # fmt: skip


def faults_of(error: ValidationError, prefix: str = "") -> list[Fault]:
    """Return one fault per validation error; `path` is dotted, list places as [n]."""
    return [_fault(detail, prefix) for detail in error.errors(include_url=False)]


def validate(model: type[BaseModel], value: Any, prefix: str = "") -> BaseModel:
    """Return `value` as the model; raises `Invalid` (code `definition.invalid`) with its faults."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise invalid(faults_of(error, prefix)) from error


def invalid(faults: Sequence[Fault]) -> Invalid:
    """Return the 422 that carries these faults."""
    first = faults[0]
    place = f"{first.path}：" if first.path else ""
    place_en = f"{first.path}: " if first.path else ""
    more = f"（共 {len(faults)} 处）" if len(faults) > 1 else ""
    more_en = f" ({len(faults)} places)" if len(faults) > 1 else ""
    return Invalid(
        "definition.invalid",
        f"定义有误，没有保存。{place}{first.zh}{more}",
        f"The definition is wrong and was not saved. {place_en}{first.en}{more_en}",
        faults,
    )


def _fault(detail: ErrorDetails, prefix: str) -> Fault:
    path = _path(detail["loc"], prefix)
    context: Mapping[str, Any] = detail.get("ctx") or {}
    words = _WORDS.get(detail["type"])
    if words is None:
        reason = str(context.get("error") or detail["msg"])
        zh, _, en = reason.partition("|")
        return Fault("invalid", zh.strip(), (en or zh).strip(), path)
    code, zh, en = words
    name = path or "body"
    return Fault(code, f"“{name}”{zh.format(**context)}", f"'{name}' {en.format(**context)}", path)


def _path(place: tuple[int | str, ...], prefix: str) -> str | None:
    text = prefix
    for part in place:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += f".{part}" if text else part
    return text or None
