"""Numbers of a column, what a rate is counted against, and of how many it is."""

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.errors import InvalidLayerError, SettingError
from gis.geometry import area_m2
from layers.rating.measures import (
    LEAST_RATE,
    SCALES,
    Measure,
    base_of,
    numbers_of,
    scale_of,
)
from layers.territory import make_territory
from support.makers.square_town import squares


def grids_with(**columns: list[object]) -> gpd.GeoDataFrame:
    """Four square grids with further columns."""
    return squares().drop(columns=["parent_id", "community_id"]).assign(**columns)


def test_numbers_may_be_text_and_missing():
    grids = grids_with(beds=["12", " 3.5 ", None, ""])
    np.testing.assert_array_equal(
        numbers_of(grids, "beds"), [12.0, 3.5, np.nan, np.nan]
    )
    assert numbers_of(grids_with(n=[1, 2, 3, 4]), "n").tolist() == [1, 2, 3, 4]


@pytest.mark.parametrize("cell", ["a lot", "1,5", True], ids=["words", "comma", "flag"])
def test_value_that_is_no_number_is_refused_with_its_grid(cell):
    grids = grids_with(beds=["1", "2", cell, "4"])
    with pytest.raises(InvalidLayerError, match=r"Grid 'G3' has .* expected numbers"):
        numbers_of(grids, "beds")


def test_column_that_is_not_there_is_refused_with_those_that_are():
    with pytest.raises(SettingError, match=r"no column 'bed'; they have .*'beds'"):
        numbers_of(grids_with(beds=[1, 2, 3, 4]), "bed")


def test_geometry_is_no_column():
    with pytest.raises(SettingError, match="no column 'geometry'"):
        numbers_of(grids_with(), "geometry")


def test_area_is_that_of_the_ellipsoid():
    territory = make_territory(grids_with())
    base = base_of(territory, "km2")
    areas = area_m2(territory.grids.geometry.to_numpy(), territory.datum.crs)
    np.testing.assert_allclose(base, areas / 1e6)
    assert base_of(territory, None) is None


def test_what_is_not_above_0_is_no_base():
    territory = make_territory(grids_with(residents=[10, 0, None, 4], depth=[-1] * 4))
    np.testing.assert_array_equal(
        base_of(territory, "residents"), [10, np.nan, np.nan, 4]
    )
    assert np.isnan(base_of(territory, "depth")).all()


positive = st.lists(st.floats(1e-4, 1e6), min_size=1, max_size=9)


@given(positive)
def test_scale_is_the_least_that_makes_the_middle_rate_readable(rates):
    amounts = np.array(rates)
    scale = scale_of(amounts, np.ones(len(rates)))
    fitting = [n for n in SCALES if np.median(amounts) * n >= LEAST_RATE]
    assert scale == min(fitting, default=SCALES[-1])


def test_counts_and_rates_without_events_have_no_scale():
    assert scale_of(np.array([0.001]), None) == 1
    assert scale_of(np.zeros(3), np.array([900.0, np.nan, 5.0])) == 1


@pytest.mark.parametrize("breaks", ["thirds", "", (2, 1), ()])
def test_breaks_that_are_neither_way_nor_limits_are_refused(breaks):
    with pytest.raises(SettingError, match="ascending numbers"):
        Measure(breaks=breaks)


def test_limits_that_are_chosen_stand_whatever_is_measured():
    assert Measure(breaks=[1, 5]).limits(np.array([7.0])) == (1.0, 5.0)
