"""Condition of step 7 on records alike: another one has the same key, in the table or beside it."""

from dataclasses import dataclass, replace

from changliu.formula.model import Column, Kind
from changliu.records.changeset.model import Op
from changliu.records.changeset.participant import Match, Shown, Value, Violation
from changliu.records.changeset.store.text import column_of, quote, table_of
from changliu.schema.matching import match_key
from changliu.schema.model import Catalogue, Object


@dataclass(frozen=True, slots=True)
class Matching:
    """One match of an object, over n and o of an operation."""

    catalogue: Catalogue
    target: Object
    op: Op
    match: Match

    def holds(self) -> str:
        """Another live row has the key, or another row of this changeset: hashed, grouped once."""
        mine = self._key("n")
        twice = f"SELECT {self._key('t')} FROM cand t GROUP BY 1 HAVING count(*) > 1"
        found = f"EXISTS (SELECT 1 {self._others()}) OR {mine} IN ({twice})"
        # What was alike before stays: an old pair may be worked on, and is found by other means.
        came_by = "" if self.op == "restore" else f" AND {mine} IS DISTINCT FROM {self._key('o')}"
        return f"{mine} IS NOT NULL{came_by} AND ({found})"

    def tells(self) -> str | None:
        """Whose record it is, the oldest of several; blank for one that is nobody's."""
        if not self.match.tells_owner:
            return None
        members = quote(self.catalogue.schema, "member")
        name = f"(SELECT m.name FROM {members} m WHERE m.id = t.owner)"
        return f"ARRAY[(SELECT {name} {self._others()} ORDER BY t.created_at, t.id LIMIT 1)]"

    def told(self, says: Violation) -> Violation:
        """Return the violation with the place of the owner's name."""
        if not self.match.tells_owner:
            return says
        return replace(says, values=(Value(Column(("owner",)), Shown(Kind.TEXT)),))

    def _others(self) -> str:
        rows = table_of(self.catalogue, self.target)
        same = f"{self._key('t')} = {self._key('n')}"
        return f"FROM {rows} t WHERE {same} AND t.id <> n.id AND t.deleted_at IS NULL"

    def _key(self, alias: str) -> str:
        terms = self.match.terms
        return match_key(
            [(f"{alias}.{column_of(self.target.by_id[f])}", method) for f, method in terms]
        )
