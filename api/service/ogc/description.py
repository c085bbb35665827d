"""The OpenAPI 3.0 document of the collections: their paths with every parameter."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from api.service.access.sight import Sight
from api.service.ogc.collections import Collection
from api.service.ogc.documents import (
    ABOUT,
    API_KIND,
    GEOJSON_KIND,
    HTML_KIND,
    JSON_KIND,
    SCHEMA_KIND,
    TITLE,
    type_of,
)
from api.service.ogc.item_query import DEFAULT_LIMIT, MOST_ITEMS
from api.service.ogc.tile_documents import MATRIX_SET, TILE_KIND
from layers.collections import MOST_CHARACTERS
from layers.schema.layer import Field
from layers.tiles import ZOOMS

Json: TypeAlias = dict[str, Any]

DATETIME: Final = (
    "An instant (what was in force then) or an interval 'start/end' with '..' for an "
    "open side (each item as it last was in it)."
)
STATE: Final[Mapping[str, str]] = {
    "datetime": DATETIME,
    "known_at": "As it was known then; a time or a day.",
}
FORMS: Final = ["json", "html"]
FILTER: Final = "What items shall meet (CQL2), by the properties of queryables."
SORT: Final = (
    "Properties by whose values items are sorted; '-' puts the greatest first."
)
SELECTION: Final = "Properties that the answer has; all without it."
LANGUAGE: Final[Json] = {
    "type": "string",
    "enum": ["cql2-text", "cql2-json"],
    "default": "cql2-text",
}
CRS: Final[Json] = {"type": "string", "format": "uri"}
PROBLEMS: Final[Mapping[str, str]] = {
    "400": "A parameter is unknown, repeated or impossible.",
    "401": "The key or the session is none of this service.",
    "404": "There is no such thing, or not for who asks.",
    "414": "The address is too long.",
    "429": "The key asks too often; Retry-After says when it may again.",
    "500": "The service failed.",
    "503": "The service is busy or ends; Retry-After says when to ask again.",
}
"""What may be answered instead."""
WINDOW: Final = (
    "Window; what touches it is in it. Over the antimeridian its first longitude is "
    "greater than its last, in a CRS in degrees alone."
)
BBOX: Final[Json] = {
    "type": "array",
    "minItems": 4,
    "maxItems": 6,
    "items": {"type": "number"},
}


def _in_path(name: str, schema: Json) -> Json:
    """Return a parameter that stands in a path."""
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _parameter(name: str, description: str, schema: Json) -> Json:
    """Return a parameter that stands in a query."""
    return {
        "name": name,
        "in": "query",
        "description": description,
        "required": False,
        "schema": schema,
        "style": "form",
        "explode": False,
    }


LIMIT: Final = _parameter(
    "limit",
    "At most so many items.",
    {"type": "integer", "minimum": 1, "maximum": MOST_ITEMS, "default": DEFAULT_LIMIT},
)
MATRIX_SET_ID: Final = _in_path(
    "tileMatrixSetId", {"type": "string", "enum": [MATRIX_SET]}
)
PLACE: Final = (
    _in_path("tileMatrix", {"type": "string", "enum": [str(zoom) for zoom in ZOOMS]}),
    _in_path("tileRow", {"type": "integer", "minimum": 0}),
    _in_path("tileCol", {"type": "integer", "minimum": 0}),
)
"""Of a tile: which matrix, and where in it."""
EDITION: Final = _in_path("edition", {"type": "string"})
TILE: Final = "{tileMatrix}/{tileRow}/{tileCol}"


def api_document(
    collections: Iterable[Collection],
    sight: Sight,
    root: str,
    version: str,
    schemes: Mapping[str, Json],
) -> Json:
    """Return the document.

    Parameters
    ----------
    collections
        Those that who asks sees.
    sight
        What of them who asks sees.
    root
        Address of the landing page.
    version
        Of the program.
    schemes
        How who asks may say who it is.
    """
    paths: Json = {
        "/": _path("landing", "Landing page", JSON_KIND),
        "/api": _path("api", "This document", API_KIND),
        "/conformance": _path("conformance", "What it conforms to", JSON_KIND),
        "/collections": _path("collections", "All collections", JSON_KIND, STATE),
        "/tileMatrixSets": _path(
            "getTileMatrixSetsList", "Tile matrix sets", JSON_KIND
        ),
        "/tileMatrixSets/{tileMatrixSetId}": _below(
            _path("getTileMatrixSet", "A tile matrix set", JSON_KIND), MATRIX_SET_ID
        ),
    }
    for item in collections:
        paths |= _paths_of(item, item.fields(sight))
        if item.is_tiled:
            paths |= _tile_paths(item)
    return {
        "openapi": "3.0.3",
        "info": {
            "title": TITLE.line,
            "description": ABOUT.line,
            "version": version,
        },
        "servers": [{"url": root}],
        "paths": paths,
        # QGIS takes the size of its pages from a parameter of this name here
        "components": {"securitySchemes": schemes, "parameters": {"limit": LIMIT}},
        # anybody may ask, and sees more with a key
        "security": [{}, *({name: []} for name in schemes)],
    }


def _paths_of(item: Collection, fields: Sequence[Field]) -> Json:
    """Return the paths of a collection."""
    name, title = item.collection_id, item.title.line
    path = f"/collections/{name}"
    names = [field.name for field in fields]
    signed = [f"{sign}{name}" for name in names for sign in ("", "+", "-")]
    crs = _parameter("crs", "Name of the CRS of the answer.", CRS)
    items = [
        LIMIT,
        _parameter("bbox", WINDOW, BBOX),
        _parameter("bbox-crs", "Name of the CRS of bbox.", CRS),
        crs,
        _parameter("after", "Token of a link 'next'.", {"type": "string"}),
        _parameter("sortby", SORT, _names_schema(signed)),
        _parameter("properties", SELECTION, _names_schema(names)),
        _parameter("filter", FILTER, {"type": "string", "maxLength": MOST_CHARACTERS}),
        _parameter("filter-lang", "Language of filter.", LANGUAGE),
        _parameter("filter-crs", "Name of the CRS of filter.", CRS),
        *(_parameter(f.name, f.description, _schema(f)) for f in fields),
    ]
    feature = _path(f"item_{name}", f"{title}: an item", GEOJSON_KIND, STATE, [crs])
    _below(feature, _in_path("featureId", {"type": "string"}))
    return {
        path: _path(f"collection_{name}", title, JSON_KIND, STATE),
        f"{path}/schema": _path(f"schema_{name}", f"{title}: schema", SCHEMA_KIND),
        f"{path}/feature-schema": _path(
            f"feature_schema_{name}", f"{title}: schema of GeoJSON", SCHEMA_KIND
        ),
        f"{path}/queryables": _path(
            f"queryables_{name}", f"{title}: queryables", SCHEMA_KIND
        ),
        f"{path}/items": _path(
            f"items_{name}", f"{title}: items", GEOJSON_KIND, STATE, items
        ),
        f"{path}/items/{{featureId}}": feature,
    }


def _tile_paths(item: Collection) -> Json:
    """Return the paths of the tiles of a collection (Tiles, clause 14)."""
    name, title = item.collection_id, item.title.line
    path = f"/collections/{name}/tiles"
    origin = f"{name}.collection.vector"
    current, tile = (
        _tile_path(operation, title)
        for operation in (f"{origin}.getTile", f"edition_tile_{name}")
    )
    # under its address it never changes
    del tile["get"]["responses"]["304"]
    tileset = _path(f"{origin}.getTileSet", f"{title}: tileset", JSON_KIND)
    tilejson = _path(f"tilejson_{name}", f"{title}: TileJSON", JSON_KIND)
    return {
        path: _path(f"{origin}.getTileSetsList", f"{title}: tilesets", JSON_KIND),
        f"{path}/{{tileMatrixSetId}}": _below(tileset, MATRIX_SET_ID),
        f"{path}/{{tileMatrixSetId}}/tilejson": _below(tilejson, MATRIX_SET_ID),
        f"{path}/{{tileMatrixSetId}}/{TILE}": _below(current, MATRIX_SET_ID, *PLACE),
        f"{path}/{{tileMatrixSetId}}/{{edition}}/{TILE}": _below(
            tile, MATRIX_SET_ID, EDITION, *PLACE
        ),
    }


def _tile_path(operation: str, title: str) -> Json:
    """Return a path of tiles."""
    tile = _path(operation, f"{title}: a tile", TILE_KIND)
    tile["get"]["parameters"] = []
    content = {TILE_KIND: {"schema": {"type": "string", "format": "binary"}}}
    tile["get"]["responses"] |= {
        "200": {"description": f"{title}: a tile", "content": content},
        "204": {"description": "There is nothing in this tile."},
        "503": {"description": "The tiles are being drawn; see Retry-After."},
    }
    return tile


def _below(path: Json, *parameters: Json) -> Json:
    """Return a path with parameters that stand in it."""
    path["get"]["parameters"] = [*parameters, *path["get"]["parameters"]]
    return path


def _path(
    operation: str,
    summary: str,
    kind: str,
    state: Mapping[str, str] | None = None,
    parameters: Iterable[Json] = (),
) -> Json:
    """Return a path that is read."""
    text = {"type": "string"}
    times = [_parameter(name, about, text) for name, about in (state or {}).items()]
    content = {"application/problem+json": {"schema": {"type": "object"}}}
    problems = {
        status: {"description": about, "content": content}
        for status, about in PROBLEMS.items()
    }
    form = _parameter("f", "Form of the answer.", {"type": "string", "enum": FORMS})
    return {
        "get": {
            "operationId": operation.replace("-", "_"),
            "summary": summary,
            "parameters": [*parameters, *times, form],
            "responses": {
                "200": {
                    "description": summary,
                    "content": {
                        kind: {"schema": {"type": "object"}},
                        HTML_KIND: {"schema": text},
                    },
                },
                "304": {"description": "It is as it was under that ETag."},
                **problems,
            },
        }
    }


def _names_schema(names: Sequence[str]) -> Json:
    """Return the schema of a list of some names with commas between them."""
    return {
        "type": "array",
        "minItems": 1,
        "items": {"type": "string", "enum": [*names]},
    }


def _schema(field: Field) -> Json:
    values = {"enum": [*field.values]} if field.values else {}
    return {**type_of(field), **values}
