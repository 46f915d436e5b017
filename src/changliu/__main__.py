"""`python -m changliu` is the command `changliu`."""

from changliu.commands import cli

cli()
