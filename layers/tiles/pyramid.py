"""Vector tiles of a coverage, zoom by zoom: simplified, on whole numbers, as MVT.

Each zoom is simplified from the next more detailed one, all borders together; then it
is drawn on the pixels of its zoom with corners wherever a tile ends, so that what is
cut out has whole numbers already and nothing is rounded. Neighbours share every border
in every tile, and tiles that overlap by their buffers say the same there.
"""

import itertools
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import orjson
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray

from gis.coverage.snapping import snap_coverage
from gis.crs import convert, datum_of
from gis.geometry import close_cracks, noise_width
from layers.schema.layer import frame_datum
from layers.tiles.archive import Tile, write_archive
from layers.tiles.cutting import Shapes, cut_shapes
from layers.tiles.encoding import encoded_tiles
from layers.tiles.matrix import CUTS, HALF_WORLD_M, ZOOMS, Bounds, pixel_m

Rows = NDArray[np.int64]

MERCATOR: Final = 3857
DEGREES: Final = 4326
TOLERANCE: Final = 8.0
"""A corner goes whose triangle with its neighbours is smaller than the square of so
many pixels of a tile, which is one pixel of a screen."""
LAST_TOLERANCE: Final = 1.0
"""The same for the last zoom, which is shown enlarged."""
COARSER: Final = 1.25
"""By so much the tolerance grows while a tile is too large, up to `MOST_TOLERANCE`."""
MOST_TOLERANCE: Final = 64.0
MOST_BYTES: Final = 150_000
"""Of a tile, compressed."""
DRAWERS: Final = 2
"""So many zooms are drawn at once."""


@dataclass(frozen=True, slots=True, eq=False)
class TileLayer:
    """Features that are made of grids.

    Attributes
    ----------
    name
        Of the layer in its tiles.
    frame
        What is said of each feature; nothing else leaves.
    members
        For each feature the rows of its grids.
    """

    name: str
    frame: pd.DataFrame
    members: tuple[Rows, ...]


def write_tiles(grids: gpd.GeoSeries, layers: Mapping[Path, TileLayer]) -> None:
    """Write the tiles of some layers over the same grids, a file each.

    Parameters
    ----------
    grids
        A coverage, in any CRS.
    layers
        By the files to write, of which each appears whole or not at all.

    Raises
    ------
    CrsError
        If the CRS of the grids leads nowhere.
    SettingError
        If a file cannot be written.
    """
    shapes = mercator_shapes(grids)
    with ThreadPoolExecutor(DRAWERS) as pool:
        zooms = []
        for zoom in reversed(ZOOMS):
            shapes = simplified(shapes, zoom, _tolerance(zoom))
            # the next zoom is simplified while this one is drawn
            zooms.append(pool.submit(_drawn_zoom, zoom, shapes, layers))
        parts = [zoom.result() for zoom in zooms]
    bounds = bounds_in(grids, DEGREES)
    for path, layer in layers.items():
        tiles = itertools.chain.from_iterable(part[path] for part in parts)
        write_archive(path, tiles, _metadata(layer, bounds))


def mercator_shapes(grids: gpd.GeoSeries) -> Shapes:
    """Return grids in EPSG:3857, with common corners.

    Parameters
    ----------
    grids
        A coverage, in any CRS.
    """
    shapes = grids.to_numpy()
    if not shapely.coverage_is_valid(shapes):
        # a corner on the edge of a neighbour: a straight edge is curved elsewhere
        width = noise_width(shapely.get_coordinates(shapes))
        shapes = close_cracks(shapes, width)
    return _brought(shapes, grids, MERCATOR)


def bounds_in(grids: gpd.GeoSeries, crs: int) -> Bounds:
    """Return west, south, east and north of grids in another CRS.

    Parameters
    ----------
    grids
        In any CRS.
    crs
        Its EPSG code.
    """
    corners = shapely.multipoints(shapely.get_coordinates(grids.to_numpy()))
    west, south, east, north = _brought(np.array([corners]), grids, crs)[0].bounds
    return west, south, east, north


def _brought(shapes: Shapes, grids: gpd.GeoSeries, crs: int) -> Shapes:
    """Return shapes of the CRS of some grids in another."""
    source = frame_datum(gpd.GeoDataFrame(geometry=grids))
    target = datum_of(pyproj.CRS.from_epsg(crs))

    def bring(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(convert(xy[:, 0], xy[:, 1], source, target))

    brought: Shapes = shapely.transform(shapes, bring)
    return brought


def simplified(shapes: Shapes, zoom: int, tolerance: float) -> Shapes:
    """Return a coverage without what nobody sees at a zoom, its outer border likewise.

    Parameters
    ----------
    shapes
        A coverage in EPSG:3857.
    zoom
        The zoom.
    tolerance
        In pixels of a tile.
    """
    coverage: Shapes = shapely.coverage_simplify(shapes, tolerance * pixel_m(zoom))
    return coverage


def drawn(shapes: Shapes, zoom: int) -> Shapes:
    """Return a coverage on the pixels of a zoom, with corners where tiles are cut.

    Parameters
    ----------
    shapes
        In EPSG:3857.
    zoom
        The zoom.

    Returns
    -------
    drawn
        In pixels from the south-west of the world, y up.
    """
    pixel = pixel_m(zoom)
    pixels = shapely.transform(shapes, lambda xy: (xy + HALF_WORLD_M) / pixel)
    return snap_coverage(pixels, CUTS)


def _drawn_zoom(
    zoom: int, shapes: Shapes, layers: Mapping[Path, TileLayer]
) -> dict[Path, list[Tile]]:
    """Return the tiles of one zoom, coarser where one would be too large."""
    tolerance = _tolerance(zoom)
    while True:
        pixels = drawn(shapes, zoom)
        tiles = {path: _tiles(zoom, pixels, layer) for path, layer in layers.items()}
        sizes = (len(data) for part in tiles.values() for *_, data in part)
        if max(sizes, default=0) <= MOST_BYTES or tolerance > MOST_TOLERANCE:
            return tiles
        tolerance *= COARSER
        shapes = simplified(shapes, zoom, tolerance)


def _tolerance(zoom: int) -> float:
    return LAST_TOLERANCE if zoom == ZOOMS[-1] else TOLERANCE


def _tiles(zoom: int, pixels: Shapes, layer: TileLayer) -> list[Tile]:
    """Return the tiles of one zoom of a layer."""
    shapes = np.empty(len(layer.members), dtype=object)
    for row, members in enumerate(layer.members):
        shapes[row] = _joined(pixels[members])
    pieces = cut_shapes(shapes, zoom)
    return [
        (zoom, *place, data)
        for place, data in encoded_tiles(layer.name, layer.frame, pieces)
    ]


def _joined(shapes: Shapes) -> shapely.Geometry:
    """Return grids of a coverage as one shape."""
    return shapes[0] if len(shapes) == 1 else shapely.coverage_union_all(shapes)


def _metadata(layer: TileLayer, bounds: Bounds) -> dict[str, str]:
    """Return what a file of tiles says of itself."""
    west, south, east, north = bounds
    centre = ((west + east) / 2, (south + north) / 2, ZOOMS[0])
    fields = {
        name: "Number" if pd.api.types.is_numeric_dtype(kind) else "String"
        for name, kind in layer.frame.dtypes.items()
    }
    described = {
        "id": layer.name,
        "fields": fields,
        "minzoom": ZOOMS[0],
        "maxzoom": ZOOMS[-1],
    }
    return {
        "name": layer.name,
        "bounds": ",".join(f"{degrees:.6f}" for degrees in bounds),
        "center": ",".join(f"{number:.6g}" for number in centre),
        "json": orjson.dumps({"vector_layers": [described]}).decode(),
    }
