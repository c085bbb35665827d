"""Vector tiles of a coverage, zoom by zoom: simplified, on whole numbers, as MVT.

Each zoom is simplified from the next more detailed one, all borders together; then it
is drawn on the pixels of its zoom with corners wherever a tile ends, so that what GDAL
cuts out has whole numbers already and rounds nothing. Neighbours share every border in
every tile, and tiles that overlap by their buffers say the same there.
"""

import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import orjson
import pandas as pd
import pyogrio
import pyproj
import shapely
from numpy.typing import NDArray

from gis.coverage.snapping import snap_coverage
from gis.crs import convert, datum_of
from gis.geometry import close_cracks, noise_width
from layers.schema.layer import frame_datum
from layers.tiles.archive import largest_tile, merge_tiles
from layers.tiles.matrix import BUFFER, CUTS, EXTENT, HALF_WORLD_M, ZOOMS, pixel_m

Shapes = NDArray[np.object_]
Rows = NDArray[np.int64]

MERCATOR: Final = 3857
TOLERANCE: Final = 4.0
"""In pixels of a tile, which are an eighth of one of a screen: a corner goes whose
triangle with its neighbours is smaller than the square of this."""
COARSER: Final = 1.25
"""By so much the tolerance grows while a tile is too large, up to `MOST_TOLERANCE`."""
MOST_TOLERANCE: Final = 64.0
MOST_BYTES: Final = 150_000
"""Of a tile, compressed."""
OPTIONS: Final = {
    "FORMAT": "MBTILES",
    "EXTENT": str(EXTENT),
    "BUFFER": str(BUFFER),
    "SIMPLIFICATION": "0",
    # beyond these GDAL makes its pixels larger or leaves features out
    "MAX_SIZE": str(1 << 30),
    "MAX_FEATURES": str(1 << 30),
}


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
    shapes, bounds = mercator_shapes(grids)
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(1) as pool:
        writes = []
        for zoom in reversed(ZOOMS):
            shapes = simplified(shapes, zoom, TOLERANCE)
            # the next zoom is simplified while this one is drawn
            write = partial(_write_zoom, Path(folder), zoom, shapes, layers)
            writes.append(pool.submit(write))
        parts = [write.result() for write in writes]
        for path, layer in layers.items():
            files = [part[path] for part in parts if path in part]
            merge_tiles(path, files, _metadata(layer, bounds))


def mercator_shapes(grids: gpd.GeoSeries) -> tuple[Shapes, tuple[float, ...]]:
    """Return grids in EPSG:3857 with common corners, and their bounds in lon, lat.

    Parameters
    ----------
    grids
        A coverage, in any CRS.
    """
    source = frame_datum(gpd.GeoDataFrame(geometry=grids))
    shapes = grids.to_numpy()
    if not shapely.coverage_is_valid(shapes):
        # a corner on the edge of a neighbour: a straight edge is curved elsewhere
        width = noise_width(shapely.get_coordinates(shapes))
        shapes = close_cracks(shapes, width)

    def brought(shapes: Shapes, crs: int) -> Shapes:
        target = datum_of(pyproj.CRS(crs))
        return shapely.transform(
            shapes,
            lambda xy: np.column_stack(convert(xy[:, 0], xy[:, 1], source, target)),
        )

    bounds = shapely.total_bounds(brought(shapes, 4326))
    return brought(shapes, MERCATOR), tuple(bounds.tolist())


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


def _write_zoom(
    folder: Path, zoom: int, shapes: Shapes, layers: Mapping[Path, TileLayer]
) -> dict[Path, Path]:
    """Write one zoom of the layers, coarser where a tile would be too large."""
    tolerance = TOLERANCE
    while True:
        pixels = drawn(shapes, zoom)
        parts = {}
        for number, (path, layer) in enumerate(layers.items()):
            part = folder / f"{number}-{zoom}.mbtiles"
            part.unlink(missing_ok=True)
            if _write_layer(part, zoom, pixels, layer):
                parts[path] = part
        largest = max(map(largest_tile, parts.values()), default=0)
        if largest <= MOST_BYTES or tolerance > MOST_TOLERANCE:
            return parts
        tolerance *= COARSER
        shapes = simplified(shapes, zoom, tolerance)


def _write_layer(part: Path, zoom: int, pixels: Shapes, layer: TileLayer) -> bool:
    """Write one zoom of a layer; say whether there was anything to write."""
    shapes = np.array([_joined(pixels[rows]) for rows in layer.members], dtype=object)
    has_area = ~shapely.is_empty(shapes)
    if not has_area.any():
        return False
    pixel = pixel_m(zoom)
    frame = gpd.GeoDataFrame(
        layer.frame[has_area].reset_index(drop=True),
        geometry=shapely.transform(
            shapes[has_area], lambda xy: xy * pixel - HALF_WORLD_M
        ),
        crs=MERCATOR,
    )
    pyogrio.write_dataframe(
        frame,
        part,
        driver="MVT",
        layer=layer.name,
        dataset_options={**OPTIONS, "MINZOOM": str(zoom), "MAXZOOM": str(zoom)},
    )
    return True


def _joined(shapes: Shapes) -> shapely.Geometry:
    """Return grids of a coverage as one shape."""
    return shapes[0] if len(shapes) == 1 else shapely.coverage_union_all(shapes)


def _metadata(layer: TileLayer, bounds: tuple[float, ...]) -> dict[str, str]:
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
