"""The difference of two bodies in business words, Chinese and English.

Names come from the models' fields: `title` is the Chinese word, `description` the English one.
A field marked `json_schema_extra={"internal": True}` is never spoken of.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import to_jsonable_python

from changliu.kit.labels import LANGUAGES, Language

LONGEST = 60  # characters of a value quoted in a sentence

_BOOLS = {"zh-CN": ("否", "是"), "en": ("no", "yes")}
_BLANK = {"zh-CN": "空", "en": "blank"}


def describe_change(
    old: BaseModel | None, new: BaseModel | None, language: Language, path: str = ""
) -> list[str]:
    """Return sentences that say what differs; [] when nothing does."""
    if old is None and new is None:
        return []
    if old is None or new is None:
        made = old is None
        zh, en = ("新建" if made else "停用"), ("Created" if made else "Retired")
        return [zh if language == "zh-CN" else en]
    return list(_model_changes(old, new, language, path))


def describe_values(old: Any, new: Any, name: str, language: Language) -> list[str]:
    """Return sentences for one named value: texts, lists, lists of keyed entries."""
    if old == new:
        return []
    if _is_keyed(old) and _is_keyed(new) and (old or new):
        return list(_keyed_changes(old, new, name, language))
    if _is_plain_list(old) and _is_plain_list(new):
        return list(_list_changes(old, new, name, language))
    if isinstance(old, BaseModel) and isinstance(new, BaseModel):
        return list(_model_changes(old, new, language, name))
    before, after = _show(old, language), _show(new, language)
    if language == "zh-CN":
        return [f"“{name}”由“{before}”改为“{after}”"]
    return [f'"{name}" changed from "{before}" to "{after}"']


def name_of(field: FieldInfo, key: str, language: Language) -> str:
    """Return a model field's name in a language; the key when it has none."""
    extra = field.json_schema_extra
    words = extra if isinstance(extra, Mapping) else {}
    chinese = str(words.get("zh") or words.get("zh-CN") or field.title or "")
    english = str(words.get("en") or field.description or "")
    return (chinese if language == "zh-CN" else english) or key


def public(value: Any) -> Any:
    """Return a body as JSON for people: no blanks, nothing internal, at any depth."""
    if isinstance(value, BaseModel):
        fields = type(value).model_fields.items()
        shown = {k: getattr(value, k) for k, field in fields if not _internal(field)}
        return {k: public(v) for k, v in shown.items() if v is not None}
    if isinstance(value, Mapping):
        return {k: public(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [public(entry) for entry in value]
    return to_jsonable_python(value)


def _model_changes(old: BaseModel, new: BaseModel, language: Language, path: str) -> Iterator[str]:
    for key, field in type(new).model_fields.items():
        if _internal(field):
            continue
        before, after = getattr(old, key, None), getattr(new, key, None)
        name = name_of(field, key, language)
        yield from describe_values(before, after, f"{path} › {name}" if path else name, language)


def _internal(field: FieldInfo) -> bool:
    extra = field.json_schema_extra
    return isinstance(extra, Mapping) and bool(extra.get("internal"))


def _is_keyed(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(_key(entry) is not None for entry in value)


def _is_plain_list(value: Any) -> bool:
    return isinstance(value, list | tuple | set | frozenset)


def _key(entry: Any) -> str | None:
    found = entry.get("key") if isinstance(entry, dict) else getattr(entry, "key", None)
    return found if isinstance(found, str) else None


def _keyed_changes(
    old: Sequence[Any], new: Sequence[Any], name: str, language: Language
) -> Iterator[str]:
    before = {_key(entry): entry for entry in old}
    after = {_key(entry): entry for entry in new}
    for key, entry in after.items():
        title = _entry_title(entry, language)
        if key not in before:
            zh, en = f"“{name}”新增“{title}”", f'"{name}": added "{title}"'
            yield zh if language == "zh-CN" else en
        else:
            yield from _entry_changes(before[key], entry, f"{name} › {title}", language)
    for key, entry in before.items():
        if key not in after:
            title = _entry_title(entry, language)
            zh, en = f"“{name}”去掉“{title}”", f'"{name}": removed "{title}"'
            yield zh if language == "zh-CN" else en
    kept = [key for key in before if key in after]
    if kept != [key for key in after if key in before]:
        yield f"“{name}”调整了顺序" if language == "zh-CN" else f'"{name}": order changed'


def _entry_changes(old: Any, new: Any, name: str, language: Language) -> Iterator[str]:
    if isinstance(old, BaseModel) and isinstance(new, BaseModel):
        yield from _model_changes(old, new, language, name)
    elif isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys([*old, *new]):
            yield from describe_values(old.get(key), new.get(key), f"{name} › {key}", language)
    elif old != new:
        yield from describe_values(str(old), str(new), name, language)


def _entry_title(entry: Any, language: Language) -> str:
    label = entry.get("label") if isinstance(entry, dict) else getattr(entry, "label", None)
    return _show(label, language) if label else str(_key(entry))


def _list_changes(
    old: Sequence[Any], new: Sequence[Any], name: str, language: Language
) -> Iterator[str]:
    before, after = [_show(v, language) for v in old], [_show(v, language) for v in new]
    added = "、".join(v for v in after if v not in before)
    removed = "、".join(v for v in before if v not in after)
    if added:
        yield f"“{name}”新增：{added}" if language == "zh-CN" else f'"{name}": added {added}'
    if removed:
        yield f"“{name}”去掉：{removed}" if language == "zh-CN" else f'"{name}": removed {removed}'
    if not added and not removed:
        yield f"“{name}”调整了顺序" if language == "zh-CN" else f'"{name}": order changed'


def _show(value: Any, language: Language) -> str:
    if value is None or value == "":
        return _BLANK[language]
    if isinstance(value, bool):
        return _BOOLS[language][value]
    if isinstance(value, Mapping) and value and set(value) <= set(LANGUAGES):
        return str(value.get(language) or next(iter(value.values())))
    if isinstance(value, BaseModel):
        value = value.model_dump(mode="json", exclude_defaults=True)
    plain = isinstance(value, str | int | float) or get_args(value)
    text = str(value) if plain else _compact(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _compact(value: Any) -> str:
    return json.dumps(to_jsonable_python(value), ensure_ascii=False)
