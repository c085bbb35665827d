"""A change drawn anew: ids that were taken, operations that no longer fit."""

import geopandas as gpd
import shapely

from gis.editing import Workspace, changeset_of
from gis.editing.rebase import rebase


def squares(count):
    """So many squares in a row."""
    return gpd.GeoDataFrame(
        {"grid_id": [f"A-{n}" for n in range(1, count + 1)]},
        geometry=[shapely.box(n, 0, n + 1, 1) for n in range(count)],
        crs="EPSG:4490",
    )


def across(x):
    """A line across the square at x."""
    return [(x, 0), (x, 1)]


def drawn(grids):
    """A draft that cuts A-1, then cuts what came of it."""
    draft = Workspace(grids)
    with draft.edit("two", author="planner") as e:
        first = e.split("A-1", across(0.6))
        e.split(first, across(0.8))
    return draft


def test_ids_that_were_taken_are_given_anew_and_followed():
    draft = drawn(squares(2))
    assert sorted(draft.ids()) == ["A-1", "A-2", "A-3", "A-4"]
    later = Workspace(squares(2), used_ids=["A-3"])
    assert rebase(changeset_of(draft), later) == []
    assert sorted(later.ids()) == ["A-1", "A-2", "A-4", "A-5"]
    before, after = draft.planar.polygons, later.planar.polygons
    assert after["A-4"].equals(before["A-3"])
    assert after["A-5"].equals(before["A-4"])


def test_what_builds_on_a_refused_step_is_left_out():
    draft = drawn(squares(2))
    with draft.edit("a third", author="planner") as e:
        e.split("A-2", across(1.5))
    moved = squares(2)
    moved.geometry = [shapely.box(5, 0, 6, 1), shapely.box(1, 0, 2, 1)]
    later = Workspace(moved)
    refusals = rebase(changeset_of(draft), later)
    assert len(refusals) == 2
    assert [step.operations[0].values["grid"] for step in later.steps] == ["A-2"]


def test_steps_keep_their_notes_and_authors():
    later = Workspace(squares(2))
    rebase(changeset_of(drawn(squares(2))), later)
    assert [(step.note, step.author) for step in later.steps] == [
        ("two", "planner")
    ] * 2
