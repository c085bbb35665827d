"""Rows answered part by part have the answers and the notices of all at once."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.assignment import Request
from gis.crs import parse_datum
from gis.errors import InputFileError
from layers.assignment import EventRun, RunQuestion, answer_columns
from layers.files import EventTable, read_coordinates
from layers.territory import Territory, make_territory
from support.makers import broken_files as broken

QUESTION = RunQuestion(
    Request(candidates_m=80.0), at_column="at", accuracy_column="radius"
)
CELLS = {
    "lon": ["120.05", "119.999", "30", "500000", "", "x"],
    "lat": ["30.05", "30.15", "120.5", "abc"],
    "at": ["2026-09-01T08:00:00+08:00", "2026-09-01 08:00", "2026-09-01", ""],
    "radius": ["30", "±5 m", "1,5", "-3", ""],
}


@pytest.fixture(scope="module")
def territory() -> Territory:
    """The three squares of `broken_files`."""
    return make_territory(broken.grids_frame(), id="code")


def told(territory: Territory, parts: list[EventTable]) -> tuple[pa.Table, list[str]]:
    """Answers to parts, joined, and what is said of all of them."""
    wgs84 = parse_datum("wgs84")
    run = EventRun(territory.basis(snap_m=120.0), QUESTION, wgs84, "--datum")
    answers = [
        answer_columns(run.answer(part, read_coordinates(part).positions))
        for part in parts
    ]
    return pa.concat_tables(answers), [*run.about_values, *run.about_places]


@given(data=st.data())
@settings(max_examples=25)
def test_parts_are_answered_as_the_whole(
    territory: Territory, data: st.DataObject
) -> None:
    rows = st.tuples(*map(st.sampled_from, CELLS.values()))
    cells = data.draw(st.lists(rows, min_size=1, max_size=40))
    columns = dict(zip(CELLS, map(list, zip(*cells, strict=True)), strict=True))
    table = EventTable(pa.table(columns))
    ends = sorted(data.draw(st.sets(st.integers(0, len(cells)), max_size=3)))
    spans = zip([0, *ends], [*ends, len(cells)], strict=True)
    parts = [table.take(np.arange(start, end)) for start, end in spans]
    assert told(territory, parts) == told(territory, [table])


def test_row_that_is_refused_is_counted_over_all_parts(territory: Territory) -> None:
    good = {name: [values[0]] for name, values in CELLS.items()}
    bad = good | {"at": ["soon"]}
    parts = [EventTable(pa.table(rows)) for rows in (good, good, bad)]
    with pytest.raises(InputFileError, match="Row 3 of the events has 'soon'"):
        told(territory, parts)


def test_order_of_days_is_that_of_the_question(territory: Territory) -> None:
    cells = {name: [values[0]] for name, values in CELLS.items()}
    table = EventTable(pa.table(cells | {"at": ["09/01/2026 08:00"]}))
    question = RunQuestion(Request(), day_order="mdy", at_column="at")
    run = EventRun(territory.basis(), question, parse_datum("wgs84"), "--datum")
    run.answer(table, read_coordinates(table).positions)
    assert "Asia/Shanghai" in run.about_values[0]
