"""One suite for every store: actions are kept, and loops and tasks follow from them."""

import threading
from functools import partial

import pytest

from gis.access import EVERYWHERE, Scope
from gis.errors import (
    ChangedRequestError,
    LoopError,
    SequenceError,
    StoreError,
)
from gis.events import Changes
from gis.models import Instant
from layers.stores.log import UNREVISED
from layers.stores.loops import Entry, TaskQuery
from support.harness.two_writers import at_once, handle_on
from support.makers.contract_rows import faults_of
from support.makers.loop_entries import AT, action_of, intake_of
from support.makers.store_history import day, new_event

WRITERS = 16
SEEN = Scope(EVERYWHERE, grants=("a", "b", "c", "noise"))
"""Sees every loop of these tests."""


def append(store, *entries):
    """Append entries as one caller; return the receipts."""
    return store.append(entries).result()


def take_in(store, source_id="1", **values):
    """Take in an event; return its id."""
    [receipt] = append(store, intake_of(source_id, **values))
    return receipt.event.event_id


def step(event_id, action="note", *, loop=(), tasks=(), expected_seq=None, **values):
    """Return the entry of one action of an event."""
    changes = Changes(dict(loop), tuple(tasks))
    brought = action_of(event_id, action, changes=changes, **values)
    return Entry(None, (brought,), expected_seq)


# intake and requests


def test_event_and_its_actions_come_back_whole_by_links_of_their_own(store):
    task = {"sort": "handle", "post_id": "P1", "due_at": AT}
    entry = intake_of(
        "1",
        loop={"severity": 3, "is_supervised": True, "closed_tier": 2, "version": 4},
        tasks=[task],
        path=("reported", "collected"),
        reason="噪声 '\"\n",
        request_key="r",
        key_id="K",
        answer=bytes(range(256)),
        destinations=("police", "desk"),
    )
    [receipt] = append(store, entry)
    event_id = receipt.event.event_id
    [stored] = store.actions(event_id)
    assert receipt.actions == (stored,)
    assert (stored.action, stored.row, stored.seq) == (entry.actions[0], 1, 1)
    assert store.action_of("K", "r") == stored
    assert store.loop(event_id) == receipt.loop
    assert (receipt.loop.row, receipt.loop.seq, receipt.loop.due_at) == (1, 1, AT)
    assert store.tasks(TaskQuery(event_id=event_id), SEEN) == receipt.tasks
    layers = [link.layer for link, _ in store.log()]
    assert layers == ["events", "actions"]
    assert (receipt.event.batch, stored.batch) == (1, 2)
    assert faults_of(store) == []


def test_intake_that_comes_again_has_the_answer_of_the_first(store, clock):
    [first] = append(store, intake_of("1", answer=b"first"))
    append(store, step(first.event.event_id))
    clock.now = day(9)
    other = handle_on(store)
    again, new = append(other, intake_of("1", answer=b"second"), intake_of("2"))
    assert again.actions == first.actions
    assert (again.event, again.is_new, again.event.is_new) == (
        first.event,
        False,
        False,
    )
    assert new.is_new
    assert len(store.events()) == 2
    if other is not store:
        other.close()


def test_intake_that_comes_again_and_says_something_else_is_refused(store):
    take_in(store)
    head = store.last_link()
    calls = [intake_of("2"), intake_of("1", request={"id": "1", "kind": "fire"})]
    with pytest.raises(ChangedRequestError, match="'1' of 'hotline' came before"):
        append(store, *calls)
    assert store.last_link() == head


def test_request_that_comes_again_is_appended_once(store):
    event_id = take_in(store)
    request = {"key_id": "K", "request_key": "r", "request": {"text": "a"}}
    [first] = append(store, step(event_id, **request, answer=b"first"))
    [again] = append(store, step(event_id, **request, answer=b"second"))
    assert (again.actions, again.is_new) == (first.actions, False)
    [other_key] = append(store, step(event_id, **(request | {"key_id": "L"})))
    assert other_key.is_new
    with pytest.raises(ChangedRequestError, match="Request 'r' came before"):
        append(store, step(event_id, **(request | {"request": {"text": "b"}})))
    assert [entry.seq for entry in store.actions(event_id)] == [1, 2, 3]
    assert store.action_of("K", "r") == first.actions[0]
    assert store.action_of("K", "s") is None


def test_request_of_several_writers_at_once_is_appended_once(store):
    event_id = take_in(store)

    def act(writer):
        return append(writer, step(event_id, key_id="K", request_key="r"))

    outcomes = [receipt for [receipt] in at_once(store, *[act] * 4)]
    assert sorted(receipt.is_new for receipt in outcomes) == [False, False, False, True]
    assert len({receipt.actions[0].action.action_id for receipt in outcomes}) == 1
    assert store.loop(event_id).seq == 2


def test_step_of_a_climb_is_appended_once(store):
    event_id = take_in(store, tasks=[{"due_at": AT, "climbs_at": AT, "post_id": "P1"}])
    task_id = f"{event_id}/1"

    def act(writer):
        climb = step(
            event_id,
            "climb",
            tasks=[{"task_id": task_id, "level": 1, "climbs_at": None}],
            key_id="pagoda",
            request_key=f"{task_id}/1",
        )
        return append(writer, climb)

    at_once(store, *[act] * 4)
    [task] = store.tasks(TaskQuery(event_id=event_id), SEEN)
    assert (task.level, store.due(AT, 9)) == (1, ())
    assert [entry.seq for entry in store.actions(event_id)] == [1, 2]


# order within an event


def test_action_on_an_event_that_went_on_meanwhile_is_refused(store):
    event_id = take_in(store)
    [receipt] = append(
        store, step(event_id, expected_seq=1, loop={"state": "accepted"})
    )
    assert receipt.loop.state == store.loop(event_id).state == "accepted"
    head = store.last_link()
    with pytest.raises(SequenceError, match="has had 2 actions") as refusal:
        append(store, intake_of("2"), step(event_id, expected_seq=1))
    assert refusal.value.seq == 2
    assert store.last_link() == head


def test_of_many_writers_that_saw_the_same_one_wins_each_number(store):
    event_id = take_in(store)

    def act(writer):
        while True:
            seq = writer.loop(event_id).seq
            try:
                [receipt] = append(writer, step(event_id, expected_seq=seq))
            except SequenceError:
                continue
            return receipt.actions[0].seq

    def once(writer):
        return append(writer, step(event_id, expected_seq=1))

    outcomes = at_once(store, *[once] * WRITERS)
    refusals = [error for error in outcomes if isinstance(error, SequenceError)]
    assert len(refusals) == WRITERS - 1
    numbers = at_once(store, *[act] * WRITERS)
    assert sorted(numbers) == list(range(3, 3 + WRITERS))
    seqs = [entry.seq for entry in store.actions(event_id)]
    assert seqs == list(range(1, 3 + WRITERS))
    assert faults_of(store) == []


def test_actions_of_one_call_follow_each_other(store):
    event_id = take_in(store)
    receipts = append(
        store,
        step(event_id, loop={"state": "accepted"}, expected_seq=1),
        step(event_id, loop={"state": "handled"}, expected_seq=2),
    )
    assert [receipt.loop.state for receipt in receipts] == ["accepted", "handled"]
    assert [entry.row for entry in store.actions(event_id)] == [1, 2, 3]


def test_first_action_begins_the_loop_of_an_event_of_a_history(store):
    _, receipt = store.append_events([new_event("1"), new_event("2")])
    event_id = receipt.event_id
    assert (store.loop(event_id), store.actions(event_id)) == (None, ())
    append(store, step(event_id, "report", loop={"state": "collected"}))
    assert (store.loop(event_id).row, store.loop(event_id).seq) == (2, 1)


def test_action_on_no_event_or_of_no_field_is_refused_with_the_whole_call(store):
    event_id = take_in(store)
    head = store.last_link()
    for wrong, kind, words in (
        (step("none"), StoreError, "'none' is not in the store"),
        (step(event_id, loop={"colour": 1}), LoopError, "'colour'"),
        (Entry(), LoopError, "bring an entry for each"),
    ):
        with pytest.raises(kind, match=words):
            append(store, step(event_id), wrong)
    assert store.last_link() == head
    assert append(store) == ()


def test_actions_beside_events_are_the_audit(store):
    event_id = take_in(store)
    written = action_of(None, "write_fact", key_id="K", request_key="w")
    [receipt] = append(store, Entry(None, (written,)))
    append(store, step(event_id), Entry(None, (action_of(None, "read"),)))
    assert (receipt.loop, receipt.actions[0].seq) == (None, 0)
    assert [(e.action.action, e.row) for e in store.audit(0, 9)] == [
        ("write_fact", 2),
        ("read", 4),
    ]
    assert [entry.row for entry in store.audit(2, 9)] == [4]
    assert [entry.row for entry in store.audit(0, 1)] == [2]
    assert faults_of(store) == []


def test_step_that_waited_keeps_when_it_was_done_beside_when_it_came(store):
    event_id = take_in(store)
    task_id = f"{event_id}/1"
    owed = {"task_id": task_id, "given_at": AT, "due_at": AT + 5, "climb_ms": 5}
    climb = {"task_id": task_id, "level": 1, "climbs_at": AT + 11}
    append(store, step(event_id, tasks=(owed | {"climbs_at": AT + 6},)))
    append(store, step(event_id, "climb", tasks=(climb,), at=Instant(AT + 6)))
    done = {"task_id": task_id, "state": "done", "ended_at": AT + 4, "level": 0}
    append(
        store,
        step(
            event_id,
            "handle",
            loop={"handled_at": AT + 4},
            tasks=(done | {"climbs_at": None},),
            at=Instant(AT + 9),
            request={"captured_at": AT + 4},
        ),
    )
    action = store.actions(event_id)[-1].action
    assert (action.at, action.request) == (AT + 9, {"captured_at": AT + 4})
    [task] = store.tasks(TaskQuery(event_id=event_id), SEEN)
    assert (task.ended_at, task.level, task.is_open) == (AT + 4, 0, False)
    assert store.loop(event_id).handled_at == AT + 4
    assert store.due(Instant(AT + 99), 10) == ()
    assert store.rebuild_loops() == 0


def test_what_climbs_is_due_in_order_of_its_time(store):
    def owed(at, **values):
        return {"due_at": AT, "climbs_at": at, "post_id": "P1", **values}

    event_id = take_in(
        store,
        tasks=[owed(7), owed(5), owed(None), owed(5), owed(3, state="done"), owed(9)],
    )
    ids = [f"{event_id}/{number}" for number in (2, 4, 1)]
    assert [task.task_id for task in store.due(Instant(7), 9)] == ids
    assert [task.task_id for task in store.due(Instant(7), 2)] == ids[:2]
    assert store.due(Instant(4), 9) == ()


# what is told of


def test_changes_are_read_on_from_a_row_each_with_the_loop_as_it_is(store):
    first, second = take_in(store, "1"), take_in(store, "2")
    append(store, Entry(None, (action_of(None, "read"),)))
    append(store, step(first, loop={"state": "accepted"}))
    changes = store.changes(0, 9, SEEN)
    assert [(e.row, e.action.event_id) for e, _ in changes] == [
        (1, first),
        (2, second),
        (4, first),
    ]
    assert [loop for _, loop in changes] == [
        store.loop(first),
        store.loop(second),
        store.loop(first),
    ]
    assert [entry.row for entry, _ in store.changes(1, 1, SEEN)] == [2]
    assert store.changes(store.last_action(), 9, SEEN) == ()
    assert store.last_action() == 4


def test_who_waits_hears_of_an_action_through_another_handle(store):
    other, heard = handle_on(store), []

    def wait():
        while len(heard) < 3:
            heard.append(other.wait_for_action(len(heard), 60))

    waiter = threading.Thread(target=wait)
    waiter.start()
    for number in range(1, 4):
        take_in(store, str(number))
        while len(heard) < number:
            threading.Event().wait(0.001)
    waiter.join()
    assert heard == [1, 2, 3]
    assert store.wait_for_action(3, 0) == 3
    if other is not store:
        other.close()


def test_actions_are_no_new_revision(store):
    take_in(store)
    assert store.revision() == 0
    assert store.changed_layers(0) == frozenset()
    assert {link.layer for link, _ in store.log()} == UNREVISED
    assert store.wait_for_change(0, 0) == 0


def test_closed_store_takes_no_action(make_store, clock):
    store = make_store(clock)
    store.close()
    with pytest.raises(StoreError, match="closed"):
        take_in(store)


# several processes


def test_who_alone_asks_for_the_lead_has_it(store):
    for _ in range(2):
        with store.lead("clock") as is_leader:
            assert is_leader


def test_writers_of_events_facts_and_actions_write_one_chain(store):
    event_id = take_in(store)

    def act(writer, name):
        for number in range(5):
            writer.append_events([new_event(f"{name}{number}")])
            append(writer, step(event_id), intake_of(f"{name}-{number}"))

    at_once(store, *[partial(act, name=name) for name in "abcd"])
    assert store.loop(event_id).seq == store.actions(event_id)[-1].seq == 21
    assert [entry.row for entry, _ in store.changes(0, 99, SEEN)] == [*range(1, 42)]
    assert store.events()["row"].tolist() == list(range(1, 42))
    assert faults_of(store) == []
