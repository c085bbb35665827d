"""`pagoda check` and `pagoda bench`; heavy imports stand inside."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from api.cli.options import DAY, allowing_ballpark, naming_columns
from api.cli.speech import echo
from gis.sentences import sentence


@click.command()
@click.option(
    "--grids",
    type=click.Path(path_type=Path),
    required=True,
    help="File of grid polygons.",
)
@click.option("--id", "id_column", default="grid_id", help="Column with the grid ids.")
@click.option("--grids-datum", help="wgs84, cgcs2000, gcj02, bd09 or EPSG:n.")
@allowing_ballpark
@click.option("--circles", type=click.Path(path_type=Path), help="Command circles.")
@click.option("--posts", type=click.Path(path_type=Path), help="Posts of the circles.")
@click.option("--duties", type=click.Path(path_type=Path), help="Who holds them when.")
@click.option("--rotations", type=click.Path(path_type=Path), help="Duties in turns.")
@click.option("--from", "first_day", type=DAY, help="First day to check.")
@click.option("--to", "last_day", type=DAY, help="Last day to check.")
@click.option(
    "--join-parts", is_flag=True, help="Polygons of one id are parts of one grid."
)
@click.option("--repair", is_flag=True, help="Mend rings that are not valid.")
@click.option("--codes", is_flag=True, help="Check grid ids as 15-digit codes.")
@click.option(
    "--gap-width",
    "gap_width_m",
    type=float,
    default=10.0,
    show_default=True,
    help="Metres: strips between grids that open to the outside and are narrower.",
)
@click.option(
    "--outline",
    type=click.Path(path_type=Path),
    help="The town: what lies inside and in no grid is a gap.",
)
@naming_columns
@click.option("--json", "as_json", is_flag=True, help="Print the certificates as JSON.")
def check(as_json: bool, **options: Any) -> None:
    """Print what is found; exit 1 for a place or a minute that is nobody's."""
    from api.cli.text.check import check_lines  # noqa: PLC0415
    from api.service.check import CheckJob, check_files  # noqa: PLC0415
    from api.service.inputs.duties import DutyFiles  # noqa: PLC0415
    from api.service.inputs.namings import namings_of  # noqa: PLC0415
    from api.settings import read_settings  # noqa: PLC0415

    settings = read_settings()
    duties, rotations = options.pop("duties"), options.pop("rotations")
    days = {name: options.pop(name) for name in ("first_day", "last_day")}
    layers = ("grids", "circles", "posts", "duties", "rotations")
    namings = namings_of(options.pop("renames"), options.pop("sheets"), layers)
    job = CheckJob(
        **options,
        namings=namings,
        **{name: day and day.date() for name, day in days.items()},
        files=DutyFiles(duties, rotations, settings.timezone, namings),
        region_tier=settings.region_tier,
        warn_days=settings.roster_warn_days,
    )
    findings = check_files(job)
    echo(findings.notice, err=True)
    if as_json:
        for line in findings.days:
            echo(line, err=True)
        echo(json.dumps(findings.to_dict(), ensure_ascii=False, indent=2))
    else:
        echo(*check_lines(findings, settings.timezone))
    sys.exit(0 if findings.is_clean else 1)


@click.command()
@click.option(
    "--grids",
    type=click.Path(path_type=Path),
    required=True,
    help="File of grid polygons.",
)
@click.option("--id", "id_column", default="grid_id", help="Column with the grid ids.")
@click.option(
    "--points", type=click.Path(path_type=Path), required=True, help="File of points."
)
def bench(grids: Path, id_column: str, points: Path) -> None:
    """Measure the locators on your own grids and points."""
    from api.service.bench import bench_files  # noqa: PLC0415

    rows, notices = bench_files(grids, id_column, points)
    for line in notices:
        echo(line)
    echo(sentence("locator                 points/s  one call, us  differ"))
    for row in rows:
        echo(
            f"{row.name:<18}{row.points_per_s:>14,.0f}"
            f"{row.single_us:>14.2f}{row.differences:>8,}"
        )
