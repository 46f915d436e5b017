"""Body of step 9: one statement per list of children and level moves its parents' columns.

`o` are the children as they were, `n` as they are. What a child contributed before and contributes
now cancels out where it is the same; the rest is added up per parent. Sums and counts move by that
difference; other functions are worked out anew, over parents that step 4 has locked.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from changliu.formula import EmitEnv, emit, emit_condition
from changliu.formula.model import And, TrueNode
from changliu.records.changeset.store.above import from_json
from changliu.records.changeset.store.text import Statement, listed, numbered, quote, table_of
from changliu.schema.model import Catalogue, Rollup
from changliu.schema.rollups import initial

_MOVED_BY_DIFFERENCE = ("SUM", "COUNT")


@dataclass(frozen=True, slots=True)
class Step:
    """The statement for children of one object; `names` are the columns it reads of them."""

    child: str
    names: frozenset[str]
    statement: Statement


def rollup_steps(catalogue: Catalogue, timezone: str) -> tuple[Step, ...]:
    """Return the statements of step 9, lower levels first; parameters `ids` and `before`."""
    made = []
    place = lambda r: (r.level, r.parent, r.child, r.via)  # noqa: E731 -- used twice, right here
    for _, group in groupby(sorted(catalogue.rollups, key=place), key=place):
        rollups = tuple(group)
        names = frozenset({"id", "deleted_at"}).union(*(r.columns for r in rollups))
        text = _Mover(catalogue, rollups, names, timezone).text()
        made.append(Step(rollups[0].child, names, numbered(text)))
    return tuple(made)


@dataclass(frozen=True, slots=True)
class _Mover:
    catalogue: Catalogue
    rollups: tuple[Rollup, ...]
    names: frozenset[str]
    timezone: str

    def text(self) -> str:
        first = self.rollups[0]
        child = self.catalogue.by_id[first.child]
        via = quote(first.via)
        values = [f"v{at}" for at in range(len(self.rollups))]
        sums = [f"sum(m.v{at} * m.times) AS d{at}" for at in self._by_difference()]
        is_there = f"{{0}}.deleted_at IS NULL AND {{0}}.{via} IS NOT NULL"
        picked = listed("t", (quote(name) for name in sorted(self.names)))
        part = " UNION ALL ".join(
            f"SELECT {alias}.id, {alias}.{via} AS parent, {', '.join(self._values(alias))},"
            f" {times} AS times FROM {alias} WHERE {is_there.format(alias)}"
            for alias, times in (("n", 1), ("o", -1))
        )
        parent = table_of(self.catalogue, self.catalogue.by_id[first.parent])
        return (
            f"WITH o AS MATERIALIZED ({from_json(child, self.names)}"
            " WHERE x.id = ANY(%(ids)s::uuid[])),"
            f" n AS MATERIALIZED (SELECT {picked} FROM {table_of(self.catalogue, child)} t"
            " WHERE t.id = ANY(%(ids)s::uuid[])),"
            f" part AS ({part}),"
            f" moved AS (SELECT parent, {', '.join(values)}, sum(times) AS times FROM part"
            f" GROUP BY id, parent, {', '.join(values)} HAVING sum(times) <> 0),"
            f" delta AS (SELECT {', '.join(['m.parent', *sums])} FROM moved m GROUP BY m.parent)"
            f" UPDATE {parent} p SET {', '.join(self._sets())} FROM delta d WHERE p.id = d.parent"
        )

    def _by_difference(self) -> Iterator[int]:
        for at, rollup in enumerate(self.rollups):
            if rollup.tree.name in _MOVED_BY_DIFFERENCE:
                yield at

    def _values(self, alias: str) -> list[str]:
        """What one child contributes to each roll-up; blank: nothing."""
        return [self._value(rollup, at, alias) for at, rollup in enumerate(self.rollups)]

    def _value(self, rollup: Rollup, at: int, alias: str) -> str:
        env = EmitEnv(prefix=f"{alias}{at}", timezone=self.timezone)
        upkeep = self.catalogue.upkeep
        assert upkeep is not None
        tree, object_id = rollup.tree, rollup.child
        where = And(tree.filters) if tree.filters else TrueNode()
        holds = emit_condition(
            where, upkeep, object_id=object_id, env=env, alias=alias, inline=True
        ).text
        value = "1"
        if tree.value is not None:
            value = emit(
                tree.value, upkeep, object_id=object_id, env=env, alias=alias, inline=True
            ).text
        if tree.name == "COUNT":
            holds, value = f"{holds} AND ({value}) IS NOT NULL", "1"
        return f"CASE WHEN {holds} THEN {value} END AS v{at}"

    def _sets(self) -> Iterator[str]:
        for at, rollup in enumerate(self.rollups):
            column = quote(rollup.column)
            if rollup.tree.name in _MOVED_BY_DIFFERENCE:
                before = f"coalesce(p.{column}, {initial(rollup.field)})"
                yield f"{column} = {before} + coalesce(d.d{at}, 0)"
            else:
                yield f"{column} = {anew(self.catalogue, rollup, 'p', self.timezone)}"


def anew(catalogue: Catalogue, rollup: Rollup, alias: str, timezone: str) -> str:
    """Return a roll-up of the parent under an alias, worked out over its children as they are."""
    assert catalogue.upkeep is not None
    env = EmitEnv(prefix=f"{alias}{rollup.column}", timezone=timezone)
    return emit(
        rollup.tree, catalogue.upkeep, object_id=rollup.parent, env=env, alias=alias, inline=True
    ).text
