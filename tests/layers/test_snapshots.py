"""Snapshots: what a reader is told belongs together, whatever is swapped meanwhile."""

import threading

import numpy as np
import pandas as pd
import pytest

from gis.errors import InvalidLayerError, StoreError
from gis.models import Instant
from layers.snapshots import Snapshots
from layers.stores.memory import MemoryStore
from support.makers.contract_rows import neighbours, record_event_facts
from support.makers.store_history import Clock, day, new_event, publish_grounds

OLD = {"A1": (0, 4), "A2": (4, 8), "A3": (8, 12)}
NEW = {"B1": (0, 2), "B2": (2, 6), "B3": (6, 12)}
MIDNIGHT = "1970-01-01T00:00:00+00:00"


@pytest.fixture
def clock():
    return Clock(day(1))


@pytest.fixture
def store(clock):
    """Every grid id of version 2, from day 10, differs from those of version 1."""
    store = MemoryStore(now=clock)
    publish_grounds(store, {day(0): OLD}, base=None)
    publish_grounds(store, {day(10): NEW}, base=1)
    return store


@pytest.fixture
def snapshots(store, clock):
    return Snapshots(store, now=clock)


def lead(store, area_id, holder_id, *, is_restored=False, **changes):
    row = {
        "post_id": f"{area_id}-L",
        "area_id": area_id,
        "role": "grid_leader",
        "holder_id": holder_id,
        "valid_from": MIDNIGHT,
    }
    rows = pd.DataFrame([row | changes])
    return store.record("posts", rows, is_restored=is_restored)


def posts_of(snapshots):
    return list(snapshots.current.territory.duties.roster.posts)


def test_answer_says_revision_version_and_digest(store, snapshots):
    assignment = snapshots.current.assigner.assign(120.01, 30.005, day(1))
    provenance = assignment.provenance
    assert snapshots.current.revision == store.revision() == 2
    assert provenance.version == 1
    assert provenance.digest == store.history().versions[0].digest
    assert (assignment.grid_id, assignment.chain) == ("A1", ("W", "C"))


def test_nothing_is_built_while_nothing_changes(store, snapshots):
    before = snapshots.current
    store.append_events([new_event("1")])
    assert not snapshots.refresh()
    assert snapshots.current is before


def station(store):
    row = {"station_id": "S1", "kind": "community_fire", "area_id": "W"}
    return store.record("stations", pd.DataFrame([row | {"valid_from": MIDNIGHT}]))


def test_fact_that_changes_no_answer_moves_the_revision_alone(store, snapshots):
    before, past = snapshots.current, snapshots.at(day(10))
    link = station(store)
    assert snapshots.refresh()
    after = snapshots.current
    assert after.revision == link.sequence == before.revision + 1
    assert after.basis is before.basis
    assert after.neighbours is before.neighbours
    assert snapshots.at(day(10)).basis is past.basis
    assert snapshots.at(day(10)).revision == link.sequence


def test_sources_devices_departments_destinations_and_keys_build_nothing(
    store, snapshots
):
    before = snapshots.current
    record_event_facts(store)
    assert snapshots.refresh()
    assert snapshots.current.revision == before.revision + 5
    assert snapshots.current.basis is before.basis


def test_post_recorded_before_such_a_fact_is_not_passed_over(store, snapshots):
    lead(store, "A1", "L1")
    station(store)
    assert snapshots.refresh()
    assert posts_of(snapshots) == ["A1-L"]


def test_version_that_came_into_force_meanwhile_is_built(store, snapshots, clock):
    station(store)
    clock.now = day(10)
    assert snapshots.refresh()
    assert snapshots.current.version.version == 2


def test_new_fact_is_seen_after_a_refresh(store, snapshots):
    link = lead(store, "A1", "L1")
    assert (
        snapshots.current.assigner.assign(120.01, 30.005, day(1)).accountable_post
        is None
    )
    assert snapshots.refresh()
    assert snapshots.current.revision == link.sequence
    assignment = snapshots.current.assigner.assign(120.01, 30.005, day(1))
    assert assignment.accountable_post == "A1-L"


def test_layers_of_a_version_are_read_once(store, snapshots, clock):
    before = snapshots.current
    lead(store, "A1", "L1")
    assert snapshots.refresh()
    after, anew = snapshots.current, Snapshots(store, now=clock).current
    assert posts_of(snapshots) == ["A1-L"]
    assert after.layers is before.layers
    assert anew.layers is not before.layers
    for x in (120.01, 120.05, 120.09, 121.0):
        answers = [each.assigner.assign(x, 30.005, day(1)) for each in (after, anew)]
        assert answers[0] == answers[1]
    clock.now = day(10)
    assert snapshots.refresh()
    assert sorted(snapshots.current.layers.grids["grid_id"]) == [*NEW]


def test_shared_snapshot_is_gone_on_from_while_it_is_in_force(store, snapshots, clock):
    shared = snapshots.current
    assert Snapshots(store, now=clock, start=shared).current is shared
    link = station(store)
    moved = Snapshots(store, now=clock, start=shared).current
    assert (moved.basis, moved.revision) == (shared.basis, link.sequence)
    lead(store, "A1", "L1")
    manned = Snapshots(store, now=clock, start=shared)
    assert posts_of(manned) == ["A1-L"]
    assert manned.current.revision == store.revision()
    clock.now = day(10)
    later = Snapshots(store, now=clock, start=shared).current
    assert later.version.version == 2


def test_duty_in_force_decides_who_answers(store, snapshots):
    lead(store, "A1", None)
    duties = pd.DataFrame(
        {
            "duty_id": ["D1", "D2"],
            "post_id": "A1-L",
            "holder_id": ["L1", "L2"],
            "valid_from": [MIDNIGHT, "1970-01-03T00:00Z"],
            "valid_to": ["1970-01-03T00:00Z", None],
        }
    )
    link = store.record("duties", duties)
    snapshots.refresh()
    found = [
        snapshots.current.assigner.assign(120.01, 30.005, at)
        for at in (day(2) - 1, day(2), day(9999))
    ]
    assert [answer.accountable.holder_id for answer in found] == ["L1", "L2", "L2"]
    assert found[0].provenance.duty_revision == link.recorded_at


def test_version_comes_into_force_by_itself(snapshots, clock):
    assert snapshots.current.expires_at == day(10)
    clock.now = day(10) - 1
    assert not snapshots.refresh()
    clock.now = day(10)
    assert snapshots.refresh()
    assert snapshots.current.assigner.assign(120.01, 30.005, day(1)).grid_id == "B1"
    assert snapshots.current.expires_at is None


def test_post_comes_and_goes_by_itself(store, clock):
    lead(
        store, "A1", "L1", valid_from="1970-01-03T00:00Z", valid_to="1970-01-05T00:00Z"
    )
    snapshots = Snapshots(store, now=clock)
    found = []
    for number in (1, 2, 3, 4):
        clock.now = day(number)
        snapshots.refresh()
        found.append(len(posts_of(snapshots)))
    assert found == [0, 1, 1, 0]


def test_post_of_a_retired_grid_is_left_out(store, clock):
    lead(store, "A1", "L1")
    clock.now = day(10)
    assert posts_of(Snapshots(store, now=clock)) == []


def test_old_snapshot_answers_as_before(store, snapshots, clock):
    old = snapshots.current
    clock.now = day(10)
    snapshots.refresh()
    lead(store, "B1", "L1")
    snapshots.refresh()
    assert old.assigner.assign(120.01, 30.005, day(1)).grid_id == "A1"
    assert old.revision == 2


def test_snapshot_that_cannot_be_built_leaves_the_current_one(store, snapshots):
    lead(store, "A1", "L1")
    lead(store, "A1", "L2", post_id="second", is_restored=True)
    before = snapshots.current
    with pytest.raises(InvalidLayerError, match="two leader posts"):
        snapshots.refresh()
    assert snapshots.current is before


def test_grid_system_without_a_version_in_force_is_refused(store):
    with pytest.raises(StoreError, match="no version in force"):
        Snapshots(store, now=Clock(-1))


class Restless(MemoryStore):
    """A store that somebody writes to between any two looks."""

    looks = 0

    def revision(self):
        self.looks += 1
        return self.looks


def test_store_that_changes_with_every_look_is_not_read_mixed(clock):
    store = Restless(now=clock)
    publish_grounds(store, {day(0): OLD}, base=None)
    with pytest.raises(StoreError, match="changed during 5 attempts"):
        Snapshots(store, now=clock)


def test_no_answer_is_mixed_while_versions_are_swapped(snapshots, clock):
    answers, is_over = [], threading.Event()

    def ask():
        while len(answers) < 10_000 or not is_over.is_set():
            at = 120.005 + len(answers) % 12 / 100
            answers.append(snapshots.current.assigner.assign(at, 30.005, day(1)))

    reader = threading.Thread(target=ask)
    reader.start()
    for swap in range(6):
        clock.now = day(1) if swap % 2 else day(10)
        assert snapshots.refresh()
    is_over.set()
    reader.join()
    told = {(a.provenance.version, a.grid_id[0]) for a in answers}
    assert told == {(1, "A"), (2, "B")}


def test_snapshot_belongs_to_nobody_else(store, snapshots):
    store.version_layers(1).grids["grid_id"] = "changed"
    snapshots.current.layers.grids["grid_id"] = "changed"
    snapshots.refresh()
    assert snapshots.current.assigner.assign(120.01, 30.005, day(1)).grid_id == "A1"
    assert store.version_layers(1).grids["grid_id"].tolist() == ["A1", "A2", "A3"]


def grid_at(snapshots, at):
    return snapshots.at(at).assigner.assign(120.01, 30.005, at).grid_id


def test_a_time_reaches_the_version_in_force_then(snapshots, clock):
    assert grid_at(snapshots, day(1)) == "A1"
    assert grid_at(snapshots, day(11)) == "B1"
    clock.now = day(12)
    snapshots.refresh()
    assert snapshots.at(day(12)) is snapshots.current
    assert grid_at(snapshots, day(10) - 1) == "A1"


def test_before_any_version_there_is_nothing(snapshots):
    assert snapshots.at(Instant(day(0) - 1)) is None
    assert snapshots.at(day(0)) is snapshots.current


def test_a_time_reaches_the_post_of_then(store, snapshots, clock):
    lead(store, "A1", "L1", valid_from="1970-01-03T00:00Z")
    clock.now = day(3)
    snapshots.refresh()
    posts = [
        snapshots.at(at).assigner.assign(120.01, 30.005, at).accountable_post
        for at in (day(1), day(2) - 1, day(2), day(4))
    ]
    assert posts == [None, None, "A1-L", "A1-L"]


def test_another_time_is_built_once_and_anew_after_a_change(store, snapshots):
    first = snapshots.at(day(11))
    assert snapshots.at(day(12)) is first
    lead(store, "B1", "L9", valid_from="1970-01-01T00:00Z")
    snapshots.refresh()
    assert snapshots.at(day(11)).revision == snapshots.current.revision
    assert grid_at(snapshots, day(11)) == "B1"


def test_neighbour_is_in_force_in_its_time_and_none_is_known_without(
    store, snapshots, clock
):
    assert snapshots.current.basis.jurisdictions is None
    rows = neighbours(("330106", None, 119, 120))
    until = ["1970-01-05T00:00:00+00:00"]
    store.record("neighbours", rows.assign(valid_to=until))
    assert snapshots.refresh()
    assert snapshots.current.expires_at == day(4)
    [area] = snapshots.current.basis.jurisdictions.at_many(
        np.array([119.5]), np.array([30.0])
    )
    assert area.neighbour_id == "330106"
    clock.now = day(4)
    assert snapshots.refresh()
    assert snapshots.current.basis.jurisdictions is None
