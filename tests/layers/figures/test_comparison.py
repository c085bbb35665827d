"""Two periods are compared inside one set of boundaries, or refused in a sentence."""

import pytest

from gis.models import Instant
from gis.versions import History, Version
from layers.figures.comparison import (
    Period,
    Rebase,
    compare,
    version_of,
    versions_in,
    versions_of,
)
from layers.figures.question import FigureError
from layers.figures.tally import FigureRow, FigureTable

DAY = 86_400_000


def version(number, day, digest):
    return Version(
        "main", number, Instant(day * DAY), Instant(0), "a", "b", "", digest, None
    )


ONE = History("main", (version(1, 0, "d1"),))
SAME = History("main", (version(1, 0, "d1"), version(2, 12, "d1")))
TWO = History("main", (version(1, 0, "d1"), version(2, 12, "d2")))


def row(keys, events):
    empty = FigureRow.empty(keys)
    return FigureRow(keys, {**empty.counts, "events": events}, empty.medians_ms)


def period(first, last, **events):
    rows = tuple(row((key,), count) for key, count in events.items())
    total = row((), sum(events.values()))
    return Period(
        Instant(first * DAY), Instant(last * DAY), FigureTable(total, rows, 0)
    )


@pytest.mark.parametrize("history", [ONE, SAME])
def test_changes_are_shares_of_the_earlier_events(history):
    before, after = period(0, 10, a=4, b=3), period(10, 20, a=1, c=5)
    comparison = compare(history, before, after, "UTC")
    assert [(c.keys, c.before, c.after, c.change) for c in comparison.rows] == [
        (("a",), 4, 1, -0.75),
        (("b",), 3, 0, -1.0),
        (("c",), 0, 5, None),
    ]
    assert (comparison.total.before, comparison.total.after) == (7, 6)
    assert "1970-01-01 / 1970-01-10 against" in comparison.statement
    assert comparison.statement.endswith("both in boundaries d1.")


@pytest.mark.parametrize(
    ("history", "before", "after", "text"),
    [
        (TWO, (0, 10), (12, 22), "from version 1 to version 2"),
        (TWO, (0, 10), (10, 20), "from version 1 to version 2"),
        (History("main"), (0, 10), (10, 20), "No boundaries were in force"),
        (ONE, (0, 10), (9, 19), "overlap or stand in the wrong order"),
        (ONE, (10, 20), (0, 10), "overlap or stand in the wrong order"),
        (ONE, (0, 4), (10, 20), "are not alike"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_both_languages(
    history, before, after, text
):
    with pytest.raises(FigureError, match=text) as refusal:
        compare(history, period(*before, a=1), period(*after, a=1), "UTC")
    assert str(refusal.value).endswith(".")
    assert refusal.value.text_zh.endswith("。")


def test_boundaries_that_change_at_the_end_of_a_period_do_not_change_in_it():
    assert version_of(TWO, (Instant(0), Instant(12 * DAY))).digest == "d1"
    assert version_of(TWO, (Instant(12 * DAY), Instant(20 * DAY))).digest == "d2"
    assert [v.version for v in versions_of(TWO, (Instant(0), Instant(13 * DAY)))] == [
        1,
        2,
    ]


def test_versions_of_a_period_are_those_in_force_at_some_time_of_it():
    def numbers(history, since, until):
        span = Instant(since * DAY), Instant(until * DAY)
        return [version.version for version in versions_in(history, span)]

    assert numbers(TWO, 0, 13) == [1, 2]
    assert numbers(TWO, 12, 20) == [2]
    # before the first there was none
    assert numbers(TWO, -9, 3) == [1]
    assert numbers(TWO, -9, 0) == numbers(History("main"), 0, 9) == []


def test_row_2_23_a_rebased_period_is_compared_and_says_from_what():
    rebase = Rebase({"by_point": 4}, {"outside": 1})
    before, after = period(0, 10, a=4), period(12, 22, a=1)
    comparison = compare(TWO, before, after, "UTC", rebase)
    assert comparison.rebase is rebase
    assert [v.version for v in comparison.versions] == [1]
    assert comparison.version.version == 2
    assert comparison.statement.endswith(
        "both in boundaries d2; facts of 1970-01-01 / 1970-01-10 assigned anew from d1."
    )


def test_a_later_period_across_a_change_is_refused_though_the_earlier_is_rebased():
    with pytest.raises(FigureError, match="rebase=true") as refusal:
        compare(TWO, period(0, 7, a=1), period(8, 16, a=1), "UTC", Rebase({}, {}))
    assert "较晚时段" in refusal.value.text_zh
