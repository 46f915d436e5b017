"""What a page tells about itself: how much it jumped, how long it was deaf, what frames it drew.

The browser counts all of it; nothing is added to the page's own code.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Self

from playwright.async_api import BrowserContext, Page

# Tasks under 50 ms are no long tasks (W3C); events under 16 ms, one frame, are not told.
_PROBE = """(() => {
  const told = (window.__probe = { shifts: [], tasks: [], events: [], frames: [], drawing: false });
  const watch = (type, tell, wishes) =>
    new PerformanceObserver((list) => list.getEntries().forEach(tell))
      .observe({ type, buffered: true, ...wishes });
  const named = ({ node }) =>
    node?.nodeType === 1 ? `${node.tagName.toLowerCase()}.${node.getAttribute("class") ?? ""}` : "";
  watch("layout-shift", (entry) => {
    if (entry.hadRecentInput) return;
    told.shifts.push({ value: entry.value, parts: entry.sources.map(named).filter(Boolean) });
  });
  watch("longtask", (entry) => told.tasks.push(entry.duration));
  watch("event", (entry) => {
    told.events.push([entry.processingStart - entry.startTime, entry.duration]);
  }, { durationThreshold: 16 });
  const frame = (at) => {
    if (told.drawing) told.frames.push(at);
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
})()"""
_BEGIN = """() => Object.assign(window.__probe,
  { shifts: [], tasks: [], events: [], frames: [], drawing: true })"""
# What was seen is told to observers after the next frame.
_END = """async () => {
  window.__probe.drawing = false;
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 50)));
  return window.__probe;
}"""


@dataclass(slots=True)
class Seen:
    """What a page told. Times are milliseconds."""

    shift: float = 0
    # Elements that moved most, as tag and class.
    moved: list[str] = field(default_factory=list)
    longest_task: float = 0
    tasks: int = 0
    # From an input until its first handler ran, and until the next frame was drawn.
    heard_after: float = 0
    drawn_after: float = 0
    frames_per_s: float = 0
    longest_frame: float = 0

    @classmethod
    def of(cls, told: Any) -> Self:
        """Read what the page counted."""
        shifts = sorted(told["shifts"], key=lambda each: -float(each["value"]))
        gaps = [later - at for at, later in zip(told["frames"], told["frames"][1:], strict=False)]
        return cls(
            shift=sum(float(each["value"]) for each in shifts),
            moved=[part for each in shifts[:1] for part in each["parts"][:3]],
            longest_task=max(told["tasks"], default=0),
            tasks=len(told["tasks"]),
            heard_after=max((heard for heard, _ in told["events"]), default=0),
            drawn_after=max((drawn for _, drawn in told["events"]), default=0),
            frames_per_s=1000 * len(gaps) / sum(gaps) if gaps else 0,
            longest_frame=max(gaps, default=0),
        )


async def install(context: BrowserContext) -> None:
    """Let every page of this context count from its first moment."""
    await context.add_init_script(_PROBE)


async def since_loading(page: Page) -> Seen:
    """Return what the page has told since it was opened."""
    return Seen.of(await page.evaluate(_END))


@asynccontextmanager
async def watching(page: Page) -> AsyncIterator[Seen]:
    """Count from here; the `Seen` is filled at the end."""
    seen = Seen()
    await page.evaluate(_BEGIN)
    yield seen
    told = Seen.of(await page.evaluate(_END))
    for name in Seen.__slots__:
        setattr(seen, name, getattr(told, name))
