"""HTML rebuilt from an allow list: what is not on it cannot come out.

The parser only finds the pieces; every tag of the result is written by us without attributes
(links keep a checked address), every text is escaped, every tag is closed.
"""

from html import escape
from html.parser import HTMLParser

from changliu.fields.refusal import Refused
from changliu.fields.types.url import url_of

TAGS = frozenset((
    "p", "strong", "em", "u", "s", "ul", "ol", "li", "h1", "h2", "h3", "blockquote", "code", "pre",
    "a",
))  # fmt: skip
_SAME = {"b": "strong", "i": "em", "del": "s", "strike": "s", "div": "p", "h4": "h3"}
_VOID = frozenset(("br", "hr"))
_DROPPED = frozenset((
    "script", "style", "iframe", "object", "embed", "template", "noscript", "svg", "math", "title",
    "textarea", "select", "xmp", "noembed", "noframes", "plaintext",
))  # fmt: skip
_DEEPEST = 50


class _Rebuilder(HTMLParser):
    """Collects safe pieces of the markup it is fed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.open: list[str] = []
        self.dropping: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.dropping is not None:
            return
        tag = _SAME.get(tag, tag)
        if tag in _DROPPED:
            self.dropping = tag
        elif tag in _VOID:
            self.pieces.append(f"<{tag}>")
        elif tag in TAGS and len(self.open) < _DEEPEST:
            self.open.append(tag)
            self.pieces.append(_link(attrs) if tag == "a" else f"<{tag}>")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if self.dropping is None and tag in _VOID:
            self.pieces.append(f"<{tag}>")

    def handle_endtag(self, tag: str) -> None:
        tag = _SAME.get(tag, tag)
        if self.dropping is not None:
            self.dropping = None if tag == self.dropping else self.dropping
        elif tag in self.open:
            self._close_to(tag)

    def handle_data(self, data: str) -> None:
        if self.dropping is None:
            self.pieces.append(escape(data, quote=False))

    def _close_to(self, tag: str) -> None:
        while self.open:
            last = self.open.pop()
            self.pieces.append(f"</{last}>")
            if last == tag:
                return

    def result(self) -> str:
        """Return the rebuilt markup with every tag closed."""
        while self.open:
            self._close_to(self.open[-1])
        return "".join(self.pieces)


def _link(attrs: list[tuple[str, str | None]]) -> str:
    given = next((value for name, value in attrs if name == "href" and value), None)
    try:
        target = url_of(given)
    except Refused:
        target = None
    if target is None:
        return "<a>"
    return f'<a href="{escape(target)}" rel="noopener noreferrer nofollow">'


def safe_markup(text: str) -> str:
    """Return the safe markup of a text; never raises. Plain text comes back escaped."""
    rebuilder = _Rebuilder()
    rebuilder.feed(text)
    rebuilder.close()
    return rebuilder.result()
