"""A noun is that of one after a one alone."""

import pytest

from gis.counts import count_text, noun_for


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 rows"), (1, "1 row"), (2, "2 rows"), (1000, "1,000 rows")],
)
def test_a_noun_goes_with_its_count(count, text):
    assert count_text(count, "row") == text


def test_a_plural_may_be_another_word():
    assert count_text(1, "community", "communities") == "1 community"
    assert [noun_for(count, "is", "are") for count in (1, 2)] == ["is", "are"]
