"""Rated areas and the method as JSON documents."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from string import digits
from typing import Any, Final, Literal, TypeAlias
from weakref import WeakKeyDictionary

import geopandas as gpd
import orjson
import pandas as pd

from layers.features import collection_text, crs_member, feature_texts, rows
from layers.maps import BaseMap
from layers.maps.packing import numbers
from layers.rating.day import RiskDay
from layers.rating.map import area_facts, risk_day_model
from layers.schema.areas import rated_schema
from layers.schema.sharing import Classes
from layers.styles import LEVEL_STYLES

AreaLayer: TypeAlias = Literal["grids", "circles", "communities"]
TIERS: Final[Mapping[AreaLayer, str]] = {
    "grids": "grids",
    "circles": "tier",
    "communities": "communities",
}
"""Tiers of a rated day without their numbers, by the collection of their areas."""
FIGURES = ("events", "places", "green", "yellow", "red", "overdue")
Texts = dict[tuple[tuple[str, ...], Classes], bytes]
_TEXTS: Final[WeakKeyDictionary[RiskDay, Texts]] = WeakKeyDictionary()
"""Collections of whole layers as bytes, as long as their day is kept anywhere."""


_MODELS: Final[WeakKeyDictionary[RiskDay, dict[BaseMap | None, bytes]]] = (
    WeakKeyDictionary()
)
"""What maps are drawn from, likewise."""


def area_bytes(rating: RiskDay, names: Iterable[str], classes: Classes) -> bytes:
    """Return whole layers of areas as GeoJSON, written once for each rated day.

    Parameters
    ----------
    rating, names, classes
        As `area_text` takes them.
    """
    key = tuple(names), classes
    texts = _TEXTS.setdefault(rating, {})
    if key not in texts:
        texts[key] = area_text(rating, *key)
    return texts[key]


def area_text(
    rating: RiskDay,
    names: Iterable[str],
    classes: Classes,
    area_id: str | None = None,
) -> bytes:
    """Return layers of rated areas as one GeoJSON feature collection.

    Parameters
    ----------
    rating
        The day.
    names
        Keys of `RiskDay.tiers`.
    classes
        Classes of sharing of the columns that are given out.
    area_id
        Only the area of this id; None takes all.
    """
    items = [
        item for name in names for item in _texts_of(rating, name, classes, area_id)
    ]
    members = {
        "on": rating.day.isoformat(),
        "boundary_version": rating.version.version,
        "method_version": rating.method.version,
        "rule_version": rating.rule.version,
        "is_synthetic": rating.facts.rulebook.imprint.is_synthetic,
        "left_out": dict(rating.left_out),
    }
    return collection_text(items, crs_member(rating.grids.crs) | members)


def map_bytes(rating: RiskDay, base_map: BaseMap | None) -> bytes:
    """Return what the map of a day is drawn from, written once for each rated day.

    Parameters
    ----------
    rating
        The day, as far as who asks sees it.
    base_map
        Pictures under the areas; None for none.
    """
    models = _MODELS.setdefault(rating, {})
    if base_map not in models:
        models[base_map] = orjson.dumps(risk_day_model(rating, base_map))
    return models[base_map]


def area_document(rating: RiskDay, area_id: str) -> bytes | None:
    """Return what the map says of one area as JSON; None where there is none.

    Parameters
    ----------
    rating
        The day, as far as who asks sees it.
    area_id
        Of a grid, circle or community.
    """
    facts = area_facts(rating, area_id)
    return None if facts is None else orjson.dumps(facts)


def level_document(rating: RiskDay, layer: AreaLayer) -> dict[str, Any]:
    """Return levels and scores of areas by their ids, and the colours of levels.

    Both are everybody's, but scores of a class that who asks does not see; None is no
    data. A map of tiles joins them by id.

    Parameters
    ----------
    rating
        The day.
    layer
        Collection of the areas.
    """
    tiers = [name for name in rating.tiers if name.rstrip(digits) == TIERS[layer]]
    levels: dict[str, int | None] = {}
    scores: dict[str, float | None] = {}
    for name in tiers:
        frame = rating.tiers[name].frame
        ids = frame[rated_schema(name).key]
        levels.update(zip(ids, _levels(frame["level"]), strict=True))
        scores.update(zip(ids, numbers(frame, "score") or [], strict=True))
    styles = {style.level: style for style in LEVEL_STYLES}
    return {
        "on": rating.day.isoformat(),
        "boundary_version": rating.version.version,
        "method_version": rating.method.version,
        "rule_version": rating.rule.version,
        "layer": layer,
        "colours": {
            str(int(level)): style.colour
            for level, style in styles.items()
            if level is not None
        },
        "no_data": styles[None].colour,
        "levels": levels,
        "scores": scores,
    }


def method_document(rating: RiskDay) -> dict[str, Any]:
    """Return the method card and the sensitivity of the grids to its breaks.

    Parameters
    ----------
    rating
        The day.
    """
    moves = rating.tiers["grids"].sensitivity
    return asdict(rating.card) | {
        "owner": rating.method.owner,
        "on": rating.day.isoformat(),
        "sensitivity": [asdict(move) for move in moves],
    }


def area_frame(rating: RiskDay, name: str) -> gpd.GeoDataFrame:
    """Return one layer with the columns of its document, values as JSON has them."""
    frame = rating.tiers[name].frame
    key = rated_schema(name).key
    columns = {
        key: frame[key],
        "name": _texts(frame["name"]),
        **({"parent_id": _texts(frame["parent_id"])} if "parent_id" in frame else {}),
        "level": _levels(frame["level"]),
        "raw_level": _levels(frame["raw_level"]),
        "floor": _levels(frame["floor"]),
        "score": _rounded(frame["score"]),
        "change_7_days": _rounded(frame["change"]),
        "drivers": [[driver._asdict() for driver in row] for row in frame["drivers"]],
        **{figure: frame[figure] for figure in FIGURES},
    }
    if "tier" in frame:
        columns["tier"] = frame["tier"]
    return gpd.GeoDataFrame(columns, geometry=frame.geometry, crs=frame.crs)


def _texts_of(
    rating: RiskDay, name: str, classes: Classes, area_id: str | None
) -> list[bytes]:
    """Return areas of a layer as features, each as JSON."""
    frame, schema = area_frame(rating, name), rated_schema(name)
    if area_id is not None:
        frame = frame[frame[schema.key] == area_id]
    records = rows(frame, schema, classes)
    return feature_texts(frame[schema.key], records, frame.geometry.to_numpy())


def _levels(levels: pd.Series) -> pd.Series:
    """Return levels, None for no data."""
    return levels.astype(object).where(levels > 0, None)


def _rounded(values: pd.Series) -> pd.Series:
    """Return numbers to three decimals, None where there is none."""
    return values.map(lambda value: round(float(value), 3)).astype(object)


def _texts(values: pd.Series) -> pd.Series:
    """Return texts, None for what is none."""
    return values.map(lambda value: value if isinstance(value, str) else None)
