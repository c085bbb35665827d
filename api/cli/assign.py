"""`pagoda assign`; heavy imports stand inside."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from api.cli.options import allowing_ballpark, metres, naming_columns
from api.cli.output import output_file, status_counts
from api.cli.process import spare_memory
from api.cli.progress import progress
from api.cli.speech import echo
from gis.counts import count_text
from gis.errors import SettingError
from gis.sentences import joined, sentence

if TYPE_CHECKING:
    from api.service.assignment.files import AssignReport

LAYERS = ("events", "grids", "circles", "posts", "duties", "rotations", "neighbours")
"""Files of the command, the one that it is about first."""


@click.command()
@click.option(
    "--grids",
    type=click.Path(path_type=Path),
    required=True,
    help="File of grid polygons.",
)
@click.option("--id", "id_column", default="grid_id", help="Column with the grid ids.")
@click.option(
    "--events", type=click.Path(path_type=Path), required=True, help="File of events."
)
@click.option("--lon", "lon_column", help="Column with longitude or x.")
@click.option("--lat", "lat_column", help="Column with latitude or y.")
@click.option("--datum", help="wgs84, cgcs2000, gcj02, bd09 or EPSG:n of the events.")
@click.option("--grids-datum", help="The same for the grids.")
@click.option("--repair", is_flag=True, help="Mend rings of grids that are not valid.")
@click.option(
    "--anchors",
    type=click.Path(path_type=Path),
    help="Known places, to judge the datum of the events by.",
)
@click.option("--anchors-datum", help="The same for the anchors.")
@click.option(
    "--neighbours",
    type=click.Path(path_type=Path),
    help="Areas around the town, to name whose ground an event outside is.",
)
@click.option("--neighbours-datum", help="The same for the neighbours.")
@click.option("--circles", type=click.Path(path_type=Path), help="Command circles.")
@click.option("--posts", type=click.Path(path_type=Path), help="Posts of the circles.")
@click.option("--duties", type=click.Path(path_type=Path), help="Who holds them when.")
@click.option("--rotations", type=click.Path(path_type=Path), help="Duties in turns.")
@click.option("--at-column", help="Column with the time of each event.")
@click.option("--accuracy", "accuracy_column", help="Column with radii in metres.")
@click.option(
    "--confidence",
    type=click.Choice(["0.68", "0.95"]),
    default="0.68",
    help="Probability that a position lies within its radius.",
)
@click.option(
    "--candidates-m",
    type=float,
    default=0.0,
    callback=metres,
    help="Name all grids within this many metres.",
)
@click.option(
    "--snap-m",
    type=float,
    default=0.0,
    callback=metres,
    help="Take a position outside to a grid this near.",
)
@allowing_ballpark
@naming_columns
@click.option(
    "--day-order",
    type=click.Choice(["mdy", "dmy"]),
    help="Order of day and month in times such as 09/17/2015.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help=".csv, .xlsx, .parquet, .arrows, .geojson, .geojsonl",
)
@click.option(
    "--engine",
    type=click.Choice(["process", "spark"]),
    default="process",
    help="Spark reads and writes folders of Parquet.",
)
@click.option(
    "--master",
    help="Where Spark runs: local[*,4] unless given, all cores, four tries of a task.",
)
def assign(out: Path | None, **options: Any) -> None:
    """Assign every event of a file to its grid, circles and post."""
    spare_memory()
    from api.service.assignment.files import STAGES, AssignJob, assign_file  # noqa: PLC0415
    from api.service.inputs.namings import namings_of  # noqa: PLC0415
    from api.settings import read_settings  # noqa: PLC0415

    settings = read_settings()
    options["namings"] = namings_of(
        options.pop("renames"), options.pop("sheets"), LAYERS
    )
    options |= {
        "confidence": float(options["confidence"]),
        "timezone": settings.timezone,
        "region_tier": settings.region_tier,
        "datum_error_m": settings.datum_error_m,
        "indexes": settings.index_folder,
    }
    engine, master = options.pop("engine"), options.pop("master")
    if engine == "spark":
        report = spark_report(out, master or "local[*,4]", options)
    elif master is not None:
        raise SettingError(
            "--master is about Spark and --engine spark is not given; give it, or "
            "leave --master away."
        )
    else:
        with output_file(out) as target, progress(STAGES) as tell:
            report = assign_file(AssignJob(out=target, **options), tell)
    for line in summary_lines(report):
        echo(line, err=True)


def spark_report(
    out: Path | None, master: str, options: dict[str, Any]
) -> "AssignReport":
    """Assign on Spark, and return what was done."""
    from api.service.assignment.files import AssignJob  # noqa: PLC0415
    from api.service.assignment.spark import STAGES, assign_on_spark  # noqa: PLC0415

    if out is None:
        raise SettingError(
            "--engine spark writes a folder, and none is named; name it by --out."
        )
    with progress(STAGES) as tell:
        return assign_on_spark(AssignJob(out=out, **options), master, tell)


def summary_lines(report: "AssignReport") -> list[str]:
    """Return what `pagoda assign` says on standard error."""
    statuses = status_counts(report.statuses)
    lines = [
        *report.notices,
        sentence(
            "{events} on {grids}: {statuses}.",
            events=count_text(report.rows, "event"),
            grids=count_text(report.grids, "grid"),
            statuses=statuses or sentence("none"),
        ),
    ]
    if report.reasons:
        reasons = joined(
            ", ",
            (
                sentence("{count:,} {reason}", count=count, reason=reason)
                for reason, count in report.reasons.items()
            ),
        )
        lines.append(sentence("Reasons: {reasons}.", reasons=reasons))
    assigning = max(report.seconds["assigning"], 1e-9)
    stages = joined(
        ", ",
        (
            sentence("{stage} {seconds:.2f} s", stage=stage, seconds=seconds)
            for stage, seconds in report.seconds.items()
        ),
    )
    lines += [
        sentence("Assigned {rows:,.0f} points/s.", rows=report.rows / assigning),
        sentence(
            "Time: {stages}{peak_memory}.", stages=stages, peak_memory=peak_memory()
        ),
    ]
    return lines


def peak_memory() -> str:
    """Return the most memory this process has held, where the system tells."""
    try:
        import resource  # noqa: PLC0415  not on Windows
    except ImportError:
        return ""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Linux counts KiB, macOS bytes
    mebibytes = most / 2**20 if sys.platform == "darwin" else most / 2**10
    return sentence("; peak memory {mebibytes:,.0f} MiB", mebibytes=mebibytes)
