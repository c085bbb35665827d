"""Polygons of a file in the coordinates of a store."""

import numpy as np
import shapely

from api.service.inputs.polygons import bring_polygons
from gis.crs import parse_datum
from layers.datums import bring_shapes
from support.makers.square_town import squares

CRS = "EPSG:4490"


def test_polygons_in_the_crs_of_the_store_stay() -> None:
    brought = bring_polygons(squares(), parse_datum("cgcs2000"), CRS)
    assert brought.geometry.geom_equals_exact(squares().geometry, 0).all()


def test_polygons_in_metres_come_to_the_same_degrees() -> None:
    metric = squares().to_crs(4549)
    brought = bring_polygons(metric, parse_datum("EPSG:4549"), CRS)
    assert brought.crs == CRS
    # degrees; 1e-9 is a tenth of a millimetre
    assert np.allclose(brought.total_bounds, squares().total_bounds, atol=1e-9, rtol=0)
    assert brought["grid_id"].tolist() == metric["grid_id"].tolist()
    assert metric.crs == "EPSG:4549"


def test_another_datum_shifts_polygons() -> None:
    brought = bring_polygons(squares(), parse_datum("gcj02"), CRS)
    shift = brought.total_bounds - squares().total_bounds
    # GCJ-02 lies some hundred metres off, everywhere alike
    assert (np.abs(shift) > 0.001).all()
    assert (np.abs(shift) < 0.01).all()


def test_shapes_come_to_another_datum_and_back() -> None:
    source, target = parse_datum("gcj02"), parse_datum("EPSG:4549")
    square = shapely.box(120.0, 30.0, 120.1, 30.1)
    there = bring_shapes(np.array([square]), source, target)
    [back] = bring_shapes(there, target, source)
    assert there[0].bounds[0] > 400_000
    assert back.equals_exact(square, 1e-8)
