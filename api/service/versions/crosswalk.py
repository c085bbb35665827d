"""Two grid systems of a store, laid over one another."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, NamedTuple

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from api.service.inputs.systems import refuse_unknown_systems
from gis.assignment import REASONS
from gis.crosswalk import (
    LEAST_SHARE,
    NOISE_M,
    Crosswalk,
    GridSystem,
    Weights,
    count_items,
    cross,
    grid_system,
    weigh,
)
from gis.crs import convert, parse_datum
from gis.errors import NoVersionError, RowFault, SettingError
from gis.local_time import instant_text
from gis.models import Instant
from gis.sentences import sentence
from layers.datums import choose_datum
from layers.files import read_coordinates, read_events
from layers.files.table import to_frame
from layers.packs.rulebook import scenarios_in_force
from layers.schema import layer
from layers.stores import Store

By = Literal["area", "residents", "places", "events"]
MEASURES: Final = ("area", "residents", "places", "events")
RESIDENTS = layer.Field(
    "residents", "integer", True, "conditional", "Who live there.", "people"
)


@dataclass(frozen=True, slots=True)
class CrosswalkJob:
    """Which systems, as they are when, and by what grids are weighed.

    Attributes
    ----------
    source, target
        Names of two grid systems of the store.
    valid_at
        When the grids are in force.
    by
        What lies in the grids: their ground, residents of a file, places of the store
        at that time, or its events up to then, without those of sensitive kinds.
    residents
        File of points with a column ``residents``; only with that measure.
    datum
        Of that file, where it declares none.
    noise_m, least_share
        As `gis.crosswalk.cross` takes them.
    """

    source: str
    target: str
    valid_at: Instant
    by: By = "area"
    residents: Path | None = None
    datum: str | None = None
    noise_m: float = NOISE_M
    least_share: float = LEAST_SHARE


class SystemCrosswalk(NamedTuple):
    """Two systems laid over one another, weighed, and what to say."""

    crosswalk: Crosswalk
    weights: Weights
    notices: tuple[str, ...]


class _Items(NamedTuple):
    """Points in the CRS of the store, what stands at each, and what to say."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    counts: NDArray[np.float64] | None = None
    notices: tuple[str, ...] = ()


def cross_systems(store: Store, job: CrosswalkJob) -> SystemCrosswalk:
    """Return the crosswalk of two grid systems in force.

    Parameters
    ----------
    store
        What has them.
    job
        Which.

    Raises
    ------
    SettingError
        If there is no such system, or a file of residents does not go with the measure.
    NoVersionError
        If no version of one is in force then.
    InvalidLayerError
        Its `faults` name the residents that cannot be read.
    """
    _check_measure(job)
    sources, targets = (
        system_in_force(store, name, job.valid_at) for name in (job.source, job.target)
    )
    walk = cross(
        sources,
        targets,
        pyproj.CRS(store.crs),
        noise_m=job.noise_m,
        least_share=job.least_share,
    )
    if job.by == "area":
        return SystemCrosswalk(walk, weigh(walk), ())
    items = _items(store, job)
    amounts = count_items(walk, items.x, items.y, items.counts)
    return SystemCrosswalk(walk, weigh(walk, amounts), items.notices)


def system_in_force(store: Store, name: str, valid_at: Instant) -> GridSystem:
    """Return the grids of a system in force.

    Parameters
    ----------
    store
        What has them.
    name
        Of the system.
    valid_at
        When.

    Raises
    ------
    SettingError
        If there is no such system.
    NoVersionError
        If no version of it is in force then.
    """
    refuse_unknown_systems(store, [name], option="--system")
    grids = store.grids(valid_at=valid_at, system=name)
    if grids.empty:
        raise NoVersionError(
            "No version of grid system {name!r} is in force at {instant_text}; ask "
            "for a time since its first one.",
            name=name,
            instant_text=instant_text(valid_at),
        )
    return grid_system(grids["grid_id"], grids.geometry.to_numpy())


def _check_measure(job: CrosswalkJob) -> None:
    """Refuse residents without their file, and a file without residents."""
    if (job.by == "residents") != (job.residents is not None):
        raise SettingError(
            sentence("Grids are weighed by {by!r}, ", by=job.by)
            + ("and a file of residents is there" if job.residents else "without file")
            + "; give --by residents and --residents FILE together."
        )
    if job.by not in MEASURES:
        raise SettingError(
            "Grids are to be weighed by {by!r}, expected one of {measures!r}; choose "
            "one.",
            by=job.by,
            measures=list(MEASURES),
        )


def _items(store: Store, job: CrosswalkJob) -> _Items:
    """Return what the grids are weighed by."""
    if job.residents is not None:
        return _residents(job.residents, job.datum, store.crs)
    if job.by == "places":
        places = store.facts("enterprises", valid_at=job.valid_at)
        return _points(gpd.GeoDataFrame(places))
    events = store.events(until=job.valid_at)
    scenarios = scenarios_in_force(store.facts("rules"), job.valid_at)
    is_sensitive = events["kind"].isin(scenarios.sensitive_kinds)
    return _points(events[~is_sensitive])


def _points(frame: gpd.GeoDataFrame) -> _Items:
    """Return the points of a frame, without rows that have none."""
    points = frame.geometry.to_numpy()
    points = points[~(shapely.is_missing(points) | shapely.is_empty(points))]
    return _Items(shapely.get_x(points), shapely.get_y(points))


def _residents(path: Path, declared: str | None, crs: str) -> _Items:
    """Return the houses of a file with the residents of each."""
    table = read_events(path)
    frame, faults = layer.convert(
        to_frame(path, table.plain), "residents", (RESIDENTS,)
    )
    coordinates = read_coordinates(table)
    faults += [
        RowFault(
            row + 1,
            "geometry",
            sentence(
                "the position is {reasons}", reasons=REASONS[coordinates.reasons[row]]
            ),
        )
        for row in np.flatnonzero(coordinates.reasons).tolist()
    ]
    faults += [
        RowFault(row + 1, "residents", sentence("is below 0, expected 0 or more"))
        for row, count in enumerate(frame["residents"])
        if not faults and count < 0
    ]
    if faults:
        raise layer.refusal("residents", faults, sentence("ask again"))
    own = None if coordinates.columns else table.crs
    datum, notice = choose_datum(sentence("residents"), "--datum", declared, own)
    x, y = convert(coordinates.x, coordinates.y, datum, parse_datum(crs))
    counts = frame["residents"].to_numpy(np.float64)
    return _Items(x, y, counts, (*table.notices, notice))
