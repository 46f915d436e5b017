"""Settings of field types: titles and refusals in both languages, for diffs and errors."""

from typing import Any

from pydantic import Field as PydanticField

from changliu.fields.model import FieldSettings


class NoSettings(FieldSettings):
    """A type without settings."""


def setting(default: Any, zh: str, en: str, **bounds: Any) -> Any:
    """Declare a setting: `title` is its Chinese name, `description` the English one."""
    return PydanticField(default, title=zh, description=en, **bounds)


def refuse_setting(zh: str, en: str) -> ValueError:
    """Return what a settings validator raises; `definitions` splits it into both languages."""
    return ValueError(f"{zh}|{en}")
