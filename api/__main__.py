"""Run the `pagoda` command as a module."""

from api.cli import main

main()
