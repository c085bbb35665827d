"""Read a file of any known format."""

from codecs import BOM_UTF8
from collections.abc import Callable, Sequence
from pathlib import Path

from gis.errors import SettingError
from layers.files import guards
from layers.files.archives import gunzip
from layers.files.arrow_files import read_arrow
from layers.files.delimited import read_csv, read_gzipped_csv
from layers.files.geojson import read_geojson
from layers.files.geojson_lines import read_geojson_lines
from layers.files.parquet import read_parquet
from layers.files.table import EventTable
from layers.files.vector import (
    read_flatgeobuf,
    read_geopackage,
    read_shapefile,
    read_zipped_shapefile,
)
from layers.files.workbook import SheetChoice, parse_workbook

_READERS: dict[guards.Format, Callable[[Path], EventTable]] = {
    "GeoJSON": read_geojson,
    "GeoJSON lines": read_geojson_lines,
    "GeoPackage": read_geopackage,
    "FlatGeobuf": read_flatgeobuf,
    "Shapefile": read_shapefile,
    "zipped Shapefile": read_zipped_shapefile,
    "Parquet": read_parquet,
    "Arrow": read_arrow,
    "CSV": lambda path: EventTable(
        read_csv(path), has_bom=guards.head_of(path).startswith(BOM_UTF8)
    ),
    "gzipped CSV": lambda path: EventTable(
        read_gzipped_csv(path), has_bom=gunzip(path).startswith(BOM_UTF8)
    ),
}


def read_events(
    path: Path | str, sheet: str | None = None, layer_names: Sequence[str] = ()
) -> EventTable:
    r"""Return every row and every field of a file, unchanged and in order.

    Values of CSV and Excel are text; Parquet and vector formats keep their types,
    instants of GeoPackage and FlatGeobuf come as ISO 8601 text with their offset.

    Parameters
    ----------
    path
        GeoJSON (whole or a feature a line), GeoPackage, Shapefile (zipped or not),
        FlatGeobuf, Parquet, GeoParquet, Arrow, CSV (gzipped or not) or an Excel
        workbook, by extension.
    sheet, layer_names
        As `layers.files.workbook.SheetChoice` has them; no other file has sheets.

    Raises
    ------
    InputFileError
        One sentence for a file that is missing, cut, damaged, hostile or not what its
        name says.
    CrsError
        For a declared CRS that PROJ does not know.
    SettingError
        Where a sheet is named of a file that has none.

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
    file_format = guards.identify(path)
    choice = SheetChoice(sheet, layer_names)
    if file_format == "Excel workbook":
        table = parse_workbook(path, guards.read_bytes(path), choice)
    elif sheet is not None:
        raise SettingError(
            "{option} names {sheet!r}, but {path!r} is {file_format}, which has no "
            "sheets; leave it out.",
            option=choice.option,
            sheet=sheet,
            path=str(path),
            file_format=guards.format_text(file_format),
        )
    else:
        table = _READERS[file_format](path)
    guards.refuse_width(path, table.columns.num_columns)
    return table
