"""What a checked tree names: fields with their objects, computed ones opened on request."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from changliu.formula.model import PARTS, Aggregate, Column, ExistsRows, Kind, Node, children
from changliu.formula.world import FieldFact, World

Chain = tuple[str, ...]
"""Object ids of the rows in scope, innermost first."""


def along(world: World, object_id: str, path: tuple[str, ...]) -> Iterator[tuple[str, FieldFact]]:
    """Every (object id, field) that a path of field ids passes. KeyError for an unknown one."""
    for field_id in path:
        fact = world.object(object_id).fields[field_id]
        yield object_id, fact
        object_id = fact.target or ""


def last(world: World, object_id: str, path: tuple[str, ...]) -> tuple[str, FieldFact]:
    """The (object id, field) at the end of a path."""
    *_, end = along(world, object_id, path)
    return end


def inside(node: Aggregate | ExistsRows, world: World, chain: Chain) -> Chain:
    """The rows in scope within an aggregate."""
    if isinstance(node, ExistsRows):
        return (node.object_id, *chain)
    _, fact = last(world, chain[node.level], node.path)
    return (fact.target or "", *chain)


def parts(node: Node, world: World, chain: Chain) -> list[tuple[Node, Chain]]:
    """The direct parts of a node, each with the rows in its scope."""
    found = children(node)
    if isinstance(node, Aggregate | ExistsRows) and found:
        inner = inside(node, world, chain)
        outer = 1 if isinstance(node, ExistsRows) else 0
        return [(part, chain if at < outer else inner) for at, part in enumerate(found)]
    return [(part, chain) for part in found]


def named(node: Node, world: World, chain: Chain) -> Iterator[tuple[str, FieldFact]]:
    """Every (object id, field) a node itself names: hops, and back references of lists too."""
    if isinstance(node, Column | Aggregate):
        for object_id, fact in along(world, chain[node.level], node.path):
            yield object_id, fact
            if fact.via and fact.target:
                yield fact.target, world.object(fact.target).fields[fact.via]
    elif isinstance(node, ExistsRows):
        yield node.object_id, world.object(node.object_id).fields[node.field_id]


def kinded(node: Node, world: World, chain: Chain) -> Node:
    """The tree with the kind of every column that was built without one."""
    if isinstance(node, Column):
        if node.kind is not Kind.BLANK:
            return node
        _, fact = last(world, chain[node.level], node.path)
        return replace(node, kind=Kind.UUIDS if fact.holds_ids else fact.kind)
    made = iter([kinded(part, world, scope) for part, scope in parts(node, world, chain)])
    changes: dict[str, Any] = {}
    for name in PARTS[type(node)]:
        value = getattr(node, name)
        if isinstance(value, tuple):
            changes[name] = tuple(next(made) for _ in value)
        elif value is not None:
            changes[name] = next(made)
    return replace(node, **changes) if changes else node
