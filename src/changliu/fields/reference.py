"""The page of field types, written from the registry: what each holds, its settings, its form."""

from collections.abc import Iterator
from typing import Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from changliu.fields.protocol import FieldType
from changliu.fields.registry import FIELD_TYPES
from changliu.kit.labels import Language

_WORDS: dict[Language, dict[str, str]] = {
    "zh-CN": {
        "title": "字段类型",
        "intro": '字段定义写作 `{key, label, type, …设置}`。空值写作 `null` 或 `""`。',
        "wire": "接口中的写法",
        "column": "存储",
        "none": "不存储，读取时计算",
        "filters": "筛选",
        "unique": "可设为唯一",
        "settings": "| 设置 | 含义 | 默认 | 可选值 |",
        "required": "必填",
    },
    "en": {
        "title": "Field types",
        "intro": 'A field is defined as `{key, label, type, …settings}`. Blank is `null` or `""`.',
        "wire": "On the wire",
        "column": "Stored as",
        "none": "not stored, computed on read",
        "filters": "Filters",
        "unique": "may be unique",
        "settings": "| Setting | Meaning | Default | Values |",
        "required": "required",
    },
}


def page(language: Language) -> str:
    """Return the page as Markdown."""
    words = _WORDS[language]
    lines = [f"# {words['title']}", "", words["intro"], ""]
    for kind in FIELD_TYPES.values():
        lines += _section(kind, language)
    return "\n".join(lines).rstrip("\n") + "\n"


def _section(kind: FieldType, language: Language) -> Iterator[str]:
    words, settings = _WORDS[language], kind.settings.model_construct()
    storage = kind.storage(settings)
    yield f"## `{kind.name}` {kind.label[language]}"
    yield ""
    yield kind.about[language]
    yield ""
    yield f"- {words['wire']}: `{kind.example}`"
    yield f"- {words['column']}: {f'`{storage.sql_type}`' if storage else words['none']}"
    yield f"- {words['filters']}: {' '.join(f'`{test}`' for test in kind.operators(settings))}"
    if kind.unique_key("") is not None:
        yield f"- {words['unique']}"
    yield ""
    if kind.settings.model_fields:
        yield words["settings"]
        yield "|---|---|---|---|"
        for key, setting in kind.settings.model_fields.items():
            yield _row(key, setting, language)
        yield ""


def _row(key: str, setting: FieldInfo, language: Language) -> str:
    meaning = setting.title if language == "zh-CN" else setting.description
    default = (
        _WORDS[language]["required"] if setting.is_required() else f"`{_text(setting.default)}`"
    )
    return f"| `{key}` | {meaning} | {default} | {_choices(setting)} |"


def _text(value: object) -> str:
    if value is None or value == ():
        return "null" if value is None else "[]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _choices(setting: FieldInfo) -> str:
    if get_origin(setting.annotation) is Literal:
        return " ".join(f"`{choice}`" for choice in get_args(setting.annotation))
    return ""
