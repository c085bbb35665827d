"""Medians by buckets are those of sorted values, however coarse the buckets are."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.tally import OCTAVES, fineness, medians_of, ranges_of
from gis.tally.medians import bucket_of, floor_of, select

SPANS = st.integers(-5, 40) | st.integers(-(2**40), 2**52)


@pytest.mark.parametrize("bits", [2, 4, 5])
def test_the_least_span_of_a_bucket_is_the_first_one_in_it(bits):
    for number in range(1, 48 << bits):
        least = floor_of(number, bits)
        if floor_of(number + 1, bits) == least:
            continue  # no whole number lies in it
        assert bucket_of(least, bits) == number
        assert bucket_of(least - 1, bits) < number


@given(st.lists(st.lists(SPANS, max_size=9), min_size=1, max_size=3), st.integers(2, 5))
def test_medians_equal_those_of_sorted_values(groups, bits):
    buckets = np.zeros((1, len(groups), 1, OCTAVES << bits), np.int32)
    for group, spans in enumerate(groups):
        for span in spans:
            buckets[0, group, 0, bucket_of(span, bits)] += 1
    ranges = np.empty((len(groups), 1, 2), np.int64)
    counts = np.empty((len(groups), 1, 3), np.int64)
    ranges_of(buckets, bits, ranges, counts)
    values, starts = [], [0]
    for (least, width), spans in zip(ranges[:, 0].tolist(), groups, strict=True):
        values += [span for span in spans if least <= span < least + width]
        starts.append(len(values))
    medians = medians_of(ranges, counts, np.array(starts), np.array(values, np.int64))
    expected = [np.median(spans) if spans else np.nan for spans in groups]
    np.testing.assert_array_equal(medians[:, 0], expected)
    assert counts[:, 0, 2].tolist() == np.diff(starts).tolist()


def test_octaves_are_shared_out_more_coarsely_where_there_are_many_groups():
    shares = [fineness(groups, 8) for groups in (1, 100, 1000, 10_000)]
    assert shares == [5, 5, 2, 2]


@given(st.lists(st.integers(-9, 9), min_size=1, max_size=40), st.data())
def test_a_selected_value_stands_between_smaller_and_greater_ones(numbers, data):
    place = data.draw(st.integers(0, len(numbers) - 1))
    values = np.array(numbers, np.int64)
    assert select(values, place) == sorted(numbers)[place] == values[place]
    assert max(values[:place], default=-9) <= values[place] <= min(values[place:])
    assert sorted(values.tolist()) == sorted(numbers)
