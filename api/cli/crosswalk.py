"""`pagoda crosswalk` and `pagoda draft merge`; heavy imports stand inside."""

from pathlib import Path
from typing import Any

import click

from api.cli.drafts import draft
from api.cli.options import FILE, metres, on_store, opened_store, settings_of_commands
from api.cli.output import name_faulty_rows
from api.cli.speech import echo, say
from gis.sentences import sentence


@click.command()
@click.argument("source")
@click.argument("target")
@click.option("--out", type=FILE, required=True, help=".gpkg, .geojson, .csv or .xlsx")
@click.option("--at", help="Grids in force at this day or time; now unless given.")
@click.option(
    "--by",
    type=click.Choice(["area", "residents", "places", "events"]),
    default="area",
    show_default=True,
    help="What grids are weighed by.",
)
@click.option(
    "--residents", type=FILE, help="Points with a column residents, for --by residents."
)
@click.option("--datum", help="wgs84, cgcs2000, gcj02, bd09 or EPSG:n of these points.")
@click.option(
    "--noise-m",
    type=float,
    default=1.0,
    show_default=True,
    help="Pieces of a smaller mean width are ignored.",
)
@on_store
def crosswalk(out: Path, at: str | None, url: str | None, **options: Any) -> None:
    """Lay the grids of system SOURCE over those of TARGET, piece by piece."""
    from api.cli.text.crosswalk import crosswalk_lines  # noqa: PLC0415
    from api.service.stores.connection import read_instant  # noqa: PLC0415
    from api.service.versions.crosswalk import CrosswalkJob, cross_systems  # noqa: PLC0415
    from layers.files.crosswalk import write_crosswalk  # noqa: PLC0415

    settings = settings_of_commands()
    with opened_store(url, settings) as store, name_faulty_rows():
        valid_at = read_instant(at, "--at", settings.timezone, store.now)
        job = CrosswalkJob(valid_at=valid_at, **options)
        walk, weights, notices = cross_systems(store, job)
        write_crosswalk(out, walk, weights)
    say(
        [
            *notices,
            *crosswalk_lines(job, walk, weights),
            sentence("Wrote {out}.", out=out),
        ]
    )


@draft.command("merge")
@click.argument("source")
@click.argument("target")
@click.option("--into", "count", type=int, metavar="COUNT", help="So many new grids.")
@click.option(
    "--groups",
    type=FILE,
    help="Pairs of each new grid: source_id, target_id, grid_id.",
)
@click.option("--posts", type=FILE, help="Posts of both systems, to be seated.")
@click.option("--at", help="Grids in force at this day or time; now unless given.")
@click.option(
    "--noise-m",
    type=float,
    default=1.0,
    show_default=True,
    callback=metres,
    help="Ground of a smaller mean width goes with a neighbour.",
)
@click.option("--out", type=FILE, required=True, help="A new folder for the draft.")
@on_store
def merge(out: Path, at: str | None, url: str | None, **options: Any) -> None:
    """Merge systems SOURCE and TARGET into a draft of one, with lineage and seats."""
    from api.cli.text.crosswalk import merger_lines  # noqa: PLC0415
    from api.service.stores.connection import read_instant  # noqa: PLC0415
    from api.service.versions.mergers import (  # noqa: PLC0415
        MergerJob,
        merge_in_store,
        write_merged,
    )

    settings = settings_of_commands()
    with opened_store(url, settings) as store, name_faulty_rows():
        valid_at = read_instant(at, "--at", settings.timezone, store.now)
        job = MergerJob(valid_at=valid_at, **options)
        merged = merge_in_store(store, job)
        write_merged(out, merged)
    echo(*merger_lines(job, merged))
    say([sentence("Wrote {out}.", out=out)])
