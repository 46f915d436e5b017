"""Checks a YAML document against a pydantic model; every fault names file, line and remedy."""

import difflib
import types
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from changliu.kit.errors import Fault, Invalid
from changliu.kit.yaml_lines import Document, Path_

Model = TypeVar("Model", bound=BaseModel)


def refusal(code: str, zh: str, en: str) -> PydanticCustomError:
    """Return what a model's validator raises: both sentences travel to the fault."""
    return PydanticCustomError(code, "{en}", {"zh": zh, "en": en})


def validated(document: Document, model: type[Model]) -> Model:
    """Return the document as `model`; raises `Invalid` (code `yaml.invalid`) with every fault."""
    try:
        return model.model_validate(document.value if document.value is not None else {})
    except ValidationError as error:
        faults = faults_of(document, model, error)
        first = faults[0]
        raise Invalid("yaml.invalid", first.zh, first.en, faults) from error


def faults_of(
    document: Document, model: type[BaseModel], error: ValidationError, at: Path_ = ()
) -> list[Fault]:
    """Return one fault per pydantic error, at its line; `at` is where the model's value starts."""
    faults = [_fault(document, model, detail, at) for detail in error.errors(include_url=False)]
    return list({(f.code, f.path, f.zh): f for f in faults}.values())


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word most like `word`, if any is near enough to be meant."""
    found = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return found[0] if found else None


def _fault(document: Document, model: type[BaseModel], detail: ErrorDetails, at: Path_) -> Fault:
    path = (*at, *_real_path(document, detail["loc"], at))
    kind = detail["type"]
    zh, en = _sentence(model, detail)
    code = kind if "." in kind else f"yaml.{_CODES.get(kind, 'value')}"
    return document.fault(code, path, zh, en)


_CODES = {"missing": "missing", "extra_forbidden": "unknown_key"}


def _real_path(document: Document, loc: Sequence[str | int], at: Path_) -> Path_:
    """Drop the union branch names pydantic puts into a location."""
    path: Path_ = ()
    for part in loc:
        if (*at, *path, part) in document.lines:
            path = (*path, part)
    last = loc[-1] if loc else None
    is_key = isinstance(last, str) and last.isidentifier() and (*at, *path) in document.lines
    return (*path, last) if last is not None and is_key and path[-1:] != (last,) else path


def _sentence(model: type[BaseModel], detail: ErrorDetails) -> tuple[str, str]:
    context = detail.get("ctx") or {}
    if "zh" in context and "en" in context:
        return context["zh"], context["en"]
    kind, name = detail["type"], str(detail["loc"][-1]) if detail["loc"] else ""
    if kind == "extra_forbidden":
        return _unknown_key(model, detail["loc"], name)
    if kind == "missing":
        return f"缺少“{name}”，请补上。", f"'{name}' is missing; add it."
    shown = _shown(detail.get("input"))
    if kind in {"literal_error", "enum"}:
        expected = context.get("expected", "")
        guess = nearest(str(detail.get("input")), [w.strip("' ") for w in _choices(expected)])
        hint_zh, hint_en = _hint(guess)
        return (
            f"{shown} 不是可用的值{hint_zh}，可用：{expected}。",
            f"{shown} is not a possible value{hint_en}; use one of: {expected}.",
        )
    return _typed_sentence(kind, shown, detail["msg"])


def _choices(expected: str) -> list[str]:
    return expected.replace(" or ", ", ").split(",")


_EXPECTED = {
    "string": ("应为文字", "a text is expected"),
    "int": ("应为整数", "an integer is expected"),
    "bool": ("应为 true 或 false", "true or false is expected"),
    "list": ("应为列表（- …）", "a list (- …) is expected"),
    "dict": ("应为键值对", "keys with values are expected"),
    "model": ("应为键值对", "keys with values are expected"),
    "decimal": ("应为数字", "a number is expected"),
}


def _typed_sentence(kind: str, shown: str, message: str) -> tuple[str, str]:
    expected = _EXPECTED.get(kind.split("_")[0])
    if expected and kind.rsplit("_", 1)[-1] in {"type", "parsing"}:
        return f"{shown} 不行：{expected[0]}。", f"{shown} does not fit: {expected[1]}."
    reason = message.removeprefix("Value error, ")
    return f"{shown} 不行：{reason}。", f"{shown} does not fit: {reason}."


def _unknown_key(model: type[BaseModel], loc: Sequence[str | int], name: str) -> tuple[str, str]:
    known = _keys_at(model, loc[:-1])
    hint_zh, hint_en = _hint(nearest(name, known))
    listed = "、".join(known), ", ".join(known)
    return (
        f"不认识“{name}”{hint_zh}。这里可用：{listed[0]}。",
        f"'{name}' is not known here{hint_en}. Possible: {listed[1]}.",
    )


def _hint(guess: str | None) -> tuple[str, str]:
    return (f"，您是不是想写“{guess}”", f"; did you mean '{guess}'") if guess else ("", "")


def _shown(value: Any) -> str:
    text = "空值" if value is None else str(value)
    return f"“{text[:60]}…”" if len(text) > 60 else f"“{text}”"


def _keys_at(model: Any, loc: Sequence[str | int]) -> list[str]:
    """Return the keys the model nested at `loc` knows; branch names in `loc` are skipped."""
    current = _models_in(model)
    for part in loc:
        deeper = [inner for one in current for inner in _step(one, part)]
        current = deeper or current
    names = [info.alias or name for one in current for name, info in one.model_fields.items()]
    return list(dict.fromkeys(names))


def _step(model: type[BaseModel], part: str | int) -> list[type[BaseModel]]:
    for name, info in model.model_fields.items():
        if part in (name, info.alias):
            return _models_in(info.annotation)
    return []


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    if get_origin(annotation) in (list, dict, tuple, Union, types.UnionType, Annotated):
        return [model for inner in get_args(annotation) for model in _models_in(inner)]
    return []
