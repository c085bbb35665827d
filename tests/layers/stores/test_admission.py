"""Of what is brought together each is new once, in order, and refused for itself."""

from dataclasses import replace

import pytest

from gis.errors import (
    ChangedRequestError,
    InvalidLayerError,
    LoopError,
    SequenceError,
    StoreError,
)
from gis.events import Changes, Loop, fold_all
from layers.stores.actions import action_bytes
from layers.stores.admission import (
    Admission,
    Stock,
    check_entries,
    decide_each,
    event_ids_of,
    event_receipts,
    requests_of,
)
from layers.stores.event_records import EventReceipt, StoredEvent
from layers.stores.events import EventIds, event_bytes
from layers.stores.loops import Entry
from support.makers.loop_entries import action_of, intake_of
from support.makers.store_history import day, new_event

ID = "00000000-0000-7000-8000-000000000001"


def admitted(*calls, stock=None, last_batch=0):
    """Admit calls together; return the admission and what each caller gets."""
    admission = Admission(stock or Stock(), EventIds(), day(1))
    places = decide_each(admission, calls)
    admission.number(last_batch)
    return admission, admission.outcomes(places)


def test_new_events_have_the_rows_after_the_last_and_the_next_link():
    stock = Stock(event_row=7)
    call = [Entry(new_event("1")), Entry(new_event("2"))]
    _, [receipts] = admitted(call, stock=stock, last_batch=2)
    events = event_receipts(receipts)
    assert [(r.row, r.batch, r.recorded_at) for r in events] == [
        (8, 3, day(1)),
        (9, 3, day(1)),
    ]


def test_event_brought_twice_is_admitted_once_and_new_once():
    call = [Entry(new_event("1")), Entry(new_event("1", received_at=day(2)))]
    admission, [receipts] = admitted(call)
    [stored] = admission.events
    assert stored.new.event.received_at < day(2)
    first, again = event_receipts(receipts)
    assert first == again == stored.receipt
    assert (first.is_new, again.is_new) == (True, False)


def test_event_appended_before_keeps_its_first_receipt():
    before = EventReceipt(ID, 1, 1, day(0))
    stock = Stock({("hotline", "1"): StoredEvent(new_event("1"), before)}, event_row=1)
    admission, [[receipt]] = admitted([Entry(new_event("1"))], stock=stock)
    assert (receipt.event, receipt.is_new, receipt.event.is_new) == (
        before,
        False,
        False,
    )
    assert (admission.events, list(admission.log_rows())) == ([], [])


def test_history_that_came_before_with_other_content_is_refused():
    stored = StoredEvent(new_event("1"), EventReceipt(ID, 1, 1, day(0)))
    call = [Entry(new_event("2")), Entry(new_event("1", kind="fire"))]
    admission, [error] = admitted(call, stock=Stock({("hotline", "1"): stored}))
    assert isinstance(error, InvalidLayerError)
    assert "row 2" in str(error)
    assert admission.events == []


def test_the_log_holds_events_first_and_then_actions():
    admission, [[receipt]] = admitted([intake_of("1")], last_batch=4)
    assert dict(admission.log_rows()) == {
        "events": [event_bytes(e) for e in admission.events],
        "actions": [action_bytes(e) for e in admission.actions],
    }
    assert (receipt.event.batch, receipt.actions[0].batch) == (5, 6)


def test_a_refusal_is_only_that_of_its_caller():
    kept, other = intake_of("1"), intake_of("1", request={"id": "1", "text": "other"})
    admission, outcomes = admitted([kept], [other, intake_of("2")], [intake_of("3")])
    assert isinstance(outcomes[1], ChangedRequestError)
    assert [o[0].event.row for o in (outcomes[0], outcomes[2])] == [1, 2]
    assert [e.row for e in admission.actions] == [1, 2]


def test_an_intake_that_is_sent_again_at_once_gets_the_first_answer():
    first, again = intake_of("1"), intake_of("1")
    admission, [[receipt], [repetition]] = admitted([first], [again])
    assert repetition.actions == receipt.actions
    assert (receipt.is_new, repetition.is_new) == (True, False)
    assert len(admission.events) == 1


def standing(*changes):
    """Return the stock of an event that has had some actions."""
    loop, tasks = fold_all(Loop(ID, 1), changes)
    return Stock(loops={ID: loop}, tasks={ID: tasks}, action_row=len(changes))


def test_actions_go_on_where_the_event_stands():
    stock = standing(Changes({"state": "collected"}), Changes({"state": "accepted"}))
    action = action_of(ID, "assign", changes=Changes({"state": "assigned"}))
    admission, [[receipt]] = admitted(
        [Entry(actions=(action,), expected_seq=2)], stock=stock
    )
    [stored] = receipt.actions
    assert (stored.row, stored.seq) == (3, 3)
    assert [(loop.state, loop.seq) for loop in admission.loops] == [("assigned", 3)]


def test_an_action_on_what_has_moved_on_is_refused_with_the_last_number():
    stock = standing(Changes({"state": "collected"}), Changes({"state": "accepted"}))
    entry = Entry(actions=(action_of(ID),), expected_seq=1)
    _, [error] = admitted([entry], stock=stock)
    assert isinstance(error, SequenceError)
    assert error.seq == 2


def test_of_two_that_expect_the_same_number_one_wins():
    stock = standing(Changes({"state": "collected"}))
    entries = [Entry(actions=(action_of(ID),), expected_seq=1) for _ in range(2)]
    _, outcomes = admitted(*([entry] for entry in entries), stock=stock)
    assert [isinstance(o, SequenceError) for o in outcomes] == [False, True]


def test_a_request_is_carried_out_once():
    stock = standing(Changes({"state": "collected"}))
    action = action_of(ID, key_id="K", request_key="w-1")
    again = replace(action, action_id="other")
    admission, [[receipt], [repetition]] = admitted(
        [Entry(actions=(action,))], [Entry(actions=(again,))], stock=stock
    )
    assert repetition.actions == receipt.actions
    assert len(admission.actions) == 1
    entry = Entry(actions=(replace(again, fingerprint=b"other"),))
    stored = replace(stock, requests={("K", "w-1"): receipt.actions[0]})
    _, [error] = admitted([entry], stock=stored)
    assert isinstance(error, ChangedRequestError)


def test_the_first_action_begins_the_loop_of_a_history():
    action = action_of(ID, "report", changes=Changes({"state": "collected"}))
    _, [[receipt]] = admitted([Entry(actions=(action,))], stock=Stock(rows={ID: 5}))
    assert (receipt.loop.row, receipt.loop.seq) == (5, 1)


def test_an_action_on_no_event_is_refused():
    _, [error] = admitted([Entry(actions=(action_of(ID),))])
    assert isinstance(error, StoreError)


def test_the_audit_has_rows_and_no_loop():
    admission, [[receipt]] = admitted([Entry(actions=(action_of(None, "key"),))])
    assert (receipt.loop, receipt.actions[0].seq, receipt.actions[0].row) == (
        None,
        0,
        1,
    )
    assert admission.loops == ()


def test_only_tasks_that_changed_are_written():
    tasks = ({"task_id": "T1", "due_at": 5}, {"task_id": "T2", "due_at": 6})
    stock = standing(Changes({}, tasks))
    done = Changes({}, ({"task_id": "T2", "state": "done"},))
    admission, _ = admitted(
        [Entry(actions=(action_of(ID, changes=done),))], stock=stock
    )
    assert [task.task_id for task in admission.tasks] == ["T2"]


@pytest.mark.parametrize(
    "entry",
    [
        Entry(),
        Entry(actions=(action_of(ID), action_of(None))),
        replace(intake_of("1"), actions=(action_of(ID),)),
    ],
    ids=["empty", "of_two_events", "of_another_event"],
)
def test_an_entry_is_about_one_event(entry):
    with pytest.raises(LoopError, match="expected one event"):
        check_entries([entry])


def test_what_is_asked_of_the_store_is_named():
    entries = [
        intake_of("1"),
        Entry(actions=(action_of(ID, key_id="K", request_key="r"),)),
        Entry(actions=(action_of(None),)),
    ]
    assert event_ids_of(entries) == {ID}
    assert requests_of(entries) == {("K", "r")}


@pytest.mark.parametrize(
    ("events", "ids"),
    [
        ([new_event("1", event_id=ID)], {ID}),
        ([new_event("1", event_id=ID), new_event("2", event_id=ID)], set()),
    ],
    ids=["in the store", "in the call"],
)
def test_id_that_is_in_use_is_refused(events, ids):
    stock = Stock(event_ids=frozenset(ids))
    _, [error] = admitted([Entry(new) for new in events], stock=stock)
    assert isinstance(error, InvalidLayerError)
    assert f"Event id '{ID}' is in use" in str(error)
