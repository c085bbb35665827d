"""Wildcards of patterns are counted, and what escapes nothing is refused."""

import pytest

from layers.collections.filter_tree import FilterError
from layers.collections.like_pattern import MOST_WILDCARDS, count_wildcards


@pytest.mark.parametrize(
    ("pattern", "count"),
    [("", 0), ("a", 0), ("%_", 2), (r"\%\_", 0), (r"\\%", 1), (r"\\\%", 0)],
)
def test_wildcards_are_those_that_are_not_escaped(pattern, count):
    assert count_wildcards(pattern, 1) == count
    assert count_wildcards(pattern, 1, 5) == count + 5


@pytest.mark.parametrize("pattern", ["\\", "a\\", r"\a", r"\\\a", r"%\\\ "])
def test_an_escape_of_nothing_is_refused(pattern):
    with pytest.raises(FilterError, match="before what is no wildcard"):
        count_wildcards(pattern, 1)


def test_more_than_the_most_are_refused():
    assert count_wildcards("%" * MOST_WILDCARDS, 1) == MOST_WILDCARDS
    for pattern, before in (("%" * 33, 0), ("_", 32), ("%" * 4096, 0)):
        with pytest.raises(FilterError, match="wildcards up to here, expected at most"):
            count_wildcards(pattern, 1, before)
