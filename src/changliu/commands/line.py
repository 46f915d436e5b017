"""The command `changliu` and its groups."""

import click

from changliu.commands import administration, audit, backup, bundles, doctor, imports, jobs, serve
from changliu.commands.shell import Commands, open_output
from changliu.kit import logs
from changliu.startup import Composition

COMMANDS: tuple[click.Command, ...] = (
    serve.serve,
    serve.worker,
    administration.workspace,
    administration.account,
    bundles.bundle,
    imports.import_command,
    audit.audit,
    doctor.doctor,
    jobs.jobs,
    backup.backup_command,
    backup.restore_command,
)


def command_line(composition: Composition) -> click.Group:
    """Return the command over what main.py composed."""

    @click.group(cls=Commands, context_settings={"obj": composition})
    @click.version_option(package_name="changliu")
    def cli() -> None:
        """畅流 Changliu: a self-hosted zero-code platform with a complete sales application."""
        open_output()
        logs.configure()

    for command in COMMANDS:
        cli.add_command(command)
    return cli
