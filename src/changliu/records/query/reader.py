"""The caller as the compiler sees one: catalogue, rights, time zone."""

from collections.abc import Sequence
from dataclasses import dataclass

from changliu.access.model import Verb
from changliu.access.protocol import Access
from changliu.formula.emitter.fragment import EmitEnv
from changliu.formula.model import And, Column, FalseNode, InParam, Node, Not, Or, TrueNode
from changliu.schema.model import Catalogue, Object, unknown_object

# The id of the system field that stands for an object's title.
TITLE = "title"


@dataclass(frozen=True, slots=True)
class Reader:
    """One caller at one catalogue version."""

    catalogue: Catalogue
    access: Access
    timezone: str

    def object(self, key: str) -> Object:
        """Return an object the caller reads; `NotFound` alike for unknown and unreadable ones."""
        found = self.catalogue.object(key)
        if self.access.predicate(found.id, Verb.READ) is None:
            raise unknown_object(key)
        return found

    def may_list(self, object_id: str) -> bool:
        """Say whether the caller reads any records of an object."""
        return self.access.predicate(object_id, Verb.READ) is not None

    def rows(self, object_id: str) -> Node:
        """Return which rows of an object the caller reads: a condition on that object."""
        return self.access.predicate(object_id, Verb.READ) or FalseNode()

    def shown(self, object_id: str, field_id: str) -> bool:
        """Say whether some records show the field to the caller, if only masked."""
        return self.access.shown(object_id, field_id)

    def partly(self, object_id: str, field_id: str) -> Node | None:
        """Return on which rows the caller may read a field that shows on some only."""
        if object_id not in self.catalogue.by_id:
            return None  # people and relations: the same for every reader of the row
        rows = self.access.readable_rows(object_id, field_id)
        return None if isinstance(rows, TrueNode) else rows or FalseNode()

    def masked(self, object_id: str, field_id: str) -> bool:
        """Say whether the caller sees only the ends of a field's values."""
        return self.access.masked(object_id, field_id)

    def readable(self, object_id: str, field_id: str) -> bool:
        """Say whether a name of the object resolves in the caller's expressions.

        A masked field does not: a filter would tell what the mask hides. On rows where the caller
        may not read it, a field is blank (`env`).
        """
        return self.shown(object_id, field_id) and not self.masked(object_id, field_id)

    def env(self, prefix: str) -> EmitEnv:
        """Return surroundings in which every hop and child list is narrowed to readable rows, and
        every field to the rows on which it may be read."""
        return EmitEnv(prefix=prefix, timezone=self.timezone, guard=self._guard, veil=self.partly)

    def output_env(self, prefix: str) -> EmitEnv:
        """Return the surroundings of what a row shows: those of everything else the caller asks."""
        return self.env(prefix)

    def author_env(self, prefix: str) -> EmitEnv:
        """Return surroundings over all rows: for the caller's own predicate."""
        return EmitEnv(prefix=prefix, timezone=self.timezone)

    def _guard(self, object_id: str, alias: str) -> Node | None:  # noqa: ARG002 -- the protocol's
        rows = self.rows(object_id)
        return None if isinstance(rows, TrueNode) else rows


@dataclass(frozen=True, slots=True)
class Term:
    """One part of a scope, disjoint from the others: rows where `each` (a column equal to an
    element of a bound array) or `where` holds."""

    where: Node
    each: InParam | None = None


def terms(rows: Node, *, per_team: bool) -> tuple[Term, ...]:
    """Split a scope into disjoint terms, narrow columns first; one term when there is no OR.

    `per_team` takes `team = any of my teams` apart team by team, which lets an index on
    (team, created_at) answer each in order; only worth it while the teams are few.
    """
    parts: Sequence[Node] = rows.items if isinstance(rows, Or) else (rows,)
    out = []
    for i, part in enumerate(parts):
        others = tuple(Not(earlier) for earlier in parts[:i])
        if per_team and isinstance(part, InParam) and isinstance(part.value, Column):
            out.append(Term(And(others) if others else TrueNode(), part))
        else:
            out.append(Term(And((part, *others)) if others else part))
    return tuple(out)
