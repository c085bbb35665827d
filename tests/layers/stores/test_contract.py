"""One suite for every store: a version is answered as it was known."""

from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test
from pandas.testing import assert_frame_equal

from gis.coverage import layer_digest
from gis.errors import (
    CoverageError,
    InvalidLayerError,
    StoreError,
    TreeError,
    VersionConflictError,
)
from gis.versions import Lineage
from layers.stores.facts import empty_records
from layers.stores.protocol import Draft
from layers.stores.version_digest import draft_digest, layers_digest
from support.makers.contract_rows import GROUND, MIDNIGHT, faults_of, posts
from support.makers.store_history import (
    CRS,
    Clock,
    day,
    draft,
    layers_of,
    move,
    play,
    publication,
    publish_grounds,
)
from support.oracles.history_machine import HistoryMachine


def test_empty_store_answers_with_nothing(store):
    assert store.systems() == ()
    assert store.history().head() is None
    assert store.last_link() is None
    assert store.revision() == 0
    assert list(store.log()) == []
    for layer in (store.grids(), store.circles(), store.communities()):
        assert layer.empty
        assert layer.crs == CRS
    assert_frame_equal(store.records("duties"), empty_records("duties", CRS))
    assert store.events().empty


def test_published_layers_come_back_with_their_digest(store, s_town):
    town = s_town
    layers = town.grids, town.circles, town.communities
    made = Draft(day(0), draft_digest(*layers), *layers)
    [version] = store.publish(publication(made, base=None))
    stored = store.version_layers(1)
    assert stored.version == version == store.history().versions[0]
    assert layers_digest(stored) == version.digest == made.digest
    for found, given, key in (
        (stored.grids, town.grids, "grid_id"),
        (stored.circles, town.circles, "circle_id"),
        (stored.communities, town.communities, "community_id"),
    ):
        assert found[key].tolist() == sorted(given[key])
        assert layer_digest(found[key], found.geometry.to_numpy()) == layer_digest(
            given[key], given.geometry.to_numpy()
        )


def test_attributes_of_grids_come_back_under_the_digest(make_store, clock):
    grids, circles = layers_of(GROUND)
    texts = ['{"closed":{"甲":"\\u0000"},"open":{"n":1}}', None, '{"open":{"n":2}}']
    grids = grids.assign(attributes=texts)
    made = Draft(day(0), draft_digest(grids, circles), grids, circles)
    store = make_store(clock)
    [version] = store.publish(publication(made, base=None))
    stored = store.version_layers(1)
    column = stored.grids["attributes"]
    assert column.dropna().tolist() == [text for text in texts if text]
    assert column.isna().tolist() == [text is None for text in texts]
    assert layers_digest(stored) == version.digest
    assert version.digest != draft_digest(*layers_of(GROUND))
    assert store.grids()["attributes"].isna().sum() == 1


def test_frames_of_a_version_have_the_same_columns_and_types_with_and_without_rows(
    town,
):
    for layer in (town.grids, town.circles, town.communities):
        there, none = layer(valid_at=day(0)), layer(valid_at=day(-1))
        assert there.dtypes.to_dict() == none.dtypes.to_dict()
        assert there.crs == none.crs == CRS


def test_grids_are_those_in_force_then_as_known_then(town, clock):
    clock.now = day(20)
    publish_grounds(
        town, {day(5): move(GROUND, "G1")}, base=2, untouched=(2,), before=GROUND
    )
    asked = [
        town.grids(valid_at=day(at), known_at=known)["version"].unique().tolist()
        for at, known in [(4, None), (5, None), (10, None), (5, day(20) - 1)]
    ]
    assert asked == [[1], [3], [2], [1]]
    moved = town.grids(valid_at=day(5)).set_index("grid_id").geometry["G1"]
    assert moved.bounds == (120.0, 30.0, 120.05, 30.01)


def test_without_a_time_the_clock_decides(town, clock):
    assert set(town.grids()["version"]) == {1}
    clock.now = day(10)
    assert set(town.grids()["version"]) == {2}
    assert set(town.circles()["version"]) == {2}


def test_circles_are_dissolved_from_their_grids(town):
    circles = town.circles(valid_at=day(0)).set_index("circle_id").geometry
    grids = town.grids(valid_at=day(0)).set_index("grid_id").geometry
    west = shapely.union_all([grids["G1"], grids["G2"]])
    assert shapely.equals(circles["W"], west)
    assert shapely.equals(circles["C"], shapely.union_all(grids.to_numpy()))


def test_frame_handed_out_belongs_to_the_caller(town):
    grids = town.grids(valid_at=day(0))
    grids["grid_id"] = "changed"
    town.version_layers(1).grids["grid_id"] = "changed"
    assert town.grids(valid_at=day(0))["grid_id"].tolist() == ["G1", "G2", "G3"]
    assert faults_of(town) == []


def test_grid_systems_stand_side_by_side(town):
    beats, _ = layers_of({"B1": (0, 6), "B2": (6, 12)})
    beats = beats.drop(columns="parent_id")
    made = Draft(day(0), draft_digest(beats), beats)
    [version] = town.publish(publication(made, base=None, system="beats"))
    assert version.version == 1
    assert town.systems() == ("beats", "main")
    assert town.circles(system="beats", valid_at=day(0)).empty
    assert town.grids(system="beats", valid_at=day(0))["grid_id"].tolist() == [
        "B1",
        "B2",
    ]
    assert town.grids(valid_at=day(0))["grid_id"].tolist() == ["G1", "G2", "G3"]


def test_lineage_answers_for_old_ids(town):
    assert town.history().versions[1].lineage == (
        Lineage("G2", "G4", 0.5),
        Lineage("G2", "G5", 0.5),
    )
    assert town.history().descendants("G2") == {("main", "G4"), ("main", "G5")}


def test_recorded_at_never_goes_back_with_the_clock(town, clock):
    clock.now = day(-50)
    [version] = publish_grounds(
        town,
        {day(20): {"G1": (0, 4), "G4": (4, 6), "G5": (6, 8), "G3": (8, 12)}},
        base=2,
    )
    link = town.record("posts", posts(("P1", "G1", "grid_leader", "L1", MIDNIGHT)))
    assert version.recorded_at == day(1)
    assert link.recorded_at >= day(1)
    assert faults_of(town) == []


REFUSALS = {
    "base": (VersionConflictError, {"base": 1}),
    "reviewer": (StoreError, {"reviewer": "planner"}),
    "untouched": (StoreError, {"untouched": (1,)}),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_refused_publication_leaves_nothing(town, name):
    error, changes = REFUSALS[name]
    before = town.last_link(), town.history()
    later = {"G1": (0, 4), "G4": (4, 6), "G5": (6, 8), "G3": (8, 12)}
    made = publication(draft(later, day(20)), base=2)
    with pytest.raises(error):
        town.publish(replace(made, **changes))
    assert (town.last_link(), town.history()) == before


def test_second_draft_that_is_refused_takes_the_first_with_it(town):
    drafts = draft(GROUND, day(5)), draft({"G1": (0, 12)}, day(10))
    broken = replace(drafts[1], digest="0" * 64)
    with pytest.raises(StoreError, match="reviewed with digest '000"):
        town.publish(publication(drafts[0], broken, base=2, replaces=(2,)))
    assert len(town.history().versions) == 2


def test_gap_in_the_grids_is_refused_with_its_place(store):
    grids, circles = layers_of({"G1": (0, 4), "G2": (6, 12), "G3": (4, 5)})
    roof = gpd.GeoDataFrame(
        {"grid_id": ["G4"], "parent_id": ["E"]},
        geometry=[shapely.box(120, 30.01, 120.12, 30.02)],
        crs=CRS,
    )
    floor = roof.assign(grid_id="G5", geometry=roof.geometry.translate(0, -0.02))
    all_grids = gpd.GeoDataFrame(pd.concat([grids, roof, floor], ignore_index=True))
    made = Draft(day(0), draft_digest(all_grids, circles), all_grids, circles)
    with pytest.raises(
        CoverageError, match=r"faults 1 \(gap 1 of .*lon 120\.05.*--outline"
    ):
        store.publish(publication(made, base=None))


def shrunk(ground, width):
    """A draft whose last grid ends some degrees before the ground does."""
    grids, circles = layers_of(ground)
    last = grids.geometry.iloc[-1]
    min_x, min_y, max_x, max_y = last.bounds
    cut = shapely.box(min_x, min_y, max_x - width, max_y)
    grids = grids.assign(geometry=[*grids.geometry.iloc[:-1], cut])
    return Draft(day(10), draft_digest(grids, circles), grids, circles)


def test_version_that_lost_ground_at_its_outer_line_is_refused(store):
    store.publish(publication(draft(GROUND, day(0)), base=None))
    link = store.last_link()
    # 2 cm of a strip 1.1 km long
    with pytest.raises(CoverageError) as caught:
        store.publish(publication(shrunk(GROUND, 2e-7), base=1))
    text = str(caught.value)
    assert text.startswith(
        "The grids are no clean coverage of their outline, number of faults 1 (gap 1 of"
    )
    assert "sliver gap: 'G3': 21.39 m2" in text
    assert "at lon 120.120000, lat 30.005" in text
    assert text.endswith("with --outline FILE.")
    assert store.last_link() == link


def test_outer_line_drawn_anew_to_less_than_a_centimetre_is_taken(store):
    store.publish(publication(draft(GROUND, day(0)), base=None))
    [version] = store.publish(publication(shrunk(GROUND, 5e-8), base=1))
    assert version.version == 2


def test_a_declared_outline_takes_the_place_of_the_ground_of_the_base(store):
    store.publish(publication(draft(GROUND, day(0)), base=None))
    lost = shrunk(GROUND, 1e-3)
    outline = shapely.union_all(lost.grids.geometry.to_numpy())
    store.publish(publication(replace(lost, outline=outline), base=1))
    # the next version is drawn on that ground
    again = replace(lost, valid_from=day(20))
    assert store.publish(publication(again, base=2))[0].version == 3
    whole = draft(GROUND, day(30))
    with pytest.raises(CoverageError, match=r"beyond 1 of .*'G3'"):
        store.publish(publication(whole, base=3))


def test_town_around_ground_of_somebody_else_is_published_with_its_hole(store):
    grids, circles = layers_of({"G1": (0, 4), "G2": (4, 12)})
    hole = shapely.box(120.05, 30.003, 120.06, 30.006)
    grids = grids.assign(geometry=grids.geometry.difference(hole))
    made = Draft(day(0), draft_digest(grids, circles), grids, circles)
    with pytest.raises(CoverageError, match=r"gap 1 of .*'G2'.*--outline FILE"):
        store.publish(publication(made, base=None))
    outline = shapely.union_all(grids.geometry.to_numpy())
    store.publish(publication(replace(made, outline=outline), base=None))
    store.publish(publication(replace(made, valid_from=day(1)), base=1))
    [ground] = store.circles(valid_at=day(1)).query("circle_id == 'C'").geometry
    assert ground.equals(outline)


def test_corner_on_the_edge_of_a_neighbour_is_published(store):
    grids, circles = layers_of({"G1": (0, 4), "G2": (4, 8), "G3": (8, 12)})
    boxes = [
        shapely.box(120, 30, 120.04, 30.01),
        shapely.box(120.04, 30, 120.12, 30.005),
        shapely.box(120.04, 30.005, 120.12, 30.01),
    ]
    grids = grids.assign(geometry=boxes, parent_id=["W", "E", "W"])
    grids["community_id"] = ["K1", "K1", "K1"]
    made = Draft(day(0), draft_digest(grids, circles), grids, circles)
    store.publish(publication(made, base=None))
    whole = shapely.box(120, 30, 120.12, 30.01)
    for layer in (store.communities, store.circles):
        assert layer(valid_at=day(0)).geometry.iloc[0].equals(whole)


def test_unknown_circle_is_refused(store):
    grids, circles = layers_of(GROUND)
    lost = grids.assign(parent_id=["W", "W", "X"])
    made = Draft(day(0), draft_digest(lost, circles), lost, circles)
    with pytest.raises(TreeError, match="'X'"):
        store.publish(publication(made, base=None))


def test_circle_without_grids_is_refused(store):
    grids, circles = layers_of(GROUND)
    idle = pd.concat(
        [circles, pd.DataFrame({"circle_id": ["N"], "parent_id": ["C"], "tier": [2]})]
    )
    made = Draft(day(0), draft_digest(grids, idle), grids, idle)
    with pytest.raises(TreeError, match=r"\['N'\].*no grid below"):
        store.publish(publication(made, base=None))


def test_community_without_grids_is_refused(store):
    grids, circles = layers_of(GROUND)
    named = grids.assign(community_id="K1")
    both = pd.DataFrame({"community_id": ["K1", "K2"]})
    made = Draft(day(0), draft_digest(named, circles, both), named, circles, both)
    with pytest.raises(InvalidLayerError, match=r"\['K2'\]"):
        store.publish(publication(made, base=None))


def test_unknown_column_and_other_crs_are_refused(store):
    grids, circles = layers_of(GROUND)
    with pytest.raises(InvalidLayerError, match=r"\['colour'\]"):
        draft_digest(grids.assign(colour="red"), circles)
    moved = grids.set_crs("EPSG:4326", allow_override=True)
    made = Draft(day(0), draft_digest(moved, circles), moved, circles)
    with pytest.raises(InvalidLayerError, match="'EPSG:4326' where the store keeps"):
        store.publish(publication(made, base=None))


def test_polygons_are_stored_at_nine_decimals(store):
    grids, circles = layers_of(GROUND)
    fine = grids.assign(geometry=grids.geometry.translate(1.23456789e-7, 0))
    made = Draft(day(0), draft_digest(fine, circles), fine, circles)
    store.publish(publication(made, base=None))
    xy = shapely.get_coordinates(store.grids(valid_at=day(0)).geometry.to_numpy())
    assert (xy == xy.round(9)).all()
    assert xy[:, 0].min() == 120.000000123


def test_withdrawn_version_keeps_its_layers(town):
    withdrawal = town.withdraw(2, reason="postponed", reviewer="chief")
    assert town.history().withdrawals == (withdrawal,)
    assert set(town.grids(valid_at=day(10))["version"]) == {1}
    assert set(town.version_layers(2).grids["grid_id"]) == {"G1", "G3", "G4", "G5"}
    with pytest.raises(StoreError, match="not standing"):
        town.withdraw(2, reason="postponed", reviewer="chief")


def test_version_that_is_not_there_is_refused(town):
    with pytest.raises(StoreError, match=r"no version 3 but \[1, 2\]"):
        town.version_layers(3)


def test_scripted_history_answers_as_the_naive_replay(make_store):
    clock = Clock(day(0))
    store = make_store(clock)
    replay = play(store, clock)
    history = store.history()
    assert len(history.versions) > 20
    assert len(history.withdrawals) == 4
    assert sum(1 for v in history.versions if v.untouched or v.replaces) >= 4
    dates = sorted({v.valid_from for v in history.versions})
    for valid_at in [dates[0] - 1, *dates, *(d - 1 for d in dates)]:
        for known_at in [*replay.instants, None]:
            seen = replay.seen(valid_at, known_at)
            found = history.in_force(valid_at, known_at)
            assert (found and found.version) == (seen and seen[0])
        grids = store.grids(valid_at=valid_at)
        seen = replay.seen(valid_at)
        assert grids["grid_id"].tolist() == sorted(seen[1] if seen else ())
    assert faults_of(store) == []


def test_every_answer_equals_the_naive_replay_whatever_happens(make_store):
    class StoreMachine(HistoryMachine):
        start = staticmethod(make_store)
        publish = staticmethod(publish_grounds)

        @staticmethod
        def answer(subject, valid_at, known_at):
            grids = subject.grids(valid_at=valid_at, known_at=known_at)
            numbers = set(grids["version"])
            return (numbers.pop(), frozenset(grids["grid_id"])) if numbers else None

    runs = max(settings.default.max_examples // 8, 1)
    run_state_machine_as_test(
        StoreMachine,
        settings=settings(max_examples=runs, stateful_step_count=12),
    )
