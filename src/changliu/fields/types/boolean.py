"""Yes or no."""

import unicodedata
from typing import ClassVar

from changliu.fields.model import FieldSettings
from changliu.fields.refusal import wrong_type
from changliu.fields.settings import NoSettings
from changliu.fields.stored import Reader, StoredType, Writer
from changliu.formula.world import Kind

_YES = ("是", "yes", "y", "true", "1", "on", "对", "√", "✓", "t")
_NO = ("否", "no", "n", "false", "0", "off", "错", "×", "✗", "f")
WORDS = dict.fromkeys(_YES, True) | dict.fromkeys(_NO, False)


class BooleanType(StoredType[NoSettings]):
    """True, false, or blank."""

    name: ClassVar[str] = "boolean"
    label: ClassVar[dict[str, str]] = {"zh-CN": "是否", "en": "Yes or no"}
    about: ClassVar[dict[str, str]] = {
        "zh-CN": "是、否或空；文本可写 是/否、Yes/No、1/0、true/false。",
        "en": "Yes, no or blank; the texts Yes/No, 是/否, 1/0, true/false will do.",
    }
    example: ClassVar[str] = "true"
    settings: ClassVar[type[FieldSettings]] = NoSettings
    kind: ClassVar[Kind] = Kind.BOOL
    sql_type: ClassVar[str] = "boolean"
    index: ClassVar[str | None] = None
    tests: ClassVar[tuple[str, ...]] = ("=", "<>", "ISBLANK")

    def reader(self, settings: NoSettings) -> Reader:  # noqa: ARG002
        """Read a truth value or one of the usual words."""
        return truth_of

    def writer(self, settings: NoSettings) -> Writer:  # noqa: ARG002
        """Write 是 or 否."""
        return lambda value: "是" if value else "否"


def truth_of(value: object) -> bool:
    """Return the truth value meant; raises `Refused`."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and len(value) <= 20:
        word = unicodedata.normalize("NFKC", value).strip().casefold()
        if word in WORDS:
            return WORDS[word]
    if type(value) is int and value in (0, 1):
        return bool(value)
    raise wrong_type(value, "是或否（true / false）", "yes or no (true / false)")
