"""The options by which `pagoda map` draws files; heavy imports stand inside."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from api.cli.options import (
    FILE,
    Command,
    allowing_ballpark,
    naming_columns,
    settings_of_commands,
)
from api.cli.progress import progress
from api.cli.speech import echo, say
from gis.errors import SettingError
from gis.sentences import sentence, spoken
from layers.languages import user_language

if TYPE_CHECKING:
    from layers.maps import BaseMap

SCHEMES: Final = ("quantiles", "equal", "jenks")
OF_EVENTS: Final = ("lon_column", "lat_column", "datum")
OF_FILES: Final = (
    *("id_column", "grids_datum", "repair", "ballpark_m", "circles"),
    *("events", *OF_EVENTS, "value", "per", "breaks", "title"),
    *("renames", "sheets"),
)
OF_A_STORE: Final = {"url": "--store", "day": "--on", "known_at": "--known-at"}
FLAGS: Final = {
    "id_column": "--id",
    "lon_column": "--lon",
    "lat_column": "--lat",
    "ballpark_m": "--allow-ballpark",
    "renames": "--map",
    "sheets": "--sheet",
}
"""Options whose word is not that of their value."""


class Breaks(click.ParamType[str | tuple[float, ...], Any]):
    """How limits are found, or the limits themselves."""

    name = "breaks"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> str | tuple[float, ...]:
        """Read a scheme or numbers, or say what was expected."""
        text = str(value).strip().replace("，", ",")
        if text in SCHEMES:
            return text
        try:
            return tuple(float(part) for part in text.split(","))
        except ValueError:
            self.fail(
                spoken(
                    sentence(
                        "{value!r} is neither {schemes} nor ascending numbers such as "
                        "10,20,50,100",
                        value=value,
                        schemes=", ".join(SCHEMES),
                    )
                ),
                param,
                ctx,
            )


def on_files(command: Command) -> Command:
    """Give a command the options of a map that is drawn from files."""
    options = (
        click.option(
            "--grids", type=FILE, help="Draw this file of grids, without a store."
        ),
        click.option("--id", "id_column", help="Column with the grid ids."),
        click.option("--events", type=FILE, help="Count the events of this file."),
        click.option("--lon", "lon_column", help="Column with longitude or x."),
        click.option("--lat", "lat_column", help="Column with latitude or y."),
        click.option("--datum", help="Of the events, as `pagoda assign` takes it."),
        click.option("--grids-datum", help="The same for the grids."),
        click.option("--repair", is_flag=True, help="Mend rings that are not valid."),
        allowing_ballpark,
        click.option("--circles", type=FILE, help="Draw the circles of this file too."),
        click.option("--value", help="Draw this column of the grids, not events."),
        click.option(
            "--per", help="A rate: by km2, or by this column, such as residents."
        ),
        click.option(
            "--breaks",
            type=Breaks(),
            help="quantiles (unless given), equal, jenks (the extra `breaks`), or up "
            "to four upper limits: 10,20,50,100.",
        ),
        click.option("--title", help="Head line; what is drawn unless given."),
        naming_columns,
    )
    for option in reversed(options):
        command = option(command)
    return command


def draw_files(
    grids: Path, out: Path, base_map: "BaseMap | None", options: Mapping[str, Any]
) -> None:
    """Draw the map of a file of grids.

    Parameters
    ----------
    grids
        The file.
    out
        The page.
    base_map
        Pictures under the areas.
    options
        Of `on_files`, by the names of their parameters.
    """
    from api.cli.text.exploration import exploration_lines  # noqa: PLC0415
    from api.service.inputs.events import EventFile  # noqa: PLC0415
    from api.service.inputs.namings import naming_for, namings_of  # noqa: PLC0415
    from api.service.inputs.territory import TerritoryFiles  # noqa: PLC0415
    from api.service.rating.exploration import (  # noqa: PLC0415
        STAGES,
        ExploreJob,
        explore_files,
    )
    from layers.rating.measures import Measure  # noqa: PLC0415

    refuse_options(options)
    ballpark_m = options["ballpark_m"]
    layers = ("grids", "circles", "events")
    namings = namings_of(options["renames"], options["sheets"], layers)
    events = None
    if options["events"] is not None:
        lon_column, lat_column, datum = (options[name] for name in OF_EVENTS)
        sheet = naming_for(namings, "events").sheet
        how = lon_column, lat_column, datum, ballpark_m, sheet
        events = EventFile(options["events"], *how)
    job = ExploreJob(
        territory=TerritoryFiles(
            grids,
            options["id_column"],
            options["grids_datum"],
            options["repair"],
            ballpark_m,
            options["circles"],
            namings=namings,
        ),
        events=events,
        measure=Measure(
            options["value"], options["per"], options["breaks"] or "quantiles"
        ),
        out=out,
        title=options["title"] or "",
        base_map=base_map,
        indexes=settings_of_commands().index_folder,
    )
    with progress(STAGES) as tell:
        report = explore_files(job, tell)
    say(report.notices)
    echo(*exploration_lines(report.exploration, user_language()))


def refuse_options(options: Mapping[str, Any]) -> None:
    """Refuse options of a map of files that do not go together.

    Parameters
    ----------
    options
        As `draw_files` takes them, with those of a store.

    Raises
    ------
    SettingError
        Names the options, and what to leave away or give.
    """
    stray = [flag for name, flag in OF_A_STORE.items() if options.get(name)]
    if stray:
        raise SettingError(
            "{flag} is about a store and --grids draws files; leave one of the two "
            "away.",
            flag=stray[0],
        )
    if not options["id_column"]:
        raise SettingError(
            "--grids is given without --id; name the column with the ids of the grids."
        )
    if (options["events"] is None) == (options["value"] is None):
        if options["events"] is None:
            raise SettingError(
                "--grids is given without --events and --value; give --events FILE to "
                "count them, or --value COLUMN to draw a column of the grids."
            )
        raise SettingError(
            "--events counts events and --value draws a column of the grids; leave one "
            "of the two away."
        )
    alone = [flag_of(n) for n in (*OF_EVENTS, "circles") if options[n]]
    if options["value"] is not None and alone:
        raise SettingError(
            "{flag} is about events and --value draws a column of the grids; leave "
            "one of the two away.",
            flag=alone[0],
        )


def refuse_without_grids(options: Mapping[str, Any]) -> None:
    """Refuse options of files where a store is drawn.

    Parameters
    ----------
    options
        Of `on_files`.

    Raises
    ------
    SettingError
        Names the first.
    """
    stray = [flag_of(name) for name in OF_FILES if options[name]]
    if stray:
        raise SettingError(
            "{flag} is about files and no --grids is given; give --grids FILE, or "
            "leave {flag} away to draw the store.",
            flag=stray[0],
        )


def flag_of(name: str) -> str:
    """Return an option as it is typed, by the name of its parameter.

    Examples
    --------
    >>> flag_of("lon_column"), flag_of("grids_datum")
    ('--lon', '--grids-datum')
    """
    return FLAGS.get(name, f"--{name.replace('_', '-')}")
