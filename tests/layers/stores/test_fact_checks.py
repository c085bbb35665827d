"""Rows of facts are brought to the form of the store as a whole, or none is."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from gis.errors import InvalidLayerError
from layers.stores.fact_checks import Surroundings, prepare_facts
from layers.stores.facts import empty_records
from support.makers.contract_rows import MIDNIGHT, enterprises, posts
from support.makers.store_history import CRS, day

RULE = {"rule_id": "R1", "owner": "bureau", "body": "{}", "valid_from": MIDNIGHT}


def around(**layers):
    """Facts by layer, none of those that are not named; on the first day."""
    return Surroundings(
        lambda name, _: layers.get(name, empty_records(name, CRS)), day(1)
    )


NOTHING = around()


def prepared_rules(*changes):
    rows = pd.DataFrame([RULE | change for change in changes])
    return prepare_facts("rules", rows, NOTHING, CRS)


def test_absent_columns_are_missing_and_rows_are_not_cancelled():
    rows = prepared_rules({})
    assert rows["valid_to"].isna().tolist() == [True]
    assert rows["cancelled"].tolist() == [False]
    assert rows["valid_from"].dtype == "datetime64[ms, UTC]"


def test_times_with_any_offset_are_instants_cut_to_the_millisecond():
    rows = prepared_rules({"valid_from": "1970-01-01T08:00:00.0019+08:00"})
    assert rows["valid_from"].astype("int64").tolist() == [1]


def test_rows_that_are_given_stay_as_they_are():
    rows = pd.DataFrame([RULE], index=[7])
    before = rows.copy()
    prepare_facts("rules", rows, NOTHING, CRS)
    pd.testing.assert_frame_equal(rows, before)


def test_faults_of_every_kind_are_named_together_in_order_of_the_rows():
    with pytest.raises(InvalidLayerError) as caught:
        prepared_rules(
            {},
            {"rule_id": "R2", "valid_to": MIDNIGHT},
            {"rule_id": "R3", "owner": None},
            {"rule_id": "R1"},
        )
    assert [(f.row, f.field) for f in caught.value.faults] == [
        (2, "valid_to"),
        (3, "owner"),
        (4, "rule_id"),
    ]


def test_reference_to_what_is_not_known_is_refused():
    visits = pd.DataFrame(
        {"inspection_id": ["I1", "I2"], "place_id": ["E1", "E9"], "kind": "check"}
    ).assign(valid_from=MIDNIGHT)
    with pytest.raises(InvalidLayerError, match="row 2, field 'place_id': 'E9' is not"):
        prepare_facts(
            "inspections",
            visits,
            around(enterprises=enterprises(("E1", "tax", None))),
            CRS,
        )


def test_place_without_an_id_goes_by_its_credit_code():
    rows = enterprises(("", "tax", "甲"), ("E2", "tax", "乙"))
    rows = rows.assign(credit_code="91330100MA27XXXX0F")
    prepared = prepare_facts("enterprises", rows, NOTHING, CRS)
    assert prepared["place_id"].tolist() == ["91330100MA27XXXX0F", "E2"]


def test_points_are_rounded_and_those_that_are_none_are_left_out():
    shapes = [
        shapely.Point(120.1234567894, -0.0),
        shapely.Point(),
        None,
        shapely.Point(float("nan"), 30),
    ]
    rows = enterprises(*((f"E{n}", "tax", None) for n in range(4)))
    prepared = prepare_facts(
        "enterprises", rows.set_geometry(shapes, crs=CRS), NOTHING, CRS
    )
    first, *rest = prepared.geometry
    assert (first.x, str(first.y)) == (120.123456789, "0.0")
    assert rest == [None] * 3


def test_geometry_that_is_no_point_in_the_crs_of_the_store_is_refused():
    rows = enterprises(("E1", "tax", None))
    area = rows.set_geometry([shapely.box(0, 0, 1, 1)], crs=CRS)
    with pytest.raises(InvalidLayerError, match="1 are no points; expected points"):
        prepare_facts("enterprises", area, NOTHING, CRS)
    with pytest.raises(InvalidLayerError, match="in 'EPSG:4326' where the store keeps"):
        prepare_facts("enterprises", rows.to_crs("EPSG:4326"), NOTHING, CRS)
    post = posts(("P1", "G1", "grid_leader", "L1", MIDNIGHT))
    drawn = gpd.GeoDataFrame(post, geometry=[shapely.Point(0, 0)], crs=CRS)
    with pytest.raises(InvalidLayerError, match="expected none, correct it"):
        prepare_facts("posts", drawn, NOTHING, CRS)
