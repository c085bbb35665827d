"""The area score: hazards summed in whole millionths, drawn towards the normal area."""

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gis.errors import InvalidLayerError
from gis.models import Scene
from gis.risk.levels import Levels, classify, shown_levels
from gis.risk.method import MICRO, RiskMethod
from gis.risk.shares import cap_events

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Rows = NDArray[np.integer]
Days = NDArray[np.datetime64]

CODES: Final = 4
BLOCK: Final = 1_000_000


@dataclass(frozen=True, slots=True, eq=False)
class PlaceFacts:
    """Places and their safety codes on some days in a row.

    Attributes
    ----------
    place_ids
        Shape (p,), each once.
    area
        Row of the area it lies in, shape (p,); -1 in none.
    scene
        Row of its scene in order of `Scene`, shape (p,).
    codes
        Safety code at the end of each day, shape (days, p), oldest day first; 0 none.
    """

    place_ids: NDArray[np.str_]
    area: Rows
    scene: Rows
    codes: Rows


@dataclass(frozen=True, slots=True, eq=False)
class EventFacts:
    """Events, in any order.

    Attributes
    ----------
    area
        Row of the area that owns it, shape (m,); -1 none.
    severity
        1 to 4, shape (m,).
    day
        Local day on which it occurred, shape (m,).
    group
        Position of its group in `groups`, shape (m,); drivers name groups.
    groups
        Names of groups, for example categories.
    """

    area: Rows
    severity: Rows
    day: Days
    group: Rows
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Hazard:
    """Summed weights of each day and area, exact, before they become a score.

    Attributes
    ----------
    places, events
        Weights in millionths, shape (days, n), oldest day first; S is their sum.
        Those of events as far as the method counts them.
    extents
        E of each area, shape (n,); NaN where there is no data.
    left_out
        Facts that count in no area, or not as they should: reason -> number.
    """

    places: Ints
    events: Ints
    extents: Floats
    left_out: Mapping[str, int]

    @property
    def sums(self) -> Floats:
        """S of each day and area, shape (days, n)."""
        return (self.places + self.events) / MICRO

    def gather(self, rows: Rows, count: int) -> "Hazard":
        """Return the hazard of circles: sums of facts and of E, never of colours.

        An area without data adds nothing to its circle, neither facts nor E; a circle
        all of whose areas have no data has none.

        Parameters
        ----------
        rows
            Row of the circle that each area belongs to, shape (n,); -1 none.
        count
            Number of circles.
        """
        places = np.flatnonzero(~np.isnan(self.extents) & (rows >= 0))
        owners = np.asarray(rows, dtype=np.int64)[places]
        extents = _add_exactly(self.extents[places], owners, count)
        return Hazard(
            _add_up(self.places[:, places], owners, count),
            _add_up(self.events[:, places], owners, count),
            extents,
            self.left_out,
        )


@dataclass(frozen=True, slots=True, eq=False)
class AreaRisk:
    """Scores and levels of areas on some days in a row, oldest day first.

    Attributes
    ----------
    scores
        Shape (days, n); NaN where there is no data.
    raw
        Level of each score by itself, shape (days, n); 0 no data.
    levels
        Level shown, shape (days - steady_days, n); 0 no data.
    """

    scores: Floats
    raw: Levels
    levels: Levels


def sum_hazard(
    places: PlaceFacts,
    events: EventFacts,
    extents: Floats,
    method: RiskMethod,
    on: dt.date,
) -> Hazard:
    """Add up the weights of places and events of each area, in one pass.

    Weights are whole millionths and facts are counted, so the order of facts changes
    nothing, and the same facts give the same bytes on every machine. Events after a
    day, and events older than the window, do not count on it. Events count as far as
    their kind is one of the method, and as the share of places in their area lets them.

    Parameters
    ----------
    places
        Places with their codes of the days up to `on`; their number says how many days
        are summed.
    events
        Events of all these days and of the window before them.
    extents
        E of each area as `RiskMethod.extents` gives it, shape (n,).
    method
        Weights, half-life and window.
    on
        Last day.

    Returns
    -------
    hazard
        Of each day and area; `left_out` counts `place_in_no_area`, `event_in_no_area`
        and `event_without_severity`.

    Raises
    ------
    InvalidLayerError
        If a fact names an area row that `extents` does not have, or a scene or code
        is none.
    """
    days = len(places.codes)
    _check_rows(places, events, len(extents))
    place_sums = _sum_places(places, len(extents), method)
    event_sums = _sum_events(events, len(extents), method, on, days)
    return Hazard(
        place_sums,
        cap_events(place_sums, event_sums, method.place_percent),
        extents,
        _left_out(places, events),
    )


def rate_areas(hazard: Hazard, method: RiskMethod) -> AreaRisk:
    """Give every area its score and level on each day.

    score = r0 + (S - E r0) / (E + k), worked out as (S + k r0) / (E + k), which is the
    same and rounds once less. S grows with every fact and the formula never falls with
    S, so with E fixed a fact more, or a worse one, raises the score of its area or
    leaves it, and touches no other. With k = 0 the parts of a homogeneous area have its
    rate; with k > 0 each part lies between r0 and the score of the whole.

    Parameters
    ----------
    hazard
        Of areas, or of circles (`Hazard.gather`).
    method
        Constants; they must be the ones that the hazard was summed by.

    Raises
    ------
    SettingError
        If the hazard covers `steady_days` or fewer days.

    References
    ----------
    .. [1] Fay, Herriot (1979), Estimates of income for small places: an application of
       James-Stein procedures to census data. There the common value is estimated; here
       it is declared.

    Examples
    --------
    >>> weights = {"green": 0, "yellow": 1, "red": 5}
    >>> method = RiskMethod.from_body(
    ...     {
    ...         "version": "example/1", "owner": "grid office", "scale": "five_colour",
    ...         "denominator": "km2", "r0": 10, "k": 0.5, "breaks": [5, 10, 15, 20],
    ...         "place_weights": weights, "half_life_days": 7, "window_days": 30,
    ...         "event_weights": {"1": 0, "2": 0, "3": 1, "4": 2}, "steady_days": 1,
    ...         "source": "-", "source_zh": "-", "note": "-", "note_zh": "-",
    ...     }
    ... )
    >>> places = PlaceFacts(
    ...     np.array(["P1"]), np.array([1]), scene=np.array([0]),
    ...     codes=np.array([[2], [3]]),
    ... )
    >>> events = EventFacts(
    ...     np.array([1]), severity=np.array([3]),
    ...     day=np.array(["2026-09-30"], "M8[D]"),
    ...     group=np.array([0]), groups=("noise",),
    ... )
    >>> day = dt.date(2026, 9, 30)
    >>> extents = method.extents(np.array([np.nan, 0.5e6]))
    >>> risk = rate_areas(sum_hazard(places, events, extents, method, day), method)
    >>> risk.scores
    array([[nan,  6.],
           [nan, 11.]])
    >>> risk.levels
    array([[0, 3]], dtype=int8)
    """
    extents = hazard.extents
    scores = (hazard.sums + method.k * method.r0) / (extents + method.k)
    raw = classify(scores, method.breaks)
    return AreaRisk(scores, raw, shown_levels(raw, method.steady_days))


def _add_exactly(extents: Floats, owners: Ints, count: int) -> Floats:
    """Return the sum of each owner rounded once, whatever the order; NaN of none."""
    parts: dict[int, list[float]] = {}
    for owner, extent in zip(owners.tolist(), extents.tolist(), strict=True):
        parts.setdefault(owner, []).append(extent)
    sums = np.full(count, np.nan)
    for owner, values in parts.items():
        sums[owner] = math.fsum(values)
    return sums


def _add_up(sums: Ints, owners: Ints, count: int) -> Ints:
    total = np.zeros((count, len(sums)), dtype=np.int64)
    np.add.at(total, owners, sums.T)
    return total.T


def _check_rows(places: PlaceFacts, events: EventFacts, areas: int) -> None:
    """Refuse rows of areas that are not there, and codes that are none."""
    last = max(places.area.max(initial=-1), events.area.max(initial=-1))
    if last >= areas:
        raise InvalidLayerError(
            "A fact lies in area row {last}, but there are {areas} areas; give rows "
            "of the areas that the extents belong to, and -1 for none.",
            last=int(last),
            areas=areas,
        )
    for scene_or_code, end in ((places.scene, len(Scene)), (places.codes, CODES)):
        if scene_or_code.min(initial=0) >= 0 and scene_or_code.max(initial=0) < end:
            continue
        raise InvalidLayerError(
            "A place has a scene row outside 0 to 7 or a safety code outside 0 to 3; "
            "write 1 green, 2 yellow, 3 red or 0 for none."
        )


def _sum_places(places: PlaceFacts, areas: int, method: RiskMethod) -> Ints:
    """Return the summed weight of places of each day and area."""
    weights = method.place_micro()
    inside = np.flatnonzero(places.area >= 0)
    kind = places.area[inside].astype(np.int64) * len(weights) + places.scene[inside]
    rows = []
    for codes in places.codes:
        bins = np.bincount(
            kind * CODES + codes[inside], minlength=areas * weights.size
        ).reshape(areas, *weights.shape)
        rows.append(np.einsum("nsc,sc->n", bins, weights))
    return np.array(rows, dtype=np.int64).reshape(len(places.codes), areas)


def _sum_events(
    events: EventFacts, areas: int, method: RiskMethod, on: dt.date, days: int
) -> Ints:
    """Return the summed weight of events of each day and area."""
    weights = method.event_micro()
    window = weights.shape[1]
    counted = replace(
        events, area=np.where(is_counted(events, method), events.area, -1)
    )
    counts = _count_events(counted, areas, on, window + days - 1)
    rows = [
        np.einsum("nsa,sa->n", counts[:, :, back : back + window], weights)
        for back in reversed(range(days))
    ]
    return np.array(rows, dtype=np.int64).reshape(days, areas)


def _count_events(events: EventFacts, areas: int, on: dt.date, span: int) -> Ints:
    """Return the number of events by area, severity and age in days before `on`."""
    counts = np.zeros(areas * 4 * span, dtype=np.int64)
    # blocks keep the memory of a year of a city small
    for start in range(0, len(events.area), BLOCK):
        part = slice(start, start + BLOCK)
        ages = event_ages(events.day[part], on)
        area, severity = events.area[part], events.severity[part]
        counted = (ages >= 0) & (ages < span) & (area >= 0)
        counted &= is_rated(severity)
        kind = area.astype(np.int64) * 4 + (severity - 1)
        bins = (kind * span + ages)[counted]
        counts += np.bincount(bins, minlength=len(counts))
    return counts.reshape(areas, 4, span)


def is_counted(events: EventFacts, method: RiskMethod) -> NDArray[np.bool_]:
    """Say which events are of a kind that the method counts."""
    if method.event_kinds is None:
        return np.full(len(events.area), True)
    # one more stands for events where there is no group
    counts = np.isin([*events.groups, ""], method.event_kinds)
    counted: NDArray[np.bool_] = counts[events.group]
    return counted


def is_rated(severity: Rows) -> NDArray[np.bool_]:
    """Say which severities are known: 1 to 4."""
    return np.asarray((severity >= 1) & (severity <= 4))


def event_ages(day: Days, on: dt.date) -> Ints:
    """Return the age of events in whole days; negative for one after `on`."""
    ages = np.datetime64(on, "D") - day.astype("datetime64[D]")
    return np.asarray(ages.astype(np.int64))


def _left_out(places: PlaceFacts, events: EventFacts) -> dict[str, int]:
    """Return how many facts are not counted as they should be."""
    counts = {
        "place_in_no_area": (places.area < 0).sum(),
        "event_in_no_area": (events.area < 0).sum(),
        "event_without_severity": (~is_rated(events.severity)).sum(),
    }
    return {reason: int(count) for reason, count in counts.items() if count}
