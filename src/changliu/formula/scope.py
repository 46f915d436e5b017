"""Names to fields: which row a name means, and where a path leads."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from changliu.formula.errors import FormulaError, closest, refuse
from changliu.formula.model import Kind
from changliu.formula.syntax import Name
from changliu.formula.world import FieldFact, ObjectFact, World, fold

Readable = Callable[[str, str], bool]
MAX_HOPS = 5


@dataclass(frozen=True, slots=True)
class Scope:
    """The rows a name may mean: those of `object`, then those of the scopes around.

    Within an aggregate `list` is the field that leads to the child rows, `typed` the names (folded)
    by which the text reached it.
    """

    object: ObjectFact
    outer: "Scope | None" = None
    list: FieldFact | None = None
    typed: tuple[str, ...] = ()

    def spelled(self, names: Sequence[Name]) -> int:
        """How many leading names spell the list itself (`回款` in `回款.金额`); 0 if none do."""
        if self.list is None:
            return 0
        folded = tuple(fold(name.text) for name in names)
        if folded[: len(self.typed)] == self.typed:
            return len(self.typed)
        return int(folded[0] in map(fold, self.list.names))


@dataclass(frozen=True, slots=True)
class Reached:
    """Where a path leads: field ids from the row `level` scopes out, and every field passed."""

    level: int
    facts: tuple[FieldFact, ...]
    owner: ObjectFact

    @property
    def path(self) -> tuple[str, ...]:
        """The field ids."""
        return tuple(fact.id for fact in self.facts)

    @property
    def fact(self) -> FieldFact:
        """The last field."""
        return self.facts[-1]

    @property
    def listed(self) -> int:
        """How many leading fields lead to the last child list; 0 when every hop is single."""
        places = (i for i, fact in enumerate(self.facts, 1) if fact.is_list)
        return max(places, default=0)

    @property
    def single(self) -> bool:
        """Whether the path has one value per row (a held list of ids is one value)."""
        return self.fact.kind is not Kind.CHILDREN and not any(f.is_list for f in self.facts[:-1])


class Resolver:
    """Looks names up among the fields the text may name."""

    def __init__(self, world: World, readable: Readable | None) -> None:
        self._world = world
        self._readable = readable

    def object(self, object_id: str) -> ObjectFact:
        """An object of the catalogue."""
        return self._world.object(object_id)

    def find(self, owner: ObjectFact, name: str) -> FieldFact | None:
        """The field of that name, None also when it may not be read."""
        fact = owner.find(name)
        return fact if fact and self.may_read(owner, fact) else None

    def may_read(self, owner: ObjectFact, fact: FieldFact) -> bool:
        """Whether the text may name this field."""
        return self._readable is None or self._readable(owner.id, fact.id)

    def reach(self, scope: Scope, names: Sequence[Name]) -> Reached:
        """Follow a path. FormulaError: field, notref, hops."""
        level, owner, rest = self._anchor(scope, names)
        facts: list[FieldFact] = []
        for index, name in enumerate(rest):
            fact = self.find(owner, name.text)
            if fact is None:
                raise self._unknown((owner,), name, behind=rest[index - 1] if index else None)
            facts.append(fact)
            if index == len(rest) - 1:
                break
            if fact.target is None:
                after = rest[index + 1]
                raise refuse("notref", after.start, after.end, name=name.text, kind=fact.kind)
            owner = self.object(fact.target)
        if len(facts) - 1 > MAX_HOPS:
            raise refuse("hops", names[0].start, names[-1].end, limit=MAX_HOPS)
        return Reached(level, tuple(facts), owner)

    def reach_list(self, scope: Scope, names: Sequence[Name]) -> Reached | None:
        """Follow a path if it is known and passes a list."""
        try:
            reached = self.reach(scope, names)
        except FormulaError:
            return None
        return reached if reached.listed else None

    def _anchor(
        self, scope: Scope, names: Sequence[Name]
    ) -> tuple[int, ObjectFact, Sequence[Name]]:
        tried = []
        around: Scope | None = scope
        level = 0
        while around is not None:
            spelled = around.spelled(names)
            if 0 < spelled < len(names):
                return level, around.object, names[spelled:]
            if self.find(around.object, names[0].text):
                return level, around.object, names
            tried.append(around.object)
            around, level = around.outer, level + 1
        raise self._unknown(tried, names[0])

    def _unknown(
        self, owners: Sequence[ObjectFact], name: Name, behind: Name | None = None
    ) -> FormulaError:
        known = {
            fold(shown): shown
            for owner in reversed(owners)
            for fact in owner.fields.values()
            if self.may_read(owner, fact)
            for shown in fact.names
        }
        suggestion = closest(fold(name.text), known)
        shown = owners[0].names[-1] if len(owners[0].names) == 1 else owners[0].names[1]
        if behind is not None and not known:
            shown = behind.text  # an object of which nothing may be read keeps its name, too
        return refuse(
            "field", name.start, name.end, name=name.text, object=shown, suggestion=suggestion
        )
