"""Each step is for whom the table says, and refused to others with a reason."""

import pytest

from gis.events import STEP_REASONS, Actor, Changes, Step, allowed, refusal
from support.makers.event_loops import (
    CITIZEN,
    LEADER,
    NO_KEYS,
    OPERATOR,
    POLICE,
    REGION,
    SAFETY,
    SOURCE,
    T0,
    Kind,
    Round,
)

ABOVE = ["return", "transfer", "relocate", "override", "skip", "withdraw", "supervise"]


def names(case, actor):
    return [pair.action for pair in allowed(case.standing, actor)]


def reason_of(case, action, actor, **more):
    refused = refusal(case.standing, Step(action, T0, **more), actor)
    return refused[0] if refused else ""


@pytest.mark.parametrize(
    ("actor", "actions"),
    [
        (OPERATOR, [*ABOVE, "note", "link", "photo", "whistle"]),
        (LEADER, [*ABOVE, "note", "link", "photo", "whistle"]),
        (POLICE, ["handle", "photo"]),
        (SAFETY, ["photo"]),
        (SOURCE, ["withdraw", "photo", "correct"]),
        (CITIZEN, ["withdraw", "photo", "correct"]),
        (Actor("a", frozenset({"auditor"})), []),
        (Actor("i", frozenset({"inspector"})), []),
        (Actor("m", frozenset({"member"})), ["photo"]),
        (Actor("s", frozenset({"steward"})), ["correct"]),
    ],
    ids=lambda value: getattr(value, "key_id", "actions") or "citizen",
)
def test_an_assigned_event_lets_each_do_what_is_theirs(actor, actions):
    assert names(Round(), actor) == actions


@pytest.mark.parametrize(
    ("actor", "actions"),
    [
        (OPERATOR, ["evaluate", "link", "photo", "reopen"]),
        (CITIZEN, ["evaluate", "photo", "correct", "reopen"]),
        (LEADER, ["link", "photo"]),
    ],
    ids=["operator", "citizen", "leader"],
)
def test_a_closed_event_is_evaluated_or_opened_again(actor, actions):
    assert names(Round().close(), actor) == actions


def test_without_keys_whoever_asks_may_go_on():
    case = Round()
    assert "handle" in names(case, NO_KEYS)
    case.step("handle", NO_KEYS)
    assert "verify" in names(case, NO_KEYS)


def test_who_handled_an_event_does_not_verify_it():
    case = Round(departments=())
    case.step("handle", LEADER)
    assert reason_of(case, "verify", LEADER) == "same_key"
    assert reason_of(case, "verify", REGION) == ""


def test_who_skipped_the_handling_does_not_verify_it():
    case = Round()
    case.step("skip", OPERATOR, "done by phone")
    assert reason_of(case, "verify", OPERATOR) == "same_key"
    assert reason_of(case, "skip", OPERATOR, reason="-") == "same_key"


def test_who_owes_the_handling_does_not_skip_the_check():
    case = Round(departments=())
    assert reason_of(case, "skip", LEADER, reason="-", to="verified") == "same_key"
    assert reason_of(case, "skip", REGION, reason="-", to="verified") == ""


def test_a_second_handling_asks_for_another_second_key():
    case = Round(departments=())
    case.step("handle", LEADER)
    case.step("return", OPERATOR, "not done")
    case.step("skip", OPERATOR, "done by phone")
    assert reason_of(case, "verify", LEADER) == ""
    assert reason_of(case, "verify", OPERATOR) == "same_key"


@pytest.mark.parametrize(
    ("close_at", "actor", "reason"),
    [
        ("grid", LEADER, ""),
        ("tier3", LEADER, ""),
        ("tier2", LEADER, "below_close_at"),
        ("tier2", REGION, ""),
        ("tier1", REGION, "below_close_at"),
        ("tier1", OPERATOR, ""),
    ],
)
@pytest.mark.parametrize("action", ["close", "skip", "withdraw"])
def test_leaders_close_from_the_tier_of_the_kind_up(close_at, actor, reason, action):
    case = Round(kind=Kind(close_at=close_at))
    case.step("handle", POLICE)
    case.step("skip", Actor("other", frozenset({"operator"})), "seen")
    assert reason_of(case, action, actor, reason="-") == reason


def test_a_leader_of_no_area_closes_nothing_that_has_a_tier():
    nowhere = Actor("n", frozenset({"leader"}))
    assert reason_of(Round(), "withdraw", nowhere, reason="-") == ""
    case = Round(kind=Kind(close_at="tier3"))
    assert reason_of(case, "withdraw", nowhere, reason="-") == "below_close_at"


def test_a_reporter_takes_a_report_back_whatever_its_kind():
    case = Round(kind=Kind(close_at="tier1"))
    assert reason_of(case, "withdraw", SOURCE, reason="-") == ""


def test_an_event_is_not_closed_over_what_a_department_owes():
    case = Round()
    task = {"task_id": "E/2", "sort": "whistle", "department_id": "safety"}
    case.step("whistle", OPERATOR, changes=Changes({}, (task,)))
    case.step("handle", POLICE)
    case.step("verify", LEADER)
    assert reason_of(case, "close", OPERATOR) == "tasks_open"
    case.close()
    assert case.tasks["E/2"].state == "ended"


def test_the_kind_says_who_may_whistle():
    case = Round(kind=Kind(whistle_by=("member",)))
    member = Actor("m", frozenset({"member"}))
    assert reason_of(case, "whistle", member) == ""
    assert reason_of(case, "whistle", OPERATOR) == "not_yours"


MEMBER = Actor(
    "m",
    frozenset({"member"}),
    frozenset({"P-G1-M"}),
    tier=4,
    grid_posts=frozenset({"P-G1"}),
)
FAR = Actor("f", frozenset({"member"}), frozenset({"P-G2-M"}), tier=4)


def test_a_member_goes_all_the_way_with_an_event_of_its_grid_but_checks_nothing():
    case = Round("s_town", "triage")
    assert names(case, MEMBER) == ["accept", "photo"]
    case.step("accept", MEMBER)
    assert names(case, MEMBER) == ["handle", "return", "photo"]
    assert reason_of(case, "handle", MEMBER) == "no_reason"
    case.step("handle", MEMBER, "cleared away on the spot")
    assert case.loop.state == "handled"
    assert "verify" not in names(case, MEMBER)
    case.step("verify", LEADER)
    assert "close" in names(case, MEMBER)
    case.step("close", MEMBER)
    assert (case.loop.state, case.loop.closed_tier) == ("closed", 4)


def test_a_member_handles_what_the_post_of_its_grid_owes_and_no_department():
    case = Round("s_town", departments=())
    assert "handle" in names(case, MEMBER)
    assert "handle" not in names(case, FAR)
    assert {"handle", "return"}.isdisjoint(names(Round("s_town"), MEMBER))


def test_a_member_returns_what_its_grid_owes_with_a_reason():
    case = Round("s_town", "triage")
    case.step("accept", MEMBER)
    assert reason_of(case, "return", MEMBER) == "no_reason"
    assert reason_of(case, "return", FAR, reason="-") == "not_yours"
    case.step("return", MEMBER, "not of this grid")
    assert case.loop.state == "collected"


def test_a_member_closes_only_what_a_grid_may_close():
    case = Round("s_town", "triage", kind=Kind(close_at="tier3"))
    case.step("accept", MEMBER)
    case.step("handle", MEMBER, "on the spot")
    case.step("verify", LEADER)
    assert reason_of(case, "close", MEMBER) == "below_close_at"
    assert reason_of(case, "close", OPERATOR) == ""


@pytest.mark.parametrize(
    ("action", "more", "actor", "reason"),
    [
        ("dance", {}, OPERATOR, "unknown_step"),
        ("close", {}, OPERATOR, "wrong_state"),
        ("reopen", {"reason": "-"}, OPERATOR, "wrong_state"),
        ("handle", {}, SAFETY, "not_yours"),
        ("handle", {"task_id": "E/9"}, POLICE, "no_task"),
        ("rate", {}, OPERATOR, "no_task"),
        ("skip", {}, OPERATOR, "no_reason"),
        ("skip", {"reason": " \t"}, OPERATOR, "no_reason"),
        ("skip", {"reason": "-", "to": "evaluated"}, OPERATOR, "no_target"),
        ("return", {"reason": "-", "to": "closed"}, OPERATOR, "no_target"),
        ("climb", {}, OPERATOR, "not_yours"),
        ("reassign", {}, OPERATOR, "not_yours"),
    ],
)
def test_a_step_that_does_not_fit_is_refused_with_a_reason(action, more, actor, reason):
    assert reason in STEP_REASONS
    assert reason_of(Round(), action, actor, **more) == reason


def test_a_withdrawn_event_is_reported_anew():
    case = Round()
    case.step("withdraw", SOURCE, "by mistake")
    assert reason_of(case, "reopen", OPERATOR, reason="-") == "wrong_state"


def test_what_needs_a_reason_says_so():
    pairs = dict(allowed(Round().standing, OPERATOR))
    assert {name for name, needs in pairs.items() if needs} == {
        *("return", "transfer", "relocate", "override", "skip", "withdraw"),
    }
