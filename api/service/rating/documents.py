"""Rated areas and the method as JSON documents."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any, Final
from weakref import WeakKeyDictionary

import geopandas as gpd
import orjson
import pandas as pd

from layers.features import Classes, collection, features
from layers.rating.day import RiskDay
from layers.schema.areas import rated_schema

FIGURES = ("events", "places", "green", "yellow", "red", "overdue")
Texts = dict[tuple[tuple[str, ...], Classes], bytes]
_TEXTS: Final[WeakKeyDictionary[RiskDay, Texts]] = WeakKeyDictionary()
"""Collections of whole layers as bytes, as long as their day is kept anywhere."""


def area_bytes(rating: RiskDay, names: Iterable[str], classes: Classes) -> bytes:
    """Return whole layers of areas as GeoJSON, written once for each rated day.

    Parameters
    ----------
    rating, names, classes
        As `area_features` takes them.
    """
    key = tuple(names), classes
    texts = _TEXTS.setdefault(rating, {})
    if key not in texts:
        texts[key] = orjson.dumps(area_features(rating, key[0], classes))
    return texts[key]


def area_features(
    rating: RiskDay,
    names: Iterable[str],
    classes: Classes,
    area_id: str | None = None,
) -> dict[str, Any]:
    """Return layers of rating areas as one GeoJSON feature collection.

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
    frames = {name: area_frame(rating, name) for name in names}
    items = [
        item
        for name, frame in frames.items()
        for item in features(frame, rated_schema(name), classes)
        if area_id is None or item["id"] == area_id
    ]
    return collection(
        items,
        rating.grids.crs,
        {
            "on": rating.day.isoformat(),
            "boundary_version": rating.version.version,
            "method_version": rating.method.version,
            "rule_version": rating.rule.version,
            "is_synthetic": rating.facts.rulebook.imprint.is_synthetic,
            "left_out": dict(rating.left_out),
        },
    )


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


def _levels(levels: pd.Series) -> pd.Series:
    """Return levels, None for no data."""
    return levels.astype(object).where(levels > 0, None)


def _rounded(values: pd.Series) -> pd.Series:
    """Return numbers to three decimals, None where there is none."""
    return values.map(lambda value: round(float(value), 3)).astype(object)


def _texts(values: pd.Series) -> pd.Series:
    """Return texts, None for what is none."""
    return values.map(lambda value: value if isinstance(value, str) else None)
