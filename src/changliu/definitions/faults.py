"""Bodies against their models: every validation error becomes a fault in both languages."""

from collections.abc import Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from changliu.kit.errors import Fault, Invalid
from changliu.kit.validation_text import sentence

M = TypeVar("M", bound=BaseModel)


def validate(model: type[M], value: Any, prefix: str = "") -> M:
    """Return `value` as the model; raises `Invalid` (code `definition.invalid`) with its faults."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise invalid(faults_of(error, prefix)) from error


def faults_of(error: ValidationError, prefix: str = "") -> list[Fault]:
    """Return one fault per validation error; `path` is dotted, list places are numbers."""
    return [_fault(detail, prefix) for detail in error.errors(include_url=False)]


def invalid(faults: Sequence[Fault]) -> Invalid:
    """Return the 422 that carries these faults; its sentence repeats the first."""
    first, count = faults[0], len(faults)
    place = f"{first.path}：" if first.path else ""
    place_en = f"{first.path}: " if first.path else ""
    more, more_en = (f"（共 {count} 处）", f" ({count} places)") if count > 1 else ("", "")
    return Invalid(
        "definition.invalid",
        f"定义有误，没有保存。{place}{first.zh}{more}",
        f"The definition is wrong and was not saved. {place_en}{first.en}{more_en}",
        faults,
    )


def _fault(detail: ErrorDetails, prefix: str) -> Fault:
    places = [prefix, *map(str, detail["loc"])]
    path = ".".join(place for place in places if place) or None
    context = detail.get("ctx") or {}
    if "zh" in context and "en" in context:
        return Fault(detail["type"], context["zh"], context["en"], path)
    zh, en = sentence(detail)
    return Fault(f"value.{detail['type']}", zh, en, path)
