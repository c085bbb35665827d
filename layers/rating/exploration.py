"""A territory's own counts, rates or columns in five classes, drawn without a store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from gis.assignment import AssignmentTable
from gis.crs import convert, parse_datum
from gis.errors import SettingError
from gis.pagoda import Pagoda
from gis.risk import MethodCard, classify
from gis.risk.breaks import ClassScheme
from layers.assignment import Frame, answer_frame
from layers.maps import BaseMap, Details, RiskMap, five_colour_map, save_page
from layers.rating.exploration_card import (
    Sources,
    answer_gaps,
    base_name,
    exploration_card,
    figure_name,
    source_words,
)
from layers.rating.measures import Limits, Measure, base_of, numbers_of, scale_of
from layers.rating.tree_sums import circle_frame, standing_posts, sum_by_circle
from layers.territory import Territory, refuse_other_territories
from layers.words import Words
from layers.words.maps import TIER_CIRCLES

Floats = NDArray[np.float64]

SHOWN_COLUMNS = ("grid_id", "name", "parent_id")
"""Columns of the grids that a map shows as they are."""


@dataclass(frozen=True, slots=True)
class Exploration:
    """Grids and circles with a figure and a class each, and how they came about.

    A notebook shows it as its map.

    Attributes
    ----------
    grids
        In order of their ids, in degrees of WGS 84: `score`, the figure that is drawn,
        NaN where there is none, and `level`, its class 1 to 5 or 0; of a rate also
        `base`, what it is counted against, and `events` where those are counted.
    circles
        The same of the circles above them; None where none are drawn.
    card
        The method card; its breaks are those of the grids.
    title
        Head line of the map.
    details
        What else the map says.
    """

    grids: gpd.GeoDataFrame
    circles: gpd.GeoDataFrame | None
    card: MethodCard
    title: str | Words
    details: Details

    def draw(self) -> RiskMap:
        """Draw the map."""
        return five_colour_map(
            self.grids,
            self.circles,
            title=self.title,
            method=self.card,
            details=self.details,
        )

    def save(self, path: Path | str) -> None:
        """Write the map as one page that opens with no network; folders are made.

        Raises
        ------
        MapError
            If the file cannot be written.
        """
        save_page(self.draw(), path)

    def _repr_html_(self) -> str:
        """Return the map in an inner frame that needs no network."""
        return self.draw()._repr_html_()


def explore(
    territory: Territory,
    events: Frame | None = None,
    *,
    value: str | None = None,
    per: str | None = None,
    breaks: ClassScheme | Sequence[float] = "quantiles",
    title: str = "",
) -> Exploration:
    """Draw how many events each grid has, or a column of the grids, in five colours.

    No store is needed. Every event is answered as `assign_frame` answers it; those
    outside all grids or without a usable position are counted on the map, and single
    events are not drawn. Where there is a command tree, its circles are drawn from the
    sums of their grids.

    Parameters
    ----------
    territory
        The grids, and the tree above them if there is one.
    events
        Points in a CRS that the frame declares, or a frame with columns such as `lon`
        and `lat`; None draws a column.
    value
        Numeric column of the grids that is drawn instead of events; a circle has none.
    per
        "km2", or a numeric column of the grids such as `residents`: what is counted
        goes against it. A grid where it is not above 0 has no data.
    breaks
        "quantiles", "equal" steps, "jenks" (needs the extra `breaks`), or one to four
        ascending upper limits. Limits that are found are found for each tier.
    title
        Head line; without it what is drawn.

    Returns
    -------
    exploration
        Shows its map in a notebook; `save` writes it as one page.

    Raises
    ------
    SettingError
        If there are events and a value or none of them, a column is not there, limits
        do not ascend, or the scheme needs a package that is not installed.
    InvalidLayerError
        If a column holds what is no number.
    CrsError
        If the events declare no CRS.

    Examples
    --------
    >>> from gis.synthetic import make_s_town
    >>> from layers.territory import make_territory
    >>> town = make_s_town()
    >>> events = town.events.head(500)
    >>> load = explore(make_territory(town.grids), events, breaks=[2, 5, 9])
    >>> load.card.title, load.card.breaks, int(load.grids["score"].sum())
    ('Events by area', (2.0, 5.0, 9.0), 485)
    """
    refuse_other_territories(territory)
    measure = Measure(value, per, breaks)
    if events is None:
        return explore_answers(territory, None, measure, title=title)
    answers, datum, _ = answer_frame(territory, events)
    sources = Sources(events_datum=datum.name)
    return explore_answers(
        territory, answers.table, measure, title=title, sources=sources
    )


def explore_answers(
    territory: Territory,
    answers: AssignmentTable | None,
    measure: Measure,
    *,
    title: str = "",
    sources: Sources | None = None,
    base_map: BaseMap | None = None,
) -> Exploration:
    """Draw events that were answered in a territory, or a column, as `explore` does.

    Parameters
    ----------
    territory, title
        As `explore` takes them.
    answers
        Of every event; None draws a column.
    measure
        What is drawn.
    sources
        Where the data are from.
    base_map
        Pictures under the areas.

    Raises
    ------
    SettingError, InvalidLayerError
        As `explore` raises them.
    """
    amounts = _amounts(territory, answers, measure)
    base = base_of(territory, measure.per)
    scale = scale_of(amounts, base)
    areas = _grid_frame(territory)
    grids = _scored(areas, amounts, base, measure, scale)
    limits = {0: measure.limits(grids["score"].to_numpy())}
    circles = None
    if territory.pagoda is not None and measure.value is None:
        totals = _totals(territory.pagoda, areas, amounts, base)
        frame = circle_frame(territory.pagoda, areas)
        circles = _scored(frame, *totals, measure, scale)
        tiers, scores = circles["tier"].to_numpy(), circles["score"].to_numpy()
        limits |= {
            int(tier): measure.limits(scores[tiers == tier]) for tier in set(tiers)
        }
        circles = _classed(circles, limits, tiers)
    sources = sources or Sources()
    card = exploration_card(
        measure, scale, limits, source_words(territory, answers, sources)
    )
    return Exploration(
        grids=_classed(grids, limits, np.zeros(len(grids), dtype=int)),
        circles=circles,
        card=card,
        title=title or Words(card.title_zh, card.title),
        details=Details(
            gaps={} if answers is None else answer_gaps(answers),
            grid_version=sources.grids or None,
            score_name=figure_name(measure, scale),
            base_name=base_name(measure.per) if measure.per else None,
            tier_names={
                tier: TIER_CIRCLES.filled(tier=tier).both for tier in limits if tier
            },
            tier_breaks=limits,
            base_map=base_map,
        ),
    )


def _amounts(
    territory: Territory, answers: AssignmentTable | None, measure: Measure
) -> Floats:
    """Return what is counted in each grid, NaN where a column has nothing."""
    if (answers is None) == (measure.value is None):
        if answers is None:
            raise SettingError(
                "There are neither events nor a column of the grids to draw, expected "
                "one of the two; give events, or name a column by `value`."
            )
        raise SettingError(
            "There are both events and a column of the grids to draw, expected one of "
            "the two; leave one of them away."
        )
    if answers is None:
        return numbers_of(territory.grids, str(measure.value))
    owners = answers.rows[answers.rows >= 0]
    counts = np.bincount(owners, minlength=len(territory.grids))
    return counts.astype(np.float64)


def _grid_frame(territory: Territory) -> gpd.GeoDataFrame:
    """Return grids in degrees of WGS 84, with the columns that a map shows."""
    grids, wgs84 = territory.grids, parse_datum("wgs84")
    polygons = shapely.transform(
        grids.geometry.to_numpy(),
        lambda xy: np.column_stack(convert(xy[:, 0], xy[:, 1], territory.datum, wgs84)),
    )
    posts = grids["grid_id"].map(standing_posts(territory))
    columns = {name: grids[name] for name in SHOWN_COLUMNS if name in grids}
    return gpd.GeoDataFrame(
        columns | {"accountable_post": posts}, geometry=polygons, crs=wgs84.crs
    )


def _totals(
    pagoda: Pagoda, grids: gpd.GeoDataFrame, amounts: Floats, base: Floats | None
) -> tuple[Floats, Floats | None]:
    """Return what is counted in each circle, and against what.

    A circle with a grid that has nothing to count against has nothing either.
    """
    ids = grids["grid_id"].tolist()
    total = sum_by_circle(pagoda, ids, amounts)
    return total, None if base is None else sum_by_circle(pagoda, ids, base)


def _scored(
    areas: gpd.GeoDataFrame,
    amounts: Floats,
    base: Floats | None,
    measure: Measure,
    scale: int,
) -> gpd.GeoDataFrame:
    """Return areas with the figure that is drawn, and of a rate its two parts."""
    if base is None:
        return areas.assign(score=amounts)
    parts: dict[str, NDArray[np.generic]] = {"base": base}
    if measure.value is None:
        parts["events"] = amounts.astype(np.int64)
    return areas.assign(score=amounts / base * scale, **parts)


def _classed(
    areas: gpd.GeoDataFrame, limits: Mapping[int, Limits], tiers: NDArray[np.int_]
) -> gpd.GeoDataFrame:
    """Return areas with the class of their figure by the limits of their tier."""
    scores = areas["score"].to_numpy()
    levels = np.zeros(len(areas), dtype=np.int8)
    for tier, breaks in limits.items():
        levels[tiers == tier] = classify(scores[tiers == tier], breaks)
    return areas.assign(level=levels)
