"""Text to checked tree: the order of the stages."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from changliu.formula.model import Kind, Node
from changliu.formula.world import World

Readable = Callable[[str, str], bool]
Dependency = tuple[str, str]


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
    `actor_dependent` also look through computed fields (TODAY, NOW; ME).
    """

    node: Node
    kind: Kind
    dependencies: frozenset[Dependency]
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
    raise NotImplementedError
