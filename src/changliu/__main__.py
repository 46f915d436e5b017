"""`python -m changliu` is the command `changliu`."""

from changliu.main import cli

cli()
