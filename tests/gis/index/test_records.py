"""Records of cells, read back by their layout and asked in plain Python."""

from fractions import Fraction

import numpy as np
import pytest
import shapely

from gis.index.cells import Cell
from gis.index.layout import EDGES_SHIFT, NEXT_BIT, SLOTS, block_bit, word_of
from gis.index.records import (
    Patch,
    Store,
    crosses,
    steps,
    words_for_records,
    write_records,
)
from support.makers.hard_points import hard_scenes, lattice
from support.oracles.plain_index import (
    cells_of,
    edges_in,
    edges_of_polygons,
    even_axes,
    is_crossed,
    parts_at,
)

ORIGIN = 1000  # of the store in the index


def store_of(room):
    words = np.zeros(room, np.int64)
    views = (words.view(np.int32), words.view(np.uint32), words.view(np.float64))
    return Store(words, *views, np.array([2, 0]), ORIGIN)


def patch_of(edges, cell):
    touching = np.array(sorted(edges_in(edges, cell)), np.int32)
    corner_parts = np.array(sorted(parts_at(edges, cell.west, cell.south)), np.int32)
    return Patch(cell, touching, corner_parts, 1)


def rows_holding(store, word, x, y):
    """Rows whose part holds a point, by every record from a word on."""
    rows = []
    while True:
        head = int(store.words[word])
        slots, has_next = head >> 32 & 63, head >> NEXT_BIT & 1
        first = 2 * (word + 1 + has_next)
        masks = store.naturals[first + slots :][: head >> EDGES_SHIFT].tolist()
        vertex = (first + slots + len(masks) + 1) // 2
        path = store.floats[vertex : vertex + 2 * len(masks) + 2].reshape(-1, 2)
        holding = head & 0xFFFFFFFF
        for mask, start, end in zip(masks, path, path[1:], strict=False):
            holding ^= mask * sees(start, end, x, y)
        slot_rows = store.naturals[first : first + slots].tolist()
        rows += [row for bit, row in enumerate(slot_rows) if holding >> bit & 1]
        if not has_next:
            return rows
        word = int(store.words[word + 1]) - ORIGIN


def sees(start, end, x, y):
    """Whether a step of a path lies west of a point, at its height."""
    (x1, y1), (x2, y2) = sorted([start.tolist(), end.tolist()], key=lambda at: at[1])
    if not y1 <= y < y2:
        return False
    share = Fraction(y - y1) / Fraction(y2 - y1)
    return Fraction(x1) + (Fraction(x2) - Fraction(x1)) * share < x


SCENES = {
    "lattice": lattice(3),
    "overlapping triangles": shapely.polygons(
        np.random.default_rng(4).uniform(0, 9, (6, 3, 2))
    ),
    "a ring with a hole": [
        shapely.difference(shapely.box(0, 0, 9, 9), shapely.box(3, 2, 6, 7))
    ],
    "40 polygons at one vertex": hard_scenes()["40 polygons at one vertex"],
    "the same outline 40 times": [shapely.Polygon([(0, 0), (9, 1), (4, 8)])] * 40,
}


@pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES)
def test_record_of_every_cell_says_which_rows_hold_its_points(scene):
    edges = edges_of_polygons(scene)
    random = np.random.default_rng(1)
    for cell in cells_of(*even_axes(edges, 4, 3)):
        patch = patch_of(edges, cell)
        store = store_of(words_for_records(len(patch.listed)) + len(patch.held) + 99)
        entry = write_records(store, edges, patch)
        for x, y in random.uniform(
            (cell.west, cell.south), (cell.east, cell.north), (5, 2)
        ).tolist():
            expected = sorted(
                int(edges.row_of_part[part]) for part in parts_at(edges, x, y)
            )
            assert rows_holding(store, word_of(entry) - ORIGIN, x, y) == expected


def test_records_lie_within_the_words_that_are_reckoned_for_them():
    for scene in SCENES.values():
        edges = edges_of_polygons(scene)
        for cell in cells_of(*even_axes(edges, 4, 3)):
            touching = np.array(sorted(edges_in(edges, cell)), np.int32)
            need = words_for_records(len(touching))
            store = store_of(need + 99)
            write_records(store, edges, Patch(cell, touching, touching[:0], 1))
            assert store.cursor[0] - 2 <= need
            assert store.cursor[0] % 2 == 0
            assert not store.words[store.cursor[0] :].any()


def test_entry_leads_to_a_record_at_its_place_in_the_index():
    edges = edges_of_polygons([shapely.box(0, 0, 4, 4)])
    patch = patch_of(edges, Cell(-1.0, 1.0, 1.0, 2.0))
    store = store_of(200)
    entry = write_records(store, edges, patch)
    assert (word_of(entry), block_bit(entry)) == (ORIGIN + 2, 0)


def test_more_parts_than_slots_go_on_in_a_further_record():
    edges = edges_of_polygons(SCENES["the same outline 40 times"])
    patch = patch_of(edges, Cell(-1.0, 1.0, -1.0, 1.0))
    store = store_of(4000)
    first = word_of(write_records(store, edges, patch)) - ORIGIN
    second = int(store.words[first + 1]) - ORIGIN
    slots = [int(store.words[word]) >> 32 & 63 for word in (first, second)]
    assert slots == [SLOTS, 40 - SLOTS]
    has_next = [int(store.words[word]) >> NEXT_BIT & 1 for word in (first, second)]
    assert has_next == [1, 0]


def test_ray_to_the_west_crosses_what_fractions_say():
    triangle = shapely.Polygon([(0, 0), (4, 1), (1, 4)])
    edges = edges_of_polygons([triangle, shapely.box(1, 1, 3, 3)])
    for edge in range(len(edges.first)):
        for x, y in np.mgrid[-1:5.1:0.5, -1:5.1:0.5].reshape(2, -1).T.tolist():
            expected = is_crossed(edges, edge, x, y)
            assert crosses(edges, np.int32(edge), x, y) == expected


@pytest.mark.parametrize(
    ("x", "y", "expected"),
    [
        (0.9, 2.0, True),
        (0.9, 2.9, True),
        (0.9, 3.0, False),
        (0.9, 1.9, False),
        (1.0, 2.5, False),
    ],
)
def test_vertex_lies_west_of_a_cell_only_within_its_rows(x, y, expected):
    assert steps(Cell(1.0, 2.0, 2.0, 3.0), x, y) == expected
