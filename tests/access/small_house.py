"""A small catalogue made by hand, and the naive reading of grants that access must agree with."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from changliu.access.model import EVERY, Grant, Scope, Verb
from changliu.fields.model import Field
from changliu.fields.registry import FIELD_TYPES
from changliu.formula import compile_text
from changliu.formula.model import (
    Column,
    Compare,
    ExistsRows,
    InParam,
    Kind,
    Literal,
    Me,
    Node,
    Or,
    TrueNode,
    walk,
)
from changliu.schema.body import Shape
from changliu.schema.model import Catalogue, Object
from changliu.schema.world import build_world

SCHEMA = "ws_1"


def _field(number: int, key: str, kind: str, **settings: Any) -> Field:
    model = FIELD_TYPES[kind].settings.model_validate(settings)
    column = None if kind == "formula" else f"f_{number}"
    return Field(f"f_{number}", key, {"zh-CN": key, "en": key}, kind, model, column=column)


def _object(number: int, key: str, *fields: Field) -> Object:
    label = {"zh-CN": key, "en": key}
    return Object(f"o_{number}", key, label, f"o_{number}", fields, title_field=fields[0].id)


ACCOUNT = _object(
    1,
    "account",
    _field(1, "name", "text"),
    _field(2, "budget", "money"),
    _field(3, "secret", "money"),
    _field(4, "parent", "reference", object="account", inverse={"key": "branches"}),
)
DEAL = _object(
    2,
    "deal",
    _field(5, "subject", "text"),
    _field(6, "amount", "money"),
    _field(7, "account", "reference", object="account"),
)
# key → (object, formula); each is added to its object as a computed field.
FORMULAS = {
    "double": ("account", "budget*2"),
    "hidden": ("account", "budget+secret"),
    "above": ("account", "parent.name"),
    "total": ("account", "SUM(deal.amount)"),
    "costly": ("account", "COUNT(deal.amount > secret)"),
    "again": ("account", "double+1"),
    "through": ("deal", "account.budget"),
    "keeper": ("deal", "owner.name"),
    "address": ("deal", "owner.email"),
    "reach": ("deal", "account"),
}


@cache
def small_catalogue() -> Catalogue:
    """Accounts with deals, and a computed field for each way to reach a source."""
    objects = {"account": ACCOUNT, "deal": DEAL}
    shapes: dict[str, Shape] = {}
    for number, (key, (owner, text)) in enumerate(FORMULAS.items(), start=20):
        world = build_world(SCHEMA, tuple(objects.values()), shapes)
        found = objects[owner]
        compiled = compile_text(text, world, found.id)
        made = replace(_field(number, key, "formula", formula=text), tree=compiled.node)
        objects[owner] = replace(found, fields=(*found.fields, made))
        shapes[made.id] = Shape.model_validate({"kind": compiled.kind, "tree": {}})
    kept = tuple(objects.values())
    return Catalogue(SCHEMA, 1, kept, build_world(SCHEMA, kept, shapes))


def id_of(path: str) -> tuple[str, str]:
    """The object and field id of `object.field`."""
    owner, _, key = path.partition(".")
    found = small_catalogue().object(owner)
    return found.id, found.by_key[key].id if key in found.by_key else key


@dataclass(frozen=True)
class Row:
    """What scopes look at."""

    owner: str | None
    team: str | None
    name: str = ""
    shared: str | None = None  # with whoever looks: read, write


@dataclass(frozen=True)
class Person:
    """Who looks."""

    me: str
    teams: frozenset[str]
    tree: frozenset[str]


def _named(name: str) -> Node:
    return Compare("=", Column(("f_1",), kind=Kind.TEXT), Literal(name, kind=Kind.TEXT))


# Conditions of scope `formula`, and what they say of a row.
CONDITIONS: dict[Node | None, Callable[[Row], bool]] = {
    _named("x"): lambda row: row.name == "x",
    _named("y"): lambda row: row.name == "y",
}


def naively_reached(
    grants: list[Grant], person: Person, object_id: str, verb: Verb, row: Row
) -> bool:
    """Say whether some grant, taken by itself, lets a person do the verb to the row.

    A share counts where some grant speaks of the verb at all.
    """
    lent = {"read": {Verb.READ}, "write": {Verb.READ, Verb.UPDATE}}.get(row.shared or "", set())
    for grant in grants:
        if grant.verb != verb or grant.object not in (object_id, EVERY):
            continue
        if verb in lent:
            return True
        if grant.scope is Scope.FORMULA:
            if CONDITIONS[grant.condition](row):
                return True
            continue
        mine = row.owner == person.me
        if (
            grant.scope is Scope.ALL
            or mine
            or (grant.scope is Scope.TEAM and row.team in person.teams)
            or (grant.scope is Scope.TEAM_TREE and row.team in person.tree)
        ):
            return True
    return False


def holds(tree: Node | None, person: Person, row: Row) -> bool:
    """Evaluate the few nodes that scopes are made of."""
    if tree is None:
        return False
    if isinstance(tree, TrueNode):
        return True
    if isinstance(tree, Or):
        return any(holds(item, person, row) for item in tree.items)
    if tree in CONDITIONS:
        return CONDITIONS[tree](row)
    if isinstance(tree, ExistsRows):
        assert (tree.object_id, tree.field_id) == ("share", "record")
        asked = {part.value for part in walk(tree) if isinstance(part, Literal)}
        return row.shared == "write" or (row.shared == "read" and "write" not in asked)
    if isinstance(tree, Compare):
        assert tree == Compare("=", Column(("owner",), kind=Kind.REF), Me())
        return row.owner == person.me
    assert isinstance(tree, InParam), tree
    known = {"my_teams": person.teams, "my_tree": person.tree}
    return row.team in known[tree.param.name]
