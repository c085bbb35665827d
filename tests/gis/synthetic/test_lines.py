"""Lines of the made-up town: every grid can be cut along some, without new vertices."""

import numpy as np
import pytest
import shapely

from gis.synthetic import make_s_lines, make_s_town
from gis.synthetic.lines import FREE_M, draw_lanes, draw_town_lines
from gis.synthetic.plan import PlanSize, draw_grids

SIZE = PlanSize(120.08, 30.33, "EPSG:4549", 4e6, 12, 500.0)


def chance(seed=1):
    return np.random.default_rng(seed)


def vertices(shapes):
    """Every vertex of some geometries."""
    return set(map(tuple, shapely.get_coordinates(shapes).tolist()))


@pytest.fixture(scope="module")
def lines():
    return make_s_lines()


@pytest.fixture(scope="module")
def grids():
    return make_s_town().grids.geometry.to_numpy()


def test_lines_have_ids_kinds_and_names_of_streets_and_canals(lines):
    assert lines["id"].is_unique
    assert set(lines["kind"]) == {"street", "canal", "lane"}
    assert lines["name"].notna().eq(lines["kind"] != "lane").all()
    assert lines["id"].str[0].str.lower().eq(lines["kind"].str[0]).all()
    assert lines.crs == "EPSG:4490"
    assert lines.geometry.is_simple.all()


def test_every_grid_is_cut_in_six_or_more_blocks_by_its_lanes(lines, grids):
    lanes = lines.geometry[lines["kind"] == "lane"].to_numpy()
    tree = shapely.STRtree(lanes)
    for grid in grids:
        near = lanes[tree.query(grid, predicate="intersects")]
        inside = near[shapely.length(shapely.intersection(near, grid)) > 1e-6]
        # vertices are shared: to node them anew moves nothing
        noded = shapely.union_all([grid.boundary, *inside])
        faces = shapely.get_parts(shapely.polygonize([noded]))
        assert len(inside) >= 3
        assert len(faces) >= 6
        assert vertices(faces) <= vertices([grid, *inside])
        assert shapely.area(faces).sum() == pytest.approx(grid.area, rel=1e-9)


def test_borders_between_grids_are_streets_and_canals_to_the_vertex(lines, grids):
    town = shapely.coverage_union_all(grids)
    streets = lines.geometry[lines["kind"] != "lane"].to_numpy()
    assert vertices(grids) - vertices(streets) <= vertices(town)


def test_same_seed_gives_the_same_lines_and_another_seed_others(lines):
    assert make_s_lines().equals(lines)
    assert not make_s_lines(7).geometry.equals(lines.geometry)


def test_lines_of_a_town_lie_inside_its_outline_and_do_not_cross_unnoded():
    drawn = draw_town_lines(SIZE, chance())
    town = shapely.union_all(draw_grids(SIZE, chance()))
    shapes = [line.shape for line in drawn]
    assert shapely.covers(town, shapes).all()
    assert vertices(shapely.union_all(shapes)) == vertices(shapes)
    assert {line.kind for line in drawn} == {"street", "canal"}


@pytest.mark.parametrize("seed", range(5))
def test_lanes_of_a_grid_end_on_its_vertices_and_keep_free_of_its_border(seed):
    grid = draw_grids(SIZE, chance(seed))[0]
    lanes = draw_lanes(grid, 150.0, chance(seed))
    assert lanes
    for lane in lanes:
        assert {lane.coords[0], lane.coords[-1]} <= vertices(grid)
        middle = shapely.line_interpolate_point(lane, 0.5, normalized=True)
        assert middle.within(grid)
        assert middle.distance(grid.boundary) >= FREE_M


def test_a_grid_without_room_has_no_lane():
    assert draw_lanes(shapely.box(0, 0, 40, 40), 150.0, chance()) == []
