"""The command line: one module per group of commands; `command_line` puts them together."""
