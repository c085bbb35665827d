"""The digest of a layer: one fingerprint for one set of grids."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias

import shapely

from gis.geometry import Polygonals, round_coordinates

Attributes: TypeAlias = Sequence[Mapping[str, object]]


def layer_digest(
    ids: Sequence[str], polygons: Polygonals, attributes: Attributes | None = None
) -> str:
    """Return the SHA-256 of a layer, whatever the order of its rows, rings or vertices.

    Over the grids in code order of their ids: the id in UTF-8, the little-endian 2-D
    WKB of the normalised multi-polygon at 9 decimals, and the attributes, where given,
    as JSON in UTF-8 with sorted keys and no blanks.

    Parameters
    ----------
    ids
        One id for each grid, without repetition.
    polygons
        Grids, shape (n,).
    attributes
        One mapping of JSON values for each grid.

    Examples
    --------
    >>> layer_digest(["A"], [shapely.box(0, 0, 1, 1)])[:8]
    '6d65ed4a'
    """
    multi = [shapely.MultiPolygon(list(shapely.get_parts(p))) for p in polygons]
    wkbs = shapely.to_wkb(
        shapely.normalize(round_coordinates(multi)), output_dimension=2, byte_order=1
    )
    digest = hashlib.sha256()
    fields = [b""] * len(ids) if attributes is None else map(_json, attributes)
    for grid, wkb, content in sorted(zip(ids, wkbs, fields, strict=True)):
        digest.update(grid.encode() + wkb + content)
    return digest.hexdigest()


def _json(values: Mapping[str, object]) -> bytes:
    """Write values as JSON that depends on nothing but the values."""
    return json.dumps(
        values,
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
        allow_nan=False,
    ).encode()
