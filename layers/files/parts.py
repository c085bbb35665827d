"""Events of a file part by part, so that memory holds a part and not the file."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from gis.errors import InputFileError
from layers.files import guards
from layers.files.archives import open_gzip
from layers.files.arrow_files import arrow_parts
from layers.files.csv_stream import csv_parts
from layers.files.formats import read_events
from layers.files.geojson_lines import geojson_line_parts
from layers.files.parquet import parquet_parts
from layers.files.table import EventTable
from layers.files.vector import (
    flatgeobuf_parts,
    geopackage_parts,
    shapefile_parts,
    zipped_shapefile_parts,
)

CSV_BLOCK_BYTES: Final = 4 * 1024**2
"""So much of a CSV is read at once; each block costs some questions of its own."""


def event_parts(
    path: Path | str, sheet: str | None = None, layer_names: Sequence[str] = ()
) -> Iterator[EventTable]:
    r"""Yield what `read_events` returns in parts, in order, one at least.

    Parquet, Arrow, CSV, gzipped or not, GeoPackage, FlatGeobuf, Shapefile, zipped or
    not, and GeoJSON of a feature a line come part by part; a file of another format is
    one part.

    Parameters
    ----------
    path, sheet, layer_names
        As `read_events` takes them.

    Raises
    ------
    InputFileError, CrsError, SettingError
        As `read_events` raises them, where the part at hand shows what is wrong; at
        the end for a file that was written to in the meantime.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "events.csv")
    ...     _ = path.write_text("id;lon\n007;120,1\n")
    ...     [part.columns.to_pydict() for part in event_parts(path)]
    [{'id': ['007'], 'lon': ['120,1']}]
    """
    path = Path(path)
    file_format = guards.identify(path, in_parts=True)
    before = guards.state_of(path)
    read = _READERS.get(file_format)
    if read is None or sheet is not None:
        yield read_events(path, sheet, layer_names)
    else:
        yield from read(path)
    if guards.state_of(path) != before:
        raise InputFileError(
            "File {path!r} was written to while it was read, so that its rows may be "
            "of two states; wait until it is whole, and start again.",
            path=str(path),
        )


def _csv_parts(path: Path) -> Iterator[EventTable]:
    """Yield the blocks of a CSV file."""
    with guards.open_bytes(path) as source:
        yield from csv_parts(path, source, CSV_BLOCK_BYTES)


def _gzipped_csv_parts(path: Path) -> Iterator[EventTable]:
    """Yield the blocks of a gzipped CSV file."""
    with open_gzip(path) as source:
        yield from csv_parts(path, source, CSV_BLOCK_BYTES)


_READERS: dict[guards.Format, Callable[[Path], Iterator[EventTable]]] = {
    "Parquet": parquet_parts,
    "Arrow": arrow_parts,
    "GeoJSON lines": geojson_line_parts,
    "GeoPackage": geopackage_parts,
    "FlatGeobuf": flatgeobuf_parts,
    "Shapefile": shapefile_parts,
    "zipped Shapefile": zipped_shapefile_parts,
    "CSV": _csv_parts,
    "gzipped CSV": _gzipped_csv_parts,
}
