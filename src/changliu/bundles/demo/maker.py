"""Makes the rows of a recipe from a seed; pure. The same seed and day make the same rows.

A cell is a constant, a template (`"{city}{brand}有限公司"`: words, and cells of this row or, as
`{account.name}`, of one it names), a value (`$begun`, `$account.owner`), or a mapping whose first
key is one of `MAKERS`.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import count
from random import Random
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from changliu.bundles.demo.recipe import MAX_ROWS, Along, Life, Recipe, Rows
from changliu.kit.errors import Invalid
from changliu.kit.ids import uuid7

_NAMED = re.compile(r"\{([a-z_][a-z0-9_.]*)\}")
SATURDAY = 5
SILENT = (35, 120)
REDRAWS = 50


@dataclass(slots=True, eq=False)
class Row:
    """A row under construction: its cells by name, its id, and what it is written with."""

    id: UUID
    cells: dict[str, Any] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)


@dataclass
class World:
    """Everything made so far, and the dice."""

    recipe: Recipe
    words: Mapping[str, list[str]]
    today: date
    zone: ZoneInfo
    people: Mapping[str, str]
    random: Random
    scale: float = 1
    sets: dict[str, list[Row]] = field(default_factory=dict)
    seen: dict[str, set[str]] = field(default_factory=dict)

    def rows(self) -> Iterator[tuple[Rows, list[Row]]]:
        """Yield each set that is written, in order; raises `Invalid` (`demo.invalid`)."""
        for part in self.recipe.sets:
            try:
                made = [self._filled(part, row) for row in self._begun(part)]
            except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
                raise _wrong(part, error) from error
            self.sets[part.name] = made
            if part.object is not None:
                yield part, made

    def _begun(self, part: Rows) -> Iterator[Row]:
        """Rows with what they stand on: an entry of the list, the row they are made for."""
        rows = self._unbounded(part)
        for number, row in zip(count(), rows, strict=False):
            if number >= MAX_ROWS:
                raise ValueError(f"more than {MAX_ROWS} rows")
            yield row

    def _unbounded(self, part: Rows) -> Iterator[Row]:
        if part.rows is not None:
            yield from (Row(uuid7(), dict(entry)) for entry in part.rows)
        elif part.along is not None:
            for above in self.sets[part.along.set]:
                for day in self._days_along(part.along, above):
                    yield Row(uuid7(), {part.along.set: above, "day": day})
        elif part.each is not None:
            for above in self.sets[part.each]:
                for _ in range(int(self.make(part.count, above))):
                    yield Row(uuid7(), {part.each: above})
        else:
            blank = Row(uuid7())
            for _ in range(round(int(self.make(part.count, blank)) * self.scale)):
                yield Row(uuid7())

    def _filled(self, part: Rows, row: Row) -> Row:
        if part.life is not None:
            row.cells |= self._live(part.life, row)
        for name, maker in part.make.items():
            row.cells[name] = self.make(maker, row)
        for name, maker in part.values.items():
            made = self.make(maker, row)
            if made is not None:
                row.cells[name] = made
                row.values[name] = wire(made)
        owner = self.make(part.owner, row)
        row.cells["owner"] = owner
        if owner is not None:
            row.values["owner"] = owner
        return row

    def _live(self, life: Life, row: Row) -> dict[str, Any]:
        """The days and the state of a life as it stands today."""
        fate = self._weighed(life.ends)
        median, spread = life.days[fate]
        length = max(1, round(self._around(median, spread)))
        begun = self._begin(life, row)
        ended = begun + timedelta(days=length)
        late = (self.today - ended).days
        stuck = 0 <= late <= life.stuck_days and self.random.random() < life.stuck
        if late >= 0 and not stuck:
            return {"begun": begun, "ended": ended, "planned": ended, "state": fate, "open": False}
        way = self.random.random() if stuck else (self.today - begun).days / length
        cells = {"begun": begun, "ended": None, "planned": ended, "open": True}
        return cells | {"state": self._stage(life, way)}

    def _stage(self, life: Life, way: float) -> str:
        passed, total = 0.0, sum(life.stages.values())
        for stage, share in life.stages.items():
            passed += share / total
            if way <= passed:
                return stage
        return stage

    def _begin(self, life: Life, row: Row) -> date:
        """A working day within the window, by season: drawn again where the month is weak."""
        after = self.cell(row, life.after) if life.after else None
        first = self.today - timedelta(days=life.over)
        last = self.today - timedelta(days=life.until)
        first = min(max(first, after), last) if after else first
        strongest = max(self.recipe.season)
        for _ in range(REDRAWS):
            day = first + timedelta(days=self.random.randint(0, (last - first).days))
            if self.random.random() * strongest <= self.recipe.season[day.month - 1]:
                break
        return max(first, day - timedelta(days=max(0, day.weekday() - SATURDAY + 1)))

    def _days_along(self, along: Along, above: Row) -> Iterator[date]:
        begun, open_ = above.cells["begun"], above.cells["open"]
        last = min(self.today, above.cells["ended"] or self.today)
        if open_ and self.random.random() < along.silent:
            last -= timedelta(days=self.random.randint(*SILENT))
        day = begun
        for _ in range(along.most):
            if day > last:
                return
            yield day
            day += timedelta(days=max(1, round(self._around(*along.every))))
            if day.weekday() >= SATURDAY:
                day += timedelta(days=7 - day.weekday())

    def make(self, maker: Any, row: Row) -> Any:
        """Return what a maker makes for a row."""
        if isinstance(maker, str):
            if maker.startswith("$"):
                return self.cell(row, maker[1:])
            return _NAMED.sub(lambda name: self._word(row, name[1]), maker)
        if isinstance(maker, dict):
            return MAKERS[next(iter(maker))](self, maker, row)
        return maker

    def cell(self, row: Row, path: str) -> Any:
        """Return a cell of a row, or of a row it names."""
        here: Any = row
        for name in path.split("."):
            here = here.id if name == "id" else here.cells.get(name)
        return here

    def _word(self, row: Row, name: str) -> str:
        if name in self.words:
            return self.random.choice(self.words[name])
        made = self.cell(row, name)
        return "" if made is None else str(made)

    def _weighed(self, weights: Mapping[Any, float]) -> Any:
        shares = [float(weight) for weight in weights.values()]
        return self.random.choices(list(weights), shares)[0]

    def _around(self, median: float, spread: float) -> float:
        return median * math.exp(self.random.gauss(0, spread))

    def pick(self, maker: Mapping[str, Any], row: Row) -> Any:
        """`pick`: one of a list, or of the keys of a mapping by weight."""
        among = maker["pick"]
        return self.make(
            self._weighed(among) if isinstance(among, dict) else self.random.choice(among), row
        )

    def around(self, maker: Mapping[str, Any], row: Row) -> Decimal:
        """`around`: a number near a median; `spread` of its logarithm, in steps of `step`."""
        median, step = float(self.make(maker["around"], row)), Decimal(str(maker.get("step", 1)))
        drawn = Decimal(str(self._around(median, float(maker.get("spread", 0.5)))))
        steps = (drawn / step).to_integral_value()
        return max(Decimal(str(maker.get("min", step))), steps * step)

    def whole(self, maker: Mapping[str, Any], row: Row) -> int:  # noqa: ARG002
        """`whole`: an integer between two, both included."""
        return self.random.randint(*maker["whole"])

    def chance(self, maker: Mapping[str, Any], row: Row) -> bool:
        """`chance`: true in this share of rows."""
        return self.random.random() < float(self.make(maker["chance"], row))

    def maybe(self, maker: Mapping[str, Any], row: Row) -> Any:
        """`maybe`: `then` in this share of rows, else `else` (blank)."""
        taken = "then" if self.random.random() < float(maker["maybe"]) else "else"
        return self.make(maker.get(taken), row)

    def by(self, maker: Mapping[str, Any], row: Row) -> Any:
        """`by`: the maker among `cases` for the value of a cell; `else` for any other."""
        cases, found = maker["cases"], _word(self.cell(row, maker["by"]))
        return self.make(cases[found] if found in cases else maker.get("else"), row)

    def band(self, maker: Mapping[str, Any], row: Row) -> str | None:
        """`band`: the first key of `below` whose limit a number does not reach, else `else`."""
        number = Decimal(str(self.make(maker["band"], row)))
        found = [key for key, limit in maker["below"].items() if number < Decimal(str(limit))]
        return found[0] if found else maker.get("else")

    def row(self, maker: Mapping[str, Any], row: Row) -> Row | None:
        """`row`: one of a set, or of those of it `where` a cell equals a value of this row."""
        among = self.sets[maker["row"]]
        if "where" in maker:
            name, wanted = next(iter(maker["where"].items()))
            value = self.make(wanted, row)
            among = [r for r in among if r.cells.get(name) == value]
        return self.random.choice(among) if among else None

    def person(self, maker: Mapping[str, Any], row: Row) -> str:  # noqa: ARG002
        """`person`: the id of somebody in a role, by weight."""
        weights = {p.name: p.weight for p in self.recipe.people if p.role == maker["person"]}
        return self.people[self._weighed(weights)]

    def digits(self, maker: Mapping[str, Any], row: Row) -> str:
        """`digits`: a template with a digit for every `#`."""
        text = str(self.make(maker["digits"], row))
        return re.sub("#", lambda _: str(self.random.randint(0, 9)), text)

    def unique(self, maker: Mapping[str, Any], row: Row) -> str:
        """`unique`: drawn again until it is new under this name (`as`), at last with a number."""
        seen = self.seen.setdefault(maker["as"], set())
        drawn = next(
            (d for _ in range(REDRAWS) if (d := str(self.make(maker["unique"], row))) not in seen),
            f"{self.make(maker['unique'], row)}{len(seen)}",
        )
        seen.add(drawn)
        return drawn

    def day(self, maker: Mapping[str, Any], row: Row) -> date | None:
        """`day`: a day `plus` so many days from … to, not beyond `until` (today, unless false)."""
        begin = self.make(maker["day"], row)
        if begin is None:
            return None
        day: date = (self.today if begin == "today" else begin) + timedelta(
            days=self.random.randint(*maker.get("plus", (0, 0)))
        )
        return day if maker.get("until") is False else min(day, self.today)

    def hour(self, maker: Mapping[str, Any], row: Row) -> datetime | None:
        """`hour`: a moment of a day's working hours; before 09:30 today, as it may be early."""
        day = self.make(maker["hour"], row)
        if day is None:
            return None
        if day >= self.today:
            day = self.today - timedelta(days=1)
        moment = time(self.random.choice((9, 10, 10, 11, 13, 14, 15, 15, 16, 17)))
        minutes = timedelta(minutes=self.random.randint(0, 59))
        return datetime.combine(day, moment, self.zone) + minutes

    def later(self, maker: Mapping[str, Any], row: Row) -> datetime | None:
        """`later`: a moment and so many minutes on."""
        begin = self.make(maker["later"], row)
        minutes = self.make(maker["minutes"], row)
        return None if begin is None else begin + timedelta(minutes=float(minutes))

    def times(self, maker: Mapping[str, Any], row: Row) -> Decimal:
        """`times`: a product of numbers, to two places."""
        numbers = [Decimal(str(self.make(factor, row))) for factor in maker["times"]]
        return math.prod(numbers, start=Decimal(1)).quantize(Decimal("0.01"))

    def lines(self, maker: Mapping[str, Any], row: Row) -> list[Row]:
        """`lines`: `count` lines, each with `make` and `values`, which see the row as `of`."""
        part = Rows(name="lines", make=maker.get("make", {}), values=maker["values"])
        number = int(self.make(maker["lines"], row))
        return [self._filled(part, Row(uuid7(), {"of": row})) for _ in range(number)]

    def sum(self, maker: Mapping[str, Any], row: Row) -> Decimal:
        """`sum`: the total of a cell (`of`) over lines."""
        lines: list[Row] = self.make(maker["sum"], row)
        return sum((line.cells[maker["of"]] for line in lines), Decimal(0))


MAKERS: Mapping[str, Callable[[World, Mapping[str, Any], Row], Any]] = {
    made.__name__: made
    for made in (
        World.pick, World.around, World.whole, World.chance, World.maybe, World.by, World.band,
        World.row,
        World.person, World.digits, World.unique, World.day, World.hour, World.later,
        World.times, World.lines, World.sum,
    )
}  # fmt: skip


def _word(value: Any) -> str:
    """A cell as a recipe writes it as a key."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return str(value)


def wire(value: Any) -> Any:
    """Return a cell as changes carry it."""
    if isinstance(value, Row):
        return str(value.id)
    if isinstance(value, list):
        return [item.values if isinstance(item, Row) else wire(item) for item in value]
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


def _wrong(part: Rows, error: Exception) -> Invalid:
    return Invalid(
        "demo.invalid",
        f"演示数据的“{part.name}”写得不对：{error}。请修改 demo/recipe.yaml。",
        f"The demo set '{part.name}' is wrong: {error}. Mend demo/recipe.yaml.",
    )
