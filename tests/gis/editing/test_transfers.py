import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.editing.blocks import cut_blocks
from gis.editing.transfers import ordered_transfers
from support.makers.laned_grids import are_whole, squares


def cut(*rows):
    return cut_blocks(*squares(rows))


def owners_by(blocks, transfers):
    """Owners after each transfer."""
    owners = blocks.owners.copy()
    for transfer in transfers:
        assert {blocks.grid_ids[row] for row in owners[list(transfer.blocks)]} == {
            transfer.giver
        }
        owners[list(transfer.blocks)] = blocks.grid_ids.index(transfer.receiver)
        yield owners.copy()


def test_neighbour_gives_before_it_gets_where_it_would_be_in_pieces():
    # B is a corridor: C has to reach the ground that it gets through that of B
    blocks = cut("AABBC")
    wanted = np.array([0, 1, 1, 2, 2])
    transfers = ordered_transfers(blocks, np.arange(5), wanted)
    steps = [*owners_by(blocks, transfers)]
    assert all(all(are_whole(blocks, owners)) for owners in steps)
    assert steps[-1].tolist() == wanted.tolist()


def test_grids_that_would_change_places_have_no_order():
    blocks = cut("AB")
    assert ordered_transfers(blocks, np.arange(2), np.array([1, 0])) is None


def test_ground_in_two_pieces_is_two_transfers():
    blocks = cut("ABA", "AAA")
    a = blocks.owners == 0
    north = np.flatnonzero(a & [p.centroid.y > 0.004 for p in blocks.polygons])
    transfers = ordered_transfers(blocks, north, np.array([1, 1]))
    assert [transfer.blocks for transfer in transfers] == [(row,) for row in north]
    assert [transfer.area.area for transfer in transfers] == [
        blocks.polygons[row].area for row in north
    ]


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=50)
def test_no_grid_is_in_pieces_on_the_way(seed):
    rng = np.random.default_rng(seed)
    blocks = cut("AABB", "AABB", "CCDD", "CCDD")
    wanted = blocks.owners.copy()
    for row in rng.permutation(len(wanted))[:8]:
        changed = wanted.copy()
        changed[row] = rng.integers(4)
        if len(np.unique(changed)) == 4 and all(are_whole(blocks, changed)):
            wanted = changed
    transfers = ordered_transfers(blocks, np.arange(len(wanted)), wanted)
    if transfers is None:
        return
    steps = [*owners_by(blocks, transfers)]
    assert all(all(are_whole(blocks, owners)) for owners in steps)
    assert (steps[-1] if steps else blocks.owners).tolist() == wanted.tolist()
