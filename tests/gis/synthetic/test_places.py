"""Enterprises stand inside their grids, gathered around hotspots."""

import numpy as np
import pytest
import shapely

from gis.synthetic.places import (
    DECIMALS,
    Hotspots,
    make_enterprises,
    make_hotspots,
    sample_inside,
)
from support.makers.square_grids import SOUTH, STEP, WEST, square_grids

SCENES = {"street_shop": 40, "construction_site": 3, "general_enterprise": 7}


def chance(seed=1):
    return np.random.default_rng(seed)


@pytest.fixture(scope="module")
def grids():
    return square_grids()


@pytest.fixture(scope="module")
def hotspots(grids):
    return make_hotspots(grids.geometry.to_numpy(), 5, chance())


def test_hotspots_lie_in_grids_of_their_own(grids, hotspots):
    points = shapely.points(hotspots.centres)
    rows, _ = np.nonzero(shapely.contains(grids.geometry.to_numpy()[:, None], points))
    assert len(set(rows)) == len(points) == 5
    assert (hotspots.width > 0).all()
    assert (hotspots.weight > 0).all()


def test_no_more_hotspots_than_grids_can_be_made(grids):
    with pytest.raises(ValueError, match="larger sample"):
        make_hotspots(grids.geometry.to_numpy(), 17, chance())


def test_points_gather_at_the_hotspots_by_weight():
    centres, width = np.array([[0.0, 0.0], [10.0, 0.0]]), np.array([0.01, 0.01])
    xy = Hotspots(centres, width, np.array([3.0, 1.0])).sample(4000, chance())
    is_first = xy[:, 0] < 5
    assert is_first.mean() == pytest.approx(0.75, abs=0.03)
    assert np.abs(xy[is_first]).max() < 0.06


def test_points_lie_strictly_inside_the_grid_of_their_row(grids, hotspots):
    polygons = grids.geometry.to_numpy()
    xy, rows = sample_inside(polygons, hotspots, 500, chance())
    assert (xy.shape, rows.shape) == ((500, 2), (500,))
    assert shapely.contains_xy(polygons[rows], *xy.T).all()
    assert (xy == np.round(xy, DECIMALS)).all()


def test_point_that_is_rounded_onto_a_border_is_not_taken():
    step = 10.0**-DECIMALS
    tiny = np.array([shapely.box(0, 0, 3 * step, 3 * step)])
    centre = np.array([[1.5 * step, 1.5 * step]])
    hotspots = Hotspots(centre, np.array([step]), np.array([1.0]))
    xy, _ = sample_inside(tiny, hotspots, 50, chance())
    assert {*np.round(xy / step).ravel().tolist()} == {1.0, 2.0}


def test_points_are_made_though_most_fall_outside(grids):
    far = Hotspots(np.array([[0.0, 0.0]]), np.array([0.01]), np.array([1.0]))
    xy, rows = sample_inside(grids.geometry.to_numpy(), far, 50, chance())
    assert len(xy) == len(rows) == 50
    assert (xy > (WEST, SOUTH)).all()
    assert (xy < (WEST + 4 * STEP, SOUTH + 4 * STEP)).all()


def test_enterprises_have_the_scenes_that_were_ordered(grids, hotspots):
    places = make_enterprises(grids, hotspots, SCENES, 80, chance())
    coded = places[places["is_coded"]]
    assert coded["scene"].value_counts().to_dict() == SCENES
    assert set(places.loc[~places["is_coded"], "scene"]) == {"general_enterprise"}
    assert places["place_id"].tolist() == [f"E{n:05d}" for n in range(1, 81)]
    assert places.crs == grids.crs


def test_enterprise_names_the_grid_that_contains_it(grids, hotspots):
    places = make_enterprises(grids, hotspots, SCENES, 80, chance())
    own = grids.set_index("grid_id").geometry.loc[places["grid_id"]].to_numpy()
    assert shapely.contains(own, places.geometry.to_numpy()).all()
