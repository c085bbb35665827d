"""`pagoda demo`: S town from nothing to a map, in one go."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from api.service.assignment.rows import for_csv
from api.service.check import certify_territory
from api.service.stores.sample import SAMPLE_NOW, sample_store
from gis.assignment import REASONS, Answers, Positions, answer_many
from gis.coverage import Certificate
from gis.crs import parse_datum
from gis.errors import SettingError
from gis.index import warm_up
from gis.local_time import DEFAULT_TIMEZONE
from gis.os_reasons import os_reason
from gis.sentences import sentence
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
    sentence("compiling the index, once on a new machine"),
    sentence("making S town"),
    sentence("storing its layers and a month of events"),
    sentence("checking its grids"),
    sentence("assigning the month"),
    sentence("writing the answers"),
    sentence("rating its places and grids"),
    sentence("drawing the map"),
)
ANSWERS, MAP = "s_town_assigned.csv", "s_town_map.html"
LAST_DAY = dt.date(2026, 9, 30)


@dataclass(frozen=True, slots=True)
class DemoResult:
    """What the demo computed and tells about."""

    snapshot: Snapshot
    certificate: Certificate
    answers: Answers
    rating: RiskDay


def run_demo(out: Path, tell: Callable[[str], None]) -> DemoResult:
    """Make S town, assign its events, draw the map.

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
    columns = for_csv(answer_columns(answers))
    events = EventTable(pa.Table.from_pandas(town.events, preserve_index=False))
    write_events(out / ANSWERS, events, columns)
    tell(STAGES[6])
    rating = read_risk_day(store, Cutoff(LAST_DAY))
    tell(STAGES[7])
    save_page(draw_risk_day(rating), out / MAP)
    return DemoResult(snapshot, certificate, answers, rating)


def make_folder(out: Path) -> None:
    """Make the folder of the results, or say why it cannot be."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingError(
            "The folder {out!r} cannot be made ({strerror}); choose another with "
            "--out.",
            out=str(out),
            strerror=os_reason(error),
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
