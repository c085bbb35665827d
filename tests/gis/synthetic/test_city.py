"""The city has the figures of Tianjin and nests without a gap."""

import numpy as np
import pandas as pd
import pytest
import shapely

from gis.synthetic import make_city, make_city_events
from gis.synthetic.city import draw_lattice, split_block


@pytest.fixture(scope="module")
def city():
    return make_city()


def test_counts_are_16_276_and_5733(city):
    assert city.circles["tier"].value_counts().to_dict() == {1: 1, 2: 16, 3: 276}
    assert len(city.grids) == city.grids["grid_id"].nunique() == 5733
    assert set(city.grids["parent_id"]) == set(
        city.circles.query("tier == 3").circle_id
    )


def test_units_are_a_coverage_without_gap(city):
    polygons = city.grids.geometry.to_numpy()
    assert shapely.is_valid(polygons).all()
    assert shapely.coverage_is_valid(polygons)
    whole = shapely.coverage_union_all(polygons)
    assert len(shapely.get_parts(whole)) == 1
    assert shapely.get_num_interior_rings(shapely.get_parts(whole))[0] == 0
    assert np.median(shapely.get_num_coordinates(polygons)) >= 100


def test_every_street_is_one_connected_part(city):
    polygons = city.grids.geometry.to_numpy()
    rows = city.grids.groupby("parent_id").indices
    for members in list(rows.values())[::25]:
        assert shapely.coverage_union_all(polygons[members]).geom_type == "Polygon"


def test_same_seed_gives_the_same_events():
    first, again = make_city_events(1000), make_city_events(1000)
    pd.testing.assert_frame_equal(first, again)
    assert not first.equals(make_city_events(1000, seed=3))


@pytest.mark.parametrize("seed", range(8))
def test_any_lattice_is_a_coverage(seed):
    polygons = draw_lattice((0, 0, 12, 9), (12, 9), np.random.default_rng(seed))
    assert shapely.is_valid(polygons).all()
    assert shapely.coverage_is_valid(polygons)


@pytest.mark.parametrize("count", [1, 2, 7, 16])
def test_blocks_share_out_every_cell_once(count):
    blocks = split_block(np.arange(63 * 91).reshape(63, 91), count)
    assert len(blocks) == count
    assert sorted(np.concatenate([b.ravel() for b in blocks])) == list(range(5733))
