"""`pagoda packs`: scenario packs checked and listed; heavy imports stand inside."""

import sys
from pathlib import Path

import click

from api.cli.options import FILE, on_store, opened_store, settings_of_commands
from api.cli.speech import echo
from gis.counts import count_text
from gis.sentences import sentence


@click.group(no_args_is_help=False)
def packs() -> None:
    """Check files of scenario packs, or list the kinds of events in force."""


@packs.command()
@click.argument("files", type=FILE, nargs=-1, required=True)
def check(files: tuple[Path, ...]) -> None:
    """Check files of packs; exit 1 where one is wrong, with file and line."""
    from api.service.events.scenarios import check_packs  # noqa: PLC0415

    settings_of_commands()
    faults = check_packs(files)
    for fault in faults:
        echo(fault)
    if not faults:
        echo(
            sentence("{are} sound.", are=count_text(len(files), "file is", "files are"))
        )
    sys.exit(1 if faults else 0)


@packs.command()
@on_store
def table(url: str | None) -> None:
    """Print pack, platform, line, module and departments of every kind as CSV."""
    from api.cli.text.packs import table_lines  # noqa: PLC0415
    from api.service.events.scenarios import packs_in_force  # noqa: PLC0415

    with opened_store(url, settings_of_commands()) as store:
        scenarios = packs_in_force(store, store.now())
    echo(*table_lines(scenarios))
