import numpy as np
import pytest

from gis.editing.blocks import cut_blocks
from gis.editing.recombination import BalanceRule, Room
from gis.errors import SettingError
from support.makers.laned_grids import are_whole, squares

TOWN = ["AAAAABB", "AAAAABB", "CCCDDDD", "CCCDDDD"]


def room_of(blocks, seed):
    """All grids of a town as one area, with random loads."""
    count = len(blocks.polygons)
    loads = np.random.default_rng(seed).integers(0, 20, count).astype(float)
    weights = np.column_stack([loads, np.ones(count)])
    grids = len(blocks.grid_ids)
    rows = np.arange(count)
    return Room(
        "K", rows, blocks.owners, weights, blocks.sides, blocks.lengths_m, grids
    )


@pytest.mark.parametrize("seed", range(8))
def test_each_cut_lowers_the_sum_of_squares_and_keeps_grids_whole(seed):
    blocks = cut_blocks(*squares(TOWN))
    room = room_of(blocks, seed)
    history = room.search(BalanceRule(steps=100, seed=seed, moved_share=1.0))
    assert history[0].tolist() == blocks.owners.tolist()
    sums = [
        sum(room.weights[owners == grid, 0].sum() ** 2 for grid in range(4))
        for owners in history
    ]
    assert sums == sorted(sums, reverse=True)
    assert len({*sums}) == len(sums) > 1
    assert all(all(are_whole(blocks, owners)) for owners in history)
    assert all(room.border_m(o) <= 1.1 * room.border_m(history[0]) for o in history)


@pytest.mark.parametrize(
    ("bounds", "message"),
    [
        ({"steps": 0}, "steps 0 cannot bound a search, expected 1 or more"),
        ({"seed": -1}, "seed -1"),
        ({"moved_share": 1.2}, "moved_share 1.2"),
        ({"moved_share": float("nan")}, "moved_share nan"),
        ({"border_ratio": 0.9}, "border_ratio 0.9"),
    ],
)
def test_rule_out_of_range_is_refused(bounds, message):
    with pytest.raises(SettingError, match=message):
        BalanceRule(**bounds)
