"""Read the outline of a town: all polygons of a file as one area."""

from pathlib import Path

import numpy as np
import pyproj
import shapely

from gis.errors import CoverageError
from gis.geometry import Polygonal, polygon_fault, polygon_parts
from layers.files.formats import read_events


def read_outline(path: Path | str) -> tuple[Polygonal, pyproj.CRS | None]:
    """Return what the polygons of a file cover, and the CRS that the file declares.

    Parameters
    ----------
    path
        Polygons in any format of `read_events` that has geometry.

    Raises
    ------
    InputFileError
        For a broken file.
    CoverageError
        Names the row that is not a usable polygon.

    Examples
    --------
    >>> import geopandas, tempfile
    >>> halves = [shapely.box(120, 30, 121, 31), shapely.box(121, 30, 122, 31)]
    >>> frame = geopandas.GeoDataFrame(geometry=halves, crs="EPSG:4490")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     frame.to_parquet(Path(folder, "outline.parquet"))
    ...     outline, crs = read_outline(Path(folder, "outline.parquet"))
    >>> outline.bounds, crs.to_epsg()
    ((120.0, 30.0, 122.0, 31.0), 4490)
    """
    path = Path(path)
    table = read_events(path)
    shapes = np.array([]) if table.geometry is None else table.geometry
    if len(shapes) == 0:
        raise CoverageError(
            "File {path!r} has no polygons, expected the outline of the town; name a "
            "file of GeoJSON, GeoPackage, Shapefile, FlatGeobuf or GeoParquet.",
            path=str(path),
        )
    for row, shape in enumerate(shapes):
        fault = table.faults.get(row) or polygon_fault(shape)
        if fault:
            raise CoverageError(
                "Row {row_number} of the outline {path!r} {fault}, expected a closed, "
                "simple polygon; redraw it.",
                row_number=row + 1,
                path=str(path),
                fault=fault,
            )
    parts, _ = polygon_parts(np.array([shapely.union_all(shapes)]))
    outline = parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts.tolist())
    return outline, table.crs
