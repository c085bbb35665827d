"""Blocks: which edges each cell lists, and where its entry leads."""

from itertools import pairwise

import numpy as np
import pytest
import shapely

from gis.index.blocks import Block, register, write_head
from gis.index.build import compile_words
from gis.index.cells import Cell
from gis.index.layout import (
    BLOCK_HEAD,
    ROOT,
    block_bit,
    is_answer,
    word_of,
)
from gis.index.records import Patch
from support.makers.hard_points import exact_relate, hard_scenes, lattice
from support.oracles.plain_index import (
    cells_of,
    edges_in,
    edges_of_polygons,
    even_axes,
)

NONE = np.empty(0, np.int32)
SCENES = {
    "lattice": lattice(4),
    "corners on the lines between cells": shapely.box([0, 2], [0, 0], [2, 4], [2, 4]),
    "slivers": hard_scenes()["diagonal slivers"][:20],
}


@pytest.fixture(scope="module", params=SCENES.values(), ids=SCENES)
def registered(request):
    """Edges, cells, and the edges that each cell lists."""
    edges = edges_of_polygons(request.param)
    axes = even_axes(edges, 8, 4)
    every = np.arange(len(edges.first), dtype=np.int32)
    starts, lists = register(edges, every, *axes)
    assert len(starts) == 8 * 4 + 1
    edge_lists = [lists[a:b].tolist() for a, b in pairwise(starts)]
    return edges, cells_of(*axes), edge_lists


def test_every_edge_that_touches_the_inside_of_a_cell_is_listed(registered):
    edges, cells, edge_lists = registered
    for cell, numbers in zip(cells, edge_lists, strict=True):
        slack = 1e-12
        inner = Cell(
            cell.west + slack,
            cell.east - slack,
            cell.south + slack,
            cell.north - slack,
        )
        assert edges_in(edges, inner) <= set(numbers)


def test_no_edge_is_listed_that_passes_beside_a_cell(registered):
    edges, cells, edge_lists = registered
    for cell, numbers in zip(cells, edge_lists, strict=True):
        outer = Cell(
            cell.west - 1e-9, cell.east + 1e-9, cell.south - 1e-9, cell.north + 1e-9
        )
        assert set(numbers) <= edges_in(edges, outer)


def test_edges_of_a_cell_are_listed_once_in_order(registered):
    *_, edge_lists = registered
    assert all(numbers == sorted(set(numbers)) for numbers in edge_lists)


def test_edge_on_the_line_between_two_cells_is_listed_in_the_upper_one():
    edges = edges_of_polygons([shapely.box(0, 0, 4, 4), shapely.box(0, 2, 4, 4)])
    [middle] = [
        edge
        for edge in range(len(edges.first))
        if (edges.vertices[edges.first[edge] :][:2, 1] == 2).all()
    ]
    x_axis, y_axis = even_axes(edges, 1, 2)
    starts, lists = register(edges, np.array([middle], np.int32), x_axis, y_axis)
    upper = 0 if y_axis.borders[1] > 2 else 1
    assert np.diff(starts).tolist() == [1 - upper, upper]
    assert lists.tolist() == [middle]


def test_head_of_a_block_holds_its_mapping():
    edges = edges_of_polygons(lattice(2))
    x_axis, y_axis = even_axes(edges, 5, 3)
    patch = Patch(Cell(0.0, 0.0, 0.0, 0.0), NONE, NONE, 0)
    block = Block(patch, x_axis, y_axis, np.zeros(16, np.int64), NONE, 0, 0, 3)
    words = np.full(BLOCK_HEAD + 4, -1, np.int64)
    write_head(words, words.view(np.float64), 2, block)
    numbers = words.view(np.float64)[2:6].tolist()
    assert numbers == [x_axis.origin, y_axis.origin, x_axis.scale, y_axis.scale]
    assert (words[6] & 0xFFFFFFFF, words[6] >> 32) == (5, 3)
    assert words[[0, 1, 7, 8]].tolist() == [-1] * 4


def root_entries(words):
    """Middles of the cells of the root block, and their entries."""
    x_origin, y_origin, x_scale, y_scale = words.view(np.float64)[ROOT : ROOT + 4]
    columns, rows = int(words[ROOT + 4] & 0xFFFFFFFF), int(words[ROOT + 4] >> 32)
    entries = words.view(np.int32)[2 * (ROOT + BLOCK_HEAD) :][: columns * rows]
    column, row = np.tile(np.arange(columns), rows), np.repeat(np.arange(rows), columns)
    x, y = x_origin + (column + 0.5) / x_scale, y_origin + (row + 0.5) / y_scale
    return zip(x.tolist(), y.tolist(), entries.tolist(), strict=True)


@pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES)
def test_entry_of_a_cell_without_edges_is_the_answer_of_its_points(scene):
    words = compile_words(edges_of_polygons(scene))
    answers = [
        (entry, exact_relate(scene, x, y))
        for x, y, entry in root_entries(words)
        if is_answer(entry)
    ]
    assert answers
    assert all((entry >> 2, entry & 3) == exact for entry, exact in answers)


def test_cell_with_many_edges_is_a_block_again_and_one_with_few_a_record():
    star = hard_scenes()["40 polygons at one vertex"]
    few = {x for *_, x in root_entries(compile_words(edges_of_polygons(lattice(2))))}
    many = {x for *_, x in root_entries(compile_words(edges_of_polygons(star)))}
    assert {block_bit(entry) for entry in few if not is_answer(entry)} == {0}
    assert {block_bit(entry) for entry in many if not is_answer(entry)} == {0, 1}


def test_pointers_lead_to_words_of_their_own_behind_the_root_block():
    words = compile_words(edges_of_polygons(SCENES["slivers"]))
    pointers = [entry for *_, entry in root_entries(words) if not is_answer(entry)]
    places = [word_of(entry) for entry in pointers]
    assert len(set(places)) == len(places)
    assert all(place % 2 == 0 for place in places)
    cells = len(list(root_entries(words)))
    assert min(places) >= ROOT + BLOCK_HEAD + cells // 2
    assert max(places) < len(words)
