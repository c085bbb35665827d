import contextlib
import math

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import box

from gis.coverage import certify
from gis.editing import Operation, Workspace
from gis.errors import CrsError, EditError, InvalidLayerError
from gis.versions import Lineage
from support.makers.edited_towns import (
    EASTERN,
    TOWNS,
    WESTERN,
    community_town,
    frame,
    points,
    town,
)

ONE, TWO, FIVE = (f"{WESTERN}00{n}" for n in (1, 2, 5))


@pytest.fixture
def draft():
    return Workspace(community_town())


def split(draft, grid=FIVE, x=35):
    with draft.edit("too heavy", author="planner") as e:
        return e.split(grid, points((x, 20), (x, 40)))


def state(draft):
    polygons = {grid: id(shape) for grid, shape in draft.planar.polygons.items()}
    return draft.planar.digest(), draft.digest(), polygons, dict(draft.rows)


def test_untouched_grids_keep_their_bytes_and_their_polygon(draft):
    before = {n: shapely.to_wkb(p) for n, p in draft.base_polygons.items()}
    split(draft)
    touched = {FIVE, f"{WESTERN}007", f"{WESTERN}004", f"{WESTERN}006"}
    for grid in draft.ids():
        if grid not in touched:
            assert draft.planar.polygons[grid] is draft.base_polygons[grid]
            assert shapely.to_wkb(draft.planar.polygons[grid]) == before[grid]


def test_undo_and_redo_restore_the_very_same_states(draft):
    states = [state(draft)]
    split(draft)
    states.append(state(draft))
    with draft.edit("two in one", author="planner") as e:
        e.merge([ONE, TWO], keep=TWO)
        e.set_figures(TWO, residents=201)
    states.append(state(draft))
    for back in (1, 0):
        draft.undo()
        assert state(draft) == states[back]
    for ahead in (1, 2):
        draft.redo()
        assert state(draft) == states[ahead]
    with pytest.raises(EditError, match="nothing to redo"):
        draft.redo()


def test_an_edit_is_all_or_nothing(draft):
    before = state(draft)
    with draft.edit("half", author="planner") as e:
        e.merge([ONE, TWO], keep=TWO)
        with pytest.raises(EditError):
            e.split(FIVE, points((0, 0), (1, 1)))
    assert len(draft.steps[0].operations) == 1
    draft.discard()
    with contextlib.suppress(ValueError), draft.edit("half", author="planner") as e:
        e.merge([ONE, TWO], keep=TWO)
        raise ValueError
    assert state(draft) == before
    assert draft.steps == []
    with pytest.raises(EditError, match="nothing to undo"):
        draft.undo()


def test_an_id_never_comes_back_even_after_undo(draft):
    first = split(draft)
    draft.undo()
    second = split(draft)
    assert (first, second) == (f"{WESTERN}007", f"{WESTERN}008")
    draft.undo()
    for new_id in (first, second, ONE):
        line = points((35, 20), (35, 40))
        again = Operation.of("split", grid=FIVE, line=line, new_id=new_id)
        with pytest.raises(EditError, match="used before"):
            draft.preview(again)


def test_an_id_of_history_is_not_used_again():
    draft = Workspace(community_town(), used_ids=[f"{WESTERN}050"])
    assert split(draft) == f"{WESTERN}051"


def test_edits_do_not_nest_and_say_what_they_are_for(draft):
    with draft.edit("outer", author="planner"):
        with pytest.raises(EditError, match="open already"):
            draft.edit("inner", author="planner").__enter__()
        with pytest.raises(EditError, match="an edit is open"):
            draft.undo()
    with pytest.raises(EditError, match="has note ''"):
        draft.edit("", author="planner").__enter__()


def test_a_preview_changes_nothing(draft):
    before, used = state(draft), set(draft.used_ids)
    line = points((35, 20), (35, 40))
    preview = draft.preview(Operation.of("split", grid=FIVE, line=line, new_id="X"))
    assert preview.before["X"] is None
    assert preview.after["X"].area == pytest.approx(preview.before[FIVE].area / 4)
    assert state(draft) == before
    assert draft.used_ids == used
    # the cut with a side each, and what it leaves of the two borders that it meets
    assert {FIVE, "X"} in [set(arc.faces) for arc in preview.arcs]
    with pytest.raises(EditError):
        draft.preview(Operation.of("merge", grids=[ONE], keep=ONE))


def test_changes_are_told_by_kind_and_grids_come_in_code_order(draft):
    new_id = split(draft)
    with draft.edit("one less", author="planner") as e:
        e.merge([ONE, TWO], keep=TWO)
        e.reparent(f"{EASTERN}001", "C4-02")
    changes = draft.changes().set_index("grid_id")["change"].to_dict()
    assert changes[new_id] == "created"
    assert changes[ONE] == "retired"
    assert changes[FIVE] == changes[TWO] == changes[f"{EASTERN}001"] == "changed"
    grids = draft.grids()
    assert grids["grid_id"].tolist() == sorted(grids["grid_id"]) == draft.ids()
    assert grids.crs.to_epsg() == 4490
    assert list(grids.columns) == list(community_town().columns)


def test_people_follow_the_ground_into_the_grids_of_the_draft(draft):
    def residents():
        grids = draft.grids()
        return dict(zip(grids["grid_id"], grids["residents"], strict=True))

    base = residents()
    with draft.edit("one less", author="planner") as e:
        e.merge([ONE, TWO], keep=TWO)
        assert residents()[TWO] == base[ONE] + base[TWO]
    new_id = split(draft)
    after = residents()
    assert after[FIVE] + after[new_id] == base[FIVE]
    assert 0 < after[new_id] < after[FIVE]
    assert sum(after.values()) == sum(base.values())
    with draft.edit("counted", author="planner") as e:
        e.set_figures(TWO, residents=7)
        e.set_figures(new_id, residents=None)
    assert residents()[TWO] == 7
    assert math.isnan(residents()[new_id])
    while draft.steps:
        draft.undo()
    assert residents() == base


def test_lineage_says_where_the_ground_went(draft):
    new_id = split(draft)
    with draft.edit("one less", author="planner") as e:
        e.merge([ONE, TWO], keep=TWO)
    rows = {(row.from_id, row.to_id): row.share for row in draft.lineage()}
    assert rows.keys() == {(FIVE, new_id), (ONE, TWO)}
    assert rows[FIVE, new_id] == pytest.approx(0.25, abs=1e-6)
    assert rows[ONE, TWO] == pytest.approx(1.0, abs=1e-9)
    assert isinstance(draft.lineage()[0], Lineage)
    draft.undo()
    draft.undo()
    assert draft.lineage() == ()


def test_what_was_undone_waits_to_be_done_again(draft):
    split(draft)
    assert draft.undone == ()
    draft.undo()
    assert [step.author for step in draft.undone] == ["planner"]
    draft.redo()
    assert draft.undone == ()


def test_the_index_follows_edits_undo_and_redo(draft):
    [[lon, lat]] = points((38, 30))

    def holder():
        return draft.index.ids[draft.index.locate(lon, lat)]

    new_id = split(draft)
    assert holder() == new_id
    draft.undo()
    assert holder() == FIVE
    draft.redo()
    assert holder() == new_id
    with draft.edit("back", author="planner") as e:
        e.merge([FIVE, new_id], keep=new_id)
    assert holder() == new_id
    assert draft.index.ids == tuple(draft.ids())


def test_the_draft_has_a_clean_certificate(draft):
    split(draft)
    grids = draft.grids()
    shapes = grids.geometry.to_numpy()
    outline = shapely.union_all(list(draft.base_polygons.values()))
    certificate = certify(
        grids["grid_id"].tolist(), list(shapes), 4490, outline=outline, gap_width_m=10
    )
    assert certificate.is_clean
    assert shapely.coverage_is_valid(shapes)


@pytest.mark.parametrize("grids", TOWNS.values(), ids=TOWNS)
def test_towns_of_every_difficulty_are_opened(grids):
    draft = Workspace(frame(grids))
    assert draft.ids() == sorted(grids)
    assert draft.digest() == draft.base_digest


def test_a_layer_that_is_no_coverage_in_degrees_is_refused():
    layer = community_town()
    with pytest.raises(CrsError, match="expected degrees"):
        Workspace(layer.to_crs(4549))
    with pytest.raises(InvalidLayerError, match="no column 'grid_id'"):
        Workspace(layer.rename(columns={"grid_id": "code"}))
    with pytest.raises(InvalidLayerError, match="repeats"):
        Workspace(gpd.GeoDataFrame(np.repeat(layer, 2, axis=0), columns=layer.columns))
    over = town(a=box(0, 0, 30, 30), b=box(20, 10, 50, 20))
    with pytest.raises(EditError, match="no valid polygon"):
        Workspace(frame(over))


def test_missing_attributes_are_none():
    layer = community_town().assign(residents=[np.nan, *range(8)])
    draft = Workspace(layer)
    assert draft.rows[ONE]["residents"] is None
    assert draft.community_of(ONE) == WESTERN


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("name", "column", "grid"),
    [
        ("chicago/beats.geojson", "beat_num", "3100"),
        ("chicago/wards_2015.geojson", "ward", None),
        ("hangzhou/zhejiang_counties_gcj02_simplified.geojson", "adcode", None),
    ],
)
def test_real_files_are_edited_and_taken_back(real_data, name, column, grid):
    layer = gpd.read_file(real_data / name).rename(columns={column: "grid_id"})
    parts = layer.groupby(layer["grid_id"].astype(str)).geometry.agg(list)
    grids = {
        grid: shapes[0]
        if len(shapes) == 1
        else shapely.MultiPolygon([p for s in shapes for p in shapely.get_parts(s)])
        for grid, shapes in parts.items()
    }
    draft = Workspace(frame(grids))
    before = state(draft)
    pieces = {n: len(shapely.get_parts(p)) for n, p in draft.base_polygons.items()}
    grid = grid or max(pieces, key=lambda n: (pieces[n], n))
    part = max(shapely.get_parts(draft.base_polygons[grid]), key=lambda p: p.area)
    y = part.representative_point().y
    west, _, east, _ = part.bounds
    line = shapely.LineString([(west - 1e-3, y), (east + 1e-3, y)])
    inside = max(
        shapely.get_parts(line.intersection(part)), key=lambda piece: piece.length
    )
    with draft.edit("in two", author="planner") as e:
        new_id = e.split(grid, inside)
    assert len(shapely.get_parts(draft.planar.polygons[grid])) <= pieces[grid]
    with draft.edit("in one", author="planner") as e:
        e.merge([grid, new_id], keep=grid)
    shapes = draft.planar.polygons[grid], draft.base_polygons[grid]
    assert shapes[0].symmetric_difference(shapes[1]).area < 1e-9 * shapes[1].area
    draft.undo()
    draft.undo()
    assert state(draft) == before
