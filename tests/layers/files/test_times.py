"""Times of events in a file: instants, or a sentence on the first that is none."""

import numpy as np
import pyarrow as pa
import pytest
from numpy.typing import NDArray

from gis.errors import InputFileError
from gis.roster import NO_HOUR
from layers.files import EventTable
from layers.files.times import EventTimes
from support.makers.square_town import TIMEZONE, local

NINE = local("2026-09-10T09:00")


def table(*times: str | None) -> EventTable:
    """Events at times."""
    return EventTable(pa.table({"at": list(times)}))


def occurred_at(
    events: EventTable, column: str, timezone: str
) -> tuple[NDArray[np.int64], list[str]]:
    """Instants of one part, and what is said about them."""
    times = EventTimes(column, timezone)
    return times.read(events), times.notices()


def test_parts_are_counted_together_and_rows_go_on() -> None:
    times = EventTimes("at", TIMEZONE)
    assert times.read(table("2026-09-10 09:00", "")).tolist() == [NINE, NO_HOUR]
    assert times.read(table("2026-09-10 09:00")).tolist() == [NINE]
    assert times.notices() == [
        f"2 times have no offset: taken as local in {TIMEZONE}.",
        "1 event has no time: who was on duty then is not answered (no_time).",
    ]
    with pytest.raises(InputFileError, match="Row 5 of the events has 'soon'"):
        times.read(table("2026-09-10 09:00", "soon"))


def test_times_with_and_without_offset_are_instants() -> None:
    times = table("2026-09-10T09:00:00+08:00", "2026-09-10 09:00", "2026-09-10T01:00Z")
    instants, notices = occurred_at(times, "at", TIMEZONE)
    assert instants.tolist() == [NINE] * 3
    assert notices == [f"1 time has no offset: taken as local in {TIMEZONE}."]


def test_empty_times_are_counted() -> None:
    instants, notices = occurred_at(
        table("2026-09-10T01:00Z", " ", None), "at", TIMEZONE
    )
    assert instants.tolist() == [NINE, NO_HOUR, NO_HOUR]
    assert notices == [
        "2 events have no time: who was on duty then is not answered (no_time)."
    ]


@pytest.mark.parametrize("day", ["2026-09-10", "2026/9/10", "２０２６年９月１０日"])
def test_day_without_an_hour_is_counted_and_answers_no_duty(day: str) -> None:
    instants, notices = occurred_at(table(day), "at", TIMEZONE)
    assert instants.tolist() == [NO_HOUR]
    assert notices == [
        "1 event has a day without an hour: who was on duty then is not answered "
        "(no_time)."
    ]


@pytest.mark.parametrize(
    "text", ["2026", "2026-09", "20260910", "2026-09-10 08-15", "2026-09-10T08:15+8"]
)
def test_what_could_be_read_in_two_ways_is_refused(text: str) -> None:
    with pytest.raises(InputFileError, match="is no time, expected a time such as"):
        occurred_at(table("2026-09-10T01:00Z", text), "at", TIMEZONE)


def test_first_cell_that_is_no_time_is_named_with_the_count_of_others() -> None:
    times = table("2026-09-10T01:00Z", "soon", "late")
    sentence = "Row 2 of the events has 'soon' in 'at', and 1 more row is such"
    with pytest.raises(InputFileError, match=sentence):
        occurred_at(times, "at", TIMEZONE)


def test_time_that_local_clocks_show_twice_is_refused() -> None:
    with pytest.raises(InputFileError, match="shown twice"):
        occurred_at(table("2026-10-25T02:30"), "at", "Europe/Berlin")


def test_column_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(InputFileError, match=r"no column 'when'; they have \['at'\]"):
        occurred_at(table("2026-09-10T01:00Z"), "when", TIMEZONE)


@pytest.mark.parametrize(
    ("times", "count"),
    [
        (["2026-09-10 00:00", "2026-09-11T00:00:00", "2026-09-11T16:00Z"], 1),
        (["2026-09-10 00:00", "2026-09-11 09:00"], 0),
        (["2026-09-10 00:00"], 0),
        (["2026-09-10T00:00Z", "2026-09-11T00:00Z"], 0),
    ],
    ids=["all midnights", "one hour", "a single event", "midnight elsewhere"],
)
def test_a_column_of_midnights_is_named(times: list[str], count: int) -> None:
    _, notices = occurred_at(table(*times), "at", TIMEZONE)
    assert sum("times are midnight" in notice for notice in notices) == count


def test_a_cell_that_is_no_text_is_named_as_it_is_written() -> None:
    events = EventTable(pa.table({"at": [46266.25]}))
    with pytest.raises(InputFileError, match=r"has '46266.25' in 'at'"):
        occurred_at(events, "at", TIMEZONE)
