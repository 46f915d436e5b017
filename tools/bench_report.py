"""Writes docs/explain/measured.md from the reports of the last `make bench`.

A benchmark that was not run again keeps the section it has, with the day it was measured.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

REPORTS = Path("build/bench")
TARGET = Path("docs/explain/measured.md")
INTRO = """# Measured

Written by `make bench-report` from the last `make bench`. Each line: our median, the floor (the
same effect in hand-written SQL over the same driver in the same run), the ratio, and CPU per call
of all processes of the program and the database. Absolute times belong to the machine; ratios and
CPU travel better.
"""
HEAD = (
    "| work | ours ms | p95 ms | floor ms | ratio | CPU ms app + database | also |\n"
    "|---|---|---|---|---|---|---|\n"
)


def main() -> None:
    """Write the page."""
    sections = dict(_kept())
    for file in REPORTS.glob("*.json"):
        report = orjson.loads(file.read_bytes())
        sections[report["name"].strip("_")] = _section(report, file.stat().st_mtime)
    TARGET.write_text("\n".join([INTRO, *(sections[name] for name in sorted(sections))]), "utf-8")


def _kept() -> Iterator[tuple[str, str]]:
    """The sections of the page as it is, by name."""
    for text in TARGET.read_text("utf-8").split("\n## ")[1:]:
        yield text.partition("\n")[0], f"## {text.rstrip()}\n"


def _section(report: dict[str, Any], written: float) -> str:
    on = datetime.fromtimestamp(written, UTC).date()
    load = ", ".join(f"{value:.1f}" for value in report["load"])
    head = f"## {report['name'].strip('_')}\n\n{report['scale']:,} rows where it has a scale · {on}"
    head += f" · {report['cpus']} cores, load {load}, Python {report['python']}\n\n"
    return head + HEAD + "".join(_line(line) for line in report["lines"])


def _line(line: dict[str, Any]) -> str:
    ours, floor, ratio = line["ours"], line["floor"], line["ratio"]
    against = (f"{floor['p50']:.2f}", f"{ratio:.2f}") if floor else ("–", "–")
    cpu = f"{ours['app_cpu']:.2f} + {ours['database_cpu']:.2f}"
    notes = ", ".join(f"{name} {value}" for name, value in line["notes"].items())
    name = line["name"].replace("|", "\\|")
    return (
        f"| {name} | {ours['p50']:.2f} | {ours['p95']:.2f} | {against[0]} | {against[1]} | {cpu}"
        f" | {notes} |\n"
    )


if __name__ == "__main__":
    main()
