"""Which datum a file is in, and whether known places agree."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import CRS

from gis.assignment import REASONS, Positions
from gis.crs import datum_of, parse_datum
from gis.errors import CrsError, InputFileError
from layers.datums import (
    about_misplaced,
    choose_datum,
    compare_with_places,
    refuse_misplaced,
)
from support.makers.square_town import SquareTown

DEGREES, METRES = CRS("EPSG:4490"), CRS("EPSG:4549")


@pytest.fixture
def squares() -> SquareTown:
    """A town of four squares."""
    return SquareTown()


def positions(x: list[float], y: list[float]) -> Positions:
    """Positions without faults."""
    return Positions(np.array(x), np.array(y), np.zeros(len(x), dtype=np.uint8))


def test_what_the_user_declares_goes_before_what_the_file_declares() -> None:
    datum, notice = choose_datum("events", "--datum", "gcj02", DEGREES)
    assert datum.name == "gcj02"
    assert notice == "The events are taken as gcj02, as --datum says."


def test_what_the_file_declares_is_told() -> None:
    datum, notice = choose_datum("grids", "--grids-datum", None, METRES)
    assert datum == parse_datum("EPSG:4549")
    assert notice.startswith(f"The grids declare {datum.name}; if they are not")


def test_nothing_declared_is_wgs84() -> None:
    datum, notice = choose_datum("events", "--datum", None, None)
    assert datum == parse_datum("wgs84")
    assert "declare no CRS" in notice


def test_datum_of_a_file_in_metres_is_not_overridden() -> None:
    with pytest.raises(CrsError, match="leave --datum away"):
        choose_datum("events", "--datum", "gcj02", METRES)


def test_places_of_another_town_are_no_evidence(squares: SquareTown) -> None:
    places = positions([100.0, np.nan], [20.0, np.nan])
    events = positions([120.005], [30.005])
    with pytest.raises(InputFileError, match="No anchor of 2 lies in"):
        compare_with_places(
            squares.snapshot().basis, places, events, parse_datum("wgs84")
        )


def test_few_positions_tell_nothing(squares: SquareTown) -> None:
    here = positions([120.005], [30.005])
    check = compare_with_places(
        squares.snapshot().basis, here, here, parse_datum("wgs84")
    )
    assert (check.outcome, check.points) == ("cannot_tell", 1)


def test_positions_with_axes_exchanged_are_told(squares: SquareTown) -> None:
    events = positions([30.005, 30.006], [120.005, 120.006])
    check = compare_with_places(
        squares.snapshot().basis,
        positions([120.005], [30.005]),
        events,
        parse_datum("wgs84"),
    )
    assert (check.outcome, check.swapped) == ("swapped_axes", 2)


def gauss_grids(easting: float, crs: str) -> gpd.GeoDataFrame:
    """One grid of a square kilometre near Hangzhou."""
    shape = shapely.box(easting, 3_357_000, easting + 1_000, 3_358_000)
    return gpd.GeoDataFrame({"grid_id": ["G1"]}, geometry=[shape], crs=crs)


def test_an_error_that_is_allowed_is_told() -> None:
    datum, notice = choose_datum("grids", "--grids-datum", None, CRS(2385), 60.0)
    assert datum.error_m == 60.0
    assert "an error of 60 m as --allow-ballpark says" in notice


def test_another_projected_crs_may_be_declared_for_a_file_in_metres() -> None:
    datum, _ = choose_datum("grids", "--grids-datum", "EPSG:4549", CRS(2385))
    assert datum == parse_datum("EPSG:4549")


@pytest.mark.parametrize(
    ("easting", "declared", "likely"),
    [(40_508_000, "EPSG:4549", "EPSG:4528"), (508_000, "EPSG:4528", "EPSG:4549")],
)
def test_grids_far_from_where_their_crs_is_used_are_refused_with_the_likely_one(
    easting: float, declared: str, likely: str
) -> None:
    grids, datum = gauss_grids(easting, declared), parse_datum(declared)
    with pytest.raises(CrsError, match=rf"'G1' at .* {declared} .* likely in {likely}"):
        refuse_misplaced(grids, datum, "--grids-datum")


def test_grids_in_the_zone_beside_their_own_are_told() -> None:
    notices = refuse_misplaced(
        gauss_grids(220_000, "EPSG:4549"), parse_datum("EPSG:4549"), "--grids-datum"
    )
    assert len(notices) == 1
    assert "look whether they belong in another zone" in notices[0]


def test_grids_where_their_crs_is_used_are_not_told() -> None:
    grids = gauss_grids(508_000, "EPSG:4549")
    assert refuse_misplaced(grids, parse_datum("EPSG:4549"), "--grids-datum") == []


def test_metres_written_for_degrees_are_told_with_the_crs_that_fits_the_grids() -> None:
    where = positions([508_173.0, 120.0], [3_357_252.0, 30.0])
    reasons = np.array([REASONS.index("out_of_range"), 0], dtype=np.uint8)
    [notice] = about_misplaced(
        where, reasons, parse_datum("wgs84"), "--datum", (120.0, 30.2, 120.2, 30.4)
    )
    assert notice.startswith("1 position, such as row 1 at (508173, 3357252), lies")
    assert "likely in EPSG:4549" in notice


def test_degrees_out_of_range_are_not_taken_for_metres() -> None:
    where = positions([500.0], [30.0])
    reasons = np.array([REASONS.index("out_of_range")], dtype=np.uint8)
    assert about_misplaced(where, reasons, parse_datum("wgs84"), "--datum") == []


def test_grids_in_degrees_under_a_projected_crs_are_refused() -> None:
    square = gpd.GeoDataFrame(
        {"grid_id": ["G1"]}, geometry=[shapely.box(120.0, 30.0, 120.1, 30.1)]
    )
    with pytest.raises(CrsError, match="they look like lon, lat in degrees; set in"):
        refuse_misplaced(square, parse_datum("EPSG:3857"), "--grids-datum")


def test_positions_in_degrees_under_a_projected_crs_are_named() -> None:
    there = positions([120.08, np.nan], [30.33, np.nan])
    reasons = np.zeros(2, dtype=np.uint8)
    [notice] = about_misplaced(there, reasons, parse_datum("EPSG:3857"), "--datum")
    assert notice.startswith("1 position, such as row 1 at (120.08, 30.33)")
    assert "they look like lon, lat in degrees" in notice


def test_a_town_at_the_origin_of_its_projection_is_in_metres() -> None:
    there = positions([120.0, 900.0], [30.0, -700.0])
    reasons = np.zeros(2, dtype=np.uint8)
    town = datum_of(CRS("+proj=tmerc +lon_0=120 +lat_0=30 +datum=WGS84"))
    assert about_misplaced(there, reasons, town, "--datum") == []
