"""Verbs, scopes and grants; no I/O."""

from dataclasses import dataclass
from enum import StrEnum


class Verb(StrEnum):
    """What a grant allows on an object."""

    CREATE = "create"
    READ = "read"
    UPDATE = "update"
    DELETE = "delete"
    TRANSFER = "transfer"
    SHARE = "share"
    EXPORT = "export"
    IMPORT = "import"


class Scope(StrEnum):
    """Which rows: each contains the one before; `formula` names its own rows."""

    OWN = "own"
    TEAM = "team"
    TEAM_TREE = "team_tree"
    ALL = "all"
    FORMULA = "formula"


@dataclass(frozen=True, slots=True)
class Grant:
    """A role may do `verb` on `object` (id) to the rows of `scope`.

    `fields` is `all` or `listed` (then `read`/`write` name field ids); write implies read.
    """

    role: str
    object: str
    verb: Verb
    scope: Scope
    fields: str = "all"
    read: frozenset[str] = frozenset()
    write: frozenset[str] = frozenset()
