"""The `pagoda` command; heavy imports stand inside the commands."""

import gc
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NoReturn

import click

from api.cli.arguments import hide_passwords
from api.cli.assign import assign
from api.cli.audit import audit
from api.cli.changes import draft
from api.cli.check import bench, check
from api.cli.crosswalk import crosswalk
from api.cli.demo import demo
from api.cli.events import events
from api.cli.keys import key
from api.cli.load import load
from api.cli.loops import loops
from api.cli.output import open_outlets
from api.cli.packs import packs
from api.cli.process import start_lean
from api.cli.progress import shown
from api.cli.rating import codes, due, report, risk, risk_map, safety
from api.cli.replay import replay
from api.cli.serve import serve
from api.cli.speech import echo, speak
from api.cli.stores import backup, export, init, migrate
from api.cli.template import template
from api.cli.versions import publish, versions, withdraw
from gis.errors import GovernanceError
from gis.os_reasons import os_reason
from gis.sentences import sentence

FAULT = 2
RARELY: Final = (200_000, 20, 20)
"""After so many new objects a command looks for cycles of them."""


def main() -> None:
    """Run the command; every expected fault is one sentence and exit code 2."""
    hide_passwords()
    open_outlets()
    start_lean()
    try:
        speak(cli)
        with few_collections():
            cli.main(standalone_mode=False)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.Abort:
        fail(sentence("Stopped before the end; nothing half-written was left."))
    except click.ClickException as error:
        # what follows the first sentence is a guess at what was meant
        problem = re.split(r"\. \(|。（", error.format_message())[0].rstrip(".。")
        fail(sentence("{problem}; see `pagoda --help`.", problem=problem))
    except GovernanceError as error:
        fail(str(error))
    except OSError as error:
        # what waits to be printed would fail once more when Python ends
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        fail(
            sentence(
                "The answer cannot be printed ({strerror}); write it to a file.",
                strerror=os_reason(error),
            )
        )


@contextmanager
def few_collections() -> Iterator[None]:
    """Look for cycles of objects rarely, an eighth of the CPU of a report.

    A command ends before they matter; a service looks for them as usual.
    """
    usual = gc.get_threshold()
    gc.set_threshold(*RARELY)
    try:
        yield
    finally:
        # what is there counts as old, else all of it is looked through at once
        gc.freeze()
        gc.unfreeze()
        gc.set_threshold(*usual)


def fail(text: str) -> NoReturn:
    """Say one sentence on standard error and leave with exit code 2."""
    echo(text, err=True)
    sys.exit(FAULT)


class Commands(click.Group):
    """Commands that show on a terminal that they run, once it takes a while."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is asked for, and show that it runs to its end."""
        name, command, rest = super().resolve_command(ctx, args)
        parts = command.commands if isinstance(command, click.Group) else {}
        words = [name or "", *(word for word in rest[:1] if word in parts)]
        ctx.with_resource(shown(" ".join(words)))
        return name, command, rest


@click.group(cls=Commands, no_args_is_help=False)
@click.version_option(package_name="pagoda-gis")
def cli() -> None:
    """Grids, circles of command and the events in them."""


for _command in (
    demo,
    init,
    template,
    load,
    key,
    events,
    check,
    assign,
    publish,
    versions,
    withdraw,
    draft,
    crosswalk,
    replay,
    packs,
    loops,
    safety,
    codes,
    due,
    risk,
    risk_map,
    report,
    export,
    backup,
    migrate,
    audit,
    bench,
    serve,
):
    cli.add_command(_command)
