"""Expected failures: a status, a stable code, and sentences in both languages for the user.

Every message says what happened, where, and what to do next. Rendered as RFC 9457 problem
documents by `kit.http`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from changliu.kit.labels import Language


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong at one place: `path` names the field, `row` the change (0-based)."""

    code: str
    zh: str
    en: str
    path: str | None = None
    row: int | None = None
    start: int | None = None
    end: int | None = None
    warning: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self, language: Language) -> dict[str, Any]:
        """Return `{path?, code, message, row?, start?, end?, …extra}` in one language."""
        optional = {"path": self.path, "row": self.row, "start": self.start, "end": self.end}
        document = {k: v for k, v in optional.items() if v is not None}
        message = self.zh if language == "zh-CN" else self.en
        return {**document, "code": self.code, "message": message, **self.extra}


class Problem(Exception):  # noqa: N818 -- named after the document it becomes (RFC 9457)
    """A failure the caller can act on; subclasses set the HTTP status."""

    status = 500

    def __init__(self, code: str, zh: str, en: str, faults: Sequence[Fault] = ()) -> None:
        super().__init__(f"{code}: {en}")
        self.code, self.zh, self.en, self.faults = code, zh, en, tuple(faults)

    def as_json(self, language: Language) -> dict[str, Any]:
        """Return the problem document (RFC 9457) in one language."""
        message = self.zh if language == "zh-CN" else self.en
        return {
            "type": f"urn:changliu:problem:{self.code}",
            "title": message,
            "status": self.status,
            "detail": message,
            "code": self.code,
            "errors": [fault.as_json(language) for fault in self.faults],
        }


class BadRequest(Problem):
    """The request cannot be read: 400."""

    status = 400


class Unauthenticated(Problem):
    """No valid session or token: 401."""

    status = 401


class Forbidden(Problem):
    """Known and readable, but not allowed: 403."""

    status = 403


class NotFound(Problem):
    """Missing, or not readable by the caller: 404, the same words for both."""

    status = 404


class Conflict(Problem):
    """The state has moved on, or the thing exists already: 409."""

    status = 409


class TooLarge(Problem):
    """A body or plan beyond its bound: 413."""

    status = 413


class Invalid(Problem):
    """Understood, but refused with reasons at their places: 422."""

    status = 422


class TooMany(Problem):
    """Rate-limited: 429."""

    status = 429


class Unavailable(Problem):
    """Cannot be served just now; try again: 503."""

    status = 503
