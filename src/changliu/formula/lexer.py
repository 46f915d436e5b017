"""Text to tokens: Chinese and English names, full-width punctuation, five kinds of quotes."""

import re
from dataclasses import dataclass
from enum import StrEnum

from changliu.formula.errors import refuse

MAX_TEXT = 4_000
MAX_DIGITS = 60

UNITS = {"万": 10**4, "亿": 10**8, "万亿": 10**12}


class Sort(StrEnum):
    """What a token is: WORD may be a keyword, LABEL is a [bracketed] name and never is."""

    NUMBER = "number"
    TEXT = "text"
    WORD = "word"
    LABEL = "label"
    SIGN = "sign"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text: its meaning (quotes removed, half-width) and where it stands."""

    sort: Sort
    text: str
    start: int
    end: int


_PATTERN = re.compile(
    r"""
    (?P<space>[\s\u200b-\u200d\ufeff]+)
  | (?P<number>(?:[0-9０-９]+(?:[.．][0-9０-９]+)?)(?:万亿|万|亿)?)
  | (?P<word>[^\W\d]\w*)
  | (?P<label>\[(?:[^\]]|\]\])*\] | 【[^】]*】)
  | (?P<text>"(?:[^"]|"")*" | '(?:[^']|'')*' | [“”][^“”]*[“”] | [‘’][^‘’]*[‘’] | 「[^」]*」)
  | (?P<sign>[<＜][=＝>＞]? | [>＞][=＝]? | [!！][=＝] | [=＝]{1,2}
            | [-+*/^&%(),.;≤≥≠×÷−（），；＋－＊／＾＆％、。．])
    """,
    re.VERBOSE,
)
# PostgreSQL stores neither NUL nor half a surrogate pair.
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")
_HALF = str.maketrans("（），；＋－−＊×／÷＾＆％＝＜＞！、。．０１２３４５６７８９",
                      "(),;+--**//^&%=<>!,..0123456789")  # fmt: skip
_SIGNS = {"≤": "<=", "≥": ">=", "≠": "<>", "!=": "<>", "==": "="}
_UNCLOSED = dict.fromkeys("\"'“”‘’「", "str_open") | dict.fromkeys("[【", "name_open")


def tokens(text: str) -> list[Token]:
    """All tokens, an END last. FormulaError: long, char, str_open, name_open, number."""
    if len(text) > MAX_TEXT:
        raise refuse("long", MAX_TEXT, len(text), count=len(text), limit=MAX_TEXT)
    unstorable = _UNSTORABLE.search(text)
    if unstorable:
        raise _unreadable(text, unstorable.start())
    out: list[Token] = []
    at = 0
    while at < len(text):
        match = _PATTERN.match(text, at)
        if match is None:
            raise _unreadable(text, at)
        if match.lastgroup != "space":
            out.append(_token(match))
        at = match.end()
    out.append(Token(Sort.END, "", at, at))
    return out


def _token(match: re.Match[str]) -> Token:
    sort, raw, start, end = Sort(str(match.lastgroup)), match.group(), match.start(), match.end()
    if sort is Sort.NUMBER:
        raw = raw.translate(_HALF)
        if sum(map(str.isdigit, raw)) > MAX_DIGITS:
            raise refuse("number", start, end, limit=MAX_DIGITS)
    elif sort is Sort.SIGN:
        raw = raw.translate(_HALF)
        raw = _SIGNS.get(raw, raw)
    elif sort is not Sort.WORD:
        mark, raw = raw[0], raw[1:-1]
        doubled = {"[": "]", '"': '"', "'": "'"}.get(mark)
        raw = raw.replace(doubled * 2, doubled) if doubled else raw
    return Token(sort, raw, start, end)


def _unreadable(text: str, at: int) -> Exception:
    code = _UNCLOSED.get(text[at])
    if code:
        return refuse(code, at, len(text))
    char = text[at] if text[at].isprintable() else f"U+{ord(text[at]):04X}"
    return refuse("char", at, at + 1, char=char)
