"""Accuracies of a file: numbers, or none."""

import numpy as np
import pyarrow as pa
import pytest

from api.service.inputs.accuracy import read_accuracy
from gis.errors import InputFileError
from layers.files import EventTable


def table(**columns: list[object]) -> EventTable:
    """A table of events."""
    return EventTable(pa.table(columns))


def test_what_is_no_number_is_no_accuracy() -> None:
    values = read_accuracy(table(acc=["30", "2.5", "", "wide", None]), "acc")
    assert values.dtype == np.float64
    assert values[:2].tolist() == [30.0, 2.5]
    assert np.isnan(values[2:]).all()


def test_numbers_are_taken_as_they_are() -> None:
    assert read_accuracy(table(acc=[30, 0, -1]), "acc").tolist() == [30.0, 0.0, -1.0]


def test_column_that_is_not_there_is_refused_with_those_that_are() -> None:
    sentence = r"have no column 'acc'; they have \['lon', 'lat'\]"
    with pytest.raises(InputFileError, match=sentence):
        read_accuracy(table(lon=[1.0], lat=[2.0]), "acc")
