"""What holds the corners of cells, carried along and read off exact rays."""

import numpy as np
import pytest
import shapely

from gis.index import Relation
from gis.index.blocks import register
from gis.index.cells import Cell
from gis.index.edges import Edges
from gis.index.layout import NOWHERE
from gis.index.records import Patch
from gis.index.sweep import hold_row_start, kept_parts, move_east, whole_cell_entry
from support.makers.hard_points import lattice
from support.oracles.plain_index import (
    cells_of,
    edges_in,
    edges_of_polygons,
    even_axes,
    parts_at,
)

NONE = np.empty(0, np.int32)
SCENES = {
    "lattice": lattice(4),
    "corners on the lines between cells": shapely.box(
        [0, 1, 2, 0], [0, 0, 1, 1], [1, 3, 3, 2], [1, 1, 3, 3]
    ),
    "overlapping triangles": shapely.polygons(
        np.random.default_rng(6).uniform(0, 9, (8, 3, 2))
    ),
}


@pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES)
def test_corners_of_a_block_are_held_by_the_parts_that_rays_say(scene):
    edges = edges_of_polygons(scene)
    axes = even_axes(edges, 6, 3)
    every = np.arange(len(edges.first), dtype=np.int32)
    starts, lists = register(edges, every, *axes)
    outside = Patch(Cell(0.0, 0.0, 0.0, 0.0), NONE, NONE, 0)
    holders = np.empty(len(edges.row_of_part), np.int32)
    for number, cell in enumerate(cells_of(*axes)):
        if number % 6 == 0:
            count = hold_row_start(edges, outside, cell.south, holders)
        assert set(holders[:count]) == parts_at(edges, cell.west, cell.south)
        touching = lists[starts[number] : starts[number + 1]]
        count = move_east(edges, touching, cell, holders, count)


@pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES)
def test_rows_inside_a_cell_start_with_the_parts_that_rays_say(scene):
    edges = edges_of_polygons(scene)
    random = np.random.default_rng(2)
    for cell in cells_of(*even_axes(edges, 3, 3)):
        touching = np.array(sorted(edges_in(edges, cell)), np.int32)
        own = np.array(sorted(parts_at(edges, cell.west, cell.south)), np.int32)
        holders = np.empty(len(own) + 2 * len(touching), np.int32)
        for south in (cell.south, *random.uniform(cell.south, cell.north, 4).tolist()):
            count = hold_row_start(edges, Patch(cell, touching, own, 1), south, holders)
            assert set(holders[:count]) == parts_at(edges, cell.west, south)


def edges_with(row_of_part, left=(), right=()):
    """Edges of which only the owners are asked."""
    vertices = np.zeros((len(left) + 1, 2))
    first = np.arange(len(left), dtype=np.int32)
    owners = (np.array(side, np.int32) for side in (left, right))
    return Edges(vertices, first, *owners, np.array(row_of_part, np.int32))


@pytest.mark.parametrize(
    ("parts", "row", "relation"),
    [
        ([3], 2, Relation.INSIDE),
        ([1, 0], 0, Relation.INSIDE),
        ([2, 1], 0, Relation.OVERLAP),
        ([3, 2], 1, Relation.OVERLAP),
        ([3, 2, 1, 0], 0, Relation.OVERLAP),
    ],
    ids=["one part", "two of one row", "two rows", "two higher rows", "all"],
)
def test_cell_without_edges_belongs_to_the_lowest_row_that_holds_it(
    parts, row, relation
):
    edges = edges_with([0, 0, 1, 2])
    entry = whole_cell_entry(edges, np.array(parts, np.int32))
    assert (entry >> 2, entry & 3) == (row, relation)


def test_cell_that_nothing_holds_is_nowhere():
    assert whole_cell_entry(edges_with([0]), NONE) == NOWHERE


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([], []),
        ([5, 4, 3, 2], [2, 3]),
        ([5, 0, 4, 3], [0, 3, 4]),
        ([1, 0], [0, 1]),
        ([2, 6, 7], [2, 6]),
    ],
)
def test_owners_are_kept_and_two_lowest_rows_of_the_others(parts, expected):
    # parts 0 and 1 own an edge; 6 and 7 are of one row
    edges = edges_with([0, 1, 2, 3, 4, 5, 6, 6], left=[0, 0], right=[1, -1])
    touching = np.array([0, 1], np.int32)
    assert sorted(kept_parts(edges, touching, np.array(parts, np.int32))) == expected


def test_second_part_of_the_lowest_row_decides_nothing_and_is_left_out():
    edges = edges_with([0, 0, 1])
    assert sorted(kept_parts(edges, NONE, np.array([2, 1, 0], np.int32))) == [0, 2]
