"""The difference of two views or forms in words: what stands for a field is named after it."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from pydantic import BaseModel

from changliu.definitions.words import describe_change, describe_values, public
from changliu.kit.labels import Language
from changliu.views.form_model import FormBody
from changliu.views.model import ViewBody

B = TypeVar("B", bound=BaseModel)


def view_changes(old: ViewBody | None, new: ViewBody | None, language: Language) -> list[str]:
    """Return sentences that say what differs, column by column."""
    return _changes(old, new, language, "columns", lambda body: _keyed(body.columns))


def form_changes(old: FormBody | None, new: FormBody | None, language: Language) -> list[str]:
    """Return sentences that say what differs, field by field."""
    return _changes(old, new, language, "tabs", lambda body: list(_fields(body)))


def _changes(
    old: B | None, new: B | None, language: Language, part: str, listed: Callable[[B], list[Any]]
) -> list[str]:
    if old is None or new is None:
        return describe_change(old, new, language)
    before, after = (body.model_copy(update={part: ()}) for body in (old, new))
    said = describe_change(before, after, language)
    info = type(new).model_fields[part]
    name = (info.title if language == "zh-CN" else info.description) or part
    said += describe_values(listed(old), listed(new), name, language)
    if not said and getattr(old, part) != getattr(new, part):
        said.append(f"“{name}”的布局有调整" if language == "zh-CN" else f'"{name}": rearranged')
    return said


def _keyed(parts: Iterable[BaseModel]) -> list[dict[str, Any]]:
    return [_named(public(part)) for part in parts]


def _named(told: dict[str, Any]) -> dict[str, Any]:
    return {"key": told.pop("field"), **told}


def _fields(body: FormBody) -> Iterable[dict[str, Any]]:
    for tab in body.tabs:
        for section in tab.sections:
            yield from _keyed(section.fields)
            if section.listed is not None:
                yield {"key": section.listed, **public(section.model_copy(update={"fields": ()}))}
