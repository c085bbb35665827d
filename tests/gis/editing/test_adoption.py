"""Polygons drawn elsewhere are taken over whole, or refused with nothing changed."""

from contextlib import suppress

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.editing import Changeset, Operation, Workspace, changeset_of, replay
from gis.editing.rebase import rebase
from gis.editing.validation import validate
from gis.errors import EditError
from support.makers.edit_proposals import NAMES, propose
from support.makers.edited_towns import community_town

GROUND = [name for name in NAMES if name not in ("reparent", "set_figures")]
SEEDS = st.integers(0, 2**32 - 1)


def drawn(seed: int) -> Workspace:
    """A draft of the town with whatever of thirty operations was accepted."""
    rng, draft = np.random.default_rng(seed), Workspace(community_town())
    for name in rng.choice(GROUND, 30):
        operation = propose(draft, str(name), rng)
        if operation is not None:
            with suppress(EditError), draft.edit("x", author="planner") as e:
                e.do(operation)
    return draft


def adoption(draft: Workspace) -> dict[str, object]:
    """What another program would give back of a draft."""
    before, after = draft.moved()
    inside = dict(before)
    created = {}
    for grid in after.keys() - before.keys():
        point = after[grid].representative_point()
        created[grid] = next(g for g, shape in inside.items() if shape.covers(point))
    return {
        "polygons": after,
        "created": created,
        "retired": sorted(before.keys() - after.keys()),
    }


@given(SEEDS)
@settings(max_examples=40, deadline=None)
def test_what_was_drawn_is_taken_over_point_by_point(seed):
    draft = drawn(seed)
    values = adoption(draft)
    if not values["polygons"]:
        return
    other = Workspace(community_town())
    first = other.planar.digest()
    with other.edit("as it came back", author="firm") as e:
        e.adopt(**values, moves=["communities", "outline"])
    validate(other.planar)
    assert other.ids() == draft.ids()
    for grid, polygon in draft.planar.polygons.items():
        assert other.planar.polygons[grid].equals(polygon)
    again = replay(
        Changeset.from_dict(changeset_of(other).to_dict()), Workspace(community_town())
    )
    assert again.digest() == other.digest()
    other.undo()
    assert other.planar.digest() == first


def halves(draft: Workspace) -> tuple[str, dict[str, shapely.Polygon]]:
    """A grid of the town, and its west and its east half."""
    grid = draft.ids()[0]
    shape = draft.planar.polygons[grid]
    west, south, east, north = shape.bounds
    middle = round((west + east) / 2, 9)
    return grid, {
        "west": shapely.intersection(shape, shapely.box(west, south, middle, north)),
        "east": shapely.intersection(shape, shapely.box(middle, south, east, north)),
    }


@pytest.mark.parametrize(
    ("adopted", "text"),
    [
        (lambda grid, west, east: {"polygons": {}}, "no polygon came"),
        (
            lambda grid, west, east: {"polygons": {grid: west}, "retired": ["nobody"]},
            "cannot be retired",
        ),
        (
            lambda grid, west, east: {"polygons": {grid: west}, "retired": [grid]},
            "cannot be retired",
        ),
        (
            lambda grid, west, east: {
                "polygons": {grid: west, "N": east},
                "created": {"N": "nobody"},
            },
            "'nobody' is not in the draft",
        ),
        (
            lambda grid, west, east: {
                "polygons": {grid: west},
                "created": {grid: grid},
            },
            "was used before",
        ),
        (
            lambda grid, west, east: {"polygons": {grid: west}, "created": {"N": grid}},
            "have no polygon",
        ),
        (
            lambda grid, west, east: {"polygons": {grid: west, "N": east}},
            "'N' is not in the draft",
        ),
        (lambda grid, west, east: {"polygons": {grid: west}}, "would move the outline"),
        (
            lambda grid, west, east: {
                "polygons": {grid: west.union(east), "N": east},
                "created": {"N": grid},
            },
            "are no coverage",
        ),
    ],
    ids=[
        "nothing",
        "unknown retired",
        "retired with a polygon",
        "out of nothing",
        "used id",
        "no polygon",
        "unknown",
        "ground left over",
        "twice the ground",
    ],
)
def test_what_is_no_coverage_is_refused_and_changes_nothing(adopted, text):
    draft = Workspace(community_town())
    grid, shapes = halves(draft)
    before = draft.digest(), draft.planar.digest()
    with (
        pytest.raises(EditError, match=text),
        draft.edit("as it came back", author="firm") as e,
    ):
        e.adopt(**adopted(grid, shapes["west"], shapes["east"]))
    assert (draft.digest(), draft.planar.digest()) == before


def test_new_grid_stands_beside_what_it_was_cut_from():
    draft = Workspace(community_town())
    grid, shapes = halves(draft)
    new_id = draft.next_id(grid)
    with draft.edit("as it came back", author="firm") as e:
        e.adopt({grid: shapes["west"], new_id: shapes["east"]}, created={new_id: grid})
    assert draft.community_of(new_id) == draft.community_of(grid)
    assert new_id in draft.used_ids
    later = Workspace(community_town(), used_ids=[new_id])
    assert rebase(changeset_of(draft), later) == []
    [fresh] = set(later.ids()) - set(Workspace(community_town()).ids())
    assert fresh not in {new_id, grid}
    assert later.planar.polygons[fresh].equals(draft.planar.polygons[new_id])


def test_border_of_a_community_stays_unless_it_is_named():
    draft = Workspace(community_town())
    grid, neighbour = next(
        (a, b)
        for a in draft.ids()
        for b in sorted(draft.planar.neighbours(a))
        if draft.community_of(a) != draft.community_of(b)
    )
    both = draft.planar.polygons[grid].union(draft.planar.polygons[neighbour])
    values = {"polygons": {grid: both}, "retired": [neighbour]}
    with (
        pytest.raises(EditError, match="border of a community"),
        draft.edit("as it came back", author="firm") as e,
    ):
        e.adopt(**values)
    with draft.edit("as it came back", author="firm") as e:
        e.adopt(**values, moves=["communities"])
    assert neighbour not in draft.ids()


@pytest.mark.parametrize("value", [None, "x", {"type": "Point", "coordinates": [0, 0]}])
def test_value_that_is_no_polygon_is_refused(value):
    with pytest.raises(EditError, match="GeoJSON geometry"):
        Operation.of("adopt", polygons={"A": value}, created={}, retired=[])
