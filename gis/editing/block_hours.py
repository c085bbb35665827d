"""Load of blocks in hours a month, by the sizing rule and what is on their ground."""

from collections.abc import Mapping
from typing import Final, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from gis.counts import count_text
from gis.editing.blocks import Blocks, count_points, share_by_area
from gis.editing.caseload import Redrawing
from gis.editing.change import Polygon
from gis.editing.figures import CHECKS_A_MONTH, MONTH_DAYS, GroundFacts
from gis.editing.grid_rows import Row
from gis.editing.planar_map import PlanarMap
from gis.editing.populations import Homes, Populations, populations_of
from gis.editing.sizing import POPULATIONS, SizingRule
from gis.errors import EditError
from gis.geometry import area_m2
from gis.sentences import joined, sentence

Floats = NDArray[np.float64]
Polygons: TypeAlias = dict[str, Polygon]

_LAYERS: Final = {"place": "places", "check": "places", "event": "events"}


class Counted(Protocol):
    """What counts on blocks need of a draft."""

    planar: PlanarMap
    rows: dict[str, Row]
    base_rows: Mapping[str, Row]

    def moved(self) -> tuple[Polygons, Polygons]:
        """Return the grids with another polygon, those of the base and of now."""


def hours_of_blocks(
    blocks: Blocks, draft: Counted, facts: GroundFacts, rule: SizingRule
) -> Floats:
    """Return the hours a month that each block is, as figures count those of grids.

    People of a grid are those of the draft, whole and typed ones as they are; they live
    where homes are, else all over it.

    Parameters
    ----------
    blocks
        Of grids of the draft as they are now.
    draft
        The draft.
    facts
        What is on the ground of its base.
    rule
        Hours for one of each.

    Returns
    -------
    hours
        Shape (n,), of each block.

    Raises
    ------
    EditError
        If a layer that counts is not loaded, or nobody knows the people of a grid.

    Examples
    --------
    >>> import geopandas as gpd, pyproj, shapely
    >>> from gis.editing import Workspace
    >>> from gis.editing.blocks import cut_blocks
    >>> square = shapely.box(0, 0, 0.01, 0.01)
    >>> draft = Workspace(gpd.GeoDataFrame({"grid_id": ["A"]}, geometry=[square]))
    >>> lane = shapely.LineString([(0.0025, 0), (0.0025, 0.01)])
    >>> facts = GroundFacts(pyproj.CRS(4490), {"residents": {"A": 1000}})
    >>> hours = {"population": 0.1, "place": 0, "check": 0, "event": 0, "km2": 0}
    >>> rule = SizingRule("r/1", "office", "residents", hours, {})
    >>> blocks = cut_blocks({"A": square}, [lane])
    >>> hours_of_blocks(blocks, draft, facts, rule).round(6).tolist()
    [25.0, 75.0]
    """
    _check_layers(facts, rule)
    hours: Floats = rule.hours["km2"] * area_m2(blocks.polygons, facts.crs) / 1e6
    if rule.hours["population"]:
        people = _people(blocks, draft, facts, rule.population)
        hours += rule.hours["population"] * people
    if facts.places is not None:
        points, codes = facts.places.points, facts.places.code
        each = rule.hours["place"] + rule.hours["check"] * CHECKS_A_MONTH[codes]
        hours += count_points(blocks, points.x, points.y, each)
    if facts.events is not None:
        points = facts.events.points
        a_month = MONTH_DAYS / facts.events.window_days
        hours += (
            rule.hours["event"] * a_month * count_points(blocks, points.x, points.y)
        )
    return hours


def _check_layers(facts: GroundFacts, rule: SizingRule) -> None:
    """Refuse hours for what is not loaded: it is not 0."""
    lacking = {
        layer
        for item, layer in _LAYERS.items()
        if rule.hours[item] and getattr(facts, layer) is None
    }
    if rule.hours["population"] and rule.population not in facts.populations:
        lacking.add(rule.population)
    if lacking:
        raise EditError(
            "The load of grids counts {lacking}, not loaded",
            remedy=sentence("load that, or take a sizing rule with 0 hours for it"),
            lacking=joined(
                ", ", (sentence("{layer}", layer=name) for name in sorted(lacking))
            ),
        )


def _people(blocks: Blocks, draft: Counted, facts: GroundFacts, name: str) -> Floats:
    """Return the people or households of each block."""
    before, after = draft.moved()
    for grid in blocks.grid_ids:
        if grid not in after:
            before[grid] = after[grid] = draft.planar.polygons[grid]
    counts = populations_of(
        facts.populations,
        Redrawing(before, after),
        blocks.grid_ids,
        facts.homes,
        _typed(draft),
    )[name]
    unknown = [
        grid
        for grid, count in zip(blocks.grid_ids, counts, strict=True)
        if count is None
    ]
    if unknown:
        raise EditError(
            "Nobody knows the {name} of {grid_ids}",
            grids=unknown[:3],
            remedy=sentence("type them first"),
            name=name,
            grid_ids=count_text(len(unknown), "grid"),
        )
    figures = np.array([count.value for count in counts if count is not None])
    by_area = share_by_area(blocks, figures.astype(np.float64))
    return by_area if facts.homes is None else _at_home(blocks, facts.homes, by_area)


def _at_home(blocks: Blocks, homes: Homes, by_area: Floats) -> Floats:
    """Return people where homes are; by area in grids without any."""
    at_points = count_points(blocks, homes.points.x, homes.points.y, homes.weights)
    counts, weights = (
        np.bincount(blocks.owners, amounts, len(blocks.grid_ids))
        for amounts in (by_area, at_points)
    )
    ratio = np.divide(counts, weights, out=np.zeros_like(counts), where=weights > 0)
    people: Floats = np.where(
        weights[blocks.owners] > 0, at_points * ratio[blocks.owners], by_area
    )
    return people


def _typed(draft: Counted) -> Populations:
    """Return the counts that a planner typed."""
    return {
        name: {
            grid: row[name]
            for grid, row in draft.rows.items()
            if row.get(name) is not None
            and row[name] != draft.base_rows.get(grid, {}).get(name)
        }
        for name in POPULATIONS
    }
