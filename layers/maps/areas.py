"""Grids, circles and communities as tiers of a map: levels, figures, shared arcs."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gis.arcs import share_arcs
from gis.errors import InvalidLayerError
from gis.sentences import bilingual, sentence
from layers.maps.details import Details, count_gap
from layers.maps.packing import (
    DECIMALS,
    Json,
    coded,
    digits,
    numbers,
    packed_steps,
    require,
    text_lists,
    texts,
)
from layers.words import tier_name
from layers.words.vocabulary import COMMUNITY_NAME, GRID_NAME

Nodes = Mapping[str, tuple[str, str | None]]  # circle id -> name, parent id


@dataclass(frozen=True, slots=True)
class Layer:
    """One choice of the switch: its names, its areas in id order, their ids.

    `circle_tier` is None for grids and communities, which command nothing.
    """

    names: tuple[str, str]
    frame: gpd.GeoDataFrame
    ids: list[str]
    circle_tier: int | None = None


def area_layers(
    grids: gpd.GeoDataFrame,
    circles: gpd.GeoDataFrame | None,
    details: Details,
    gaps: Counter[str],
) -> list[Layer]:
    """Return the layers of the switch: grids, circles up to the core, communities.

    Parameters
    ----------
    grids, circles, details
        As `five_colour_map` takes them.
    gaps
        Counted up: areas without a polygon, grids that are no coverage.

    Raises
    ------
    InvalidLayerError
        If a column is missing or no area of a layer has a polygon.
    CrsError
        If a layer has no CRS.
    """
    layers = [_layer(GRID_NAME.both, grids, "grid_id", gaps)]
    uncovered = shapely.coverage_invalid_edges(layers[0].frame.geometry.to_numpy())
    count_gap(gaps, "uncovered", ~shapely.is_empty(uncovered))
    if circles is not None:
        require(circles, sentence("circles"), "circle_id", "tier")
        for tier in sorted(set(circles["tier"].astype(int)), reverse=True):
            frame = circles[circles["tier"] == tier]
            names = details.tier_names.get(tier) or tier_name(tier).both
            layers.append(_layer(names, frame, "circle_id", gaps, tier))
    communities = details.communities
    if communities is not None:
        layers.append(_layer(COMMUNITY_NAME.both, communities, "community_id", gaps))
    return layers


def _layer(
    names: tuple[str, str],
    frame: gpd.GeoDataFrame,
    id_column: str,
    gaps: Counter[str],
    circle_tier: int | None = None,
) -> Layer:
    """Return one layer of areas that can be drawn, in degrees."""
    what = bilingual(names[1].lower(), names[0])
    require(frame, what, id_column, "level")
    drawable = ~(frame.geometry.isna() | frame.geometry.is_empty)
    count_gap(gaps, "no_polygon", ~drawable.to_numpy())
    if not drawable.any():
        raise InvalidLayerError(
            "The {names} of the map are {frame} rows without a polygon, expected a "
            "polygon in every row; mend the layer.",
            names=what,
            frame=len(frame),
        )
    rows = frame[drawable].assign(**{id_column: frame[id_column].astype(str)})
    areas = rows.sort_values(id_column, ignore_index=True).to_crs("EPSG:4326")
    return Layer(names, areas, areas[id_column].tolist(), circle_tier)


def circle_nodes(circles: gpd.GeoDataFrame | None) -> Nodes:
    """Return the name and the parent of each circle."""
    if circles is None:
        return {}
    ids = circles["circle_id"].astype(str).tolist()
    blank = [""] * len(ids)
    names = texts(circles, "name") or blank
    parents = texts(circles, "parent_id") or blank
    rows = zip(ids, names, parents, strict=True)
    return {node: (name or node, parent or None) for node, name, parent in rows}


def tier_models(
    layers: Sequence[Layer], nodes: Nodes, history: pd.DataFrame | None
) -> tuple[list[str], list[Json]]:
    """Return the shared arcs, and what the browser needs of each layer.

    Parameters
    ----------
    layers
        Of `area_layers`.
    nodes
        Of `circle_nodes`.
    history
        As in `Details`.

    Raises
    ------
    InvalidLayerError
        If a level is not one of the five, or the last day is not the day drawn.
    """
    polygons = np.concatenate([layer.frame.geometry.to_numpy() for layer in layers])
    topology = share_arcs(polygons, DECIMALS)
    start = 0
    models = []
    for row, layer in enumerate(layers):
        rings = topology.areas[start : start + len(layer.ids)]
        start += len(layer.ids)
        model = _tier_model(layer, nodes, history)
        models.append(model | {"rings": rings, "outlines": _outlines(layers, row)})
    return [packed_steps(arc) for arc in topology.arcs], models


def _tier_model(layer: Layer, nodes: Nodes, history: pd.DataFrame | None) -> Json:
    """Return one layer column by column."""
    frame = layer.frame
    levels = _levels(layer)
    chains = [_chain(parent, nodes) for parent in texts(frame, "parent_id") or []]
    return {
        "zh": layer.names[0],
        "en": layer.names[1],
        "is_circle": layer.circle_tier is not None,
        "ids": layer.ids,
        "names": texts(frame, "name"),
        "levels": levels,
        "history": _history(layer.ids, levels, history),
        **area_figures(frame),
        "accountable_post": coded(texts(frame, "accountable_post")),
        "chain": coded(chains or None),
        "labels": _labels(frame.geometry),
    }


def area_figures(frame: pd.DataFrame) -> dict[str, list[Any] | None]:
    """Return what changes of areas in the course of a day beside their levels.

    Parameters
    ----------
    frame
        Areas, as `layers.maps.map_model` takes them.

    Returns
    -------
    columns
        As a layer of a map has them; None for what the areas do not say.
    """
    return {
        "scores": numbers(frame, "score"),
        "events": numbers(frame, "events"),
        "bases": numbers(frame, "base"),
        "drivers": text_lists(frame, "drivers"),
        "changes": text_lists(frame, "changes"),
    }


def _outlines(layers: Sequence[Layer], row: int) -> list[tuple[int, int]]:
    """Return layers whose outlines lie over one, each with its rank, widest last.

    Circles from the layer itself up; a community is under none but the town's own.
    """
    tiers = [(n, layer.circle_tier) for n, layer in enumerate(layers)]
    circles = [(n, max(1, 5 - tier)) for n, tier in tiers if tier is not None]
    if row == 0 or layers[row].circle_tier is not None:
        return [(n, rank) for n, rank in circles if n >= row]
    return [(row, 1), *circles[-1:]]


def _levels(layer: Layer) -> str:
    """Return the level of each area as a digit, 0 where it has no data."""
    column = layer.frame["level"]
    values = column.astype(object).where(column.notna(), 0).tolist()
    for area, value in zip(layer.ids, values, strict=True):
        if value not in range(6):
            raise InvalidLayerError(
                "Area {area!r} has level {value!r}, expected 1 (green) to 5 (red), or "
                "none for no data; classify its score first.",
                area=area,
                value=value,
            )
    return digits(values, 5, sentence("level"))


def _history(
    ids: list[str], levels: str, history: pd.DataFrame | None
) -> list[str] | None:
    """Return the levels of each area, a digit a day."""
    if history is None:
        return None
    table = history.set_axis(history.index.astype(str)).reindex(ids)
    rows = table.astype(object).where(table.notna(), 0).to_numpy().tolist()
    days = [digits(row, 5, sentence("level of a past day")) for row in rows]
    for area, past, level in zip(ids, days, levels, strict=True):
        if past[-1] != level:
            raise InvalidLayerError(
                "Area {area!r} has level {level} but {past} on the last day of the "
                "history, expected the same; end the history on the day drawn.",
                area=area,
                level=level,
                past=past[-1],
            )
    return days


def _chain(parent: str, nodes: Nodes) -> str:
    """Return the circles above an area, nearest first; a cycle ends it."""
    names: dict[str, str] = {}
    above: str | None = parent
    while above is not None and above in nodes and above not in names:
        names[above], above = nodes[above]
    return " › ".join(names.values())


def _labels(areas: gpd.GeoSeries) -> list[list[float]]:
    """Return lon, lat and radius of the largest circle inside each area.

    The radius is in metres of web mercator, which is what the screen shows.
    """
    mercator = areas.to_crs("EPSG:3857")
    # a fiftieth of its width places a letter well enough
    tolerance = np.sqrt(mercator.area.to_numpy()) / 50
    spokes = shapely.maximum_inscribed_circle(mercator.to_numpy(), tolerance)
    centres = gpd.GeoSeries(shapely.get_point(spokes, 0), crs="EPSG:3857")
    lonlat = centres.to_crs("EPSG:4326").get_coordinates().to_numpy()
    radii = shapely.length(spokes)
    return [
        [round(float(lon), DECIMALS), round(float(lat), DECIMALS), round(float(r))]
        for (lon, lat), r in zip(lonlat, radii, strict=True)
    ]
