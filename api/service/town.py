"""One town in memory: answers for positions, and the map of its event load."""

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np

from gis.assignment import Assigner, AssignmentTable
from gis.crs import is_shifting, parse_datum
from gis.models import Assignment, Position
from gis.pagoda import Pagoda
from gis.positions import REASONS, Positions
from gis.synthetic import Town
from layers import offline
from layers.answers import assign_positions
from layers.event_load import Days, EventLoad, measure_event_load
from layers.territory import Territory, town_territory

TITLE = "S 镇 S town"


@dataclass(frozen=True)
class TownService:
    """Answers about one synthetic town.

    Attributes
    ----------
    town
        Its layers.
    territory, assigner
        Built from them once.
    datum_error_m
        Recorded with answers to GCJ-02 and BD-09 positions, metres.
    """

    town: Town
    territory: Territory
    assigner: Assigner
    datum_error_m: float

    def assign(
        self, position: Position | None, candidates_m: float = 0.0
    ) -> Assignment:
        """Return whose a position is; None is a position that is missing."""
        x, y = (position.x, position.y) if position else (np.nan, np.nan)
        reason = REASONS.index("") if position else REASONS.index("missing")
        reported = Positions(
            np.array([x]), np.array([y]), np.array([reason], dtype=np.uint8)
        )
        datum = parse_datum(position.datum if position else "wgs84")
        table = assign_positions(
            self.territory, self.assigner, reported, datum, candidates_m=candidates_m
        )
        answer = self.assigner.record(table, 0)
        shifted = is_shifting(datum, self.territory.datum)
        provenance = replace(
            answer.provenance,
            datum=datum.name,
            datum_error_m=self.datum_error_m if shifted else None,
        )
        return replace(answer, provenance=provenance)

    def assign_month(self, candidates_m: float = 0.0) -> AssignmentTable:
        """Return the answers to the town's month of events."""
        events = self.town.events
        positions = Positions(
            events["lon"].to_numpy(),
            events["lat"].to_numpy(),
            np.where(events["lon"].isna(), REASONS.index("missing"), 0).astype(
                np.uint8
            ),
        )
        return assign_positions(
            self.territory,
            self.assigner,
            positions,
            parse_datum("wgs84"),
            candidates_m=candidates_m,
        )

    def event_load(self, answers: AssignmentTable) -> EventLoad:
        """Return the event load of grids and circles."""
        days = [date.fromisoformat(at[:10]) for at in self.town.events["occurred_at"]]
        owned = answers.rows[answers.rows >= 0]
        counts = np.bincount(owned, minlength=len(self.assigner.ids))
        return measure_event_load(self.territory, counts, Days(min(days), max(days)))

    @property
    def pagoda(self) -> Pagoda:
        """The command tree, which a synthetic town always has."""
        assert self.territory.pagoda is not None  # noqa: S101  made with circles
        return self.territory.pagoda

    @cached_property
    def map_page(self) -> str:
        """The five-colour map as one closed page."""
        return offline.page(self.event_load(self.assign_month()).draw(TITLE))


def open_town(town: Town, *, snap_m: float, datum_error_m: float) -> TownService:
    """Build the service of a synthetic town.

    Parameters
    ----------
    town
        Its layers.
    snap_m, datum_error_m
        As in `api.settings.Settings`.
    """
    territory = town_territory(town)
    assigner = territory.assigner(snap_m=snap_m)
    return TownService(town, territory, assigner, datum_error_m)
