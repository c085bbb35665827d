"""Records of duties: what is refused, and what a ledger has after more of them."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.errors import InvalidLayerError
from gis.roster import Duty
from gis.roster.duties import (
    add_duties,
    check_duties,
    check_newer,
    check_not_before,
    in_force,
)

POSTS = {"P", "Q"}
FIRST = Duty("a", "P", "L1", 0, 10, 5)


def test_post_of_each_duty_is_returned_whatever_its_records():
    later = replace(FIRST, recorded_at=6, cancelled=True)
    other = Duty("b", "Q", "L2", 0, 10, 5)
    assert check_duties([FIRST, later, other], POSTS) == {"a": "P", "b": "Q"}


@pytest.mark.parametrize(
    ("second", "sentence"),
    [
        (Duty("b", "X", "L1", 0, 10, 5), r"'b' \(row 2\) is of post 'X'"),
        (Duty("b", "P", "L1", 10, 10, 5), r"'b' \(row 2\) ends at .*00\.010"),
        (replace(FIRST, holder_id="L2"), r"'a' \(row 2\) has two records"),
        (Duty("a", "Q", "L1", 0, 10, 6), "'a' is of post 'Q' and of post 'P'"),
    ],
    ids=["unknown post", "no length", "recorded twice at one time", "moved"],
)
def test_record_that_cannot_be_a_duty_is_named_by_its_row(second, sentence):
    with pytest.raises(InvalidLayerError, match=sentence):
        check_duties([FIRST, second], POSTS)


@pytest.mark.parametrize("recorded_at", [4, 5])
def test_record_must_be_later_than_the_one_it_supersedes(recorded_at):
    ledger = add_duties({}, [FIRST])
    check_newer([replace(FIRST, recorded_at=6)], ledger, {"a": "P"})
    with pytest.raises(InvalidLayerError, match="not after its last record"):
        check_newer([replace(FIRST, recorded_at=recorded_at)], ledger, {"a": "P"})


def test_duty_stays_with_its_post_even_where_the_ledger_lacks_it():
    with pytest.raises(InvalidLayerError, match="stays with its post"):
        check_newer([FIRST], {}, {"a": "Q"})


def test_record_may_be_of_the_last_revision_but_not_before_it():
    check_not_before([FIRST], None)
    check_not_before([FIRST], 5)
    with pytest.raises(InvalidLayerError, match=r"00\.005.* before .*00\.006"):
        check_not_before([FIRST], 6)


def test_ledger_that_is_added_to_stays_as_it_was():
    ledger = add_duties({}, [FIRST])
    changed = add_duties(ledger, [replace(FIRST, holder_id="L2", recorded_at=6)])
    assert ledger == {"P": {"a": FIRST}}
    assert changed["P"]["a"].holder_id == "L2"


def test_refused_record_leaves_the_ledger_as_it_was():
    ledger = add_duties({}, [FIRST])
    with pytest.raises(InvalidLayerError, match=r"overlap from .*00\.009.*00\.010"):
        add_duties(ledger, [Duty("b", "P", "L2", 9, 20, 6)])
    assert ledger == {"P": {"a": FIRST}}


def test_overlap_names_the_rows_where_they_are_known():
    other = Duty("b", "P", "L2", 9, 20, 5, row=7)
    with pytest.raises(InvalidLayerError, match=r"'a' and 'b' \(row 7\) of post 'P'"):
        add_duties({}, [FIRST, other])


@given(st.permutations(range(5)), st.sets(st.integers(0, 4)))
def test_duties_in_force_are_in_order_of_time_without_the_cancelled(order, cancelled):
    records = [
        Duty(f"d{n}", "P", "L1", 10 * n, 10 * n + 10, 0, cancelled=n in cancelled)
        for n in order
    ]
    ledger = add_duties({}, records)
    starts = [duty.starts_at for duty in in_force(ledger, "P")]
    assert starts == [10 * n for n in range(5) if n not in cancelled]
    assert in_force(ledger, "Q") == []
