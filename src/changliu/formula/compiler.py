"""Text to checked tree: the order of the stages."""

from dataclasses import dataclass
from enum import StrEnum

from changliu.formula.calls import check_call
from changliu.formula.checker import Checker
from changliu.formula.errors import refuse
from changliu.formula.expansion import survey
from changliu.formula.model import Kind, Node
from changliu.formula.parser import parse
from changliu.formula.scope import Readable, Resolver, Scope
from changliu.formula.world import World

__all__ = ["Compiled", "Mode", "Readable", "compile_text", "describe"]


class Mode(StrEnum):
    """What a formula is for.

    ROW: any value of a row · CONDITION: yes or no · TRIGGER: yes or no, may look at the row before
    the changeset (OLD, CHANGED, CHANGEDTO, BECAME) · AGGREGATE: a measure over a group of rows.
    """

    ROW = "row"
    CONDITION = "condition"
    TRIGGER = "trigger"
    AGGREGATE = "aggregate"


@dataclass(frozen=True, slots=True)
class Compiled:
    """A checked formula: its tree and what it depends on.

    `dependencies` are the (object id, field id) pairs named directly; `time_dependent` and
    `actor_dependent` also look through computed fields (TODAY, NOW, the working calendar; ME).
    """

    node: Node
    kind: Kind
    dependencies: frozenset[tuple[str, str]]
    time_dependent: bool
    actor_dependent: bool
    mode: Mode


def compile_text(
    text: str,
    world: World,
    object_id: str,
    mode: Mode = Mode.ROW,
    readable: Readable | None = None,
) -> Compiled:
    """Lex, parse and check a formula of an object's rows. FormulaError at the first mistake.

    A field for which `readable(object_id, field_id)` is False does not exist for this text.
    """
    syntax = parse(text)
    checker = Checker(
        Resolver(world, readable),
        Scope(world.object(object_id)),
        check_call,
        changing=mode is Mode.TRIGGER,
        grouped=mode is Mode.AGGREGATE,
    )
    node = checker.check(syntax)
    if mode in (Mode.CONDITION, Mode.TRIGGER) and node.kind is not Kind.BOOL:
        raise refuse("cond", syntax.start, syntax.end, found=node.kind)
    return describe(node, world, object_id, mode)


def describe(node: Node, world: World, object_id: str, mode: Mode = Mode.ROW) -> Compiled:
    """A tree (also one read back from JSON) with what it depends on.

    FormulaError: size. KeyError: a field is gone.
    """
    found = survey(node, world, object_id)
    return Compiled(node, node.kind, found.names, found.timed, found.personal, mode)
