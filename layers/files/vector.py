"""Read GeoPackage, FlatGeobuf and Shapefile through GDAL, once they were looked at."""

import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final, NamedTuple, Self

import numpy as np
import pyarrow as pa

from gis.errors import InputFileError
from gis.os_reasons import quoted
from gis.sentences import sentence
from layers.files import guards
from layers.files.archives import unpack_shapefile
from layers.files.gdal import gdal, gdal_errors
from layers.files.geopackage import inspect_geopackage, undisturbed
from layers.files.shapefile import ShapefileTexts, decode_texts, inspect_shapefile
from layers.files.table import EventTable, crs_of
from layers.files.wkb import decode

PART_ROWS: Final = 65_536
BYTES: Final = "ISO-8859-1"
"""Gives each byte of a text as one character."""

_OTHER_ERRORS = (
    pa.ArrowException,
    UnicodeDecodeError,
    ValueError,
    OSError,
    RuntimeError,
    UnboundLocalError,  # of pyogrio 0.13 itself, for a CRS that cannot be exported
)


def read_geopackage(path: Path) -> EventTable:
    """Return the one layer of a GeoPackage, its integer key column first."""
    with undisturbed(path, _local(path)) as source:
        inspect_geopackage(path, source)
        return _read(path, source, key=True)


def geopackage_parts(path: Path) -> Iterator[EventTable]:
    """Yield what `read_geopackage` returns in parts, in order, one at least."""
    with undisturbed(path, _local(path)) as source:
        inspect_geopackage(path, source)
        yield from _parts(path, source, key=True)


def flatgeobuf_parts(path: Path) -> Iterator[EventTable]:
    """Yield what `read_flatgeobuf` returns in parts, in order, one at least."""
    source, rows = _local(path), 0
    for part in _parts(path, source):
        rows += part.columns.num_rows
        yield part
    _refuse_fewer(path, source, rows)


def read_plain_table(path: Path, name: str) -> pa.Table | None:
    """Return a table without geometry of a GeoPackage; None where it has none such.

    Parameters
    ----------
    path
        A GeoPackage.
    name
        Of the table.
    """
    with undisturbed(path, _local(path)) as source:
        inspect_geopackage(path, source)
        with _damage_named(path, source):
            if (name, None) not in map(tuple, gdal().list_layers(source)):
                return None
            _, table = gdal().read_arrow(source, layer=name)
    return table


def read_flatgeobuf(path: Path) -> EventTable:
    """Return the features of a FlatGeobuf file in the order of the file."""
    source = _local(path)
    table = _read(path, source)
    _refuse_fewer(path, source, table.columns.num_rows)
    return table


def _refuse_fewer(path: Path, source: Path, rows: int) -> None:
    """Refuse a file that announces more rows than were read."""
    with _damage_named(path, source):
        count = gdal().read_info(source)["features"]
    if rows < count:
        raise guards.cut(
            path, sentence("{rows} rows of {count}", rows=rows, count=count)
        )


def read_shapefile(path: Path) -> EventTable:
    """Return the features of a Shapefile that lies beside its other parts."""
    return _read_shapefile(path, _local(path))


def read_zipped_shapefile(path: Path) -> EventTable:
    """Return the features of the one Shapefile in a zip."""
    with tempfile.TemporaryDirectory() as folder:
        source = unpack_shapefile(path, Path(folder))
        return _read_shapefile(path, source)


def _local(path: Path) -> Path:
    """Return the absolute path, once pyogrio takes it for that very file.

    It parses names as addresses: `a!b.gpkg` would be `b.gpkg` in an archive `a`.
    """
    source = path.resolve()
    if gdal().util.vsi_path(source) != str(source):
        raise InputFileError(
            "The path {path!r} holds characters that GDAL takes for an address (such "
            "as '!' or ';'); rename the file or its folder.",
            path=str(path),
        )
    return source


def _read_shapefile(path: Path, source: Path) -> EventTable:
    """Read a Shapefile, its attribute table in the encoding that it shows."""
    declared = _Declared.of(inspect_shapefile(path, source))
    table = declared.with_crs(_read(path, source, encoding=BYTES))
    columns, notices = decode_texts(path, table.columns, declared.encoding)
    return replace(table, columns=columns, notices=notices)


def shapefile_parts(path: Path) -> Iterator[EventTable]:
    """Yield what `read_shapefile` returns in parts, in order, one at least.

    The attribute table is read twice: all of its texts tell its encoding. Those that
    are no plain ASCII are kept, each once.
    """
    return _shapefile_parts(path, _local(path))


def zipped_shapefile_parts(path: Path) -> Iterator[EventTable]:
    """Yield what `read_zipped_shapefile` returns in parts, as of one that is not."""
    with tempfile.TemporaryDirectory() as folder:
        yield from _shapefile_parts(path, unpack_shapefile(path, Path(folder)))


def _shapefile_parts(path: Path, source: Path) -> Iterator[EventTable]:
    """Yield the parts of a Shapefile, which is named by the path that it came from."""
    declared = _Declared.of(inspect_shapefile(path, source))
    texts: ShapefileTexts | None = None
    for part in _parts(path, source, encoding=BYTES, read_geometry=False):
        texts = texts or ShapefileTexts(path, part.columns.schema)
        texts.look_at(part.columns)
    if texts is not None:
        texts.decide(declared.encoding)
        for part in _parts(path, source, encoding=BYTES):
            columns = texts.decoded(part.columns)
            yield replace(
                declared.with_crs(part), columns=columns, notices=texts.notices
            )


class _Declared(NamedTuple):
    """What the parts of a Shapefile beside its rows declare."""

    encoding: str
    crs_text: str

    @classmethod
    def of(cls, parts: Mapping[str, Path]) -> Self:
        """Read the parts that are there."""
        encoding, crs = (
            guards.head_of(parts[suffix]) if suffix in parts else b""
            for suffix in (".cpg", ".prj")
        )
        return cls(encoding.decode("latin-1"), crs.decode("utf-8", "replace"))

    def with_crs(self, table: EventTable) -> EventTable:
        """Return rows with a CRS that GDAL cannot read, and takes for nothing."""
        if table.crs is not None or not self.crs_text:
            return table
        return replace(table, crs=crs_of(self.crs_text.strip("\0\ufeff \t\r\n")))


def _read(
    path: Path, source: Path, *, key: bool = False, encoding: str | None = None
) -> EventTable:
    """Read the one layer of a source."""
    with _damage_named(path, source):
        meta, table = gdal().read_arrow(
            source,
            layer=_layer(path, source),
            encoding=encoding,
            return_fids=key,
            datetime_as_string=True,
        )
        for name in table.schema.names:
            name.encode()
        table.validate(full=True)
    return _split(meta, table, str(meta["fid_column"]) if key else None)


def _parts(
    path: Path,
    source: Path,
    *,
    key: bool = False,
    encoding: str | None = None,
    read_geometry: bool = True,
) -> Iterator[EventTable]:
    """Yield the one layer of a source in parts."""
    with ExitStack() as stack:
        with _damage_named(path, source):
            meta, reader = stack.enter_context(
                gdal().open_arrow(
                    source,
                    layer=_layer(path, source),
                    encoding=encoding,
                    read_geometry=read_geometry,
                    return_fids=key,
                    datetime_as_string=True,
                    batch_size=PART_ROWS,
                    use_pyarrow=True,
                )
            )
            for name in reader.schema.names:
                name.encode()
        fid = str(meta["fid_column"]) if key else None
        has_rows = False
        # no warning is heard while GDAL reads, and none missed while others work
        while (table := _next(path, source, reader)) is not None:
            has_rows = True
            yield _split(meta, table, fid)
        if not has_rows:
            yield _split(meta, reader.schema.empty_table(), fid)


def _next(path: Path, source: Path, reader: pa.RecordBatchReader) -> pa.Table | None:
    """Return the next rows of a source, None behind the last."""
    with _damage_named(path, source):
        try:
            batch = reader.read_next_batch()
        except StopIteration:
            return None
        batch.validate(full=True)
        return pa.Table.from_batches([batch])


@contextmanager
def _damage_named(path: Path, source: Path) -> Iterator[None]:
    """Turn what GDAL and Arrow say of broken content into one sentence."""
    try:
        with warnings.catch_warnings():
            # what GDAL warns of is looked at here: counts, encodings, geometry
            warnings.simplefilter("ignore")
            yield
    except InputFileError:
        raise
    except (*gdal_errors(), *_OTHER_ERRORS) as error:
        first = (str(error).splitlines() or ["no reason given"])[0]
        reason = first.replace(str(source), path.name).rstrip(".")
        raise guards.cut(path, quoted(reason)) from error


def _layer(path: Path, source: Path) -> str:
    """Return the one layer of a source, or the one that has geometry."""
    layers = gdal().list_layers(source)
    names = [name for name, kind in layers if kind is not None]
    if len(layers) == 1:
        names = [layers[0][0]]
    if len(names) != 1:
        raise InputFileError(
            "File {path!r} has the layers {layers!r}, expected one; export the one "
            "you mean to a file of its own.",
            path=str(path),
            layers=[n for n, _ in layers],
        )
    return str(names[0])


def _split(meta: dict[str, object], table: pa.Table, row_key: str | None) -> EventTable:
    """Take the geometry out of what GDAL returned."""
    name = str(meta["geometry_name"]) or "wkb_geometry"
    if meta["geometry_type"] is None or name not in table.column_names:
        return EventTable(table, row_key=row_key)
    wkb = np.array([*table.column(name).to_pylist(), None], dtype=object)[:-1]
    geometry, faults = decode(wkb)
    columns, crs = table.drop_columns([name]), crs_of(meta["crs"])
    return EventTable(columns, geometry, crs, faults, row_key)
