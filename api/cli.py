"""The `pagoda` command; heavy imports stand inside the commands."""

import json
import math
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from api import risk_cli, store_cli
from gis.errors import GovernanceError, SettingError

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

    from api.service.assign_files import AssignReport

FAULT = 2


def main() -> None:
    """Run the command; every expected fault is one sentence and exit code 2."""
    try:
        cli.main(standalone_mode=False)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.Abort:
        fail("Stopped before the end; nothing half-written was left.")
    except click.ClickException as error:
        # what follows the first sentence is a guess at what was meant
        sentence = error.format_message().partition(". (")[0].rstrip(".")
        fail(f"{sentence}; see `pagoda --help`.")
    except GovernanceError as error:
        fail(str(error))
    except OSError as error:
        # what waits to be printed would fail once more when Python ends
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        fail(f"The answer cannot be printed ({error.strerror}); write it to a file.")


def fail(sentence: str) -> NoReturn:
    """Say one sentence on standard error and leave with exit code 2."""
    click.echo(sentence, err=True)
    sys.exit(FAULT)


def metres(_: click.Context, __: click.Parameter, value: float) -> float:
    """Refuse a radius that is not a number from 0 on; NaN passes every range."""
    if not (math.isfinite(value) and value >= 0):
        raise click.BadParameter(f"{value!r} is not a finite number of metres, 0 or up")
    return value


@click.group(no_args_is_help=False)
@click.version_option(package_name="pagoda")
def cli() -> None:
    """Grids, circles of command and the events in them."""


@cli.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("out"),
    show_default=True,
    help="Folder for the answers and the map.",
)
def demo(out: Path) -> None:
    """Make S town, assign its month of events and draw the map."""
    from api.service.demo import STAGES, run_demo  # noqa: PLC0415

    with progress(STAGES) as tell:
        summary = run_demo(out, tell)
    click.echo(summary)


@cli.command()
@click.option(
    "--grids",
    type=click.Path(path_type=Path),
    required=True,
    help="File of grid polygons.",
)
@click.option("--id", "id_column", required=True, help="Column with the grid ids.")
@click.option(
    "--events", type=click.Path(path_type=Path), required=True, help="File of events."
)
@click.option("--lon", "lon_column", help="Column with longitude or x.")
@click.option("--lat", "lat_column", help="Column with latitude or y.")
@click.option("--datum", help="wgs84, cgcs2000, gcj02, bd09 or EPSG:n of the events.")
@click.option("--grids-datum", help="The same for the grids.")
@click.option(
    "--anchors",
    type=click.Path(path_type=Path),
    help="Known places, to judge the datum of the events by.",
)
@click.option("--anchors-datum", help="The same for the anchors.")
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
@click.option("--out", type=click.Path(path_type=Path), help=".csv, .parquet, .geojson")
def assign(out: Path | None, **options: object) -> None:
    """Assign every event of a file to its grid, circles and post."""
    from api.service.assign_files import (  # noqa: PLC0415
        STAGES,
        AssignJob,
        assign_file,
    )
    from api.settings import read_settings  # noqa: PLC0415

    settings = read_settings()
    options |= {
        "confidence": float(str(options["confidence"])),
        "timezone": settings.timezone,
        "region_tier": settings.region_tier,
        "datum_error_m": settings.datum_error_m,
    }
    with output_file(out) as target, progress(STAGES) as tell:
        job = AssignJob(out=target, **options)  # type: ignore[arg-type]  # as declared
        report = assign_file(job, tell)
    for line in summary_lines(report):
        click.echo(line, err=True)


@cli.command()
@click.option(
    "--grids",
    type=click.Path(path_type=Path),
    required=True,
    help="File of grid polygons.",
)
@click.option("--id", "id_column", required=True, help="Column with the grid ids.")
@click.option("--grids-datum", help="wgs84, cgcs2000, gcj02, bd09 or EPSG:n.")
@click.option("--circles", type=click.Path(path_type=Path), help="Command circles.")
@click.option("--posts", type=click.Path(path_type=Path), help="Posts of the circles.")
@click.option("--duties", type=click.Path(path_type=Path), help="Who holds them when.")
@click.option("--rotations", type=click.Path(path_type=Path), help="Duties in turns.")
@click.option(
    "--from", "first_day", type=click.DateTime(["%Y-%m-%d"]), help="First day to check."
)
@click.option(
    "--to", "last_day", type=click.DateTime(["%Y-%m-%d"]), help="Last day to check."
)
@click.option("--codes", is_flag=True, help="Check grid ids as 15-digit codes.")
@click.option("--json", "as_json", is_flag=True, help="Print the certificates as JSON.")
def check(as_json: bool, **options: Any) -> None:
    """Print what is found; exit 1 for a place or a minute that is nobody's."""
    from api.service.check_files import CheckJob, check_files  # noqa: PLC0415
    from api.service.duty_files import DutyFiles  # noqa: PLC0415
    from api.settings import read_settings  # noqa: PLC0415

    settings = read_settings()
    duties, rotations = options.pop("duties"), options.pop("rotations")
    days = {name: options.pop(name) for name in ("first_day", "last_day")}
    job = CheckJob(
        **options,
        **{name: day and day.date() for name, day in days.items()},
        files=DutyFiles(duties, rotations, settings.timezone),
        region_tier=settings.region_tier,
        warn_days=settings.roster_warn_days,
    )
    found = check_files(job)
    click.echo(found.notice, err=True)
    if as_json:
        click.echo(json.dumps(found.to_dict(), ensure_ascii=False, indent=2))
    else:
        click.echo(found.to_text(settings.timezone))
    sys.exit(0 if found.is_clean else 1)


@cli.command()
@click.option(
    "--grids",
    type=click.Path(path_type=Path),
    required=True,
    help="File of grid polygons.",
)
@click.option("--id", "id_column", required=True, help="Column with the grid ids.")
@click.option(
    "--points", type=click.Path(path_type=Path), required=True, help="File of points."
)
def bench(grids: Path, id_column: str, points: Path) -> None:
    """Measure the locators on your own grids and points."""
    from api.service.bench_files import bench_files  # noqa: PLC0415

    rows, notices = bench_files(grids, id_column, points)
    for line in notices:
        click.echo(line)
    click.echo(f"{'locator':<18}{'points/s':>14}{'one call, us':>14}{'differ':>8}")
    for row in rows:
        click.echo(
            f"{row.name:<18}{row.points_per_s:>14,.0f}"
            f"{row.single_us:>14.2f}{row.differences:>8,}"
        )


@cli.command()
@click.option("--host", help="Address to listen on; 127.0.0.1 unless set.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port; 8000 unless set.")
@click.option(
    "--store",
    help="Address of the store: PAGODA_STORE, else ./pagoda.gpkg where it is, else "
    "S town in memory.",
)
def serve(host: str | None, port: int | None, store: str | None) -> None:
    """Serve a store: POST /assign, GET /risk/map, /versions, /model and more."""
    import uvicorn  # noqa: PLC0415

    from api.app import create_app  # noqa: PLC0415
    from api.settings import (  # noqa: PLC0415
        DEFAULT_STORE,
        read_settings,
        require_loopback,
    )

    given = {"host": host, "port": port, "store": store}
    settings = read_settings(**{k: v for k, v in given.items() if v is not None})
    require_loopback(settings.host)
    if settings.store is None and Path(DEFAULT_STORE).exists():
        settings = settings.model_copy(update={"store": DEFAULT_STORE})
    served = settings.store or "S town (synthetic) in memory"
    # Ctrl-C is the usual end of a service
    with listen(settings.host, settings.port) as sock, suppress(KeyboardInterrupt):
        click.echo(
            f"Serving {served}. Listening on {settings.host}, port "
            f"{sock.getsockname()[1]}; Ctrl-C ends it.",
            err=True,
        )
        uvicorn.Server(uvicorn.Config(create_app(settings))).run(sockets=[sock])


def listen(host: str, port: int) -> socket.socket:
    """Open the port, or say why it cannot be."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        raise SettingError(
            f"Port {port} of {host!r} cannot be opened ({reason}); "
            "choose another with --port."
        ) from error


@contextmanager
def progress(stages: Sequence[str]) -> Iterator[Callable[[str], None]]:
    """Show a bar over the stages on standard error; yields what to call at each."""
    if not sys.stderr.isatty():
        yield lambda stage: None
        return
    current: list[str] = []
    shown: ProgressBar[int] = click.progressbar(
        length=len(stages),
        file=sys.stderr,
        item_show_func=lambda _: current[-1] if current else "",
    )
    with shown as bar:

        def tell(stage: str) -> None:
            # a stage that begins ends the one before
            bar.update(len(current) and 1)
            current.append(stage)
            bar.render_progress()

        yield tell
        current.append("done")
        bar.update(1)


@contextmanager
def output_file(out: Path | None) -> Iterator[Path]:
    """Yield the file to write; without one, a CSV that goes to standard output."""
    if out is not None:
        yield out
        return
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "answers.csv"
        yield target
        with target.open("rb") as written:
            shutil.copyfileobj(written, sys.stdout.buffer)
        sys.stdout.flush()


def summary_lines(report: "AssignReport") -> list[str]:
    """Return what `pagoda assign` says on standard error."""
    statuses = ", ".join(f"{n:,} {status}" for status, n in report.statuses.items())
    lines = [
        *report.notices,
        f"{report.rows:,} events on {report.grids:,} grids: {statuses or 'none'}.",
    ]
    if report.reasons:
        reasons = ", ".join(f"{n:,} {reason}" for reason, n in report.reasons.items())
        lines.append(f"Reasons: {reasons}.")
    assigning = max(report.seconds["assigning"], 1e-9)
    stages = ", ".join(f"{stage} {s:.2f} s" for stage, s in report.seconds.items())
    lines += [
        f"Assigned {report.rows / assigning:,.0f} points/s.",
        f"Time: {stages}{peak_memory()}.",
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
    return f"; peak memory {mebibytes:,.0f} MiB"


for _command in (*store_cli.COMMANDS, *risk_cli.COMMANDS):
    cli.add_command(_command)
