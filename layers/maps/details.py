"""What a map shows besides the levels of its areas."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layers.maps.base_map import BaseMap
from layers.words import Words

Gap: TypeAlias = Literal[
    "no_position",
    "unknown_scene",
    "no_event_position",
    "no_station_position",
    "no_polygon",
    "no_post_area",
    "uncovered",
]
"""What the map itself cannot draw, in the words of `layers.words.rating.LEFT_OUT`."""


class PackCaption(NamedTuple):
    """A scenario as the legend of the events has it.

    Attributes
    ----------
    sign
        One Chinese character that stands on its events; may be empty.
    zh, en
        Its name.
    """

    sign: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Details:
    """Layers over the areas and lines of the imprint; each may be left out.

    A text may be `layers.words.Words`: the page shows one language at a time.

    Attributes
    ----------
    communities
        `community_id`, `level` and the other columns of an area; a choice of the
        switch beside grids and circles.
    places
        `place_id`, `scene` (one of the eight), `code` (3 red, 2 yellow, 1 green, 0
        none), points in any CRS; shown where present: `name`, `reasons` (list of
        texts), `due` (day of the next check), `grid_id`.
    events
        `category`, `severity` (1 to 9), `day`, points in any CRS; shown where present:
        `pack`, the scenario of each, empty for none, `event_id` and `time` of the day.
    posts
        `post_id`, `area_id` of a grid, circle or community, at whose middle it stands.
        Ids only: a name of a person has no business here.
    stations
        `station_id`, points in any CRS; shown where present: `name`, `kind`.
    history
        Level of each area (index: its id) on each day (columns, ascending; the last is
        the day of the map); 0 or missing is no data.
    gaps
        What the caller had to leave out, and how many: a reason of
        `layers.words.rating.LEFT_OUT` or a text.
    dates
        What the data are of which days: a caption and the days each; without them the
        map prints the date of the method card.
    grid_version
        Version of the grid set; None is that of the method card, or not published.
    review_number
        The number under which the map was approved; empty prints nothing.
    attribution
        Source and licence of the data; empty prints nothing.
    packs
        Scenarios that events name, by their id.
    tier_names
        Tier -> Chinese and English name of its circles, instead of the usual ones.
    base_map
        Pictures under the areas; None draws on paper and asks for nothing.
    score_name
        What `score` is; None is a score.
    base_name
        What `base` is, which the score of an area is counted against; needed where
        there is such a column.
    tier_breaks
        Tier -> upper limits of its circles, instead of those of the method card.
    """

    communities: gpd.GeoDataFrame | None = None
    places: gpd.GeoDataFrame | None = None
    events: gpd.GeoDataFrame | None = None
    posts: pd.DataFrame | None = None
    stations: gpd.GeoDataFrame | None = None
    history: pd.DataFrame | None = None
    gaps: Mapping[str, int] = field(default_factory=dict)
    dates: Sequence[tuple[Words, str]] = ()
    grid_version: str | None = None
    review_number: str = ""
    attribution: str = ""
    packs: Mapping[str, PackCaption] = field(default_factory=dict)
    tier_names: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    base_map: BaseMap | None = None
    score_name: Words | None = None
    base_name: Words | None = None
    tier_breaks: Mapping[int, tuple[float, ...]] = field(default_factory=dict)


def count_gap(gaps: Counter[str], gap: Gap, is_missing: NDArray[np.bool_]) -> None:
    """Count the rows up that cannot be drawn.

    Parameters
    ----------
    gaps
        Counted up.
    gap
        Why.
    is_missing
        Which rows, shape (m,).
    """
    gaps[gap] += int(is_missing.sum())
