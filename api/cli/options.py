"""What the commands on a store share: the option, the settings, opening it."""

import datetime as dt
import math
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from gis.sentences import sentence, spoken
from gis.written_time import read_day

if TYPE_CHECKING:
    from api.settings import Settings
    from layers.stores import Store

Command = TypeVar("Command", bound=Callable[..., Any])

_BETWEEN_PAIRS: Final = re.compile(r",(?=\s*\w+(?:\.\w+)?\s*=)")
FILE = click.Path(path_type=Path)


class Day(click.ParamType[dt.datetime, Any]):
    """A day in one of the forms that every door reads, as its midnight."""

    name = "day"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> dt.datetime:
        """Read a day, or say what is wrong with it."""
        try:
            return dt.datetime.combine(read_day(value), dt.time())
        except ValueError as error:
            self.fail(
                spoken(sentence("{value!r} {error}", value=value, error=error)),
                param,
                ctx,
            )


DAY = Day()


def on_store(command: Command) -> Command:
    """Give a command the option --store."""
    return click.option(
        "--store",
        "url",
        help="Address of the store: PAGODA_STORE, else ./pagoda.gpkg, unless given.",
    )(command)


def with_key(command: Command) -> Command:
    """Give a command the option --key."""
    return click.option(
        "--key",
        type=FILE,
        help="File with the key of who does it, whose areas bind it; whoever may open "
        "the store unless given.",
    )(command)


def naming_columns(command: Command) -> Command:
    """Give a command the options --map and --sheet."""
    options = (
        click.option(
            "--map",
            "renames",
            metavar="OURS=THEIRS,...",
            multiple=True,
            callback=pairs,
            help="Head that a file has for a column; LAYER.OURS says of which file.",
        ),
        click.option(
            "--sheet",
            "sheets",
            metavar="NAME",
            multiple=True,
            help="Sheet of a workbook; LAYER=NAME says of which file.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def pairs(
    _: click.Context, __: click.Parameter, values: tuple[str, ...]
) -> tuple[tuple[str, str], ...]:
    """Return pairs joined by "=", several with commas between; a head may have some."""
    texts = [text for value in values for text in _BETWEEN_PAIRS.split(value)]
    pairs = [tuple(part.strip() for part in text.split("=", 1)) for text in texts]
    for text, pair in zip(texts, pairs, strict=True):
        if len(pair) < 2 or not all(pair):
            raise click.BadParameter(
                spoken(sentence("{text!r} is no pair such as place_id=编号", text=text))
            )
    return tuple((ours, theirs) for ours, theirs in pairs)


def metres(_: click.Context, __: click.Parameter, value: float | None) -> float | None:
    """Refuse a length that is not a number from 0 on; NaN passes every range."""
    if value is not None and not (math.isfinite(value) and value >= 0):
        raise click.BadParameter(
            spoken(
                sentence(
                    "{value!r} is not a finite number of metres, 0 or up", value=value
                )
            )
        )
    return value


def allowing_ballpark(command: Command) -> Command:
    """Give a command the option --allow-ballpark."""
    return click.option(
        "--allow-ballpark",
        "ballpark_m",
        type=float,
        metavar="METRES",
        callback=metres,
        help="Take a datum without parameters to WGS 84, with this error.",
    )(command)


def settings_of_commands() -> "Settings":
    """Return the settings of the environment, and use the packs that they name."""
    from api.settings import read_settings  # noqa: PLC0415  heavy
    from layers.packs.scenario_files import use_packs  # noqa: PLC0415  heavy

    settings = read_settings()
    use_packs(settings.packs)
    return settings


@contextmanager
def opened_store(url: str | None, settings: "Settings") -> Iterator["Store"]:
    """Open the store of a command.

    Parameters
    ----------
    url
        The option --store.
    settings
        Settings of the deployment.
    """
    from api.service.stores.connection import opened, store_url  # noqa: PLC0415  heavy

    with opened(store_url(url, settings)) as store:
        yield store
