"""Documents of OGC API Features: landing page, conformance, collections, schemas."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias
from urllib.parse import quote, urlencode

import numpy as np
import shapely

from api.service.access.sight import Sight
from api.service.ogc.catalogue import Catalogue
from api.service.ogc.collections import Collection
from api.service.ogc.crs_names import (
    CRS84,
    EPSG,
    epsg_crs,
    named_crs,
    offered_crs,
)
from api.service.ogc.item_page import ItemPage, state_texts
from api.service.ogc.item_query import StateQuery
from gis.local_time import instant_text
from layers.collections import CollectionState
from layers.features import collection_text, json_of
from layers.schema.layer import Field
from layers.words import Words
from layers.words.ogc import LAYERS

Json: TypeAlias = dict[str, Any]

JSON_KIND: Final = "application/json"
GEOJSON_KIND: Final = "application/geo+json"
HTML_KIND: Final = "text/html"
SCHEMA_KIND: Final = "application/schema+json"
API_KIND: Final = "application/vnd.oai.openapi+json;version=3.0"
SCHEMA_REL: Final = "http://www.opengis.net/def/rel/ogc/1.0/schema"
QUERYABLES_REL: Final = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
TILESETS_REL: Final = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"
TILING_SCHEMES_REL: Final = "http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes"
DESCRIBED_BY: Final = "describedBy"
"""Relations are compared whatever their case (RFC 8288), but not by GDAL 3.6."""
CONFORMS_TO: Final = (
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables-query-parameters",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/filter",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/features-filter",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/schemas",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tileset",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tilesets-list",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/geodata-tilesets",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/mvt",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-text",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-json",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-cql2",
    "http://www.opengis.net/spec/cql2/1.0/conf/advanced-comparison-operators",
    "http://www.opengis.net/spec/cql2/1.0/conf/case-insensitive-comparison",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/temporal-functions",
)
PARTS: Final = (
    ("items", "items", GEOJSON_KIND, "items"),
    ("schema", SCHEMA_REL, SCHEMA_KIND, "schema"),
    ("feature-schema", DESCRIBED_BY, SCHEMA_KIND, "feature_schema"),
    ("queryables", QUERYABLES_REL, SCHEMA_KIND, "queryables"),
)
"""Of a collection: last part of the path, relation, kind, caption."""
TITLE: Final = Words("网格治理图层", "Layers of grid governance")
ABOUT: Final = Words(
    "网格、指挥圈层、社区、五色图与赋码场所，按查询的时间给出。",
    "Grids, circles of command, communities, risk and places with a safety code, as "
    "they were at the time that is asked for.",
)
TYPES: Final = {
    "text": "string",
    "integer": "integer",
    "number": "number",
    "instant": "string",
    "day": "string",
    "flag": "boolean",
}
"""Types of JSON by kinds of fields."""
FORMATS: Final = {"instant": "date-time", "day": "date"}
"""What JSON schema calls the kinds that are texts of one form."""
UNITS: Final = {
    **{unit: unit for unit in ("m", "m2", "ms")},
    "metres": "m",
    "days": "d",
    "degrees": "deg",
}
"""Units of fields as UCUM writes them (Part 5); others are annotations of it."""
GEOMETRIES: Final = {"polygon": "MultiPolygon", "point": "Point"}


@dataclass(frozen=True, slots=True)
class Address:
    """Where a client is, and what stands in every address that it is given.

    Attributes
    ----------
    root
        Of all documents, without a slash at its end.
    repeated
        Parameters that every link repeats, such as ``known_at``.
    """

    root: str
    repeated: Mapping[str, str]

    def of(self, path: str = "", /, **parameters: str) -> str:
        """Return the address of a document.

        A parameter may have any name, as a field may. Colons and slashes stand as they
        are: QGIS adds the query of its address to every link that has not just that.
        """
        values = {**self.repeated, **parameters}
        query = urlencode(values, safe=":/", quote_via=quote)
        return f"{self.root}{path}{'?' if query else ''}{query}"


def path_of(*segments: str) -> str:
    """Return the path of a document; a slash of a name is written as others are not.

    Examples
    --------
    >>> path_of("collections", "places", "items", "../甲")
    '/collections/places/items/..%2F%E7%94%B2'
    """
    return "".join(f"/{quote(segment, safe='')}" for segment in segments)


def link(href: str, rel: str, kind: str, title: str) -> Json:
    """Return a link."""
    return {"href": href, "rel": rel, "type": kind, "title": title}


def link_header(links: Iterable[Json]) -> str:
    """Return links as a header has them (RFC 8288).

    Examples
    --------
    >>> link_header([link("/ogc", "self", JSON_KIND, "This document")])
    '</ogc>; rel="self"; type="application/json"'
    """
    return ", ".join(
        f'<{item["href"]}>; rel="{item["rel"]}"; type="{item["type"]}"'
        for item in links
    )


def page_link(address: Address, path: str, /, **parameters: str) -> Json:
    """Return the link to a document as a page for people."""
    href = address.of(path, **{**parameters, "f": "html"})
    return link(href, "alternate", HTML_KIND, "As a page")


def landing_document(address: Address) -> Json:
    """Return the landing page."""
    return {
        "title": TITLE.line,
        "description": ABOUT.line,
        "links": [
            link(address.of(), "self", JSON_KIND, "This document"),
            page_link(address, ""),
            link(address.of("/api"), "service-desc", API_KIND, "OpenAPI 3.0"),
            link(
                address.of("/api", f="html"),
                "service-doc",
                HTML_KIND,
                LAYERS["paths"].line,
            ),
            link(
                address.of("/conformance"),
                "conformance",
                JSON_KIND,
                LAYERS["conformance"].line,
            ),
            link(
                address.of("/collections"),
                "data",
                JSON_KIND,
                LAYERS["collections"].line,
            ),
            link(
                address.of("/tileMatrixSets"),
                TILING_SCHEMES_REL,
                JSON_KIND,
                LAYERS["matrix_sets"].line,
            ),
        ],
    }


def conformance_document() -> Json:
    """Return what this conforms to."""
    return {"conformsTo": [*CONFORMS_TO]}


def collections_document(
    catalogue: Catalogue, query: StateQuery, sight: Sight, address: Address
) -> Json:
    """Return all collections that who asks sees."""
    return {
        "links": [
            link(
                address.of("/collections"),
                "self",
                JSON_KIND,
                LAYERS["collections"].line,
            ),
            page_link(address, "/collections"),
        ],
        "collections": [
            collection_document(catalogue, item, query, sight, address)
            for item in catalogue.collections(sight).values()
        ],
    }


def collection_document(
    catalogue: Catalogue,
    collection: Collection,
    query: StateQuery,
    sight: Sight,
    address: Address,
) -> Json:
    """Return what a collection is: extent, CRS, and where its items are."""
    state = catalogue.state(collection, query, sight)
    name = collection.collection_id
    path = path_of("collections", name)
    title = LAYERS["items"].line
    code = state.datum.crs.to_epsg()
    start = catalogue.first_instant(collection.system)
    return {
        "id": name,
        "title": collection.title.line,
        "description": f"{collection.title.line} ({collection.schema.owner})",
        "itemType": "feature",
        "extent": {
            "spatial": {
                "bbox": [_extent(state)],
                "crs": CRS84,
                **_storage_extent(state, code),
            },
            "temporal": {
                "interval": [[None if start is None else instant_text(start), None]],
                "trs": "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian",
            },
        },
        "crs": [*crs_names(state)],
        "storageCrs": CRS84 if code is None else EPSG.format(code=code),
        "links": [
            link(address.of(path), "self", JSON_KIND, collection.title.line),
            page_link(address, path),
            *(
                link(address.of(f"{path}/{part}"), rel, kind, LAYERS[word].line)
                for part, rel, kind, word in PARTS
            ),
            link(address.of(f"{path}/items", f="html"), "items", HTML_KIND, title),
            *_tile_links(collection, query, address),
        ],
    }


def _tile_links(
    collection: Collection, query: StateQuery, address: Address
) -> list[Json]:
    """Return the link to the tiles of a collection, which are of now."""
    if not collection.is_tiled or query != StateQuery() or address.repeated:
        return []
    path = path_of("collections", collection.collection_id, "tiles")
    title = LAYERS["tiles"].line
    return [link(address.of(path), TILESETS_REL, JSON_KIND, title)]


def crs_names(state: CollectionState) -> tuple[str, ...]:
    """Return the names of the CRS that a state is given in."""
    return offered_crs(state.datum, state.shapes.bounds())


def schema_document(collection: Collection, sight: Sight, href: str) -> Json:
    """Return the schema of the items (Part 5): a property a field that is seen."""
    title = collection.title.line
    fields = _properties(collection.fields(sight), collection.schema.key)
    return _schema_head(href, title, {**fields, **_geometry_property(collection)})


def feature_schema_document(collection: Collection, sight: Sight, href: str) -> Json:
    """Return the schema of an item as a feature of GeoJSON, for clients such as GDAL.

    Clients take types from here, not from the first page. A value may be null, which
    is said as OpenAPI does: GDAL knows no lists of types. Days are plain texts, because
    GDAL sends what is asked of a date as `datetime`, which is when the state was.
    """
    properties = {
        name: {**item, "nullable": True}
        for name, item in _properties(collection.fields(sight)).items()
    }
    for item in properties.values():
        if item.get("format") == FORMATS["day"]:
            del item["format"]
    kind = GEOMETRIES.get(collection.schema.geometry or "", "Geometry")
    return _schema_head(
        href,
        collection.title.line,
        {
            "type": {"const": "Feature"},
            "id": {"type": "string"},
            "geometry": {"$ref": f"https://geojson.org/schema/{kind}.json"},
            "properties": {"type": "object", "properties": properties},
        },
    )


def queryables_document(collection: Collection, sight: Sight, href: str) -> Json:
    """Return the properties that items can be asked for by (Part 3)."""
    fields = _properties(collection.fields(sight))
    properties = {**fields, **_geometry_property(collection)}
    return {
        **_schema_head(href, collection.title.line, properties),
        "additionalProperties": False,
    }


def items_text(
    page: ItemPage,
    address: Address,
    path: str,
    parameters: Mapping[str, str],
) -> bytes:
    """Return a page of items as GeoJSON.

    Parameters
    ----------
    page
        The items.
    address, path
        Where they are.
    parameters
        Of the query; the link to the next page repeats them all.
    """
    links = [
        link(address.of(path, **parameters), "self", GEOJSON_KIND, "This page"),
        page_link(address, path, **parameters),
    ]
    if page.token:
        following = {**parameters, "after": page.token}
        links.append(link(address.of(path, **following), "next", GEOJSON_KIND, "Next"))
    members = {
        "numberMatched": page.matched,
        "numberReturned": len(page.items),
        "links": links,
    }
    return collection_text(page.items, members)


def item_text(
    state: CollectionState, row: int, crs: str, links: Sequence[Json]
) -> bytes:
    """Return an item as GeoJSON, with its links."""
    [text] = state_texts(state, np.array([row]), crs)
    return b'%b,"links":%b}' % (text[:-1], json_of(links))


def _schema_head(href: str, title: str, properties: Json) -> Json:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": href,
        "type": "object",
        "title": title,
        "properties": properties,
    }


def _properties(fields: Iterable[Field], key: str = "") -> Json:
    """Return fields as properties of JSON schema."""
    return {f.name: _property(f, is_key=f.name == key) for f in fields}


def _geometry_property(collection: Collection) -> Json:
    """Return the geometry of items as a property of JSON schema."""
    kind = GEOMETRIES.get(collection.schema.geometry or "", "any").lower()
    return {
        "geometry": {"x-ogc-role": "primary-geometry", "format": f"geometry-{kind}"}
    }


def _property(field: Field, *, is_key: bool) -> Json:
    """Return a field as a property of JSON schema."""
    rest: Json = {"x-ogc-role": "id"} if is_key else {}
    if field.values:
        rest["enum"] = [*field.values]
    if field.unit:
        # an annotation of UCUM has no other meaning than 1
        rest["x-ogc-unit"] = UNITS.get(field.unit, f"{{{field.unit}}}")
    return {**type_of(field), "description": field.description, **rest}


def type_of(field: Field) -> Json:
    """Return the type of a field's values in JSON schema, and the form of texts."""
    form = {"format": FORMATS[field.kind]} if field.kind in FORMATS else {}
    return {"type": TYPES[field.kind], **form}


def _extent(state: CollectionState) -> list[float]:
    """Return west, south, east and north in degrees; of nothing, the world."""
    bounds = state.shapes.bounds()
    if not np.isfinite(bounds).all():
        return [-180.0, -90.0, 180.0, 90.0]
    corners = shapely.box(*bounds)
    if not state.datum.is_geographic:
        # an edge that is straight there is curved here
        corners = shapely.segmentize(corners, corners.length / 100)
    [window] = named_crs(CRS84).geometry(np.array([corners]), state.datum)
    return [*window.bounds]


def _storage_extent(state: CollectionState, code: int | None) -> Json:
    """Return the same where it is stored, in the order of the axes of its CRS."""
    bounds = state.shapes.bounds()
    if code is None or not np.isfinite(bounds).all():
        return {}
    crs = epsg_crs(code)
    [window] = crs.geometry(np.array([shapely.box(*bounds)]), state.datum)
    return {"storageCrsBbox": [[*window.bounds]]}
