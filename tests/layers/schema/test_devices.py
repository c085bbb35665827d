"""A device has a place, and one in a home is shown to nobody."""

import geopandas as gpd
import pytest
import shapely

from gis.errors import InvalidLayerError
from layers.schema.devices import DEVICES, devices_of

CAMERA = {
    "device_id": ["V1"],
    "source": ["video"],
    "sort": ["camera"],
    "in_home": ["false"],
}


def layer(shape: shapely.Geometry | None, **changes: list[object]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(CAMERA | changes, geometry=[shape], crs=4490)


def test_device_has_the_place_of_its_point() -> None:
    [camera] = devices_of(layer(shapely.Point(120, 30), accuracy_m=["25"]))
    assert (camera.lon, camera.lat, camera.accuracy_m) == (120.0, 30.0, 25.0)
    assert camera.in_home is False


def test_drone_may_have_no_place() -> None:
    [drone] = devices_of(layer(None, sort=["drone"]))
    assert (drone.lon, drone.lat, drone.accuracy_m) == (None, None, None)


def test_device_that_does_not_say_whether_it_is_in_a_home_is_refused() -> None:
    with pytest.raises(InvalidLayerError, match="field 'in_home': is empty"):
        devices_of(layer(None, in_home=[None]))


def test_device_in_a_home_is_read_and_closed() -> None:
    [sensor] = devices_of(layer(shapely.Point(120, 30), in_home=[True]))
    assert sensor.in_home is True
    assert DEVICES.closed_where == "in_home"


def test_nothing_of_a_device_is_open() -> None:
    assert {field.sharing for field in DEVICES.fields} == {"conditional"}
    assert DEVICES.geometry_sharing == DEVICES.key_sharing == "conditional"
