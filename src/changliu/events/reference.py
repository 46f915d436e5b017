"""The reference page of events, generated from the catalogue."""

from collections.abc import Iterator

from changliu.events.catalogue import CATALOGUE, Event


def page() -> str:
    """Return the page as Markdown."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield "# Events"
    yield ""
    yield "Facts the platform announces. Each starts the handlers subscribed to it as background"
    yield "jobs written in the same transaction; a job's payload also carries `event`, the name."
    for event in CATALOGUE:
        yield from _section(event)
    yield ""


def _section(event: Event) -> Iterator[str]:
    yield ""
    yield f"## `{event.name}`"
    yield ""
    yield f"{event.sentence['zh-CN']} · {event.sentence['en']}"
    yield ""
    yield "| payload | meaning |"
    yield "|---|---|"
    for key, meaning in event.payload.items():
        yield f"| `{key}` | {meaning} |"
