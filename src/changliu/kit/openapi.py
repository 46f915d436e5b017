"""The description of every door at /api/openapi.json: what FastAPI derives, completed.

Rooms say what their bodies are (`accepts`) and which doors differ; what holds for all doors is
added here once: who must be signed in, and that every refusal is a problem document.
"""

from collections.abc import Callable, Collection
from typing import Any

from fastapi import FastAPI

Document = dict[str, Any]
# Completes the document with what only a room knows.
Chapter = Callable[[Document], None]

PATH = "/api/openapi.json"
METHODS = frozenset({"get", "post", "put", "patch", "delete"})

_FAULT: Document = {
    "type": "object",
    "required": ["code", "message"],
    "properties": {
        "path": {"type": "string", "description": "The field or member of the body."},
        "code": {"type": "string"},
        "message": {"type": "string", "description": "In the caller's language."},
        "row": {"type": "integer", "minimum": 0, "description": "Which of several changes."},
        "start": {"type": "integer", "minimum": 0, "description": "First character of a formula."},
        "end": {"type": "integer", "minimum": 0, "description": "Behind the last character."},
    },
}
_PROBLEM: Document = {
    "type": "object",
    "description": "RFC 9457; `code` is stable, the texts are for people.",
    "required": ["type", "title", "status", "detail", "code", "errors"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string", "minLength": 1},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string", "minLength": 1},
        "code": {"type": "string", "pattern": r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$"},
        "errors": {"type": "array", "items": {"$ref": "#/components/schemas/Fault"}},
    },
}
_REFUSED: Document = {
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
}
_SIGN_IN: Document = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "`token` of POST /api/auth/login, or an API token.",
    },
    "session": {"type": "apiKey", "in": "cookie", "name": "__Host-changliu"},
}


class Application(FastAPI):
    """The web application; `strangers` are the paths that ask for no sign-in."""

    def __init__(
        self, *, strangers: Collection[str], chapters: Collection[Chapter] = (), **settings: Any
    ) -> None:
        # A redirect to the path without its last slash would name the host the request named.
        super().__init__(openapi_url=PATH, redirect_slashes=False, **settings)
        self._strangers, self._chapters = strangers, chapters

    def openapi(self) -> Document:
        """Return the description, made once."""
        made = self.openapi_schema is not None
        document = super().openapi()
        if not made:
            for chapter in self._chapters:
                chapter(document)
            _complete(document, self._strangers)
        return document


def _complete(document: Document, strangers: Collection[str]) -> None:
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    # FastAPI describes its own answers to bad requests; ours are problem documents.
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas |= {"Problem": _PROBLEM, "Fault": _FAULT}
    document["components"]["securitySchemes"] = _SIGN_IN
    for path, item in document["paths"].items():
        for operation in (item[method] for method in METHODS & item.keys()):
            answers = operation["responses"]
            answers.pop("422", None)
            answers["4XX"] = {"description": "Refused; nothing was changed.", **_REFUSED}
            answers["5XX"] = {"description": "Not served; try again later.", **_REFUSED}
            operation["security"] = [] if path in strangers else [{name: []} for name in _SIGN_IN]
