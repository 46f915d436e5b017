"""Messages that tell values: a template's numbers filled in, in both languages.

What the caller may not read is told as `…`.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from changliu.fields.numerals import canonical
from changliu.formula.model import Kind
from changliu.kit.labels import Language
from changliu.records.changeset.participant import Shown, Value, Violation

HIDDEN = "…"
# Characters of one value in a message; a longer one is cut.
LONGEST = 80
# Joins the elements of a list on the way from the database.
SEPARATOR = "\x1f"

_NUMBER = re.compile(r"\{(\d{1,3})\}")
_BLANK: dict[Language, str] = {"zh-CN": "（空）", "en": "(blank)"}
_TRUTH: dict[Language, tuple[str, str]] = {"zh-CN": ("否", "是"), "en": ("no", "yes")}


def told(violation: Violation, texts: Sequence[str | None] | None, timezone: str) -> Violation:
    """Return a violation with its values written into the texts; `texts` as the database sent."""
    if not violation.values:
        return violation
    given = texts or [None] * len(violation.values)
    zh = _filled(violation.zh, "zh-CN", violation.values, given, timezone)
    en = _filled(violation.en, "en", violation.values, given, timezone)
    return replace(violation, zh=zh, en=en, values=())


def _filled(
    template: str,
    language: Language,
    values: Sequence[Value],
    texts: Sequence[str | None],
    timezone: str,
) -> str:
    def put(match: re.Match[str]) -> str:
        at = int(match.group(1))
        shown = values[at].shown
        return HIDDEN if shown is None else _written(shown, texts[at], language, timezone)

    return _NUMBER.sub(put, template)


def _written(shown: Shown, text: str | None, language: Language, timezone: str) -> str:
    if text is None or text == "":
        return _BLANK[language]
    made = _by_kind(shown, text, language, timezone)
    return made if len(made) <= LONGEST else made[: LONGEST - 1] + HIDDEN


def _by_kind(shown: Shown, text: str, language: Language, timezone: str) -> str:
    if shown.kind is Kind.NUMBER:
        return _number(Decimal(text), percent=shown.percent)
    if shown.kind is Kind.BOOL:
        return _TRUTH[language][text == "true"]
    if shown.kind is Kind.DATETIME:
        local = datetime.fromisoformat(text).astimezone(ZoneInfo(timezone))
        return local.strftime("%Y-%m-%d %H:%M")
    if shown.kind in (Kind.CHOICE, Kind.MULTI):
        names = {o.key: o.names for o in shown.options if o.names}
        keys = text.split(SEPARATOR)
        words = [names[k][0 if language == "zh-CN" else -1] if k in names else k for k in keys]
        return ("、" if language == "zh-CN" else ", ").join(words)
    return text


def _number(number: Decimal, *, percent: bool) -> str:
    """Write with thousands apart: 12,000,000 or 12.5%."""
    text = canonical(abs(number) * 100 if percent else abs(number))
    whole, dot, rest = text.partition(".")
    sign = "-" if number < 0 else ""
    return f"{sign}{int(whole):,}{dot}{rest}{'%' if percent else ''}"
