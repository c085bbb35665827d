"""Read grids: usable polygons, each with an id."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import geopandas
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gis.errors import CoverageError, InputFileError, InvalidLayerError
from gis.geometry import ring_flaw
from gis.sentences import joined, sentence
from layers.files.heads import PLAIN, Naming, our_name, read_layer
from layers.files.layer_columns import FILE_LAYERS
from layers.files.table import EventTable, to_frame
from layers.schema.cells import text_of
from layers.schema.damaged_ids import damaged_faults, wide_ids
from layers.schema.frames import has_geometry, refuse_other_than_frames
from layers.schema.grids import GRIDS
from layers.schema.layer import (
    GEOMETRY_TYPES,
    SHOWN_FAULTS,
    convert,
    refusal,
)

_INVALID = sentence("is not valid")
_REASON = re.compile(r"(.+)\[(\S+) (\S+)\]")


def read_grids(
    path: Path | str,
    id_column: str,
    *,
    allow_invalid: bool = False,
    naming: Naming = PLAIN,
) -> geopandas.GeoDataFrame:
    """Return the grids of a file, one row per feature, in the order of the file.

    An id may stand on several rows; `join_parts` makes one grid of them. Coordinates
    are those of the file, 2D. The column in which a GeoPackage numbers its rows is
    left out.

    Parameters
    ----------
    path
        Polygons in any format of `read_events` that has geometry.
    id_column
        Column with the ids; it comes back as `grid_id`, text. A `grid_id` column of
        the file beside another id column comes back as `file_grid_id`.
    allow_invalid
        Whether polygons that break Simple Features (bow-ties) come back too, for
        a certificate that lists them; assignment over them would not be exact.
    naming
        What the user says of the other columns.

    Returns
    -------
    grids
        `grid_id`, the other columns of the file, geometry Polygon or MultiPolygon in
        the CRS of the file (None where it declares none).

    Raises
    ------
    InputFileError
        For a broken file and an id column that does not exist.
    InvalidLayerError
        For rows without id, ids that a spreadsheet shortened, and columns that break
        the schema of grids.
    CoverageError
        Names rows and ids whose geometry is not a usable polygon.

    Examples
    --------
    >>> square = shapely.box(120.0, 30.0, 120.1, 30.1)
    >>> frame = geopandas.GeoDataFrame({"code": [7]}, geometry=[square], crs=4490)
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     frame.to_parquet(Path(folder, "grids.parquet"))
    ...     grids = read_grids(Path(folder, "grids.parquet"), "code")
    >>> grids["grid_id"].tolist()
    ['7']
    """
    path = Path(path)
    columns = FILE_LAYERS["grids"]
    table = read_layer(path, columns, naming)
    id_column = our_name(columns, table.columns.column_names, id_column)
    return grids_of(path, table, id_column, allow_invalid=allow_invalid)


def grids_of(
    path: Path, table: EventTable, id_column: str, *, allow_invalid: bool = False
) -> geopandas.GeoDataFrame:
    """Return the grids of a table that was read from a file, as `read_grids` does.

    Parameters
    ----------
    path
        The file to name in messages.
    table
        What it holds.
    id_column, allow_invalid
        As `read_grids` takes them.
    """
    if table.row_key == id_column:
        table = replace(table, row_key=None)
    frame = to_frame(path, table)
    columns = [str(name) for name in frame.columns if name != "geometry"]
    if len(frame) == 0 and (table.geometry is not None or not columns):
        raise CoverageError(
            "File {path!r} has no rows, expected at least one grid; export it again.",
            path=str(path),
        )
    if id_column not in columns:
        raise InputFileError(
            "File {path!r} has no column {id_column!r} for the grid ids; it has "
            "{columns!r}, name one of them.",
            path=str(path),
            id_column=id_column,
            columns=columns,
        )
    source = Source(repr(str(path)))
    ids = _ids(source, frame, id_column)
    if table.geometry is None:
        raise CoverageError(
            "File {path!r} has no geometry, expected polygons; name a file of "
            "GeoJSON, GeoPackage, Shapefile, FlatGeobuf or GeoParquet.",
            path=str(path),
        )
    faults = _faults(table.geometry, table.faults, allow_invalid)
    _refuse_unusable(source, ids, faults)
    rows = _with_grid_id(geopandas.GeoDataFrame(frame), id_column, ids)
    rows = _checked(rows)
    rows.attrs["notices"] = table.notices
    return rows


def grids_of_frame(
    frame: geopandas.GeoDataFrame, id_column: str, *, allow_invalid: bool = False
) -> geopandas.GeoDataFrame:
    """Return the grids of a frame of somebody's own, as `read_grids` does of a file.

    Parameters
    ----------
    frame
        Polygons, any index; it is not changed.
    id_column, allow_invalid
        As `read_grids` takes them.

    Raises
    ------
    InvalidLayerError
        If it is no GeoDataFrame or has no such column, and as `read_grids`.
    CoverageError
        If there is no row or no geometry, and as `read_grids`.

    Examples
    --------
    >>> square = shapely.box(120.0, 30.0, 120.1, 30.1)
    >>> frame = geopandas.GeoDataFrame({"code": [7]}, geometry=[square], crs=4490)
    >>> grids_of_frame(frame, "code")["grid_id"].tolist()
    ['7']
    """
    refuse_other_than_frames(sentence("grids"), frame)
    if not has_geometry(frame):
        raise CoverageError(
            "The grids have no geometry in use, expected polygons; name the column "
            "that has them, as by geopandas.GeoDataFrame(grids, geometry=...)."
        )
    if len(frame) == 0:
        raise CoverageError(
            "The grids have no rows, expected at least one; look where they are read."
        )
    names = [str(name) for name in frame.columns]
    if names.count(id_column) != 1:
        raise InvalidLayerError(
            "The grids have {count} columns {id_column!r} for their ids, expected one; "
            "they have {names!r}, name one of them by id=.",
            count=names.count(id_column),
            id_column=id_column,
            names=names,
        )
    shapes = shapely.force_2d(frame.geometry.to_numpy())
    columns = frame.drop(columns=frame.active_geometry_name).reset_index(drop=True)
    rows = geopandas.GeoDataFrame(columns, geometry=shapes, crs=frame.crs)
    source = Source(sentence("the frame"), "repair=True")
    ids = _ids(source, rows, id_column)
    _refuse_unusable(source, ids, _faults(shapes, {}, allow_invalid))
    return _checked(_with_grid_id(rows, id_column, ids))


class Source(NamedTuple):
    """What grids are read from, and the option that mends rings, for sentences."""

    name: str
    mending: str = "--repair"


def _checked(rows: geopandas.GeoDataFrame) -> geopandas.GeoDataFrame:
    """Return rows with every known column in its kind; ids may repeat."""
    checked, faults = convert(rows, GRIDS.name, GRIDS.fields)
    names = [field.name for field in GRIDS.fields if field.name in checked]
    faults += damaged_faults(checked[names], GRIDS.key) + wide_ids(checked[GRIDS.key])
    if faults:
        raise refusal(GRIDS.name, faults, sentence("read the layer again"))
    return checked


def _ids(source: Source, frame: pd.DataFrame, id_column: str) -> list[str]:
    """Return the id of every row as text."""
    ids: list[str] = []
    for row, value in enumerate(frame[id_column].tolist(), start=1):
        try:
            text = text_of(value)
        except ValueError as error:
            raise InvalidLayerError(
                "Row {row_number} of {source} has {value!r} in {id_column!r}, which "
                "{error}; expected an id as text or whole number.",
                row_number=row,
                source=source.name,
                value=value,
                id_column=id_column,
                error=error,
            ) from error
        if text is None:
            raise InvalidLayerError(
                "Row {row_number} of {source} has no value in {id_column!r}, expected "
                "an id in every row; fill it in or remove the row.",
                row_number=row,
                source=source.name,
                id_column=id_column,
            )
        ids.append(text)
    return ids


def _refuse_unusable(
    source: Source, ids: Sequence[str], faults: Sequence[tuple[int, str]]
) -> None:
    """Raise for rows whose geometry is not a polygon that can be worked with."""
    if not faults:
        return
    texts = [
        sentence(
            "{grid!r} (row {row}) {fault}", grid=ids[row], row=row + 1, fault=fault
        )
        for row, fault in faults
    ]
    rest = len(texts) - SHOWN_FAULTS
    more = sentence("; and {rest} more", rest=rest) if rest > 0 else ""
    mending = (
        sentence(" or mend its rings with {option}", option=source.mending)
        if _INVALID in str(texts)
        else ""
    )
    raise CoverageError(
        "Grid {texts}{more}; expected closed, simple polygons, redraw what is named "
        "in {source}{mending}.",
        texts=joined("; grid ", texts[:SHOWN_FAULTS]),
        more=more,
        source=source.name,
        mending=mending,
    )


def _faults(
    geometry: NDArray[np.object_], build_faults: Mapping[int, str], allow_invalid: bool
) -> list[tuple[int, str]]:
    """Return row and fault of every geometry that cannot be used."""
    with np.errstate(invalid="ignore"):  # NaN is named below
        valid = shapely.is_valid(geometry)
    faults: list[tuple[int, str]] = []
    for row, shape in enumerate(geometry):
        if row in build_faults:
            faults.append(
                (
                    row,
                    sentence(
                        "cannot be built: {build_faults}",
                        build_faults=build_faults[row],
                    ),
                )
            )
        elif shape is None or shape.is_empty:
            faults.append((row, sentence("has no geometry")))
        elif shape.geom_type not in GEOMETRY_TYPES["polygon"]:
            faults.append(
                (row, sentence("is a {geom_type}", geom_type=shape.geom_type))
            )
        elif not np.isfinite(shapely.get_coordinates(shape)).all():
            faults.append((row, sentence("has coordinates that are not finite")))
        elif not bool(valid[row]) and not allow_invalid:
            faults.append((row, joined(": ", (_INVALID, _reason(shape)))))
    return faults


def _reason(shape: shapely.Geometry) -> str:
    """Return why a polygon is not valid, and where."""
    reason = shapely.is_valid_reason(shape)
    match = _REASON.fullmatch(reason)
    if match is None:
        return ring_flaw(reason)
    return sentence(
        "{flaw} at ({x}, {y})", flaw=ring_flaw(match[1]), x=match[2], y=match[3]
    )


def _with_grid_id(
    frame: geopandas.GeoDataFrame, id_column: str, ids: Sequence[str]
) -> geopandas.GeoDataFrame:
    """Return the frame with `grid_id` in the place of the id column."""
    if id_column != "grid_id" and "grid_id" in frame.columns:
        frame = frame.rename(columns={"grid_id": "file_grid_id"})
    rows = frame.rename(columns={id_column: "grid_id"})
    rows["grid_id"] = pd.Series(ids, index=rows.index, dtype="str")
    return rows
