"""The emitter proper: every node class to SQL, in value, condition and text form.

Two-valued: a condition may be NULL where NULL counts as false (WHERE, CASE, AND, OR); as a value
it is `(…) IS TRUE`. A text is never '': an empty one is NULL.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from changliu.formula.emitter.fragment import EmitEnv, Fragment, Join, Joins
from changliu.formula.emitter.row import FX, TYPES, Row, conjunction, quoted
from changliu.formula.model import (
    Aggregate,
    And,
    Call,
    Change,
    Column,
    Compare,
    Concat,
    FalseNode,
    In,
    InParam,
    Kind,
    Literal,
    Me,
    Node,
    Not,
    Or,
    Param,
    TrueNode,
)
from changliu.formula.reading import kinded
from changliu.formula.rewrite import turned
from changliu.formula.world import FieldFact, World

Maker = Callable[["Emitter", Any, Row], str]
_DAYS = (Kind.DATE, Kind.DATETIME)


class Emitter:
    """Emits one fragment; `makers` know the node classes that have files of their own."""

    def __init__(
        self, world: World, env: EmitEnv, makers: Mapping[type[Node], Maker], *, inline: bool
    ) -> None:
        self.world = world
        self.env = env
        self.makers = makers
        self.inline = inline
        self.params: dict[str, Any] = {}
        self.used: dict[str, Join] = {}
        # Depth of stored expressions: they compute over all rows, whoever asks (design §3).
        self.stored = 0

    # --- forms

    def value(self, node: Node, row: Row) -> str:
        """The value of a node; a yes/no is never NULL."""
        if node.kind is Kind.BOOL:
            condition = self.condition(node, row)
            return condition if _definite(node) else f"({condition} IS TRUE)"
        return self._emit(node, row)

    def condition(self, node: Node, row: Row) -> str:
        """A yes/no in which NULL counts as no."""
        return "FALSE" if node.kind is Kind.BLANK else self._emit(node, row)

    def text(self, node: Node, row: Row) -> str:
        """A value as text, blank as NULL."""
        if node.kind is Kind.BOOL:
            return f"CASE WHEN {self.condition(node, row)} THEN 'TRUE' ELSE 'FALSE' END"
        if node.kind is Kind.CHOICE:
            return self._label(node, row)
        value = self._emit(node, row)
        if node.kind is Kind.NUMBER:
            return f"trim_scale({value})::text"
        if node.kind is Kind.DATE:
            return f"{FX}.date_text({value})"
        if node.kind is Kind.DATETIME:
            return f"{FX}.time_text({self.local(value)})"
        return f"{value}::text" if node.kind is Kind.REF else value

    def coerced(self, node: Node, kind: Kind, row: Row) -> str:
        """A value in the kind its surroundings have; a blank gets its type."""
        if node.kind is Kind.BLANK:
            return f"NULL::{TYPES[kind]}"
        if kind is Kind.TEXT:
            return self.text(node, row)
        value = self.value(node, row)
        if kind is Kind.DATETIME and node.kind is Kind.DATE:
            return f"{FX}.midnight({value}, {quoted(self.env.timezone)})"
        return value

    def moment(self, node: Node, row: Row) -> str:
        """A date (its midnight) or time as timestamptz."""
        return self.coerced(node, Kind.DATETIME, row)

    def day(self, node: Node, row: Row) -> str:
        """A date, or the local date of a time."""
        if node.kind is Kind.DATETIME:
            return f"({self.local(self.value(node, row))})::date"
        return self.coerced(node, Kind.DATE, row)

    def local(self, moment: str) -> str:
        """A timestamptz as local timestamp."""
        return f"{moment} AT TIME ZONE {quoted(self.env.timezone)}"

    def constant(self, value: str | Decimal, type_name: str) -> str:
        """A constant, bound or written into the text."""
        if self.inline:
            return f"{quoted(value)}::{type_name}"
        name = self.env.fresh("p")
        self.params[name] = value
        return f"%({name})s::{type_name}"

    def _emit(self, node: Node, row: Row) -> str:
        own = _OWN.get(type(node))
        if own is not None:
            return own(self, node, row)
        maker = self.makers.get(type(node))
        if maker is None:
            raise ValueError(f"no SQL for {type(node).__name__}")
        return maker(self, node, row)

    # --- leaves

    def _literal(self, node: Literal, _: Row) -> str:
        if node.value is None or node.value == "":
            return f"NULL::{TYPES[node.kind]}"
        if node.kind is Kind.DATETIME:
            written = self.constant(node.value, "timestamp")
            return f"({written} AT TIME ZONE {quoted(self.env.timezone)})"
        return self.constant(node.value, TYPES[node.kind])

    def _parameter(self, node: Param, _: Row) -> str:
        return f"%({node.name})s::{TYPES[node.kind]}"

    def _me(self, _: Node, __: Row) -> str:
        return f"%({self.env.me_param})s::uuid"

    def _column(self, node: Column, row: Row) -> str:
        holder, fact = self.holder(node, row)
        value = self.field(holder, fact)
        absent = fact.column is None and len(node.path) > 1
        return f"CASE WHEN {holder.key} IS NOT NULL THEN {value} END" if absent else value

    def holder(self, node: Column, row: Row) -> tuple[Row, FieldFact]:
        """The row that holds a column, joined if need be, and the field."""
        for _ in range(node.level):
            assert row.outer is not None
            row = row.outer
        for field_id in node.path[:-1]:
            row = self.follow(row, field_id)
        return row, row.object.fields[node.path[-1]]

    def field(self, row: Row, fact: FieldFact) -> str:
        """A field's value on its row, blank where the caller may not read it."""
        value, veil = self._bare(row, fact), self.veiled(row, fact)
        if veil is None:
            return value
        return f"(CASE WHEN {self._around(self._predicate(veil, row))} THEN {value} END)"

    def veiled(self, row: Row, fact: FieldFact) -> Node | None:
        """The condition on which a field of a row may be read, if it is not always."""
        return self.env.veil(row.object.id, fact.id) if self.env.veil and not self.stored else None

    def _bare(self, row: Row, fact: FieldFact) -> str:
        """A stored column; a computed field is emitted in place."""
        if fact.column is not None:
            column = row.column(fact.column)
            return f"{column}::numeric" if fact.integer else column
        if fact.tree is None:
            return f"NULL::{TYPES[fact.kind]}"
        inner = Row(row.object, row.alias, row.joins)
        self.stored += 1
        value = self.coerced(fact.tree, fact.kind, inner)
        self.stored -= 1
        return f"({value})"

    def _label(self, node: Node, row: Row) -> str:
        key = self._emit(node, row)
        options = self.options(node, row)
        if all(not o.names or o.names[0] == o.key for o in options):
            return key
        shown = " ".join(
            f"WHEN {quoted(o.key)} THEN {quoted(o.names[0])}" for o in options if o.names
        )
        return f"CASE {key} {shown} ELSE {key} END"

    def options(self, node: Node, row: Row) -> tuple[Any, ...]:
        """The options behind a choice: of its column or of OLD's column."""
        if isinstance(node, Change):
            node = node.args[0]
        return self.holder(node, row)[1].options if isinstance(node, Column) else ()

    # --- joins

    def follow(self, row: Row, field_id: str) -> Row:
        """The row a reference points at; the same hop of one statement is joined once."""
        fact = row.object.fields[field_id]
        target = self.world.object(fact.target or "")
        hop = f"{field_id}*" if self.stored and self.env.guard else field_id
        join = row.joins.get(row.alias, hop)
        if join is None:
            joined = Row(target, self.env.fresh("j"), row.joins)
            on = [f"{joined.key} = {self.field(row, fact)}", *joined.alive]
            params = dict(self.params)
            on += self.guarded(joined)
            added = {key: value for key, value in self.params.items() if key not in params}
            text = f"LEFT JOIN {joined.table} {joined.alias} ON {conjunction(on)}"
            join = Join(joined.alias, text, added)
            row.joins.put(row.alias, hop, join)
        if row.joins is self.env.joins:
            self.used[join.alias] = join
        self.params.update(join.params)
        return Row(target, join.alias, row.joins, row.outer)

    def guarded(self, row: Row) -> list[str]:
        """The caller's read predicate of a row that was reached, if the statement has a guard."""
        guard = None if self.stored else self.env.guard
        found = guard(row.object.id, row.alias) if guard else None
        if found is None:
            return []
        if isinstance(found, Node):
            found = self._predicate(found, row)
        return [self._around(found)]

    def _around(self, found: Fragment) -> str:
        """A predicate of the caller's as one condition, its joins within."""
        self.params.update(found.params)
        if not found.joins:
            return f"({found.text})"
        joins = "".join(f" {join.text}" for join in found.joins)
        for join in found.joins:
            self.params.update(join.params)
        return f"(SELECT {found.text} FROM (VALUES (1)) {self.env.fresh('v')}(one){joins})"

    def _predicate(self, node: Node, row: Row) -> Fragment:
        own = EmitEnv(
            self.env.prefix,
            self.env.now_param,
            self.env.today_param,
            self.env.me_param,
            self.env.timezone,
            joins=Joins(),
            counter=self.env.counter,
        )
        inner = Emitter(self.world, own, self.makers, inline=self.inline)
        node = kinded(node, self.world, (row.object.id,))
        text = inner.condition(node, Row(row.object, row.alias, own.joins))
        self.env.counter = own.counter
        return Fragment(text, inner.params, own.joins.all())

    # --- conditions

    def compare(self, node: Compare, row: Row) -> str:
        """`left op right`, turned first so that a column may use its index."""
        node = turned(node)
        op, left, right = node.op, node.left, node.right
        if _is_blank(left) or _is_blank(right):
            if op not in ("=", "<>"):
                return "FALSE"
            kept = left if _is_blank(right) else right
            return self.blank(kept, row, negated=op == "<>")
        if op in ("=", "<>"):
            return self.equal(left, right, row, negated=op == "<>")
        one, other = self.pair(left, right, row)
        return f"({one} {op} {other})"

    def equal(self, left: Node, right: Node, row: Row, *, negated: bool = False) -> str:
        """Whether two values are the same; blank is the same as blank only."""
        if left.kind is Kind.BOOL:
            return self._same_truth(left, right, row, negated=negated)
        one, other = self.pair(left, right, row)
        if negated:
            return f"({one} IS DISTINCT FROM {other})"
        if _present(left) or _present(right):
            return f"({one} = {other})"
        return f"({one} IS NOT DISTINCT FROM {other})"

    def _same_truth(self, left: Node, right: Node, row: Row, *, negated: bool) -> str:
        for constant, other in ((right, left), (left, right)):
            if isinstance(constant, TrueNode | FalseNode):
                condition = self.condition(other, row)
                wanted = isinstance(constant, TrueNode) is not negated
                return condition if wanted else f"({condition} IS NOT TRUE)"
        op = "<>" if negated else "="
        return f"({self.value(left, row)} {op} {self.value(right, row)})"

    def pair(self, left: Node, right: Node, row: Row) -> tuple[str, str]:
        """Both sides of a comparison in one type, a stored column left bare for its index."""
        kinds = {left.kind, right.kind}
        if kinds == set(_DAYS):
            return self.moment(left, row), self.moment(right, row)
        if kinds == {Kind.CHOICE, Kind.TEXT}:
            return self.text(left, row), self.text(right, row)
        whole = self._whole_pair(left, right, row) or self._whole_pair(right, left, row)
        if whole:
            return whole if isinstance(left, Column) else (whole[1], whole[0])
        return self.value(left, row), self.value(right, row)

    def _whole_pair(self, column: Node, literal: Node, row: Row) -> tuple[str, str] | None:
        if not (isinstance(column, Column) and isinstance(literal, Literal)):
            return None
        holder, fact = self.holder(column, row)
        value = literal.value
        if not fact.integer or fact.column is None or not isinstance(value, Decimal):
            return None
        if self.veiled(holder, fact) is not None:
            return None
        whole = value == value.to_integral_value() and abs(value) < 10**18
        number = self.constant(value, "bigint" if whole else "numeric")
        return holder.column(fact.column), number

    def blank(self, node: Node, row: Row, *, negated: bool = False) -> str:
        """Whether a value is blank; an empty list is."""
        verdict = "NOT NULL" if negated else "NULL"
        if node.kind is Kind.BLANK:
            return "FALSE" if negated else "TRUE"
        if node.kind is Kind.BOOL and not isinstance(node, Column):
            return "TRUE" if negated else "FALSE"
        value = self._emit(node, row)
        if node.kind in (Kind.MULTI, Kind.UUIDS):
            return f"(NULLIF({value}, '{{}}') IS {verdict})"
        if node.kind is Kind.JSON:
            return f"(NULLIF({value}, 'null'::jsonb) IS {verdict})"
        return f"({value} IS {verdict})"

    def _among(self, node: In, row: Row) -> str:
        constants = [item for item in node.items if _present(item) and item.kind is not Kind.BOOL]
        one_kind = constants[0].kind if constants and node.value.kind is not Kind.BLANK else None
        plain = [item for item in constants if item.kind is one_kind]
        listed = [self.pair(node.value, item, row) for item in plain]
        parts = []
        if listed:
            parts.append(f"({listed[0][0]} IN ({', '.join(item for _, item in listed)}))")
        for item in node.items:
            if item not in plain:
                parts.append(self.compare(Compare("=", node.value, item), row))
        return f"({' OR '.join(parts)})"

    def _in_param(self, node: InParam, row: Row) -> str:
        array = self._parameter(node.param, row)
        return f"({self.value(node.value, row)} = ANY({array}))"

    def _both(self, node: And, row: Row) -> str:
        return f"({' AND '.join(self.condition(i, row) for i in node.items) or 'TRUE'})"

    def _either(self, node: Or, row: Row) -> str:
        return f"({' OR '.join(self.condition(i, row) for i in node.items) or 'FALSE'})"

    def _negation(self, node: Not, row: Row) -> str:
        return f"({self.condition(node.item, row)} IS NOT TRUE)"

    def _truth(self, node: Node, _: Row) -> str:
        return "TRUE" if isinstance(node, TrueNode) else "FALSE"

    def concat(self, node: Concat, row: Row) -> str:
        """`a & b & …`."""
        pieces = [
            self.text(item, row) if _present(item) else f"COALESCE({self.text(item, row)}, '')"
            for item in node.items
        ]
        return f"NULLIF({' || '.join(pieces)}, '')"


def _is_blank(node: Node) -> bool:
    return node.kind is Kind.BLANK or (isinstance(node, Literal) and node.value == "")


def _present(node: Node) -> bool:
    if isinstance(node, Literal):
        return node.value not in (None, "")
    clock = isinstance(node, Call) and node.name in ("TODAY", "NOW")
    return clock or isinstance(node, Me | Param)


def _definite(node: Node) -> bool:
    if isinstance(node, TrueNode | FalseNode | Not):
        return True
    return isinstance(node, Aggregate) and node.name == "EXISTS"


_OWN: dict[type[Node], Maker] = {
    Literal: Emitter._literal,
    Param: Emitter._parameter,
    Me: Emitter._me,
    Column: Emitter._column,
    TrueNode: Emitter._truth,
    FalseNode: Emitter._truth,
    Compare: Emitter.compare,
    In: Emitter._among,
    InParam: Emitter._in_param,
    And: Emitter._both,
    Or: Emitter._either,
    Not: Emitter._negation,
    Concat: Emitter.concat,
}
