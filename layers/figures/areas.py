"""Areas and places of a report: rated, in a fixed order, without sensitive words."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gis.models import SafetyCode
from layers.figures.counting import rows_of
from layers.rating.day import RiskDay

LayerName = Literal["circle", "community", "grid"]

ATTENTION_COLUMNS: Final = (
    "place_id",
    "name",
    "scene",
    "code",
    "grid_id",
    "circle_id",
    "criteria",
    "open_minor",
    "open_serious",
    "open_critical",
    "last_check",
    "due_on",
    "overdue_days",
)


@dataclass(frozen=True, slots=True, eq=False)
class AreaLayer:
    """One layer of areas, and of which grids each of them is made.

    Attributes
    ----------
    name
        Which layer.
    frame
        layer, area_id, tier, parent_id, name, score, level, change, drivers.
    grid_rows
        Rows of the grids of each area.
    """

    name: LayerName
    frame: pd.DataFrame
    grid_rows: list[NDArray[np.int64]]


def list_areas(day: RiskDay) -> Iterator[AreaLayer]:
    """Yield circles from the top, communities and grids, as far as there are some.

    Parameters
    ----------
    day
        Areas with their ratings.
    """
    if day.circles is not None:
        circles = day.circles.sort_values(["tier", "circle_id"])
        parents = dict(zip(circles["circle_id"], circles["parent_id"], strict=True))
        rows = _rows_below(day.grids["parent_id"], parents)
        yield _layer("circle", circles, [rows[name] for name in parents])
    if day.communities is not None:
        communities = day.communities.sort_values("community_id")
        index = pd.Index(communities["community_id"])
        at = rows_of(day.grids["community_id"], index)
        grid_rows = [np.flatnonzero(at == row) for row in range(len(index))]
        yield _layer("community", communities, grid_rows)
    each = [np.array([row]) for row in range(len(day.grids))]
    yield _layer("grid", day.grids, each)


def list_attention(day: RiskDay) -> pd.DataFrame:
    """Return the places that are red or overdue, the worst first.

    Parameters
    ----------
    day
        Places with their codes.

    Returns
    -------
    attention
        Columns `ATTENTION_COLUMNS`; days are ISO texts, empty where there is none.
    """
    places = pd.DataFrame(day.places)
    is_late = (places["overdue_days"] > 0) & (places["code"] > 0)
    rows = places[(places["code"] == SafetyCode.RED) | is_late]
    rows = rows.sort_values(
        ["code", "overdue_days", "place_id"], ascending=[False, False, True]
    )
    circles = day.grids.set_index("grid_id").get("parent_id")
    table = rows.assign(
        circle_id="" if circles is None else rows["grid_id"].map(circles),
        last_check=_iso_days(rows["last_check"]),
        due_on=_iso_days(rows["due_on"]),
    )
    for name in ("name", "grid_id", "circle_id"):
        table[name] = table[name].fillna("").astype(str)
    return table[list(ATTENTION_COLUMNS)].reset_index(drop=True)


def _rows_below(
    owners: pd.Series, parents: dict[str, str | None]
) -> dict[str, NDArray[np.int64]]:
    """Return the rows of the grids below each circle."""
    rows: dict[str, list[int]] = {name: [] for name in parents}
    for row, parent in enumerate(owners.tolist()):
        owner = parent
        while owner in rows:
            rows[owner].append(row)
            owner = parents[owner]
    return {
        name: np.array(grid_rows, dtype=np.int64) for name, grid_rows in rows.items()
    }


def _layer(
    name: LayerName,
    areas: gpd.GeoDataFrame,
    grid_rows: list[NDArray[np.int64]],
) -> AreaLayer:
    """Return a layer with the columns that all layers share."""
    missing = pd.Series([None] * len(areas), index=areas.index)
    frame = pd.DataFrame(
        {
            "layer": name,
            "area_id": areas[f"{name}_id"],
            "tier": areas.get("tier", missing),
            "parent_id": areas.get("parent_id", missing),
            "name": areas.get("name", missing),
            "score": areas["score"],
            "level": areas["level"],
            "change": areas["change"],
            "drivers": areas["drivers"],
        }
    )
    return AreaLayer(name, frame.reset_index(drop=True), grid_rows)


def _iso_days(days: pd.Series) -> pd.Series:
    """Return days as ISO text, empty where there is none."""
    texts: pd.Series = pd.to_datetime(days).dt.strftime("%Y-%m-%d").fillna("")
    return texts.astype(str)
