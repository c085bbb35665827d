"""Accuracies of a file: metres, nothing, or something that is named."""

from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from gis.errors import InputFileError
from layers.files import EventTable, read_events
from layers.files.accuracy import Unread, radii_of, read_accuracy
from support.makers import broken_files as broken


def table(**columns: list[object]) -> EventTable:
    """A table of events."""
    return EventTable(pa.table(columns))


@pytest.mark.parametrize(
    ("text", "metres"),
    [
        *(("30", 30), ("30m", 30), (" 30 M ", 30), ("30 米", 30), ("30公尺", 30)),
        *(("30 metres", 30), ("30 meter", 30), ("±30", 30), ("± 2.5 m", 2.5)),
        *(("１５", 15), ("１５ｍ", 15), ("3e1", 30), ("+30", 30), ("1e6", 1e6)),
        *(("0", 0), ("-1", -1), ("－1", -1), ("\u22121", -1), ("\xa030\xa0", 30)),
    ],
)
def test_metres_are_read_where_no_doubt_is_possible(text: str, metres: float) -> None:
    radii = radii_of(pd.Series([text]))
    assert radii.metres.tolist() == [metres]
    assert not radii.is_unread[0]


@pytest.mark.parametrize(
    "text",
    [
        *("1,5", "1,000", "inf", "NaN", "无", "-", "约30", "<30", "30±5", "30-50"),
        *("30 km", "30cm", "100 ft", "0x1A", "1_000", "True", "30 30", "三十", "°"),
    ],
)
def test_what_leaves_a_doubt_is_no_radius_and_is_marked(text: str) -> None:
    radii = radii_of(pd.Series([text]))
    assert np.isnan(radii.metres[0])
    assert radii.is_unread[0]


@pytest.mark.parametrize("cell", ["", "  ", None, np.nan])
def test_nothing_is_no_radius_and_no_fault(cell: object) -> None:
    radii = radii_of(pd.Series([cell], dtype=object))
    assert np.isnan(radii.metres[0])
    assert not radii.is_unread[0]


def test_numbers_are_taken_as_they_are() -> None:
    assert read_accuracy(table(acc=[30, 0, -1]), "acc").metres.tolist() == [30, 0, -1]
    assert read_accuracy(table(acc=[Decimal("2.5")]), "acc").metres.tolist() == [2.5]
    assert read_accuracy(table(acc=[True]), "acc").is_unread.tolist() == [True]


def test_mixed_values_of_json_are_read_each(tmp_path: Path) -> None:
    rows = [broken.feature({"acc": v}, [1, 2], "Point") for v in (30, "30m", "x", None)]
    events = read_events(broken.geojson(tmp_path / "e.geojson", list(rows)))
    metres, is_unread = read_accuracy(events, "acc")
    assert metres[:2].tolist() == [30, 30]
    assert is_unread.tolist() == [False, False, True, False]


def test_rows_that_were_not_read_are_named() -> None:
    events = table(acc=["1", "1,5", "x", "y", "z"])
    unread = Unread("acc")
    unread.add(events, read_accuracy(events, "acc"))
    assert unread.notices() == [
        "4 accuracies are no number of metres: '1,5' (row 2), 'x' (row 3), 'y' (row "
        "4), ...; how sure these answers are is not said."
    ]


def test_column_twice_is_refused() -> None:
    events = EventTable(pa.table([[1], [2]], names=["acc", "acc"]))
    with pytest.raises(InputFileError, match="have 2 column 'acc'"):
        read_accuracy(events, "acc")


def test_column_that_is_not_there_is_refused_with_those_that_are() -> None:
    sentence = r"have no column 'acc'; they have \['lon', 'lat'\]"
    with pytest.raises(InputFileError, match=sentence):
        read_accuracy(table(lon=[1.0], lat=[2.0]), "acc")
