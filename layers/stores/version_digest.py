"""Digests and log bytes of versions, as reviewers approve and the log chains them."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gis.coverage import layer_digest
from gis.errors import InvalidLayerError, StoreError
from gis.versions import Withdrawal
from layers.schema.circles import CIRCLES
from layers.schema.communities import COMMUNITIES
from layers.schema.grids import GRIDS
from layers.schema.layer import Field, LayerSchema, check
from layers.stores.log import MEND
from layers.stores.protocol import VersionLayers

SHOWN = 3


def draft_digest(
    grids: gpd.GeoDataFrame,
    circles: pd.DataFrame | None = None,
    communities: pd.DataFrame | None = None,
) -> str:
    """Return the digest of what a draft would publish.

    It is the SHA-256 over the digests of grids, circles and communities as text; the
    polygons of circles and communities follow from the grids and do not count.

    Parameters
    ----------
    grids, circles, communities
        As in `Draft`.

    Raises
    ------
    InvalidLayerError
        If a layer breaks its schema.

    Examples
    --------
    >>> square = shapely.box(0, 0, 1, 1)
    >>> draft_digest(gpd.GeoDataFrame({"grid_id": ["G1"]}, geometry=[square]))[:8]
    '3876edbe'
    """
    rows = known_columns(grids, GRIDS)
    return joint_digest(rows, circle_rows(circles), community_rows(communities, rows))


def layers_digest(layers: VersionLayers) -> str:
    """Return the digest of the layers of a version as they are stored."""
    return joint_digest(layers.grids, layers.circles, layers.communities)


def published_layers(layers: VersionLayers) -> VersionLayers:
    """Return the layers of a version as they were published, or refuse them.

    Raises
    ------
    StoreError
        If rows were added, changed or taken away since: the digest is another.
    """
    if layers_digest(layers) != layers.version.digest:
        raise StoreError(
            "A version is not as it was stored: {version} of grid system {system!r} "
            "has other grids, circles or communities than were published; {mend}.",
            version=layers.version.version,
            system=layers.version.system,
            mend=MEND,
        )
    return layers


def version_bytes(layers: VersionLayers) -> bytes:
    """Return a version as a row of the log, its digests made from the rows given."""
    document = asdict(replace(layers.version, digest=layers_digest(layers)))
    document["circles"] = _frame_digest(layers.circles, "circle_id", with_polygons=True)
    document["communities"] = _frame_digest(
        layers.communities, "community_id", with_polygons=True
    )
    return _json(document)


def withdrawal_bytes(withdrawal: Withdrawal) -> bytes:
    """Return a withdrawal as a row of the log."""
    return _json(asdict(withdrawal))


def layer_column(values: Sequence[object], field: Field) -> pd.Series:
    """Return a column of a layer of a version in the dtype that every store gives it.

    Parameters
    ----------
    values
        What is stored, None where nothing is.
    field
        Text, or whole numbers.

    Examples
    --------
    >>> field = Field("storeys", "integer", False, "open", "Number of storeys.")
    >>> layer_column([3, None], field).tolist()
    [3, <NA>]
    """
    if field.kind == "text":
        return pd.Series(values, dtype="str")
    return pd.Series(values, dtype="int64" if field.required else "Int64")


def known_columns(frame: pd.DataFrame, schema: LayerSchema) -> pd.DataFrame:
    """Return the columns of the schema in code order of the key, geometry kept."""
    geometry = frame.geometry.name if isinstance(frame, gpd.GeoDataFrame) else None
    names = [f.name for f in schema.fields]
    unknown = [str(c) for c in frame.columns if c not in names and c != geometry]
    if unknown:
        raise InvalidLayerError(
            "Layer {name!r} has {unknown} columns that it does not know, "
            "{unknown_2!r}; rename or remove them.",
            name=schema.name,
            unknown=len(unknown),
            unknown_2=unknown[:SHOWN],
        )
    checked = check(frame, schema)
    nothing = [None] * len(frame)
    columns = {
        field.name: layer_column(
            checked[field.name].tolist() if field.name in checked else nothing, field
        ).set_axis(frame.index)
        for field in schema.fields
    }
    rows = pd.DataFrame(columns, index=frame.index)
    if geometry is not None and schema is GRIDS:
        rows = gpd.GeoDataFrame(rows, geometry=frame.geometry, crs=frame.crs)
    return rows.sort_values(schema.key, ignore_index=True)


def circle_rows(circles: pd.DataFrame | None) -> pd.DataFrame:
    """Return the circles of a draft by their schema; none without circles."""
    if circles is None:
        circles = pd.DataFrame({"circle_id": [], "tier": []})
    return known_columns(circles, CIRCLES)


def community_rows(
    communities: pd.DataFrame | None, grids: pd.DataFrame
) -> pd.DataFrame:
    """Return the communities given, else those that the grids name."""
    if communities is None:
        ids = set(grids["community_id"].dropna())
        communities = pd.DataFrame({"community_id": sorted(ids)})
    return known_columns(communities, COMMUNITIES)


def joint_digest(*layers: pd.DataFrame) -> str:
    """Return the digest of grids, circles and communities."""
    keys = ("grid_id", "circle_id", "community_id")
    digest = hashlib.sha256()
    for key, frame in zip(keys, layers, strict=True):
        text = _frame_digest(frame, key, with_polygons=key == "grid_id")
        digest.update(f"{key}:{text}\n".encode())
    return digest.hexdigest()


def _frame_digest(frame: pd.DataFrame, key: str, *, with_polygons: bool) -> str:
    """Return the digest of a layer; a row without its polygon has an empty one."""
    names = sorted(set(frame.columns) - {key, "geometry"})
    polygons = (
        frame["geometry"].to_numpy()
        if with_polygons
        else np.full(len(frame), shapely.MultiPolygon(), dtype=object)
    )
    values = [
        {n: v for n, v in zip(names, row, strict=True) if isinstance(v, (str, int))}
        for row in zip(*(frame[name].tolist() for name in names), strict=True)
    ]
    return layer_digest(frame[key].tolist(), polygons, values)


def _json(document: dict[str, object]) -> bytes:
    return json.dumps(
        document, sort_keys=True, ensure_ascii=False, separators=(",", ":")
    ).encode()
