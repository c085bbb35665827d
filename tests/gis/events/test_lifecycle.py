"""Every loop is gone round by steps that it lists, and by no others."""

from dataclasses import replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from gis.errors import LoopError
from gis.events import (
    COMMON,
    PHASES,
    SERVICE,
    Changes,
    Step,
    allowed,
    entered_at,
    fold_all,
    refusal,
    take_step,
)
from layers.packs.loop_files import templates
from support.makers.event_loops import (
    CITIZEN,
    LEADER,
    MINUTE,
    NO_KEYS,
    OPERATOR,
    POLICE,
    SAFETY,
    SOURCE,
    T0,
    Kind,
    Minutes,
    Round,
)

TIMES = ("received_at", "accepted_at", "assigned_at", "handled_at", "closed_at")


def times_of(loop):
    return [getattr(loop, name) for name in TIMES]


def test_intake_enters_every_state_up_to_the_assigned_one():
    effect = Round().actions[0].action
    assert effect.path == ("collected", "accepted", "assigned")


@pytest.mark.parametrize("doubt", ["triage", "to_verify"])
def test_an_event_in_doubt_waits_for_a_person(doubt):
    case = Round(doubt=doubt)
    assert (case.loop.state, case.loop.phase) == (doubt, "reported")
    assert case.open_tasks() == [("P-G1", "verify")]


def test_a_round_of_s_town_enters_its_states_in_order():
    case = Round(doubt="to_verify")
    for action, actor in (
        ("accept", OPERATOR),
        ("assign", LEADER),
        ("handle", LEADER),
        ("verify", OPERATOR),
        ("close", LEADER),
        ("evaluate", CITIZEN),
    ):
        case.step(action, actor)
    assert case.loop.state == "evaluated"
    assert times_of(case.loop) == [T0 + i * MINUTE for i in (0, 1, 2, 3, 5)]


def test_a_closed_event_has_the_time_of_each_state_in_order():
    case = Round()
    case.step("handle", POLICE)
    case.step("verify", OPERATOR)
    case.step("close", OPERATOR)
    times = entered_at(case.actions)
    assert [*times] == [
        *("collected", "accepted", "assigned", "handled", "verified", "closed"),
    ]
    assert [*times.values()] == sorted(times.values())


@pytest.mark.parametrize("name", sorted(templates()))
def test_every_loop_is_gone_round_without_keys(name):
    case = Round(name, departments=())
    while case.loop.is_open:
        own = case.template.steps_from(case.loop.state)
        case.step(own[0].action, NO_KEYS)
    assert case.loop.state == case.template.path[-1]
    assert None not in times_of(case.loop)


def test_several_departments_handle_it_each_for_itself():
    case = Round(departments=("police", "safety"))
    assert case.step("handle", POLICE).path == ()
    assert case.open_tasks() == [("safety", "handle")]
    assert case.step("handle", SAFETY).path == ("assigned", "handled")
    assert case.open_tasks() == [("P-G1", "verify")]


def test_a_skip_enters_every_state_that_it_leaves_out():
    case = Round(doubt="triage")
    path = case.step("skip", OPERATOR, "settled by phone", to="verified").path
    assert path == ("triage", "accepted", "assigned", "handled", "verified")


def test_going_back_clears_the_times_of_what_lies_after():
    case = Round()
    case.step("handle", POLICE)
    case.step("return", OPERATOR, "not done")
    assert case.loop.state == "assigned"
    assert (case.loop.assigned_at, case.loop.handled_at) == (T0, None)
    assert case.open_tasks() == [("police", "handle")]


def test_an_event_that_is_opened_again_keeps_its_first_times_and_debtors():
    case = Round(departments=("police", "safety")).close()
    case.step("reopen", CITIZEN, "noise again")
    assert case.loop.state == "assigned"
    assert times_of(case.loop) == [T0, T0, T0, None, None]
    assert case.loop.closed_tier is None
    assert case.open_tasks() == [("police", "handle"), ("safety", "handle")]


def test_a_step_that_waited_on_a_phone_counts_from_when_it_was_written_down():
    case = Round()
    case.step("handle", POLICE, minutes=180, captured_at=T0 + 60 * MINUTE)
    loop, task = case.loop, case.tasks["E/1"]
    assert (loop.handled_at, loop.first_response_at) == (T0 + 60 * MINUTE,) * 2
    assert task.ended_at == T0 + 60 * MINUTE
    # who is to look at it then does so from when it is there
    owed = case.tasks["E/2"]
    assert (owed.given_at, owed.due_at) == (T0 + 180 * MINUTE, T0 + 195 * MINUTE)
    case.step("verify", OPERATOR, captured_at=T0)
    case.step("close", OPERATOR)
    times = times_of(case.loop)
    assert times == sorted(times)


def test_a_withdrawn_event_was_never_handled():
    case = Round()
    case.step("withdraw", SOURCE, "reported by mistake")
    assert (case.loop.state, case.loop.phase) == ("withdrawn", "closed")
    assert (case.loop.handled_at, case.loop.closed_at) == (None, case.at)
    assert case.open_tasks() == []


def test_the_tier_of_who_closes_it_is_remembered():
    case = Round()
    case.step("handle", POLICE)
    case.step("verify", OPERATOR)
    case.step("close", LEADER)
    assert case.loop.closed_tier == LEADER.tier


@pytest.mark.parametrize(
    ("actor", "is_response"),
    [(OPERATOR, True), (SERVICE, False), (SOURCE, False)],
    ids=["operator", "service", "source"],
)
def test_a_person_of_the_town_makes_the_first_response(actor, is_response):
    case = Round()
    action = (
        "reassign" if actor is SERVICE else "correct" if actor is SOURCE else "note"
    )
    case.step(action, actor, "typing error")
    assert (case.loop.first_response_at == case.at) is is_response


def test_another_accountable_post_owes_what_the_first_one_did():
    case = Round(departments=())
    to = Changes({"post_id": "P-G2", "area_path": "C1/C2/G2/", "grid_id": "G2"})
    case.step("transfer", OPERATOR, "over the border", changes=to)
    assert case.open_tasks() == [("P-G2", "handle")]
    assert case.tasks["E/1"].area_path == "C1/C2/G2/"


def test_another_body_takes_the_handling_over():
    case = Round()
    case.step("override", OPERATOR, "not theirs", departments=("safety",))
    assert case.loop.is_overridden
    assert case.open_tasks() == [("safety", "handle")]
    assert case.tasks["E/1"].state == "ended"


def test_a_new_kind_of_another_body_is_handled_by_that():
    case = Round()
    into = templates()["repair"]
    changes = Changes({"template": "repair", "area_path": "C1/C2/G2/"})
    case.step(
        "override", OPERATOR, "-", into=into, changes=changes, departments=("safety",)
    )
    assert case.open_tasks() == [("safety", "handle")]
    assert case.tasks["E/2"].area_path == "C1/C2/G2/"


def test_a_new_kind_goes_on_in_its_own_loop_where_it_stood():
    case = Round()
    into = templates()["repair"]
    changes = Changes({"template": "repair", "kind": "street_light"})
    path = case.step("override", OPERATOR, "a lamp", into=into, changes=changes).path
    assert path == ("assigned", "handed_over")
    assert (case.loop.state, case.loop.phase) == ("handed_over", "assigned")
    assert case.loop.is_overridden


def test_tasks_are_due_and_climb_by_the_minutes_of_the_kind():
    case = Round(kind=Kind(minutes=Minutes(accept=5, handle=60, climb=0)))
    task = case.tasks["E/1"]
    assert (task.due_at, task.climbs_at) == (T0 + 60 * MINUTE, None)
    case.step("handle", POLICE)
    assert case.tasks["E/2"].due_at == case.at + 5 * MINUTE
    assert Round().tasks["E/1"].climbs_at == T0 + 1440 * MINUTE + 1


def test_watching_and_noting_change_no_state():
    case = Round()
    assert case.step("supervise", OPERATOR).path == ()
    assert case.loop.is_supervised
    assert case.step("note", LEADER).path == ()
    assert case.loop.state == "assigned"


EVERYONE = (OPERATOR, LEADER, POLICE, SAFETY, SOURCE, CITIZEN, SERVICE, NO_KEYS)
NAMES = sorted({t.action for x in templates().values() for t in x.transitions})


class Walk(RuleBasedStateMachine):
    """Anybody tries anything on an event; what is refused changes nothing."""

    @initialize(
        name=st.sampled_from(sorted(templates())),
        doubt=st.sampled_from(["", "triage", "to_verify"]),
        departments=st.sampled_from([(), ("police",), ("police", "safety")]),
        close_at=st.sampled_from(["grid", "tier2"]),
    )
    def begin(self, name, doubt, departments, close_at):
        self.case = Round(name, doubt, departments, Kind(close_at=close_at))

    @rule(
        action=st.sampled_from([*NAMES, *COMMON]),
        actor=st.sampled_from(EVERYONE),
        reason=st.sampled_from(["", " ", "because"]),
        pick=st.integers(0, 9),
        minutes=st.integers(0, 99),
        waited=st.sampled_from([None, None, 0, 30, 500, -5]),
    )
    def take(self, action, actor, reason, pick, minutes, waited):
        case = self.case
        states = ["", *(state.state for state in case.template.states)]
        to = states[pick % len(states)] if action in {"skip", "return"} else ""
        before = replace(case.loop)
        steps = {
            pair.action: pair.needs_reason for pair in allowed(case.standing, actor)
        }
        refused = refusal(case.standing, Step(action, case.at, reason, to=to), actor)
        if refused:
            assert action not in steps or to or refused[0] == "no_reason"
            with pytest.raises(LoopError):
                case.step(action, actor, reason, minutes, to=to)
            assert case.loop == before
            return
        sent_at = case.at + minutes * MINUTE
        captured = None if waited is None else sent_at - waited * MINUTE
        effect = case.step(action, actor, reason, minutes, to=to, captured_at=captured)
        assert action in steps or to
        assert reason.strip() or not steps[action]
        self.check_path(before, action, effect)

    def check_path(self, before, action, effect):
        template, path = self.case.template, effect.path
        if not path:
            assert self.case.loop.state == before.state
            return
        assert (path[0], path[-1]) == (before.state, self.case.loop.state)
        own = {(s, t.action, t.to) for t in template.transitions for s in t.from_states}
        if action not in {"skip", "return", "withdraw", "reopen"}:
            assert (path[0], action, path[1]) in own
        if action == "skip":
            assert path[1:] == template.after(path[0])[: len(path) - 1]

    @invariant()
    def state_is_the_fold_of_the_actions(self):
        case = self.case
        loop, tasks = fold_all(
            replace(case.loop, seq=0), [a.action.changes for a in case.actions]
        )
        assert (loop, tasks) == (case.loop, case.tasks)

    @invariant()
    def one_post_answers_and_somebody_owes_something(self):
        case = self.case
        assert case.loop.post_id
        owed = [t for t in case.tasks.values() if t.is_open]
        assert bool(owed) == case.loop.is_open
        assert len({t.sort for t in owed}) <= 1
        assert all(bool(t.post_id) != bool(t.department_id) for t in owed)

    @invariant()
    def times_are_in_order_and_those_of_the_phase(self):
        loop = self.case.loop
        times = [t for t in times_of(loop) if t is not None]
        assert times == sorted(times)
        reached = PHASES.index(loop.phase)
        assert all(t is None for t in times_of(loop)[reached + 1 :])
        if loop.state != self.case.template.withdrawn:
            assert None not in times_of(loop)[: reached + 1]

    @invariant()
    def no_task_ends_before_it_began_or_after_now(self):
        for task in self.case.tasks.values():
            assert task.is_open == (task.ended_at is None)
            assert task.is_open or task.given_at <= task.ended_at <= self.case.at


Walk.TestCase.settings = settings(
    max_examples=max(200, settings.default.max_examples), stateful_step_count=20
)
test_any_walk_keeps_to_its_loop = Walk.TestCase


def test_a_refused_step_says_why():
    with pytest.raises(LoopError) as refused:
        take_step(Round().standing, Step("close", T0), OPERATOR)
    assert refused.value.reason == "wrong_state"
