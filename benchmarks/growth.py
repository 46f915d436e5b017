"""Growth: what a user waits for, beside 10,000, 100,000 and 1,000,000 leads.

A rep's own leads are a two-hundredth of the table and grow with it; the table itself must not show.
"""

from benchmarks import query, save
from benchmarks.harness import Comparison, compare, world

SIZES = (10_000, 100_000, 1_000_000)


async def run(scale: int) -> list[Comparison]:
    """Measure at every size up to `scale`; lines of one kind of work stand together."""
    sizes = [size for size in SIZES if size <= scale] or [scale]
    found = [[await _saving(size), *await _reading(size)] for size in sizes]
    return [line for kind in zip(*found, strict=True) for line in kind]


async def _saving(size: int) -> Comparison:
    async with world() as bench, save.furnished(bench, size) as made:
        return await compare(
            bench, f"create one lead beside {size:,}",
            lambda: save.create(made), lambda: save.by_hand(made),
        )  # fmt: skip


async def _reading(size: int) -> list[Comparison]:
    async with world() as bench, query.leads(bench, size) as made:
        return [
            await query.listed(
                made, f"list 20 own, newest, of {size:,}", "rep", query.NEWEST, query.OWN_NEWEST
            ),
            await query.listed(
                made, f"list 20 own, by score, of {size:,}", "rep",
                query.FILTERED, query.OWN_FILTERED,
            ),
            await query.figures(
                made, f"count+sum, own, of {size:,}", "rep", query.FIGURES_OWN
            ),
        ]  # fmt: skip
