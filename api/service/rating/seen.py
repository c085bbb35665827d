"""A rated day as far as somebody sees it: his places, his events, what they drive."""

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final
from weakref import WeakKeyDictionary

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from api.service.access.sight import Sight
from gis.access import WHOLE
from layers.rating.day import Areas, RiskDay
from layers.rating.drivers import AreaDriver
from layers.schema.areas import RATED_FIELDS, RATED_GRIDS
from layers.schema.sharing import GEOMETRY, Classes
from layers.schema.stations import STATIONS
from layers.stores import Store
from layers.stores.loops import LoopQuery

MOST_SIGHTS: Final = 16
"""So many parts of a day are kept beside it."""
_PARTS: Final[WeakKeyDictionary[RiskDay, dict[Hashable, RiskDay]]] = WeakKeyDictionary()


def seen_day(rating: RiskDay, sight: Sight) -> RiskDay:
    """Return a rated day with what of it somebody sees.

    Levels and scores are everybody's. A place is seen with its grid, by roles that see
    checks; an event with its grid; what drives an area as far as it is one of them.
    Figures whose class of sharing is not seen are missing.

    Parameters
    ----------
    rating
        The day.
    sight
        Of who asks.
    """
    if sight.is_whole and sight.has_places and not sight.settings:
        return rating
    parts = _PARTS.setdefault(rating, {})
    key = sight.scope, sight.has_places, sight.settings
    part = parts.get(key)
    if part is None:
        part = parts[key] = _part(rating, sight)
        if len(parts) > MOST_SIGHTS:
            parts.pop(next(iter(parts)), None)
    return part


def without_sensitive(rating: RiskDay, store: Store) -> RiskDay:
    """Return a rated day without the events that are of a sensitive kind by now.

    A day counts events as they were reported; one that somebody found to be about
    people since is not to be drawn, whoever asks.

    Parameters
    ----------
    rating
        The day.
    store
        Has the events.
    """
    kinds = tuple(sorted(rating.facts.rulebook.scenarios.sensitive_kinds))
    if not kinds:
        return rating
    loops = store.loop_columns(LoopQuery(kinds=kinds), WHOLE, ("event_id",))
    is_sensitive = rating.events["event_id"].isin(loops["event_id"])
    if not is_sensitive.any():
        return rating
    events = rating.events[~is_sensitive].reset_index(drop=True)
    return replace(rating, events=events)


@dataclass(frozen=True, slots=True, eq=False)
class SeenTiers(Mapping[str, Areas]):
    """Layers of rated areas without the figures and drivers that are not seen.

    Attributes
    ----------
    whole
        The layers.
    place_ids
        Places that are seen.
    hidden
        Columns that are not.
    """

    whole: Mapping[str, Areas]
    place_ids: frozenset[str]
    hidden: tuple[str, ...]
    _areas: dict[str, Areas] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Areas:
        """Return a layer; two threads may both make it, to the same."""
        if name not in self._areas:
            areas = self.whole[name]
            frame = areas.frame.assign(**dict.fromkeys(self.hidden))
            drivers = [self._drivers(row) for row in areas.frame["drivers"]]
            frame["drivers"] = pd.Series(drivers, index=frame.index, dtype=object)
            self._areas[name] = replace(areas, frame=gpd.GeoDataFrame(frame))
        return self._areas[name]

    def __iter__(self) -> Iterator[str]:
        """Yield the names."""
        return iter(self.whole)

    def __len__(self) -> int:
        """Return how many layers there are."""
        return len(self.whole)

    def _drivers(self, drivers: tuple[AreaDriver, ...]) -> tuple[AreaDriver, ...]:
        """Return what of the drivers of an area is seen."""
        if "drivers" in self.hidden:
            return ()
        return tuple(
            driver
            for driver in drivers
            if driver.kind != "place" or driver.driver_id in self.place_ids
        )


def _part(rating: RiskDay, sight: Sight) -> RiskDay:
    """Return what of a day is seen."""
    places = rating.places[_is_seen(rating.places["grid_id"], sight.has_place)]
    events = rating.events[_is_seen(rating.events["grid_id"], sight.has_grid)]
    facts = rating.facts
    if not sight.classes.has(STATIONS, GEOMETRY):
        facts = replace(facts, stations=facts.stations.iloc[:0])
    hidden = _hidden(sight.classes)
    return replace(
        rating,
        facts=facts,
        base=replace(
            rating.base, places=gpd.GeoDataFrame(places.reset_index(drop=True))
        ),
        events=events.reset_index(drop=True),
        tiers=SeenTiers(rating.tiers, frozenset(places["place_id"]), hidden),
    )


def _hidden(classes: Classes) -> tuple[str, ...]:
    """Return the figures of rated areas that are not seen, of whichever areas."""
    return tuple(f.name for f in RATED_FIELDS if not classes.has(RATED_GRIDS, f.name))


def _is_seen(
    grid_ids: "pd.Series[str]", has_grid: Callable[[str | None], bool]
) -> NDArray[np.bool_]:
    """Return which rows are seen by their grids; each grid is asked for once."""
    views = {
        grid: has_grid(grid if isinstance(grid, str) else None)
        for grid in grid_ids.unique()
    }
    is_seen: NDArray[np.bool_] = grid_ids.map(views).to_numpy(dtype=bool)
    return is_seen
