"""One suite for every store: what is written is answered as it was known."""

import datetime as dt
import threading
import time
import uuid
from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test
from pandas.testing import assert_frame_equal

import postgres
from gis.coverage import layer_digest
from gis.errors import (
    CoverageError,
    InvalidLayerError,
    StoreError,
    TreeError,
    VersionConflictError,
)
from gis.models import Instant, Position
from gis.synthetic import make_s_town
from gis.versions import Lineage
from history_machine import HistoryMachine
from layers.stores import create_store
from layers.stores.base import Draft
from layers.stores.chain import verify
from layers.stores.conflicts import conflicts
from layers.stores.events import EVENT_COLUMNS
from layers.stores.facts import FACTS, empty_records
from layers.stores.geopackage import GeoPackageStore
from layers.stores.memory import MemoryStore
from layers.stores.postgis import PostgisStore
from layers.stores.publishing import draft_digest, layers_digest
from store_history import (
    CRS,
    Clock,
    day,
    draft,
    layers_of,
    move,
    new_event,
    play,
    publication,
    publish_grounds,
)

# each takes a folder of its own, a clock and the id of a store to restore, or None
FACTORIES = {
    "memory": lambda folder, now, store_id=None: MemoryStore(
        now=now, store_id=store_id
    ),
    "geopackage": lambda folder, now, store_id=None: create_store(
        str(folder / "town.gpkg"), now=now, store_id=store_id
    ),
    "postgis": lambda folder, now, store_id=None: postgres.make_store(now, store_id),
}
GROUND = {"G1": (0, 4), "G2": (4, 8), "G3": (8, 12)}
MIDNIGHT = "1970-01-01T00:00:00+00:00"


@pytest.fixture(params=FACTORIES)
def make_store(request, tmp_path):
    """Makes stores of one kind; all of them are closed in the end."""
    made = []

    def make(now, store_id=None):
        folder = tmp_path / str(len(made))
        folder.mkdir()
        made.append(FACTORIES[request.param](folder, now, store_id))
        return made[-1]

    yield make
    for store in made:
        store.close()


@pytest.fixture
def clock():
    return Clock(day(1))


@pytest.fixture
def store(make_store, clock):
    return make_store(clock)


@pytest.fixture
def town(store):
    """Version 1 from day 0; version 2 from day 10, where G2 is split."""
    publish_grounds(store, {day(0): GROUND}, base=None)
    after = {"G1": (0, 4), "G4": (4, 6), "G5": (6, 8), "G3": (8, 12)}
    publish_grounds(store, {day(10): after}, base=1, before=GROUND)
    return store


def posts(*rows):
    columns = ["post_id", "area_id", "role", "holder_id"]
    frame = pd.DataFrame([row[:4] for row in rows], columns=columns)
    return frame.assign(valid_from=[row[4] for row in rows])


def enterprises(*rows):
    frame = pd.DataFrame(rows, columns=["place_id", "source", "name"])
    points = [shapely.Point(120 + n / 100, 30) for n in range(len(rows))]
    return gpd.GeoDataFrame(
        frame.assign(scene="street_shop", is_coded=True, valid_from=MIDNIGHT),
        geometry=points,
        crs=CRS,
    )


def faults_of(store):
    return list(verify(store.log(), store.store_id))


# versions


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


def test_published_layers_come_back_with_their_digest(store):
    town = make_s_town()
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
    with pytest.raises(CoverageError, match=r"faults 1, first gap: .*lon 120\.05"):
        store.publish(publication(made, base=None))


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


# facts


def test_later_record_supersedes_and_tombstone_takes_back(store, clock):
    store.record(
        "posts",
        posts(
            ("P1", "G1", "grid_leader", "L1", MIDNIGHT),
            ("P2", "G2", "grid_leader", "L2", MIDNIGHT),
        ),
    )
    clock.now = day(2)
    changed = posts(
        ("P1", "G1", "grid_leader", None, MIDNIGHT),
        ("P2", "G2", "grid_leader", "L2", MIDNIGHT),
    )
    store.record("posts", changed.assign(cancelled=[False, True]))
    now, then = store.facts("posts"), store.facts("posts", known_at=day(2) - 1)
    assert now["post_id"].tolist() == ["P1"]
    assert now["holder_id"].isna().all()
    assert then["holder_id"].tolist() == ["L1", "L2"]
    assert len(store.records("posts")) == 4


def test_fact_is_valid_from_its_first_until_before_its_last_instant(store):
    store.record("posts", posts(("P0", "G1", "grid_leader", "L1", MIDNIGHT)))
    rows = pd.DataFrame(
        {
            "duty_id": ["D1", "D2"],
            "post_id": "P0",
            "holder_id": ["L1", "L2"],
            "valid_from": [MIDNIGHT, "1970-01-02T08:00:00+08:00"],
            "valid_to": ["1970-01-02T08:00:00+08:00", None],
        }
    )
    store.record("duties", rows)
    held = [store.facts("duties", valid_at=t) for t in (-1, 0, day(1) - 1, day(1))]
    assert [frame["holder_id"].tolist() for frame in held] == [
        [],
        ["L1"],
        ["L1"],
        ["L2"],
    ]


def test_batches_of_a_layer_are_recorded_one_after_the_other(store):
    row = posts(("P1", "G1", "grid_leader", "L1", MIDNIGHT))
    first, second = store.record("posts", row), store.record("posts", row)
    assert second.recorded_at == first.recorded_at + 1
    assert store.facts("posts")["batch"].tolist() == [second.sequence]


@pytest.mark.parametrize("layer", FACTS)
def test_frames_of_facts_have_the_same_columns_and_types_with_and_without_rows(
    store, layer
):
    store.record("posts", posts(("P1", "G1", "grid_leader", None, MIDNIGHT)))
    store.record("enterprises", enterprises(("E1", "tax", None)))
    given = {
        "posts": posts(("P2", "G1", "team", None, MIDNIGHT)),
        "enterprises": enterprises(("E2", "tax", None)),
        "duties": pd.DataFrame(
            {
                "duty_id": ["D"],
                "post_id": "P1",
                "holder_id": "L",
                "valid_from": MIDNIGHT,
            }
        ),
        "inspections": pd.DataFrame(
            {
                "inspection_id": ["I"],
                "place_id": "E1",
                "kind": "check",
                "valid_from": MIDNIGHT,
            }
        ),
        "rules": pd.DataFrame(
            {"rule_id": ["R"], "owner": "O", "body": "{}", "valid_from": MIDNIGHT}
        ),
        "stations": gpd.GeoDataFrame(
            {"station_id": ["S"], "kind": "emergency", "valid_from": MIDNIGHT},
            geometry=[shapely.Point(120.01, 30.005)],
            crs=CRS,
        ),
    }
    store.record(layer, given[layer])
    expected = empty_records(layer, CRS).dtypes.to_dict()
    assert store.records(layer).dtypes.to_dict() == expected
    del expected["cancelled"]
    assert store.facts(layer).dtypes.to_dict() == expected
    assert store.facts(layer, known_at=0).dtypes.to_dict() == expected
    assert type(store.facts(layer)) is type(empty_records(layer, CRS))


def test_points_come_back_at_nine_decimals_and_absent_ones_none(store):
    rows = enterprises(("E1", "tax", "甲"), ("E2", "tax", "乙"))
    rows.geometry = [shapely.Point(120.12345678949, 30.5), None]
    store.record("enterprises", rows)
    first, second = store.facts("enterprises").geometry
    assert (first.x, first.y) == (120.123456789, 30.5)
    assert second is None


def test_sources_of_one_enterprise_stay_apart_and_their_conflicts_are_listed(store):
    code = "91330100MA27XXXX0F"
    rows = enterprises(
        ("E1", "tax", "甲公司"), ("E1", "fire", "甲"), ("", "labour", "甲")
    )
    store.record("enterprises", rows.assign(credit_code=code))
    facts = store.facts("enterprises")
    assert sorted(facts["source"]) == ["fire", "labour", "tax"]
    assert facts["place_id"].tolist().count(code) == 1
    assert conflicts(facts).to_dict("list") == {
        "enterprise_id": [code] * 3,
        "field": ["name"] * 3,
        "source": ["fire", "labour", "tax"],
        "value": ["甲", "甲", "甲公司"],
    }


BAD_ROWS = {
    "unknown column": ({"colour": "red"}, "'colour'"),
    "no owner": ({"owner": None}, "row 1, field 'owner'"),
    "no offset": ({"valid_from": "2026-01-01T00:00:00"}, "no offset"),
    "ends early": ({"valid_to": "1969-01-01T00:00Z"}, "not after valid_from"),
    "empty interval": ({"valid_to": MIDNIGHT}, "not after valid_from"),
}


@pytest.mark.parametrize("name", BAD_ROWS)
def test_faulty_rule_is_refused_by_row_field_and_rule(store, name):
    changes, words = BAD_ROWS[name]
    row = {"rule_id": "R", "owner": "O", "body": "{}", "valid_from": MIDNIGHT}
    with pytest.raises(InvalidLayerError, match=words):
        store.record("rules", pd.DataFrame([row | changes]))
    assert store.last_link() is None
    assert store.facts("rules").empty


def test_repeated_key_and_unknown_place_are_refused_and_nothing_is_loaded(store):
    row = ("P1", "G1", "grid_leader", "L1", MIDNIGHT)
    with pytest.raises(InvalidLayerError, match="row 2, field 'post_id': 'P1' stands"):
        store.record("posts", posts(row, row))
    store.record("enterprises", enterprises(("E1", "tax", "甲")))
    visits = pd.DataFrame(
        {"inspection_id": ["I1", "I2"], "place_id": ["E1", "E9"]}
    ).assign(kind="check", valid_from=MIDNIGHT)
    with pytest.raises(InvalidLayerError, match="row 2, field 'place_id': 'E9' is not"):
        store.record("inspections", visits)
    assert store.facts("posts").empty
    assert store.facts("inspections").empty


def test_layer_that_is_not_one_of_facts_is_refused(store):
    for call in (
        lambda: store.facts("grids"),
        lambda: store.records("grids"),
        lambda: store.record("grids", pd.DataFrame()),
    ):
        with pytest.raises(InvalidLayerError, match="'grids' is no layer of facts"):
            call()


# events


def test_event_comes_back_to_the_last_byte(store):
    new = new_event("1")
    [receipt] = store.append_events([new])
    stored = store.event(receipt.event_id)
    assert stored.receipt == receipt
    assert stored.new.event == replace(new.event, event_id=receipt.event_id)
    assert stored.new.event.position == Position(120.0123456789012, 30.0051, "gcj02")
    assert (stored.new.at_occurrence, stored.new.acting) == (
        new.at_occurrence,
        new.acting,
    )
    assert (stored.new.lon, stored.new.lat) == (120.008123457, 30.0073)
    assert stored.new.details == new.details
    assert stored.new.destinations == ("police",)


def test_event_without_position_grid_and_accuracy_comes_back(store):
    new = replace(
        new_event("1", position=None, accuracy_m=None, community_id="330199101001"),
        lon=None,
        lat=None,
        grid_id=None,
        destinations=(),
    )
    [receipt] = store.append_events([new])
    event = replace(new.event, event_id=receipt.event_id)
    assert store.event(receipt.event_id).new == replace(new, event=event)
    assert store.events().geometry.isna().tolist() == [True]


def test_event_sent_twice_has_the_first_receipt(store, clock):
    first, again, other = store.append_events(
        [new_event("1"), new_event("1", severity=5), new_event("2")]
    )
    clock.now = day(9)
    [late] = store.append_events([new_event("1", severity=4)])
    assert first == again == late != other
    assert [r.is_new for r in (first, again, other, late)] == [True, False, True, False]
    assert store.events()["severity"].tolist() == [2, 2]
    assert len(list(store.log())) == 1


def test_same_number_of_another_source_is_another_event(store):
    store.append_events([new_event("1"), new_event("1", source="camera")])
    assert len(store.events()) == 2


def test_event_ids_are_uuid7_in_order_of_the_log_even_when_the_clock_goes_back(
    store, clock
):
    ids = []
    for number, now in enumerate([day(5), day(5), day(2), day(9)]):
        clock.now = now
        made = store.append_events([new_event(f"{number}a"), new_event(f"{number}b")])
        ids += [receipt.event_id for receipt in made]
    assert {uuid.UUID(i).version for i in ids} == {7}
    assert ids == sorted(ids)
    assert store.events()["event_id"].tolist() == ids
    assert store.events()["row"].tolist() == list(range(1, 9))


BAD_EVENTS = {
    "no source": (new_event("1", source=" "), "row 2, field 'source'"),
    "no number": (new_event(""), "row 2, field 'source_id'"),
    "half a position": (replace(new_event("1"), lat=None), "row 2, field 'lon'"),
    "infinite": (replace(new_event("1"), lon=float("inf")), "row 2, field 'lon'"),
    "no number as reported": (
        new_event("1", position=Position(float("nan"), 30.0)),
        "row 2, field 'x'",
    ),
    "no UUIDv7": (new_event("1", event_id=str(uuid.UUID(int=7))), "not a UUIDv7"),
    "NUL": (new_event("1\0"), "row 2, field 'source_id'"),
    "half a pair": (replace(new_event("1"), details="\ud800"), "no database keeps"),
}


@pytest.mark.parametrize("name", BAD_EVENTS)
def test_faulty_event_is_refused_with_the_whole_call(store, name):
    event, words = BAD_EVENTS[name]
    with pytest.raises(InvalidLayerError, match=words):
        store.append_events([new_event("good"), event])
    assert store.events().empty
    assert store.last_link() is None


def test_events_are_asked_by_time_owner_and_place_in_the_log(store):
    events = [new_event(str(n), occurred_at=day(n)) for n in range(6)]
    events[3] = replace(events[3], grid_id="G2")
    store.append_events(events)

    def numbers(**asked):
        return store.events(**asked)["source_id"].tolist()

    assert numbers(since=day(1), until=day(4)) == ["1", "2", "3"]
    assert numbers(grid_ids={"G2"}) == ["3"]
    assert numbers(grid_ids=[]) == []
    assert numbers(after=2, limit=2) == ["2", "3"]
    assert numbers(limit=0) == []
    assert list(store.events().columns) == [*EVENT_COLUMNS, "geometry"]
    assert store.events().dtypes.to_dict() == store.events(limit=0).dtypes.to_dict()


def test_outbox_names_events_for_a_destination_in_order(store):
    quiet = replace(new_event("2"), destinations=())
    receipts = store.append_events([new_event("1"), quiet, new_event("3")])
    assert store.outbox("police") == (receipts[0], receipts[2])
    assert store.outbox("police", limit=1) == (receipts[0],)
    assert store.outbox("police", after=receipts[0].row) == (receipts[2],)
    assert store.outbox("fire") == ()


def test_unknown_event_is_none_and_nothing_to_append_is_no_link(store):
    assert store.event("018f0000-0000-7000-8000-000000000000") is None
    assert store.append_events([]) == ()
    assert store.last_link() is None


def test_threads_that_append_lose_nothing(store):
    def append(worker):
        for number in range(20):
            store.append_events([new_event(f"{worker}-{number}")])

    workers = [threading.Thread(target=append, args=(n,)) for n in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert store.events()["source_id"].nunique() == 80
    assert store.events()["row"].tolist() == list(range(1, 81))
    assert faults_of(store) == []


# log


def fill(store, clock):
    """Write something of every kind."""
    publish_grounds(store, {day(0): GROUND}, base=None)
    publish_grounds(store, {day(90): GROUND}, base=1)
    clock.now += 5
    store.withdraw(2, reason="postponed", reviewer="chief")
    clock.now += 5
    store.record("posts", posts(("P1", "G1", "grid_leader", "L1", MIDNIGHT)))
    store.record("enterprises", enterprises(("E1", "tax", "甲"), ("E2", "tax", None)))
    clock.now += 5
    store.append_events([new_event("1"), new_event("2")])


def test_every_transaction_is_a_link_and_the_chain_verifies(store, clock):
    fill(store, clock)
    links = [link for link, _ in store.log()]
    assert [link.layer for link in links] == [
        "versions",
        "versions",
        "withdrawals",
        "posts",
        "enterprises",
        "events",
    ]
    assert store.last_link() == links[-1]
    assert [link for link, _ in store.log(after=4)] == links[4:]
    assert faults_of(store) == []


def test_revision_is_the_last_link_that_changes_what_is_answered(store, clock):
    fill(store, clock)
    assert store.revision() == 5
    store.append_events([new_event("3")])
    assert store.revision() == 5


def test_log_does_not_follow_from_another_store_id(store, clock):
    fill(store, clock)
    assert next(verify(store.log(), "another")).sequence == 1


def test_history_played_again_under_the_same_id_has_the_same_head(
    make_store, store, clock
):
    clock.now = day(1)
    fill(store, clock)
    again = Clock(day(1))
    copy = make_store(again, store.store_id)
    events = [store.event(i).new for i in store.events()["event_id"]]
    publish_grounds(copy, {day(0): GROUND}, base=None)
    publish_grounds(copy, {day(90): GROUND}, base=1)
    again.now += 5
    copy.withdraw(2, reason="postponed", reviewer="chief")
    again.now += 5
    for layer in ("posts", "enterprises"):
        rows = store.records(layer).drop(columns=["recorded_at", "batch"])
        copy.record(layer, rows)
    again.now += 5
    copy.append_events(events)
    assert copy.last_link() == store.last_link()
    for layer in ("posts", "enterprises"):
        assert_frame_equal(copy.records(layer), store.records(layer))
    assert_frame_equal(copy.events(), store.events())


def test_restored_id_that_is_in_use_is_refused(store):
    [receipt] = store.append_events([new_event("1")])
    with pytest.raises(InvalidLayerError, match="in use"):
        store.append_events([new_event("2", event_id=receipt.event_id)])
    assert len(store.events()) == 1


def handle_on(store):
    """Return another handle on a store; of one in memory there is no other."""
    if isinstance(store, PostgisStore):
        return PostgisStore(store._connections._url, now=store._now)
    if isinstance(store, GeoPackageStore):
        return GeoPackageStore(store._file.path, now=store._now)
    return store


def test_who_waits_hears_of_a_change_through_another_handle(store):
    other, heard = handle_on(store), []

    def wait():
        while len(heard) < 3:
            heard.append(other.wait_for_change(len(heard), 60))

    waiter = threading.Thread(target=wait)
    waiter.start()
    for number, name in enumerate("xyz", start=1):
        publish_grounds(store, {day(0): GROUND}, base=None, system=name)
        while len(heard) < number:
            time.sleep(0.001)
    waiter.join()
    assert heard == [1, 2, 3]
    assert other.wait_for_change(1, 60) == 3
    other.close()


def test_who_waits_in_vain_is_told_the_same_revision(store):
    assert store.wait_for_change(0, 0) == 0
    store.append_events([new_event("1")])
    assert store.wait_for_change(0, 0.01) == 0


def test_who_waits_at_a_store_that_is_closed_is_told_so(make_store, clock):
    store, said = make_store(clock), []

    def wait():
        try:
            said.append(store.wait_for_change(0, 60))
        except StoreError as error:
            said.append(str(error))

    waiters = [threading.Thread(target=wait) for _ in range(2)]
    for waiter in waiters:
        waiter.start()
    store.close()
    for waiter in waiters:
        waiter.join()
    assert said == ["The store is closed; open it again."] * 2


def test_closed_store_says_so(make_store, clock):
    store = make_store(clock)
    store.close()
    store.close()
    for call in (store.systems, store.revision, store.events):
        with pytest.raises(StoreError, match="closed"):
            call()


MONTHS = [dt.datetime(2025, month, 28, 23, tzinfo=dt.UTC) for month in (1, 2, 3, 12)]


@pytest.mark.parametrize("until", [None, *MONTHS])
@pytest.mark.parametrize("since", [None, *MONTHS])
def test_events_of_grids_are_those_of_a_plain_filter_whatever_the_months(
    store, since, until
):
    moments = [
        Instant(int(moment.timestamp() * 1000) + step)
        for moment in MONTHS
        for step in (-1, 0, 90_000_000)
    ]
    rows = [
        replace(
            new_event(
                str(number),
                occurred_at=at,
                captured_at=at,
                received_at=at,
            ),
            grid_id=f"G{number % 2}",
        )
        for number, at in enumerate(moments)
    ]
    store.append_events(rows)
    first, last = (
        None if moment is None else Instant(int(moment.timestamp() * 1000))
        for moment in (since, until)
    )
    found = store.events(since=first, until=last, grid_ids=["G1", "G7"])
    expected = [
        str(number)
        for number, at in enumerate(moments)
        if number % 2 and (first or 0) <= at and (last is None or at < last)
    ]
    assert found["source_id"].tolist() == expected
