"""What the program writes down for operators: a line of JSON, or words on a terminal.

Every line names the request or job, workspace, member and changeset it belongs to, by id. Values of
records stay out: what PostgreSQL adds to its errors about rows is cut.
"""

import logging
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TextIO

import orjson

from changliu.kit import clock

_context: ContextVar[dict[str, str] | None] = ContextVar("changliu_log", default=None)
_ROWS = re.compile(r"^\s*(DETAIL|CONTEXT|HINT|QUERY|STATEMENT|LINE \d+):?.*$\n?", re.MULTILINE)
_WORDS = "%(asctime)s %(levelname)s %(name)s %(message)s"


def begin(**names: str) -> None:
    """Start what following lines of this task belong to: `begin(request=…)`."""
    _context.set(dict(names))


def belong(**names: str) -> None:
    """Add to it once more is known, such as the workspace; nothing outside of a request."""
    known = _context.get()
    if known is not None:
        known.update(names)


@contextmanager
def belonging(**names: str | None) -> Iterator[None]:
    """Let the lines of a block belong to what is named, such as a job; None is left out."""
    token = _context.set({name: value for name, value in names.items() if value is not None})
    try:
        yield
    finally:
        _context.reset(token)


class Json(logging.Formatter):
    """One JSON object a line: `at, level, logger, message`, ids, and `error` with its trace."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line = {
            "at": clock.real().isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": without_rows(record.getMessage()),
            **(_context.get() or {}),
        }
        if record.exc_info:
            line["error"] = without_rows(self.formatException(record.exc_info))
        return orjson.dumps(line).decode()


class Words(logging.Formatter):
    """The same for people: time, level, logger, message, request."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, a trace below it."""
        text = without_rows(super().format(record))
        known = _context.get() or {}
        request = known.get("request") or known.get("job")
        return f"{text} [{request}]" if request else text


def without_rows(text: str) -> str:
    """Return text without the lines in which PostgreSQL tells values of rows."""
    return _ROWS.sub("", text)


def configure(stream: TextIO = sys.stderr, level: int = logging.WARNING) -> None:
    """Write lines to a stream: words on a terminal, JSON elsewhere."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Words(_WORDS) if stream.isatty() else Json())
    logging.basicConfig(level=level, handlers=[handler], force=True)
