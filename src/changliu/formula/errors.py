"""The one failure of this room: a formula that cannot be accepted, with its place and remedy."""

from typing import Any


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
