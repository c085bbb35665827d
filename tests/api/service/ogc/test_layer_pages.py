"""Pages show the values of documents and nothing else."""

import pytest

from api.service.access.sight import Sight
from api.service.ogc.catalogue import Catalogue
from api.service.ogc.description import api_document
from api.service.ogc.documents import (
    Address,
    collection_document,
    collections_document,
    conformance_document,
    landing_document,
    schema_document,
)
from api.service.ogc.item_query import StateQuery
from api.service.ogc.layer_pages import Step, layer_page
from gis.access import EVERYTHING, Role
from layers.words import Words

ALL = Sight(EVERYTHING, frozenset(Role), None)
HERE = Address("http://here/ogc", {})
ABOVE = (Step(Words("OGC API"), "http://here/ogc?f=html"),)


def texts(page):
    return [[cell.text for cell in row] for row in page.rows]


def test_every_collection_leads_to_its_page(catalogue: Catalogue):
    document = collections_document(catalogue, StateQuery(), ALL, HERE)
    page = layer_page(document, ABOVE, "/json")
    assert [row[1] for row in texts(page)] == [*catalogue.collections(ALL)]
    assert page.rows[0][0].href == "http://here/ogc/collections/grids?f=html"
    assert (page.above, page.json) == (ABOVE, "/json")


def test_a_collection_says_where_it_is(catalogue: Catalogue):
    grids = catalogue.collections(ALL)["grids"]
    document = collection_document(catalogue, grids, StateQuery(), ALL, HERE)
    facts = [fact.text for fact in layer_page(document, (), "/json").facts]
    assert facts[:2] == ["grids", "[120.0,30.0,120.04,30.01]"]
    assert facts[3].startswith("http://www.opengis.net/def/crs/OGC/1.3/CRS84, http")
    assert facts[4].endswith("/4490")


def item(item_id, /, **properties):
    return {
        "type": "Feature",
        "id": item_id,
        "properties": properties,
        "geometry": None,
    }


def test_items_are_rows_with_nothing_where_there_is_none():
    links = [{"rel": "next", "href": "http://here/next"}]
    document = {
        "features": [item("A", grid_id="A", name=None), item("B", grid_id="B", name=7)],
        "numberMatched": 9,
        "links": links,
    }
    page = layer_page(document, (), "http://here/items?f=json&limit=2")
    assert texts(page) == [["A", "", ""], ["B", "7", ""]]
    assert [words.en for words in page.columns] == ["grid_id", "name", "Geometry"]
    assert page.rows[1][0].href == "http://here/items/B?f=html"
    assert page.following == "http://here/next"
    assert page.count.both == ("共 9 条，本页 2 条", "2 of 9")


@pytest.mark.parametrize(
    ("name", "written"), [("甲 1", "%E7%94%B2%201"), ("a?b#c", "a%3Fb%23c")]
)
def test_an_item_is_led_to_at_the_time_of_the_list(name, written):
    document = {"features": [item(name, grid_id=name)], "numberMatched": 1, "links": []}
    here = "http://here/items?known_at=2026-09-10&datetime=2026-09-01%2F..&f=json"
    [[cell, _]] = layer_page(document, (), here).rows
    assert cell.href == (
        f"http://here/items/{written}?known_at=2026-09-10&datetime=2026-09-01%2F..&f=html"
    )


def test_no_items_are_no_table():
    document = {"features": [], "numberMatched": 0, "links": []}
    page = layer_page(document, (), "/json")
    assert (page.columns, page.rows, page.following) == ((), (), "")


def test_an_item_is_its_properties():
    page = layer_page(item("A", level=3, name="网格"), (), "/json")
    assert [(f.words.zh, f.text) for f in page.facts] == [
        ("level", "3"),
        ("name", "网格"),
        ("几何", ""),
    ]


def test_items_with_chosen_properties_have_their_ids_before_them():
    shape = {"type": "Point", "coordinates": [1, 2]}
    document = {
        "features": [{**item("A", name="网格"), "geometry": shape}],
        "numberMatched": 1,
        "links": [],
    }
    page = layer_page(document, (), "/json")
    assert texts(page) == [["A", "网格", "Point"]]
    assert [words.en for words in page.columns] == ["Id", "name", "Geometry"]
    assert page.rows[0][2].details == '{"type":"Point","coordinates":[1,2]}'


def test_a_schema_says_what_its_fields_mean(catalogue: Catalogue):
    grids = catalogue.collections(ALL)["grids"]
    rows = texts(layer_page(schema_document(grids, ALL, "/x"), (), "/json"))
    assert ["residents", "integer", "People who live there. (people)"] in rows


@pytest.mark.parametrize(
    ("document", "least"),
    [
        (landing_document(HERE), 3),
        (conformance_document(), 9),
        (api_document([], ALL, "http://here/ogc", "1.0", {}), 4),
    ],
)
def test_other_documents_are_lists(document, least):
    page = layer_page(document, (), "/json")
    assert len(page.rows) >= least
    assert page.title.zh
