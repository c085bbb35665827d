"""Entries that are refused stop no other, and what is wrong is said once."""

import pytest

from api.service.events.attempts import Attempts
from gis.errors import StoreBusyError, StoreUnavailableError
from gis.events import Changes
from layers.stores import Store, open_store
from layers.stores.loops import Entry
from support.makers.loop_entries import action_of, intake_of


@pytest.fixture
def store() -> Store:
    return open_store("memory:")


def new_event(store: Store, source_id: str) -> str:
    [receipt] = store.append([intake_of(source_id)]).result()
    return receipt.event.event_id


def note(event_id: str, seq: int, **loop: object) -> Entry:
    action = action_of(event_id, changes=Changes(loop))
    return Entry(actions=(action,), expected_seq=seq)


def test_one_that_is_refused_stops_no_other(store: Store) -> None:
    good, bad = new_event(store, "1"), new_event(store, "2")
    outcome = Attempts(store, "note").append(
        {bad: note(bad, 1, colour="red"), good: note(good, 1)}
    )
    assert (outcome.stored, outcome.is_settled) == ({good}, True)


def test_one_that_was_overtaken_is_to_be_made_anew(store: Store) -> None:
    event_id = new_event(store, "1")
    attempts = Attempts(store, "note")
    assert not attempts.append({event_id: note(event_id, 9)}).is_settled
    assert attempts.count == 0


def test_the_same_fault_is_logged_once(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    event_id = new_event(store, "1")
    attempts = Attempts(store, "note")
    for _ in range(3):
        attempts.append({event_id: note(event_id, 1, colour="red")})
    assert len(caplog.records) == 1
    attempts.forget_others(())
    assert attempts.count == 0


def test_a_full_queue_leaves_the_rest_for_later(store: Store) -> None:
    event_id = new_event(store, "1")

    def full(_entries: object) -> None:
        raise StoreBusyError("Too many wait.")

    store.append = full
    assert not Attempts(store, "note").append({event_id: note(event_id, 1)}).is_settled


def test_a_store_that_is_away_is_no_fault_of_an_event(store: Store) -> None:
    event_id = new_event(store, "1")
    store.close()
    attempts = Attempts(store, "note")
    with pytest.raises(StoreUnavailableError):
        attempts.append({event_id: note(event_id, 1)})
    assert attempts.count == 0
