"""Run the `pagoda` command as a module."""

from api.cli.commands import main

main()
