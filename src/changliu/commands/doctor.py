"""`doctor`: is the installation well, and what to do if not."""

import sys

import click

from changliu.commands.shell import data_option, run_on_platform, terminal_language
from changliu.kit.platform import Platform
from changliu.kit.settings import Settings
from changliu.operations.doctor import examine, mend
from changliu.startup import Composition


@click.command()
@click.option("--mend", "mends", is_flag=True, help="Have the keys of search made again.")
@data_option
def doctor(composition: Composition, settings: Settings, mends: bool) -> None:
    """Examine the installation; exit code 1 when something is wrong."""

    async def work(platform: Platform) -> bool:
        findings = await examine(platform)
        for finding in findings:
            text = finding.en if terminal_language() == "en" else finding.zh
            click.echo(f"{'✓' if finding.ok else '✗'} {text}")
        if mends:
            await mend(platform)
        return all(finding.ok for finding in findings)

    if not run_on_platform(composition, settings, work):
        sys.exit(1)
