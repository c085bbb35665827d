"""Sample towns as stores, layer by layer; that all is loaded is tested with init."""

from dataclasses import replace

import pytest

from api.service.events.load import EventJob
from api.service.stores.sample import (
    AUTHOR,
    FOUNDED,
    REVIEWER,
    SAMPLE_NOW,
    append_month,
    publish_merged,
    publish_sample,
    record_enterprises,
    record_inspections,
    record_posts,
    record_rules,
    record_stations,
    sample_source,
)
from gis.errors import StoreError
from gis.synthetic import Town, make_x_town
from layers.stores import Store, open_store
from support.makers.square_town import TIMEZONE, local


@pytest.fixture(scope="module")
def small(town: Town) -> Town:
    """S town with the first of its places, their inspections, and few events."""
    places = town.enterprises.iloc[:40]
    inspections = town.inspections
    is_there = inspections["place_id"].isin(places["place_id"])
    is_nowhere = town.events["lon"].isna()
    events = town.events[is_nowhere.cumsum() <= 1].iloc[-30:]
    return replace(
        town,
        enterprises=places,
        inspections=inspections[is_there],
        events=events.reset_index(drop=True),
    )


@pytest.fixture(scope="module")
def store(small: Town) -> Store:
    """The town without facts."""
    store = open_store("memory:")
    publish_sample(store, small)
    return store


def test_town_is_true_since_it_was_founded(store: Store, small: Town) -> None:
    [version] = store.history().versions
    assert version.valid_from == FOUNDED == local("2026-01-01")
    assert (version.author, version.reviewer) == (AUTHOR, REVIEWER)
    assert local("2026-09-30T23:45") == SAMPLE_NOW
    assert len(store.grids()) == len(small.grids) == 125
    assert len(store.circles()) == len(small.circles)


def test_town_is_published_once(store: Store, small: Town) -> None:
    with pytest.raises(StoreError):
        publish_sample(store, small)
    assert len(store.history().versions) == 1


def test_posts_come_with_duties_and_turns(store: Store, small: Town) -> None:
    record_posts(store, small, TIMEZONE)
    assert len(store.facts("posts")) == len(small.posts)
    duties, records = set(store.facts("duties")["duty_id"]), small.month.duties
    cancelled = set(records.loc[records["cancelled"], "duty_id"])
    rotations = set(small.month.rotations["rotation_id"])
    turns = {duty for duty in duties if duty.rpartition("/")[0] in rotations}
    assert duties - turns == set(records["duty_id"]) - cancelled
    assert {turn.rpartition("/")[0] for turn in turns} == rotations


def test_places_come_with_their_inspections_and_register(
    store: Store, small: Town
) -> None:
    record_enterprises(store, small, TIMEZONE)
    record_inspections(store, small, TIMEZONE)
    assert set(store.facts("enterprises")["source"]) == {"s_town"}
    ids = store.facts("inspections")["inspection_id"].tolist()
    assert sorted(ids) == sorted(small.inspections["inspection_id"])
    assert ids


def test_rules_are_the_shipped_ones_and_those_of_the_town(
    store: Store, small: Town
) -> None:
    record_rules(store, small, TIMEZONE)
    record_stations(store, small, TIMEZONE)
    rules = set(store.facts("rules")["rule_id"])
    assert {"safety", "risk", "imprint"} < rules
    assert len(store.facts("stations")) == len(small.stations)


def test_event_is_received_when_it_occurred_and_may_have_no_position(
    store: Store, small: Town
) -> None:
    append_month(store, small, EventJob("s_town", TIMEZONE, 0.0))
    events = store.events()
    assert len(events) == len(small.events) == 30
    assert (events["received_at"] == events["occurred_at"]).all()
    assert events.geometry.isna().sum() == small.events["lon"].isna().sum()


def test_former_systems_are_published_with_the_grids_that_got_their_ground() -> None:
    merged = make_x_town()
    store = open_store("memory:")
    publish_merged(store, merged)
    assert store.systems() == ("main", "party_building", "public_order")
    assert [len(store.grids(system=name)) for name in store.systems()] == [32, 24, 27]
    [version] = store.history().versions
    assert (version.note, len(version.lineage)) == ("X town", 88)
    went_to = store.history().descendants("PB-01", system="party_building")
    first = merged.lineage[merged.lineage["from_id"] == "PB-01"]
    assert went_to == {("main", grid_id) for grid_id in first["to_id"]}


def test_source_of_a_town_is_its_name(town: Town) -> None:
    assert sample_source(town) == "s_town"
