"""Definitions and what is known about them; no I/O."""

import hashlib
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import orjson

from changliu.identity.model import Actor
from changliu.kit.db import Tx
from changliu.kit.labels import Language

State = Literal["draft", "live", "retired"]


@dataclass(frozen=True, slots=True)
class Definition:
    """One version of a definition; `body` is the kind's model as JSON."""

    kind: str
    key: str
    version: int
    body: dict[str, Any]
    state: State
    author: UUID
    at: datetime
    base_hash: str | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True, order=True)
class Use:
    """That a definition names an object, or one of its fields (stable ids; "" = the object).

    `indexed` asks for an index on the field: lists are filtered or sorted by it every day.
    """

    object: str
    field: str = ""
    indexed: bool = dataclass_field(default=False, compare=False)


@dataclass(frozen=True, slots=True, order=True)
class UseRow:
    """A live definition that uses an object or field."""

    kind: str
    key: str
    object: str
    field: str


@dataclass(frozen=True, slots=True)
class Effect:
    """One line of an impact list, in both languages; `kind` and `key` name the definition hit."""

    code: str
    zh: str
    en: str
    kind: str | None = None
    key: str | None = None

    def as_json(self, language: Language) -> dict[str, Any]:
        """Return `{code, message, kind?, key?}` in one language."""
        named = {"kind": self.kind, "key": self.key}
        message = self.zh if language == "zh-CN" else self.en
        return {"code": self.code, "message": message, **{k: v for k, v in named.items() if v}}


@dataclass(frozen=True, slots=True)
class Impact:
    """What a change would do to others; doing it needs `token` as the confirmation."""

    effects: tuple[Effect, ...] = ()

    @property
    def token(self) -> str:
        """A hash of the list: a list that has changed since it was read must be read again."""
        lines = sorted(f"{e.code} {e.kind} {e.key} {e.en}" for e in self.effects)
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:24]


@dataclass(slots=True)
class Context:
    """What a kind's functions run in: the transaction, who acts, which definition (`version` is
    known in `apply`), and the impact token the caller confirmed."""

    tx: Tx
    actor: Actor
    key: str
    confirm: str | None = None
    rolling_back: bool = False
    version: int = 0


@dataclass(slots=True)
class Pending:
    """What one open transaction has published and not committed yet.

    `held` is what kinds keep for the whole transaction, `derived` what the next publish makes
    stale. It rides in `Tx.after_commit`, so it lives exactly as long as the transaction.
    """

    bumped: bool = False
    held: dict[type, Any] = dataclass_field(default_factory=dict)
    derived: dict[type, Any] = dataclass_field(default_factory=dict)

    def __call__(self) -> None:
        """Nothing to do at commit: kinds add callbacks of their own."""

    def forget(self) -> None:
        """Drop what was derived from definitions."""
        self.derived.clear()


def body_hash(body: Any) -> str:
    """The sha256 (hex) of a body in canonical JSON."""
    return hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()
