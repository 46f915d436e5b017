"""Checking SUM, COUNT … : over a child list, over a group (`/query`), or over plain values."""

from collections.abc import Iterator, Sequence

from changliu.formula.checker import Checker, impossible, miscounted, mistyped
from changliu.formula.errors import refuse
from changliu.formula.functions import Form, Function, Parameter, find_function
from changliu.formula.functions.function import DAY, LIST, NUMBER
from changliu.formula.kinds import merged
from changliu.formula.model import Aggregate, Call, Column, Kind, Literal, Measure, Node
from changliu.formula.scope import Reached, Scope
from changliu.formula.syntax import (
    Among,
    Binary,
    Invoke,
    Many,
    Name,
    Path,
    Prefix,
    Syntax,
)
from changliu.formula.world import fold

MAX_ROLLUPS = 10

_RANKED = NUMBER | DAY
_OF_ROWS = ("EXISTS", "ALL")
_OVER_VALUES = ("SUM", "AVG", "MIN", "MAX")
_OVER_GROUPS = ("COUNT", "SUM", "AVG", "MIN", "MAX", "COUNTD", "MEDIAN")
_DEFAULT_SEPARATOR = "、"


def check_aggregate(checker: Checker, function: Function, syntax: Invoke) -> Node:
    """The typed node of an aggregate. FormulaError: nocoll, rollups, type, bool, measure."""
    if checker.grouped:
        return _measure(checker, function, syntax)
    listed = _list_in(checker, syntax.args[0])
    if listed is not None:
        return _over_list(checker, function, syntax, *listed)
    args = [checker.check(arg) for arg in syntax.args]
    if function.name == "JOIN" and args[0].kind is Kind.MULTI:
        return _joined_choices(function, args, syntax)
    if function.name in _OVER_VALUES and (len(args) > 1 or isinstance(args[0], Literal)):
        return _over_values(function, args, syntax)
    raise refuse("nocoll", args[0].start, args[0].end, name=function.name)


def _list_in(checker: Checker, arg: Syntax) -> tuple[Reached, tuple[Name, ...]] | None:
    """The list an argument is about (`回款` in `回款.金额 * 2`) and the names that spell it."""
    for path in _paths(arg):
        reached = checker.resolver.reach_list(checker.scope, path.names)
        if reached and (path is arg or not reached.single):
            after = len(reached.facts) - reached.listed
            return reached, path.names[: len(path.names) - after]
    return None


def _paths(syntax: Syntax) -> Iterator[Path]:
    if isinstance(syntax, Path):
        yield syntax
    for part in _below(syntax):
        yield from _paths(part)


def _below(syntax: Syntax) -> Sequence[Syntax]:
    if isinstance(syntax, Binary):
        return syntax.left, syntax.right
    if isinstance(syntax, Many):
        return syntax.items
    if isinstance(syntax, Prefix):
        return (syntax.item,)
    if isinstance(syntax, Among):
        return (syntax.value, *syntax.items)
    if isinstance(syntax, Invoke):
        function = find_function(syntax.name.text)
        return () if function and function.form is Form.ROLLUP else syntax.args
    return ()


# --- over a child list


def _over_list(
    checker: Checker,
    function: Function,
    syntax: Invoke,
    reached: Reached,
    spelling: tuple[Name, ...],
) -> Node:
    checker.rollups += 1
    if checker.rollups > MAX_ROLLUPS:
        raise refuse("rollups", syntax.start, syntax.end, limit=MAX_ROLLUPS)
    facts = reached.facts[: reached.listed]
    target = checker.resolver.object(facts[-1].target or "")
    typed = tuple(fold(name.text) for name in spelling)
    first = syntax.args[0]
    whole = isinstance(first, Path) and len(first.names) == len(spelling)
    with checker.within(Scope(target, checker.scope, facts[-1], typed)):
        value = None if whole else checker.check(first)
        value = _value(checker, function, value, first)
        separator, filters = _settings(checker, function, syntax.args[1:])
    return Aggregate(
        function.name,
        tuple(fact.id for fact in facts),
        reached.level,
        value,
        filters,
        separator,
        kind=_result(function, value),
        start=syntax.start,
        end=syntax.end,
    )


def _value(checker: Checker, function: Function, value: Node | None, arg: Syntax) -> Node | None:
    name, parameter = function.name, function.parameters[0]
    if name in _OF_ROWS:
        if value is not None:
            raise mistyped(function, Parameter("列表", "list", LIST | {Kind.CHILDREN}), value)
        return None
    if value is None and name in ("JOIN", "FIRST", "LAST"):
        value = _title(checker, arg)
    if value is None:
        if name == "COUNT":
            return None
        rows = Literal(None, kind=Kind.CHILDREN, start=arg.start, end=arg.end)
        raise mistyped(function, parameter, rows)
    if name == "JOIN":
        value = checker.texted(value)
    kinds = _RANKED if name in ("MIN", "MAX") else parameter.kinds
    if value.kind not in kinds:
        raise mistyped(function, Parameter(parameter.zh, parameter.en, kinds), value)
    return value


def _title(checker: Checker, arg: Syntax) -> Node | None:
    target = checker.scope.object
    fact = target.fields.get(target.title or "")
    if fact is None or not checker.resolver.may_read(target, fact):
        return None
    return Column((fact.id,), kind=fact.kind, start=arg.start, end=arg.end)


def _settings(
    checker: Checker, function: Function, args: Sequence[Syntax]
) -> tuple[str, tuple[Node, ...]]:
    separator, filters = _DEFAULT_SEPARATOR if function.name == "JOIN" else "", []
    for arg in args:
        node = checker.check(arg)
        if function.name == "JOIN" and isinstance(node, Literal) and node.kind is Kind.TEXT:
            separator = str(node.value)
        elif node.kind in (Kind.BOOL, Kind.BLANK):
            filters.append(node)
        else:
            raise refuse("bool", arg.start, arg.end, found=node.kind)
    return separator, tuple(filters)


def _result(function: Function, value: Node | None) -> Kind:
    if function.result is not Kind.BLANK or value is None:
        return function.result
    return Kind.TEXT if value.kind is Kind.CHOICE else value.kind


# --- over a group


def _measure(checker: Checker, function: Function, syntax: Invoke) -> Node:
    if function.name not in _OVER_GROUPS:
        raise refuse("measure", syntax.start, syntax.end, name=function.name)
    if len(syntax.args) > 2:
        raise miscounted(function, syntax)
    with checker.within(checker.scope):
        args = [checker.check(arg) for arg in syntax.args]
    value, condition = _value_and_condition(function, args)
    if value is not None:
        kinds = _RANKED if function.name in ("MIN", "MAX") else function.parameters[0].kinds
        if value.kind not in kinds:
            parameter = function.parameters[0]
            raise mistyped(function, Parameter(parameter.zh, parameter.en, kinds), value)
    kind = _result(function, value)
    return Measure(function.name, value, condition, kind=kind, start=syntax.start, end=syntax.end)


def _value_and_condition(
    function: Function, args: Sequence[Node]
) -> tuple[Node | None, Node | None]:
    if len(args) == 1 and function.name == "COUNT" and args[0].kind is Kind.BOOL:
        return None, args[0]
    value = args[0] if args else None
    condition = args[1] if len(args) > 1 else None
    if condition is not None and condition.kind not in (Kind.BOOL, Kind.BLANK):
        raise refuse("bool", condition.start, condition.end, found=condition.kind)
    return value, condition


# --- over plain values


def _over_values(function: Function, args: Sequence[Node], syntax: Invoke) -> Node:
    kinds = _RANKED if function.name in ("MIN", "MAX") else NUMBER
    for arg in args:
        if arg.kind not in kinds and arg.kind is not Kind.BLANK:
            parameter = function.parameters[0]
            raise mistyped(function, Parameter(parameter.zh, parameter.en, kinds), arg)
    kind = merged([arg.kind for arg in args])
    if not isinstance(kind, Kind):
        raise impossible(",", args[0], args[kind], (args[kind].start, args[kind].end))
    kind = Kind.NUMBER if function.name in ("SUM", "AVG") else kind
    return Call(function.name, tuple(args), kind=kind, start=syntax.start, end=syntax.end)


def _joined_choices(function: Function, args: Sequence[Node], syntax: Invoke) -> Node:
    if len(args) > 2:
        raise miscounted(function, syntax)
    if len(args) == 2 and not (isinstance(args[1], Literal) and args[1].kind is Kind.TEXT):
        parameter = function.parameters[1]
        raise refuse("literal", args[1].start, args[1].end, name="JOIN", param=parameter.names)
    return Call("JOIN", tuple(args), kind=Kind.TEXT, start=syntax.start, end=syntax.end)
