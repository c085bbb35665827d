"""Positions of a file with their reasons as codes."""

import numpy as np
import pyarrow as pa
import pytest

from gis.assignment import REASONS
from layers.files import Coordinates, EventTable, read_coordinates
from layers.files.positions import positions_of


def test_every_reason_of_a_file_has_its_code() -> None:
    lon = ["120", "", "abc", "120,5", "nan"]
    table = EventTable(pa.table({"lon": lon, "lat": ["30", "", "30", "30,5", "30"]}))
    positions = positions_of(read_coordinates(table))
    names = [REASONS[code] for code in positions.reasons]
    assert names == ["", "missing", "not_a_number", "decimal_comma", "not_a_number"]
    assert positions.reasons.dtype == np.uint8


def test_coordinates_stay_as_they_came() -> None:
    x, y = np.array([120.1, np.nan]), np.array([30.1, np.nan])
    reasons = np.array(["", "not_a_point"], dtype=object)
    positions = positions_of(Coordinates(x, y, reasons, None))
    assert positions.x is x
    assert positions.y is y
    assert positions.reasons.tolist() == [0, REASONS.index("not_a_point")]


def test_no_rows_are_no_positions() -> None:
    nothing = np.array([], dtype=np.float64)
    reasons = np.array([], dtype=object)
    positions = positions_of(Coordinates(nothing, nothing, reasons, None))
    assert positions.reasons.tolist() == []


def test_reason_that_answers_do_not_know_is_an_error() -> None:
    reasons = np.array(["lost at sea"], dtype=object)
    with pytest.raises(KeyError, match="lost at sea"):
        positions_of(Coordinates(np.array([np.nan]), np.array([np.nan]), reasons, None))
