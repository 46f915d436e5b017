"""Refusing one value: the reason in both languages, with the value shortened and the remedy."""

from changliu.fields.model import Field
from changliu.kit.errors import Fault

SHOWN_CHARACTERS = 40


class Refused(Exception):  # noqa: N818 -- caught cell by cell, never seen outside this room
    """A value does not fit its field; becomes a `Fault` at the field's key."""

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(code)
        self.code, self.zh, self.en = code, zh, en

    def fault(self, field: Field) -> Fault:
        """Return the fault, naming the field by its label in each language."""
        zh = field.label.get("zh-CN", field.key)
        en = field.label.get("en", field.key)
        return Fault(self.code, f"“{zh}”{self.zh}", f"{en}: {self.en}", path=field.key)


def shorten(value: object) -> str:
    """Return a value as a message may quote it: at most 40 characters, printable."""
    if isinstance(value, (list, dict, tuple)):
        return "[…]" if isinstance(value, (list, tuple)) else "{…}"
    text = value[: SHOWN_CHARACTERS + 1] if isinstance(value, str) else _plain(value)
    text = "".join(c if c.isprintable() else "?" for c in text)
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"


def _plain(value: object) -> str:
    if isinstance(value, int) and abs(value) >= 10**SHOWN_CHARACTERS:
        return "1" + "0" * SHOWN_CHARACTERS
    return str(value)


def wrong_type(value: object, zh: str, en: str) -> Refused:
    """Return the refusal `field.type`: `zh`/`en` say what is expected, with an example."""
    shown = shorten(value)
    return Refused("field.type", f"收到“{shown}”，应为{zh}。", f"got '{shown}', expected {en}.")


def out_of_range(value: object, zh: str, en: str) -> Refused:
    """Return the refusal `field.range`: `zh`/`en` state the bounds."""
    shown = shorten(value)
    return Refused(
        "field.range", f"的值“{shown}”超出范围：{zh}。", f"'{shown}' is out of range: {en}."
    )


def too_long(length: int, limit: int) -> Refused:
    """Return the refusal `field.too_long`; lengths in characters."""
    return Refused(
        "field.too_long",
        f"有 {length} 个字符，最多 {limit} 个，请缩短后再保存。",
        f"has {length} characters, at most {limit} are allowed; shorten it.",
    )
