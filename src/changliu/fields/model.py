"""A field as the catalogue holds it; no I/O."""

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict

from changliu.formula.model import Node


class FieldSettings(BaseModel):
    """Settings of a field type; each type subclasses it. Unknown settings are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True)
class Default:
    """A default: a constant on the wire, or a compiled formula (`tree`) such as ME() or TODAY()."""

    value: Any = None
    tree: Node | None = None


@dataclass(frozen=True, slots=True)
class Former:
    """What a field was until catalogue version `until`: history written before is read so."""

    until: int
    type: str
    settings: FieldSettings


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an object; `id` is stable for ever, `column` its physical name `f_<n>`: equal
    until the field changes its type.

    A computed field (formula, lookup, rollup) has a `tree` and no column; a maintained roll-up has
    its own in `kept`, which is read once `filled`. `read_only` fields take no value from any door.
    `personal` values are kept out of the sealed history. `synonyms` are what files call it.
    """

    id: str
    key: str
    label: dict[str, str]
    type: str
    settings: FieldSettings
    column: str | None = None
    tree: Node | None = None
    kept: str | None = None
    filled: bool = False
    required: bool = False
    unique: bool = False
    read_only: bool = False
    sensitive: bool = False
    personal: bool = False
    default: Default | None = None
    help: dict[str, str] | None = None
    placeholder: dict[str, str] | None = None
    synonyms: tuple[str, ...] = ()
    position: int = 0
    version: int = 1
    former: tuple[Former, ...] = ()  # oldest first
    indexed: bool = False
    searchable: bool | None = None  # None: by its type

    def former_at(self, version: int) -> Former | None:
        """Return what it was at a catalogue version, None when it was what it is."""
        return next((past for past in self.former if version < past.until), None)

    @property
    def names(self) -> tuple[str, ...]:
        """Key first, then the labels: what a formula may call this field."""
        return (self.key, *dict.fromkeys(self.label.values()))
