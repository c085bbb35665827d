"""Regions of neighbouring grids are connected, nested and as many as ordered."""

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis.synthetic.regions import (
    border_lengths,
    group_neighbours,
    group_upwards,
    join_regions,
    split_into_pieces,
)

X, Y = np.mgrid[0:5, 0:4].reshape(2, -1)
SQUARES = shapely.box(X, Y, X + 1, Y + 1)
BORDERS = border_lengths(SQUARES)
weights = st.lists(st.floats(0.1, 50), min_size=20, max_size=20).map(np.array)


def pieces_of(labels):
    """Sets of squares of one label that hang together, by walking from each."""
    pieces, waiting = [], set(range(len(labels)))
    while waiting:
        open_squares, piece = [waiting.pop()], set()
        while open_squares:
            square = open_squares.pop()
            piece.add(square)
            near = {
                other
                for other in waiting
                if abs(X[square] - X[other]) + abs(Y[square] - Y[other]) == 1
                and labels[other] == labels[square]
            }
            waiting -= near
            open_squares += near
        pieces.append(frozenset(piece))
    return set(pieces)


def groups_of(labels):
    return {frozenset(np.flatnonzero(labels == n).tolist()) for n in set(labels)}


def test_borders_of_squares_are_one_between_neighbours_and_zero_else():
    steps = np.abs(X[:, None] - X) + np.abs(Y[:, None] - Y)
    np.testing.assert_allclose(BORDERS, (steps == 1).astype(float))


def test_border_of_several_lines_is_their_sum():
    comb = shapely.difference(shapely.box(0, 0, 3, 9), shapely.box(2, 3, 3, 6))
    lengths = border_lengths(np.array([comb, shapely.box(3, 0, 5, 9)]))
    assert lengths.tolist() == [[0.0, 6.0], [6.0, 0.0]]


@given(weights, st.integers(1, 20))
def test_regions_are_connected_and_as_many_as_ordered(weights, count):
    labels = group_neighbours(weights, BORDERS, count)
    assert set(labels.tolist()) == set(range(count))
    assert pieces_of(labels) == groups_of(labels)


def test_lightest_region_joins_the_longest_border_for_its_weight():
    borders = np.array([[0.0, 2.0, 3.0], [2.0, 0.0, 0.0], [3.0, 0.0, 0.0]])
    assert group_neighbours(np.array([1.0, 2.0, 9.0]), borders, 2).tolist() == [0, 0, 1]
    assert group_neighbours(np.array([1.0, 7.0, 9.0]), borders, 2).tolist() == [1, 0, 1]


def test_grouping_changes_none_of_its_arguments():
    weights, borders = np.ones(20), BORDERS.copy()
    group_neighbours(weights, borders, 3)
    assert (weights == 1).all()
    assert (borders == BORDERS).all()


@given(weights)
def test_every_region_has_one_parent_in_the_grouping_above(weights):
    groupings = group_upwards(weights, BORDERS, (9, 4, 1))
    assert [len(set(labels.tolist())) for labels in groupings] == [9, 4, 1]
    for lower, upper in pairwise(groupings):
        parents = set(zip(lower.tolist(), upper.tolist(), strict=True))
        assert len(parents) == len(set(lower.tolist()))
        assert pieces_of(upper) == groups_of(upper)


def test_regions_that_exist_are_joined_whole():
    columns = X.astype(np.int64)
    labels = join_regions(columns, np.ones(20), BORDERS, 2)
    assert len(set(labels.tolist())) == 2
    assert all(len(set(labels[columns == n].tolist())) == 1 for n in range(5))


@given(st.lists(st.integers(0, 2), min_size=20, max_size=20))
def test_pieces_of_one_label_that_do_not_touch_differ(labels):
    split = split_into_pieces(np.array(labels), BORDERS)
    assert groups_of(split) == pieces_of(np.array(labels))
    assert set(split.tolist()) == set(range(len(pieces_of(np.array(labels)))))


@pytest.mark.parametrize("count", [1, 20])
def test_one_region_or_each_square_alone_are_the_ends(count):
    labels = group_neighbours(np.ones(20), BORDERS, count)
    assert labels.tolist() == (list(range(20)) if count == 20 else [0] * 20)
