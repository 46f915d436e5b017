"""An independent evaluator of formula trees over rows in memory: exact Decimals, plain Python.

Written from the language's rules, not from the emitter; it shares only the tree and the catalogue
with it. Slow and simple on purpose.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from typing import Any
from zoneinfo import ZoneInfo

from tests.formula.oracle import dates
from tests.formula.oracle.numbers import divide, number_text, power
from tests.formula.oracle.table import PLAIN

from changliu.formula import model as m
from changliu.formula.model import Kind, Node
from changliu.formula.world import FieldFact, World

Row = dict[str, Any]


@dataclass(frozen=True)
class Scope:
    object_id: str
    row: Row | None
    outer: "Scope | None" = None
    old: "Scope | None" = None

    def at(self, level: int) -> "Scope":
        return self if level == 0 or self.outer is None else self.outer.at(level - 1)


class Oracle:
    """Evaluates trees; `rows` are per object, by column, references as ids."""

    def __init__(
        self,
        world: World,
        rows: dict[str, list[Row]],
        *,
        now: datetime,
        today: date,
        me: Any,
        zone: str,
        calls: "dict[str, Callable[[Oracle, Any, Scope], Any]]",
    ) -> None:
        self.world = world
        self.rows = rows
        self.now = now
        self.today = today
        self.me = me
        self.zone = ZoneInfo(zone)
        self.calls = calls

    def evaluate(self, node: Node, object_id: str, row: Row, old: Row | None = None) -> Any:
        """The value of a formula on a row."""
        before = Scope(object_id, old)
        with localcontext(Context(prec=3000, Emax=99999, Emin=-99999, rounding=ROUND_HALF_UP)):
            return self.value(node, Scope(object_id, row, old=before))

    # --- forms

    def value(self, node: Node, scope: Scope) -> Any:
        """A value; a yes/no is never None."""
        got = self.raw(node, scope)
        return bool(got) if node.kind is Kind.BOOL else got

    def truth(self, node: Node, scope: Scope) -> bool:
        return bool(self.raw(node, scope))

    def text(self, node: Node, scope: Scope) -> str | None:
        got = self.value(node, scope)
        if got is None:
            return None
        if node.kind is Kind.BOOL:
            return "TRUE" if got else "FALSE"
        if node.kind is Kind.NUMBER:
            return number_text(got)
        if node.kind is Kind.DATE:
            return str(got.isoformat())
        if node.kind is Kind.DATETIME:
            return f"{self.local(got):%Y-%m-%d %H:%M}".rjust(16, "0")
        if node.kind is Kind.CHOICE:
            option = next((o for o in self.options(node, scope) if o.key == got), None)
            return option.names[0] if option and option.names else str(got)
        return str(got)

    def coerced(self, node: Node, kind: Kind, scope: Scope) -> Any:
        if node.kind is Kind.BLANK:
            return False if kind is Kind.BOOL else None
        if kind is Kind.TEXT:
            return self.text(node, scope)
        got = self.value(node, scope)
        return self.midnight(got) if kind is Kind.DATETIME and node.kind is Kind.DATE else got

    def moment(self, node: Node, scope: Scope) -> Any:
        return self.coerced(node, Kind.DATETIME, scope)

    def day(self, node: Node, scope: Scope) -> Any:
        got = self.value(node, scope)
        return self.local(got).date() if isinstance(got, datetime) else got

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone).replace(tzinfo=None)

    def midnight(self, day: date | None) -> datetime | None:
        if day is None or not date(1, 1, 3) <= day <= date(9999, 12, 29):
            return None
        return datetime.combine(day, time(), self.zone).astimezone(UTC)

    # --- nodes

    def raw(self, node: Node, scope: Scope) -> Any:
        return _RAW[type(node)](self, node, scope)

    def literal(self, node: m.Literal, _: Scope) -> Any:
        if node.value in (None, ""):
            return None
        if node.kind is Kind.DATE:
            return date.fromisoformat(str(node.value))
        if node.kind is Kind.DATETIME:
            local = datetime.fromisoformat(str(node.value)).replace(tzinfo=self.zone)
            return local.astimezone(UTC)
        return node.value

    def column(self, node: m.Column, scope: Scope) -> Any:
        holder, fact = self.holder(scope.at(node.level), node.path)
        return self.field(holder, fact)

    def holder(self, scope: Scope, path: tuple[str, ...]) -> tuple[Scope, FieldFact]:
        for field_id in path[:-1]:
            fact = self.world.object(scope.object_id).fields[field_id]
            scope = Scope(fact.target or "", self.find(fact.target or "", self.field(scope, fact)))
        return scope, self.world.object(scope.object_id).fields[path[-1]]

    def find(self, object_id: str, key: Any) -> Row | None:
        return next((r for r in self.rows[object_id] if key is not None and r["id"] == key), None)

    def field(self, scope: Scope, fact: FieldFact) -> Any:
        if scope.row is None:
            return None
        if fact.column is not None:
            got = scope.row.get(fact.column)
            return None if got == "" else got
        assert fact.tree is not None
        inner = Scope(scope.object_id, scope.row)
        return self.coerced(fact.tree, fact.kind, inner)

    def options(self, node: Node, scope: Scope) -> Any:
        if isinstance(node, m.Change):
            node = node.args[0]
        if isinstance(node, m.Column):
            return self.holder(scope.at(node.level), node.path)[1].options
        if isinstance(node, m.Literal) and node.of:
            return self.world.object(node.of[0]).fields[node.of[1]].options
        return ()

    def compare(self, node: m.Compare, scope: Scope) -> bool:
        left, right = self.pair(node.left, node.right, scope)
        if node.op in ("=", "<>"):
            return (left == right) is (node.op == "=")
        if left is None or right is None:
            return False
        return bool(_ORDER[node.op](left, right))

    def pair(self, left: Node, right: Node, scope: Scope) -> tuple[Any, Any]:
        kinds = {left.kind, right.kind}
        if kinds == {Kind.DATE, Kind.DATETIME}:
            return self.moment(left, scope), self.moment(right, scope)
        if kinds == {Kind.CHOICE, Kind.TEXT}:
            return self.text(left, scope), self.text(right, scope)
        if Kind.BLANK in kinds:
            return self.blankable(left, scope), self.blankable(right, scope)
        one, other = self.value(left, scope), self.value(right, scope)
        return (str(one), str(other)) if kinds == {Kind.REF} and one and other else (one, other)

    def blankable(self, node: Node, scope: Scope) -> Any:
        got = self.raw(node, scope)
        if node.kind is Kind.BOOL and not isinstance(node, m.Column):
            return bool(got)
        return None if got in ([], "") else got

    def among(self, node: m.In, scope: Scope) -> bool:
        return any(self.compare(m.Compare("=", node.value, item), scope) for item in node.items)

    def arithmetic(self, node: m.Arithmetic, scope: Scope) -> Any:
        days_of = (Kind.DATE, Kind.DATETIME)
        if node.kind in days_of:
            start, days = (
                (node.left, node.right) if node.left.kind in days_of else (node.right, node.left)
            )
            count = self.value(days, scope)
            count = -count if node.op == "-" and count is not None else count
            return self.moved(self.value(start, scope), count)
        if node.left.kind in days_of:
            return self.apart(node.left, node.right, scope)
        left, right = self.value(node.left, scope), self.value(node.right, scope)
        if left is None or right is None:
            return None
        if node.op == "/":
            return divide(left, right)
        if node.op == "^":
            return power(left, right)
        return {"+": left + right, "-": left - right, "*": left * right}[node.op]

    def moved(self, start: Any, days: Decimal | None) -> Any:
        if start is None or days is None:
            return None
        if isinstance(start, datetime):
            return dates.add_seconds(start, days * 86400)
        return dates.add_days(start, days)

    def apart(self, left: Node, right: Node, scope: Scope) -> Any:
        if left.kind is Kind.DATE and right.kind is Kind.DATE:
            one, other = self.value(left, scope), self.value(right, scope)
            return None if one is None or other is None else Decimal((one - other).days)
        return self.seconds(left, right, scope, 86400)

    def seconds(self, later: Node, earlier: Node, scope: Scope, unit: int) -> Any:
        one, other = self.moment(later, scope), self.moment(earlier, scope)
        return (
            None
            if one is None or other is None
            else divide(dates.seconds(one - other), Decimal(unit))
        )

    def unary(self, node: m.Unary, scope: Scope) -> Any:
        got = self.value(node.item, scope)
        if got is None:
            return None
        return -got if node.op == "-" else got * Decimal("0.01")

    def concat(self, node: m.Concat, scope: Scope) -> Any:
        return "".join(self.text(item, scope) or "" for item in node.items) or None

    def change(self, node: m.Change, scope: Scope) -> Any:
        assert scope.old is not None
        first = node.args[0]
        if node.name == "OLD":
            return self.raw(first, scope.old)
        if node.name == "BECAME":
            before = scope.old.row is not None and self.truth(first, scope.old)
            return self.truth(first, scope) and not before
        differs = self.raw(first, scope) != self.raw(first, scope.old)
        if node.name == "CHANGED":
            return differs
        *source, goal = node.args[1:]
        same = self.compare(m.Compare("=", first, goal), scope)
        return (
            differs
            and same
            and all(self.compare(m.Compare("=", first, value), scope.old) for value in source)
        )

    # --- lists

    def aggregate(self, node: m.Aggregate, scope: Scope) -> Any:
        found = [
            inner
            for inner in self.listed(node, scope)
            if node.name == "ALL" or all(self.truth(part, inner) for part in node.filters)
        ]
        if node.name == "EXISTS":
            return bool(found)
        if node.name == "ALL":
            return all(all(self.truth(part, inner) for part in node.filters) for inner in found)
        if node.value is None:
            return Decimal(len(found))
        texted = node.name == "JOIN" or (node.value.kind is Kind.CHOICE and node.kind is Kind.TEXT)
        values = [(self.text if texted else self.value)(node.value, inner) for inner in found]
        if node.name in ("FIRST", "LAST"):
            return values[0 if node.name == "FIRST" else -1] if values else None
        return total(node.name, values, node.separator)

    def listed(self, node: m.Aggregate, scope: Scope) -> list[Scope]:
        current = [scope.at(node.level)]
        for field_id in node.path:
            current = [
                Scope(fact.target or "", row, scope)
                for holder in current
                for fact in (self.world.object(holder.object_id).fields[field_id],)
                for row in self.behind(holder, fact)
            ]
        return sorted(current, key=lambda s: (s.row["created_at"], s.row["id"]) if s.row else ())

    def behind(self, holder: Scope, fact: FieldFact) -> list[Row]:
        rows = self.rows[fact.target or ""]
        if holder.row is None:
            return []
        if fact.kind is Kind.CHILDREN:
            back = self.world.object(fact.target or "").fields[fact.via or ""].column
            return [row for row in rows if row.get(back or "") == holder.row["id"]]
        held = self.field(holder, fact)
        ids = held or [] if fact.holds_ids else [held]
        return [row for row in rows if row["id"] in ids]

    def measure(self, node: m.Measure, object_id: str) -> Any:
        scopes = [Scope(object_id, row) for row in self.rows[object_id]]
        if node.condition is not None:
            scopes = [s for s in scopes if self.truth(node.condition, s)]
        if node.value is None:
            return Decimal(len(scopes))
        return total(node.name, [self.value(node.value, s) for s in scopes])

    # --- functions

    def call(self, node: m.Call, scope: Scope) -> Any:
        special = self.calls.get(node.name)
        if special:
            return special(self, node, scope)
        letters, strict, function = PLAIN[node.name]
        args = [
            self.argument(a, letters[min(i, len(letters) - 1)], scope)
            for i, a in enumerate(node.args)
        ]
        if strict and any(arg is None for arg in args):
            return None
        got = function(*args)
        return None if got == "" else got

    def argument(self, node: Node, letter: str, scope: Scope) -> Any:
        if letter == "s":
            return self.text(node, scope)
        if letter == "d":
            return self.day(node, scope)
        if letter == "l":
            got = self.value(node, scope)
            if got is None or isinstance(got, datetime):
                return got and self.local(got)
            return datetime.combine(got, time())
        return self.value(node, scope)


def total(name: str, values: list[Any], separator: str = "") -> Any:
    """SUM, COUNT, AVG … of values; blanks are skipped."""
    present = [value for value in values if value is not None]
    if name == "COUNT":
        return Decimal(sum(1 for value in present if value is not False))
    if name == "COUNTD":
        return Decimal(
            len(
                {str(value) for value in present}
                if present and not isinstance(present[0], Decimal)
                else set(present)
            )
        )
    if name == "SUM":
        return sum(present, Decimal(0))
    if name == "JOIN":
        return separator.join(present) if present else None
    if not present:
        return None
    if name == "AVG":
        return divide(sum(present, Decimal(0)), Decimal(len(present)))
    if name == "MEDIAN":
        ordered = sorted(present)
        middle = ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]
        return middle * Decimal("0.5")
    return min(present) if name == "MIN" else max(present)


_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
_RAW: dict[type[Node], Callable[[Oracle, Any, Scope], Any]] = {
    m.Literal: Oracle.literal,
    m.TrueNode: lambda *_: True,
    m.FalseNode: lambda *_: False,
    m.Me: lambda oracle, *_: oracle.me,
    m.Column: Oracle.column,
    m.Compare: Oracle.compare,
    m.In: Oracle.among,
    m.And: lambda o, node, scope: all(o.truth(item, scope) for item in node.items),
    m.Or: lambda o, node, scope: any(o.truth(item, scope) for item in node.items),
    m.Not: lambda o, node, scope: not o.truth(node.item, scope),
    m.Arithmetic: Oracle.arithmetic,
    m.Unary: Oracle.unary,
    m.Concat: Oracle.concat,
    m.Call: Oracle.call,
    m.Aggregate: Oracle.aggregate,
    m.Measure: lambda o, node, scope: o.measure(node, scope.object_id),
    m.Change: Oracle.change,
}
