"""A file of events: which columns and which datum its positions are in."""

from pathlib import Path

import pytest

from api.service.inputs.events import EventFile
from gis.assignment import REASONS
from gis.errors import SettingError
from support.makers import broken_files as broken

EVENTS = "id,lon,lat,x2,y2\ne1,120.05,30.05,1,2\ne2,,,3,4\ne3,abc,30.05,5,6\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Three events, one of them with a place."""
    return broken.csv_file(tmp_path / "events.csv", EVENTS)


def test_usual_columns_are_read_and_named(path: Path) -> None:
    source = EventFile(path)
    events = source.read()
    assert events.coordinates.columns == ("lon", "lat")
    [sentence] = source.about_columns(events.coordinates)
    assert "'lon' and 'lat'" in sentence
    reasons = [REASONS[code] for code in events.positions.reasons]
    assert reasons == ["", "missing", "not_a_number"]
    assert (events.datum.name, events.is_assumed) == ("wgs84", True)


def test_named_columns_are_read_without_a_word(path: Path) -> None:
    source = EventFile(path, "x2", "y2", "gcj02")
    events = source.read()
    assert events.positions.x.tolist() == [1, 3, 5]
    assert source.about_columns(events.coordinates) == []
    assert (events.datum.name, events.is_assumed) == ("gcj02", False)
    assert "--datum" in events.notice


def test_one_column_alone_is_refused(path: Path) -> None:
    with pytest.raises(SettingError, match="name both"):
        EventFile(path, "x2").read()


def test_crs_of_a_file_is_not_that_of_its_columns(tmp_path: Path) -> None:
    point = broken.feature({"lon": 120.0, "lat": 30.0}, [120.05, 30.05], kind="Point")
    path = broken.geojson(tmp_path / "events.geojson", [point])
    assert "declare wgs84" in EventFile(path).read().notice
    assert "declare no CRS" in EventFile(path, "lon", "lat").read().notice
