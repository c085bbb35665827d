"""Only the steps allowed now are forms, each with what it asks for."""

import pytest

from support.makers.desk_towns import AUDITOR, BODY, OPERATOR, POLICE, DeskTown


@pytest.fixture
def town():
    return DeskTown()


def forms(town, event_id, party):
    return {f.action: f for f in town.desk.event(event_id, party, "n").forms}


def options(form, name):
    [field] = [field for field in form.fields if field.name == name]
    return [code for code, _ in field.options]


def test_who_may_do_nothing_has_no_form(town):
    assert forms(town, town.report(), AUDITOR) == {}


def test_forms_are_those_that_the_loop_allows(town):
    event_id = town.report()
    allowed = town.desk.dossier(event_id, OPERATOR).allowed
    assert {*forms(town, event_id, OPERATOR)} == {
        # a photo has a form of its own
        pair.action
        for pair in allowed
        if pair.action != "photo"
    }
    assert [*forms(town, event_id, BODY)] == ["handle"]


def test_the_step_that_leads_on_stands_first_and_open(town):
    event_id = town.report("odd")
    first, *rest = town.desk.event(event_id, OPERATOR, "n").forms
    assert (first.action, first.is_first) == ("accept", True)
    assert not any(form.is_first for form in rest)


def test_no_form_stands_open_where_no_step_leads_on(town):
    view = town.desk.event(town.report(), OPERATOR, "n")
    assert view.forms[0].action == "whistle"
    assert not any(form.is_first for form in view.forms)


def test_each_form_names_its_own_request(town):
    view = town.desk.event(town.report(), OPERATOR, "n")
    keys = [form.request_key for form in view.forms]
    assert len(set(keys)) == len(keys)
    assert all(key.startswith("n-") for key in keys)


def test_a_step_that_leads_out_of_where_it_starts_is_guarded_by_that(town):
    event_id = town.report("odd")
    first = forms(town, event_id, OPERATOR)
    assert {action for action, form in first.items() if form.is_guarded} == {"accept"}
    town.act(event_id, OPERATOR, "accept")
    town.act(event_id, OPERATOR, "assign", to="urban_management")
    assert forms(town, event_id, BODY)["handle"].is_guarded
    town.act(event_id, BODY, "handle")
    for party, action in ((OPERATOR, "verify"), (OPERATOR, "close")):
        assert forms(town, event_id, party)[action].is_guarded
        town.act(event_id, party, action)
    # it may be said again how it went
    assert not forms(town, event_id, OPERATOR)["evaluate"].is_guarded


def test_a_step_that_needs_a_reason_asks_for_it(town):
    for form in forms(town, town.report(), OPERATOR).values():
        [*reasons] = [field for field in form.fields if field.name == "reason"]
        needs = dict(town.desk.dossier(town.report(), OPERATOR).allowed)
        assert bool(reasons) == needs[form.action]
        assert all(field.is_required for field in reasons)


def test_a_whistle_offers_the_departments_that_are_not_on_their_way(town):
    event_id = town.report()
    form = forms(town, event_id, OPERATOR)["whistle"]
    assert options(form, "departments") == [
        *("urban_management", "market_supervision", "police", "mediation_team")
    ]
    assert form.fields[0].value == ("urban_management", "market_supervision")
    town.summon(event_id, "police")
    form = forms(town, event_id, OPERATOR)["whistle"]
    assert "police" not in options(form, "departments")


def test_a_department_checks_in_for_its_own_task_until_it_is_there(town):
    event_id = town.report()
    whistle_id = town.summon(event_id, "police", "mediation_team")
    form = forms(town, event_id, POLICE)["check_in"]
    assert options(form, "task") == [f"{event_id}/2"]
    town.arrive(whistle_id, POLICE, "police")
    after = forms(town, event_id, POLICE)
    assert [*after] == ["solve"]
    assert options(after["solve"], "task") == [f"{event_id}/2"]


def test_transfer_offers_the_neighbours_of_the_grid(town):
    assert options(forms(town, town.report(), OPERATOR)["transfer"], "to") == ["", "G2"]


def test_return_and_skip_offer_the_states_they_lead_to(town):
    own = forms(town, town.report(), OPERATOR)
    assert options(own["return"], "to") == ["accepted", "collected"]
    assert options(own["skip"], "to")[0] == "handled"
