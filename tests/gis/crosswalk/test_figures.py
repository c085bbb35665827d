"""Figures moved from one system to another: whole, with their bounds."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.crosswalk import Weights, cross, move_figure, weigh
from gis.errors import InvalidLayerError
from support.makers.crosswalks import METRES, lattice_pairs
from support.oracles.plain_crosswalk import dealt_out, plain_crosswalk


@st.composite
def counted_pairs(draw):
    """Two systems, and a figure of each source."""
    pair = draw(lattice_pairs())
    count = len(set(pair.sources.values()))
    return pair, [draw(st.integers(0, 5000)) for _ in range(count)]


@given(counted_pairs())
def test_figures_keep_their_total_and_lie_within_their_bounds(drawn):
    pair, figures = drawn
    walk = cross(*pair.systems, METRES)
    moved = move_figure(weigh(walk), np.array(figures))
    assert moved.values.sum() == sum(figures)
    assert (moved.least <= moved.values).all()
    assert (moved.values <= moved.most).all()


@given(counted_pairs())
def test_figures_are_dealt_out_as_a_recount_does(drawn):
    pair, figures = drawn
    plain = plain_crosswalk(pair.lattice, pair.sources, pair.targets, 1, 0.01)
    walk = cross(*pair.systems, METRES)
    moved = move_figure(weigh(walk), np.array(figures))
    names = [*walk.targets.ids, None]
    wanted, least, most = (dict.fromkeys(names, 0) for _ in range(3))
    for source, figure in zip(walk.sources.ids, figures, strict=True):
        for target, part in dealt_out(figure, plain.weights[source]).items():
            wanted[target] += part
            most[target] += figure
            least[target] += figure * (len(plain.weights[source]) == 1)
    # measures differ from metres in the last digits: a remainder may go next door
    assert np.abs(moved.values - list(wanted.values())).max() <= len(figures)
    assert moved.least.tolist() == list(least.values())
    assert moved.most.tolist() == list(most.values())


def halves(weights):
    rows = np.array([[0, t] for t in range(len(weights) - 1)] + [[0, -1]])
    return Weights(rows, np.array(weights), np.array([False]), len(weights) - 1)


@pytest.mark.parametrize(
    ("weights", "figure", "values"),
    [
        ([0.5, 0.5, 0.0], 7, [4, 3, 0]),
        ([0.0, 0.5, 0.5], 7, [0, 4, 3]),
        ([1 / 3, 1 / 3, 1 / 3], 2, [1, 1, 0]),
        ([0.6, 0.3, 0.1], 1, [1, 0, 0]),
        ([0.29, 0.71, 0.0], 100, [29, 71, 0]),
        ([0.5, 0.5, 0.0], 0, [0, 0, 0]),
    ],
)
def test_largest_remainders_get_the_rest_and_equal_ones_by_id(weights, figure, values):
    assert move_figure(halves(weights), np.array([figure])).values.tolist() == values


@given(st.integers(0, 12), st.lists(st.integers(0, 4), min_size=1, max_size=3))
def test_bounds_are_the_extremes_of_all_ways_to_deal_a_figure_out(figure, pieces):
    shares = np.array([*pieces, 1], dtype=float)
    places = np.flatnonzero(shares)
    rows = np.array([[0, t if t < len(pieces) else -1] for t in places])
    weights = Weights(
        rows, shares[places] / shares.sum(), np.array([False]), len(pieces)
    )
    moved = move_figure(weights, np.array([figure]))
    ways = [
        way
        for way in itertools.product(range(figure + 1), repeat=len(places))
        if sum(way) == figure
    ]
    assert moved.least[places].tolist() == [min(w) for w in zip(*ways, strict=True)]
    assert moved.most[places].tolist() == [max(w) for w in zip(*ways, strict=True)]


@pytest.mark.parametrize(
    ("figures", "words"),
    [
        (np.array([1, 2]), r"shape \(2,\)"),
        (np.array([1.5]), "type float64"),
        (np.array([-3]), "grid 1 is -3"),
    ],
)
def test_figures_that_cannot_be_dealt_out_are_refused(figures, words):
    with pytest.raises(InvalidLayerError, match=words):
        move_figure(halves([1.0, 0.0]), figures)
