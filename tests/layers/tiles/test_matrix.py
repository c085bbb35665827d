"""Tiles of WebMercatorQuad."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.tiles.matrix import EXTENT, HALF_WORLD_M, Limits, limits_of, pixel_m


@pytest.mark.parametrize(
    ("zoom", "cell_m"), [(0, 156543.0339280410), (8, 611.49622628)]
)
def test_a_tile_is_sixteen_of_its_pixels_to_one_of_the_register(zoom, cell_m):
    assert math.isclose(pixel_m(zoom) * EXTENT, cell_m * 256, rel_tol=1e-9)


def test_rows_run_from_the_north():
    north_west = (-HALF_WORLD_M, HALF_WORLD_M - 1, -HALF_WORLD_M + 1, HALF_WORLD_M)
    assert limits_of(north_west, 3, 0) == Limits(0, 0, 0, 0)
    south_east = (HALF_WORLD_M - 1, -HALF_WORLD_M, HALF_WORLD_M, 1 - HALF_WORLD_M)
    assert limits_of(south_east, 3, 0) == Limits(7, 7, 7, 7)


def test_nothing_is_beyond_the_world():
    whole = (-HALF_WORLD_M, -HALF_WORLD_M, HALF_WORLD_M, HALF_WORLD_M)
    assert limits_of(whole, 2, 16) == Limits(0, 3, 0, 3)


metres = st.integers(-20_000_000, 20_000_000)


@given(metres, metres, st.integers(0, 14))
def test_limits_of_a_point_have_its_tile_and_no_other(x, y, zoom):
    limits = limits_of((x, y, x, y), zoom, 0)
    column, row = limits.first_column, limits.first_row
    assert limits.has(row, column)
    assert not any(limits.has(row + a, column + b) for a, b in ((0, 1), (1, 0)))
    side = 2 * HALF_WORLD_M / (1 << zoom)
    west, north = column * side - HALF_WORLD_M, HALF_WORLD_M - row * side
    assert west - 1e-6 <= x <= west + side + 1e-6
    assert north - side - 1e-6 <= y <= north + 1e-6


def test_a_margin_takes_in_what_lies_so_many_pixels_beyond():
    x = 10 * pixel_m(5)
    assert limits_of((x, x, x, x), 5, 9).first_column == 16
    assert limits_of((x, x, x, x), 5, 11).first_column == 15
