"""Rows as they are asked about."""

import numpy as np
import pandas as pd

from gis.assignment import Positions, Request
from gis.crs import parse_datum
from gis.synthetic import Town
from layers.assignment import EventRows, answer_columns
from layers.files.accuracy import radii_of
from layers.territory import town_territory


def test_radius_that_is_no_number_of_metres_is_named(s_town: Town) -> None:
    positions = Positions(np.array([120.08]), np.array([30.33]), np.zeros(1, np.uint8))
    radii = radii_of(pd.Series(["wide"]))
    rows = EventRows(positions, parse_datum("wgs84"), None, radii)
    answers = rows.answers(town_territory(s_town).basis(), Request())
    assert answer_columns(answers)["reason"].to_pylist() == ["accuracy_not_a_number"]
