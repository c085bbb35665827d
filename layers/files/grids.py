"""Read grids: usable polygons with one id each, parts of one id joined."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gis.errors import CoverageError, InputFileError, InvalidLayerError
from layers.files.formats import read_events
from layers.files.table import EventTable, to_frame
from layers.schema.grids import GRIDS
from layers.schema.layer import GEOMETRY_TYPES, SHOWN_FAULTS, check, text_of

_REASON = re.compile(r"(.+)\[(\S+) (\S+)\]")
_PARENTS = ("parent_id", "community_id")


def read_grids(
    path: Path | str, id_column: str, *, allow_invalid: bool = False
) -> geopandas.GeoDataFrame:
    """Return the grids of a file, one row per id, in code order of the ids.

    Features with one id become one multi-part grid with the other columns of the
    first; `attrs["parts_merged"]` counts them by id. Coordinates are those of the
    file, 2D.

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
        For rows without id, and columns that break the schema of grids.
    CoverageError
        Names rows and ids whose geometry is not a usable polygon, and ids with parts
        that overlap.

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
    table = read_events(path)
    frame = to_frame(path, table)
    ids = _ids(path, frame, id_column)
    _refuse_unusable(path, ids, table, allow_invalid)
    rows = _with_grid_id(geopandas.GeoDataFrame(frame), id_column, ids)
    grids, parts = _joined(rows)
    grids = check(grids, GRIDS).sort_values("grid_id", ignore_index=True)
    grids.attrs["parts_merged"] = parts
    grids.attrs["notices"] = table.notices
    return grids


def _ids(path: Path, frame: pd.DataFrame, id_column: str) -> list[str]:
    """Return the id of every row as text."""
    columns = [str(name) for name in frame.columns if name != "geometry"]
    if id_column not in columns:
        raise InputFileError(
            f"File {str(path)!r} has no column {id_column!r} for the grid ids; it has "
            f"{columns!r}, name one of them."
        )
    ids: list[str] = []
    for row, value in enumerate(frame[id_column].tolist(), start=1):
        try:
            text = text_of(value)
        except ValueError as error:
            raise InvalidLayerError(
                f"Row {row} of {str(path)!r} has {value!r} in {id_column!r}, which "
                f"{error}; expected an id as text or whole number."
            ) from error
        if text is None:
            raise InvalidLayerError(
                f"Row {row} of {str(path)!r} has no value in {id_column!r}, expected "
                "an id in every row; fill it in or remove the row."
            )
        ids.append(text)
    return ids


def _refuse_unusable(
    path: Path, ids: Sequence[str], table: EventTable, allow_invalid: bool
) -> None:
    """Raise for rows whose geometry is not a polygon that can be worked with."""
    if table.geometry is None:
        raise CoverageError(
            f"File {str(path)!r} has no geometry, expected polygons; name a file of "
            "GeoJSON, GeoPackage, Shapefile, FlatGeobuf or GeoParquet."
        )
    if len(ids) == 0:
        raise CoverageError(
            f"File {str(path)!r} has no rows, expected at least one grid; export it "
            "again."
        )
    faults = _faults(table.geometry, table.faults, allow_invalid)
    if faults:
        texts = [f"{ids[row]!r} (row {row + 1}) {fault}" for row, fault in faults]
        rest = len(texts) - SHOWN_FAULTS
        more = f"; and {rest} more" if rest > 0 else ""
        raise CoverageError(
            f"Grid {'; grid '.join(texts[:SHOWN_FAULTS])}{more}; expected closed, "
            f"simple polygons, redraw what is named in {str(path)!r}."
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
            faults.append((row, f"cannot be built: {build_faults[row]}"))
        elif shape is None or shape.is_empty:
            faults.append((row, "has no geometry"))
        elif shape.geom_type not in GEOMETRY_TYPES["polygon"]:
            faults.append((row, f"is a {shape.geom_type}"))
        elif not np.isfinite(shapely.get_coordinates(shape)).all():
            faults.append((row, "has coordinates that are not finite"))
        elif not bool(valid[row]) and not allow_invalid:
            faults.append((row, f"is not valid: {_reason(shape)}"))
    return faults


def _reason(shape: shapely.Geometry) -> str:
    """Return why a polygon is not valid, and where."""
    reason = shapely.is_valid_reason(shape)
    match = _REASON.fullmatch(reason)
    if match is None:
        return str(reason).lower()
    return f"{match[1].lower()} at ({match[2]}, {match[3]})"


def _with_grid_id(
    frame: geopandas.GeoDataFrame, id_column: str, ids: Sequence[str]
) -> geopandas.GeoDataFrame:
    """Return the frame with `grid_id` in the place of the id column."""
    if id_column != "grid_id" and "grid_id" in frame.columns:
        frame = frame.rename(columns={"grid_id": "file_grid_id"})
    rows = frame.rename(columns={id_column: "grid_id"})
    rows["grid_id"] = pd.Series(ids, index=rows.index, dtype="str")
    return rows


def _joined(
    frame: geopandas.GeoDataFrame,
) -> tuple[geopandas.GeoDataFrame, dict[str, int]]:
    """Return one row per id, and the number of parts of ids that have several."""
    is_repeated = frame["grid_id"].duplicated(keep=False)
    first = frame[~frame["grid_id"].duplicated()].copy()
    parts: dict[str, int] = {}
    shapes = dict(zip(first["grid_id"], first.geometry, strict=True))
    for grid_id, rows in frame[is_repeated].groupby("grid_id", sort=True):
        _refuse_two_parents(str(grid_id), rows)
        shapes[str(grid_id)] = _multi_part(str(grid_id), rows.geometry.to_numpy())
        parts[str(grid_id)] = len(rows)
    return first.set_geometry(list(shapes.values()), crs=frame.crs), parts


def _refuse_two_parents(grid_id: str, rows: pd.DataFrame) -> None:
    """Raise where parts of one grid name different circles or communities."""
    for column in _PARENTS:
        values = sorted({str(value) for value in rows.get(column, [])})
        if len(values) > 1:
            raise InvalidLayerError(
                f"Parts of grid {grid_id!r} have the {column!r} values {values!r}, "
                "expected one; correct the rows or give the parts ids of their own."
            )


def _multi_part(grid_id: str, parts: NDArray[np.object_]) -> shapely.Geometry:
    """Join the parts of one grid; an edge between two of them is inside the grid."""
    tree = shapely.STRtree(parts)
    for first, second in tree.query(parts, predicate="intersects").T:
        if first < second and shapely.relate_pattern(
            parts[first], parts[second], "T********"
        ):
            place = shapely.point_on_surface(
                shapely.intersection(
                    shapely.make_valid(parts[first]), shapely.make_valid(parts[second])
                )
            )
            raise CoverageError(
                f"Parts {first + 1} and {second + 1} of grid {grid_id!r} overlap near "
                f"({place.x:.10g}, {place.y:.10g}), expected parts that do not; remove "
                "one or give it an id of its own."
            )
    shape = shapely.MultiPolygon(list(shapely.get_parts(parts)))
    if shapely.is_valid(shape) or not shapely.is_valid(parts).all():
        return shape
    return shapely.union_all(parts)
