"""A card shows as much of an event as who asks may see, and steps that lead on."""

import pytest

from api.service.events.desk_words import Namer
from api.service.events.event_cards import LONGEST_TEXT, CardDesk
from gis.events import COMMON
from layers.stores.loops import TaskQuery
from support.makers.desk_towns import AUDITOR, BODY, OPERATOR, POLICE, DeskTown


@pytest.fixture
def town():
    return DeskTown()


def card(town, event_id, party=OPERATOR, extra=(), task=None):
    namer = Namer(town.desk.registries.current, town.desk.zone, town.clock.now)
    return CardDesk(town.desk, party, namer, extra).card(event_id, task, "n")


def test_a_card_has_the_event_until_when_and_whose_it_is(town):
    event_id = town.report("odd", text="门口有人", address="文一路12号")
    found = card(town, event_id)
    assert (found.event_id, found.grid_id, found.post_id) == (event_id, "G1", "G1-L")
    assert (found.text, found.address) == ("门口有人", "文一路12号")
    assert (found.task, found.due.urgency) == (None, "soon")


def test_a_long_text_is_cut(town):
    found = card(town, town.report(text="长" * (LONGEST_TEXT + 1)))
    assert found.text == "长" * LONGEST_TEXT + "…"


def test_a_card_of_a_task_says_who_owes_it_until_when(town):
    event_id = town.report()
    town.summon(event_id, "police")
    tasks = town.store.tasks(
        TaskQuery(event_id=event_id, sorts=("whistle",)), BODY.scope
    )
    found = card(town, event_id, BODY, task=tasks[0])
    assert (found.task.zh, found.debtor.zh) == ("吹哨报到", "police")


def test_steps_are_those_of_the_loop_and_those_that_are_asked_for(town):
    event_id = town.report("odd")
    bare = {form.action for form in card(town, event_id).forms}
    assert bare == {"accept"}
    more = {form.action for form in card(town, event_id, extra={"note", "link"}).forms}
    assert more == {"accept", "note", "link"}
    assert {"note", "link"} <= {*COMMON}


def test_what_is_closed_to_who_asks_is_not_on_the_card(town):
    event_id = town.report(text="秘密", address="文一路12号")
    found = card(town, event_id, AUDITOR)
    assert (found.text, found.address, found.forms) == ("", "", ())


def test_an_event_out_of_sight_has_no_card(town):
    assert card(town, town.report(), POLICE) is None
    assert card(town, "none") is None
