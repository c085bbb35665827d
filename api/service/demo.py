"""`pagoda demo`: S town from nothing to a map, in one go."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from api.service.assignment.files import count_reasons, count_statuses, for_file
from api.service.check import certify_territory
from api.service.rating.days import count_codes, count_colours
from api.service.stores.sample import SAMPLE_NOW, sample_store
from gis.assignment import REASONS, Answers, Positions, answer_many
from gis.coverage import Certificate
from gis.crs import parse_datum
from gis.errors import SettingError
from gis.index import warm_up
from gis.local_time import DEFAULT_TIMEZONE
from gis.roster import BEGINNING, VACANT_POST
from gis.synthetic import Town, make_s_town
from layers.assignment import answer_columns
from layers.files import EventTable, write_events
from layers.maps import save_page
from layers.rating.day import RiskDay, read_risk_day
from layers.rating.facts import Cutoff
from layers.rating.map import draw_risk_day
from layers.schema.instants import read_instants
from layers.snapshots import Snapshot, build_snapshot

STAGES = (
    "compiling the index, once on a new machine",
    "making S town",
    "storing its layers and a month of events",
    "checking its grids",
    "assigning the month",
    "writing the answers",
    "rating its places and grids",
    "drawing the map",
)
MEANINGS = {
    "inside": "one grid owns the place",
    "boundary": "on a border: the lowest grid id owns it",
    "overlap": "grids overlap there: the lowest grid id owns it",
    "snapped": "outside, given to the nearest grid",
    "outside": "no grid: the nearest is named, the core circle decides",
    "unlocated": "no usable position: the core circle asks for the place",
}
ANSWERS, MAP = "s_town_assigned.csv", "s_town_map.html"
LAST_DAY = dt.date(2026, 9, 30)


@dataclass(frozen=True, slots=True)
class DemoResult:
    """What the demo computed and tells about."""

    snapshot: Snapshot
    certificate: Certificate
    answers: Answers
    rating: RiskDay


def run_demo(out: Path, tell: Callable[[str], None]) -> str:
    """Make S town, assign its events, draw the map; return what to say.

    Parameters
    ----------
    out
        Folder for the two files, made where it does not exist.
    tell
        Called with each of `STAGES` as it begins.
    """
    make_folder(out)
    tell(STAGES[0])
    warm_up()
    tell(STAGES[1])
    town = make_s_town()
    tell(STAGES[2])
    store = sample_store(town, DEFAULT_TIMEZONE)
    snapshot = build_snapshot(store, SAMPLE_NOW)
    tell(STAGES[3])
    certificate = certify_territory(snapshot.territory)
    tell(STAGES[4])
    answers = assign_month(snapshot, town)
    tell(STAGES[5])
    columns = for_file(answer_columns(answers), out / ANSWERS)
    events = EventTable(pa.Table.from_pandas(town.events, preserve_index=False))
    write_events(out / ANSWERS, events, columns)
    tell(STAGES[6])
    rating = read_risk_day(store, Cutoff(LAST_DAY))
    tell(STAGES[7])
    save_page(draw_risk_day(rating), out / MAP)
    return summary(out, DemoResult(snapshot, certificate, answers, rating))


def make_folder(out: Path) -> None:
    """Make the folder of the results, or say why it cannot be."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingError(
            f"The folder {str(out)!r} cannot be made ({error.strerror}); "
            "choose another with --out."
        ) from error


def assign_month(snapshot: Snapshot, town: Town) -> Answers:
    """Return the answers to a town's month of events.

    Parameters
    ----------
    snapshot
        In force in that month.
    town
        The town.
    """
    events = town.events
    missing = np.where(events["lon"].isna(), REASONS.index("missing"), 0)
    positions = Positions(
        events["lon"].to_numpy(np.float64),
        events["lat"].to_numpy(np.float64),
        missing.astype(np.uint8),
    )
    at = read_instants(events["occurred_at"], DEFAULT_TIMEZONE).values
    return answer_many(snapshot.basis, positions, parse_datum("wgs84"), at=at)


def summary(out: Path, result: DemoResult) -> str:
    """Return what a planner reads after the demo.

    Parameters
    ----------
    out
        Folder of the files.
    result
        What was computed.
    """
    certificate, rating = result.certificate, result.rating
    duties = result.snapshot.territory.duties
    assert duties is not None  # noqa: S101  S town has a tree
    states = (duties.on_duty(row, BEGINNING) for row in range(len(rating.grids)))
    vacant = sum(state.reason == VACANT_POST for state in states)
    tiers = ", ".join(str(len(duties.roster.pagoda.of_tier(t))) for t in range(1, 5))
    clean = "clean: no gap, no overlap" if certificate.is_clean else "NOT clean"
    statuses = count_statuses(result.answers.table)
    colours = count_colours(rating.grids["level"].to_numpy())
    lines = [
        f"S town (synthetic)  {certificate.area_m2 / 1e6:.2f} km2, "
        f"{len(rating.grids)} grids under {tiers} circles",
        f"Coverage            {clean}",
        f"Events              {len(result.answers.table.rows):,} of September 2026",
        *(
            f"  {status:<17} {count:>6,}  {MEANINGS[status]}"
            for status, count in sorted(statuses.items(), key=lambda item: -item[1])
        ),
        "  of these without a usable position: "
        f"{_listed(count_reasons(result.answers.table))}",
        f"Vacant posts        {vacant} grids have no leader: the circle above answers",
        f"Safety codes        {_listed(count_codes(rating))} places on {rating.day}",
        f"Overdue checks      {int(rating.grids['overdue'].sum()):,}",
        f"Five colours        {_listed({k: v for k, v in colours.items() if v})}",
        "Highest risk",
        *_highest(rating),
        "",
        f"Open the map        {out / MAP}  (one file, no network)",
        f"Read the answers    {out / ANSWERS}",
        "Next                pagoda check --help   is your coverage free of gaps?",
        "                    pagoda assign --help  your own grids and events",
        "                    pagoda init --sample s_town, then pagoda due, risk, map",
        "                    make serve            POST /assign, GET /risk/map",
    ]
    return "\n".join(lines)


def _highest(rating: RiskDay) -> list[str]:
    """Return the grids of the highest score and what drives them."""
    highest = rating.grids.sort_values(["score", "grid_id"], ascending=[False, True])
    return [
        f"  {row['grid_id']}   {row['score']:6.1f}  "
        + ", ".join(
            f"{driver.driver_id} {driver.share:.0%}" for driver in row["drivers"][:3]
        )
        for row in highest.head(3).to_dict("records")
    ]


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in counts.items())
