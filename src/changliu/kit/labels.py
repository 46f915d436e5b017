"""Labels and messages in two languages."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

Language = Literal["zh-CN", "en"]
LANGUAGES: tuple[Language, ...] = ("zh-CN", "en")
DEFAULT_LANGUAGE: Language = "zh-CN"


def as_labels(value: Any) -> dict[str, str]:
    """Return `{"zh-CN": …, "en": …}` from that shape or from one string meant for both.

    Raises ValueError when neither shape fits or a text is empty.
    """
    if isinstance(value, str):
        value = dict.fromkeys(LANGUAGES, value)
    if not isinstance(value, Mapping) or not value:
        raise ValueError("a label is a text or {'zh-CN': text, 'en': text}")
    texts = {str(k): v for k, v in value.items()}
    if unknown := set(texts) - set(LANGUAGES):
        raise ValueError(f"unknown language {sorted(unknown)}: use zh-CN and en")
    if not all(isinstance(v, str) and v.strip() for v in texts.values()):
        raise ValueError("a label must not be empty")
    fallback = texts.get("zh-CN") or texts["en"]
    return {language: texts.get(language, fallback).strip() for language in LANGUAGES}


Labels = Annotated[dict[str, str], BeforeValidator(as_labels)]


def choose_language(accept: str | None) -> Language:
    """Return the best of our languages for an Accept-Language header; Chinese when in doubt."""
    for part in (accept or "").lower().split(","):
        tag = part.split(";")[0].strip()
        if tag.startswith("en"):
            return "en"
        if tag.startswith("zh"):
            return "zh-CN"
    return DEFAULT_LANGUAGE
