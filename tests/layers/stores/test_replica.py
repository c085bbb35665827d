"""A copy of a store is read while it has all the store has, and never instead of it."""

import time
from contextlib import closing

import pytest

from gis.errors import StoreError, StoreUnavailableError
from layers.stores import create_store, replica
from layers.stores.replica import Replica
from support.makers.store_history import Clock, day, new_event


def town(store_id="S"):
    return create_store("memory:", now=Clock(day(1)), store_id=store_id)


class Away:
    """A copy that cannot be opened until it is there; how often that was tried."""

    def __init__(self, store):
        self.store, self.is_there, self.count = store, False, 0

    def open(self):
        self.count += 1
        if not self.is_there:
            raise StoreUnavailableError("The database is away; ask again.")
        return self.store


def test_copy_is_read_only_while_it_has_the_last_link():
    store, copy = town(), town()
    with closing(Replica(store, lambda: copy)) as both:
        assert both.read(lambda source: source) is copy
        for number in ("1", "2"):
            store.append_events([new_event(number)])
            assert both.read(lambda source: source) is store
            copy.append_events([new_event(number)])
            assert both.read(lambda source: source) is copy
        # what came to the copy between two looks does no harm
        copy.append_events([new_event("3")])
        assert both.read(lambda source: source) is copy


def test_copy_of_another_store_is_refused():
    with pytest.raises(StoreError, match="keeps store 'T', expected a replica of 'S'"):
        Replica(town(), lambda: town("T"))


def test_copy_that_is_away_is_asked_for_again_after_a_pause(monkeypatch, caplog):
    store = town()
    away = Away(town())
    both = Replica(store, away.open)
    assert both.read(lambda source: source) is store
    away.is_there = True
    assert both.read(lambda source: source) is store
    assert away.count == 1
    now = time.monotonic() + replica.PAUSE_S
    monkeypatch.setattr(replica.time, "monotonic", lambda: now)
    assert both.read(lambda source: source) is away.store
    assert both.read(lambda source: source) is away.store
    assert away.count == 2
    assert [record.message for record in caplog.records] == [
        "The read replica is not asked for 30 s: The database is away; ask again."
    ]


def test_others_do_not_wait_for_who_tries_a_copy_that_was_away(monkeypatch):
    store, away = town(), Away(town())
    both = Replica(store, away.open)
    now = time.monotonic() + replica.PAUSE_S
    monkeypatch.setattr(replica.time, "monotonic", lambda: now)
    answers = []

    def slow():
        answers.append(both.read(lambda source: source))
        return away.store

    both._open_copy = slow
    assert both.read(lambda source: source) is away.store
    assert answers == [store]


def test_question_that_fails_at_the_copy_is_asked_of_the_store():
    store, copy = town(), town()
    both = Replica(store, lambda: copy)
    asked = []

    def question(source):
        asked.append(source)
        if source is copy:
            raise StoreError("It conflicts with recovery; ask again.")
        return source

    assert both.read(question) is store
    assert both.read(question) is store
    assert asked == [copy, store, store]
