"""The condition of scope `formula`: compiled by field ids when a role is published.

It is a published expression: it computes over all rows, whoever is judged by it (design §3).
"""

from dataclasses import dataclass

from changliu.formula import FormulaError, Mode, compile_text, describe, print_tree
from changliu.formula.model import (
    Change,
    InParam,
    Kind,
    Measure,
    Node,
    Param,
    Slot,
    from_json,
    to_json,
    walk,
)
from changliu.kit.errors import Fault
from changliu.kit.labels import Language
from changliu.schema.model import Catalogue, Object

_FOREIGN = (Change, InParam, Measure, Param, Slot)


@dataclass(frozen=True, slots=True)
class Condition:
    """A compiled condition as JSON, and the (object id, field id) pairs it reads."""

    tree: dict[str, object]
    names: list[tuple[str, str]]


def compile_condition(
    text: str, kept: dict[str, object] | None, known: Catalogue, found: Object
) -> Condition | FormulaError:
    """Return the condition of a text, or its mistake.

    `kept` is the tree of an earlier publish: it goes on when a label in the text was renamed since.
    """
    try:
        made = compile_text(text, known.world, found.id, Mode.CONDITION)
    except FormulaError as error:
        tree = usable(kept, known, found.id) if kept is not None else None
        if tree is None:
            return error
        made = describe(tree, known.world, found.id, Mode.CONDITION)
    own = {(o.id, f.id) for o in known.objects for f in o.fields}
    return Condition(to_json(made.node), sorted(made.dependencies & own))


def usable(saved: dict[str, object] | Node, known: Catalogue, object_id: str) -> Node | None:
    """Return a saved tree when everything it names is still there, else None: it grants nothing."""
    try:
        tree = saved if isinstance(saved, Node) else from_json(saved)
        describe(tree, known.world, object_id, Mode.CONDITION)
    except (FormulaError, KeyError, ValueError, IndexError):
        return None
    foreign = any(isinstance(part, _FOREIGN) for part in walk(tree))
    return None if foreign or tree.kind is not Kind.BOOL else tree


def shown_condition(
    saved: dict[str, object] | Node, known: Catalogue, object_id: str, language: Language
) -> str | None:
    """Return a condition with today's labels, None when it names something that is gone."""
    tree = usable(saved, known, object_id)
    return None if tree is None else print_tree(tree, known.world, object_id, language)


def formula_fault(error: FormulaError, path: str) -> Fault:
    """Return a formula's mistake at its place in the text."""
    code = f"formula.{error.code}"
    return Fault(code, error.zh, error.en, path, start=error.start, end=error.end)


def no_condition(path: str) -> Fault:
    """Scope and condition go together."""
    return Fault(
        "role.condition",
        "数据范围“公式”要写条件 condition，其他范围不写；请改正这一行。",
        "Scope 'formula' needs a condition, and only that scope; correct this grant.",
        path,
    )


def no_object(path: str) -> Fault:
    """A formula is about the fields of one object."""
    return Fault(
        "role.condition_object",
        "公式范围只能用于一个具体对象，不能用于 *；请为每个对象各写一行。",
        "A formula scope is for one object, not for '*'; write a grant for each object.",
        path,
    )
