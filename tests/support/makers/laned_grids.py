"""Square grids with straight lanes, and S town's, cut into blocks."""

from functools import cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from gis.editing.blocks import cut_blocks

S_TOWN = Path(__file__).parents[3] / "sample_geodata" / "s_town"
SIDE = 0.004
"""Degrees of a square block, about 440 m."""


def squares(rows):
    """Grids of squares from letters as on a map, and lanes between all squares."""
    grids = {}
    for row, letters in enumerate(reversed(rows)):
        for column, letter in enumerate(letters):
            x, y = round(SIDE * column, 9), round(SIDE * row, 9)
            square = shapely.box(x, y, round(x + SIDE, 9), round(y + SIDE, 9))
            grids.setdefault(letter, []).append(square)
    height, width = SIDE * len(rows), SIDE * len(rows[0])
    upright = [round(SIDE * place, 9) for place in range(1, len(rows[0]))]
    level = [round(SIDE * place, 9) for place in range(1, len(rows))]
    lanes = [shapely.LineString([(x, -1), (x, height + 1)]) for x in upright]
    lanes += [shapely.LineString([(-1, y), (width + 1, y)]) for y in level]
    return {grid: shapely.union_all(parts) for grid, parts in grids.items()}, lanes


@cache
def s_town():
    """Grids with their rows, and the blocks that S town's lines cut them into."""
    grids = gpd.read_file(S_TOWN / "grids.geojson").sort_values("grid_id")
    lines = gpd.read_file(S_TOWN / "lines.geojson").geometry
    return grids, cut_blocks(
        dict(zip(grids["grid_id"], grids.geometry, strict=True)), lines
    )


def are_whole(blocks, owners):
    """Say which grids are one piece, walking from block to block."""
    return [
        _is_whole(blocks.sides.tolist(), set(np.flatnonzero(owners == grid).tolist()))
        for grid in range(len(blocks.grid_ids))
    ]


def _is_whole(sides, together):
    reached, grows = {min(together)}, True
    while grows:
        more = {
            block
            for pair in sides
            if together.issuperset(pair) and reached.intersection(pair)
            for block in pair
        }
        grows = not more <= reached
        reached |= more
    return reached == together
