"""Cells that a spreadsheet would run as formulas: marked when written, unmarked when read back.

A cell that begins with = + - @ (full-width ones too), a tab or a line end, after any number of
apostrophes, gets one apostrophe more; reading takes one away from just those. So every text comes
back as it was, whatever it began with. Plain negative numbers are left alone.
"""

import re

_DANGER = r"[=+\-@＝＋－＠\t\r\n]"
_MARKED = re.compile(rf"'+\s*{_DANGER}").match
_RISKY = re.compile(rf"'*\s*{_DANGER}").match
_NUMBER = re.compile(r"-[0-9]+(?:\.[0-9]+)?%?").fullmatch
# Every cell is looked at: most end here.
_FIRST = frozenset("'=+-@＝＋－＠\t\r\n ")


def guarded(text: str) -> str:
    """Return a cell as no spreadsheet runs it."""
    if not text or (text[0] not in _FIRST and not text[0].isspace()):
        return text
    return f"'{text}" if _RISKY(text) and not _NUMBER(text) else text


def marked(text: str) -> str:
    """Return a cell that is never run (typed as text), marked only where reading would unmark."""
    return f"'{text}" if text.startswith("'") and _MARKED(text) else text


def bare(text: str) -> str:
    """Return a cell without the mark an export gave it."""
    return text[1:] if text.startswith("'") and _MARKED(text) else text
