"""The values that messages tell: readable fields only, over rows the caller may read."""

from dataclasses import dataclass, replace

from changliu.access.protocol import Access
from changliu.formula import EmitEnv, emit
from changliu.formula.model import Column, Kind
from changliu.formula.world import FieldFact
from changliu.records.changeset.participant import Shown, Value, Violation
from changliu.records.changeset.store.text import literal
from changliu.records.changeset.telling import SEPARATOR
from changliu.records.query.reader import Reader
from changliu.schema.model import Catalogue, Object

_LISTS = (Kind.MULTI, Kind.UUIDS)
_UNTOLD = (Kind.JSON, Kind.CHILDREN, Kind.UUIDS, Kind.REF)


@dataclass(frozen=True, slots=True)
class Teller:
    """Works out which values of an object's messages one set of rights may be told."""

    catalogue: Catalogue
    access: Access
    target: Object
    timezone: str

    @property
    def _reader(self) -> Reader:
        return Reader(self.catalogue, self.access, self.timezone)

    def env(self) -> EmitEnv:
        """Return surroundings in which every hop is narrowed to rows the caller reads, and every
        field to the rows on which it may be read."""
        return self._reader.env("w")

    def resolved(self, violation: Violation) -> Violation:
        """Return a violation that names only what the caller may read: place and values."""
        field = self.target.by_key.get(violation.path or "")
        hidden = field is not None and not self.access.shown(self.target.id, field.id)
        values = tuple(replace(v, shown=self._shown(v.tree)) for v in violation.values)
        return replace(violation, path=None if hidden else violation.path, values=values)

    def text(self, violation: Violation, env: EmitEnv) -> str | None:
        """Return the SQL of a violation's values as text[] over n, None when there are none."""
        if not any(value.shown for value in violation.values):
            return None
        return f"ARRAY[{', '.join(self._one(value, env) for value in violation.values)}]::text[]"

    def _one(self, value: Value, env: EmitEnv) -> str:
        if value.shown is None:
            return "NULL"
        made = emit(
            value.tree, self.catalogue.world, object_id=self.target.id, env=env, alias="n",
            inline=True,
        ).text  # fmt: skip
        if value.shown.kind in _LISTS:
            return f"array_to_string({made}, {literal(SEPARATOR)})"
        return f"({made})::text"

    def _shown(self, tree: Column) -> Shown | None:
        """Walk a path by the caller's field rights."""
        here, fact = self.target.id, None
        for field_id in tree.path:
            if not self._reader.readable(here, field_id):
                return None
            fact = self.catalogue.world.object(here).fields[field_id]
            owner, here = here, fact.target or here
        if fact is None or fact.kind in _UNTOLD:
            return None
        return Shown(fact.kind, fact.options, self._is_percent(owner, fact))

    def _is_percent(self, object_id: str, fact: FieldFact) -> bool:
        found = self.catalogue.by_id.get(object_id)
        field = found.by_id.get(fact.id) if found is not None else None
        return field is not None and field.type == "percent"
