"""A crosswalk as a file: its pieces, its conflicts, and the grids that relate."""

from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gis.crosswalk import Crosswalk, Weights
from gis.errors import SettingError
from layers.features import crs_member, file_features, write_collection
from layers.files.sheets import Sheet, sheet_of, workbook_bytes
from layers.files.spreadsheets import csv_bytes
from layers.files.whole_file import whole_file
from layers.schema.pieces import PIECES, STANDINGS
from layers.schema.sharing import WHOLE

SUFFIXES = (".gpkg", ".geojson", ".csv", ".xlsx")
METRE_DECIMALS, SHARE_DECIMALS = 3, 9

Ids = NDArray[np.object_]


def piece_frame(crosswalk: Crosswalk, weights: Weights) -> gpd.GeoDataFrame:
    """Return the pieces of a crosswalk as `layers.schema.pieces.PIECES`.

    Parameters
    ----------
    crosswalk
        Two systems.
    weights
        From its sources to its targets; they sum to 1 over the pieces of a source.
    """
    source, target = crosswalk.rows.T
    source_ids, target_ids = (
        np.array([*system.ids, None], dtype=object)
        for system in (crosswalk.sources, crosswalk.targets)
    )
    relations, target_relations = (
        np.array([*map(str, walk.relations), None], dtype=object)
        for walk in (crosswalk, crosswalk.reversed())
    )
    areas = (
        np.append(area, np.nan)[rows]
        for area, rows in (
            (crosswalk.source_area_m2, source),
            (crosswalk.target_area_m2, target),
        )
    )
    shares = [np.round(crosswalk.area_m2 / area, SHARE_DECIMALS) for area in areas]
    return gpd.GeoDataFrame(
        {
            "piece_id": _piece_ids(source_ids[source], target_ids[target]),
            "source_id": source_ids[source],
            "target_id": target_ids[target],
            "standing": _standings(crosswalk),
            "relation": relations[source],
            "target_relation": target_relations[target],
            "is_conflict": crosswalk.is_conflict,
            "area_m2": crosswalk.area_m2.round(METRE_DECIMALS),
            "width_m": crosswalk.width_m.round(METRE_DECIMALS),
            "source_share": shares[0],
            "target_share": shares[1],
            "weight": _weight_column(crosswalk, weights),
        },
        geometry=list(crosswalk.polygons),
        crs=crosswalk.crs,
    )


def related_frame(crosswalk: Crosswalk, weights: Weights) -> gpd.GeoDataFrame:
    """Return the sources of a crosswalk as `layers.schema.pieces.RELATED_GRIDS`.

    Parameters
    ----------
    crosswalk, weights
        As `piece_frame` takes them.
    """
    sources = crosswalk.sources
    is_outside = weights.rows[:, 1] < 0
    outside = np.zeros(len(sources.ids))
    outside[weights.rows[is_outside, 0]] = weights.weights[is_outside]
    pieces = np.bincount(
        crosswalk.rows[crosswalk.counts, 0], minlength=len(sources.ids)
    )
    return gpd.GeoDataFrame(
        {
            "grid_id": sources.ids,
            "relation": [*map(str, crosswalk.relations)],
            "pieces": pieces,
            "outside": outside.round(SHARE_DECIMALS),
            "is_by_area": weights.is_by_area,
        },
        geometry=list(sources.polygons),
        crs=crosswalk.crs,
    )


def write_crosswalk(path: Path, crosswalk: Crosswalk, weights: Weights) -> None:
    """Write a crosswalk, whole or not at all.

    Parameters
    ----------
    path
        ``.gpkg`` for the layers ``pieces``, ``conflicts`` (those of them that count and
        whose source conflicts) and ``related`` (the sources); ``.geojson`` or ``.csv``
        (without polygons, for spreadsheets) for the pieces; ``.xlsx`` for pieces and
        related grids as sheets; replaced if it exists.
    crosswalk, weights
        As `piece_frame` takes them.

    Raises
    ------
    SettingError
        For another extension and a file that cannot be written.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise SettingError(
            "The output {path!r} has an extension that is not written here, expected "
            "one of {suffixes!r}; rename it.",
            path=str(path),
            suffixes=list(SUFFIXES),
        )
    pieces = piece_frame(crosswalk, weights)
    with whole_file(path) as part:
        if suffix == ".gpkg":
            conflicts = pieces[pieces["is_conflict"]]
            related = related_frame(crosswalk, weights)
            _write_layers(
                part,
                {"pieces": pieces, "conflicts": conflicts, "related": related},
            )
        elif suffix == ".geojson":
            with part.open("wb") as stream:
                items = file_features(pieces, PIECES, WHOLE)
                write_collection(stream, items, crs_member(pieces.crs))
        elif suffix == ".xlsx":
            layers = {"pieces": pieces, "related": related_frame(crosswalk, weights)}
            part.write_bytes(workbook_bytes({n: _plain(f) for n, f in layers.items()}))
        else:
            table = pd.DataFrame(pieces.drop(columns="geometry"))
            part.write_bytes(csv_bytes(table))


def _plain(frame: gpd.GeoDataFrame) -> Sheet:
    """Return a layer as a sheet, without its polygons."""
    return sheet_of(pd.DataFrame(frame.drop(columns="geometry")))


def _write_layers(path: Path, layers: Mapping[str, gpd.GeoDataFrame]) -> None:
    """Write layers of multi-polygons as one GeoPackage."""
    for name, frame in layers.items():
        frame.to_file(path, layer=name, driver="GPKG", promote_to_multi=True)


def _piece_ids(sources: Ids, targets: Ids) -> list[str]:
    return [f"{s or ''}/{t or ''}" for s, t in zip(sources, targets, strict=True)]


def _standings(crosswalk: Crosswalk) -> list[str]:
    """Return the word of each piece; what is narrow is noise wherever it lies."""
    flags = [crosswalk.counts, crosswalk.is_small, crosswalk.is_noise]
    places = np.select(flags, [0, 1, 2], default=3)
    return [STANDINGS[place] for place in places]


def _weight_column(crosswalk: Crosswalk, weights: Weights) -> NDArray[np.float64]:
    """Return the weight of each piece; 0 for noise, missing without source."""
    width = len(crosswalk.targets.ids) + 1
    keys, wanted = (
        rows[:, 0] * width + rows[:, 1] % width
        for rows in (weights.rows, crosswalk.rows)
    )
    column = np.zeros(len(wanted))
    order = np.argsort(wanted)
    column[order[np.searchsorted(wanted[order], keys)]] = weights.weights
    column[crosswalk.rows[:, 0] < 0] = np.nan
    return column.round(SHARE_DECIMALS)
