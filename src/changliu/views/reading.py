"""The names in a view or a form, found among what its author reads, and kept by id."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from changliu.access.model import Verb
from changliu.access.protocol import Access
from changliu.fields.model import Field
from changliu.formula import FormulaError, Mode, compile_text, print_tree
from changliu.formula.model import Aggregate, Column, Kind, Node, from_json, to_json, walk
from changliu.formula.scope import Readable
from changliu.formula.world import FieldFact
from changliu.identity.model import ADMIN_ROLE
from changliu.kit.errors import Fault
from changliu.kit.labels import Language
from changliu.schema.model import Catalogue, Object
from changliu.schema.shapes import named_uses
from changliu.schema.world import CHILDREN, MEMBER, TEAM, CatalogueWorld
from changliu.views.parts import EVERYBODY, Known

# What every path of a view may pass: references, as far as a formula may.
MAX_HOPS = 5
Hops = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Reached:
    """Where a path ends: the fact, and the catalogue's field (None for system columns, people)."""

    hops: Hops
    fact: FieldFact
    field: Field | None

    @property
    def own(self) -> bool:
        """Whether it is a field of the record itself."""
        return len(self.hops) == 1


Fits = Callable[[Reached], bool]


def may_name(access: Access) -> Readable:
    """Return which fields the expressions of a caller may name: those read unmasked."""

    def readable(object_id: str, field_id: str) -> bool:
        shown = access.shown(object_id, field_id)
        return shown and not access.masked(object_id, field_id)

    return readable


@dataclass(slots=True)
class Reading:
    """A body being read: its object, whose names resolve, and what came of it.

    `known` is what the same body was read as before: a text that has not changed keeps its
    meaning, though what it names may be called otherwise today.
    """

    catalogue: Catalogue
    target: Object
    access: Access
    known: Known | None = None
    faults: list[Fault] = field(default_factory=list)
    trees: dict[str, dict[str, Any]] = field(default_factory=dict)
    paths: dict[str, Hops] = field(default_factory=dict)
    uses: set[tuple[str, str]] = field(default_factory=set)

    def formula(self, text: str | None, mode: Mode, place: str) -> None:
        """Read a formula of the object's rows; a fault says where it is wrong."""
        if text is None or text in self.trees:
            return
        world, here = self.catalogue.world, self.target.id
        typed, readable = text, may_name(self.access)
        known = self.known.trees.get(text) if self.known else None
        if known is not None:
            # Its names were resolved for an author who could read them.
            typed, readable = reprinted(from_json(known), self.catalogue, here, text), _anything
        try:
            made = compile_text(typed, world, here, mode, readable)
        except FormulaError as error:
            code = f"formula.{error.code}"
            self.faults.append(Fault(code, error.zh, error.en, place, None, error.start, error.end))
            return
        self.uses |= made.dependencies
        self.trees[text] = to_json(made.node)

    def path(
        self,
        text: str | None,
        place: str,
        fits: Fits | None = None,
        words: tuple[str, str] = ("", ""),
    ) -> Reached | None:
        """Follow a field path from the object; `fits` and `words` say what it has to end at."""
        if text is None:
            return None
        known = self.known.paths.get(text) if self.known else None
        reached = follow(self.catalogue, known) if known else None
        reached = reached or self._walked(text, self.target.id)
        if reached is None or (reached.fact.is_list and len(reached.hops) > 1):
            self.faults.append(_no_path(self.target, text, place))
            return None
        if fits is not None and not fits(reached):
            zh, en = f"“{text}”{words[0]}", f"'{text}' {words[1]}"
            self.faults.append(Fault("view.field", zh, en, place))
            return None
        self.paths[text] = reached.hops
        self.uses |= set(reached.hops)
        return reached

    def within(self, name: str, owner: Object, text: str, place: str) -> Reached | None:
        """Follow a path from the object of the list `name`; kept as `name/path`."""
        reached = self._walked(text, owner.id)
        if reached is None or any(fact.is_list for fact in _facts(self.catalogue, reached.hops)):
            self.faults.append(_no_path(owner, text, place))
            return None
        self.paths[f"{name}/{text}"] = reached.hops
        self.uses |= set(reached.hops)
        return reached

    def roles(self, given: Collection[str], known: Collection[str], place: str) -> None:
        """Check that roles are there."""
        for at, key in enumerate(given):
            if key not in known and key not in (ADMIN_ROLE, EVERYBODY):
                zh, en = f"没有“{key}”这个角色，请检查。", f"There is no role '{key}'."
                self.faults.append(Fault("role.unknown", zh, en, f"{place}.{at}"))

    def made(self) -> dict[str, Any]:
        """Return what the body keeps of having been read."""
        world = self.catalogue.world
        assert isinstance(world, CatalogueWorld)
        used = {pair for pair in named_uses(frozenset(self.uses), world) if pair[1]}
        people = (MEMBER, TEAM)
        return {
            "object_id": self.target.id,
            "trees": self.trees,
            "paths": self.paths,
            "uses": tuple(sorted(pair for pair in used if pair[0] not in people)),
        }

    def _walked(self, text: str, here: str) -> Reached | None:
        readable = may_name(self.access)
        hops: list[tuple[str, str]] = []
        names = text.split(".")
        for number, name in enumerate(names):
            fact = self.catalogue.world.object(here).find(name)
            # The last of a path of one may be masked: its ends are shown in the column.
            last = number == len(names) - 1
            sees = self.access.shown if last and not hops else readable
            if fact is None or not sees(here, fact.id) or (fact.is_list and not last):
                return None
            hops.append((here, fact.id))
            if not last and fact.target is None:
                return None
            here = fact.target or here
        return follow(self.catalogue, tuple(hops)) if len(hops) <= MAX_HOPS else None


def reads(access: Access, object_id: str) -> bool:
    """Say whether the caller reads any records of an object."""
    return access.predicate(object_id, Verb.READ) is not None


def follow(found: Catalogue, hops: Hops) -> Reached | None:
    """Return where a path of ids leads today, None when a part of it is gone."""
    facts = list(_facts(found, hops))
    if len(facts) < len(hops) or not facts:
        return None
    owner = found.by_id.get(hops[-1][0])
    return Reached(hops, facts[-1], owner.by_id.get(hops[-1][1]) if owner else None)


def path_of(found: Catalogue, hops: Hops) -> str:
    """Return a path by the keys of its fields."""
    return ".".join(fact.names[0] for fact in _facts(found, hops))


def reprinted(
    tree: Node, found: Catalogue, object_id: str, text: str, language: Language = "zh-CN"
) -> str:
    """Return a tree with the labels of today; the text as it was where a field is gone."""
    try:
        return print_tree(tree, found.world, object_id, language)
    except KeyError:
        return text


def names_field(tree: Mapping[str, Any], field_id: str) -> bool:
    """Say whether a stored formula names a field, also as the reference behind a child list."""
    for node in walk(from_json(dict(tree))):
        path = node.path if isinstance(node, Column | Aggregate) else ()
        if any(part.removesuffix(CHILDREN) == field_id for part in path):
            return True
    return False


def passes(hops: Hops, field_id: str) -> bool:
    """Say whether a path passes a field."""
    return any(name.removesuffix(CHILDREN) == field_id for _, name in hops)


def kinds(*wanted: Kind) -> Fits:
    """Return the test that a path ends at a value of one of these kinds."""
    return lambda reached: reached.fact.kind in wanted


def _facts(found: Catalogue, hops: Hops) -> Iterator[FieldFact]:
    for object_id, field_id in hops:
        try:
            yield found.world.object(object_id).fields[field_id]
        except KeyError:
            return


def _anything(object_id: str, field_id: str) -> bool:  # noqa: ARG001 -- the shape of `Readable`
    return True


def _no_path(owner: Object, text: str, place: str) -> Fault:
    return Fault(
        "view.path",
        f"对象“{owner.label['zh-CN']}”没有“{text}”这个字段（路径写成 关联字段.字段）。",
        f"'{owner.label['en']}' has no field '{text}' (a path is written reference.field).",
        place,
    )
