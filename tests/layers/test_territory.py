"""Layers of one town fit together, or the fault is named."""

import re

import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import CRS, Geod

from gis.crs import convert, datum_of, parse_datum
from gis.errors import CoverageError, CrsError, InvalidLayerError, TreeError
from gis.models import Status
from layers.schema.layer import frame_datum
from layers.territory import make_territory
from support.makers import broken_files as broken

WGS84 = parse_datum("wgs84")


def grids_frame(**columns: object) -> geopandas.GeoDataFrame:
    """Two squares of 0.1 degrees side by side, the second row first."""
    shapes = [shapely.Polygon(broken.square(x, 30.0)) for x in (120.1, 120.0)]
    data = {"grid_id": ["G2", "G1"], **columns}
    return geopandas.GeoDataFrame(data, geometry=shapes, crs="EPSG:4490")


def circles_frame() -> pd.DataFrame:
    """A core with two circles."""
    return pd.DataFrame(
        {
            "circle_id": ["C0", "C1", "C2"],
            "parent_id": [None, "C0", "C0"],
            "tier": [1, 2, 2],
            "name": ["core", None, "second"],
        }
    )


def posts_frame(holder: object = "L1") -> pd.DataFrame:
    """Leaders of the core and of one grid."""
    return pd.DataFrame(
        {
            "post_id": ["P0", "P1"],
            "area_id": ["C0", "G1"],
            "role": ["circle_leader", "grid_leader"],
            "holder_id": ["L0", holder],
        }
    )


def test_grids_come_in_code_order_whatever_the_rows() -> None:
    territory = make_territory(grids_frame())
    assert territory.grids["grid_id"].tolist() == ["G1", "G2"]
    assert territory.bounds == pytest.approx((120.0, 30.0, 120.2, 30.1))
    assert territory.pagoda is None
    assert territory.communities == {}


def test_the_datum_is_the_one_declared_else_of_the_frame_else_wgs84() -> None:
    grids = grids_frame()
    assert make_territory(grids).datum.name == "cgcs2000"
    assert make_territory(grids, datum=parse_datum("gcj02")).datum.name == "gcj02"
    bare = grids.set_crs(None, allow_override=True)
    assert frame_datum(bare).name == "wgs84"


def test_chain_community_and_post_of_a_grid() -> None:
    grids = grids_frame(parent_id=["C2", "C1"], community_id=[None, "V1"])
    territory = make_territory(grids, circles_frame(), posts_frame())
    inside = territory.assigner().assign(120.05, 30.05)
    assert (inside.grid_id, inside.chain) == ("G1", ("C1", "C0"))
    assert (inside.community_id, inside.accountable_post) == ("V1", "P1")
    other = territory.assigner().assign(120.15, 30.05)
    assert (other.community_id, other.accountable_post) == (None, "P0")
    assert other.accountable_reason == "vacant_post"
    assert territory.pagoda is not None
    assert territory.pagoda.circles["C1"].name == "C1"
    assert territory.pagoda.circles["C2"].name == "second"


@pytest.mark.parametrize("holder", [None, "", float("nan")])
def test_a_post_without_holder_is_vacant(holder: object) -> None:
    grids = grids_frame(parent_id=["C2", "C1"])
    territory = make_territory(grids, circles_frame(), posts_frame(holder))
    answer = territory.assigner().assign(120.05, 30.05)
    assert answer.accountable_post == "P0"
    assert answer.accountable_reason == "vacant_post"


def test_snapping_is_the_assigners() -> None:
    territory = make_territory(grids_frame())
    assert territory.assigner().assign(120.05, 29.9999).status == Status.OUTSIDE
    snapped = territory.assigner(snap_m=20.0).assign(120.05, 29.9999)
    assert (snapped.status, snapped.grid_id) == (Status.SNAPPED, "G1")


def test_posts_without_circles_are_refused() -> None:
    with pytest.raises(InvalidLayerError, match="posts but no circles"):
        make_territory(grids_frame(), posts=posts_frame())


def test_circles_without_parents_in_the_grids_are_refused() -> None:
    with pytest.raises(InvalidLayerError, match="no column 'parent_id'"):
        make_territory(grids_frame(), circles_frame())


@pytest.mark.parametrize("parent", [None, "C9"])
def test_a_grid_without_its_circle_is_refused(parent: object) -> None:
    grids = grids_frame(parent_id=["C2", parent])
    with pytest.raises(TreeError, match="'G1'"):
        make_territory(grids, circles_frame())


@pytest.mark.parametrize(
    ("corner", "side"),
    [((30.0, 120.0), 0.1), ((500_000.0, 3_320_000.0), 100.0), ((120.0, 89.95), 0.1)],
    ids=["swapped", "metres", "beyond_the_pole"],
)
def test_grids_that_are_not_in_degrees_are_refused(
    corner: tuple[float, float], side: float
) -> None:
    shape = shapely.Polygon(broken.square(*corner, side))
    grids = geopandas.GeoDataFrame({"grid_id": ["G"]}, geometry=[shape], crs=4326)
    with pytest.raises(CrsError, match=re.escape("is not lon, lat in degrees")):
        make_territory(grids)


def test_the_whole_world_is_in_degrees() -> None:
    halves = [shapely.box(x, -90.0, x + 180.0, 90.0) for x in (-180.0, 0.0)]
    grids = geopandas.GeoDataFrame({"grid_id": ["W", "E"]}, geometry=halves, crs=4326)
    assert make_territory(grids).bounds == (-180.0, -90.0, 180.0, 90.0)


def test_metres_are_measured_in_the_unit_of_the_crs() -> None:
    # on these meridians the map is true but for the scale that it declares
    places = (
        (3435, 984_250.0, 1_900_000.0, 1200 / 3937 / 0.999975),
        (4549, 5e5, 33e5, 1),
    )
    for code, x, y, unit in places:
        box = shapely.box(x, y, x + 1.0, y + 1.0)
        grids = geopandas.GeoDataFrame({"grid_id": ["G"]}, geometry=[box])
        territory = make_territory(grids, datum=datum_of(CRS.from_epsg(code)))
        answer = territory.assigner().assign(x + 101.0, y + 0.5)
        assert answer.distance_m == pytest.approx(100 * unit, abs=1e-3)


@pytest.mark.parametrize("code", [3857, 4549, 32650, 3035, 4807])
def test_metres_are_those_of_the_ellipsoid_in_every_crs(code: int) -> None:
    datum = datum_of(CRS.from_epsg(code))
    lon, lat = (2.35, 48.85) if code in {3035, 4807} else (119.9, 30.33)
    grid = shapely.box(lon, lat, lon + 0.01, lat + 0.01)
    corner_x, corner_y = convert(
        [lon, lon + 0.01, lon + 0.01, lon],
        [lat, lat, lat + 0.01, lat + 0.01],
        WGS84,
        datum,
    )
    shape = shapely.Polygon(np.column_stack([corner_x, corner_y]))
    grids = geopandas.GeoDataFrame({"grid_id": ["G"]}, geometry=[shape])
    # the geodesic south from the middle of the lower edge meets it at a right angle
    geod = Geod(ellps="WGS84")
    place_lon, place_lat, _ = geod.fwd(lon + 0.005, lat, 180.0, 123.456)
    x, y = convert([place_lon], [place_lat], WGS84, datum)
    assigner = make_territory(grids, datum=datum).assigner()
    answer = assigner.assign(float(x[0]), float(y[0]))
    assert answer.distance_m == pytest.approx(123.456, abs=2e-3)
    assert shapely.distance(grid, shapely.Point(place_lon, place_lat)) > 0


def test_borders_are_as_long_on_web_mercator_as_in_degrees() -> None:
    west, east = (
        shapely.box(120, 30, 120.01, 30.01),
        shapely.box(120.01, 30, 120.02, 30.01),
    )
    frame = geopandas.GeoDataFrame(
        {"grid_id": ["E", "W"]}, geometry=[east, west], crs=4326
    )
    lengths = [
        make_territory(grids).neighbours.between(0, 1)
        for grids in (frame, frame.to_crs(3857))
    ]
    assert lengths[1] == pytest.approx(lengths[0], abs=1e-3)


def far_grid(west: float, east: float) -> geopandas.GeoDataFrame:
    """One grid between two meridians."""
    shape = shapely.box(west, -17.0, east, -16.0)
    return geopandas.GeoDataFrame({"grid_id": ["T"]}, geometry=[shape], crs=4326)


def test_ring_around_the_globe_is_refused_by_its_id() -> None:
    with pytest.raises(CoverageError, match=r"Grid 'T' .*359\.8 degrees"):
        make_territory(far_grid(-179.9, 179.9))


@pytest.mark.parametrize("shift", [0.0, -360.0])
def test_degrees_counted_on_beyond_180_are_told_to_be_cut(shift: float) -> None:
    with pytest.raises(CrsError, match=r"meridian of 180 .*\(181 is -179\)"):
        make_territory(far_grid(179.9 + shift, 180.1 + shift))
