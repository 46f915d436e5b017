"""The words of a plan: what happens to a definition, and the names of places within it."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from changliu.bundles.merge import ABSENT, ORDER, Difference, Where
from changliu.bundles.plan import Place, place_of
from changliu.definitions.kind import DefinitionKind
from changliu.definitions.words import name_of
from changliu.fields.registry import FIELD_TYPES
from changliu.kit.labels import LANGUAGES, Language

Kind = DefinitionKind[Any]
Words = tuple[str, str]
LONGEST = 60  # characters of a value quoted in a sentence
_LANGUAGES = {"zh-CN": ("中文", "Chinese"), "en": ("英文", "English")}


def name_in_words(kind: Kind, key: str, label: Mapping[str, str] | None) -> Words:
    """Return what people call a definition, in Chinese and English."""
    shown = label or dict.fromkeys(LANGUAGES, key)
    return (
        f"{kind.label['zh-CN']}“{shown['zh-CN']}”（{key}）",
        f"{kind.label['en'].lower()} '{shown['en']}' ({key})",
    )


def place_in_words(kind: Kind, key: str, body: Any, found: Difference) -> Place:
    """Return a difference with the name of its place and what becomes of it.

    `body` is one that has the place: names of entries within are their labels in it.
    """
    zh, en = (_path(kind, body, found.path, language) for language in LANGUAGES)
    mine, theirs = _quoted(found.mine), _quoted(found.theirs)
    took_mine = found.taken == "mine"
    if found.state == "theirs":
        zh += f"：由{mine[0]}改为{theirs[0]}" + ("（您选择不改）" if took_mine else "")
        en += f": {mine[1]} becomes {theirs[1]}" + (" (you chose not to)" if took_mine else "")
    elif found.state == "mine":
        zh += f"：您改为{mine[0]}，" + ("保留您的" if took_mine else f"改回{theirs[0]}")
        en += f": you made it {mine[1]}, " + (
            "yours is kept" if took_mine else f"set back to {theirs[1]}"
        )
    else:
        end = (
            ("您改过，保留您的", "yours is kept") if took_mine else ("改用新版", "theirs is taken")
        )
        zh += f"：您改为{mine[0]}，新版改为{theirs[0]}；{end[0]}"
        en += f": you made it {mine[1]}, the new version {theirs[1]}; {end[1]}"
    return Place(place_of(f"{kind.name}:{key}", found.path), found, zh, en)


def _path(kind: Kind, body: Any, path: Where, language: Language) -> str:
    models = _models(kind, body)
    names, here = [], body
    for part in path:
        here = _within(here, part)
        names.append(_part(part, here, models, language))
    return " › ".join(name for name in names if name)


def _models(kind: Kind, body: Any) -> list[type[BaseModel]]:
    """The models whose fields give parts their names: the kind's, and a field's settings."""
    type_ = FIELD_TYPES.get(str(body.get("type"))) if isinstance(body, dict) else None
    return [kind.model, *([type_.settings] if type_ else [])]


def _part(part: str, here: Any, models: list[type[BaseModel]], language: Language) -> str:
    chinese = language == "zh-CN"
    if part == "settings":
        return ""
    if part == ORDER:
        return "顺序" if chinese else "order"
    if part in _LANGUAGES:
        return _LANGUAGES[part][0 if chinese else 1]
    if isinstance(here, dict) and "key" in here and isinstance(here.get("label"), dict):
        return str(here["label"].get(language) or part)
    for model in models:
        if part in model.model_fields:
            return name_of(model.model_fields[part], part, language)
    return part


def _within(value: Any, part: str) -> Any:
    if isinstance(value, dict):
        return value.get(part)
    if isinstance(value, list):
        return next((e for e in value if isinstance(e, dict) and e.get("key") == part), None)
    return None


def _quoted(value: Any) -> Words:
    if value is ABSENT or value in (None, ""):
        return "空", "blank"
    if isinstance(value, bool):
        return ("“是”", "'yes'") if value else ("“否”", "'no'")
    made = []
    for index, language in enumerate(LANGUAGES):
        text = _text(value, language)
        text = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
        made.append(f"'{text}'" if index else f"“{text}”")
    return made[0], made[1]


def _text(value: Any, language: Language) -> str:
    """A value for people: entries by their label, lists by what is in them."""
    if isinstance(value, dict):
        label = value.get("label", value)
        if isinstance(label, dict) and isinstance(label.get(language), str):
            return str(label[language])
        return "、".join(f"{key}={_text(part, language)}" for key, part in value.items())
    if isinstance(value, list):
        return "、".join(_text(entry, language) for entry in value)
    return str(value)
