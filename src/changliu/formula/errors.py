"""The one failure of this room: a formula that cannot be accepted, with its place and remedy."""

from difflib import get_close_matches
from typing import Any

from changliu.formula.messages import KIND_NAMES, MESSAGES
from changliu.formula.model import Kind

# Two-character Chinese names differ by half when one character is wrong.
_CLOSENESS = 0.5


class FormulaError(Exception):
    """A formula refused: stable `code`, 0-based `start`/`end`, zh and en text, a suggested name."""

    def __init__(
        self, code: str, start: int, end: int, *, zh: str, en: str, suggestion: str | None = None
    ) -> None:
        super().__init__(en)
        self.code = code
        self.start = start
        self.end = end
        self.zh = zh
        self.en = en
        self.suggestion = suggestion

    def to_problem(self, lang: str = "zh-CN") -> dict[str, Any]:
        """The entry of a problem document: code, message in the caller's language, start, end."""
        message = self.zh if lang.lower().startswith("zh") else self.en
        return {"code": self.code, "message": message, "start": self.start, "end": self.end}


def refuse(
    code: str, start: int, end: int, *, suggestion: str | None = None, **values: object
) -> FormulaError:
    """The error of a code in `messages.py`; `values` fill its templates.

    A kind or a set of kinds is named; a tuple is (zh, en).
    """
    zh, en = MESSAGES[code]
    zh = f"第{start + 1}个字符：{zh.format(**_named(values, 0))}"
    en = f"at character {start + 1}: {en.format(**_named(values, 1))}"
    if suggestion is not None:
        zh, en = f"{zh}，是否想写“{suggestion}”？", f"{en}; did you mean '{suggestion}'?"
    return FormulaError(code, start, end, zh=zh, en=en, suggestion=suggestion)


def closest(name: str, known: dict[str, str]) -> str | None:
    """The known name most like this one; `known` maps the compared form to the shown one."""
    found = get_close_matches(name, known, n=1, cutoff=_CLOSENESS)
    return known[found[0]] if found else None


def _named(values: dict[str, object], lang: int) -> dict[str, object]:
    return {key: _name(value, lang) for key, value in values.items()}


def _name(value: object, lang: int) -> object:
    if isinstance(value, Kind):
        return KIND_NAMES[value][lang]
    if isinstance(value, tuple):
        return value[lang]
    if isinstance(value, frozenset):
        names = [KIND_NAMES[kind][lang] for kind in Kind if kind in value]
        return ("、" if lang == 0 else ", ").join(names)
    return value
