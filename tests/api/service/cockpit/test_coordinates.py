"""A position is read in either order, and what is none is left to the search."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.service.cockpit.coordinates import position_in
from gis.models import Position

HERE = Position(120.08, 30.33, "gcj02")


@pytest.mark.parametrize(
    "text",
    [
        "120.08,30.33",
        "30.33,120.08",
        " 120.08  30.33 ",
        "30.33；120.08",
        "120.08，30.33",
        "１２０．０８，３０．３３",
        "E120.08 N30.33",
        "30.33°N, 120.08°E",
        "东经120.08°，北纬30.33°",
        "纬度：30.33 经度：120.08",
        "lat=30.33, lng=120.08",
        "N30.33 120.08",
    ],
)
def test_a_position_is_read_in_either_order(text: str) -> None:
    assert position_in(text, "gcj02") == HERE


@pytest.mark.parametrize(
    "text",
    [
        "",
        "120.08",
        "12 30",
        "120,30",
        "E120.08 E30.33",
        "1.2.3 4.5",
        "330199101001002",
        "文一路 12.5 号 3.5",
        "120.08,30.33,1.0",
        "1200.08, 30.33",
        "nan, 30.33",
    ],
)
def test_what_is_no_position_is_none(text: str) -> None:
    assert position_in(text, "wgs84") is None


@given(st.decimals(-180, 180, places=5), st.decimals(-90, 90, places=5), st.booleans())
def test_letters_say_which_number_is_which(lon, lat, is_lat_first) -> None:
    parts = [f"E{lon:.5f}", f"N{lat:.5f}"]
    text = " ".join(reversed(parts) if is_lat_first else parts)
    assert position_in(text, "wgs84") == Position(float(lon), float(lat), "wgs84")


@given(st.decimals(90, 180, places=4), st.decimals(0, 90, places=4), st.booleans())
def test_without_letters_no_latitude_is_beyond_90(lon, lat, is_lat_first) -> None:
    if lon == 90:
        return
    parts = (
        [f"{lat:.4f}", f"{lon:.4f}"] if is_lat_first else [f"{lon:.4f}", f"{lat:.4f}"]
    )
    position = position_in(", ".join(parts), "wgs84")
    assert position == Position(float(lon), float(lat), "wgs84")
