"""Which datum a file is in, and whether known places agree."""

import numpy as np
import pytest
from pyproj import CRS

from api.service.inputs.datums import choose_datum, compare_with_places
from gis.assignment import Positions
from gis.crs import parse_datum
from gis.errors import CrsError, InputFileError
from support.makers.square_town import SquareTown

DEGREES, METRES = CRS("EPSG:4490"), CRS("EPSG:4549")


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
    with pytest.raises(InputFileError, match="None of the 2 anchors lies in"):
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
