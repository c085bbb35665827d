"""The commands of `pagoda` on codes and colours; heavy imports stand inside."""

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from api.cli.options import FILE, Command, on_store, opened_store, settings_of_commands
from gis.errors import SettingError

if TYPE_CHECKING:
    from api.settings import Settings
    from layers.rating.day import RiskDay
    from layers.rating.facts import Cutoff
    from layers.stores import Store

DAY = click.DateTime(["%Y-%m-%d"])


def on_day(command: Command) -> Command:
    """Give a command the options of a cut-off."""
    options = (
        click.option(
            "--on", "day", type=DAY, help="The day, its end; today if not given."
        ),
        click.option("--known-at", help="Only what was recorded until this time."),
    )
    for option in reversed(options):
        command = option(command)
    return on_store(command)


@click.group(invoke_without_command=True)
@click.option("--out", type=FILE, help="Write every code as CSV.")
@on_day
@click.pass_context
def safety(context: click.Context, /, out: Path | None, **options: Any) -> None:
    """Recompute the safety codes of all places; `why PLACE` explains one."""
    if context.invoked_subcommand is not None:
        context.obj = options
        return
    from api.cli.text.rating import safety_lines  # noqa: PLC0415
    from api.service.rating.files import write_codes  # noqa: PLC0415

    rating = _rate(**options)
    _print(safety_lines(rating))
    if out is not None:
        write_codes(rating, out)
        click.echo(f"Wrote {out}.")


@safety.command()
@click.argument("place")
@on_day
@click.pass_obj
def why(group_options: dict[str, Any], /, place: str, **options: Any) -> None:
    """Print why PLACE has its code: findings, rule, history, next check."""
    from api.cli.text.rating import why_lines  # noqa: PLC0415
    from api.service.rating.places import explain_place  # noqa: PLC0415

    # an option counts wherever it stands
    rating = _rate(**{k: options[k] or group_options[k] for k in options})
    explanation = explain_place(rating, place)
    if explanation is None:
        raise SettingError(
            f"The store has no coded place {place!r} on {rating.day.isoformat()}; take "
            "an id from `pagoda safety --out FILE`."
        )
    _print(why_lines(explanation))


@click.command()
@click.option("--grid", help="Only the checks of this grid, one a line.")
@on_day
def due(grid: str | None, **options: Any) -> None:
    """Print who must check what."""
    from api.cli.text.rating import due_lines  # noqa: PLC0415

    rating = _rate(**options)
    if grid is not None and grid not in set(rating.grids["grid_id"]):
        raise SettingError(
            f"Version {rating.version.version} has no grid {grid!r}; `pagoda risk` "
            "names some, GET /model all."
        )
    _print(due_lines(rating, grid))


@click.command()
@click.option("--out", type=FILE, help="Write every area as .csv, .json or .geojson.")
@on_day
def risk(out: Path | None, **options: Any) -> None:
    """Print the five colours of grids, circles and communities."""
    from api.cli.text.rating import risk_lines  # noqa: PLC0415
    from api.service.rating.files import write_areas  # noqa: PLC0415

    rating = _rate(**options)
    _print(risk_lines(rating))
    if out is not None:
        write_areas(rating, out)
        click.echo(f"Wrote {out}.")


@click.command("map")
@click.option("--out", type=FILE, required=True, help="The page, FILE.html.")
@click.option("--tiles", help="Folder of tiles beside the page, FOLDER/z/x/y.png.")
@click.option("--tiles-by", default="", help="Whose tiles they are, printed on it.")
@on_day
def risk_map(out: Path, tiles: str | None, tiles_by: str, **options: Any) -> None:
    """Draw the five-colour map: one page that opens with no network."""
    from layers.maps import local_tiles, save_page, tianditu  # noqa: PLC0415
    from layers.rating.map import draw_risk_day  # noqa: PLC0415

    rating = _rate(**options)
    key = settings_of_commands().tianditu_key
    base_map = local_tiles(tiles, tiles_by) if tiles else key and tianditu(key)
    save_page(draw_risk_day(rating, base_map or None), out)
    click.echo(f"Wrote {out}, {out.stat().st_size / 1e6:.2f} MB, one file, no network.")


@click.command()
@click.argument("kind", type=click.Choice(["daily", "monthly"]))
@click.option("--out", type=FILE, required=True, help="The folder of the report.")
@on_day
def report(kind: Any, out: Path, **options: Any) -> None:
    """Write figures, HTML, PDF, ledgers: of a day, or of the month it ends."""
    from api.service.rating.reports import as_of, write_report  # noqa: PLC0415

    url, settings = options.pop("url"), settings_of_commands()
    with opened_store(url, settings) as store:
        cutoff = _cutoff(store, settings, **options)
        _print(write_report(store, as_of(cutoff, store.now()), kind, out))


def _rate(url: str | None, **options: Any) -> "RiskDay":
    """Rate the day of a command."""
    from layers.rating.day import read_risk_day  # noqa: PLC0415

    settings = settings_of_commands()
    with opened_store(url, settings) as store:
        return read_risk_day(store, _cutoff(store, settings, **options))


def _cutoff(
    store: "Store", settings: "Settings", day: dt.datetime | None, known_at: str | None
) -> "Cutoff":
    """Return the cut-off that the options of a command name; without a day today."""
    from api.service.rating.days import RiskDesk  # noqa: PLC0415
    from api.service.stores.connection import read_instant, terms_of  # noqa: PLC0415

    at = None
    if known_at is not None:
        at = read_instant(known_at, "--known-at", settings.timezone, store.now)
    desk = RiskDesk(store, settings.timezone, terms_of(settings))
    return desk.cutoff(day.date() if day else None, at)


def _print(lines: Any) -> None:
    for line in lines:
        click.echo(line)
