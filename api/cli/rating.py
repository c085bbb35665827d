"""The commands of `pagoda` on codes and colours; heavy imports stand inside."""

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from api.cli.exploration import (
    OF_A_STORE,
    draw_files,
    on_files,
    refuse_without_grids,
)
from api.cli.options import (
    DAY,
    FILE,
    Command,
    on_store,
    opened_store,
    settings_of_commands,
)
from api.cli.progress import progress, tell
from api.cli.speech import echo
from gis.counts import count_text
from gis.errors import SettingError
from gis.sentences import sentence

if TYPE_CHECKING:
    from api.service.rating.propose import Adoption
    from api.settings import Settings
    from layers.rating.day import RiskDay
    from layers.rating.facts import Cutoff
    from layers.stores import Store


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
@click.option("--out", type=FILE, help="Write every code as .csv or .xlsx.")
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
        echo(sentence("Wrote {out}.", out=out))


@safety.command()
@click.argument("place")
@on_day
@click.pass_obj
def why(group_options: dict[str, Any], /, place: str, **options: Any) -> None:
    """Print why PLACE has its code: findings, rule, history, next check."""
    from api.cli.text.rating import why_lines  # noqa: PLC0415
    from layers.rating.facts import read_place  # noqa: PLC0415
    from layers.rating.places import explain_place  # noqa: PLC0415

    # an option counts wherever it stands
    options = {k: options[k] or group_options[k] for k in options}
    url, settings = options.pop("url"), settings_of_commands()
    with opened_store(url, settings) as store:
        cutoff = _cutoff(store, settings, **options)
        explanation = explain_place(read_place(store, cutoff, place), place)
    if explanation is None:
        raise SettingError(
            "The store has no coded place {spot!r} on {day}; take an id from `pagoda "
            "safety --out FILE`.",
            spot=place,
            day=cutoff.day.isoformat(),
        )
    _print(why_lines(explanation))


@click.command()
@click.option("--grid", help="Only the checks of this grid, one a line.")
@on_day
def due(grid: str | None, **options: Any) -> None:
    """Print who must check what."""
    from api.cli.text.rating import due_lines  # noqa: PLC0415

    rating = _rate(**options)
    if grid is not None and not rating.has_grid(grid):
        raise SettingError(
            "Version {version} has no grid {grid!r}; `pagoda risk` names some, GET "
            "/model all.",
            version=rating.version.version,
            grid=grid,
        )
    _print(due_lines(rating, grid))


@click.group(invoke_without_command=True)
@click.option(
    "--out", type=FILE, help="Write every area as .csv, .xlsx, .json, .geojson."
)
@on_day
@click.pass_context
def risk(context: click.Context, /, out: Path | None, **options: Any) -> None:
    """Print the five colours of all areas; `propose` finds breaks of the town's own."""
    if context.invoked_subcommand is not None:
        context.obj = options
        return
    from api.cli.text.rating import risk_lines  # noqa: PLC0415
    from api.service.rating.files import write_areas  # noqa: PLC0415

    rating = _rate(**options)
    _print(risk_lines(rating))
    if out is not None:
        write_areas(rating, out)
        echo(sentence("Wrote {out}.", out=out))


@risk.command()
@click.option(
    "--scheme",
    type=click.Choice(["quantiles", "jenks"]),
    default="quantiles",
    help="How breaks are found; jenks needs the extra `breaks`.",
)
@click.option(
    "--denominator",
    type=click.Choice(["km2", "residents", "registered", "places"]),
    help="What hazards are counted against; that of the method unless given.",
)
@click.option("--store-as", "version", help="Store it as this version of the method.")
@click.option("--owner", help="Body that answers for it, once it is stored.")
@click.option("--valid-from", help="Areas are rated by it since this day, if stored.")
@on_day
@click.pass_obj
def propose(group_options: dict[str, Any], /, **options: Any) -> None:
    """Propose r0, k and breaks by a town's own month, its first unless --on."""
    from api.cli.text.rating import proposal_lines, stored_line  # noqa: PLC0415
    from api.service.rating.propose import adopt, first_month  # noqa: PLC0415
    from layers.rating.proposal import propose_method  # noqa: PLC0415

    own = {name: options.pop(name) for name in ("version", "owner", "valid_from")}
    by = options.pop("scheme"), options.pop("denominator")
    nearer = {name: value for name, value in options.items() if value is not None}
    options, settings = {**group_options, **nearer}, settings_of_commands()
    with opened_store(options.pop("url"), settings) as store:
        adoption = _adoption(store, settings.timezone, **own)
        cutoff = _cutoff(store, settings, **options)
        if options["day"] is None:
            cutoff = first_month(store, cutoff)
        proposal = propose_method(store, cutoff, *by)
        _print(proposal_lines(proposal))
        if adoption is not None:
            adopt(store, proposal.body, adoption)
        echo(stored_line(adoption))


@risk.command()
@click.option("--days", type=click.IntRange(1, 366), default=30, help="Days ahead.")
@click.option(
    "--checks-a-day",
    type=click.IntRange(1, 100),
    default=4,
    help="Checks that one post does on a working day.",
)
@on_day
@click.pass_obj
def plan(
    group_options: dict[str, Any], /, days: int, checks_a_day: int, **options: Any
) -> None:
    """Plan the checks ahead: trades, hazards and capacity of each circle."""
    from api.cli.text.rating import plan_lines  # noqa: PLC0415
    from layers.rating.plan import plan_checks  # noqa: PLC0415

    nearer = {name: value for name, value in options.items() if value is not None}
    rating = _rate(**{**group_options, **nearer})
    _print(plan_lines(rating, plan_checks(rating, days, checks_a_day)))


@click.command("map")
@click.option("--out", type=FILE, required=True, help="The page, FILE.html.")
@click.option("--tiles", help="Folder of tiles beside the page, FOLDER/z/x/y.png.")
@click.option("--tiles-by", default="", help="Whose tiles they are, printed on it.")
@on_files
@on_day
def risk_map(
    out: Path, tiles: str | None, tiles_by: str, grids: Path | None, **options: Any
) -> None:
    """Draw a five-colour map, of the store or of --grids: one page, no network."""
    from layers.maps import local_tiles, save_page, tianditu  # noqa: PLC0415

    day = {name: options[name] for name in OF_A_STORE}
    if grids is None:
        refuse_without_grids(options)
        rating = _rate_to_draw(**day)
    key = settings_of_commands().tianditu_key
    base_map = local_tiles(tiles, tiles_by) if tiles else key and tianditu(key)
    if grids is not None:
        draw_files(grids, out, base_map or None, options)
    else:
        from layers.rating.map import draw_risk_day  # noqa: PLC0415

        tell(sentence("drawing"))
        save_page(draw_risk_day(rating, base_map or None), out)
    echo(
        sentence(
            "Wrote {out}, {st_size:.2f} MB, one file, no network.",
            out=out,
            st_size=out.stat().st_size / 1000000.0,
        )
    )


@click.command()
@click.argument("kind", type=click.Choice(["daily", "monthly"]))
@click.option("--out", type=FILE, required=True, help="The folder of the report.")
@click.option(
    "--tables",
    "form",
    type=click.Choice(["csv", "xlsx"]),
    default="csv",
    show_default=True,
    help="Ledgers and tables as CSV, or as Excel workbooks, which takes longer.",
)
@on_day
def report(kind: Any, out: Path, form: Any, **options: Any) -> None:
    """Write figures, HTML, PDF, ledgers: of a day, or of the month it ends."""
    from api.service.rating.reports import STAGES, as_of, write_report  # noqa: PLC0415

    url, settings = options.pop("url"), settings_of_commands()
    with opened_store(url, settings) as store:
        cutoff = _cutoff(store, settings, **options)
        closed, columns = as_of(cutoff, store.now()), settings.cache_folder
        with progress(STAGES) as at:
            lines = write_report(store, closed, kind, out, columns, form=form, tell=at)
        _print(lines)


def _adoption(
    store: "Store",
    timezone: str,
    version: str | None,
    owner: str | None,
    valid_from: str | None,
) -> "Adoption | None":
    """Return under what name a proposal is stored; None where it is not to be."""
    from api.service.rating.propose import Adoption  # noqa: PLC0415
    from api.service.stores.connection import read_instant  # noqa: PLC0415

    if version is None and owner is None and valid_from is None:
        return None
    if version is None or owner is None or valid_from is None:
        raise SettingError(
            "A method is stored under a name, by a body and since a day; give "
            "--store-as, --owner and --valid-from together, or none of them."
        )
    since = read_instant(valid_from, "--valid-from", timezone, store.now)
    return Adoption(version, owner, since, timezone)


@click.command()
@click.option("--out", type=FILE, required=True, help="The sheets, FILE.pdf.")
@click.option("--grid", help="Only the places in this grid.")
@click.option("--circle", help="Only the places in the grids below this circle.")
@on_day
def codes(out: Path, grid: str | None, circle: str | None, **options: Any) -> None:
    """Print the QR codes of places on A4 sheets; PAGODA_PUBLIC_URL stands in them."""
    from api.service.rating.codes import write_code_sheets  # noqa: PLC0415

    rating = _rate(**options)
    tell(sentence("drawing"))
    count = write_code_sheets(
        rating,
        settings_of_commands().public_url,
        out,
        grid_id=grid,
        circle_id=circle,
    )
    echo(sentence("Wrote {out}, {codes}.", out=out, codes=count_text(count, "code")))


def _rate(url: str | None, **options: Any) -> "RiskDay":
    """Rate the day of a command."""
    from layers.rating.day import read_risk_day  # noqa: PLC0415

    settings = settings_of_commands()
    with opened_store(url, settings) as store:
        tell(sentence("rating the day"))
        return read_risk_day(store, _cutoff(store, settings, **options))


def _rate_to_draw(url: str | None, **options: Any) -> "RiskDay":
    """Rate the day of a map, which draws no event of a sensitive kind."""
    from api.service.rating.seen import without_sensitive  # noqa: PLC0415

    rating = _rate(url, **options)
    with opened_store(url, settings_of_commands()) as store:
        return without_sensitive(rating, store)


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
        echo(line)
