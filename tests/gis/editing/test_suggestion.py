"""Suggested borders even out loads, are recorded as transfers and change no more."""

import json
from functools import cache

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from gis.coverage import certify
from gis.editing import Changeset, Workspace, changeset_of, replay
from gis.editing.blocks import count_points, cut_blocks
from gis.editing.recombination import BalanceRule
from gis.editing.validation import validate
from gis.errors import EditError, InvalidLayerError
from support.makers.edited_towns import frame
from support.makers.laned_grids import S_TOWN, squares

TOWN = ["AAAAABB", "AAAAABB", "CCCDDDD", "CCCDDDD"]
SHORT = BalanceRule(steps=60)
FREE = BalanceRule(steps=60, moved_share=1.0, border_ratio=2.0)


@cache
def grids_of_town():
    return gpd.read_file(S_TOWN / "grids.geojson")


@cache
def lines():
    return tuple(gpd.read_file(S_TOWN / "lines.geojson").geometry)


@cache
def events():
    rows = pd.read_csv(S_TOWN / "events.csv")
    return rows["lon"].to_numpy(), rows["lat"].to_numpy()


def by_events(blocks):
    return count_points(blocks, *events())


def even(blocks):
    return np.ones(len(blocks.polygons))


def heavy_first():
    """The grid of S town with the most events that has neighbours of its community."""
    draft = Workspace(grids_of_town())
    blocks = cut_blocks(draft.planar.polygons, [])
    order = np.argsort(-by_events(blocks))
    for grid in (blocks.grid_ids[row] for row in order):
        beside = draft.planar.neighbours(grid)
        if draft.community_of(grid) in map(draft.community_of, beside):
            return draft, grid
    raise AssertionError


def suggested(draft, grids, rule=SHORT, loads=by_events, along=None, moves=()):
    with draft.edit("even out", author="planner") as e:
        return e.suggest(
            grids, lines() if along is None else along, loads, rule, moves=moves
        )


def events_of(draft, grids):
    """Events of each grid, counted on its polygon as it is now."""
    polygons = {grid: draft.planar.polygons[grid] for grid in grids}
    return by_events(cut_blocks(polygons, []))


def test_a_heavy_grid_gives_ground_to_its_neighbours():
    draft, heavy = heavy_first()
    base = draft.digest()
    polygons = dict(draft.planar.polygons)
    community = draft.community_of(heavy)
    result = suggested(draft, [heavy])
    assert set(result.grid_ids) == {heavy} | {
        grid
        for grid in draft.planar.neighbours(heavy)
        if draft.community_of(grid) == community
    }
    row = result.grid_ids.index(heavy)
    before, after = result.loads_before, events_of(draft, result.grid_ids)
    assert after[row] < before[row]
    assert (after**2).sum() < (before**2).sum()
    assert after.sum() == before.sum()
    # an end of a border goes to a corner within a metre, with what lies there
    assert np.abs(after - result.loads_after).max() <= 0.01 * before.max()
    untouched = set(polygons) - set(result.grid_ids)
    corners_only = [g for g in untouched if draft.planar.polygons[g] is not polygons[g]]
    assert all(
        draft.planar.polygons[g].symmetric_difference(polygons[g]).area < 1e-14
        for g in corners_only
    )
    assert [o.name for o in draft.steps[0].operations] == ["transfer"] * len(
        result.transfers
    )
    draft.undo()
    assert (draft.digest(), draft.steps) == (base, [])


def test_a_community_is_evened_out_and_stays_a_coverage():
    grids = grids_of_town()
    draft = Workspace(grids)
    counts = grids["community_id"].value_counts()
    community = sorted(counts[counts == counts.max()].index)[0]
    result = suggested(draft, draft.ids(community))
    assert len(result.grid_ids) == counts.max()
    squared = [(sums**2).sum() for sums in (result.loads_before, result.loads_after)]
    assert squared[1] < 0.98 * squared[0]
    validate(draft.planar)
    stored = draft.grids()
    assert certify(stored["grid_id"], stored.geometry.to_numpy(), draft.crs).is_clean
    before, after = (
        shapely.area(layer.dissolve("community_id").geometry.to_numpy())
        for layer in (grids, stored)
    )
    assert np.allclose(after, before, rtol=0, atol=1e-14)


def test_a_change_file_gives_the_same_draft_without_lines_or_loads():
    draft, heavy = heavy_first()
    suggested(draft, [heavy])
    text = json.dumps(changeset_of(draft).to_dict())
    again = replay(Changeset.from_dict(json.loads(text)), Workspace(grids_of_town()))
    assert again.digest() == draft.digest()


def test_equal_seeds_give_equal_changesets_and_others_do_not():
    changesets = []
    for seed in (1, 1, 2):
        draft, heavy = heavy_first()
        suggested(draft, [heavy], BalanceRule(steps=4, seed=seed, moved_share=1.0))
        changesets.append(changeset_of(draft).to_dict())
    assert changesets[0] == changesets[1]
    assert changesets[0] != changesets[2]


def small_town(**columns):
    shapes, lanes = squares(TOWN)
    return Workspace(frame(dict(sorted(shapes.items())), **columns)), lanes


@given(st.integers(0, 2**32 - 1), st.booleans())
@settings(max_examples=25, deadline=None)
def test_every_block_lies_in_the_grid_that_it_was_given_to(seed, is_one):
    draft, lanes = small_town(community_id=["K1", "K1", "K1", "K2"])
    random = np.random.default_rng(seed)
    amounts = {}

    def loads(blocks):
        amounts[blocks] = random.integers(0, 20, len(blocks.polygons)).astype(float)
        return amounts[blocks]

    rule = BalanceRule(steps=30, seed=seed, moved_share=1.0)
    grids = ["A"] if is_one else draft.ids()
    base = draft.digest()
    try:
        result = suggested(draft, grids, rule, loads, lanes)
    except EditError:  # nothing better was there
        assert draft.digest() == base
        reject()
    validate(draft.planar)
    [(blocks, weights)] = amounts.items()
    points = shapely.point_on_surface(blocks.polygons)
    owners = [
        next(g for g in draft.ids() if draft.planar.polygons[g].contains(point))
        for point in points
    ]
    assert owners == [blocks.grid_ids[row] for row in result.owners]
    sums = pd.Series(weights).groupby(owners).sum()
    assert sums.tolist() == result.loads_after.tolist()
    assert (result.loads_after**2).sum() < (result.loads_before**2).sum()
    assert draft.planar.polygons["D"].symmetric_difference(
        squares(TOWN)[0]["D"]
    ).area == pytest.approx(0.0, abs=1e-14)


def test_borders_of_communities_move_only_by_name():
    columns = {"community_id": ["K1", "K2", "K3", "K4"], "parent_id": ["C"] * 4}
    draft, lanes = small_town(**columns)
    with pytest.raises(EditError, match="'A' has no neighbour"):
        suggested(draft, ["A"], loads=even, along=lanes)
    moves = ["communities"]
    result = suggested(draft, ["A"], FREE, even, lanes, moves)
    assert result.loads_after.max() < result.loads_before.max()
    validate(draft.planar)
    other, lanes = small_town(**columns | {"parent_id": ["C1", "C2", "C1", "C2"]})
    result = suggested(other, ["A"], FREE, even, lanes, moves)
    assert result.grid_ids == ("A", "C")


@pytest.mark.parametrize(
    ("grids", "along", "reason", "remedy"),
    [
        (["A"], [], "no lines to draw borders along", "load a layer of streets"),
        (
            ["A"],
            [shapely.LineString([(9, 9), (9, 10)])],
            "No line cuts one of the 4 grids",
            "load a layer of streets",
        ),
        (["A", "Z"], None, "Grids ['Z'] are not in the draft", "give grids"),
        ([], None, "no grid to look at", "give grids"),
        (["D"], None, "No cut along the lines evens out", "let more of the load"),
    ],
    ids=["no lines", "lines elsewhere", "unknown grid", "no grid", "even already"],
)
def test_what_cannot_be_suggested_is_refused_with_a_remedy(
    grids, along, reason, remedy
):
    draft, lanes = small_town(community_id=["K1", "K1", "K1", "K1"])
    base = draft.digest()
    rule = BalanceRule(steps=60, moved_share=0.0)
    with pytest.raises(EditError) as refusal:
        suggested(draft, grids, rule, even, lanes if along is None else along)
    assert reason in str(refusal.value)
    assert refusal.value.remedy.startswith(remedy)
    assert (draft.digest(), draft.steps) == (base, [])


def test_loads_that_are_not_of_the_blocks_are_refused():
    draft, lanes = small_town()
    with pytest.raises(InvalidLayerError, match=r"Loads of shape \(3,\)"):
        suggested(draft, ["A"], loads=lambda _: np.ones(3), along=lanes)


def test_a_border_that_cannot_be_drawn_takes_the_whole_suggestion_back():
    shapes, lanes = squares(["AAAABB"])
    draft = Workspace(frame(shapes))
    # the lane that the load asks for ends 2 cm beside a corner of the outline
    lanes[2] = shapely.transform(lanes[2], lambda xy: xy + np.array([2e-7, 0.0]))
    draft.snap_m = 0.0
    base = draft.digest()
    with pytest.raises(EditError, match="suggested cannot be drawn") as refusal:
        suggested(draft, ["A"], BalanceRule(moved_share=0.2), even, lanes)
    assert refusal.value.remedy == "take another seed, or mend the line there"
    assert refusal.value.place is not None
    assert draft.digest() == base


@pytest.mark.real_data
def test_real_beats_of_several_pieces_and_dense_corners_take_suggestions(real_data):
    layer = gpd.read_file(real_data / "chicago" / "beats.geojson")
    beats = frame(dict(zip(layer["beat_num"], layer.geometry, strict=True)))
    draft = Workspace(beats)
    west, south, east, north = layer.total_bounds
    step = (east - west) / 150
    lanes = [
        shapely.LineString([(x, south), (x + 0.3 * step, north)])
        for x in np.arange(west, east, step)
    ] + [
        shapely.LineString([(west, y), (east, y + 0.2 * step)])
        for y in np.arange(south, north, step)
    ]
    random = np.random.default_rng(1)

    def loads(blocks):
        return shapely.area(blocks.polygons) * random.random(len(blocks.polygons))

    # 0111 beside the river, 3100 in three pieces
    for grid in ("0111", *sorted(draft.planar.neighbours("3100"))[:3]):
        rule = BalanceRule(steps=60, moved_share=0.3)
        suggested(draft, [grid], rule, loads, lanes)
    validate(draft.planar)
    assert sum(len(step.operations) for step in draft.steps) > 10
    again = replay(changeset_of(draft), Workspace(beats))
    assert again.digest() == draft.digest()
