"""Documents of OGC API Tiles say the same of the same tiles."""

import pytest

from api.service.ogc.collections import COLLECTIONS
from api.service.ogc.documents import Address
from api.service.ogc.tile_documents import (
    matrix_set_document,
    matrix_sets_document,
    tile_address,
    tilejson_document,
    tileset_document,
    tilesets_document,
)
from api.service.ogc.tilesets import Ground, Tilesets
from layers.registry import Registries
from layers.stores import open_store
from support.makers.tiled_town import grids, publish

ADDRESS = Address("https://town.example/ogc", {})
# OGC 17-083r4, annex D.1: tile matrix, scale denominator, cell size
REGISTERED = {
    0: (559082264.0287178, 156543.033928041),
    8: (2183915.09386217, 611.4962262813785),
    14: (34123.6733415963, 9.554628535647032),
    20: (533.182395624563, 0.149291070854245),
}


@pytest.fixture
def edition(tmp_path):
    store = open_store("memory:")
    publish(store)
    yield Tilesets(store, Registries(store), tmp_path).edition("grids")
    store.close()


def test_the_matrix_set_is_that_of_the_register():
    document = matrix_set_document()
    matrices = {int(item["id"]): item for item in document["tileMatrices"]}
    assert [*matrices] == [*range(25)]
    for zoom, (denominator, cell) in REGISTERED.items():
        matrix = matrices[zoom]
        assert matrix["scaleDenominator"] == pytest.approx(denominator, rel=1e-9)
        assert matrix["cellSize"] == pytest.approx(cell, rel=1e-9)
        assert matrix["pointOfOrigin"] == [-20037508.3427892, 20037508.3427892]
        assert matrix["matrixWidth"] == matrix["matrixHeight"] == 2**zoom
    [item] = matrix_sets_document(ADDRESS)["tileMatrixSets"]
    assert (item["id"], item["uri"]) == (document["id"], document["uri"])


def test_tileset_and_tilejson_lead_to_the_same_tiles(edition):
    ground = Ground.of(grids().geometry)
    tileset = tileset_document(ADDRESS, COLLECTIONS[0], edition, ground)
    tilejson = tilejson_document(ADDRESS, COLLECTIONS[0], edition, ground)
    [link] = [x for x in tileset["links"] if x.get("templated")]
    place = {"tileMatrix": 9, "tileRow": 3, "tileCol": 4}
    expected = tile_address(ADDRESS, edition, "9/3/4")
    assert link["href"].format(**place) == expected
    assert tilejson["tiles"][0].format(z=9, y=3, x=4) == expected
    assert edition.name in expected
    zooms = [int(row["tileMatrix"]) for row in tileset["tileMatrixSetLimits"]]
    assert (tilejson["minzoom"], tilejson["maxzoom"]) == (zooms[0], zooms[-1])
    box = tileset["boundingBox"]
    assert [*box["lowerLeft"], *box["upperRight"]] == tilejson["bounds"]
    [layer], [described] = tilejson["vector_layers"], tileset["layers"]
    assert layer["id"] == described["id"] == "grids"
    assert {*layer["fields"]} == {*described["propertiesSchema"]["properties"]}


def test_a_tile_is_at_one_address_whatever_a_client_repeats(edition):
    repeating = Address(ADDRESS.root, {"known_at": "2026-09-10"})
    assert tile_address(repeating, edition, "1/2/3") == tile_address(
        ADDRESS, edition, "1/2/3"
    )


def test_the_list_of_tilesets_leads_to_the_tileset():
    [item] = tilesets_document(ADDRESS, COLLECTIONS[0])["tilesets"]
    rels = {link["rel"].rpartition("/")[2]: link["href"] for link in item["links"]}
    assert rels["self"].endswith("/collections/grids/tiles/WebMercatorQuad")
    assert rels["tiling-scheme"].endswith("/tileMatrixSets/WebMercatorQuad")
