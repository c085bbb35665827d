"""Rows as GeoJSON and plain records: the one exit, which obeys classes of sharing."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, BinaryIO, Final, TypeAlias

import geopandas as gpd
import numpy as np
import orjson
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from shapely.geometry import mapping

from gis.datum_steps import unshifted_code
from gis.errors import SettingError
from layers.schema.layer import Frame, LayerSchema
from layers.schema.sharing import GEOMETRY, Classes

Json: TypeAlias = dict[str, Any]
WGS84: Final = (("OGC", "CRS84"), ("EPSG", "4326"))
"""CRS that GeoJSON means where it names none."""


def shared_frame(frame: Frame, schema: LayerSchema, classes: Classes) -> Frame:
    """Return the columns of some classes, in the order of the frame.

    A column that the schema does not know, its geometry aside, is closed. A row that
    the schema closes (`LayerSchema.closed_where`) is of no class.

    Parameters
    ----------
    frame
        Rows of the layer.
    schema
        Says what each column is.
    classes
        The fields that may leave.

    Examples
    --------
    >>> from layers.schema.posts import POSTS
    >>> from layers.schema.sharing import LOOPBACK, OPEN
    >>> rows = pd.DataFrame({"holder_id": ["L001"], "post_id": ["P1"], "note": ["x"]})
    >>> list(shared_frame(rows, POSTS, OPEN)), list(shared_frame(rows, POSTS, LOOPBACK))
    (['post_id'], ['holder_id', 'post_id'])
    """
    frame = open_rows(frame, schema)
    if classes.is_whole:
        return frame
    names = {*classes.fields_of(schema)}
    if isinstance(frame, gpd.GeoDataFrame) and classes.has(schema, GEOMETRY):
        names.add(str(frame.geometry.name))
    shared: Frame = frame[[name for name in frame.columns if name in names]]
    return shared


def open_rows(frame: Frame, schema: LayerSchema) -> Frame:
    """Return the rows that the schema does not close whole.

    Parameters
    ----------
    frame, schema
        As `shared_frame` takes them.
    """
    if schema.closed_where is None:
        return frame
    is_closed = frame[schema.closed_where].eq(True).fillna(False).astype(bool)
    shared: Frame = frame[~is_closed]
    return shared


def rows(frame: pd.DataFrame, schema: LayerSchema, classes: Classes) -> list[Json]:
    """Return rows as records without geometry, None where there is no value.

    Parameters
    ----------
    frame, schema, classes
        As `shared_frame` takes them.
    """
    plain = pd.DataFrame(shared_frame(frame, schema, classes))
    if isinstance(frame, gpd.GeoDataFrame):
        plain = plain.drop(columns=str(frame.geometry.name), errors="ignore")
    values = plain.astype(object)
    records = values.where(values.notna(), None).to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in records]


def features(
    frame: gpd.GeoDataFrame, schema: LayerSchema, classes: Classes
) -> Iterator[Json]:
    """Yield rows as features; the id is the value of the schema's key.

    Coordinates leave as they are, in the CRS of the frame, which `collection` names.
    A geometry of another class is null.

    Parameters
    ----------
    frame, schema, classes
        As `shared_frame` takes them.

    Examples
    --------
    >>> from shapely import Point
    >>> from layers.schema.sharing import OPEN
    >>> from layers.schema.stations import STATIONS
    >>> columns = {"name": [None], "station_id": ["S1"]}
    >>> frame = gpd.GeoDataFrame(columns, geometry=[Point(120, 30)], crs="EPSG:4326")
    >>> next(features(frame, STATIONS, OPEN))["id"]
    'S1'
    """
    for record, geometry in _pairs(frame, schema, classes):
        yield feature(record, geometry, record.get(schema.key))


def feature_texts(
    ids: Iterable[str], records: Iterable[Json], shapes: NDArray[np.object_]
) -> list[bytes]:
    """Return rows that may leave as features, each as JSON.

    Parameters
    ----------
    ids, records
        Of the rows, as far as who asks sees them.
    shapes
        Their geometry in the CRS and the order of axes that is wanted; None where
        there is none.

    Examples
    --------
    >>> feature_texts(["S1"], [{"name": "S"}], np.array([None]))
    [b'{"type":"Feature","id":"S1","geometry":null,"properties":{"name":"S"}}']
    """
    texts = shapely.to_geojson(shapes).tolist()
    return [
        b'{"type":"Feature","id":%b,"geometry":%b,"properties":%b}'
        % (json_of(item_id), (text or "null").encode(), json_of(record))
        for item_id, text, record in zip(ids, texts, records, strict=True)
    ]


def collection_text(items: Iterable[bytes], members: Mapping[str, object]) -> bytes:
    """Return features that are JSON already as one collection.

    Parameters
    ----------
    items
        As `feature_texts` gives them.
    members
        What is head of the whole.

    Examples
    --------
    >>> collection_text([], {"numberMatched": 0})
    b'{"type":"FeatureCollection","numberMatched":0,"features":[]}'
    """
    head = json_of({"type": "FeatureCollection", **members})
    return b'%b,"features":[%b]}' % (head[:-1], b",".join(items))


def file_features(
    frame: gpd.GeoDataFrame, schema: LayerSchema, classes: Classes
) -> Iterator[Json]:
    """Yield rows as features of a file: the key is a property like any other.

    Parameters
    ----------
    frame, schema, classes
        As `shared_frame` takes them.
    """
    for record, geometry in _pairs(frame, schema, classes):
        yield feature(record, geometry)


def feature(
    properties: Mapping[str, object], geometry: Json | None, feature_id: object = None
) -> Json:
    """Return one feature, without an id where there is none.

    Examples
    --------
    >>> feature({"name": "S"}, None, "S1")
    {'type': 'Feature', 'id': 'S1', 'properties': {'name': 'S'}, 'geometry': None}
    """
    identity = {} if feature_id is None else {"id": feature_id}
    return {
        "type": "Feature",
        **identity,
        "properties": dict(properties),
        "geometry": geometry,
    }


def collection(
    items: Iterable[Json], crs: CRS | None, members: Mapping[str, object] | None = None
) -> Json:
    """Return features as one collection, which names a CRS other than WGS 84.

    Parameters
    ----------
    items
        The features, all in one CRS.
    crs
        That CRS; None is WGS 84.
    members
        What else is head of the whole.

    Raises
    ------
    SettingError
        If the CRS is neither WGS 84 nor CGCS2000 in degrees.
    """
    return {
        "type": "FeatureCollection",
        **crs_member(crs),
        **(members or {}),
        "features": list(items),
    }


def write_collection(
    stream: BinaryIO, items: Iterable[Json], members: Mapping[str, object]
) -> None:
    """Write features as one collection, one feature a line.

    Parameters
    ----------
    stream
        Where to.
    items
        The features; read one by one.
    members
        What is head of the whole, before the features.
    """
    head = b"".join(b'"%b":%b,' % (k.encode(), json_of(v)) for k, v in members.items())
    stream.write(b'{"type":"FeatureCollection",%b"features":[' % head)
    separator = b"\n"
    for item in items:
        stream.write(separator + json_of(item))
        separator = b",\n"
    stream.write(b"\n]}\n")


def crs_member(crs: CRS | None) -> Json:
    """Return the member that names a CRS other than WGS 84 (GeoJSON 2008).

    CGCS2000 is named, though it lies within decimetres of WGS 84: no datum leaves
    under the name of another.

    Raises
    ------
    SettingError
        If the CRS is neither of them: GeoJSON is lon, lat in WGS 84 (RFC 7946,
        section 4), and readers take it so whatever a file says.

    Examples
    --------
    >>> crs_member(CRS("EPSG:4326")), crs_member(None)
    ({}, {})
    >>> crs_member(CRS("EPSG:4490"))["crs"]["properties"]
    {'name': 'urn:ogc:def:crs:EPSG::4490'}
    """
    if crs is None or crs.to_authority() in WGS84:
        return {}
    return named_crs(crs)


def named_crs(crs: CRS) -> Json:
    """Return the member that names a CRS, WGS 84 too.

    Raises
    ------
    SettingError
        If the CRS is neither WGS 84 nor CGCS2000 in degrees.
    """
    authority = crs.to_authority()
    if authority is None:
        raise SettingError(
            "The CRS {name!r} has no code that GeoJSON could name; write CSV or "
            "Parquet.",
            name=crs.name,
        )
    if unshifted_code(crs.to_2d()) is None:
        raise SettingError(
            "GeoJSON is in WGS 84, and the coordinates are in {name!r}; write CSV or "
            "Parquet.",
            name=crs.name,
        )
    name = f"urn:ogc:def:crs:{authority[0]}::{authority[1]}"
    return {"crs": {"type": "name", "properties": {"name": name}}}


def json_of(value: object) -> bytes:
    """Return JSON; what it has no word for becomes text, bytes hexadecimal."""
    return orjson.dumps(value, default=_foreign)


def _pairs(
    frame: gpd.GeoDataFrame, schema: LayerSchema, classes: Classes
) -> Iterator[tuple[Json, Json | None]]:
    """Yield the record and the geometry of each row, of some classes alone."""
    is_seen = classes.has(schema, GEOMETRY)
    frame = open_rows(frame, schema)
    shapes = frame.geometry if is_seen else [None] * len(frame)
    for record, shape in zip(rows(frame, schema, classes), shapes, strict=True):
        yield record, None if shape is None else mapping(shape)


def _foreign(value: object) -> str:
    """Return the text of a value that JSON has no word for."""
    return value.hex() if isinstance(value, bytes) else str(value)
