"""Syntax to typed tree: names become field ids, every part gets its kind."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from changliu.formula.errors import FormulaError, refuse
from changliu.formula.functions import Function, Parameter
from changliu.formula.kinds import adapted, arithmetic, comparable
from changliu.formula.model import (
    And,
    Arithmetic,
    Change,
    Column,
    Compare,
    Concat,
    FalseNode,
    In,
    Kind,
    Literal,
    Node,
    Not,
    Or,
    TrueNode,
    Unary,
)
from changliu.formula.scope import Reached, Resolver, Scope
from changliu.formula.syntax import (
    Among,
    Binary,
    Invoke,
    Many,
    Number,
    Path,
    Prefix,
    Syntax,
    Text,
    Truth,
)
from changliu.formula.world import FieldFact

_COMPARISONS = ("=", "<>", "<", "<=", ">", ">=")
_SHOWN = frozenset(
    {Kind.NUMBER, Kind.TEXT, Kind.BOOL, Kind.DATE, Kind.DATETIME, Kind.CHOICE, Kind.BLANK}
)


class Checker:
    """Checks one formula; `grouped` while outside every measure of an AGGREGATE formula."""

    def __init__(
        self,
        resolver: Resolver,
        scope: Scope,
        call: "Callable[[Checker, Invoke], Node]",
        *,
        changing: bool = False,
        grouped: bool = False,
    ) -> None:
        self.resolver = resolver
        self.scope = scope
        self.call = call
        self.changing = changing
        self.grouped = grouped
        self.rollups = 0

    def check(self, syntax: Syntax) -> Node:
        """The typed node of a part. FormulaError at its first mistake."""
        return _CHECKS[type(syntax)](self, syntax)

    def condition(self, syntax: Syntax) -> Node:
        """A part that must be yes or no. FormulaError: bool."""
        node = self.check(syntax)
        if node.kind not in (Kind.BOOL, Kind.BLANK):
            raise refuse("bool", syntax.start, syntax.end, found=node.kind)
        return node

    @contextmanager
    def within(self, scope: Scope, *, grouped: bool = False) -> Iterator[None]:
        """Check what follows in another scope."""
        before = self.scope, self.grouped
        self.scope, self.grouped = scope, grouped
        yield
        self.scope, self.grouped = before

    # --- operands

    def fact_of(self, node: Node) -> tuple[str, FieldFact] | None:
        """The (object id, field) behind a column of the current scope, OLD looked through."""
        if isinstance(node, Change) and node.name == "OLD":
            node = node.args[0]
        if not isinstance(node, Column):
            return None
        scope = self.scope
        for _ in range(node.level):
            scope = scope.outer or scope
        owner = scope.object
        for field_id in node.path[:-1]:
            owner = self.resolver.object(owner.fields[field_id].target or "")
        return owner.id, owner.fields[node.path[-1]]

    def fitted(self, node: Node, other: Node) -> Node:
        """A text literal read as a value of the other side's field or kind."""
        owner_id, fact = self.fact_of(other) or ("", None)
        return adapted(node, other.kind, fact, owner_id)

    def texted(self, node: Node) -> Node:
        """A reference replaced by its record's title; other nodes as they are."""
        reached = self.fact_of(node)
        if node.kind is not Kind.REF or reached is None or not isinstance(node, Column):
            return node
        target = self.resolver.object(reached[1].target or "")
        title = target.fields.get(target.title or "")
        if title is None or not self.resolver.may_read(target, title):
            return node
        path = (*node.path, title.id)
        return Column(path, node.level, kind=title.kind, start=node.start, end=node.end)

    # --- parts

    def _number(self, syntax: Number) -> Node:
        written = syntax.written if not syntax.written[-1].isdigit() else ""
        return _at(syntax, Literal, syntax.value, written, kind=Kind.NUMBER)

    def _text(self, syntax: Text) -> Node:
        return _at(syntax, Literal, syntax.value, kind=Kind.TEXT)

    def _truth(self, syntax: Truth) -> Node:
        return _at(syntax, TrueNode if syntax.value else FalseNode)

    def _path(self, syntax: Path) -> Node:
        reached = self.resolver.reach(self.scope, syntax.names)
        shown = ".".join(name.text for name in syntax.names)
        if not reached.single:
            raise refuse("coll", syntax.start, syntax.end, name=shown)
        if self.grouped:
            raise refuse("measure", syntax.start, syntax.end, name=shown)
        kind = kind_of(reached)
        return _at(syntax, Column, reached.path, reached.level, kind=kind)

    def _invoke(self, syntax: Invoke) -> Node:
        return self.call(self, syntax)

    def _binary(self, syntax: Binary) -> Node:
        left, right = self.check(syntax.left), self.check(syntax.right)
        if syntax.op in _COMPARISONS:
            return self.compare(syntax.op, left, right, (syntax.start, syntax.end))
        kind = arithmetic(syntax.op, left.kind, right.kind)
        if kind is None:
            raise impossible(syntax.op, left, right, (syntax.start, syntax.end))
        return _at(syntax, Arithmetic, syntax.op, left, right, kind=kind)

    def compare(self, op: str, left: Node, right: Node, at: tuple[int, int]) -> Node:
        """`left op right` with literals read as the other side's kind. FormulaError: op, option."""
        left, right = self.fitted(left, right), self.fitted(right, left)
        if not comparable(op, left.kind, right.kind):
            raise impossible(op, left, right, at)
        return Compare(op, left, right, start=at[0], end=at[1])

    def _many(self, syntax: Many) -> Node:
        if syntax.op == "&":
            return _at(syntax, Concat, tuple(map(self.shown, syntax.items)))
        items = tuple(map(self.condition, syntax.items))
        return _at(syntax, And if syntax.op == "AND" else Or, items)

    def shown(self, syntax: Syntax) -> Node:
        """A part of `&`: anything that reads as text. FormulaError: op."""
        node = self.texted(self.check(syntax))
        if node.kind not in _SHOWN:
            raise refuse(
                "op", node.start, node.end, op="&", left=node.kind, right=Kind.TEXT,
                hint_zh="；多选请用 JOIN(字段)，关联请用路径取其字段",
                hint_en="; use JOIN(field) for lists, a path for references",
            )  # fmt: skip
        return node

    def _prefix(self, syntax: Prefix) -> Node:
        if syntax.op == "NOT":
            return _at(syntax, Not, self.condition(syntax.item))
        item = self.check(syntax.item)
        if item.kind not in (Kind.NUMBER, Kind.BLANK):
            raise impossible(syntax.op, item, item, (syntax.start, syntax.end))
        return _at(syntax, Unary, syntax.op, item)

    def _among(self, syntax: Among) -> Node:
        value = self.check(syntax.value)
        items = [self.same(value, self.check(item)) for item in syntax.items]
        return _at(syntax, In, value, tuple(items))

    def same(self, value: Node, item: Node) -> Node:
        """The item made equal-comparable with the value. FormulaError: op, option, date."""
        item = self.fitted(item, value)
        if not comparable("=", value.kind, item.kind):
            raise impossible("=", value, item, (item.start, item.end))
        return item


def kind_of(reached: Reached) -> Kind:
    """The kind of a path's value."""
    return Kind.UUIDS if reached.fact.holds_ids else reached.fact.kind


def _at(syntax: Syntax, made: Callable[..., Node], *parts: Any, **settings: Any) -> Node:
    return made(*parts, start=syntax.start, end=syntax.end, **settings)


def miscounted(function: Function, syntax: Invoke) -> FormulaError:
    """The error of a wrong number of arguments."""
    usage = function.usage("zh"), function.usage("en")
    return refuse(
        "nargs",
        syntax.start,
        syntax.end,
        name=function.name,
        usage=usage,
        count=len(syntax.args),
    )


def mistyped(function: Function, parameter: Parameter, arg: Node) -> FormulaError:
    """The error of an argument of the wrong kind."""
    return refuse(
        "type",
        arg.start,
        arg.end,
        name=function.name,
        param=parameter.names,
        wanted=parameter.kinds,
        found=arg.kind,
    )


def impossible(op: str, left: Node, right: Node, at: Sequence[int]) -> FormulaError:
    """The error of an operator between kinds it does not join."""
    zh, en = _hint(op, left.kind, right.kind)
    return refuse(
        "op", at[0], at[1], op=op, left=left.kind, right=right.kind, hint_zh=zh, hint_en=en
    )


def _hint(op: str, left: Kind, right: Kind) -> tuple[str, str]:
    kinds = {left, right}
    if kinds == {Kind.TEXT} and op == "+":
        return "；连接文字请用 &", "; join texts with &"
    if kinds == {Kind.TEXT, Kind.NUMBER}:
        return "；可用 VALUE() 把文本转成数字", "; VALUE() turns text into a number"
    if Kind.MULTI in kinds:
        return '；多选请用 HAS(字段,"选项")', '; use HAS(field, "option") for lists'
    if kinds == {Kind.REF, Kind.TEXT}:
        return (
            "；请比较它的字段，例如 客户.名称",
            "; compare one of its fields, such as client.name",
        )
    if kinds & {Kind.DATE, Kind.DATETIME} and Kind.NUMBER in kinds:
        return "；日期相减才是天数", "; the difference of two dates is a number of days"
    return "", ""


_CHECKS: dict[type[Syntax], Callable[[Checker, Any], Node]] = {
    Number: Checker._number,
    Text: Checker._text,
    Truth: Checker._truth,
    Path: Checker._path,
    Invoke: Checker._invoke,
    Binary: Checker._binary,
    Many: Checker._many,
    Prefix: Checker._prefix,
    Among: Checker._among,
}
