"""Records alike in step 7: `sought`, the keys a batch comes by, and `alike`, what they meet.

A key is worked out once per row, and looked for as a relation: with an index by its entries, in a
table without one by hashing it once for the whole batch.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from changliu.formula.model import Column, Kind
from changliu.records.changeset.model import Op
from changliu.records.changeset.participant import Clause, Match, Shown, Value, Violation
from changliu.records.changeset.store.text import column_of, literal, quote, table_of
from changliu.schema.matching import Term, alike_enough, has_several, match_key, matches
from changliu.schema.model import Catalogue, Object

# Rows of one batch with a key in common that each is held against, where equal keys do not decide.
MOST_BESIDE = 20


def matched(clauses: Sequence[Clause]) -> tuple[Match, ...]:
    """Return the different matches of clauses; their places are the numbers in the relations."""
    return tuple(dict.fromkeys(c.match for c in clauses if c.match is not None))


@dataclass(frozen=True, slots=True)
class Matching:
    """The matches of an object over the rows of one operation."""

    catalogue: Catalogue
    target: Object
    op: Op
    matches: tuple[Match, ...]

    def sought_rows(self) -> str:
        """`sought`: change number, id and k0, k1 … of rows that are new, come back, or have come by
        a key: what was alike before stays, and an old pair may be worked on."""
        keys = ", ".join(f"{self._come_by(m)} AS k{at}" for at, m in enumerate(self.matches))
        return f"SELECT n.i, n.id, {keys} FROM cand n LEFT JOIN old o ON o.id = n.id"

    def alike_rows(self) -> str:
        """`alike`: change number and match number where another live row, or one beside it, is."""
        arms = []
        for at, match in enumerate(self.matches):
            arms += [self._in_table(at, match), self._beside(at, match)]
        return " UNION ALL ".join(arms)

    def holds(self, match: Match) -> str:
        """The condition on a staged row that a match was found for it."""
        at = self.matches.index(match)
        return f"i.i IN (SELECT a.i FROM alike a WHERE a.m = {at})"

    def tells(self, match: Match) -> str | None:
        """Whose record it is, the oldest of several; blank for one that is nobody's."""
        if not match.tells_owner:
            return None
        at, members = self.matches.index(match), quote(self.catalogue.schema, "member")
        found = f"{self._others(at, match)} AND s.i = i.i ORDER BY t.created_at, t.id LIMIT 1"
        name = f"(SELECT m.name FROM {members} m WHERE m.id = t.owner)"
        both = " CROSS JOIN sought s CROSS JOIN cand x"
        return f"ARRAY[(SELECT {name} FROM {self._rows()}{both} WHERE x.i = s.i AND {found})]"

    def told(self, match: Match, says: Violation) -> Violation:
        """Return the violation with the place of the owner's name."""
        if not match.tells_owner:
            return says
        return replace(says, values=(Value(Column(("owner",)), Shown(Kind.TEXT)),))

    def locked_keys(self) -> str:
        """The numbers of the locks that stand for the keys of `sought`: equal where keys match."""
        place = literal(f"{self.catalogue.schema}:{self.target.id}:")
        arms = []
        for at, match in enumerate(self.matches):
            several = has_several(self._terms("n", match))
            each = f"unnest(s.k{at}) AS u(k)" if several else f"(VALUES (s.k{at})) AS u(k)"
            arms.append(
                f"SELECT hashtextextended({place} || u.k, {at}) FROM sought s"
                f" CROSS JOIN LATERAL {each} WHERE u.k IS NOT NULL"
            )
        return " UNION ".join(arms)

    def standing_rows(self, readable: str, joins: str) -> str:
        """Change number, match number, key, up to two live rows alike, and whether they all are
        `readable` (a condition over t and its joins): what a new record may be put into."""
        arms = []
        for at, match in enumerate(self.matches):
            found = self._others(at, match)
            rows = f"SELECT t.id, ({readable}) AS mine FROM {self._rows()}{joins}"
            rows += f" WHERE {found} LIMIT 2"
            arms.append(
                f"SELECT s.i, {at} AS m, s.k{at} AS k, array_agg(f.id) FILTER (WHERE f.id IS NOT"
                " NULL) AS found, coalesce(bool_and(f.mine), FALSE) AS mine"
                f" FROM sought s JOIN cand x ON x.i = s.i LEFT JOIN LATERAL ({rows}) f ON TRUE"
                f" WHERE s.k{at} IS NOT NULL GROUP BY 1, 2, 3"
            )
        return " UNION ALL ".join(arms)

    def _come_by(self, match: Match) -> str:
        new = match_key(self._terms("n", match))
        if self.op in ("create", "restore"):
            return new
        fields = [column_of(self.target.by_id[f]) for f, _ in match.terms]
        sides = [", ".join(f"{alias}.{name}" for name in fields) for alias in ("n", "o")]
        changed = f"ROW({sides[0]}) IS DISTINCT FROM ROW({sides[1]})"
        return f"CASE WHEN {changed} THEN nullif({new}, {match_key(self._terms('o', match))}) END"

    def _in_table(self, at: int, match: Match) -> str:
        found = f"SELECT 1 FROM {self._rows()} WHERE {self._others(at, match)}"
        return (
            f"SELECT s.i, {at} AS m FROM sought s JOIN cand x ON x.i = s.i WHERE EXISTS ({found})"
        )

    def _beside(self, at: int, match: Match) -> str:
        """Rows of the batch with the same key: grouped once, or each held against a few."""
        enough = alike_enough(self._pairs("x", "t", match), match.at_least)
        several = has_several(self._terms("n", match))
        if enough is None:
            twice = f"SELECT k{at} FROM sought GROUP BY 1 HAVING count(*) > 1"
            return f"SELECT s.i, {at} FROM sought s WHERE s.k{at} IN ({twice})"
        each = f"unnest(s.k{at}) AS u(k)" if several else f"(VALUES (s.k{at})) AS u(k)"
        turns = (
            "SELECT s.i, u.k, row_number() OVER (PARTITION BY u.k ORDER BY s.i) AS turn"
            f" FROM sought s CROSS JOIN LATERAL {each} WHERE u.k IS NOT NULL"
        )
        return (
            f"SELECT DISTINCT a.i, {at} FROM ({turns}) a JOIN ({turns}) b ON b.k = a.k"
            f" AND b.i <> a.i AND b.turn <= {MOST_BESIDE}"
            f" JOIN cand x ON x.i = a.i JOIN cand t ON t.i = b.i WHERE {enough}"
        )

    def _rows(self) -> str:
        return f"{table_of(self.catalogue, self.target)} t"

    def _others(self, at: int, match: Match) -> str:
        """Condition that live row t, another than x, is alike the row s is of."""
        same = matches(self._terms("t", match), match_key(self._terms("t", match)), f"s.k{at}")
        enough = alike_enough(self._pairs("x", "t", match), match.at_least)
        return f"{same} AND t.id <> s.id AND t.deleted_at IS NULL" + (
            f" AND {enough}" if enough else ""
        )

    def _terms(self, alias: str, match: Match) -> list[Term]:
        return [(f"{alias}.{column_of(self.target.by_id[f])}", m) for f, m in match.terms]

    def _pairs(self, one: str, two: str, match: Match) -> list[tuple[str, str, str]]:
        both = zip(self._terms(one, match), self._terms(two, match), strict=True)
        return [(mine, theirs, method) for (mine, method), (theirs, _) in both]
