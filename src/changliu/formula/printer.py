"""Tree to text, with today's labels."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from changliu.formula.model import (
    Aggregate,
    And,
    Arithmetic,
    Call,
    Change,
    Column,
    Compare,
    Concat,
    ExistsRows,
    FalseNode,
    In,
    InParam,
    Kind,
    Literal,
    Me,
    Measure,
    Node,
    Not,
    Or,
    Param,
    Slot,
    TrueNode,
    Unary,
)
from changliu.formula.parser import KEYWORDS, POWERS
from changliu.formula.reading import along, last
from changliu.formula.world import FieldFact, World, fold

_WORD = re.compile(r"[^\W\d]\w*")
_TOP = 11
_UNARY = 9


def print_tree(node: Node, world: World, object_id: str, lang: str = "zh-CN") -> str:
    """The formula as a user would type it; labels in `lang`, [bracketed] where needed.

    KeyError when a field it names is gone.
    """
    return _Printer(world, lang).write(node, _Scope(object_id), 0)


@dataclass(frozen=True, slots=True)
class _Scope:
    object_id: str
    outer: "_Scope | None" = None
    prefix: str = ""

    def at(self, level: int) -> "_Scope":
        return self if level == 0 or self.outer is None else self.outer.at(level - 1)


class _Printer:
    def __init__(self, world: World, lang: str) -> None:
        self.world = world
        self.place = 1 if lang.lower().startswith("zh") else 2

    def write(self, node: Node, scope: _Scope, power: int) -> str:
        """The text of a node, bracketed when it binds less tightly than `power` asks."""
        text, own = _WRITERS[type(node)](self, node, scope)
        return f"({text})" if own < power else text

    def label(self, fact: FieldFact) -> str:
        names = fact.names
        name = names[min(self.place, len(names) - 1)]
        bare = _WORD.fullmatch(name) and fold(name) not in KEYWORDS
        return name if bare else f"[{name.replace(']', ']]')}]"

    def path(self, object_id: str, path: tuple[str, ...]) -> str:
        return ".".join(self.label(fact) for _, fact in along(self.world, object_id, path))

    # --- leaves

    def literal(self, node: Literal, _: _Scope) -> tuple[str, int]:
        if node.value is None:
            return "BLANK()", _TOP
        if node.kind is Kind.NUMBER:
            return node.written or f"{node.value:f}", _TOP
        text = str(node.value)
        if node.of:
            fact = self.world.object(node.of[0]).fields[node.of[1]]
            names = next((o.names for o in fact.options if o.key == text), ())
            text = names[min(self.place - 1, len(names) - 1)] if names else text
        return '"' + text.replace('"', '""') + '"', _TOP

    def truth(self, node: Node, _: _Scope) -> tuple[str, int]:
        return ("TRUE" if isinstance(node, TrueNode) else "FALSE"), _TOP

    def me(self, _: Node, __: _Scope) -> tuple[str, int]:
        return "ME()", _TOP

    def unwritable(self, node: Node, _: _Scope) -> tuple[str, int]:
        name = node.name if isinstance(node, Param) else type(node).__name__
        return f"[:{name}]", _TOP

    def column(self, node: Column, scope: _Scope) -> tuple[str, int]:
        holder = scope.at(node.level)
        path = self.path(holder.object_id, node.path)
        return (f"{holder.prefix}.{path}" if holder.prefix else path), _TOP

    # --- operators

    def compare(self, node: Compare, scope: _Scope) -> tuple[str, int]:
        return self.binary(node.op, node.left, node.right, scope)

    def arithmetic(self, node: Arithmetic, scope: _Scope) -> tuple[str, int]:
        return self.binary(node.op, node.left, node.right, scope)

    def binary(self, op: str, left: Node, right: Node, scope: _Scope) -> tuple[str, int]:
        power = POWERS[op]
        return f"{self.write(left, scope, power)} {op} {self.write(right, scope, power + 1)}", power

    def unary(self, node: Unary, scope: _Scope) -> tuple[str, int]:
        if node.op == "-":
            return f"-{self.write(node.item, scope, _UNARY)}", _UNARY
        return f"{self.write(node.item, scope, POWERS['%'])}%", POWERS["%"]

    def many(self, node: Any, scope: _Scope) -> tuple[str, int]:
        op = "&" if isinstance(node, Concat) else "AND" if isinstance(node, And) else "OR"
        if len(node.items) < 2:
            return f"{op}({''.join(self.write(item, scope, 0) for item in node.items)})", _TOP
        items = (self.write(item, scope, POWERS[op] + 1) for item in node.items)
        return f" {op} ".join(items), POWERS[op]

    def negation(self, node: Not, scope: _Scope) -> tuple[str, int]:
        return f"NOT {self.write(node.item, scope, POWERS['NOT'])}", POWERS["NOT"]

    def among(self, node: In, scope: _Scope) -> tuple[str, int]:
        items = ", ".join(self.write(item, scope, 0) for item in node.items)
        return f"{self.write(node.value, scope, POWERS['IN'])} IN ({items})", POWERS["IN"]

    # --- calls

    def call(self, node: Any, scope: _Scope) -> tuple[str, int]:
        args = ", ".join(self.write(arg, scope, 0) for arg in node.args)
        return f"{node.name}({args})", _TOP

    def measure(self, node: Measure, scope: _Scope) -> tuple[str, int]:
        args = (part for part in (node.value, node.condition) if part is not None)
        return f"{node.name}({', '.join(self.write(arg, scope, 0) for arg in args)})", _TOP

    def aggregate(self, node: Aggregate, scope: _Scope) -> tuple[str, int]:
        holder = scope.at(node.level)
        rows = self.path(holder.object_id, node.path)
        rows = f"{holder.prefix}.{rows}" if holder.prefix else rows
        _, fact = last(self.world, holder.object_id, node.path)
        inner = _Scope(fact.target or "", scope, rows)
        args = [rows if node.value is None else self.write(node.value, inner, 0)]
        if node.name == "JOIN":
            args.append(self.literal(Literal(node.separator, kind=Kind.TEXT), scope)[0])
        args += [self.write(part, inner, 0) for part in node.filters]
        return f"{node.name}({', '.join(args)})", _TOP


_WRITERS: dict[type[Node], Callable[[_Printer, Any, _Scope], tuple[str, int]]] = {
    Literal: _Printer.literal,
    TrueNode: _Printer.truth,
    FalseNode: _Printer.truth,
    Me: _Printer.me,
    Param: _Printer.unwritable,
    InParam: _Printer.unwritable,
    ExistsRows: _Printer.unwritable,
    Slot: _Printer.unwritable,
    Column: _Printer.column,
    Compare: _Printer.compare,
    Arithmetic: _Printer.arithmetic,
    Unary: _Printer.unary,
    And: _Printer.many,
    Or: _Printer.many,
    Concat: _Printer.many,
    Not: _Printer.negation,
    In: _Printer.among,
    Call: _Printer.call,
    Change: _Printer.call,
    Measure: _Printer.measure,
    Aggregate: _Printer.aggregate,
}
