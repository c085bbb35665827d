"""How two times lie to each other, against a table of the standard."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.collections.filter_times import FIRST, LAST, TEMPORAL, Span
from support.oracles.plain_filter import LIES, lie

DAYS = st.integers(1, 4)
ENDS = DAYS | st.none() | st.just("..")


def text_of(end, unbounded):
    """An end as columns have it."""
    return unbounded if end == ".." else f"2026-09-{end:02d}" if end else None


def span_of(pairs):
    """Spans as two columns."""
    columns = zip(*pairs, strict=True)
    return Span(
        *(
            pa.array([text_of(end, edge.as_py()) for end in ends], pa.large_string())
            for ends, edge in zip(columns, (FIRST, LAST), strict=True)
        )
    )


@given(st.lists(st.tuples(ENDS, ENDS, ENDS, ENDS), min_size=1, max_size=6))
def test_functions_say_what_the_standard_says(quads):
    first, second = ([quad[n : n + 2] for quad in quads] for n in (0, 2))
    for op, judge in TEMPORAL.items():
        answers = judge(span_of(first), span_of(second)).to_pylist()
        assert answers == [
            lie(op, *pair) for pair in zip(first, second, strict=True)
        ], op


def test_every_function_of_the_standard_is_there():
    assert {*TEMPORAL} == {*LIES, "t_disjoint"}
    assert len(TEMPORAL) == 15


@pytest.mark.parametrize("op", ["t_equals", "t_intersects"])
def test_an_interval_without_bounds_is_all_time(op):
    all_time = Span(FIRST, LAST)
    assert TEMPORAL[op](all_time, all_time).as_py() is True
    day = pa.scalar("2026-09-01", pa.large_string())
    is_met = TEMPORAL[op](all_time, Span(day, day)).as_py()
    assert is_met is (op == "t_intersects")
