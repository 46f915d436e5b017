"""What a formula sees of the catalogue: objects, their fields, options and how to reach rows."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol

from changliu.formula.model import Kind, Node

__all__ = ["FieldFact", "Kind", "ObjectFact", "Option", "World", "fold"]


@lru_cache(maxsize=16_384)
def fold(name: str) -> str:
    """The form in which names are compared: NFKC, case-folded, trimmed."""
    return unicodedata.normalize("NFKC", name).casefold().strip()


@dataclass(frozen=True, slots=True)
class Option:
    """One choice: a formula accepts its stable key or any of its labels; text shows names[0]."""

    key: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldFact:
    """One field as formulas see it; `names` holds the key first, then the labels (zh-CN, en).

    `column` is the physical column; None means computed: `tree` is then evaluated in its place.
    CHILDREN: rows of `target` whose field `via` points at this row, of these those whose columns
    have the values of `only`; `carried` when they travel with the record, as lines do. `many`: the
    reference is held as uuid[] (kind UUIDS). `target` is the object id behind REF, UUIDS and
    CHILDREN.
    """

    id: str
    names: tuple[str, ...]
    kind: Kind
    column: str | None = None
    target: str | None = None
    options: tuple[Option, ...] = ()
    tree: Node | None = None
    via: str | None = None
    only: tuple[tuple[str, str], ...] = ()
    many: bool = False
    integer: bool = False
    system: bool = False
    carried: bool = False

    @property
    def is_list(self) -> bool:
        """Whether a path through this field reaches many rows."""
        return self.kind is Kind.CHILDREN or (self.target is not None and self.holds_ids)

    @property
    def holds_ids(self) -> bool:
        """Whether the value is a list of ids."""
        return self.many or self.kind is Kind.UUIDS

    def option(self, name: str) -> Option | None:
        """The option of that key or label (compared folded; keys first), or None."""
        wanted = fold(name)
        by_key = (o for o in self.options if fold(o.key) == wanted)
        by_label = (o for o in self.options if wanted in map(fold, o.names))
        return next(by_key, None) or next(by_label, None)


@dataclass(frozen=True, slots=True)
class ObjectFact:
    """One object: where its rows lie and its fields by id. `title` is the id of the naming field.

    Members, teams and system relations are objects too. Rows with `deleted_at` set are left out
    when `soft_deleted`.
    """

    id: str
    names: tuple[str, ...]
    schema: str
    table: str
    fields: Mapping[str, FieldFact]
    title: str | None = None
    key_column: str = "id"
    soft_deleted: bool = True
    _by_name: dict[str, FieldFact] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the fields: a key wins over a label, an earlier field over a later one."""
        index: dict[str, FieldFact] = {}
        for fact in self.fields.values():
            index.setdefault(fold(fact.names[0]), fact)
        for fact in self.fields.values():
            for name in fact.names[1:]:
                index.setdefault(fold(name), fact)
        object.__setattr__(self, "_by_name", index)

    def find(self, name: str) -> FieldFact | None:
        """The field of that key or label (compared folded), or None."""
        return self._by_name.get(fold(name))


class World(Protocol):
    """The catalogue at one version."""

    def object(self, object_id: str) -> ObjectFact:
        """The object of that id; KeyError when there is none."""
        ...
