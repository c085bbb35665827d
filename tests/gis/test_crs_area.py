"""Positions beyond the area of their CRS, and the zone that they are likely in."""

import numpy as np
import pyproj
import pytest

from gis.crs import datum_of, parse_datum
from gis.crs_area import area_of_use, central_meridian, degrees_beyond, likely_crs

TOWN = (508_173.6, 3_357_252.9)


def beyond(x: float, y: float, crs: str) -> float:
    """How far one position lies beyond the area of its CRS."""
    datum = datum_of(pyproj.CRS(crs))
    return float(degrees_beyond(np.array([x]), np.array([y]), datum)[0])


@pytest.mark.parametrize(
    ("x", "y", "crs"),
    [
        pytest.param(*TOWN, "EPSG:4549", id="without number"),
        pytest.param(40_508_173.0, TOWN[1], "EPSG:4528", id="with number"),
        pytest.param(13_367_000.0, 3_545_000.0, "EPSG:3857", id="Web Mercator"),
        pytest.param(120.1, 30.3, "EPSG:4490", id="degrees"),
        pytest.param(np.nan, TOWN[1], "EPSG:4549", id="no position"),
    ],
)
def test_position_in_the_area_is_not_beyond(x: float, y: float, crs: str) -> None:
    assert beyond(x, y, crs) == 0.0


@pytest.mark.parametrize(
    ("x", "y", "crs"),
    [
        pytest.param(40_508_173.0, TOWN[1], "EPSG:4549", id="number too much"),
        pytest.param(*TOWN, "EPSG:4528", id="number missing"),
        pytest.param(39_508_173.0, TOWN[1], "EPSG:4528", id="number of another zone"),
        pytest.param(*TOWN[::-1], "EPSG:4549", id="exchanged"),
        pytest.param(40_508_173.0, TOWN[1], "EPSG:3857", id="around the earth"),
        pytest.param(
            40_508_173.0,
            TOWN[1],
            "+proj=tmerc +lon_0=120.25 +x_0=500000 +datum=WGS84",
            id="no code",
        ),
        pytest.param(120.1, 30.3, "EPSG:4267", id="another continent"),
    ],
)
def test_position_of_another_crs_is_far_beyond(x: float, y: float, crs: str) -> None:
    assert beyond(x, y, crs) > 3.0


def test_position_in_the_next_zone_is_a_little_beyond() -> None:
    assert beyond(220_185.0, 3_359_498.0, "EPSG:4549") == pytest.approx(1.4, abs=0.1)


@pytest.mark.parametrize(
    ("x", "y", "declared", "code", "is_exchanged"),
    [
        pytest.param(40_508_173.0, TOWN[1], "EPSG:4549", "EPSG:4528", False, id="4528"),
        pytest.param(*TOWN, "EPSG:4528", "EPSG:4549", False, id="same meridian"),
        pytest.param(39_508_173.0, TOWN[1], "EPSG:4528", "EPSG:4527", False, id="39"),
        pytest.param(
            20_508_173.0, TOWN[1], "EPSG:4549", "EPSG:4498", False, id="6 deg"
        ),
        pytest.param(*TOWN[::-1], "EPSG:4549", "EPSG:4549", True, id="exchanged"),
        pytest.param(40_508_173.0, TOWN[1], "wgs84", "EPSG:4528", False, id="degrees"),
    ],
)
def test_likely_crs_is_the_zone_that_holds_the_position(
    x: float, y: float, declared: str, code: str, is_exchanged: bool
) -> None:
    likely = likely_crs(x, y, parse_datum(declared))
    assert likely is not None
    assert (likely.code, likely.is_exchanged) == (code, is_exchanged)


def test_eastings_without_number_are_of_the_zone_that_brings_them_to_the_grids() -> (
    None
):
    assert likely_crs(*TOWN, parse_datum("wgs84")) is None
    likely = likely_crs(*TOWN, parse_datum("wgs84"), (120.0, 30.2, 120.2, 30.4))
    assert likely is not None
    assert likely.code == "EPSG:4549"


def test_numbers_of_no_zone_have_no_likely_crs() -> None:
    assert likely_crs(1e8, 1e8, parse_datum("EPSG:4549")) is None


def test_area_over_the_date_line_is_one_area() -> None:
    west, *_ = area_of_use(pyproj.CRS("EPSG:2193"))
    assert west > 0
    fiji = "EPSG:3460"
    step = pyproj.Transformer.from_crs(4326, fiji, always_xy=True)
    assert beyond(*step.transform(-179.5, -17.0), fiji) == 0.0


@pytest.mark.parametrize(
    ("crs", "meridian"),
    [
        ("EPSG:4549", 120.0),
        ("+proj=tmerc +lon_0=120.5 +ellps=krass +towgs84=1,2,3", 120.5),
        ("EPSG:2154", None),
        ("EPSG:4490", None),
    ],
)
def test_only_a_transverse_mercator_has_a_central_meridian(
    crs: str, meridian: float | None
) -> None:
    assert central_meridian(pyproj.CRS(crs)) == meridian
