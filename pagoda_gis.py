"""The `pagoda` command: it starts with its own folder, whatever else is on the path."""

import sys
from pathlib import Path


def main() -> None:
    """Run the command.

    A folder of the user may hold an `api`, `layers` or `gis` of its own, and stand
    before ours where PYTHONPATH names it: the modules of the command come first.
    """
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    from api.cli import main as command  # noqa: PLC0415  only now is it ours

    command()


if __name__ == "__main__":
    main()
