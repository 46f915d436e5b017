"""`python -m benchmarks.flames`: where the program's CPU time goes, drawn into docs/explain/flames.

A timer of this process's own CPU time interrupts it every 4 ms and notes the functions it is
in: a save, a list, an import. What the database does meanwhile is not seen. Widths are shares.
"""

import asyncio
import signal
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from xml.sax.saxutils import escape

from benchmarks import import_, query, save
from benchmarks.harness import world

TARGET = Path("docs/explain/flames")
EVERY_S, SCALE, SAVES, ROWS = 0.004, 20_000, 2_000, 40_000
WIDTH, HEIGHT, LETTER = 1_200, 17, 6.6
# Narrower than this nothing can be read.
LEAST = 0.004
COLOURS = {
    "changliu": "#f4b183",
    "psycopg": "#9dc3e6",
    "fastapi": "#c5e0b4",
    "starlette": "#c5e0b4",
}
OTHER = "#e7e6e6"
# Of no interest: how the benchmark itself and the event loop call what is measured.
HIDDEN = ("benchmarks", "__main__", "asyncio", "contextlib", "runpy", "<frozen")
Stack = tuple[str, ...]


@dataclass
class Node:
    """A function as called from those below it: samples in it, and what it called."""

    count: int = 0
    calls: dict[str, "Node"] = field(default_factory=dict)

    def add(self, stack: Stack, count: int) -> None:
        """Count a stack, outermost function first."""
        self.count += count
        if stack:
            self.calls.setdefault(stack[0], Node()).add(stack[1:], count)

    @property
    def depth(self) -> int:
        """Levels of calls that are drawn."""
        return 1 + max((node.depth for node in self.calls.values()), default=0)


@contextmanager
def sampled(stacks: Counter[Stack]) -> Iterator[None]:
    """Count the stacks of this process by its own CPU time."""

    def note(_: int, frame: FrameType | None) -> None:
        stack = []
        while frame is not None:
            module = str(frame.f_globals.get("__name__", "?"))
            if not module.startswith(HIDDEN):
                stack.append(f"{module}:{frame.f_code.co_name}")
            frame = frame.f_back
        stacks[tuple(reversed(stack))] += 1

    before = signal.signal(signal.SIGPROF, note)
    signal.setitimer(signal.ITIMER_PROF, EVERY_S, EVERY_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def draw(title: str, stacks: Counter[Stack]) -> str:
    """Return the picture: callers below, what they call above them."""
    root = Node()
    for stack, count in stacks.items():
        if stack:
            root.add(stack, count)
    shapes = list(_shapes(root, 0.0, 0, root.count))
    height = (max((level for level, _ in shapes), default=0) + 3) * HEIGHT
    body = "".join(
        shape.replace("@", str(height - (level + 1) * HEIGHT)) for level, shape in shapes
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}"'
        f' font-family="monospace" font-size="11"><text x="4" y="14">{escape(title)}</text>'
        f"{body}</svg>\n"
    )


def _shapes(node: Node, left: float, level: int, whole: int) -> Iterator[tuple[int, str]]:
    for name, called in sorted(node.calls.items()):
        share = called.count / whole
        if share < LEAST:
            continue
        wide = share * WIDTH
        label = f"{name.removeprefix('changliu.')} {share:.1%}"
        shown = label if len(label) * LETTER < wide else name.rsplit(":", 1)[-1]
        text = escape(shown) if len(shown) * LETTER < wide else ""
        colour = COLOURS.get(name.split(".")[0].split(":")[0], OTHER)
        yield (
            level,
            f'<g><title>{escape(label)}</title><rect x="{left:.1f}" y="@" width="{wide:.1f}"'
            f' height="{HEIGHT - 1}" fill="{colour}"/>'
            + (f'<text x="{left + 2:.1f}" y="@" dy="12">{text}</text>' if text else "")
            + "</g>",
        )
        yield from _shapes(called, left, level + 1, whole)
        left += wide


async def main() -> None:
    """Draw all pictures."""
    found: dict[str, Counter[Stack]] = {"save": Counter(), "list": Counter(), "import": Counter()}
    async with world() as bench, save.furnished(bench, SCALE) as made:
        for _ in range(100):
            await save.create(made)
        with sampled(found["save"]):
            for _ in range(SAVES):
                await save.create(made)
    async with world() as bench, query.leads(bench, SCALE) as leads:
        for _ in range(100):
            await query.get(leads.doors["rep"], query.FILTERED)
        with sampled(found["list"]):
            for _ in range(SAVES):
                await query.get(leads.doors["rep"], query.FILTERED)
    with tempfile.TemporaryDirectory(prefix="changliu-bench-") as folder:
        file = Path(folder) / "leads.csv"
        import_.write_leads(file, ROWS)
        async with world() as bench:
            importer = await import_.importer(bench)
            with sampled(found["import"]):
                await importer.run(import_.ImportRequest(file, object="lead"))
    _write(found)


def _write(found: dict[str, Counter[Stack]]) -> None:
    TARGET.mkdir(parents=True, exist_ok=True)
    for name, stacks in found.items():
        title = f"{name}: {sum(stacks.values()):,} samples of the program's CPU, one in 4 ms"
        (TARGET / f"{name}.svg").write_text(draw(title, stacks), "utf-8")


if __name__ == "__main__":
    asyncio.run(main())
