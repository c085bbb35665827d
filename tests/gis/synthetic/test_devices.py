"""Devices of the made-up towns: inside the grids, those of one source in homes."""

import shapely

from gis.synthetic import Town, make_s_town
from gis.synthetic.devices import IN_HOMES


def test_three_hundred_devices_lie_inside_the_grids(s_town: Town) -> None:
    devices = s_town.devices
    assert len(devices) == devices["device_id"].nunique() == 300
    ground = shapely.union_all(s_town.grids.geometry.to_numpy())
    assert shapely.contains(ground, devices.geometry.to_numpy()).all()


def test_door_sensors_and_nothing_else_are_in_homes(s_town: Town) -> None:
    devices = s_town.devices
    assert set(devices.loc[devices["in_home"], "source"]) == {IN_HOMES}
    assert not (devices["in_home"] & (devices["sort"] == "camera")).any()


def test_device_is_of_the_sort_and_accuracy_of_its_source(s_town: Town) -> None:
    sources = s_town.sources.set_index("source")
    own = sources.loc[s_town.devices["source"]]
    assert s_town.devices["sort"].tolist() == own["sort"].tolist()
    assert s_town.devices["accuracy_m"].tolist() == own["accuracy_m"].tolist()


def test_another_seed_puts_them_elsewhere(s_town: Town) -> None:
    other = make_s_town(seed=7).devices
    assert other["device_id"].tolist() == s_town.devices["device_id"].tolist()
    assert not other.geometry.geom_equals(s_town.devices.geometry).any()
