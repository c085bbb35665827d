"""Read GeoJSON with an own look at it, so that nothing broken is opened silently."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from shapely.errors import ShapelyError

from gis.errors import CrsError, InputFileError
from gis.os_reasons import quoted
from gis.sentences import sentence
from layers.files import guards
from layers.files.encoding import encoding_of
from layers.files.table import EventTable, column_of, crs_of, no_columns

DEFAULT_CRS = "OGC:CRS84"
"""RFC 7946, section 4."""
MAX_DEPTH = 32
"""Levels of lists and objects in one property value; geometry needs five."""

Coordinates = NDArray[np.float64]

_NUMBERS = (int, float)


def read_geojson(path: Path) -> EventTable:
    """Return the features of a FeatureCollection, property values unchanged.

    A feature `id` comes back as the first column. A `crs` member of GeoJSON 2008 is
    honoured; without it the CRS is CRS84.

    Raises
    ------
    InputFileError
        For text that is not JSON (cut, NaN, too deep) and for another kind of JSON.
    CrsError
        For a `crs` member that PROJ does not know.
    """
    return parse_geojson(path, guards.read_bytes(path))


def parse_geojson(path: Path, data: bytes) -> EventTable:
    """Return the features of a FeatureCollection that has been read.

    Parameters
    ----------
    path
        For the sentence.
    data
        All of its bytes.

    Raises
    ------
    InputFileError, CrsError
        As `read_geojson` does.
    """
    if encoding_of(data) == "GB18030":
        raise InputFileError(
            "File {path!r} is GB18030 text, expected GeoJSON in UTF-8; save it as "
            "UTF-8.",
            path=str(path),
        )
    document = _parse(path, data.removeprefix(b"\xef\xbb\xbf"))
    features = _features(path, document)
    geometry, faults = geometries_of(features)
    return EventTable(_columns(path, features), geometry, _crs(document), faults)


def _parse(path: Path, data: bytes) -> dict[str, Any]:
    """Parse JSON, or say where and why it is none."""
    try:
        document = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise InputFileError(
            "File {path!r} is not JSON: {json_fault}.",
            path=str(path),
            json_fault=json_fault(error),
        ) from error
    kind = document.get("type") if isinstance(document, dict) else document
    if kind != "FeatureCollection":
        raise InputFileError(
            "File {path!r} holds JSON of type {short}, expected a GeoJSON "
            "'FeatureCollection'; export it as GeoJSON.",
            path=str(path),
            short=_short(kind),
        )
    return dict(document)


def json_fault(error: orjson.JSONDecodeError, *, is_line: bool = False) -> str:
    """Return what is wrong with JSON text and what to do.

    Parameters
    ----------
    error
        What its reader says.
    is_line
        Whether the text is one line, of which only the column is named.
    """
    text = str(error)
    if "UTF-8" in text:
        return sentence("its text is not UTF-8, save it as UTF-8")
    if "depth limit" in text:
        return sentence("it nests too deep, export it again")
    place = (
        sentence("at column {colno}", colno=error.colno)
        if is_line
        else sentence(
            "at line {lineno}, column {colno}", lineno=error.lineno, colno=error.colno
        )
    )
    if "infinity" in text:
        return sentence("a number {place} is too large, correct it", place=place)
    word = error.doc[max(0, error.pos - 1) : error.pos + 9]
    if "NaN" in word or "Infinity" in word:
        return sentence(
            "it holds NaN or Infinity {place}, write null instead", place=place
        )
    if error.pos >= len(error.doc.rstrip()):
        return sentence(
            "it is cut and ends {place}, copy or export it again", place=place
        )
    return sentence(
        "{partition} {place}, correct it or export it again",
        partition=text.partition(":")[0],
        place=place,
    )


def _features(path: Path, document: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the features, once each is one."""
    features = document.get("features")
    if not isinstance(features, list):
        raise InputFileError(
            "File {path!r} has {short} as 'features', expected a list; export it "
            "again.",
            path=str(path),
            short=_short(features),
        )
    for row, feature in enumerate(features, start=1):
        if not is_feature(feature):
            raise InputFileError(
                "Row {row_number} of {path!r} is {short}, expected a GeoJSON "
                "'Feature' with an object as 'properties'; correct it.",
                row_number=row,
                path=str(path),
                short=_short(feature),
            )
    return features


def is_feature(value: object) -> bool:
    """Say whether something is a feature with an object as properties, or none.

    Examples
    --------
    >>> is_feature(dict(type="Feature", properties=None)), is_feature({"lon": 120})
    (True, False)
    """
    return (
        isinstance(value, dict)
        and value.get("type") == "Feature"
        and isinstance(value.get("properties"), dict | None)
    )


def _columns(path: Path, features: list[dict[str, Any]]) -> pa.Table:
    """Return the properties as columns in the order in which they first appear."""
    rows = [feature.get("properties") or {} for feature in features]
    names = dict.fromkeys(name for row in rows for name in row)
    # before a value is laid out for every row and name
    guards.refuse_width(path, len(names))
    columns = []
    if any(feature.get("id") is not None for feature in features):
        name = "id" if "id" not in names else "feature_id"
        if name not in names:
            columns.append((name, [feature.get("id") for feature in features]))
    columns += [(name, [row.get(name) for row in rows]) for name in names]
    for name, values in columns:
        refuse_depth(path, name, values)
    pairs = [column_of(name, values) for name, values in columns]
    if not pairs:
        return no_columns(len(features))
    return pa.table(
        [array for _, array in pairs], schema=pa.schema([field for field, _ in pairs])
    )


def refuse_depth(path: Path, name: str, values: Sequence[object]) -> None:
    """Refuse property values that nest deeper than anything meant to be read.

    Parameters
    ----------
    path, name
        File and property, for the sentence.
    values
        Values of the property.
    """
    level = [value for value in values if isinstance(value, list | dict)]
    for _ in range(MAX_DEPTH):
        level = [
            inner
            for value in level
            for inner in (value.values() if isinstance(value, dict) else value)
            if isinstance(inner, list | dict)
        ]
        if not level:
            return
    raise InputFileError(
        "Property {name!r} of {path!r} nests deeper than {max_depth} levels, expected "
        "plain values; flatten it.",
        name=name,
        path=str(path),
        max_depth=MAX_DEPTH,
    )


def _crs(document: dict[str, Any]) -> CRS | None:
    """Return the CRS of a `crs` member, else CRS84; None where it is null."""
    if "crs" not in document:
        return crs_of(DEFAULT_CRS)
    member = document["crs"]
    if member is None:
        return None
    try:
        name = member["properties"]["name"]
    except (TypeError, KeyError) as error:
        raise CrsError(
            "The 'crs' member is {short}, expected a name such as "
            "'urn:ogc:def:crs:EPSG::4490'; correct or remove it.",
            short=_short(member),
        ) from error
    return crs_of(str(name))


def geometries_of(
    features: Sequence[Mapping[str, Any]],
) -> tuple[NDArray[np.object_], dict[int, str]]:
    """Return geometry per row, and by row what could not be built.

    Parameters
    ----------
    features
        As GeoJSON has them.
    """
    geometry = np.full(len(features), None, dtype=object)
    faults: dict[int, str] = {}
    points: dict[int, tuple[float, float]] = {}
    for row, feature in enumerate(features):
        value = feature.get("geometry")
        try:
            if isinstance(value, dict) and value.get("type") == "Point":
                points[row] = _position(value.get("coordinates"))
            else:
                geometry[row] = _geometry(value)
        except ValueError as error:
            faults[row] = str(error)
        except ShapelyError as error:
            faults[row] = quoted(str(error).rpartition(": ")[2])
    # one call for all points is ten times faster than one each
    positions = np.array(list(points.values()), dtype=np.float64).reshape(-1, 2)
    geometry[list(points)] = shapely.points(positions)
    return geometry, faults


def _geometry(value: object) -> shapely.Geometry | None:
    """Build one geometry; None for null and for empty coordinates."""
    if value is None:
        return None
    kind = value.get("type") if isinstance(value, dict) else value
    build = _BUILDERS.get(kind) if isinstance(kind, str) else None
    if build is None or not isinstance(value, dict):
        raise ValueError(sentence("the geometry is {short}", short=_short(kind)))
    coordinates = value.get("coordinates")
    if not isinstance(coordinates, list):
        raise ValueError(sentence("the coordinates are not a list"))
    return build(coordinates) if coordinates else None


def _position(coordinates: object) -> tuple[float, float]:
    """Return x and y of a point; NaN where they are not two numbers."""
    if isinstance(coordinates, list) and len(coordinates) >= 2:
        x, y = coordinates[:2]
        if type(x) in _NUMBERS and type(y) in _NUMBERS:
            return float(x), float(y)
    return np.nan, np.nan


def _positions(coordinates: object) -> Coordinates:
    """Return positions as an array of shape (m, 2), once they are finite numbers."""
    try:
        pairs = np.asarray([position[:2] for position in coordinates])  # type: ignore[attr-defined]  # the except answers for what is no list
    except (TypeError, KeyError, ValueError) as error:
        raise ValueError(sentence("a position is not a pair of numbers")) from error
    if pairs.ndim != 2 or pairs.shape[1] != 2 or pairs.dtype.kind not in "iuf":
        raise ValueError(sentence("a position is not a pair of numbers"))
    return pairs.astype(np.float64)


def _ring(coordinates: object) -> Coordinates:
    """Return the positions of a ring, once it has four and closes."""
    ring = _positions(coordinates)
    if (ring[0] != ring[-1]).any():
        first, last = (f"({x:.10g}, {y:.10g})" for x, y in ring[[0, -1]])
        raise ValueError(
            sentence(
                "a ring is not closed, it starts at {first} and ends at {last}",
                first=first,
                last=last,
            )
        )
    if len(ring) < 4:
        raise ValueError(
            sentence(
                "a ring has {ring} positions where 4 are the least", ring=len(ring)
            )
        )
    return ring


def _polygon(coordinates: object) -> shapely.Polygon:
    """Build a polygon of one shell and its holes."""
    if not isinstance(coordinates, list) or not coordinates:
        raise ValueError(sentence("a polygon has no ring"))
    shell, *holes = [_ring(ring) for ring in coordinates]
    return shapely.Polygon(shell, holes)


_BUILDERS: dict[str, Callable[[list[Any]], shapely.Geometry]] = {
    "MultiPoint": lambda points: shapely.MultiPoint(_positions(points)),
    "LineString": lambda line: shapely.LineString(_positions(line)),
    "MultiLineString": lambda lines: shapely.MultiLineString(
        [_positions(line) for line in lines]
    ),
    "Polygon": _polygon,
    "MultiPolygon": lambda polygons: shapely.MultiPolygon(
        [_polygon(polygon) for polygon in polygons]
    ),
}


def _short(value: object) -> str:
    """Return a value for a message, cut to a line."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
