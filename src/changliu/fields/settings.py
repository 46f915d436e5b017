"""Settings of field types: titles and refusals in both languages, for diffs and errors."""

from typing import Any

from pydantic import Field as PydanticField
from pydantic_core import PydanticCustomError

from changliu.fields.model import FieldSettings


class NoSettings(FieldSettings):
    """A type without settings."""


def setting(default: Any, zh: str, en: str, **bounds: Any) -> Any:
    """Declare a setting: `title` is its Chinese name, `description` the English one."""
    return PydanticField(default, title=zh, description=en, **bounds)


def refuse_setting(zh: str, en: str) -> PydanticCustomError:
    """Return what a settings validator raises: code `field.setting`, in both languages."""
    # The texts travel in the context: as a template they would trip over their braces.
    return PydanticCustomError("field.setting", "{en}", {"zh": zh, "en": en})
