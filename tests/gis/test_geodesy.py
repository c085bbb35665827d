"""Lengths of degrees, against the ellipsoid itself."""

import numpy as np
import pyproj
import pytest

from gis.geodesy import GeodesicRuler, metres_per_degree

GEOD = pyproj.Geod(ellps="WGS84")


@pytest.mark.parametrize("lat", [0.0, 30.33, -41.9, 70.0])
def test_metres_per_degree_agree_with_the_ellipsoid(lat):
    step = 1e-4
    _, _, east = GEOD.inv(10.0, lat, 10.0 + step, lat)
    _, _, north = GEOD.inv(10.0, lat - step / 2, 10.0, lat + step / 2)
    per_lon, per_lat = metres_per_degree(np.array([lat]))[:, 0]
    assert per_lon == pytest.approx(east / step, rel=1e-7)
    assert per_lat == pytest.approx(north / step, rel=1e-7)


@pytest.mark.parametrize("radius_m", [0.5, 100.0, 5000.0])
@pytest.mark.parametrize("lat", [0.0, 30.33, -62.0])
def test_box_holds_every_point_of_the_radius(lat, radius_m):
    halves = GeodesicRuler().box_halves(np.array([lat]), np.array([radius_m]))
    half_lon, half_lat = halves[0]
    azimuths = np.linspace(0, 360, 73)
    lon, to_lat, _ = GEOD.fwd(
        np.full(73, 120.0), np.full(73, lat), azimuths, np.full(73, radius_m)
    )
    assert np.abs(lon - 120.0).max() <= half_lon
    assert np.abs(to_lat - lat).max() <= half_lat
