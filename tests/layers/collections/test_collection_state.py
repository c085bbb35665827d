"""Rows chosen in memory are those that a plain look at each row finds."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from layers.collections import CollectionState, Place, SortKey, read_filter_text
from layers.schema.devices import DEVICES
from layers.schema.grids import GRIDS
from layers.schema.places import PLACES
from layers.schema.sharing import LOOPBACK, OPEN

whole = st.integers(0, 9)


@st.composite
def layers(draw):
    """Boxes and missing shapes under ids in any order, some with a parent."""
    ids = draw(st.lists(st.text("AB01-", min_size=1, max_size=4), unique=True))
    shapes, parents = [], []
    for _ in ids:
        x, y, width, height = (draw(whole) for _ in range(4))
        is_there = draw(st.booleans()) or draw(st.booleans())
        shapes.append(shapely.box(x, y, x + width, y + height) if is_there else None)
        parents.append(draw(st.sampled_from(["P", "Q", None])))
    columns = {"grid_id": ids, "parent_id": parents}
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=4490)


boxes = st.tuples(whole, whole, whole, whole).map(
    lambda box: shapely.box(box[0], box[1], box[0] + box[2], box[1] + box[3])
)
windows = boxes | st.lists(boxes, max_size=2).map(shapely.GeometryCollection)


@given(layer=layers(), window=windows | st.none(), parent=st.sampled_from(["P", None]))
def test_rows_are_those_of_a_plain_look_in_order_of_ids(layer, window, parent):
    state = CollectionState.of(layer, GRIDS)
    values = {} if parent is None else {"parent_id": parent}
    found = state.ids_of(state.choose(window, values))
    plain = [
        row["grid_id"]
        for row in layer.to_dict("records")
        if (parent is None or row["parent_id"] == parent)
        and (
            window is None
            or row["geometry"] is None
            or shapely.intersects(window, row["geometry"])
        )
    ]
    assert found == sorted(plain)


@given(layer=layers(), window=windows | st.none(), parent=st.sampled_from(["P", None]))
def test_a_filter_is_one_more_thing_that_rows_meet(layer, window, parent):
    state = CollectionState.of(layer, GRIDS)
    values = {} if parent is None else {"parent_id": parent}
    tree = read_filter_text("grid_id > 'A' AND parent_id <> 'Q'")
    without, chosen = state.choose(window, values), state.choose(window, values, tree)
    assert state.ids_of(chosen) == [
        record["grid_id"]
        for record in state.records(without)
        if record["grid_id"] > "A" and record["parent_id"] == "P"
    ]


orders = st.lists(
    st.builds(SortKey, st.sampled_from(["parent_id", "residents"]), st.booleans()),
    max_size=2,
    unique_by=lambda key: key.name,
)


@given(layer=layers(), last=st.text("AB01-", min_size=1, max_size=4))
def test_rows_after_an_id_are_those_of_greater_ids(layer, last):
    state = CollectionState.of(layer, GRIDS)
    after = state.after(state.choose(), [], Place((), last))
    assert state.ids_of(after) == sorted(i for i in layer["grid_id"] if i > last)


@given(layer=layers(), order=orders, size=st.integers(1, 3), data=st.data())
def test_pages_after_pages_give_every_row_once_in_order(layer, order, size, data):
    numbers = st.integers(0, 2) | st.none()
    residents = [data.draw(numbers) for _ in layer["grid_id"]]
    layer = layer.assign(residents=np.array(residents, dtype=float))
    state = CollectionState.of(layer, GRIDS)
    rest, pages = state.choose(), []
    while len(page := state.first(rest, order, size)):
        pages += state.ids_of(page)
        place = state.place_of(int(page[-1]), order)
        rest = state.after(state.choose(), order, place)

    records = sorted(state.records(state.choose()), key=lambda row: row["grid_id"])
    for key in reversed(order):
        there = [row for row in records if row[key.name] is not None]
        nothing = [row for row in records if row[key.name] is None]
        there.sort(key=lambda row: row[key.name], reverse=key.is_descending)
        records = there + nothing
    assert pages == [row["grid_id"] for row in records]


@given(layer=layers(), order=orders)
def test_a_page_goes_on_where_the_last_row_of_the_one_before_is_gone(layer, order):
    layer = layer.assign(residents=[len(i) % 3 for i in layer["grid_id"]])
    state = CollectionState.of(layer, GRIDS)
    for row in state.choose():
        place = state.place_of(int(row), order)
        rest = state.only(np.arange(len(state)) != row)
        assert rest.ids_of(rest.after(rest.choose(), order, place)) == state.ids_of(
            state.after(state.choose(), order, place)
        )


@given(layer=layers())
def test_a_row_is_found_by_its_id_alone(layer):
    state = CollectionState.of(layer, GRIDS)
    for item in [*layer["grid_id"], "nobody", ""]:
        row = state.row_of(item)
        assert (row is None) == (item not in set(layer["grid_id"]))
        assert row is None or state.ids_of(np.array([row])) == [item]


def layer_of(*pairs):
    """Squares by id, at x."""
    shapes = [shapely.box(x, 0, x + 1, 1) for _, x in pairs]
    return gpd.GeoDataFrame(
        {"grid_id": [i for i, _ in pairs]}, geometry=shapes, crs=4490
    )


def test_each_row_is_as_it_was_last():
    before, after = layer_of(("A", 0), ("B", 1)), layer_of(("C", 5), ("A", 9))
    state = CollectionState.last_of([before, after], GRIDS)
    assert state.ids_of(state.choose()) == ["A", "B", "C"]
    assert state.shapes.x_low.tolist() == [9, 1, 5]
    assert state.datum.name == "cgcs2000"


def test_rows_that_are_not_seen_are_not_there():
    state = CollectionState.of(layer_of(("A", 0), ("B", 1), ("C", 2)), GRIDS)
    seen = state.only(np.array([True, False, True]))
    assert len(seen) == 2
    assert seen.row_of("B") is None
    assert seen.ids_of(seen.choose(shapely.box(0, 0, 3, 1))) == ["A", "C"]


def test_what_is_not_shared_is_not_there():
    points = gpd.GeoDataFrame(
        {"place_id": ["A"], "scene": ["shop"], "hazard": ["low"]},
        geometry=[shapely.Point(1, 1)],
        crs=4490,
    )
    state = CollectionState.of(points, PLACES)
    assert state.shapes.items is None
    everything = np.array([0])
    [record] = state.shared(OPEN).records(everything)
    assert record == {"place_id": "A", "scene": "shop"}
    assert state.shared(OPEN).shapes.take(everything).tolist() == [None]
    assert state.shared(OPEN).choose(shapely.box(5, 5, 6, 6)).tolist() == [0]
    assert state.shared(LOOPBACK).choose(shapely.box(5, 5, 6, 6)).tolist() == []
    assert state.shared(LOOPBACK).records(everything, ["hazard", "code"]) == [
        {"hazard": "low"}
    ]


def test_rows_that_are_closed_whole_are_never_there():
    columns = {"device_id": ["A", "B"], "source": "S", "in_home": [True, False]}
    points = gpd.GeoDataFrame(
        columns, geometry=shapely.points([[1, 1], [2, 2]]), crs=4490
    )
    state = CollectionState.of(points, DEVICES)
    assert state.ids_of(state.choose()) == ["B"]


def test_of_nothing_nothing_is_chosen():
    state = CollectionState.of(layer_of(("A", 0)).iloc[:0], GRIDS)
    assert state.choose(shapely.box(0, 0, 1, 1)).tolist() == []
    assert state.row_of("A") is None


def test_where_no_row_has_a_column_none_has_a_value_of_it():
    state = CollectionState.of(layer_of(("A", 0)), GRIDS)
    assert state.choose(None, {"parent_id": "P"}).size == 0
    assert state.choose(None, {"residents": 0}).size == 0


@pytest.mark.parametrize("value", ["", "p", "P "])
def test_a_row_has_no_value_that_only_looks_like_its_own(value):
    layer = layer_of(("A", 0)).assign(parent_id="P")
    assert CollectionState.of(layer, GRIDS).choose(None, {"parent_id": value}).size == 0
