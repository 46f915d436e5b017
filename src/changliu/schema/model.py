"""The catalogue: what objects and fields exist, at one version; no I/O."""

from dataclasses import dataclass, field
from functools import cached_property

from changliu.fields.model import Field
from changliu.formula.model import Aggregate
from changliu.formula.world import World
from changliu.kit.errors import NotFound

SYSTEM_COLUMNS = (
    "id", "version", "created_at", "created_by", "updated_at", "updated_by",
    "owner", "team", "deleted_at", "deleted_by",
)  # fmt: skip

# In `Object.extra`: the id of the datetime that orders its records on the timelines of what they
# refer to, `created_at`, or None when they are not told there.
TIMELINE = "timeline"


@dataclass(frozen=True)
class Object:
    """A record type and its table `o_<n>`; `rank` orders locking: referenced before referencing.

    `title_field` is the id of the field shown as a record's title. `lines_of` is the key of the
    object whose records its rows are a part of (`schema.lines`), None for an object of its own.
    """

    id: str
    key: str
    label: dict[str, str]
    table: str
    fields: tuple[Field, ...]
    title_field: str | None = None
    rank: int = 0
    version: int = 1
    icon: str | None = None
    app: str | None = None
    lines_of: str | None = None
    extra: dict[str, object] = field(default_factory=dict)

    @cached_property
    def by_key(self) -> dict[str, Field]:
        """Fields by key."""
        return {f.key: f for f in self.fields}

    @cached_property
    def by_id(self) -> dict[str, Field]:
        """Fields by stable id."""
        return {f.id: f for f in self.fields}

    @cached_property
    def stored(self) -> tuple[Field, ...]:
        """Fields with a column of their own, in column order."""
        return tuple(f for f in self.fields if f.column)

    @cached_property
    def kept(self) -> tuple[Field, ...]:
        """Maintained roll-ups: the platform alone writes their columns."""
        return tuple(f for f in self.fields if f.kept)


@dataclass(frozen=True)
class Rollup:
    """A maintained roll-up of `parent` rows over the `child` rows whose column `via` names them.

    `columns` are the child's columns it reads, `reads` the child's fields (computed ones too);
    `level` is 0 when none of them is a maintained roll-up, else one more than theirs.
    """

    field: Field
    parent: str
    child: str
    via: str
    tree: Aggregate
    columns: frozenset[str]
    reads: frozenset[str]
    level: int = 0

    @property
    def column(self) -> str:
        """The parent's column it is kept in."""
        return self.field.kept or ""


@dataclass(frozen=True)
class Catalogue:
    """All objects of a workspace at one version; `world` is how formulas see them.

    `rollups` are the maintained ones, each after those it reads; `upkeep` is the world in which
    every one of them is its column, filled or not: what keeps them true reads it.
    """

    schema: str
    version: int
    objects: tuple[Object, ...]
    world: World
    rollups: tuple[Rollup, ...] = ()
    upkeep: World | None = None

    @cached_property
    def by_key(self) -> dict[str, Object]:
        """Objects by key."""
        return {o.key: o for o in self.objects}

    @cached_property
    def by_id(self) -> dict[str, Object]:
        """Objects by stable id."""
        return {o.id: o for o in self.objects}

    def object(self, key: str) -> Object:
        """Return the object called `key`; raises `NotFound` (code `object.unknown`)."""
        found = self.by_key.get(key)
        if found is None:
            raise unknown_object(key)
        return found


def unknown_object(key: str) -> NotFound:
    """Return the 404 of an object that is missing, or that the caller may not see."""
    return NotFound("object.unknown", f"没有“{key}”这个对象。", f"There is no object '{key}'.")
