"""Arguments of a call as they stand in a template: `{0:n}` is the first one as a number.

Letters: n number · s text · d date · l local timestamp · t timestamptz · i whole
count, 0 to 1,000,000 · p decimal places, -1,000 to 1,000 · v as it is.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from changliu.formula.emitter.machine import Emitter
from changliu.formula.emitter.row import FX, Row
from changliu.formula.functions import FUNCTIONS
from changliu.formula.model import Call, Kind, Literal, Node

Templates: TypeAlias = dict[str, str | tuple[str, ...]]
"""Function → template, or one template per number of arguments, fewest first."""

_COUNT = (0, 1_000_000)
_PLACES = (-1_000, 1_000)


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument, written by a format letter."""

    emitter: Emitter
    node: Node
    row: Row

    def __format__(self, letter: str) -> str:
        """The SQL of the argument in the form of the letter."""
        emitter, node, row = self.emitter, self.node, self.row
        if letter == "n":
            return emitter.coerced(node, Kind.NUMBER, row)
        if letter == "s":
            return emitter.text(node, row)
        if letter == "d":
            return emitter.day(node, row)
        if letter == "l":
            return self._local()
        if letter == "t":
            return emitter.moment(node, row)
        if letter in "ip":
            return self._whole(letter)
        return emitter.value(node, row)

    def _local(self) -> str:
        if self.node.kind is Kind.DATETIME:
            return f"({self.emitter.local(self.emitter.value(self.node, self.row))})"
        return f"{self.emitter.day(self.node, self.row)}::timestamp"

    def _whole(self, letter: str) -> str:
        low, high = _COUNT if letter == "i" else _PLACES
        if isinstance(self.node, Literal) and isinstance(self.node.value, Decimal):
            return str(max(low, min(high, int(self.node.value))))
        number = self.emitter.coerced(self.node, Kind.NUMBER, self.row)
        return f"{FX}.whole({number}, {low}, {high})"


def filled(templates: Templates, emitter: Emitter, node: Call, row: Row) -> str:
    """The template of a call with its arguments in place."""
    template = templates[node.name]
    if isinstance(template, tuple):
        template = template[len(node.args) - FUNCTIONS[node.name].least]
    arguments = [Argument(emitter, arg, row) for arg in node.args]
    return template.format(*arguments)
