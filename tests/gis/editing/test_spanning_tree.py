import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.editing.spanning_tree import spanning_tree


@st.composite
def graphs(draw):
    """Up to nine blocks that hang together, with a weight each and long borders."""
    count = draw(st.integers(1, 9))
    pairs = {(draw(st.integers(0, block - 1)), block) for block in range(1, count)}
    more = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1))
    pairs |= {
        tuple(sorted(pair)) for pair in draw(st.lists(more)) if pair[0] != pair[1]
    }
    sides = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)
    seed = draw(st.integers(0, 99))
    return count, sides, np.random.default_rng(seed)


def reached(sides, start, within):
    """Blocks that are reached from one inside a set."""
    seen, before = {start}, 0
    while len(seen) > before:
        before = len(seen)
        for pair in sides.tolist():
            if seen.intersection(pair) and within.issuperset(pair):
                seen.update(pair)
    return seen


@given(graphs())
def test_each_branch_and_its_rest_hang_together_and_sum_up(graph):
    count, sides, rng = graph
    weights, lengths = rng.integers(0, 9, count), rng.integers(1, 9, len(sides))
    tree = spanning_tree(count, sides, rng.random(len(sides)))
    assert sorted(tree.order.tolist()) == list(range(count))
    sums = tree.sums(weights.astype(float))
    borders = tree.cut_lengths(sides, lengths.astype(float))
    for number in range(count - 1):
        branch = set(tree.branch(number).tolist())
        rest = set(range(count)) - branch
        assert reached(sides, min(branch), branch) == branch
        assert reached(sides, min(rest), rest) == rest
        assert sums[number] == sum(weights[block] for block in branch)
        assert borders[number] == sum(
            length
            for pair, length in zip(sides.tolist(), lengths, strict=True)
            if len(branch.intersection(pair)) == 1
        )


@given(graphs())
def test_tree_has_the_lowest_keys(graph):
    count, sides, rng = graph
    keys = rng.permutation(len(sides)).astype(float)
    tree = spanning_tree(count, sides, keys)
    for number in range(count - 1):
        branch = set(tree.branch(number).tolist())
        crossing = [
            (key, pair)
            for pair, key in zip(sides.tolist(), keys, strict=True)
            if len(branch.intersection(pair)) == 1
        ]
        # by the cut property the lowest key over a cut is in every lowest tree
        lowest = min(crossing)[1]
        assert int(tree.order[number + 1]) in lowest


def test_blocks_that_lie_apart_have_no_tree():
    assert spanning_tree(3, np.array([[0, 1]]), np.array([0.5])) is None


def test_sums_of_several_columns_stand_side_by_side():
    tree = spanning_tree(2, np.array([[0, 1]]), np.array([0.5]))
    assert tree.sums(np.array([[1.0, 2.0], [3.0, 4.0]])) == pytest.approx(
        np.array([[3.0, 4.0]])
    )
