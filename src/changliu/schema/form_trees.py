"""Computed fields as a form works them out while somebody types; slots are asked of the server."""

from typing import Any

from changliu.formula import browser_tree
from changliu.formula.model import Column, Node
from changliu.formula.scope import Readable
from changliu.formula.world import World


def form_tree(
    world: World, object_id: str, field_id: str, opens: Readable
) -> tuple[dict[str, Any], list[Node]]:
    """Return the tree of a computed field for a form, and the nodes behind its slots.

    A field that may be read though its sources may not (`opens` is False) is one slot: its value.
    Slot k stands for `slots[k]` of `GET /records/{object}/{id}/slots`.
    """
    fact = world.object(object_id).fields[field_id]
    node = Column((field_id,), kind=fact.kind)
    return browser_tree(node, world, object_id, opens=opens)
