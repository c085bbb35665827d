"""One suite for every store: every transaction is a link, and readers hear of it."""

import threading
import time

import pytest
from pandas.testing import assert_frame_equal

from gis.errors import (
    InvalidLayerError,
    StoreError,
)
from layers.stores.log import verify
from support.harness.two_writers import handle_on
from support.makers.contract_rows import GROUND, MIDNIGHT, enterprises, faults_of, posts
from support.makers.store_history import Clock, day, new_event, publish_grounds


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


def test_changed_layers_are_those_of_later_links_but_for_events(store, clock):
    fill(store, clock)
    assert store.changed_layers(0) == {
        "versions",
        "withdrawals",
        "posts",
        "enterprises",
    }
    assert store.changed_layers(4) == {"enterprises"}
    assert store.changed_layers(store.revision()) == frozenset()


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
