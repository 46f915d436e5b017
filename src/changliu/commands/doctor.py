"""`doctor`: is the installation well, and what to do if not."""

import sys

import click

from changliu.commands.shell import data_option, run_on_platform, terminal_language
from changliu.kit.platform import Platform
from changliu.kit.settings import Settings
from changliu.operations.doctor import examine
from changliu.startup import Composition


@click.command()
@data_option
def doctor(composition: Composition, settings: Settings) -> None:
    """Examine the installation; exit code 1 when something is wrong."""

    async def work(platform: Platform) -> bool:
        findings = await examine(platform)
        for finding in findings:
            text = finding.en if terminal_language() == "en" else finding.zh
            click.echo(f"{'✓' if finding.ok else '✗'} {text}")
        return all(finding.ok for finding in findings)

    if not run_on_platform(composition, settings, work):
        sys.exit(1)
