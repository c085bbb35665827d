"""Pages of items as GeoJSON."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import orjson
import pytest
import shapely

from api.service.ogc import item_page as pages
from api.service.ogc.crs_names import CRS84, EPSG
from api.service.ogc.item_page import item_page, state_texts
from api.service.ogc.item_query import ItemQuery, place_of_token
from layers.collections import CollectionState, Place, SortKey, read_filter_text
from layers.schema.grids import GRIDS

ORIGIN = "grids open"


def state_of(count):
    """Squares in a row, the last without a shape."""
    shapes = [shapely.box(120 + n, 30, 121 + n, 31) for n in range(count - 1)]
    ids = [f"G{n:02d}" for n in range(count)]
    columns = {"grid_id": ids, "name": ["网格", None] * (count // 2)}
    frame = gpd.GeoDataFrame(columns, geometry=[*shapes, None], crs=4490)
    return CollectionState.of(frame, GRIDS)


def ids_of(page):
    return [orjson.loads(text)["id"] for text in page.items]


@pytest.mark.parametrize("limit", [1, 3, 4, 10, 11])
def test_pages_give_every_item_once_and_only_the_last_ends(limit):
    state, seen, token = state_of(10), [], None
    while token != "":
        after = place_of_token(token, ORIGIN) if token else None
        page = item_page(state, ItemQuery(origin=ORIGIN, limit=limit, after=after))
        assert page.matched == 10
        assert page.items
        seen += ids_of(page)
        token = page.token
    assert seen == state.ids_of(state.choose())


def test_a_page_ends_before_it_is_too_long(monkeypatch):
    state = state_of(10)
    lengths = [len(text) for text in item_page(state, ItemQuery()).items]
    monkeypatch.setattr(pages, "MOST_BYTES", sum(lengths[:4]))
    page = item_page(state, ItemQuery(origin=ORIGIN))
    assert ids_of(page) == ["G00", "G01", "G02", "G03"]
    assert place_of_token(page.token, ORIGIN) == Place((), "G03")
    monkeypatch.setattr(pages, "MOST_BYTES", 1)
    assert ids_of(item_page(state, ItemQuery())) == ["G00"]


@pytest.mark.parametrize(
    ("window", "numbers"),
    [
        ((170, 30, 121.5, 31), (0, 1)),
        ((123.5, 30, 121.5, 31), (0, 1, 3, 4)),
        # what lies in both parts is there once
        ((121.9, 30, 121.1, 31), (0, 1, 2, 3, 4)),
        ((170, 30, 119, 31), ()),
    ],
)
def test_a_window_over_the_antimeridian_is_paged_without_doubles(window, numbers):
    expected = [*(f"G{n:02d}" for n in numbers), "G05"]
    state, seen, token = state_of(6), [], None
    while token != "":
        after = place_of_token(token, ORIGIN) if token else None
        query = ItemQuery(origin=ORIGIN, limit=2, after=after, window=window)
        page = item_page(state, query)
        assert page.matched == len(expected)
        seen += ids_of(page)
        token = page.token
    assert seen == expected


def test_a_window_is_in_its_own_crs():
    by_lat = ItemQuery(
        window=(30.1, 122.1, 30.2, 122.2), window_crs=EPSG.format(code=4490)
    )
    assert ids_of(item_page(state_of(10), by_lat)) == ["G02", "G09"]
    by_lon = ItemQuery(window=(122.1, 30.1, 122.2, 30.2), window_crs=CRS84)
    assert ids_of(item_page(state_of(10), by_lon)) == ["G02", "G09"]


def test_nothing_is_one_empty_page():
    page = item_page(state_of(10), ItemQuery(values={"name": "none"}))
    assert (page.items, page.matched, page.token) == ((), 0, "")


def test_an_item_is_a_feature_with_null_where_nothing_is():
    texts = state_texts(state_of(4), np.array([1, 3]), CRS84)
    second, last = map(orjson.loads, texts)
    assert second["properties"] == {"grid_id": "G01", "name": None}
    assert second["geometry"]["coordinates"][0][0] == [122, 30]
    assert last == {
        "type": "Feature",
        "id": "G03",
        "geometry": None,
        "properties": {"grid_id": "G03", "name": None},
    }


def test_a_filter_is_in_its_own_crs():
    text = "S_INTERSECTS(geometry, BBOX({})) AND grid_id > 'G01'"
    by_lat = ItemQuery(
        tree=read_filter_text(text.format("30.1, 121.1, 30.2, 123.2")),
        tree_crs=EPSG.format(code=4490),
    )
    by_lon = ItemQuery(tree=read_filter_text(text.format("121.1, 30.1, 123.2, 30.2")))
    for query in (by_lat, by_lon):
        page = item_page(state_of(10), query)
        assert (ids_of(page), page.matched) == (["G02", "G03"], 2)


def test_items_come_sorted_page_after_page_with_the_properties_that_are_wanted():
    state, order = state_of(10), (SortKey("name"), SortKey("grid_id", True))
    fields = [f for name in ("name", "grid_id") for f in GRIDS.fields if f.name == name]
    query = ItemQuery(origin=ORIGIN, limit=4, order=order, properties=("name",))
    first = item_page(state, query)
    assert ids_of(first) == ["G08", "G06", "G04", "G02"]
    assert orjson.loads(first.items[0])["properties"] == {"name": "网格"}
    place = place_of_token(first.token, ORIGIN, fields)
    assert place == Place(("网格", "G02"), "G02")
    second = item_page(state, replace(query, after=place))
    assert ids_of(second) == ["G00", "G09", "G07", "G05"]
