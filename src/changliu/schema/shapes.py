"""Computed fields: their settings to formula text, text to a tree by field id, and back.

A formula is stored as a tree, so renaming what it names changes only how it is printed.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import BaseModel

from changliu.fields.types.formula import FormulaSettings
from changliu.fields.types.lookup import LookupSettings
from changliu.fields.types.rollup import RollupSettings
from changliu.formula import FormulaError, Mode, compile_text, print_tree
from changliu.formula.model import Column, Kind, Node, to_json
from changliu.formula.world import FieldFact
from changliu.kit.errors import Fault
from changliu.kit.labels import Language
from changliu.schema.body import Shape
from changliu.schema.relations import Relations
from changliu.schema.world import CHILDREN, SYSTEM_IDS, CatalogueWorld


@dataclass(frozen=True, slots=True)
class Source:
    """The text of a computed field: where in its settings it stands, and from which character."""

    text: str
    path: str
    start: int = 0


def source_of(settings: BaseModel) -> Source | None:
    """Return what a computed field computes, as one formula; None for stored types."""
    if isinstance(settings, FormulaSettings):
        return Source(settings.formula, "formula")
    if isinstance(settings, LookupSettings):
        return Source(".".join(_bracket(part) for part in settings.path.split(".")), "path")
    if isinstance(settings, RollupSettings):
        return _rollup(settings)
    return None


def _rollup(settings: RollupSettings) -> Source:
    listed = _bracket(settings.children)
    value = f"{listed}.{_bracket(settings.field)}" if settings.field else listed
    head = f"{settings.function}({value}"
    if settings.filter is None:
        return Source(f"{head})", "field" if settings.field else "children")
    return Source(f"{head}, {settings.filter})", "filter", len(head) + 2)


def _bracket(name: str) -> str:
    return f"[{name.strip().strip('[]')}]"


def compile_shape(
    source: Source, world: CatalogueWorld, object_id: str, mode: Mode = Mode.ROW
) -> Shape:
    """Return the tree of a formula of an object; raises FormulaError."""
    made = compile_text(source.text, world, object_id, mode)
    aimed = _aimed(made.node, world, object_id)
    takes_options = aimed is not None and made.kind in (Kind.CHOICE, Kind.MULTI)
    uses = sorted(named_uses(made.dependencies, world))
    return Shape(
        tree=to_json(made.node),
        kind=made.kind.value,
        target=aimed[1].target if aimed and made.kind in (Kind.REF, Kind.UUIDS) else None,
        many=aimed[1].many if aimed else False,
        integer=aimed[1].integer if aimed else _whole(made.node),
        options_of=(aimed[0], aimed[1].id) if aimed and takes_options else None,
        uses=tuple(uses),
        time_dependent=made.time_dependent,
        actor_dependent=made.actor_dependent,
    )


def recompile(node: Node, world: CatalogueWorld, object_id: str) -> FormulaError | None:
    """Return what refuses a stored formula in another world, None when it still fits."""
    try:
        compile_text(print_tree(node, world, object_id), world, object_id)
    except FormulaError as error:
        return error
    return None


def _aimed(node: Node, world: CatalogueWorld, object_id: str) -> tuple[str, FieldFact] | None:
    """The stored field a plain path ends at, and its object; None for any other tree."""
    while isinstance(node, Column):
        fact: FieldFact | None = None
        for name in node.path:
            owner, fact = object_id, world.object(object_id).fields[name]
            object_id = fact.target or object_id
        if fact is None or fact.tree is None:
            return (owner, fact) if fact else None
        node, object_id = fact.tree, owner
    return None


def _whole(node: Node) -> bool:
    return getattr(node, "name", "") in ("COUNT", "COUNTD")


def named_uses(
    dependencies: frozenset[tuple[str, str]], world: CatalogueWorld
) -> Iterator[tuple[str, str]]:
    """Yield objects and fields by id; a list of children is a use of the reference behind it."""
    for object_id, field_id in dependencies:
        if field_id in SYSTEM_IDS or Relations.get(object_id) or Relations.get(field_id):
            continue
        if field_id.endswith(CHILDREN):
            source = world.object(object_id).fields[field_id].target
            yield str(source), field_id.removesuffix(CHILDREN)
        elif field_id == "title":
            yield object_id, world.object(object_id).title or ""
        else:
            yield object_id, field_id


def formula_fault(error: FormulaError, source: Source) -> Fault:
    """Return the fault at the setting that holds the text, at its own characters."""
    start, end = max(0, error.start - source.start), max(0, error.end - source.start)
    return Fault(f"formula.{error.code}", error.zh, error.en, source.path, None, start, end)


def print_shape(
    node: Node, world: CatalogueWorld, object_id: str, language: Language = "zh-CN"
) -> str:
    """Return a computed field's formula with today's labels."""
    return print_tree(node, world, object_id, language)
