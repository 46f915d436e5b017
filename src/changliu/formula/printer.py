"""Tree to text, with today's labels."""

from changliu.formula.model import Node
from changliu.formula.world import World


def print_tree(node: Node, world: World, object_id: str, lang: str = "zh-CN") -> str:
    """The formula as a user would type it; labels in `lang`, [bracketed] where needed."""
    raise NotImplementedError
