"""Neighbours joined into groups, against a plain recount."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.crosswalk.grouping import join_neighbours
from gis.errors import InvalidLayerError


@st.composite
def neighbourhoods(draw):
    """Whole weights and borders of up to eight units."""
    count = draw(st.integers(1, 8))
    weights = draw(st.lists(st.integers(1, 9), min_size=count, max_size=count))
    pairs = [(low, high) for high in range(count) for low in range(high)]
    borders = {pair: length for pair in pairs if (length := draw(st.integers(0, 4)))}
    return weights, borders, draw(st.integers(1, count))


def parts(count, borders):
    """How many parts hang together."""
    label = list(range(count))
    for low, high in borders:
        old, new = label[high], label[low]
        label = [new if each == old else each for each in label]
    return len(set(label))


def plain_groups(weights, borders, count):
    """The rule, word by word, on sets of units."""
    groups = [frozenset([row]) for row in range(len(weights))]
    # a group stands at the row that the others joined
    row_of = {group: row for row, group in enumerate(groups)}

    def weight(group):
        return sum(weights[row] for row in group)

    def border(group, other):
        return sum(
            length
            for (low, high), length in borders.items()
            if (low in group and high in other) or (high in group and low in other)
        )

    while len(groups) > count:
        joinable = [
            g for g in groups if any(border(g, o) for o in groups if o is not g)
        ]
        light = min(joinable, key=lambda g: (weight(g), row_of[g]))
        near = [o for o in groups if o is not light and border(light, o)]
        into = max(near, key=lambda o: (border(light, o) / weight(o), -row_of[o]))
        groups = [g for g in groups if g not in (light, into)] + [light | into]
        row_of[light | into] = row_of[into]
    return set(groups)


@given(neighbourhoods())
def test_groups_are_those_of_a_plain_recount(drawn):
    weights, borders, count = drawn
    if parts(len(weights), borders) > count:
        with pytest.raises(InvalidLayerError, match="parts at least"):
            join_neighbours(np.array(weights, dtype=float), borders, count)
        return
    labels = join_neighbours(np.array(weights, dtype=float), borders, count)
    groups = {
        frozenset(np.flatnonzero(labels == label).tolist()) for label in range(count)
    }
    assert groups == plain_groups(weights, borders, count)
    assert [labels.tolist().index(label) for label in range(count)] == sorted(
        labels.tolist().index(label) for label in range(count)
    )


@pytest.mark.parametrize("count", [0, 3])
def test_number_of_groups_that_cannot_be_is_refused(count):
    with pytest.raises(InvalidLayerError, match="2 pieces to be joined into"):
        join_neighbours(np.ones(2), {(0, 1): 1.0}, count)
