"""Departments are summoned, arrive, solve and are rated; each on a clock of its own."""

import pytest

from api.schemas.whistles import whistle_bytes
from api.service.events.office import Claim
from api.service.events.whistles import WhistleForm, event_of
from gis.crs import gcj02_from_wgs84
from gis.errors import LoopError, UnknownEventError
from support.makers.event_town import (
    CHIEF,
    LEADER,
    MEMBER,
    NO_KEYS,
    OPERATOR,
    POLICE,
    SECOND,
    SOURCE,
    URBAN,
    EventTown,
)

SECOND_MS = 1000


@pytest.fixture
def town():
    return EventTown()


def refusal(call, *arguments, **form):
    with pytest.raises(LoopError) as refused:
        call(*arguments, **form)
    return refused.value.reason


def test_a_whistle_gives_each_department_a_task_of_its_own(town):
    event_id = town.report("illegal_mining")
    whistle_id = town.whistle(event_id, OPERATOR, "police", "urban_management")
    assert (whistle_id, event_of(whistle_id)) == (f"{event_id}.w1", event_id)
    tasks = town.office.dossiers.open(event_id, OPERATOR).whistle(whistle_id)
    now = town.store.now()
    assert [(t.department_id, t.sort, t.due_at - now) for t in tasks] == [
        ("police", "whistle", 30 * 60_000),
        ("urban_management", "whistle", 30 * 60_000),
    ]


def test_whistles_of_an_event_are_counted(town):
    event_id = town.report("illegal_mining")
    first = town.whistle(event_id, OPERATOR, "police")
    second = town.whistle(event_id, OPERATOR, "urban_management", minutes=5)
    assert [first, second] == [f"{event_id}.w1", f"{event_id}.w2"]


def test_the_pack_says_who_whistles(town):
    mining, theft = town.report("illegal_mining"), town.report("theft")
    town.whistle(mining, MEMBER, "police")
    assert refusal(town.whistle, theft, MEMBER, "police") == "not_yours"
    town.whistle(theft, LEADER, "police")


@pytest.mark.parametrize(
    ("departments", "reason"),
    [
        (("fairies",), "no_debtor"),
        (("police", "police"), "summoned_already"),
        ((), "no_debtor"),
    ],
)
def test_departments_are_registered_and_summoned_once(town, departments, reason):
    event_id = town.report("illegal_mining")
    assert refusal(town.whistle, event_id, OPERATOR, *departments) == reason


def test_a_department_on_its_way_is_not_summoned_again(town):
    event_id = town.report("illegal_mining")
    town.whistle(event_id, OPERATOR, "police")
    assert refusal(town.whistle, event_id, OPERATOR, "police") == "summoned_already"


@pytest.mark.parametrize(
    ("seconds", "on_time"),
    [(29 * 60 + 59, True), (30 * 60, True), (30 * 60 + 1, False)],
)
def test_thirty_minutes_count_to_the_last_second(town, seconds, on_time):
    event_id = town.report("illegal_mining")
    whistle_id = town.whistle(event_id, OPERATOR, "police")
    town.town.clock.now += seconds * SECOND_MS
    is_overdue = bool(town.store.due(town.store.now(), 10))
    answer = town.check_in(whistle_id, POLICE, "police")
    assert (answer["on_time"], answer["seconds"]) == (on_time, float(seconds))
    assert answer["presence"] == "present"
    assert is_overdue is not on_time


@pytest.mark.parametrize(
    ("lon", "lat", "presence"),
    [
        (120.005, 30.005, "present"),
        (120.0099, 30.0001, "present"),  # in the grid, 700 m away
        (120.0101, 30.005, "remote"),  # the grid next door, 490 m away
        (119.5, 30.0, "remote"),
    ],
)
def test_presence_is_in_the_grid(town, lon, lat, presence):
    whistle_id = town.whistle(town.report("illegal_mining"), OPERATOR, "police")
    answer = town.check_in(whistle_id, POLICE, "police", lon, lat)
    assert answer["presence"] == presence


@pytest.mark.parametrize(
    ("lon", "presence"), [(120.0105, "present"), (120.0125, "remote")]
)
def test_presence_is_near_the_event_where_the_grid_ends(town, lon, presence):
    event_id = town.report("illegal_mining", lon=120.0095, lat=30.005, datum="cgcs2000")
    whistle_id = town.whistle(event_id, OPERATOR, "police")
    answer = town.check_in(whistle_id, POLICE, "police", lon)
    assert answer["presence"] == presence
    assert (answer["distance_m"] <= 200) is (presence == "present")


def test_an_arrival_may_be_in_any_datum(town):
    whistle_id = town.whistle(town.report("illegal_mining"), OPERATOR, "police")
    x, y = map(float, gcj02_from_wgs84(120.005, 30.005))
    answer = town.check_in(whistle_id, POLICE, "police", x, y, datum="gcj02")
    assert (answer["presence"], answer["distance_m"] < 1) == ("present", True)


def test_an_arrival_is_kept_with_its_position(town):
    event_id = town.report("illegal_mining")
    whistle_id = town.whistle(event_id, OPERATOR, "police")
    town.check_in(whistle_id, POLICE, "police", 120.0101)
    request = town.store.actions(event_id)[-1].action.request
    assert (request["presence"], request["lon"], request["lat"]) == (
        "remote",
        120.0101,
        30.005,
    )
    assert town.loop(event_id).arrived_at is None


def test_the_first_present_department_is_the_arrival(town):
    event_id = town.report("illegal_mining")
    whistle_id = town.whistle(event_id, OPERATOR, "police", "urban_management")
    town.check_in(whistle_id, POLICE, "police", 119.5)
    town.pass_minutes(3)
    at = town.store.now()
    town.check_in(whistle_id, URBAN, "urban_management")
    town.pass_minutes(3)
    town.check_in(whistle_id, POLICE, "police")
    assert town.loop(event_id).arrived_at == at


def test_a_department_checks_in_once_it_is_present(town):
    whistle_id = town.whistle(town.report("illegal_mining"), OPERATOR, "police")
    town.check_in(whistle_id, POLICE, "police")
    assert refusal(town.check_in, whistle_id, POLICE, "police") == "present_already"


def test_a_position_that_is_nowhere_is_no_arrival(town):
    whistle_id = town.whistle(town.report("illegal_mining"), OPERATOR, "police")
    reason = refusal(town.check_in, whistle_id, POLICE, "police", 720.0)
    assert reason == "no_position"


def test_departments_act_for_themselves(town):
    whistle_id = town.whistle(
        town.report("illegal_mining"), OPERATOR, "police", "urban_management"
    )
    assert refusal(town.check_in, whistle_id, POLICE, "urban_management") == "not_yours"
    assert refusal(town.solve, whistle_id, URBAN, "police") == "not_yours"
    assert refusal(town.check_in, whistle_id, OPERATOR, "police") == "not_yours"
    assert town.check_in(whistle_id, NO_KEYS, "police")["presence"] == "present"


def test_a_department_that_was_not_summoned_has_no_task(town):
    whistle_id = town.whistle(town.report("illegal_mining"), OPERATOR, "police")
    reason = refusal(town.check_in, whistle_id, NO_KEYS, "market_supervision")
    assert reason == "no_task"


def test_a_department_need_not_say_who_it_is(town):
    bodies = ("police", "urban_management")
    whistle_id = town.whistle(town.report("illegal_mining"), OPERATOR, *bodies)
    assert town.check_in(whistle_id, URBAN, None)["presence"] == "present"
    town.solve(whistle_id, URBAN, None)
    tasks = town.office.dossiers.open(event_of(whistle_id), OPERATOR).whistle(
        whistle_id
    )
    assert [task.state for task in tasks] == ["open", "done"]
    # who acts for none of them says which
    for step in (town.check_in, town.solve, town.rate):
        assert refusal(step, whistle_id, CHIEF, None) == "no_task"


def test_of_one_department_alone_nobody_need_say_which(town):
    whistle_id = town.whistle(town.report("illegal_mining"), OPERATOR, "police")
    assert town.check_in(whistle_id, NO_KEYS, None)["presence"] == "present"
    assert refusal(town.check_in, whistle_id, OPERATOR, None) == "not_yours"


def test_a_department_sees_the_event_that_it_is_summoned_to(town):
    event_id = town.report("theft", lon=120.025, lat=30.005, datum="cgcs2000")
    with pytest.raises(UnknownEventError):
        town.office.dossiers.open(event_id, URBAN)
    town.whistle(event_id, OPERATOR, "urban_management")
    assert town.office.dossiers.open(event_id, URBAN).loop.kind == "theft"


@pytest.mark.parametrize("whistle_id", ["{}.w2", "{}", "{}.bell", "nobody.w1", ""])
def test_an_unknown_whistle_is_refused_as_an_unknown_event_is(town, whistle_id):
    event_id = town.report("illegal_mining")
    town.whistle(event_id, OPERATOR, "police")
    with pytest.raises(UnknownEventError):
        town.check_in(whistle_id.format(event_id), OPERATOR, "police")


def test_an_event_is_closed_once_all_that_were_summoned_have_solved_it(town):
    event_id = town.report("illegal_mining")
    whistle_id = town.whistle(event_id, OPERATOR, "police", "urban_management")
    for department, party in (("police", POLICE), ("urban_management", URBAN)):
        town.check_in(whistle_id, party, department)
    town.act(event_id, POLICE, "handle")
    town.act(event_id, OPERATOR, "verify")
    town.solve(whistle_id, POLICE, "police")
    assert refusal(town.act, event_id, CHIEF, "close") == "tasks_open"
    town.solve(whistle_id, URBAN, "urban_management")
    town.act(event_id, CHIEF, "close")
    assert not town.loop(event_id).is_open


def test_what_a_department_did_is_kept_with_its_rating(town):
    event_id = town.report("illegal_mining")
    whistle_id = town.whistle(event_id, OPERATOR, "police")
    assert refusal(town.rate, whistle_id, OPERATOR, "police") == "no_task"
    town.check_in(whistle_id, POLICE, "police")
    town.solve(whistle_id, POLICE, "police", "pit filled in")
    town.rate(whistle_id, SECOND, "police", 5)
    [task] = town.office.dossiers.open(event_id, OPERATOR).whistle(whistle_id)
    assert (task.state, task.result, task.rating) == ("done", "pit filled in", 5)


def test_what_was_done_without_a_network_was_done_then(town):
    event_id = town.report("illegal_mining")
    whistle_id = town.whistle(event_id, OPERATOR, "police")
    town.pass_minutes(10)
    town.check_in(whistle_id, POLICE, "police")
    arrived = town.store.now()
    town.pass_minutes(60)
    done = town.store.now()
    town.pass_minutes(3000)
    town.solve(whistle_id, POLICE, "police", captured_at=done)
    [task] = town.office.dossiers.open(event_id, OPERATOR).whistle(whistle_id)
    assert (task.checked_in_at, task.ended_at) == (arrived, done)
    assert task.ended_at < task.due_at < town.store.now()


def test_who_is_rated_does_not_rate(town):
    whistle_id = town.whistle(town.report("illegal_mining"), OPERATOR, "police")
    town.solve(whistle_id, POLICE, "police")
    assert refusal(town.rate, whistle_id, POLICE, "police") == "not_yours"
    assert refusal(town.rate, whistle_id, SOURCE, "police") == "not_yours"


def test_what_is_done_is_owed_no_more(town):
    whistle_id = town.whistle(town.report("illegal_mining"), OPERATOR, "police")
    town.solve(whistle_id, POLICE, "police")
    assert refusal(town.solve, whistle_id, POLICE, "police") == "wrong_state"
    assert refusal(town.check_in, whistle_id, POLICE, "police") == "wrong_state"


def test_those_whom_a_bell_calls_answer_it_like_a_whistle(town):
    event_id = town.report("consultation")
    bell_id = f"{event_id}.bell"
    tasks = town.office.dossiers.open(event_id, OPERATOR).whistle(bell_id)
    assert [t.department_id for t in tasks] == [
        "community_office",
        "service_centre",
        "urban_management",
        "housing",
    ]
    town.check_in(bell_id, URBAN, "urban_management")
    town.solve(bell_id, URBAN, "urban_management", "came and spoke")
    states = [
        t.state for t in town.office.dossiers.open(event_id, OPERATOR).whistle(bell_id)
    ]
    assert states == ["open", "open", "done", "open"]


def test_a_repeated_whistle_summons_nobody_twice(town):
    event_id = town.report("illegal_mining")
    claim, form = Claim(OPERATOR, "w-1"), WhistleForm(("police",))
    first = town.office.summon(event_id, form, claim, whistle_bytes)
    again = town.office.summon(event_id, form, claim, whistle_bytes)
    assert (again.answer, again.is_new) == (first.answer, False)
    assert town.loop(event_id).seq == 2
