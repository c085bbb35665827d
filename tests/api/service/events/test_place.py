"""Where a report says its event is."""

import pytest

from api.service.events.place import R95_TO_R68, Place, place_of
from api.service.events.report import EventReport
from gis.models import Position
from support.makers.event_town import EventTown


@pytest.fixture(scope="module")
def registry():
    return EventTown().intake.registries.current


def place(registry, source, **values):
    report = EventReport(source, "1", "noise", **values)
    return place_of(report, registry.sources[source], registry, "EPSG:4490")


def test_a_position_without_datum_is_wgs84_unless_its_source_says(registry):
    at = {"lon": 120.0, "lat": 30.0}
    assert place(registry, "hotline", **at) == Place(Position(120.0, 30.0, "wgs84"))
    assert place(registry, "camera", **at).position.datum == "gcj02"
    assert place(registry, "camera", datum="bd09", **at).position.datum == "bd09"


def test_an_accuracy_of_its_own_goes_before_that_of_the_source(registry):
    at = {"lon": 120.0, "lat": 30.0}
    assert place(registry, "camera", **at).accuracy_m == 20.0
    assert place(registry, "camera", accuracy_m=5.0, **at).accuracy_m == 5.0
    wide = place(registry, "camera", accuracy_m=5.0, confidence=0.95, **at)
    assert wide.accuracy_m == 5.0 * R95_TO_R68


def test_a_device_stands_where_it_is_registered(registry):
    seen = place(registry, "camera", device_id="CAM-1")
    assert seen.position == Position(120.005, 30.005, "EPSG:4490")
    assert seen.flags == ("place_of_device",)


def test_no_place_is_none(registry):
    assert place(registry, "hotline") == Place()
    assert place(registry, "hotline", community_id="K1") == Place(community_id="K1")
