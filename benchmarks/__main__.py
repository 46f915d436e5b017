"""`python -m benchmarks [--scale N] [--only name]`: run benchmarks, print and write reports."""

import asyncio
import importlib
import inspect
import pkgutil
from typing import Any

import click

import benchmarks
from benchmarks import harness

APART = {"harness", "flames", "__main__"}


def names() -> list[str]:
    """Return the benchmarks: every module of this package that has `run`."""
    return sorted(m.name for m in pkgutil.iter_modules(benchmarks.__path__) if m.name not in APART)


@click.command()
@click.option("--scale", default=1_000_000, show_default=True, help="Rows of the big tables.")
@click.option("--only", multiple=True, help="Name of a benchmark; repeat for several.")
def bench(scale: int, only: tuple[str, ...]) -> None:
    """Run benchmarks."""
    known = names()
    if unknown := set(only) - set(known):
        raise click.UsageError(f"Unknown: {', '.join(sorted(unknown))}. Known: {', '.join(known)}.")
    for name in only or known:
        module = importlib.import_module(f"benchmarks.{name}")
        if not hasattr(module, "run"):
            continue
        click.echo(f"{name} at {scale:,} rows …")
        lines = _finished(module.run(scale))
        click.echo(harness.table(lines))
        click.echo(f"→ {harness.write_report(name, scale, lines)}")


def _finished(result: Any) -> Any:
    return asyncio.run(result) if inspect.iscoroutine(result) else result


if __name__ == "__main__":
    bench()
