"""Rated areas and the method as JSON documents."""

import math
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import orjson

from layers.rating.day import RiskDay

FIGURES = ("events", "places", "green", "yellow", "red", "overdue")


def area_features(rating: RiskDay, names: Iterable[str]) -> dict[str, Any]:
    """Return layers of rated areas as one GeoJSON feature collection.

    Parameters
    ----------
    rating
        The day.
    names
        Keys of `RiskDay.tiers`.
    """
    features = [f for name in names for f in _features(rating, name)]
    return {
        "type": "FeatureCollection",
        "on": rating.day.isoformat(),
        "boundary_version": rating.version.version,
        "method_version": rating.method.version,
        "rule_version": rating.rule.version,
        "is_synthetic": rating.facts.rulebook.imprint.is_synthetic,
        "left_out": dict(rating.left_out),
        "features": features,
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


def _features(rating: RiskDay, name: str) -> list[dict[str, Any]]:
    """Return one layer, a feature an area."""
    frame = rating.tiers[name].frame
    geometries = orjson.loads(frame.geometry.to_json())["features"]
    id_column = "grid_id" if name == "grids" else "circle_id"
    return [
        {
            "type": "Feature",
            "id": row[id_column],
            "geometry": feature["geometry"],
            "properties": {
                id_column: row[id_column],
                "name": _text(row["name"]),
                "parent_id": _text(row["parent_id"]),
                "level": int(row["level"]) or None,
                "raw_level": int(row["raw_level"]) or None,
                "score": _rounded(row["score"]),
                "change_7_days": _rounded(row["change"]),
                "drivers": [driver._asdict() for driver in row["drivers"]],
                **{figure: int(row[figure]) for figure in FIGURES},
            }
            | ({"tier": int(row["tier"])} if "tier" in row else {}),
        }
        for row, feature in zip(frame.to_dict("records"), geometries, strict=True)
    ]


def _rounded(value: float) -> float | None:
    return None if math.isnan(value) else round(float(value), 3)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
