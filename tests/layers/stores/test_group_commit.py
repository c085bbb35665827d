"""Callers that wait together are committed together, and answered each for itself."""

import threading

import pytest

from gis.errors import InvalidLayerError, StoreBusyError, StoreUnavailableError
from layers.stores import group_commit
from layers.stores.group_commit import GroupCommit, outcome_of
from layers.stores.loops import Entry
from support.makers.store_history import new_event


class Gate:
    """Appends in memory, but only when it is let."""

    def __init__(self):
        self.is_open = threading.Event()
        self.batches = []

    def __call__(self, calls):
        self.is_open.wait()
        ids = [entry.event.event.source_id for entries in calls for entry in entries]
        if "poison" in ids:
            raise InvalidLayerError("Event 'poison' is refused; leave it out.")
        if "end" in ids:
            raise SystemExit
        self.batches.append(ids)
        return [
            InvalidLayerError("No.") if name == "wrong" else (name,) for name in ids
        ]


def call_each(group, names):
    """Call from a thread each, in order; return what they heard."""
    heard = {}

    def call(name):
        try:
            heard[name] = group.append([Entry(new_event(name))]).result()
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
        group.append([Entry(new_event("c"))])
    group.close()


def test_transaction_takes_no_further_caller_once_it_is_full(monkeypatch):
    monkeypatch.setattr(group_commit, "BATCH_ITEMS", 2)
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
        group.append([Entry(new_event("c"))])


def test_a_refusal_of_one_leaves_the_transaction_of_the_others():
    gate = Gate()
    group = GroupCommit(gate)
    heard, threads = call_each(group, ["a", "b", "wrong", "c"])
    gate.is_open.set()
    for thread in threads:
        thread.join()
    group.close()
    assert gate.batches == [["a"], ["b", "wrong", "c"]]
    assert isinstance(heard.pop("wrong"), InvalidLayerError)
    assert heard == {name: (name,) for name in "abc"}


def test_a_caller_too_many_is_refused_at_once():
    gate = Gate()
    group = GroupCommit(gate, most_waiting=2)
    _, threads = call_each(group, "abc")
    assert group.waiting() == 2
    with pytest.raises(StoreBusyError, match="2 callers wait"):
        group.append([Entry(new_event("d"))])
    gate.is_open.set()
    for thread in threads:
        thread.join()
    group.close()
    assert gate.batches == [["a"], ["b", "c"]]


def test_who_went_away_before_its_turn_has_nothing_appended():
    gate = Gate()
    group = GroupCommit(gate)
    _, threads = call_each(group, "a")
    future = group.append([Entry(new_event("b"))])
    assert future.cancel()
    gate.is_open.set()
    for thread in threads:
        thread.join()
    group.close()
    assert gate.batches == [["a"]]


def test_a_call_of_its_own_has_its_outcome_at_once():
    gate = Gate()
    gate.is_open.set()
    assert outcome_of(gate, [Entry(new_event("a"))]).result() == ("a",)
    for name in ("wrong", "poison"):
        assert isinstance(
            outcome_of(gate, [Entry(new_event(name))]).exception(), InvalidLayerError
        )


def test_those_who_come_again_together_are_committed_together(monkeypatch):
    monkeypatch.setattr(group_commit, "PAUSE_S", 60)
    gate = Gate()
    gate.is_open.set()
    group = GroupCommit(gate)
    group._enough = 3
    futures = [group.append([Entry(new_event(name))]) for name in "abc"]
    assert [future.result() for future in futures] == [("a",), ("b",), ("c",)]
    assert gate.batches == [["a", "b", "c"]]
    group.append([Entry(new_event("d"))])
    group.close()
    assert gate.batches == [["a", "b", "c"], ["d"]]


def test_who_was_answered_is_awaited_by_those_who_came_meanwhile(monkeypatch):
    monkeypatch.setattr(group_commit, "PAUSE_S", 60)
    gate = Gate()
    group = GroupCommit(gate)
    heard, threads = call_each(group, "abc")
    gate.is_open.set()
    threads[0].join()
    again = group.append([Entry(new_event("a again"))])
    assert again.result() == ("a again",)
    group.close()
    for thread in threads:
        thread.join()
    assert gate.batches == [["a"], ["b", "c", "a again"]]
    assert {*heard} == {*"abc"}


def test_nobody_waits_for_those_who_do_not_come(monkeypatch):
    monkeypatch.setattr(group_commit, "PAUSE_S", 0)
    gate = Gate()
    gate.is_open.set()
    group = GroupCommit(gate)
    group._enough = 3
    assert group.append([Entry(new_event("a"))]).result() == ("a",)
    group.close()
    assert group._enough == 1
