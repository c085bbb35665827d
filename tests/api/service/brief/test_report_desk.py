"""What was reported is read once; what is new is added behind it."""

import threading

import orjson
import pytest

from api.service.brief import report_desk
from api.service.brief.report_desk import ReportDesk
from gis.errors import NotReadyError, StoreUnavailableError
from layers.stores import Store
from layers.stores.memory import MemoryStore
from support.makers.loop_entries import intake_of


@pytest.fixture
def store() -> Store:
    """A store without anything."""
    return MemoryStore()


def append(store: Store, *source_ids: str) -> None:
    entries = [
        intake_of(name, details=orjson.dumps({"text": f"text of {name}"}).decode())
        for name in source_ids
    ]
    store.append(entries).result()


def test_new_events_are_added_and_none_is_read_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, read, starts = ReportDesk(store), store.events, []

    def events(after: int, limit: int) -> object:
        starts.append(after)
        return read(after=after, limit=limit)

    monkeypatch.setattr(store, "events", events)
    append(store, "H-1", "H-2")
    assert list(desk.current.by_words("text")) == [2, 1]
    append(store, "H-3")
    assert list(desk.current.by_words("text")) == [3, 2, 1]
    assert list(desk.current.by_id("h3")) == [3]
    assert starts == [0, 2]


def test_more_than_who_asks_waits_for_is_read_aside(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_desk, "BLOCK", 2)
    monkeypatch.setattr(report_desk, "MOST_BLOCKS", 1)
    append(store, *(f"H-{n}" for n in range(9)))
    desk = ReportDesk(store)
    with pytest.raises(NotReadyError, match="leave event out of kinds"):
        _ = desk.current
    _wait_for(desk)
    assert len(list(desk.current.by_words("text"))) == 9


def test_who_asks_meanwhile_is_not_kept_waiting(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_desk, "MOST_WAIT_S", 0.02)
    append(store, "H-1")
    desk = ReportDesk(store)
    with desk._reading, pytest.raises(NotReadyError, match="still being read"):
        _ = desk.current
    assert list(desk.current.by_id("h1")) == [1]


def test_a_store_that_is_away_while_it_is_read_aside_is_read_on_later(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_desk, "BLOCK", 1)
    monkeypatch.setattr(report_desk, "MOST_BLOCKS", 1)
    append(store, "H-1", "H-2", "H-3")
    desk, read = ReportDesk(store), store.events

    def events(after: int, limit: int) -> object:
        if threading.current_thread() is not threading.main_thread():
            raise StoreUnavailableError("The store is away.")
        return read(after=after, limit=limit)

    with monkeypatch.context() as patch:
        patch.setattr(store, "events", events)
        with pytest.raises(NotReadyError):
            _ = desk.current
        _wait_for(desk)
    with pytest.raises(NotReadyError):
        _ = desk.current
    _wait_for(desk)
    assert list(desk.current.by_words("text")) == [3, 2, 1]


def _wait_for(desk: ReportDesk) -> None:
    """Wait until nobody reads."""
    assert desk._reading.acquire(timeout=10)
    desk._reading.release()
