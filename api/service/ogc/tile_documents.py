"""Documents of OGC API Tiles: tile matrix sets, tilesets, TileJSON."""

from typing import Any, Final

from api.service.ogc.collections import Collection
from api.service.ogc.crs_names import CRS84, EPSG
from api.service.ogc.documents import (
    JSON_KIND,
    TYPES,
    Address,
    Json,
    link,
    page_link,
    path_of,
)
from api.service.ogc.tilesets import Edition, Ground
from gis.local_time import instant_text
from layers.tiles import HALF_WORLD_M, MERCATOR, ZOOMS
from layers.words.ogc import LAYERS

MATRIX_SET: Final = "WebMercatorQuad"
MATRIX_SET_URI: Final = f"http://www.opengis.net/def/tilematrixset/OGC/1.0/{MATRIX_SET}"
MATRICES: Final = range(25)
"""Of the tile matrix set as it is registered; tiles are in some of them."""
SCALE_SET: Final = "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible"
STANDARD_PIXEL_M: Final = 0.00028
"""Of scale denominators (OGC 17-083r4, 6.2)."""
TILE_SIDE: Final = 256
TILE_KIND: Final = "application/vnd.mapbox-vector-tile"
TILING_SCHEME_REL: Final = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"
CONFORMANCE_REL: Final = "http://www.opengis.net/def/rel/ogc/1.0/conformance"
GEODATA_REL: Final = "http://www.opengis.net/def/rel/ogc/1.0/geodata"
ORIGIN: Final = (round(-HALF_WORLD_M, 7), round(HALF_WORLD_M, 7))


def matrix_sets_document(address: Address) -> Json:
    """Return the tile matrix sets: one.

    Parameters
    ----------
    address
        Where the documents are.
    """
    path = path_of("tileMatrixSets", MATRIX_SET)
    here = address.of("/tileMatrixSets")
    return {
        "links": [
            link(here, "self", JSON_KIND, LAYERS["matrix_sets"].line),
            page_link(address, "/tileMatrixSets"),
        ],
        "tileMatrixSets": [
            {
                "id": MATRIX_SET,
                "title": MATRIX_SET,
                "uri": MATRIX_SET_URI,
                "crs": EPSG.format(code=MERCATOR),
                "links": [link(address.of(path), "self", JSON_KIND, MATRIX_SET)],
            }
        ],
    }


def matrix_set_document() -> Json:
    """Return the tile matrix set as it is registered (OGC 17-083r4, annex D.1)."""
    return {
        "id": MATRIX_SET,
        "title": MATRIX_SET,
        "uri": MATRIX_SET_URI,
        "crs": EPSG.format(code=MERCATOR),
        "orderedAxes": ["X", "Y"],
        "wellKnownScaleSet": SCALE_SET,
        "tileMatrices": [_matrix(zoom) for zoom in MATRICES],
    }


def tilesets_document(address: Address, collection: Collection) -> Json:
    """Return the tilesets of a collection: one.

    Parameters
    ----------
    address
        Where the documents are.
    collection
        The collection.
    """
    path = path_of("collections", collection.collection_id, "tiles")
    return {
        "title": LAYERS["tiles"].line,
        "links": [
            link(address.of(path), "self", JSON_KIND, LAYERS["tiles"].line),
            page_link(address, path),
        ],
        "tilesets": [
            {
                **_head(collection),
                "links": [
                    link(
                        address.of(f"{path}/{MATRIX_SET}"),
                        "self",
                        JSON_KIND,
                        collection.title.line,
                    ),
                    _scheme_link(address),
                ],
            }
        ],
    }


def tileset_document(
    address: Address, collection: Collection, edition: Edition, ground: Ground
) -> Json:
    """Return what a tileset is, with the address of its tiles.

    Parameters
    ----------
    address
        Where the documents are.
    collection
        The collection.
    edition, ground
        Its tiles as they are now, and where they lie.
    """
    base = path_of("collections", collection.collection_id)
    path = f"{base}/tiles/{MATRIX_SET}"
    template = tile_address(address, edition, "{tileMatrix}/{tileRow}/{tileCol}")
    west, south, east, north = ground.bounds
    title = collection.title.line
    return {
        **_head(collection),
        "version": edition.name,
        "updated": instant_text(edition.version.recorded_at),
        "mediaTypes": [TILE_KIND],
        "tileMatrixSetLimits": [
            {
                "tileMatrix": str(zoom),
                "minTileRow": limits.first_row,
                "maxTileRow": limits.last_row,
                "minTileCol": limits.first_column,
                "maxTileCol": limits.last_column,
            }
            for zoom, limits in ground.limits.items()
        ],
        "boundingBox": {
            "lowerLeft": [west, south],
            "upperRight": [east, north],
            "crs": CRS84,
        },
        "layers": [_layer(edition, title)],
        "links": [
            link(address.of(path), "self", JSON_KIND, title),
            page_link(address, path),
            link(address.of(f"{path}/tilejson"), "alternate", JSON_KIND, "TileJSON"),
            _scheme_link(address),
            link(address.of(base), GEODATA_REL, JSON_KIND, title),
            link(
                address.of("/conformance"),
                CONFORMANCE_REL,
                JSON_KIND,
                LAYERS["conformance"].line,
            ),
            {**link(template, "item", TILE_KIND, title), "templated": True},
        ],
    }


def tilejson_document(
    address: Address, collection: Collection, edition: Edition, ground: Ground
) -> Json:
    """Return the same as TileJSON 3.0.

    Parameters
    ----------
    address, collection, edition, ground
        As `tileset_document` takes them.
    """
    west, south, east, north = ground.bounds
    fields = {
        f.name: "Number" if f.kind in ("integer", "number") else "String"
        for f in edition.fields
    }
    zooms = {"minzoom": ZOOMS[0], "maxzoom": ZOOMS[-1]}
    return {
        "tilejson": "3.0.0",
        "name": collection.title.line,
        "description": f"{collection.title.line} ({collection.schema.owner})",
        "scheme": "xyz",
        "tiles": [tile_address(address, edition, "{z}/{y}/{x}")],
        **zooms,
        "bounds": [*ground.bounds],
        "center": [(west + east) / 2, (south + north) / 2, ZOOMS[0]],
        "vector_layers": [{"id": edition.collection_id, "fields": fields, **zooms}],
    }


def tile_address(address: Address, edition: Edition, place: str) -> str:
    """Return the address of tiles.

    Parameters
    ----------
    address
        Where the documents are.
    edition
        The tiles; other ones have another address.
    place
        Of a tile, or variables in its place.
    """
    path = path_of(
        *("collections", edition.collection_id, "tiles", MATRIX_SET, edition.name)
    )
    # what a tile is hangs on its path alone
    return f"{address.root}{path}/{place}"


def _matrix(zoom: int) -> Json:
    """Return a tile matrix of the set."""
    cell_m = 2 * HALF_WORLD_M / (TILE_SIDE << zoom)
    return {
        "id": str(zoom),
        "scaleDenominator": cell_m / STANDARD_PIXEL_M,
        "cellSize": cell_m,
        "cornerOfOrigin": "topLeft",
        "pointOfOrigin": [*ORIGIN],
        "tileWidth": TILE_SIDE,
        "tileHeight": TILE_SIDE,
        "matrixWidth": 1 << zoom,
        "matrixHeight": 1 << zoom,
    }


def _head(collection: Collection) -> Json:
    return {
        "title": collection.title.line,
        "dataType": "vector",
        "crs": EPSG.format(code=MERCATOR),
        "tileMatrixSetURI": MATRIX_SET_URI,
    }


def _scheme_link(address: Address) -> Json:
    href = address.of(path_of("tileMatrixSets", MATRIX_SET))
    return link(href, TILING_SCHEME_REL, JSON_KIND, MATRIX_SET)


def _layer(edition: Edition, title: str) -> dict[str, Any]:
    """Return the layer in the tiles (OGC 17-083r4, 7.2.2)."""
    properties = {
        f.name: {"type": TYPES[f.kind], "description": f.description}
        for f in edition.fields
    }
    return {
        "id": edition.collection_id,
        "title": title,
        "dataType": "vector",
        "geometryDimension": 2,
        "minTileMatrix": str(ZOOMS[0]),
        "maxTileMatrix": str(ZOOMS[-1]),
        "propertiesSchema": {"type": "object", "properties": properties},
    }
