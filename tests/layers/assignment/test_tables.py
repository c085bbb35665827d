"""Rows of a table carry the times and radii that a question names."""

import numpy as np
import pyarrow as pa

from gis.crs import parse_datum
from gis.roster import NO_HOUR
from layers.assignment.frame_table import FrameColumns
from layers.assignment.question import FrameQuestion
from layers.assignment.tables import table_rows
from layers.files import EventTable, read_coordinates

WGS84 = parse_datum("wgs84")


def asked(**columns: list) -> tuple:
    table = EventTable(
        pa.table({"lon": [120.0, 120.1], "lat": [30.0, 30.1], **columns})
    )
    question = FrameQuestion(
        FrameColumns(
            at="at" if "at" in columns else None,
            accuracy="radius" if "radius" in columns else None,
        ),
        day_order="mdy",
    )
    return table_rows(table, read_coordinates(table), WGS84, question)


def test_without_columns_there_is_no_time_and_no_radius() -> None:
    rows, notices = asked()
    assert (rows.at, rows.radii, notices) == (None, None, [])


def test_times_are_read_in_the_order_of_the_question() -> None:
    rows, notices = asked(at=["09/17/2015 08:00", None])
    assert rows.at is not None
    assert rows.at.tolist() == [1_442_448_000_000, NO_HOUR]
    assert [text.split()[0:3] for text in notices] == [
        ["1", "time", "has"],
        ["1", "event", "has"],
    ]


def test_a_radius_that_is_none_is_told() -> None:
    rows, [notice] = asked(radius=["30 m", "near"])
    assert rows.radii is not None
    np.testing.assert_array_equal(rows.radii.metres, [30.0, np.nan])
    assert "'near' (row 2)" in notice
