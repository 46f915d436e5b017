"""A rule's texts to trees by field id: what its author typed, among the fields the author reads."""

from dataclasses import dataclass, field

from changliu.access.protocol import Access
from changliu.formula import FormulaError, Mode, compile_text, print_tree
from changliu.formula.model import And as Both
from changliu.formula.model import FalseNode, Node, Not, TrueNode, from_json, to_json
from changliu.formula.scope import Readable
from changliu.formula.world import World
from changliu.kit.errors import Fault
from changliu.kit.labels import Language
from changliu.rules.model import RuleBody
from changliu.rules.wording import Reader, known_names
from changliu.schema.model import Catalogue, Object
from changliu.schema.shapes import named_uses
from changliu.schema.world import MEMBER, TEAM, CatalogueWorld

PARTS = ("when", "must")


@dataclass(frozen=True, slots=True)
class Author:
    """Whose names resolve: those of fields that may be read unmasked."""

    access: Access

    def readable(self, object_id: str, field_id: str) -> bool:
        """Say whether the author may name a field."""
        access = self.access
        return access.readable(object_id, field_id) and not access.masked(object_id, field_id)


@dataclass(slots=True)
class Reading:
    """A rule being read: its object, its author, and what came of it."""

    catalogue: Catalogue
    target: Object
    author: Author
    faults: list[Fault] = field(default_factory=list)
    uses: set[tuple[str, str]] = field(default_factory=set)

    def read(self, body: RuleBody, known: RuleBody | None) -> RuleBody:
        """Return the body with trees, message and uses; faults say what could not be read.

        `known` is the same rule read before: a text that has not changed keeps its meaning, though
        what it names may be called otherwise today.
        """
        world, here = self.catalogue.world, self.target.id
        trees = {part: tree for part in PARTS if (tree := self._tree(body, known, part))}
        names = known_names(known.message, known.said, known.values) if known else {}
        wording = Reader(world, here, self.author.readable, names).read(body.message)
        self.faults += wording.faults
        self.uses |= wording.uses
        place = self._place(body)
        return body.model_copy(
            update={
                "object_id": here,
                "field_id": place,
                "trees": trees,
                "values": tuple(to_json(value) for value in wording.values),
                "said": wording.said,
                "uses": self._used(),
            }
        )

    def _used(self) -> tuple[tuple[str, str], ...]:
        world = self.catalogue.world
        assert isinstance(world, CatalogueWorld)
        used = named_uses(frozenset(self.uses), world)
        return tuple(sorted({pair for pair in used if pair[0] not in (MEMBER, TEAM)}))

    def _tree(self, body: RuleBody, known: RuleBody | None, part: str) -> dict[str, object] | None:
        text = getattr(body, part)
        if text is None:
            return None
        # A maintained roll-up may be looked back at, though its column is still being filled.
        world, here = self.catalogue.upkeep or self.catalogue.world, self.target.id
        readable: Readable | None = self.author.readable
        if known is not None and getattr(known, part) == text and part in known.trees:
            # Its names were resolved for an author who could read them.
            text, readable = reprinted(from_json(known.trees[part]), world, here, text), None
        try:
            made = compile_text(text, world, here, Mode.TRIGGER, readable)
        except FormulaError as error:
            code = f"formula.{error.code}"
            self.faults.append(Fault(code, error.zh, error.en, part, None, error.start, error.end))
            return None
        self.uses |= made.dependencies
        return to_json(made.node)

    def _place(self, body: RuleBody) -> str | None:
        if body.field is None:
            return None
        found = self.target.by_key.get(body.field)
        if found is None or not self.author.readable(self.target.id, found.id):
            zh = f"对象“{self.target.label['zh-CN']}”没有“{body.field}”这个字段，请填字段标识。"
            en = f"'{self.target.label['en']}' has no field '{body.field}'; give a field's key."
            self.faults.append(Fault("field.unknown", zh, en, "field"))
            return None
        self.uses.add((self.target.id, found.id))
        return found.id


def broken(body: RuleBody) -> Node:
    """Return the condition under which a prepared rule is broken: when, and not must."""
    when = body.trees.get("when")
    must = body.trees.get("must")
    asked = from_json(when) if when else TrueNode()
    kept = from_json(must) if must else FalseNode()
    return Both((asked, Not(kept)))


def reprinted(
    tree: Node, world: World, object_id: str, text: str, language: Language = "zh-CN"
) -> str:
    """Return a tree with the labels of today; the text as it was where a field is gone."""
    try:
        return print_tree(tree, world, object_id, language)
    except KeyError:
        return text
