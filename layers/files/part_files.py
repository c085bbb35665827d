"""Events in the part files of one folder, as Spark and other writers leave them."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import pyarrow as pa
import pyarrow.parquet
from pyproj import CRS

from gis.errors import InputFileError
from layers.files.parquet import GeoColumn, damage_named, geo_column

SUFFIXES: Final = (".parquet", ".geoparquet")
_ASIDE: Final = ("_", ".")
"""How names begin of what writers leave beside the parts."""


class RowGroups(NamedTuple):
    """Row groups of a Parquet file that stand behind one another."""

    path: Path
    numbers: range

    def schema(self) -> pa.Schema:
        """Return the columns of the file."""
        return _end(self.path)[0]

    def batches(self, rows: int) -> Iterator[pa.RecordBatch]:
        """Yield the rows, so many at once at most.

        Parameters
        ----------
        rows
            Of a batch.

        Raises
        ------
        InputFileError
            If the file is damaged.
        """
        with damage_named(self.path), pyarrow.parquet.ParquetFile(self.path) as file:
            yield from file.iter_batches(rows, list(self.numbers))


@dataclass(frozen=True, slots=True)
class PartFiles:
    """Parquet files of one schema.

    Attributes
    ----------
    paths
        The files, by their names.
    schema
        Columns of each.
    geometry, crs
        Column with points and their CRS, as GeoParquet declares them; None for none.
    stamps
        Size and time of each file as it was looked at.
    groups
        Rows of each row group of each file.
    """

    paths: tuple[Path, ...]
    schema: pa.Schema
    geometry: str | None
    crs: CRS | None
    stamps: tuple[tuple[int, int], ...]
    groups: tuple[tuple[int, ...], ...]

    def cut(self, rows: int) -> list[RowGroups]:
        """Return all row groups in pieces of about so many rows, within one file each.

        Parameters
        ----------
        rows
            A piece ends with the row group that reaches them.
        """
        pieces = []
        for path, counts in zip(self.paths, self.groups, strict=True):
            start, size = 0, 0
            for number, count in enumerate(counts, 1):
                size += count
                if size >= rows or number == len(counts):
                    pieces.append(RowGroups(path, range(start, number)))
                    start, size = number, 0
        return pieces

    def refuse_changes(self) -> None:
        """Refuse parts that were written to since they were looked at.

        Raises
        ------
        InputFileError
            Names the first.
        """
        for path, stamp in zip(self.paths, self.stamps, strict=True):
            if _stamp(path) != stamp:
                raise InputFileError(
                    "Part {path!r} changed while it was read, so its answers are of "
                    "two states; run it again when nothing writes there.",
                    path=str(path),
                )


def read_part_files(path: Path) -> PartFiles:
    """Return the Parquet files of a folder, or a single one, after a look at each.

    Parameters
    ----------
    path
        A file, or a folder of them; names that begin with ``_`` or ``.`` are passed
        over.

    Raises
    ------
    InputFileError
        If there is none, a folder in the folder, a file that is cut, and one with
        other columns than the first.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     for name in ("b", "a"):
    ...         rows = pa.table({"lon": [120.1], "lat": [30.3]})
    ...         pyarrow.parquet.write_table(rows, Path(folder, f"{name}.parquet"))
    ...     parts = read_part_files(Path(folder))
    >>> [part.name for part in parts.paths], parts.schema.names
    (['a.parquet', 'b.parquet'], ['lon', 'lat'])
    """
    paths = _paths(path)
    stamps = tuple(map(_stamp, paths))
    schemas, groups = zip(*map(_end, paths), strict=True)
    geos = [geo_column(*pair) for pair in zip(paths, schemas, strict=True)]
    for part, schema, geo in zip(paths, schemas, geos, strict=True):
        _refuse_other_columns(part, schema, paths[0], schemas[0])
        _refuse_other_points(part, geo, paths[0], geos[0])
    geometry, crs = geos[0] or (None, None)
    return PartFiles(paths, schemas[0], geometry, crs, stamps, groups)


def _paths(path: Path) -> tuple[Path, ...]:
    """Return the part files of a folder, or the file itself."""
    if not path.is_dir():
        if not path.exists():
            raise InputFileError(
                "There is no {path!r}, expected a Parquet file or a folder of them; "
                "correct the path.",
                path=str(path),
            )
        return (path,)
    entries = sorted(e for e in path.iterdir() if not e.name.startswith(_ASIDE))
    strays = [e.name for e in entries if e.is_dir() or e.suffix.lower() not in SUFFIXES]
    if strays or not entries:
        raise InputFileError(
            "Folder {path!r} holds {names!r}, expected Parquet files and nothing else; "
            "put them into a folder of their own.",
            path=str(path),
            names=strays[:3],
        )
    return tuple(entries)


def _stamp(path: Path) -> tuple[int, int]:
    """Return size and time of a file; of one that is gone, neither."""
    try:
        stat = os.stat(path)
    except OSError:
        return 0, 0
    return stat.st_size, stat.st_mtime_ns


def _end(path: Path) -> tuple[pa.Schema, tuple[int, ...]]:
    """Return what stands at the end of a file: its schema, rows of its row groups."""
    with damage_named(path), pyarrow.parquet.ParquetFile(path) as file:
        metadata = file.metadata
        numbers = range(metadata.num_row_groups)
        return file.schema_arrow, tuple(metadata.row_group(n).num_rows for n in numbers)


def _refuse_other_columns(
    path: Path, schema: pa.Schema, first_path: Path, first: pa.Schema
) -> None:
    """Refuse a part that has other columns, or types of columns, than the first."""
    columns, expected = (
        [f"{field.name}: {field.type}" for field in each] for each in (schema, first)
    )
    if columns != expected:
        odd = next(
            (pair for pair in zip(columns, expected, strict=False) if len({*pair}) > 1),
            (sorted({*columns} - {*expected}), sorted({*expected} - {*columns})),
        )
        raise InputFileError(
            "Part {path!r} has the column {found!r} where {first!r} has {expected!r}, "
            "expected one schema in all parts; write that part again, or put it into "
            "another folder.",
            path=str(path),
            found=odd[0],
            first=first_path.name,
            expected=odd[1],
        )


def _refuse_other_points(
    path: Path, geo: GeoColumn | None, first_path: Path, first: GeoColumn | None
) -> None:
    """Refuse a part whose points are in another column or CRS than the first."""
    if geo != first:
        declared, expected = (_declaration(each) for each in (geo, first))
        raise InputFileError(
            "Part {path!r} declares its points as {found!r} where {first!r} declares "
            "{expected!r}, expected one CRS in all parts; write that part again.",
            path=str(path),
            found=declared,
            first=first_path.name,
            expected=expected,
        )


def _declaration(geo: GeoColumn | None) -> tuple[str, str] | None:
    """Return column and CRS of points in words."""
    if geo is None:
        return None
    return geo.name, "null" if geo.crs is None else geo.crs.name
