"""Documents of collections, each link to what there is."""

import orjson
import pytest

from api.service.access.sight import VISITOR, Sight
from api.service.ogc.catalogue import Catalogue
from api.service.ogc.documents import (
    CONFORMS_TO,
    TILING_SCHEMES_REL,
    Address,
    collection_document,
    collections_document,
    conformance_document,
    crs_names,
    feature_schema_document,
    item_text,
    items_text,
    landing_document,
    link,
    path_of,
    queryables_document,
    schema_document,
)
from api.service.ogc.item_page import item_page
from api.service.ogc.item_query import ItemQuery, StateQuery
from gis.access import EVERYTHING, Role
from gis.models import Instant
from support.makers.square_town import FOUNDED

ALL = Sight(EVERYTHING, frozenset(Role), None)
HERE = Address("http://here/ogc", {"known_at": "2026-09-10"})


def test_every_address_repeats_what_is_kept():
    assert HERE.of("/api") == "http://here/ogc/api?known_at=2026-09-10"
    assert HERE.of("/x", bbox="1,2") == (
        "http://here/ogc/x?known_at=2026-09-10&bbox=1%2C2"
    )
    assert Address("http://here/ogc", {}).of() == "http://here/ogc"
    # QGIS adds its own query to a link that has not just that
    then = Address("http://here/ogc", {"known_at": "2026-09-10T08:00:00+08:00"})
    assert then.of("/api").endswith("/api?known_at=2026-09-10T08:00:00%2B08:00")
    assert path_of("items", "甲/1?") == "/items/%E7%94%B2%2F1%3F"
    rels = {item["rel"] for item in landing_document(HERE)["links"]}
    assert rels == {
        *("self", "alternate", "service-desc", "service-doc", "conformance", "data"),
        TILING_SCHEMES_REL,
    }
    assert conformance_document() == {"conformsTo": [*CONFORMS_TO]}


def test_a_collection_says_where_and_since_when_it_is(catalogue: Catalogue):
    document = collections_document(catalogue, StateQuery(), ALL, HERE)
    listed = {item["id"]: item for item in document["collections"]}
    grids = listed["grids"]
    assert [*listed] == [*catalogue.collections(ALL)]
    assert grids["extent"]["spatial"]["bbox"] == [[120.0, 30.0, 120.04, 30.01]]
    [[start, end]] = grids["extent"]["temporal"]["interval"]
    assert (start, end) == ("2026-08-31T16:00:00.000+00:00", None)
    assert grids["storageCrs"] in grids["crs"]
    assert all("known_at=2026-09-10" in item["href"] for item in grids["links"])
    assert {item["rel"].rpartition("/")[2] for item in grids["links"]} == {
        *("self", "alternate", "items", "schema", "describedBy", "queryables")
    }


def test_a_collection_without_rows_is_the_world(catalogue: Catalogue):
    grids = catalogue.collections(ALL)["grids"]
    before = StateQuery(at=Instant(FOUNDED - 1))
    document = collection_document(catalogue, grids, before, ALL, HERE)
    assert document["extent"]["spatial"]["bbox"] == [[-180.0, -90.0, 180.0, 90.0]]


@pytest.mark.parametrize("name", ["grids", "risk_grids", "circles"])
def test_schemas_have_the_fields_that_are_seen(catalogue: Catalogue, name: str):
    for sight in (ALL, VISITOR):
        collection = catalogue.collections(sight)[name]
        state = catalogue.state(collection, StateQuery(), sight)
        seen = {f.name for f in collection.fields(sight)}
        schema = schema_document(collection, sight, "x")["properties"]
        assert schema.pop("geometry")["format"] == "geometry-multipolygon"
        assert schema.keys() == seen
        assert schema[collection.schema.key]["x-ogc-role"] == "id"
        queryables = queryables_document(collection, sight, "x")
        assert queryables["properties"].keys() == {*seen, "geometry"}
        assert not queryables["additionalProperties"]
        feature = feature_schema_document(collection, sight, "x")["properties"]
        assert feature["properties"]["properties"].keys() == seen
        columns = {*state.table.column_names}
        assert columns <= seen


def test_a_page_names_itself_and_the_next_with_all_parameters(catalogue: Catalogue):
    grids = catalogue.collections(ALL)["grids"]
    state = catalogue.state(grids, StateQuery(), ALL)
    page = item_page(state, ItemQuery(origin="o", limit=2))
    asked = {"limit": "2", "known_at": "2026-09-10"}
    text = items_text(page, HERE, "/collections/grids/items", asked)
    document = orjson.loads(text)
    assert (document["numberMatched"], document["numberReturned"]) == (4, 2)
    this, other, following = document["links"]
    assert [x["rel"] for x in (this, other, following)] == ["self", "alternate", "next"]
    assert other["href"].endswith("f=html")
    assert "limit=2" in following["href"]
    assert "known_at=2026-09-10" in following["href"]
    last = items_text(item_page(state, ItemQuery()), HERE, "/items", {})
    assert [item["rel"] for item in orjson.loads(last)["links"]] == [
        "self",
        "alternate",
    ]


def test_an_item_has_its_links(catalogue: Catalogue):
    grids = catalogue.collections(ALL)["grids"]
    state = catalogue.state(grids, StateQuery(), ALL)
    links = [link("http://x", "self", "application/geo+json", "This")]
    document = orjson.loads(item_text(state, 1, crs_names(state)[0], links))
    assert (document["id"], document["links"]) == ("G2", links)
