"""Scopes as condition trees over a record's owner and team."""

from changliu.access.model import Scope
from changliu.formula.model import Column, Compare, InParam, Kind, Me, Node, Or, Param, TrueNode

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
