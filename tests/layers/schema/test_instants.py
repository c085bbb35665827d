"""Times of every form are instants; one without offset is local and counted."""

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.local_time import EPOCH, MILLISECOND
from gis.written_time import read_time
from layers.schema.instants import NO_INSTANT, OPEN, read_instants
from support.makers.duty_files import MORNING


@pytest.mark.parametrize(
    "text",
    [
        "2026-09-07T08:00:00+08:00",
        "2026-09-07T08:00+0800",
        "2026-09-07 00:00:00.000Z",
        "2026-09-07T08:00",
        "2026-09-07T08:00:00.000000",
    ],
)
def test_times_of_every_form_are_one_instant(text: str) -> None:
    assert read_instants(pd.Series([text]), "Asia/Shanghai").values.tolist() == [
        MORNING
    ]


def test_timestamps_are_read_with_and_without_zone() -> None:
    naive = pd.Series(pd.to_datetime(["2026-09-07T08:00", None]))
    aware = naive.dt.tz_localize("Asia/Shanghai")
    for times, is_local in ((naive, [True, False]), (aware, [False, False])):
        instants = read_instants(times, "Asia/Shanghai")
        assert instants.values.tolist() == [MORNING, NO_INSTANT]
        assert instants.is_local.tolist() == is_local


def test_unreadable_times_are_marked_and_not_local() -> None:
    times = pd.Series(["", "soon", None, "2026-13-01T00:00Z"])
    instants = read_instants(times, "Asia/Shanghai")
    assert (instants.values == NO_INSTANT).all()
    assert not instants.is_local.any()


def test_hours_that_clocks_skip_or_repeat_are_no_instant_and_count_as_local() -> None:
    times = pd.Series(["2026-03-29T02:30", "2026-10-25T02:30", "2026-07-01T12:00"])
    instants = read_instants(times, "Europe/Berlin")
    assert instants.values.tolist() == [NO_INSTANT, NO_INSTANT, 1_782_900_000_000]
    assert instants.is_local.all()


@pytest.mark.parametrize(
    "text", ["2026/9/7 8:00", "2026年9月7日 8时", "２０２６－０９－０７ 08:00"]
)
def test_spellings_beside_iso_are_the_same_instant(text: str) -> None:
    instants = read_instants(pd.Series([text, "2026-09-07T00:00Z"]), "Asia/Shanghai")
    assert instants.values.tolist() == [MORNING, MORNING]
    assert instants.is_local.tolist() == [True, False]


def test_day_without_an_hour_is_its_beginning_on_local_clocks() -> None:
    instants = read_instants(pd.Series(["2026-09-07", None]), "Asia/Shanghai")
    assert instants.values.tolist() == [MORNING - 8 * 3_600_000, NO_INSTANT]
    assert instants.is_day.tolist() == [True, False]
    assert not instants.faults


@pytest.mark.parametrize(
    "times",
    [
        pd.Series(["9999-12-31", "1850-01-01T00:00Z"]),
        pd.Series(["9999-12-31", "1850-01-01"], dtype="datetime64[ms]"),
        pd.Series(["9999-12-31", "1850-01-01"], dtype="datetime64[ms, UTC]"),
    ],
    ids=["text", "clock", "zone"],
)
def test_end_of_all_days_is_open_only_where_an_end_may_be(times: pd.Series) -> None:
    ends = read_instants(times, "Asia/Shanghai", may_be_open=True)
    assert ends.values.tolist() == [OPEN, NO_INSTANT]
    assert list(ends.faults) == [1]
    starts = read_instants(times, "Asia/Shanghai")
    assert (starts.values == NO_INSTANT).all()
    assert all("1900 to 2200" in rule for rule in starts.faults.values())
    assert list(starts.faults) == [0, 1]


@pytest.mark.parametrize("number", [20260907, 1_788_739_200, 45_901.5])
def test_numbers_are_no_times(number: float) -> None:
    instants = read_instants(pd.Series([number]), "Asia/Shanghai")
    assert instants.values.tolist() == [NO_INSTANT]
    assert "is no time" in instants.faults[0]


@given(
    st.lists(
        st.datetimes(dt.datetime(1970, 1, 1), dt.datetime(2100, 1, 1)), min_size=1
    ),
    st.sampled_from(["Z", "+08:00", "-0330", ""]),
)
def test_column_is_read_as_each_of_its_cells(
    moments: list[dt.datetime], offset: str
) -> None:
    texts = [f"{moment.isoformat()}{offset}" for moment in moments]
    instants = read_instants(pd.Series(texts), "UTC")
    times = [read_time(text).moment for text in texts]
    aware = [time if time.tzinfo else time.replace(tzinfo=dt.UTC) for time in times]
    assert instants.values.tolist() == [
        (moment - EPOCH) // MILLISECOND for moment in aware
    ]
