"""Named faults of reported positions."""

import numpy as np
import pytest

from gis.assignment import REASONS, Positions, bring_to_grids, is_usable
from gis.assignment.positions import check_degrees, check_numbers
from gis.crs import parse_datum

CHINA = (120.04, 30.29, 120.12, 30.37)
CHICAGO = (-87.94, 41.64, -87.52, 42.03)


def names(codes):
    return [REASONS[code] for code in codes]


@pytest.mark.parametrize(
    ("lon", "lat", "reason"),
    [
        (120.08, 30.33, ""),
        (30.33, 120.08, "swapped_axes"),
        (np.nan, 30.33, "not_a_number"),
        (120.08, np.inf, "not_a_number"),
        (200.0, 30.33, "out_of_range"),
        (120.08, 1e12, "out_of_range"),
        (1e-12, 30.33, "out_of_range"),
        (120.0, 30.0, "whole_degrees"),
        (0.0, 0.0, "whole_degrees"),
        (120.0, 30.33, ""),
    ],
)
def test_degrees_are_named(lon, lat, reason):
    assert names(check_degrees(np.array([lon]), np.array([lat]))) == [reason]


def test_projected_numbers_have_no_range_of_degrees():
    codes = check_numbers(np.array([507690.0, 1e10]), np.array([3356000.0, 0.0]))
    assert names(codes) == ["", "out_of_range"]


def test_whole_degrees_are_flagged_but_usable():
    codes = np.arange(len(REASONS), dtype=np.uint8)
    assert [REASONS[c] for c in codes[is_usable(codes)]] == ["", "whole_degrees"]


@pytest.mark.parametrize(
    ("bounds", "target"),
    [
        pytest.param(CHICAGO, "wgs84", id="both orders are in range of degrees"),
        pytest.param(CHINA, "cgcs2000", id="China"),
        pytest.param(
            (503_800, 3_351_500, 511_600, 3_360_500), "EPSG:4549", id="projected grids"
        ),
    ],
)
def test_swapped_axes_are_named_and_not_mended(bounds, target):
    lon, lat = (-87.6, 41.8) if bounds is CHICAGO else (120.08, 30.33)
    reported = Positions(
        np.array([lon, lat]), np.array([lat, lon]), np.zeros(2, dtype=np.uint8)
    )
    ready = bring_to_grids(reported, parse_datum("wgs84"), parse_datum(target), bounds)
    assert names(ready.reasons) == ["", "swapped_axes"]


def test_reason_found_while_reading_stays():
    reported = Positions(
        np.array([np.nan]),
        np.array([np.nan]),
        np.array([REASONS.index("decimal_comma")], dtype=np.uint8),
    )
    wgs84 = parse_datum("wgs84")
    ready = bring_to_grids(reported, wgs84, wgs84, CHINA)
    assert names(ready.reasons) == ["decimal_comma"]


def test_shared_datum_leaves_coordinates_to_the_bit():
    x, y = np.array([120.080000000001]), np.array([30.3300000000009])
    reported = Positions(x, y, np.zeros(1, dtype=np.uint8))
    ready = bring_to_grids(
        reported, parse_datum("wgs84"), parse_datum("EPSG:4490"), CHINA
    )
    assert (ready.x[0], ready.y[0]) == (x[0], y[0])


@pytest.mark.parametrize(
    ("x", "y", "code"),
    [
        pytest.param(40_508_173.0, 3_357_252.0, "EPSG:4549", id="number too much"),
        pytest.param(508_173.0, 3_357_252.0, "EPSG:4528", id="number missing"),
        pytest.param(39_508_173.0, 3_357_252.0, "EPSG:4528", id="of another zone"),
    ],
)
def test_position_far_outside_the_area_of_its_crs_is_out_of_range(x, y, code):
    reported = Positions(np.array([x]), np.array([y]), np.zeros(1, dtype=np.uint8))
    town = (120.0, 30.2, 120.2, 30.4)
    ready = bring_to_grids(reported, parse_datum(code), parse_datum("wgs84"), town)
    assert names(ready.reasons) == ["out_of_range"]


def test_position_in_the_zone_beside_its_crs_is_usable():
    reported = Positions(
        np.array([220_185.0]), np.array([3_359_498.0]), np.zeros(1, dtype=np.uint8)
    )
    town = (120.0, 30.2, 120.2, 30.4)
    metres = parse_datum("EPSG:4549")
    ready = bring_to_grids(reported, metres, parse_datum("wgs84"), town)
    assert names(ready.reasons) == [""]
