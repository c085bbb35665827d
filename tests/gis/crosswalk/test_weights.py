"""Weights of pieces by area and by items."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import box

from gis.crosswalk import count_items, cross, grid_system, weigh
from gis.synthetic import make_x_town
from support.makers.crosswalks import METRES, lattice_pairs
from support.oracles.plain_crosswalk import plain_crosswalk


def shares(walk, weights):
    """Weight by the ids of source and target, None for outside."""
    names = [(*system.ids, None) for system in (walk.sources, walk.targets)]
    return {
        (names[0][s], names[1][t]): weight
        for (s, t), weight in zip(weights.rows, weights.weights, strict=True)
    }


@given(lattice_pairs())
def test_weights_by_area_are_those_of_a_recount(pair):
    plain = plain_crosswalk(pair.lattice, pair.sources, pair.targets, 1, 0.01)
    walk = cross(*pair.systems, METRES)
    weights = shares(walk, weigh(walk))
    wanted = {
        (source, target): float(share)
        for source, of_source in plain.weights.items()
        for target, share in of_source.items()
    }
    assert weights == pytest.approx(wanted, abs=1e-6)


@st.composite
def peopled_pairs(draw):
    """Two systems, and points with counts in the middle of cells."""
    pair = draw(lattice_pairs())
    cells = draw(st.lists(st.sampled_from(pair.lattice.cells), max_size=12))
    counts = [draw(st.integers(0, 9)) for _ in cells]
    return pair, cells, counts


@given(peopled_pairs())
def test_weights_by_items_sum_to_one_and_are_those_of_a_recount(drawn):
    pair, cells, counts = drawn
    walk = cross(*pair.systems, METRES)
    boxes = [box(*pair.lattice.box(cell)) for cell in cells]
    x, y = (np.array([getattr(b.centroid, axis) for b in boxes]) for axis in "xy")
    amounts = count_items(walk, x, y, np.array(counts, dtype=float))
    weights = weigh(walk, amounts)
    sums = np.bincount(weights.rows[:, 0], weights.weights)
    assert sums == pytest.approx(np.ones(len(walk.sources.ids)), abs=1e-12)
    # nobody is lost: where owners share only noise, a piece of the source takes them
    of_source = dict.fromkeys(walk.sources.ids, 0)
    for cell, count in zip(cells, counts, strict=True):
        if cell in pair.sources:
            of_source[pair.sources[cell]] += count
    per_source = np.bincount(
        walk.rows[:, 0] + 1, amounts, minlength=len(walk.sources.ids) + 1
    )
    assert per_source[1:].tolist() == list(of_source.values())
    assert weights.is_by_area.tolist() == [n == 0 for n in of_source.values()]
    plain = plain_crosswalk(pair.lattice, pair.sources, pair.targets, 1, 0.01)
    if all(width >= 1 for width in plain.width.values()):
        for (source, target), weight in shares(walk, weights).items():
            there = sum(
                count
                for cell, count in zip(cells, counts, strict=True)
                if pair.sources.get(cell) == source and pair.targets.get(cell) == target
            )
            if of_source[source]:
                assert weight == pytest.approx(there / of_source[source])


def rectangles(**bounds):
    return grid_system(bounds, [box(*bound) for bound in bounds.values()])


HALVES = rectangles(P=(0, 0, 50, 100), Q=(50, 0, 100, 100))


def test_residents_follow_their_houses():
    walk = cross(rectangles(A=(0, 0, 100, 100)), HALVES, METRES)
    amounts = count_items(
        walk, np.array([10.0, 60.0]), np.array([5.0, 5.0]), np.array([30.0, 10.0])
    )
    assert shares(walk, weigh(walk, amounts)) == {("A", "P"): 0.75, ("A", "Q"): 0.25}


def test_point_on_a_border_goes_to_the_lowest_id():
    walk = cross(rectangles(A=(0, 0, 100, 100)), HALVES, METRES)
    assert count_items(walk, np.array([50.0]), np.array([5.0])).tolist() == [1.0, 0.0]


def test_point_whose_owners_share_no_ground_counts_for_the_piece_next_to_it():
    # on the corner of all four: A by its id, and P, which lies in B alone
    sources = rectangles(A=(0, 0, 50, 100), B=(50, 0, 100, 100))
    targets = rectangles(P=(50, 0, 100, 100), Q=(0, 0, 50, 100))
    walk = cross(sources, targets, METRES)
    amounts = count_items(walk, np.array([50.0]), np.array([5.0]))
    weights = weigh(walk, amounts)
    assert shares(walk, weights) == {("A", "Q"): 1.0, ("B", "P"): 1.0}
    assert weights.is_by_area.tolist() == [False, True]


def test_point_on_a_sliver_counts_for_the_nearest_piece_of_its_source():
    targets = rectangles(P=(0, 0, 30, 100), Q=(30, 0, 99.9, 100), R=(99.9, 0, 300, 100))
    walk = cross(rectangles(A=(0, 0, 100, 100)), targets, METRES)
    amounts = count_items(walk, np.array([99.95]), np.array([5.0]))
    weights = shares(walk, weigh(walk, amounts))
    assert weights == {("A", "P"): 0.0, ("A", "Q"): 1.0}


def test_points_outside_the_targets_weigh_for_outside():
    walk = cross(rectangles(A=(0, 0, 100, 100)), rectangles(P=(0, 0, 50, 100)), METRES)
    x = np.array([10.0, 60.0, 70.0, 900.0])
    weights = weigh(walk, count_items(walk, x, np.full(4, 5.0)))
    assert shares(walk, weights) == pytest.approx(
        {("A", "P"): 1 / 3, ("A", None): 2 / 3}
    )


def test_slivers_have_no_weight():
    targets = rectangles(P=(0, 0, 99.9, 100), Q=(99.9, 0, 300, 100))
    walk = cross(rectangles(A=(0, 0, 100, 100)), targets, METRES)
    assert shares(walk, weigh(walk)) == {("A", "P"): 1.0}


def test_lineage_of_x_town_comes_out_again():
    merged = make_x_town()
    grids = merged.town.grids
    targets = grid_system(grids["grid_id"], grids.geometry.to_numpy())
    pairs = []
    for name, former in merged.former.items():
        sources = grid_system(former["grid_id"], former.geometry.to_numpy())
        walk = cross(sources, targets, gpd.GeoDataFrame(grids).crs)
        pairs += [(name, *ids, w) for ids, w in shares(walk, weigh(walk)).items()]
    columns = ["system", "from_id", "to_id", "share"]
    rows = pd.DataFrame(pairs, columns=columns).sort_values(columns[:3])
    lineage = merged.lineage.sort_values(columns[:3])
    assert len(rows) == len(lineage) == 88
    assert (
        rows[columns[:3]].to_numpy().tolist()
        == lineage[columns[:3]].to_numpy().tolist()
    )
    assert rows["share"].to_numpy() == pytest.approx(lineage["share"], abs=1e-6)
