"""Read a file of any known format, and the layers that are plain rows."""

from codecs import BOM_UTF8
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from gis.errors import InvalidLayerError
from layers.files import guards
from layers.files.archives import gunzip
from layers.files.delimited import read_csv, read_gzipped_csv
from layers.files.geojson import read_geojson
from layers.files.parquet import read_parquet
from layers.files.table import EventTable, to_frame
from layers.files.vector import (
    read_flatgeobuf,
    read_geopackage,
    read_shapefile,
    read_zipped_shapefile,
)
from layers.schema.circles import CIRCLES
from layers.schema.layer import check
from layers.schema.posts import POSTS

_READERS: dict[guards.Format, Callable[[Path], EventTable]] = {
    "GeoJSON": read_geojson,
    "GeoPackage": read_geopackage,
    "FlatGeobuf": read_flatgeobuf,
    "Shapefile": read_shapefile,
    "zipped Shapefile": read_zipped_shapefile,
    "Parquet": read_parquet,
    "CSV": lambda path: EventTable(
        read_csv(path), has_bom=guards.head_of(path).startswith(BOM_UTF8)
    ),
    "gzipped CSV": lambda path: EventTable(
        read_gzipped_csv(path), has_bom=gunzip(path).startswith(BOM_UTF8)
    ),
}


def read_events(path: Path | str) -> EventTable:
    r"""Return every row and every field of a file, unchanged and in order.

    CSV values are text; Parquet and vector formats keep their types, instants of
    GeoPackage and FlatGeobuf come as ISO 8601 text with their offset.

    Parameters
    ----------
    path
        GeoJSON, GeoPackage, Shapefile (zipped or not), FlatGeobuf, Parquet, GeoParquet
        or CSV (gzipped or not), by extension.

    Raises
    ------
    InputFileError
        One sentence for a file that is missing, cut, damaged, hostile or not what its
        name says.
    CrsError
        For a declared CRS that PROJ does not know.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "events.csv")
    ...     _ = path.write_text("id;lon\n007;120,1\n")
    ...     read_events(path).columns.to_pydict()
    {'id': ['007'], 'lon': ['120,1']}
    """
    path = Path(path)
    table = _READERS[guards.identify(path)](path)
    guards.refuse_width(path, table.columns.num_columns)
    return table


def read_circles(path: Path | str) -> pd.DataFrame:
    """Return command circles, checked; a GeoDataFrame where the file has geometry.

    Raises
    ------
    InvalidLayerError
        Names row, field and rule of what breaks the schema of circles.
    """
    path = Path(path)
    table = read_events(path)
    for row, fault in table.faults.items():
        raise InvalidLayerError(
            "Row {row_number} of {path!r} has a broken geometry ({fault}), expected a "
            "polygon or none; redraw it.",
            row_number=row + 1,
            path=str(path),
            fault=fault,
        )
    return check(to_frame(path, table), CIRCLES)


def read_posts(path: Path | str) -> pd.DataFrame:
    """Return posts, checked; a geometry beside them is left out.

    Raises
    ------
    InvalidLayerError
        Names row, field and rule of what breaks the schema of posts.
    """
    path = Path(path)
    return check(to_frame(path, read_events(path).plain), POSTS)
