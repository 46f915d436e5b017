"""Checking function calls: by parameters, by branches, on lists, and of the row before."""

from collections.abc import Callable, Sequence

from changliu.formula.aggregates import check_aggregate
from changliu.formula.checker import Checker, impossible, miscounted, mistyped
from changliu.formula.errors import FormulaError, closest, refuse
from changliu.formula.expansion import is_timed
from changliu.formula.formats import UNITS_OF_TIME, date_format, number_format, time_unit
from changliu.formula.functions import (
    Form,
    Function,
    Parameter,
    Topic,
    find_function,
    known_names,
)
from changliu.formula.functions.function import DAY, TEXT
from changliu.formula.functions.work import CALENDAR, TEAM
from changliu.formula.kinds import comparable, merged
from changliu.formula.model import (
    Aggregate,
    Call,
    Change,
    Column,
    ExistsRows,
    Kind,
    Literal,
    Me,
    Node,
    walk,
)
from changliu.formula.syntax import Invoke
from changliu.formula.world import fold

Args = list[Node]


def check_call(checker: Checker, syntax: Invoke) -> Node:
    """The typed node of a call. FormulaError: func, nargs, type, branch, option, unit, old …"""
    function = find_function(syntax.name.text)
    if function is None:
        raise _unknown(syntax)
    least = 0 if checker.grouped and function.name == "COUNT" else function.least
    if not least <= len(syntax.args) <= function.most:
        raise miscounted(function, syntax)
    if function.form is Form.ROLLUP:
        return check_aggregate(checker, function, syntax)
    if function.form is Form.CHANGE:
        return _change(checker, function, syntax)
    args = [checker.check(arg) for arg in syntax.args]
    if function.form is Form.PLAIN:
        return _plain(checker, function, args, syntax)
    if function.form is Form.LIST:
        return _list(checker, function, args, syntax)
    return _BRANCHES[function.name](checker, function, args, syntax)


def _unknown(syntax: Invoke) -> FormulaError:
    name = syntax.name
    suggestion = closest(fold(name.text), known_names())
    return refuse("func", name.start, name.end, name=name.text, suggestion=suggestion)


def _call(function: Function, args: Sequence[Node], syntax: Invoke, kind: Kind) -> Node:
    return Call(function.name, tuple(args), kind=kind, start=syntax.start, end=syntax.end)


# --- by parameters


def _plain(checker: Checker, function: Function, args: Args, syntax: Invoke) -> Node:
    fitted = [
        _argument(checker, function, function.parameter(index), arg)
        for index, arg in enumerate(args)
    ]
    if function.name in _CONSTANTS:
        return _CONSTANTS[function.name](start=syntax.start, end=syntax.end)
    _check_written(function, fitted)
    _check_team(checker, function, fitted)
    kind = _moved(fitted) if function.name == "DATEADD" else function.result
    return _call(function, fitted, syntax, kind)


def _argument(checker: Checker, function: Function, parameter: Parameter, arg: Node) -> Node:
    if parameter.kinds is TEXT or function.topic is Topic.TEXT:
        arg = checker.texted(arg)
    if parameter.kinds is DAY:
        arg = checker.fitted(arg, Literal(None, kind=Kind.DATE))
    if arg.kind is Kind.BLANK:
        return arg
    if parameter.kinds == frozenset({Kind.BOOL}) and arg.kind is not Kind.BOOL:
        raise refuse("bool", arg.start, arg.end, found=arg.kind)
    if arg.kind not in parameter.kinds or (arg.kind is Kind.REF and parameter.kinds is TEXT):
        raise mistyped(function, parameter, arg)
    if parameter.written and not isinstance(arg, Literal):
        raise refuse("literal", arg.start, arg.end, name=function.name, param=parameter.names)
    return arg


def _check_written(function: Function, args: Args) -> None:
    if function.name in ("DATEADD", "DATEDIF") and not time_unit(_text(args[2])):
        known = "、".join(spellings[-1] for spellings in UNITS_OF_TIME.values())
        raise refuse("unit", args[2].start, args[2].end, name=_text(args[2]), known=known)
    if function.name == "TEXT" and len(args) > 1 and not _has_format(args[0].kind, _text(args[1])):
        raise refuse("format", args[1].start, args[1].end, name=_text(args[1]))
    if function.name == "WEEKDAY" and len(args) > 1 and _text(args[1]) not in ("1", "2", "3"):
        raise refuse("unit", args[1].start, args[1].end, name=_text(args[1]), known="1、2、3")
    if function.name == "DATEVALUE" and args[0].kind not in (*DAY, Kind.TEXT, Kind.BLANK):
        raise mistyped(function, Parameter("值", "value", DAY | {Kind.TEXT}), args[0])


def _check_team(checker: Checker, function: Function, args: Args) -> None:
    if function.name not in CALENDAR or len(args) < function.most:
        return
    team = args[-1]
    _, fact = checker.fact_of(team) or ("", None)
    if fact is not None and fact.target != TEAM:
        found = fact.names[1] if len(fact.names) > 1 else fact.names[0]
        raise refuse("team", team.start, team.end, name=function.name, found=found)


def _has_format(kind: Kind, text: str) -> bool:
    if kind in DAY:
        return date_format(text) is not None
    return kind in (Kind.NUMBER, Kind.BLANK) and number_format(text) is not None


def _text(node: Node) -> str:
    return str(node.value) if isinstance(node, Literal) and node.value is not None else ""


def _moved(args: Args) -> Kind:
    timed = time_unit(_text(args[2])) in ("hour", "minute") or args[0].kind is Kind.DATETIME
    return Kind.DATETIME if timed else Kind.DATE


# --- by branches


def _unified(nodes: Args) -> Kind:
    kind = merged([node.kind for node in nodes])
    if isinstance(kind, Kind):
        return kind
    first = next(node.kind for node in nodes if node.kind is not Kind.BLANK)
    misfit = nodes[kind]
    raise refuse("branch", misfit.start, misfit.end, first=first, found=misfit.kind)


def _need_condition(node: Node) -> None:
    if node.kind not in (Kind.BOOL, Kind.BLANK):
        raise refuse("bool", node.start, node.end, found=node.kind)


def _if(_: Checker, function: Function, args: Args, syntax: Invoke) -> Node:
    _need_condition(args[0])
    return _call(function, args, syntax, _unified(args[1:]))


def _ifs(_: Checker, function: Function, args: Args, syntax: Invoke) -> Node:
    if len(args) % 2:
        raise miscounted(function, syntax)
    for condition in args[::2]:
        _need_condition(condition)
    return _call(function, args, syntax, _unified(args[1::2]))


def _switch(checker: Checker, function: Function, args: Args, syntax: Invoke) -> Node:
    value, rest = args[0], args[1:]
    pairs = len(rest) // 2 * 2
    rest[:pairs:2] = [checker.same(value, case) for case in rest[:pairs:2]]
    return _call(function, [value, *rest], syntax, _unified(rest[1:pairs:2] + rest[pairs:]))


def _choose(_: Checker, function: Function, args: Args, syntax: Invoke) -> Node:
    if args[0].kind not in (Kind.NUMBER, Kind.BLANK):
        raise mistyped(function, function.parameter(0), args[0])
    return _call(function, args, syntax, _unified(args[1:]))


def _if_blank(_: Checker, function: Function, args: Args, syntax: Invoke) -> Node:
    return _call(function, args, syntax, _unified(args))


def _between(checker: Checker, function: Function, args: Args, syntax: Invoke) -> Node:
    value = args[0]
    limits = [checker.fitted(limit, value) for limit in args[1:]]
    for limit in limits:
        if not comparable("<=", value.kind, limit.kind):
            raise impossible("<=", value, limit, (limit.start, limit.end))
    return _call(function, [value, *limits], syntax, Kind.BOOL)


_BRANCHES: dict[str, Callable[[Checker, Function, Args, Invoke], Node]] = {
    "IF": _if,
    "IFS": _ifs,
    "SWITCH": _switch,
    "CHOOSE": _choose,
    "IFBLANK": _if_blank,
    "BETWEEN": _between,
}
_CONSTANTS: dict[str, Callable[..., Node]] = {
    "ME": Me,
    "BLANK": Literal,
}


# --- lists


def _list(checker: Checker, function: Function, args: Args, syntax: Invoke) -> Node:
    held, values = args[0], [checker.fitted(arg, args[0]) for arg in args[1:]]
    if held.kind not in function.parameters[0].kinds:
        raise mistyped(function, function.parameters[0], held)
    wanted = {Kind.REF} if held.kind is Kind.UUIDS else {Kind.CHOICE, Kind.TEXT}
    for value in values:
        if value.kind not in wanted | {Kind.BLANK}:
            parameter = Parameter("值", "value", frozenset(wanted))
            raise mistyped(function, parameter, value)
    return _call(function, [held, *values], syntax, Kind.BOOL)


# --- the row before the changeset


def _change(checker: Checker, function: Function, syntax: Invoke) -> Node:
    if not checker.changing:
        raise refuse("old", syntax.name.start, syntax.name.end, name=function.name)
    args = [checker.check(arg) for arg in syntax.args]
    for arg in args:
        _need_stored(checker, function, arg)
    if function.name == "BECAME":
        _need_condition(args[0])
    elif not isinstance(args[0], Column):
        raise refuse("oldpath", args[0].start, args[0].end, name=function.name)
    kind = args[0].kind if function.name == "OLD" else Kind.BOOL
    if function.name == "CHANGEDTO":
        args[1:] = [checker.same(args[0], arg) for arg in args[1:]]
    return Change(function.name, tuple(args), kind=kind, start=syntax.start, end=syntax.end)


def _need_stored(checker: Checker, function: Function, node: Node) -> None:
    owner = checker.scope.object
    waiting = [node]
    while waiting:
        for part in walk(waiting.pop()):
            tree = None
            if isinstance(part, Column) and len(part.path) == 1 and part.level == 0:
                fact = owner.fields[part.path[0]]
                tree = fact.tree if fact.column is None else None
            if _elsewhere(part):
                raise refuse("oldpath", node.start, node.end, name=function.name)
            if tree is not None:
                waiting.append(tree)


def _elsewhere(part: Node) -> bool:
    if isinstance(part, Column):
        return len(part.path) > 1 or part.level > 0
    return isinstance(part, Aggregate | ExistsRows | Change) or is_timed(part)
