"""How wide a request may be: every reference followed in a typed path is a join of its own."""

from collections.abc import Iterable

from changliu.formula.model import Column, Node, walk
from changliu.kit.errors import Fault, Invalid

# Measured: 100 hops cost 0.2 s to write and plan, 300 half a second, 600 more than two.
MAX_HOPS = 100


def check_width(nodes: Iterable[Node | None], place: str) -> None:
    """Refuse a request that follows too many references; `Invalid` (`query.too_wide`).

    Only what was typed counts: a formula field was measured when it was published.
    """
    hops = {
        (part.level, part.path[:length])
        for node in nodes
        if node is not None
        for part in walk(node)
        if isinstance(part, Column)
        for length in range(1, len(part.path))
    }
    if len(hops) <= MAX_HOPS:
        return
    zh = (
        f"一次查询最多沿 {MAX_HOPS} 个不同的关联取值，这里有 {len(hops)} 个：请减少 fields、sort 或"
        " filter 里的关联路径，或分几次查询。"
    )
    en = (
        f"A request follows at most {MAX_HOPS} different references, this one {len(hops)}: use"
        " fewer paths through references in fields, sort or filter, or ask in several requests."
    )
    raise Invalid("query.too_wide", zh, en, [Fault("query.too_wide", zh, en, place)])
