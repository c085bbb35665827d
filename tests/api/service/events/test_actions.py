"""A step is taken once for ever, on what is there, and refused where it is not."""

from concurrent.futures import ThreadPoolExecutor

import orjson
import pytest

from api.service.events.actions import captured_at, role_of
from api.service.events.climbs import Climbs
from api.service.events.invariants import loop_faults
from gis.access import WHOLE, Scope
from gis.errors import (
    ChangedRequestError,
    LoopError,
    SequenceError,
    UnknownEventError,
)
from gis.events import Actor
from layers.stores.loops import TaskQuery
from support.makers.event_town import (
    CHIEF,
    LEADER,
    NO_KEYS,
    OPERATOR,
    SECOND,
    URBAN,
    EventTown,
    Party,
)
from support.makers.square_town import NOW


@pytest.fixture
def town():
    return EventTown()


def test_a_step_is_answered_with_where_the_event_stands(town):
    event_id = town.report()
    taken = town.act(event_id, URBAN, "handle")
    answer = orjson.loads(taken.answer)
    loop = town.loop(event_id)
    assert (answer["state"], answer["seq"], taken.seq) == ("handled", 2, 2)
    assert (loop.state, loop.seq, loop.post_id) == ("handled", 2, "G1-L")
    assert [(t["sort"], t["post_id"]) for t in answer["tasks"]] == [("verify", "G1-L")]
    assert town.store.actions(event_id)[-1].action.action_id == answer["action_id"]


def test_a_request_sent_again_gets_the_same_bytes_and_does_nothing(town):
    event_id = town.report()
    first = town.act(event_id, OPERATOR, "note", request="n-1", note="seen")
    town.act(event_id, OPERATOR, "supervise")
    town.pass_minutes(5)
    again = town.act(event_id, OPERATOR, "note", request="n-1", note="seen")
    assert (again.answer, again.seq) == (first.answer, first.seq)
    assert (first.is_new, again.is_new) == (True, False)
    assert town.loop(event_id).seq == 3


def test_a_step_that_waited_on_a_phone_was_not_late(town):
    event_id = town.report()
    due_at, before = town.loop(event_id).due_at, town.town.clock.now
    minute, captured = 60_000, due_at - 60_000
    # until the phone has a network the task climbs
    town.town.clock.now = due_at + 120 * minute
    climbs = Climbs(town.store, town.intake.snapshots, town.intake.ids)
    while climbs.turn(town.store.now()) is not None:
        pass
    [climbed] = town.store.tasks(TaskQuery(event_id=event_id), WHOLE)
    assert climbed.level > 0
    taken = town.act(event_id, URBAN, "handle", request="h-1", captured_at=captured)
    # the same form later, corrected a little otherwise
    again = town.act(event_id, URBAN, "handle", request="h-1", captured_at=captured + 1)
    assert (again.answer, again.is_new) == (taken.answer, False)
    loop = town.loop(event_id)
    assert (loop.handled_at, loop.first_response_at) == (captured, captured)
    task = town.store.tasks(TaskQuery(event_id=event_id), WHOLE)
    done = next(t for t in task if t.task_id == climbed.task_id)
    assert (done.state, done.ended_at, done.level) == ("done", captured, 0)
    last = town.store.actions(event_id)[-1]
    assert (last.action.at, captured_at(last.action)) == (town.store.now(), captured)
    assert before < captured < last.recorded_at
    assert list(loop_faults(town.store)) == []


def test_a_repeated_request_is_answered_whatever_if_match_says(town):
    event_id = town.report()
    seqs = frozenset({1})
    town.act(event_id, OPERATOR, "note", request="n-1", seqs=seqs, note="seen")
    again = town.act(event_id, OPERATOR, "note", request="n-1", seqs=seqs, note="seen")
    assert not again.is_new


@pytest.mark.parametrize("other", [{"note": "other"}, {"note": "seen", "reason": "y"}])
def test_other_content_under_the_name_of_a_request_is_refused(town, other):
    event_id = town.report()
    town.act(event_id, OPERATOR, "note", request="n-1", note="seen")
    with pytest.raises(ChangedRequestError, match="'n-1' came before"):
        town.act(event_id, OPERATOR, "note", request="n-1", **other)
    assert town.loop(event_id).seq == 2


def test_the_name_of_a_request_is_for_one_event(town):
    first, second = town.report(), town.report()
    town.act(first, OPERATOR, "note", request="n-1", note="seen")
    with pytest.raises(ChangedRequestError):
        town.act(second, OPERATOR, "note", request="n-1", note="seen")


def test_keys_name_their_requests_by_themselves(town):
    event_id = town.report()
    town.act(event_id, OPERATOR, "note", request="n-1", note="seen")
    assert town.act(event_id, SECOND, "note", request="n-1", note="seen").is_new


def test_an_answer_is_not_given_again_out_of_scope(town):
    event_id = town.report()
    town.act(event_id, LEADER, "note", request="n-1", note="seen")
    town.act(event_id, OPERATOR, "transfer", to="G2", reason="over the border")
    with pytest.raises(UnknownEventError):
        town.act(event_id, LEADER, "note", request="n-1", note="seen")


def test_unknown_and_unseen_events_are_refused_alike(town):
    far = town.report(lon=120.025, lat=30.005, datum="cgcs2000")
    texts = set()
    for event_id in (far, "nobody", "", "\x00", "表", "x" * 1000):
        with pytest.raises(UnknownEventError) as refused:
            town.act(event_id, LEADER, "note", note="seen")
        texts.add(str(refused.value))
    assert len(texts) == 1


def test_an_event_that_moved_on_is_refused_to_who_has_not_seen_it(town):
    event_id = town.report()
    town.act(event_id, OPERATOR, "note", note="seen")
    with pytest.raises(SequenceError) as refused:
        town.act(event_id, OPERATOR, "supervise", seqs=frozenset({1}))
    assert refused.value.seq == 2
    assert "has had 2 actions, expected 1 as If-Match says" in str(refused.value)
    with pytest.raises(SequenceError) as refused:
        town.act(event_id, OPERATOR, "supervise", seqs=frozenset({'"zzz"'}))
    assert refused.value.seq == 2
    assert """the tag '"zzz"' of If-Match is that of no event""" in str(refused.value)
    assert "[" not in str(refused.value)
    taken = town.act(event_id, OPERATOR, "supervise", seqs=frozenset({1, 2}))
    assert taken.seq == 3


def test_steps_at_the_same_time_are_all_taken_one_after_the_other(town):
    event_id = town.report()
    with ThreadPoolExecutor(8) as pool:
        taken = [
            pool.submit(town.act, event_id, OPERATOR, "note", note=f"{number}")
            for number in range(8)
        ]
    assert sorted(future.result().seq for future in taken) == [*range(2, 10)]


def test_of_steps_on_the_same_state_one_is_taken(town):
    event_id = town.report()
    with ThreadPoolExecutor(8) as pool:
        futures = [
            pool.submit(
                town.act, event_id, OPERATOR, "note", seqs=frozenset({1}), note="x"
            )
            for _ in range(8)
        ]
    errors = [future.exception() for future in futures]
    assert sum(error is None for error in errors) == 1
    assert sum(isinstance(error, SequenceError) for error in errors) == 7
    assert town.loop(event_id).seq == 2


def test_one_request_sent_at_the_same_time_is_done_once(town):
    event_id = town.report()
    with ThreadPoolExecutor(8) as pool:
        futures = [
            pool.submit(
                town.act, event_id, OPERATOR, "note", request="n-1", note="seen"
            )
            for _ in range(8)
        ]
    taken = [future.result() for future in futures]
    assert len({t.answer for t in taken}) == 1
    assert sum(t.is_new for t in taken) == 1
    assert town.loop(event_id).seq == 2


@pytest.mark.parametrize(
    ("party", "action", "reason"),
    [
        (OPERATOR, "accept", "wrong_state"),
        (OPERATOR, "reopen", "wrong_state"),
        (LEADER, "handle", "not_yours"),
        (OPERATOR, "climb", "not_yours"),
        (OPERATOR, "return", "no_reason"),
        (OPERATOR, "paint", "unknown_step"),
    ],
)
def test_a_refusal_names_what_is_allowed(town, party, action, reason):
    event_id = town.report()
    with pytest.raises(LoopError) as refused:
        town.act(event_id, party, action)
    assert refused.value.reason == reason
    names = {pair[0] for pair in refused.value.allowed}
    assert {"note", "supervise", "return"} <= names
    assert action not in names or reason == "no_reason"
    assert town.loop(event_id).seq == 1


def test_the_source_hears_of_each_new_phase_and_of_nothing_else(town):
    event_id = town.report(source="told")
    town.act(event_id, OPERATOR, "note", note="seen")
    town.act(event_id, URBAN, "handle")
    town.act(event_id, OPERATOR, "verify")
    town.act(event_id, SECOND, "close")
    town.act(event_id, OPERATOR, "evaluate")
    stored = town.store.actions(event_id)
    heard = [s.action.action for s in stored if s.action.destinations]
    assert heard == ["report", "handle", "close"]
    assert {d.destination for d in town.store.deliveries(None)} == {"desk"}


def test_times_stay_in_order_where_the_clock_goes_back(town):
    event_id = town.report()
    town.town.clock.now = NOW - 60_000
    town.act(event_id, OPERATOR, "note", note="seen")
    times = [stored.action.at for stored in town.store.actions(event_id)]
    assert times == [NOW, NOW]


def test_an_action_keeps_who_took_it(town):
    event_id = town.report()
    town.act(event_id, CHIEF, "supervise")
    town.act(event_id, LEADER, "note", note="seen")
    town.act(event_id, NO_KEYS, "note", note="seen")
    rows = [stored.action for stored in town.store.actions(event_id)[1:]]
    assert [(a.key_id, a.role, a.post_id) for a in rows] == [
        ("K-C", "leader", "C-L"),
        ("K-G1", "leader", "G1-L"),
        ("keyless", "operator", ""),
    ]


def test_a_leader_relieved_of_the_post_sees_nothing_any_more(town):
    event_id = town.report()
    relieved = Party(Actor("K-G1", frozenset({"leader"})), Scope())
    assert town.act(event_id, LEADER, "note", request="n-1", note="seen").is_new
    with pytest.raises(UnknownEventError):
        town.act(event_id, relieved, "note", request="n-1", note="seen")


def test_the_key_that_handled_an_event_does_not_verify_it(town):
    event_id = town.report()
    town.act(event_id, URBAN, "handle")
    both = Party(
        Actor("K-urban_management", frozenset({"operator"}), tier=1), OPERATOR.scope
    )
    with pytest.raises(LoopError) as refused:
        town.act(event_id, both, "verify")
    assert refused.value.reason == "same_key"
    town.act(event_id, OPERATOR, "verify")


def test_a_town_without_keys_lets_one_person_do_all(town):
    event_id = town.report()
    for action in ("handle", "verify", "close", "evaluate"):
        town.act(event_id, NO_KEYS, action)
    assert town.loop(event_id).state == "evaluated"


def test_who_reports_has_no_role_of_its_own():
    assert role_of(Actor(is_reporter=True)) == "reporter"
