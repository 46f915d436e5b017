"""Verbs, scopes and grants; no I/O."""

from dataclasses import dataclass
from enum import StrEnum

from changliu.formula.model import Node
from changliu.kit.copies import Trace

TRACES = (Trace("share"),)
EVERY = "*"  # every object, or every field: those of today and of tomorrow


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


# From narrow to wide. `formula` has no place in this order: it stands beside the widest.
SCOPES = (Scope.OWN, Scope.TEAM, Scope.TEAM_TREE, Scope.ALL)


@dataclass(frozen=True, slots=True)
class Grant:
    """A role may do `verb` on `object` (id) to the rows of `scope`.

    `fields` is `all` or `listed` (then `read`/`write` name field ids); write implies read. A `*`
    in place of an object or field id stands for every one. `condition` belongs to scope `formula`.
    """

    role: str
    object: str
    verb: Verb
    scope: Scope
    fields: str = "all"
    read: frozenset[str] = frozenset()
    write: frozenset[str] = frozenset()
    condition: Node | None = None

    @property
    def readable(self) -> frozenset[str]:
        """Ids of the fields this grant lets one read."""
        return frozenset((EVERY,)) if self.fields == "all" else self.read | self.write

    @property
    def writable(self) -> frozenset[str]:
        """Ids of the fields this grant lets one write."""
        return frozenset((EVERY,)) if self.fields == "all" else self.write
