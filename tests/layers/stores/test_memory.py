"""What is the memory store's own: its id, its CRS, its end with the process."""

import threading

import pytest

from gis.errors import StoreUnavailableError
from gis.models import Instant
from layers.stores.memory import MemoryStore
from support.makers.contract_rows import GROUND, faults_of
from support.makers.store_history import CRS, Clock, day, new_event, publish_grounds


def test_each_store_is_another_unless_its_id_is_given():
    first, second = MemoryStore(now=Clock()), MemoryStore(now=Clock())
    assert first.store_id != second.store_id
    assert MemoryStore(now=Clock(), store_id="S").store_id == "S"


def test_stores_share_nothing():
    first, second = (MemoryStore(now=Clock(day(1)), store_id="S") for _ in range(2))
    first.append_events([new_event("1")])
    publish_grounds(first, {day(0): GROUND}, base=None)
    assert second.last_link() is None
    assert second.systems() == ()
    assert second.events().empty


def test_empty_frames_are_in_the_crs_of_the_store():
    store = MemoryStore(now=Clock(), crs="EPSG:4326")
    for frame in (store.grids(), store.events(), store.facts("enterprises")):
        assert frame.crs == "EPSG:4326"
    assert MemoryStore(now=Clock()).crs == CRS


def test_row_that_is_changed_in_memory_shows_in_the_log():
    store = MemoryStore(now=Clock(day(1)))
    publish_grounds(store, {day(0): GROUND}, base=None)
    [receipt] = store.append_events([new_event("1")])
    assert faults_of(store) == []
    object.__setattr__(store.event(receipt.event_id).new, "details", "other")
    [fault] = faults_of(store)
    assert fault.sequence == 2


def test_who_waits_hears_of_the_end_of_the_store():
    store = MemoryStore(now=Clock())
    heard = []

    def wait():
        with pytest.raises(StoreUnavailableError, match="is closed") as caught:
            store.wait_for_change(0, timeout_s=60)
        heard.append(str(caught.value))

    waiter = threading.Thread(target=wait)
    waiter.start()
    store.close()
    waiter.join()
    assert heard == ["The store is closed; open it again."]
    assert not store.is_healthy()


def test_clock_that_goes_back_records_at_the_last_record():
    clock = Clock(day(5))
    store = MemoryStore(now=clock)
    store.append_events([new_event("1")])
    clock.now = day(1)
    [receipt] = store.append_events([new_event("2")])
    assert receipt.recorded_at == Instant(day(5))
