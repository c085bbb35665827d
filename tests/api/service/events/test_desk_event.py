"""The page of an event says whose it is, what is owed and all that was done."""

import pytest

from layers.words.desk import DESK
from layers.words.loops import PRESENCES
from support.makers.clocked_town import clock_over, run_until_idle
from support.makers.desk_towns import AUDITOR, BODY, OPERATOR, POLICE, DeskTown

TEXT = "<script>alert(1)</script>"


@pytest.fixture
def town():
    return DeskTown()


def test_page_says_whose_the_event_is(town):
    view = town.desk.event(town.report(text=TEXT), OPERATOR, "n")
    assert view.grid_id == "G1"
    assert [row.holding.area_id for row in view.command.circles] == ["W", "C"]
    assert view.command.grid_leader.area_id == "G1"
    assert [body.post_id for body in view.departments] == ["U-P", ""]
    assert view.departments[0].holder_id == "D001"
    assert view.platform.zh == "综合执法"
    assert len(view.why) == 2
    assert view.text == TEXT


def test_texts_and_position_are_for_who_may_act(town):
    event_id = town.report(text=TEXT)
    town.act(event_id, OPERATOR, "note", note="电话已回")
    view = town.desk.event(event_id, AUDITOR, "n")
    assert not view.shows_closed
    assert (view.text, view.position, view.forms) == ("", "", ())
    assert all((row.reason, row.details) == ("", ()) for row in view.history)


def test_departments_that_were_summoned_stand_among_the_rest_by_rank(town):
    event_id = town.report()
    town.summon(event_id, "police")
    view = town.desk.event(event_id, OPERATOR, "n")
    assert [body.name.zh for body in view.departments] == [
        "urban_management",
        "market_supervision",
        "police",
    ]


def test_tasks_show_arrivals_and_results(town):
    event_id = town.report()
    whistle_id = town.summon(event_id, "police", "mediation_team")
    town.arrive(whistle_id, POLICE, "police", lon=120.035)
    town.arrive(whistle_id, POLICE, "police")
    town.solve(whistle_id, POLICE, "police", "劝离")
    view = town.desk.event(event_id, OPERATOR, "n")
    [task] = [task for task in view.tasks if task.debtor.zh == "police"]
    assert (task.presence.zh, task.result, task.state.zh) == ("到场", "劝离", "已办")
    presences = [
        text
        for row in view.history
        for label, text in row.details
        if label.zh == "报到"
    ]
    assert presences == [PRESENCES["present"], PRESENCES["remote"]]


def test_history_is_the_last_first_with_states_reasons_and_who(town):
    event_id = town.report()
    town.act(event_id, OPERATOR, "return", reason="地址有误")
    first, last = town.desk.event(event_id, OPERATOR, "n").history
    assert (first.step.zh, first.reason, first.key_id) == ("退回", "地址有误", "K1")
    assert [words.zh for words in first.states] == ["派遣", "受理"]
    assert [words.zh for words in last.states] == ["采集", "受理", "派遣"]


def test_history_says_when_a_step_was_filled_in_that_a_phone_sent_later(town):
    event_id = town.report()
    now = town.clock.now
    town.wait(120)
    town.act(event_id, OPERATOR, "note", note="a", captured_at=town.clock.now - 59_000)
    town.act(event_id, OPERATOR, "note", note="b", captured_at=now)
    waited, at_once, _ = town.desk.event(event_id, AUDITOR, "n").history
    assert DESK["captured"] not in dict(at_once.details)
    [(label, moment)] = waited.details
    assert (label, moment) == (
        DESK["captured"],
        town.desk.event(event_id, AUDITOR, "n").received,
    )
    assert waited.at != moment


def test_history_says_whose_task_climbed_and_where_to(town):
    event_id = town.report()
    town.summon(event_id, "police")
    town.wait(31)
    run_until_idle(clock_over(town.events.intake))
    climb, *_ = town.desk.event(event_id, AUDITOR, "n").history
    details = {label.en: text.both for label, text in climb.details}
    assert climb.step.en == "Climb a circle"
    assert details == {
        "Who owes it": ("police", ""),
        "Climbed to": ("核心（C） · C-L", "核心 (C) · C-L"),
    }


def test_climbs_to_one_circle_are_one_entry_with_their_number(town):
    event_id = town.report()
    town.summon(event_id, "police", "mediation_team")
    for _ in range(3):
        town.wait(31)
        run_until_idle(clock_over(town.events.intake))
    town.act(event_id, OPERATOR, "note", note="催办")
    history = town.desk.event(event_id, OPERATOR, "n").history
    assert [row.step.zh for row in history] == [
        *("备注", "逾期上提一圈", "逾期上提一圈", "吹哨", "上报"),
    ]
    times = [dict(row.details)[DESK["times"]].zh for row in history[1:3]]
    assert times == ["3", "3"]


def test_history_names_the_states_of_the_loop_of_then(town):
    event_id = town.report()
    town.act(event_id, OPERATOR, "override", reason="是供水", to="water_supply")
    view = town.desk.event(event_id, OPERATOR, "n")
    assert view.is_overridden
    assert [words.zh for words in view.history[0].states] == ["派遣", "交办"]
    assert [words.zh for words in view.history[1].states] == ["采集", "受理", "派遣"]


def test_event_in_triage_is_with_the_intake(town):
    view = town.desk.event(town.report("odd"), OPERATOR, "n")
    assert (view.state.zh, view.departments, view.platform) == ("待研判", (), None)


def test_clocks_run_until_they_stop(town):
    event_id = town.report()
    town.wait(5)
    town.act(event_id, BODY, "handle")
    clocks = {
        label.en: value.zh
        for label, value in town.desk.event(event_id, OPERATOR, "n").clocks
    }
    assert clocks["Handling"] == "5 分钟"
    assert clocks["Accepted to first arrival"] == "计时中"
