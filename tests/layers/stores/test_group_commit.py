"""Callers that wait together are committed together, and answered each for itself."""

import threading

import pytest

from gis.errors import InvalidLayerError, StoreUnavailableError
from layers.stores import group_commit
from layers.stores.group_commit import GroupCommit
from support.makers.store_history import new_event


class Gate:
    """Appends in memory, but only when it is let."""

    def __init__(self):
        self.is_open = threading.Event()
        self.batches = []

    def __call__(self, events):
        self.is_open.wait()
        ids = [new.event.source_id for new in events]
        if "poison" in ids:
            raise InvalidLayerError("Event 'poison' is refused; leave it out.")
        if "end" in ids:
            raise SystemExit
        self.batches.append(ids)
        return tuple(ids)


def call_each(group, names):
    """Call from a thread each, in order; return what they heard."""
    heard = {}

    def call(name):
        try:
            heard[name] = group.append([new_event(name)])
        except Exception as error:
            heard[name] = error

    threads = [threading.Thread(target=call, args=(name,)) for name in names]
    for waiting, thread in enumerate(threads, start=1):
        thread.start()
        while len(group._waiting) + len(group._taken) < waiting or not group._taken:
            pass
    return heard, threads


def test_callers_that_wait_together_are_committed_together():
    gate = Gate()
    group = GroupCommit(gate)
    heard, threads = call_each(group, "abcde")
    gate.is_open.set()
    for thread in threads:
        thread.join()
    group.close()
    assert gate.batches == [["a"], ["b", "c", "d", "e"]]
    assert heard == {name: (name,) for name in "abcde"}


def test_no_caller_fails_for_the_event_of_another():
    gate = Gate()
    group = GroupCommit(gate)
    heard, threads = call_each(group, ["a", "b", "poison", "c"])
    gate.is_open.set()
    for thread in threads:
        thread.join()
    group.close()
    assert gate.batches == [["a"], ["b"], ["c"]]
    assert isinstance(heard.pop("poison"), InvalidLayerError)
    assert heard == {name: (name,) for name in "abc"}


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_dead_writer_thread_fails_those_who_wait_and_those_who_come():
    gate = Gate()
    group = GroupCommit(gate)
    heard, threads = call_each(group, ["a", "end", "b"])
    gate.is_open.set()
    for thread in threads:
        thread.join()
    assert heard.pop("a") == ("a",)
    assert {type(error) for error in heard.values()} == {StoreUnavailableError}
    assert not group.is_alive()
    with pytest.raises(StoreUnavailableError, match="writer of the store has ended"):
        group.append([new_event("c")])
    group.close()


def test_transaction_takes_no_further_caller_once_it_is_full(monkeypatch):
    monkeypatch.setattr(group_commit, "BATCH_EVENTS", 2)
    gate = Gate()
    group = GroupCommit(gate)
    _, threads = call_each(group, "abcde")
    gate.is_open.set()
    for thread in threads:
        thread.join()
    group.close()
    assert gate.batches == [["a"], ["b", "c"], ["d", "e"]]


def test_what_waits_is_appended_before_the_end_and_nothing_after():
    gate = Gate()
    group = GroupCommit(gate)
    heard, threads = call_each(group, "ab")
    assert group.is_alive()
    closing = threading.Thread(target=group.close)
    closing.start()
    gate.is_open.set()
    for thread in (*threads, closing):
        thread.join()
    assert heard == {"a": ("a",), "b": ("b",)}
    assert not group.is_alive()
    with pytest.raises(StoreUnavailableError, match="send them again"):
        group.append([new_event("c")])
