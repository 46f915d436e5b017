"""Random conditions and orders, each as formula text and as plain Python over the same rows."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from tests.records.query.query_house import STAGES, House

Row = dict[str, Any]
Test = Callable[[House, str, Row], bool]


@dataclass(frozen=True)
class Condition:
    """A formula and what it means for a row and a login."""

    text: str
    holds: Test

    def __repr__(self) -> str:
        return self.text


def own(read: Callable[[Row], Any]) -> Callable[[House, str, Row], Any]:
    """A meaning that needs nothing but the row."""
    return lambda _, __, row: read(row)


def _of(name: str) -> Callable[[House, str, Row], Any]:
    return own(lambda row: row[name])


def _company(name: str) -> Callable[[House, str, Row], Any]:
    def read(house: House, login: str, row: Row) -> Any:
        found = house.company_of(login, row)
        return found[name] if found else None

    return read


VALUES: dict[str, tuple[Callable[[House, str, Row], Any], list[tuple[str, Any]]]] = {
    "score": (_of("score"), [("3", 3), ("0", 0), ("2.5", Decimal("2.5"))]),
    "得分": (_of("score"), [("1", 1)]),
    "amount": (_of("amount"), [("10", 10), ("-1", -1), ("0", 0)]),
    "double": (
        own(lambda r: None if r["amount"] is None else r["amount"] * 2),
        [("20", 20)],
    ),
    "closed": (_of("closed"), [("DATE(2025,1,31)", date(2025, 1, 31))]),
    "company.size": (_company("size"), [("5", 5), ("0", 0)]),
}
ORDERED: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


@st.composite
def comparisons(draw: st.DrawFn) -> Condition:
    name = draw(st.sampled_from(sorted(VALUES)))
    read, constants = VALUES[name]
    text, constant = draw(st.sampled_from(constants))
    op = draw(st.sampled_from(["=", "<>", *ORDERED]))

    def holds(house: House, login: str, row: Row) -> bool:
        value = read(house, login, row)
        if op in ("=", "<>"):
            return (value == constant) is (op == "=")
        return value is not None and ORDERED[op](value, constant)

    return Condition(f"{name} {op} {text}", holds)


def _choice(name: str, read: Callable[[House, str, Row], Any], key: str) -> Condition:
    return Condition(f'{name} = "{key}"', lambda h, u, r: read(h, u, r) == key)


ATOMS: list[Condition] = [
    *(_choice("stage", _of("stage"), key) for key in STAGES),
    Condition('stage <> "won"', own(lambda r: r["stage"] != "won")),
    Condition('stage IN ("new", "阶段lost")', own(lambda r: r["stage"] in ("new", "lost"))),
    _choice("company.industry", _company("industry"), "i1"),
    Condition('客户.行业 <> "制造业"', lambda h, u, r: _company("industry")(h, u, r) != "i0"),
    Condition("hot", own(lambda r: r["hot"] is True)),
    Condition("ISBLANK(score)", own(lambda r: r["score"] is None)),
    Condition("ISBLANK(company.name)", lambda h, u, r: _company("name")(h, u, r) is None),
    Condition("owner = ME()", lambda h, u, r: r["owner"] == h.members[u]),
    Condition('owner.name = "lead"', lambda h, _, r: r["owner"] == h.members["lead"]),
    Condition('CONTAINS(name, "单")', own(lambda r: "单" in (r["name"] or ""))),
    Condition('name = "100%_x"', own(lambda r: r["name"] == "100%_x")),
    Condition(
        "COUNT(company.deal) > 3",
        lambda h, u, r: _siblings(h, u, r) > 3,
    ),
]


def _siblings(house: House, login: str, row: Row) -> int:
    found = house.company_of(login, row)
    if found is None:
        return 0
    return sum(d["company"] == found["id"] for d in house.visible(login, house.deals))


def conditions() -> st.SearchStrategy[Condition]:
    """Conditions up to a few operators deep."""
    return st.recursive(
        st.one_of(st.sampled_from(ATOMS), comparisons()),
        lambda inner: st.one_of(
            st.builds(_not, inner),
            st.builds(_both, inner, inner),
            st.builds(_either, inner, inner),
        ),
        max_leaves=5,
    )


def _not(item: Condition) -> Condition:
    return Condition(f"NOT ({item.text})", lambda h, u, r: not item.holds(h, u, r))


def _both(a: Condition, b: Condition) -> Condition:
    return Condition(
        f"({a.text}) AND ({b.text})", lambda h, u, r: a.holds(h, u, r) and b.holds(h, u, r)
    )


def _either(a: Condition, b: Condition) -> Condition:
    return Condition(
        f"({a.text}) OR ({b.text})", lambda h, u, r: a.holds(h, u, r) or b.holds(h, u, r)
    )


SORTS: dict[str, Callable[[House, str, Row], Any]] = {
    "score": _of("score"),
    "amount": _of("amount"),
    "name": _of("name"),
    "title": _of("name"),
    "closed": _of("closed"),
    "seen": _of("seen"),
    "hot": _of("hot"),
    "stage": own(lambda r: None if r["stage"] is None else STAGES.index(r["stage"])),
    "double": own(lambda r: r["amount"]),
    "company": _company("name"),
    "company.industry": _company("industry"),
    "company.size": _company("size"),
    "owner": lambda h, _, r: h.names.get(r["owner"]),
    "created_at": _of("created_at"),
}


def sorts() -> st.SearchStrategy[tuple[str, ...]]:
    """Up to three sort keys."""
    keys = st.builds(str.__add__, st.sampled_from(["", "-"]), st.sampled_from(sorted(SORTS)))
    return st.lists(keys, max_size=3).map(tuple)


def expected(
    house: House, login: str, condition: Condition | None, order: tuple[str, ...]
) -> list[str]:
    """The ids a login should see, in order: blanks last, ties by id against the first key."""
    rows = house.visible(login, house.deals)
    rows = [r for r in rows if condition is None or condition.holds(house, login, r)]
    keys = order or ("-created_at",)
    rows.sort(key=lambda r: r["id"].bytes, reverse=not keys[0].startswith("-"))
    for key in reversed(keys):
        read = SORTS[key.removeprefix("-")]
        filled = [r for r in rows if read(house, login, r) is not None]
        blank = [r for r in rows if read(house, login, r) is None]
        filled.sort(key=lambda r: read(house, login, r), reverse=key.startswith("-"))
        rows = filled + blank
    return [str(r["id"]) for r in rows]
