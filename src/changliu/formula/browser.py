"""Tree for the browser's evaluator: local readable fields only, the rest as numbered slots."""

from typing import Any

from changliu.formula.model import Node
from changliu.formula.scope import Readable
from changliu.formula.world import World


def browser_tree(
    node: Node, world: World, object_id: str, readable: Readable | None = None
) -> tuple[dict[str, Any], list[Node]]:
    """(JSON tree, slot nodes): the server computes slot k's value by emitting the k-th node."""
    raise NotImplementedError
