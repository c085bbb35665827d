"""Times of every form are instants; one without offset is local and counted."""

import pandas as pd
import pytest

from layers.schema.instants import NO_INSTANT, read_instants
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
