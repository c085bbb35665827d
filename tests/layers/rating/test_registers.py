"""One row of each place rates it, and all registers of it are named."""

import geopandas as gpd
import pytest
import shapely

from layers.rating.registers import rating_rows, with_sources

HERE = shapely.Point(120, 30)


def registers(*rows):
    """Enterprises by place, source, address kind, position and name."""
    columns = ("place_id", "source", "address_kind", "geometry", "name")
    frame = {name: [row[n] for row in rows] for n, name in enumerate(columns)}
    return gpd.GeoDataFrame(frame, geometry="geometry", crs=4490)


@pytest.mark.parametrize(
    ("rows", "source"),
    [
        ([("trade", "registered", HERE), ("fire", "registered", HERE)], "fire"),
        ([("fire", "registered", HERE), ("trade", "actual", HERE)], "trade"),
        ([("fire", "actual", None), ("trade", "registered", HERE)], "trade"),
        ([("fire", "actual", None), ("trade", None, None)], "fire"),
    ],
)
def test_a_row_with_a_position_and_the_actual_address_rates(rows, source):
    frame = registers(*(("E1", *row, "甲") for row in rows))
    for order in (frame, frame.iloc[::-1]):
        assert rating_rows(order)["source"].tolist() == [source]


def test_registers_are_named_with_what_they_disagree_in():
    frame = registers(
        ("E1", "trade", "actual", HERE, "甲"),
        ("E1", "fire", "registered", None, "乙"),
        ("E2", "trade", "actual", HERE, "丙"),
        ("E3", "trade", "actual", HERE, "丁"),
        ("E3", "fire", "actual", HERE, None),
    )
    rows = with_sources(rating_rows(frame), frame, ["address_kind", "name"])
    assert rows["place_id"].tolist() == ["E1", "E2", "E3"]
    assert rows["sources"].tolist() == ["fire;trade", "trade", "fire;trade"]
    assert rows["disagreements"].tolist()[0] == "address_kind;name"
    assert rows["disagreements"].isna().tolist() == [False, True, True]


def test_no_registers_have_no_rows():
    frame = registers(("E1", "trade", "actual", HERE, "甲")).iloc[:0]
    assert with_sources(rating_rows(frame), frame, ["name"]).empty
