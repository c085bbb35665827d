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
    transfers = ordered_transfers(blocks, np.arange(5), [wanted])
    steps = [*owners_by(blocks, transfers)]
    assert all(all(are_whole(blocks, owners)) for owners in steps)
    assert steps[-1].tolist() == wanted.tolist()


def test_grids_that_would_change_places_have_no_order():
    blocks = cut("AB")
    assert ordered_transfers(blocks, np.arange(2), [np.array([1, 0])]) == ()


def test_ground_in_two_pieces_is_two_transfers():
    blocks = cut("ABA", "AAA")
    north = [polygon.bounds[1] > 0 for polygon in blocks.polygons]
    wanted = np.where(north, 1, blocks.owners)
    transfers = ordered_transfers(blocks, np.arange(len(wanted)), [wanted])
    pieces = [(row,) for row in np.flatnonzero(wanted != blocks.owners).tolist()]
    assert [transfer.blocks for transfer in transfers] == pieces
    assert [
        transfer.area.equals(blocks.polygons[row])
        for transfer, (row,) in zip(transfers, pieces, strict=True)
    ] == [True, True]


def test_the_way_leads_over_a_stage_where_it_is_not_straight():
    # the ends change places: not at once, but by way of what lies between
    blocks = cut("AABB")
    stages = [np.array(owners) for owners in ([0, 1, 1, 1], [0, 0, 0, 1])]
    assert len(ordered_transfers(blocks, np.arange(4), stages)) == 1
    blocked = [stages[0], np.array([1, 0, 0, 0])]
    steps = ordered_transfers(blocks, np.arange(4), blocked)
    assert [step.blocks for step in steps] == [(1,)]


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=50)
def test_no_grid_is_in_pieces_on_the_way(seed):
    rng = np.random.default_rng(seed)
    blocks = cut("AABB", "AABB", "CCDD", "CCDD")
    wanted = blocks.owners.copy()
    stages = []
    for row in rng.permutation(len(wanted))[:8]:
        changed = wanted.copy()
        changed[row] = rng.integers(4)
        if len(np.unique(changed)) == 4 and all(are_whole(blocks, changed)):
            wanted = changed
            stages.append(wanted)
    transfers = ordered_transfers(blocks, np.arange(len(wanted)), stages)
    steps = [blocks.owners, *owners_by(blocks, transfers)]
    assert all(all(are_whole(blocks, owners)) for owners in steps)
    # each stage is a single block from the one before: none is out of reach
    assert steps[-1].tolist() == wanted.tolist()
