"""A company of two objects in plain Python, and the naive reading of who may see what of it.

Nothing here knows of trees or SQL: rows are dicts, rights are loops over the grants as written.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]
Grant = dict[str, Any]

SCOPES = ("own", "team", "team_tree", "all")
# object → stored fields; `phone` is sensitive, `paper` holds a file, `parent` and `account`
# are references to accounts.
STORED = {
    "account": ("name", "amount", "secret", "phone", "parent", "paper"),
    "deal": ("name", "amount", "note", "account"),
}
TARGETS = {("account", "parent"): "account", ("deal", "account"): "account"}
LISTS = {("account", "branches"): ("account", "parent"), ("account", "deals"): ("deal", "account")}
# computed field → (object, formula, own fields read, paths into other rows as (reference, field))
COMPUTED: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "double": ("account", "amount * 2", ("amount",)),
    "both": ("account", "amount + secret", ("amount", "secret")),
    "worth": ("account", "SUM(deals.amount)", ("deals.amount",)),
    "through": ("deal", "account.secret", ("account.secret",)),
    "named": ("deal", "account.title", ("account.name",)),
}
# Conditions of scope `formula`: text, and what it says of a row over all rows.
CONDITIONS: dict[str, dict[str, Callable[["World", Row], bool]]] = {
    "account": {
        "amount > 4": lambda _, r: r["amount"] > 4,
        "parent.secret > 3": lambda w, r: w.field(r["parent"], "secret") > 3,
        "COUNT(deals, amount > 3) > 0": lambda w, r: any(
            d["amount"] > 3 for d in w.children("account", "deals", r["id"])
        ),
    },
    "deal": {
        "account.secret > 3": lambda w, r: w.field(r["account"], "secret") > 3,
        "amount < 5 AND NOT(ISBLANK(account))": lambda _, r: r["amount"] < 5 and bool(r["account"]),
    },
}
SENSITIVE = {("account", "phone")}


@dataclass
class World:
    """Rows by object and id, and what each member and team is part of."""

    rows: dict[str, dict[str, Row]] = field(default_factory=lambda: {"account": {}, "deal": {}})
    touched: dict[str, set[str]] = field(default_factory=dict)
    parents: dict[str, str | None] = field(default_factory=dict)
    team_of: dict[str, str] = field(default_factory=dict)
    shares: list[Row] = field(default_factory=list)
    files: dict[str, Row] = field(default_factory=dict)

    def field(self, account: str | None, key: str) -> int:
        """A number of an account, 0 where there is none (blank is never more)."""
        return self.rows["account"][account][key] if account else 0

    def children(self, target: str, listed: str, row_id: str) -> Iterator[Row]:
        """All rows that refer to one through the reference behind a list."""
        source, reference = LISTS[target, listed]
        return (row for row in self.rows[source].values() if row[reference] == row_id)

    def computed(self, key: str, row: Row) -> Any:
        """A computed field, over all rows whoever asks."""
        account = self.rows["account"].get(row.get("account") or "")
        formulas: dict[str, Callable[[], Any]] = {
            "double": lambda: row["amount"] * 2,
            "both": lambda: row["amount"] + row["secret"],
            "worth": lambda: sum(d["amount"] for d in self.children("account", "deals", row["id"])),
            "through": lambda: account["secret"] if account else None,
            "named": lambda: account["name"] if account else None,
        }
        return formulas[key]()

    def below(self, team: str) -> set[str]:
        """A team and those under it."""
        found = {team}
        for other, parent in self.parents.items():
            if parent == team:
                found |= self.below(other)
        return found


@dataclass
class Sight:
    """What one member sees, by the grants of their role."""

    world: World
    member: str
    grants: list[Grant]

    def _of(self, target: str, *verbs: str) -> list[Grant]:
        wanted = [g for g in self.grants if g["object"] == target]
        return [g for g in wanted if set(verbs) & set(g["verbs"])]

    def in_scope(self, grant: Grant, row: Row) -> bool:
        """Whether a grant covers a row, shares aside."""
        scope, team = grant["scope"], self.world.team_of[self.member]
        if scope == "formula":
            return CONDITIONS[grant["object"]][grant["condition"]](self.world, row)
        return (
            scope == "all"
            or row["owner"] == self.member
            or (scope == "team" and row["team"] == team)
            or (scope == "team_tree" and row["team"] in self.world.below(team))
        )

    def _lent(self, row: Row, *levels: str) -> bool:
        """Whether a live share lends the row to the member or their team."""
        to = (self.member, self.world.team_of[self.member])
        known = (s for s in self.world.shares if s["record"] == row["id"] and s["live"])
        return any(s["to"] in to and s["access"] in levels for s in known)

    def sees(self, target: str) -> bool:
        """Whether any row of an object may be seen."""
        return bool(self._of(target, "read"))

    def reaches(self, target: str, verb: str, row: Row) -> bool:
        """Whether some grant of a verb covers the row, or a share where grants name the verb."""
        grants = self._of(target, verb)
        levels = {"read": ("read", "write"), "update": ("write",)}.get(verb, ())
        lent = bool(grants) and self._lent(row, *levels)
        return lent or any(self.in_scope(g, row) for g in grants)

    def sees_row(self, target: str, row: Row | None) -> bool:
        """Whether the row may be read."""
        return row is not None and self.reaches(target, "read", row)

    def rows(self, target: str) -> list[Row]:
        """The rows of an object that are seen."""
        return [r for r in self.world.rows[target].values() if self.sees_row(target, r)]

    def _gives(self, verb: str, grant: Grant, row: Row) -> bool:
        """Whether a grant speaks of a row: by its scope, or as a share lends the row."""
        levels = {"read": ("read", "write"), "update": ("write",)}.get(verb, ())
        return self.in_scope(grant, row) or self._lent(row, *levels)

    def writes(self, target: str, verb: str, key: str) -> bool:
        """Whether a stored field may be written by a verb on some rows."""
        return any(g["fields"] == "all" or key in g["write"] for g in self._of(target, verb))

    def writes_on(self, target: str, verb: str, key: str, row: Row) -> bool:
        """Whether a stored field may be written by a verb on a row."""
        return any(
            g["fields"] == "all" or key in g["write"]
            for g in self._of(target, verb)
            if self._gives(verb, g, row)
        )

    def _sees_all(self, target: str) -> bool:
        return any(g["scope"] == "all" for g in self._of(target, "read"))

    def reads(self, target: str, key: str, row: Row | None = None) -> bool:
        """Whether a field, list or title shows: on a row that is seen, or (None) on some rows."""
        if key == "title":
            return self.reads(target, "name", row)
        if (target, key) in LISTS:
            return self.sees(target) and self.reads(*LISTS[target, key])
        if key not in (*STORED[target], *COMPUTED):
            return row is not None or (key in ("id", "owner", "team") and self.sees(target))
        given = [g for g in self._of(target, "read") if row is None or self._gives("read", g, row)]
        if any(g["fields"] != "all" and key in (*g["read"], *g["write"]) for g in given):
            return True
        whole = any(g["fields"] == "all" for g in given)
        return whole and (key not in COMPUTED or self._sources(target, COMPUTED[key][2], row))

    def reads_everywhere(self, target: str, key: str) -> bool:
        """Whether grants say, without looking at rows, that a field shows on every row: some
        grant of the widest scope and, short of all rows, each condition give it."""
        if key == "title":
            return self.reads_everywhere(target, "name")
        grants = self._of(target, "read")

        def given(grant: Grant) -> bool:
            named = key in (*grant["read"], *grant["write"])
            sources = key not in COMPUTED or self._sources(target, COMPUTED[key][2], None, True)
            return named if grant["fields"] != "all" else sources

        chain = [g for g in grants if g["scope"] in SCOPES]
        top = max((SCOPES.index(g["scope"]) for g in chain), default=-1)
        texts = {g["condition"] for g in grants if g["scope"] == "formula"}
        parts = [[g for g in chain if SCOPES.index(g["scope"]) == top]] if chain else []
        if top < SCOPES.index("all"):
            parts += [[g for g in grants if g.get("condition") == text] for text in sorted(texts)]
        return bool(parts) and all(any(map(given, part)) for part in parts)

    def _sources(
        self, target: str, sources: tuple[str, ...], row: Row | None, everywhere: bool = False
    ) -> bool:
        return all(self._source(target, s.split("."), row, everywhere) for s in sources)

    def _source(self, target: str, names: list[str], row: Row | None, everywhere: bool) -> bool:
        """An own field as it shows on the row; another row's only for who reads all of them."""
        first = names[0]
        if (target, first) in LISTS:
            if not self.sees(target) or not self.reads_everywhere(*LISTS[target, first]):
                return False
        elif everywhere:
            if not self.reads_everywhere(target, first) or self.masks(target, first):
                return False
        elif not self.reads(target, first, row) or self.masks(target, first):
            return False
        if len(names) == 1:
            return True
        other = self.target(target, first)
        return (
            self._sees_all(other)
            and self.reads_everywhere(other, names[1])
            and not self.masks(other, names[1])
        )

    @staticmethod
    def target(target: str, key: str) -> str:
        """The object a reference or a list leads to."""
        return TARGETS.get((target, key)) or LISTS[target, key][0]

    def masks(self, target: str, key: str) -> bool:
        """Whether only the ends of a value show."""
        if (target, key) not in SENSITIVE:
            return False
        return not any(self.writes(target, verb, key) for verb in ("create", "update"))

    def names(self, target: str, key: str) -> bool:
        """Whether a formula may name it."""
        return self.reads(target, key) and not self.masks(target, key)

    def names_all(self, target: str, paths: Iterable[str]) -> bool:
        """Whether every hop of every path may be named."""
        for path in paths:
            here = target
            *hops, last = path.split(".")
            for hop in hops:
                if not self.names(here, hop):
                    return False
                here = self.target(here, hop)
            if not self.names(here, last):
                return False
        return True

    def get(self, target: str, row: Row | None, path: str) -> Any:
        """The value at the end of a path; None behind a row that is not seen, and for a field
        that does not show on the row."""
        *hops, last = path.split(".")
        for hop in hops:
            other = self.target(target, hop)
            known = row is not None and self.reads(target, hop, row)
            row = self.world.rows[other].get(row[hop] or "") if row and known else None
            row, target = (row, other) if self.sees_row(other, row) else (None, other)
        if row is None or not self.reads(target, last, row):
            return None
        if last in COMPUTED:
            return self.world.computed(last, row)
        return row["name" if last == "title" else last]

    def children(self, target: str, row: Row | None, path: str) -> list[Row]:
        """The seen rows of the list at the end of a path: those whose reference shows."""
        *hops, listed = path.split(".")
        row_id = self.get(target, row, ".".join((*hops, "id"))) if row else None
        for hop in hops:
            target = self.target(target, hop)
        source, reference = LISTS[target, listed]
        found = self.world.children(target, listed, row_id) if row_id else ()
        return [
            child
            for child in found
            if self.sees_row(source, child) and self.reads(source, reference, child)
        ]

    def total(self, source: str, rows: Iterable[Row], key: str) -> int:
        """The sum of a field over rows, blank where it does not show."""
        return sum(self.get(source, row, key) or 0 for row in rows)

    def slots(self, target: str, row: Row) -> dict[str, list[Any]]:
        """What a form asks the server of computed fields: the whole value where the caller may not
        read all sources on every row; else what lies in other rows, here always one part."""
        made = {}
        for key, (on, _, sources) in COMPUTED.items():
            if on != target or not self.reads(target, key):
                continue
            if not self._sources(target, sources, None, everywhere=True):
                made[key] = [self._shown(target, row, key)]
            elif any("." in source for source in sources):
                value = self.world.computed(key, row)
                made[key] = [str(value) if isinstance(value, int) else value]
        return made

    def wire(self, target: str, row: Row) -> Row:
        """The `values` of a record."""
        keys = (*STORED[target], *(k for k, c in COMPUTED.items() if c[0] == target))
        return {k: self._shown(target, row, k) for k in keys if self.reads(target, k)}

    def _shown(self, target: str, row: Row, key: str) -> Any:
        if not self.reads(target, key, row):
            return None
        value = self.world.computed(key, row) if key in COMPUTED else row[key]
        if value is not None and (target, key) in TARGETS:
            return self.reference(TARGETS[target, key], value)
        if key == "paper":
            return [self.world.files[value]]
        if self.masks(target, key):
            return f"{value[:3]}****{value[-4:]}"
        return str(value) if isinstance(value, int) else value

    def reference(self, target: str, value: str) -> Row:
        """A reference as it is read."""
        row = self.world.rows[target][value]
        if not self.sees_row(target, row):
            return {"id": value, "title": None, "hidden": True}
        return {"id": value, "title": row["name"] if self.reads(target, "title", row) else None}
