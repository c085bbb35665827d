"""Polygons of a file in the coordinates of a store."""

import geopandas
import numpy as np
import pytest
import shapely

from api.service.inputs.polygons import bring_polygons, bring_shapes
from gis.crs import parse_datum
from gis.errors import CoverageError, CrsError
from support.makers.square_town import squares

CRS = "EPSG:4490"


def test_polygons_in_the_crs_of_the_store_stay() -> None:
    brought, notice = bring_polygons(squares(), None, CRS)
    assert brought.geometry.geom_equals_exact(squares().geometry, 0).all()
    assert notice.startswith("The grids declare ")


def test_polygons_in_metres_come_to_the_same_degrees() -> None:
    metric = squares().to_crs(4549)
    brought, _ = bring_polygons(metric, None, CRS)
    assert brought.crs == CRS
    # degrees; 1e-9 is a tenth of a millimetre
    assert np.allclose(brought.total_bounds, squares().total_bounds, atol=1e-9, rtol=0)
    assert brought["grid_id"].tolist() == metric["grid_id"].tolist()
    assert metric.crs == "EPSG:4549"


def test_declared_datum_shifts_polygons() -> None:
    brought, notice = bring_polygons(squares(), "gcj02", CRS)
    shift = brought.total_bounds - squares().total_bounds
    # GCJ-02 lies some hundred metres off, everywhere alike
    assert (np.abs(shift) > 0.001).all()
    assert (np.abs(shift) < 0.01).all()
    assert notice == "The grids are taken as gcj02, as --grids-datum says."


def test_datum_declared_for_metres_is_refused() -> None:
    with pytest.raises(CrsError, match="leave --grids-datum away"):
        bring_polygons(squares().to_crs(4549), "gcj02", CRS)


def test_ring_around_the_globe_is_refused_before_a_store_sees_it() -> None:
    across = shapely.box(-179.9, -17, 179.9, -16)
    grids = geopandas.GeoDataFrame({"grid_id": ["T"]}, geometry=[across], crs=4326)
    with pytest.raises(CoverageError, match=r"Grid 'T' .*359\.8 degrees"):
        bring_polygons(grids, None, CRS)


def test_shapes_come_to_another_datum_and_back() -> None:
    source, target = parse_datum("gcj02"), parse_datum("EPSG:4549")
    square = shapely.box(120.0, 30.0, 120.1, 30.1)
    there = bring_shapes(np.array([square]), source, target)
    [back] = bring_shapes(there, target, source)
    assert there[0].bounds[0] > 400_000
    assert back.equals_exact(square, 1e-8)
