"""Scopes and shares as condition trees over a record."""

from changliu.access.model import Scope, Verb
from changliu.formula.model import (
    And,
    Call,
    Column,
    Compare,
    ExistsRows,
    InParam,
    Kind,
    Literal,
    Me,
    Node,
    Or,
    Param,
    TrueNode,
)

SHARE = "share"  # the id of the system relation
# What a share lends: reading, and with `write` updating; never more.
SHARED_VERBS = {Verb.READ: ("read", "write"), Verb.UPDATE: ("write",)}
MY_TEAMS, MY_TREE = "my_teams", "my_tree"

OWN = Compare("=", Column(("owner",), kind=Kind.REF), Me())


def _in_teams(teams: str) -> Node:
    member = InParam(Column(("team",), kind=Kind.REF), Param(teams, kind=Kind.UUIDS))
    return Or((OWN, member))


_TREES: dict[Scope, Node] = {
    Scope.OWN: OWN,
    Scope.TEAM: _in_teams(MY_TEAMS),
    Scope.TEAM_TREE: _in_teams(MY_TREE),
    Scope.ALL: TrueNode(),
}


def scope_tree(scope: Scope) -> Node:
    """Return the rows of a scope: own records, also those of my teams, also those below, all."""
    return _TREES[scope]


def shared_tree(object_id: str, verb: Verb) -> Node | None:
    """Return the rows of an object that shares lend the actor for a verb now, None for no verb
    of a share. Expiry is read with business time in every statement: there is nothing to clear up.
    """
    levels = SHARED_VERBS.get(verb)
    if levels is None:
        return None
    mine = Compare("=", Column(("member",), kind=Kind.REF), Me())
    ours = InParam(Column(("team",), kind=Kind.REF), Param(MY_TEAMS, kind=Kind.UUIDS))
    expires = Column(("expires_at",), kind=Kind.DATETIME)
    conditions: list[Node] = [
        _is("object", object_id),
        Or((mine, ours)),
        Or((Compare("=", expires, Literal(None)), Compare(">", expires, _NOW))),
    ]
    if len(levels) == 1:
        conditions.append(_is("access", levels[0]))
    own_id = Column(("id",), kind=Kind.REF)
    return ExistsRows(SHARE, "record", own_id, And(tuple(conditions)), few=True)


_NOW = Call("NOW", kind=Kind.DATETIME)


def _is(column: str, value: str) -> Node:
    return Compare("=", Column((column,), kind=Kind.TEXT), Literal(value, kind=Kind.TEXT))
