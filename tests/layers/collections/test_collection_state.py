"""Rows chosen in memory are those that a plain look at each row finds."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from layers.collections import CollectionState, read_filter_text
from layers.schema.grids import GRIDS

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


windows = st.tuples(whole, whole, whole, whole).map(
    lambda box: shapely.box(box[0], box[1], box[0] + box[2], box[1] + box[3])
)


@given(layer=layers(), window=windows | st.none(), parent=st.sampled_from(["P", None]))
def test_rows_are_those_of_a_plain_look_in_order_of_ids(layer, window, parent):
    state = CollectionState.of(layer, GRIDS)
    values = {} if parent is None else {"parent_id": parent}
    found = state.ids[state.choose(window, values)].tolist()
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
    parents = state.frame["parent_id"].tolist()
    assert chosen.tolist() == [
        row for row in without if state.ids[row] > "A" and parents[row] == "P"
    ]


@given(layer=layers(), last=st.text("AB01-", max_size=4), size=st.integers(1, 3))
def test_pages_after_pages_give_every_row_once(layer, last, size):
    state = CollectionState.of(layer, GRIDS)
    rows = state.choose()
    assert state.ids[state.after(rows, last)].tolist() == [
        item for item in state.ids if item > last
    ]
    seen, at = [], ""
    while len(page := state.after(rows, at)[:size]):
        seen += state.ids[page].tolist()
        at = seen[-1]
    assert seen == sorted(layer["grid_id"])


@given(layer=layers())
def test_a_row_is_found_by_its_id_alone(layer):
    state = CollectionState.of(layer, GRIDS)
    for item in [*layer["grid_id"], "nobody", ""]:
        row = state.row_of(item)
        assert (row is None) == (item not in set(layer["grid_id"]))
        assert row is None or state.frame["grid_id"][row] == item


def layer_of(*pairs):
    """Squares by id, at x."""
    shapes = [shapely.box(x, 0, x + 1, 1) for _, x in pairs]
    return gpd.GeoDataFrame(
        {"grid_id": [i for i, _ in pairs]}, geometry=shapes, crs=4490
    )


def test_each_row_is_as_it_was_last():
    before, after = layer_of(("A", 0), ("B", 1)), layer_of(("C", 5), ("A", 9))
    state = CollectionState.last_of([before, after], GRIDS)
    assert state.ids.tolist() == ["A", "B", "C"]
    assert state.bounds[:, 0].tolist() == [9, 1, 5]
    assert state.datum.name == "cgcs2000"


def test_rows_that_are_not_seen_are_not_there():
    state = CollectionState.of(layer_of(("A", 0), ("B", 1), ("C", 2)), GRIDS)
    seen = state.only(np.array([True, False, True]))
    assert len(seen) == 2
    assert seen.row_of("B") is None
    assert seen.ids[seen.choose(shapely.box(0, 0, 3, 1))].tolist() == ["A", "C"]


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
