"""Times of events in a file: instants, or a sentence on the first that is none."""

import pyarrow as pa
import pytest

from api.service.inputs.times import occurred_at
from gis.errors import InputFileError
from layers.files import EventTable
from layers.schema.instants import NO_INSTANT
from support.makers.square_town import TIMEZONE, local

NINE = local("2026-09-10T09:00")


def table(*times: str | None) -> EventTable:
    """Events at times."""
    return EventTable(pa.table({"at": list(times)}))


def test_events_without_a_column_have_no_times() -> None:
    assert occurred_at(table("soon"), None, TIMEZONE) == (None, [])


def test_times_with_and_without_offset_are_instants() -> None:
    times = table("2026-09-10T09:00:00+08:00", "2026-09-10 09:00", "2026-09-10T01:00Z")
    instants, notices = occurred_at(times, "at", TIMEZONE)
    assert instants.tolist() == [NINE] * 3
    assert notices == [f"1 times have no offset: taken as local in {TIMEZONE}."]


def test_empty_times_are_counted() -> None:
    instants, notices = occurred_at(
        table("2026-09-10T01:00Z", " ", None), "at", TIMEZONE
    )
    assert instants.tolist() == [NINE, NO_INSTANT, NO_INSTANT]
    assert notices == ["2 events have no time: answered as before the first duty."]


def test_first_cell_that_is_no_time_is_named_with_the_count_of_others() -> None:
    times = table("2026-09-10T01:00Z", "soon", "late")
    sentence = "Row 2 of the events has 'soon' in 'at', and 1 more rows are such"
    with pytest.raises(InputFileError, match=sentence):
        occurred_at(times, "at", TIMEZONE)


def test_time_that_local_clocks_show_twice_is_refused() -> None:
    with pytest.raises(InputFileError, match="show once"):
        occurred_at(table("2026-10-25T02:30"), "at", "Europe/Berlin")


def test_column_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(InputFileError, match=r"no column 'when'; they have \['at'\]"):
        occurred_at(table("2026-09-10T01:00Z"), "when", TIMEZONE)
