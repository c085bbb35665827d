"""`pagoda demo`: S town from nothing to a map, in one go."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa

from api.service.assign_files import count_reasons, count_statuses, for_file
from api.service.check_files import certify_territory
from api.service.town import TITLE, TownService, open_town
from api.settings import Settings
from gis.assignment import AssignmentTable
from gis.coverage import Certificate
from gis.errors import SettingError
from gis.index import warm_up
from gis.models import RiskLevel
from gis.roster import BEGINNING, VACANT_POST
from gis.synthetic import make_s_town
from layers.answers import answer_columns
from layers.event_load import EventLoad
from layers.files import EventTable, write_events
from layers.maps import save_page

STAGES = (
    "compiling the index, once on a new machine",
    "making S town",
    "checking its grids",
    "assigning a month of events",
    "writing the answers",
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
RISING = tuple(RiskLevel)
ANSWERS, MAP = "s_town_assigned.csv", "s_town_event_load.html"


def run_demo(out: Path, tell: Callable[[str], None]) -> str:
    """Make S town, assign its events, draw the map; return what to say.

    Parameters
    ----------
    out
        Folder for the two files, made where it does not exist.
    tell
        Called with each of `STAGES` as it begins.
    """
    tell(STAGES[0])
    warm_up()
    tell(STAGES[1])
    make_folder(out)
    service = open_town(make_s_town(), Settings())
    tell(STAGES[2])
    certificate = certify_territory(service.territory)
    tell(STAGES[3])
    answers = service.assign_month()
    tell(STAGES[4])
    columns = for_file(answer_columns(service.assigner, answers), out / ANSWERS)
    events = EventTable(pa.Table.from_pandas(service.town.events, preserve_index=False))
    write_events(out / ANSWERS, events, columns)
    tell(STAGES[5])
    load = service.event_load(answers)
    save_page(load.draw(TITLE), out / MAP)
    return summary(out, service, certificate, answers, load)


def make_folder(out: Path) -> None:
    """Make the folder of the results, or say why it cannot be."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingError(
            f"The folder {str(out)!r} cannot be made ({error.strerror}); "
            "choose another with --out."
        ) from error


def summary(
    out: Path,
    service: TownService,
    certificate: Certificate,
    answers: AssignmentTable,
    load: EventLoad,
) -> str:
    """Return what a planner reads after the demo."""
    busiest = load.grids.sort_values("events", ascending=False).head(3)
    standing = (
        service.duties.on_duty(row, BEGINNING) for row in range(len(load.grids))
    )
    vacant = sum(state.reason == VACANT_POST for state in standing)
    tiers = ", ".join(
        str(len(service.duties.roster.pagoda.of_tier(t))) for t in range(1, 5)
    )
    clean = "clean: no gap, no overlap" if certificate.is_clean else "NOT clean"
    days = load.card.data_date
    statuses, reasons = count_statuses(answers), count_reasons(answers)
    lines = [
        f"S town (synthetic)  {certificate.area_m2 / 1e6:.2f} km2, "
        f"{len(load.grids)} grids under {tiers} circles",
        f"Coverage            {clean}",
        f"Events              {len(answers.rows):,} of {days}",
        *(
            f"  {status:<17} {count:>6,}  {MEANINGS[status]}"
            for status, count in sorted(statuses.items(), key=lambda item: -item[1])
        ),
        f"  of these without a usable position: {_listed(reasons)}",
        f"Vacant posts        {vacant} grids have no leader: the circle above answers",
        f"Colours             {_colours(load)}",
        "Busiest grids",
        *(
            f"  {row.grid_id}   {row.events:>6,}  {row.accountable_post} answers"
            for row in busiest.itertuples()
        ),
        "",
        f"Open the map        {out / MAP}  (one file, no network)",
        f"Read the answers    {out / ANSWERS}",
        "Next                pagoda check --help   is your coverage free of gaps?",
        "                    pagoda assign --help  your own grids and events",
        "                    make serve            POST /assign, GET /risk/map",
    ]
    return "\n".join(lines)


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in counts.items())


def _colours(load: EventLoad) -> str:
    """Return the number of grids of each level, the highest first."""
    levels = load.grids["level"].to_numpy()
    return _listed(
        {level.name.lower(): int(np.sum(levels == level)) for level in RISING[::-1]}
    )
