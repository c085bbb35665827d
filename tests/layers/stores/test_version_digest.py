"""A digest is that of what is published: not of order, but of every value."""

import json
from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from gis.errors import InvalidLayerError
from gis.versions import Withdrawal
from layers.schema.grids import GRIDS
from layers.schema.layer import Field
from layers.stores.version_digest import (
    circle_rows,
    community_rows,
    draft_digest,
    known_columns,
    layer_column,
    layers_digest,
    version_bytes,
    withdrawal_bytes,
)
from support.makers.contract_rows import GROUND
from support.makers.store_history import day, layers_of
from support.makers.stored_rows import make_memory_town


@pytest.fixture(scope="module")
def town():
    return make_memory_town()


def test_order_of_rows_and_columns_does_not_count():
    grids, circles = layers_of(GROUND)
    digest = draft_digest(grids, circles)
    assert draft_digest(grids[::-1], circles[::-1]) == digest
    assert draft_digest(grids[grids.columns[::-1]], circles) == digest


CHANGES = {
    "id": lambda grids: grids.assign(grid_id=["G1", "G2", "G9"]),
    "parent": lambda grids: grids.assign(parent_id="W"),
    "name": lambda grids: grids.assign(name="甲"),
    "community": lambda grids: grids.assign(community_id="K1"),
    "attributes": lambda grids: grids.assign(attributes='{"closed":{"a":1}}'),
    "polygon": lambda grids: grids.assign(geometry=grids.translate(1e-8)),
    "a grid less": lambda grids: grids.iloc[:2],
}


@pytest.mark.parametrize("name", CHANGES)
def test_every_value_of_the_grids_counts(name):
    grids, circles = layers_of(GROUND)
    changed = CHANGES[name](grids)
    assert draft_digest(changed, circles) != draft_digest(grids, circles)


def test_attributes_that_are_not_filled_do_not_count():
    grids, circles = layers_of(GROUND)
    empty = grids.assign(attributes=pd.Series([None] * len(grids), dtype="str"))
    assert draft_digest(empty, circles) == draft_digest(grids, circles)


def test_tree_counts_and_polygons_of_circles_do_not():
    grids, circles = layers_of(GROUND)
    digest = draft_digest(grids, circles)
    assert draft_digest(grids) != digest
    assert draft_digest(grids, circles.assign(name="圈")) != digest
    squares = [shapely.box(n, 0, n + 1, 1) for n in range(len(circles))]
    drawn = gpd.GeoDataFrame(circles, geometry=squares, crs=grids.crs)
    assert draft_digest(grids, drawn) == digest


def test_digest_of_a_draft_is_that_of_its_version(town):
    assert layers_digest(town.version_layers(1)) == draft_digest(*layers_of(GROUND))


def test_communities_are_those_that_the_grids_name_unless_given():
    grids = pd.DataFrame({"community_id": ["K2", None, "K1", "K2"]})
    assert community_rows(None, grids)["community_id"].tolist() == ["K1", "K2"]
    own = pd.DataFrame({"community_id": ["K9"]})
    assert community_rows(own, grids)["community_id"].tolist() == ["K9"]
    assert circle_rows(None).empty


def test_layer_comes_in_code_order_with_every_column_of_its_schema():
    grids, _ = layers_of(GROUND)
    rows = known_columns(grids[::-1], GRIDS)
    names = [field.name for field in GRIDS.fields]
    assert [*rows.columns] == [*names, "geometry"]
    assert rows["grid_id"].tolist() == sorted(GROUND)
    with pytest.raises(InvalidLayerError, match=r"1 columns .*\['colour'\]; rename"):
        known_columns(grids.assign(colour="red"), GRIDS)


@pytest.mark.parametrize(
    ("kind", "required", "dtype"),
    [("text", False, "str"), ("integer", True, "int64"), ("integer", False, "Int64")],
)
def test_column_has_one_type_with_and_without_values(kind, required, dtype):
    field = Field("a", kind, required, "open", "Test.")
    assert layer_column([], field).dtype == dtype
    assert layer_column(["1"] if kind == "text" else [1], field).dtype == dtype


def test_row_of_the_log_holds_the_version_and_the_circles_as_drawn(town):
    layers = town.version_layers(2)
    row = json.loads(version_bytes(layers))
    assert (row["version"], row["digest"]) == (2, layers.version.digest)
    assert [step["from_id"] for step in row["lineage"]] == ["G2", "G2"]
    moved = layers.circles.assign(geometry=layers.circles.translate(1e-8))
    assert version_bytes(replace(layers, circles=moved)) != version_bytes(layers)


def test_row_of_the_log_of_a_withdrawal_says_why():
    withdrawal = Withdrawal("main", 2, day(1), "推迟", "chief")
    assert json.loads(withdrawal_bytes(withdrawal))["reason"] == "推迟"
    assert withdrawal_bytes(replace(withdrawal, version=3)) != withdrawal_bytes(
        withdrawal
    )
