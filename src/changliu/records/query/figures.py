"""An aggregate request, resolved: groups, measures, order. Trees only; SQL is the store's."""

from dataclasses import dataclass, replace

from changliu.formula import FormulaError, Mode, compile_text
from changliu.formula.model import Kind, Measure, Node
from changliu.kit.errors import Fault, Invalid
from changliu.records.query.model import (
    MAX_GROUPS,
    MAX_MEASURES,
    MAX_SORTS,
    AggregateRequest,
    Grain,
    GroupBy,
    MeasureRequest,
)
from changliu.records.query.paths import refused, resolve
from changliu.records.query.plan import Output, condition, output_of
from changliu.records.query.reader import Reader
from changliu.records.query.width import check_width
from changliu.schema.model import Object

UNGROUPABLE = frozenset({Kind.MULTI, Kind.JSON, Kind.CHILDREN, Kind.UUIDS})
DATED = frozenset({Kind.DATE, Kind.DATETIME})
COUNTS = frozenset({"COUNT", "COUNTD"})


@dataclass(frozen=True, slots=True)
class Group:
    """One dimension: how its value is read, at which grain, and the rank of its choices."""

    output: Output
    grain: Grain | None
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure: its key, tree and kind; a count travels as an integer."""

    key: str
    node: Node
    kind: Kind
    integer: bool


@dataclass(frozen=True, slots=True)
class Order:
    """One key of the order: the number of the result column, groups first."""

    column: int
    descending: bool


@dataclass(frozen=True, slots=True)
class AggregatePlan:
    """Everything the store needs to write the statement of an aggregate.

    The first `asked` keys of the order are the caller's; the other groups break ties.
    """

    object: Object
    groups: tuple[Group, ...]
    figures: tuple[Figure, ...]
    order: tuple[Order, ...]
    rows: Node
    where: Node
    limit: int | None
    asked: int

    @property
    def sorts_by_title(self) -> bool:
        """Whether an order key is a reference: its titles are only known after the statement.

        The first so many by a figure (the 20 best customers) are cut by the statement: there ties
        are broken by id, or no limit would ever help against too many groups.
        """
        groups = len(self.groups)
        keys = self.order[: self.asked] if self.asked and self.limit is not None else self.order
        return any(o.column < groups and self.groups[o.column].output.target for o in keys)


def plan_aggregate(reader: Reader, request: AggregateRequest) -> AggregatePlan:
    """Resolve an aggregate request; `Invalid` with the place of what is wrong."""
    _check_shape(request)
    found = reader.object(request.object)
    groups = tuple(_group(reader, found, i, g) for i, g in enumerate(request.group_by))
    figures = tuple(_figure(reader, found, i, m) for i, m in enumerate(request.measures))
    where = condition(reader, found, request.filter)
    check_width((*(g.output.node for g in groups), *(f.node for f in figures), where), "group_by")
    return AggregatePlan(
        found,
        groups,
        figures,
        _order(request),
        reader.rows(found.id),
        where,
        request.limit,
        len(request.sort),
    )


def _group(reader: Reader, found: Object, index: int, wanted: GroupBy) -> Group:
    place = f"group_by[{index}].field"
    path = resolve(reader, found.id, wanted.field, place)
    if path.kind in UNGROUPABLE:
        raise _wrong(
            "query.group",
            f"“{wanted.field}”是列表或结构数据，不能分组，请换一个字段。",
            f"'{wanted.field}' holds a list or structured data and cannot be grouped by.",
            place,
        )
    if wanted.grain and path.kind not in DATED:
        raise _wrong(
            "query.grain",
            f"“{wanted.field}”不是日期，不能按 {wanted.grain} 分组，请去掉 grain。",
            f"'{wanted.field}' is not a date and has no {wanted.grain}; leave grain out.",
            f"group_by[{index}].grain",
        )
    choices = tuple(o.key for o in path.fact.options) if path.kind is Kind.CHOICE else ()
    return Group(replace(output_of(path), name=wanted.name), wanted.grain, choices)


def _figure(reader: Reader, found: Object, index: int, wanted: MeasureRequest) -> Figure:
    try:
        world = reader.catalogue.world
        formula = compile_text(wanted.formula, world, found.id, Mode.AGGREGATE, reader.readable)
    except FormulaError as error:
        raise refused(f"measures[{index}].formula", error) from error
    node = formula.node
    counts = isinstance(node, Measure) and node.name in COUNTS
    return Figure(wanted.key, node, formula.kind, counts)


def _order(request: AggregateRequest) -> tuple[Order, ...]:
    names = [g.name for g in request.group_by] + [m.key for m in request.measures]
    order = []
    for text in request.sort:
        name = text if text in names else text.removeprefix("-").removeprefix("+")
        if name not in names:
            raise _wrong(
                "query.sort",
                f"“{name}”既不是分组也不是指标，可用：{'、'.join(names)}。",
                f"'{name}' is neither a group nor a measure; use one of: {', '.join(names)}.",
                "sort",
            )
        order.append(Order(names.index(name), text != name and text.startswith("-")))
    given = {o.column for o in order}
    rest = (Order(i, descending=False) for i in range(len(request.group_by)) if i not in given)
    return (*order, *rest)


def _check_shape(request: AggregateRequest) -> None:
    names = [g.name for g in request.group_by] + [m.key for m in request.measures]
    twice = next((n for n in names if names.count(n) > 1), None)
    if twice is not None:
        raise _wrong(
            "query.twice",
            f"“{twice}”出现了两次，请给其中一个另取 key。",
            f"'{twice}' appears twice; give one of them another key.",
            "group_by",
        )
    if not names:
        raise _wrong(
            "query.empty",
            "请至少给出一个分组或一个指标。",
            "Give at least one group or measure.",
            "measures",
        )
    if len(names) > MAX_MEASURES or len(request.sort) > MAX_SORTS:
        raise _wrong(
            "query.too_many",
            f"分组与指标合计最多 {MAX_MEASURES} 个，排序最多 {MAX_SORTS} 个。",
            f"At most {MAX_MEASURES} groups and measures and {MAX_SORTS} sorts.",
            "measures",
        )


def too_many_groups() -> Invalid:
    """Return the refusal of a result with more groups than travel at once."""
    return _wrong(
        "query.too_many_groups",
        f"结果超过 {MAX_GROUPS} 组：请加筛选条件、用更粗的时间粒度，或给出 limit 取前若干组。",
        f"More than {MAX_GROUPS} groups: add a filter, a coarser grain, or give a limit to take the"
        " first ones.",
        "group_by",
    )


def _wrong(code: str, zh: str, en: str, place: str) -> Invalid:
    return Invalid(code, zh, en, [Fault(code, zh, en, place)])
