"""Before and after are compared inside one set of boundaries, or not at all."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from gis.errors import InvalidLayerError
from gis.risk import PeriodCounts, compare_periods

BEFORE = PeriodCounts(
    dt.date(2019, 1, 1),
    dt.date(2019, 12, 31),
    ("G2", "G1", "G3"),
    np.array([40, 10, 0]),
    "a1b2",
)
AFTER = PeriodCounts(
    dt.date(2020, 1, 1),
    dt.date(2020, 12, 31),
    ("G1", "G2", "G3"),
    np.array([5, 50, 7]),
    "a1b2",
)


def test_areas_are_matched_by_id():
    compared = compare_periods(BEFORE, AFTER)
    assert compared.area_ids == ("G1", "G2", "G3")
    assert compared.before.tolist() == [10, 40, 0]
    assert compared.change.tolist() == [-5, 10, 7]
    np.testing.assert_array_equal(compared.share, [-0.5, 0.25, np.nan])
    assert compared.total_share == 12 / 50


def test_row_2_23_boundary_change_is_refused_unless_rebased():
    moved = replace(BEFORE, boundary_digest="c3d4")
    with pytest.raises(InvalidLayerError, match="boundaries 'c3d4' and 'a1b2'"):
        compare_periods(moved, AFTER)
    rebased = replace(moved, boundary_digest="a1b2", rebased_from="c3d4")
    statement = compare_periods(rebased, AFTER).statement
    assert statement == (
        "2019-01-01 / 2019-12-31 against 2020-01-01 / 2020-12-31, both in boundaries "
        "a1b2; facts of 2019-01-01 / 2019-12-31 assigned anew from c3d4."
    )


def test_output_states_the_boundary_set():
    compared = compare_periods(BEFORE, AFTER)
    assert compared.boundary_digest == "a1b2"
    assert compared.statement.endswith("both in boundaries a1b2.")


def test_nothing_before_has_no_share():
    none = replace(BEFORE, counts=np.zeros(3, dtype=np.int64))
    assert np.isnan(compare_periods(none, AFTER).total_share)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"boundary_digest": ""}, "boundaries"),
        ({"area_ids": ("G1", "G2", "G4")}, "not the same"),
        ({"area_ids": ("G1", "G2"), "counts": np.array([1, 2])}, "3 and 2 areas"),
        ({"first": dt.date(2019, 12, 31)}, "overlap"),
        ({"last": dt.date(2020, 6, 30)}, "365 and 182 days"),
        ({"last": dt.date(2019, 6, 30)}, "overlap or stand in the wrong order"),
    ],
)
def test_periods_that_are_not_alike_are_refused(change, text):
    with pytest.raises(InvalidLayerError, match=text):
        compare_periods(BEFORE, replace(AFTER, **change))


def test_area_that_stands_twice_is_refused():
    twice = {"area_ids": ("G1", "G1", "G2")}
    with pytest.raises(InvalidLayerError, match="each once"):
        compare_periods(replace(BEFORE, **twice), replace(AFTER, **twice))
