"""What waits at the desk: each event where it belongs, with steps of one press."""

from typing import Any

import pytest

from api.service.cockpit.queues import KEYS, MOST_CARDS, QUEUES, Queue, QueueDesk
from api.service.events.dossier import Party
from gis.access import Scope
from gis.events import Actor
from support.makers.desk_towns import BODY, OPERATOR, POLICE, DeskTown

NOBODY = Party(Actor("K9", frozenset({"member"})), Scope())
SOURCES = (("smoke", "sensor"), ("fire_119", "feed"), ("video", "camera"))


@pytest.fixture
def town() -> DeskTown:
    town = DeskTown()
    for source, sort in SOURCES:
        row = {"source": source, "sort": sort, "name_zh": source, "owner": "office"}
        town.events.town.record("sources", row)
    town.desk.registries.refresh()
    return town


def queues(town: DeskTown, party: Party = OPERATOR) -> dict[str, Queue]:
    return {queue.name: queue for queue in QueueDesk(town.desk).queues(party, "n")}


def ids(queue: Queue) -> list[str]:
    return [card.event_id for card in queue.cards]


def report(town: DeskTown, source: str, kind: str, **members: Any) -> str:
    """Take in an event of a source; its id."""
    return town.report(kind, source=source, **members)


def test_there_are_five_each_with_a_key_of_its_own(town: DeskTown) -> None:
    found = queues(town)
    assert tuple(found) == QUEUES
    assert len({*KEYS.values()}) == len(QUEUES)
    assert {queue.total for queue in found.values()} == {0}


def test_an_event_waits_where_it_belongs(town: DeskTown) -> None:
    plain = town.report()
    odd = town.report("odd")
    lost = town.report(lon=None, lat=None, datum=None, address="桥头")
    found = queues(town)
    assert ids(found["not_placed"]) == [lost]
    assert {*ids(found["to_accept"])} == {odd, lost}
    assert ids(found["overdue"]) == []
    town.wait(24 * 60 * 30)
    late = queues(town)["overdue"]
    assert {*ids(late)} == {plain, odd, lost}
    assert {card.due.urgency for card in late.cards} == {"late"}


def test_alarms_are_grave_or_come_from_sensors_or_are_hazards_of_a_platform(
    town: DeskTown,
) -> None:
    alarms = [
        report(town, "hotline", "noise", severity=4),
        report(town, "smoke", "noise"),
        report(town, "fire_119", "fire_hazard"),
    ]
    for source, kind in (("fire_119", "noise"), ("video", "fire_hazard")):
        report(town, source, kind)
    report(town, "hotline", "fire_hazard", severity=3)
    found = queues(town)["alarms"]
    assert {*ids(found)} == {*alarms}
    # the gravest first
    assert ids(found)[0] == alarms[0]


def test_an_alarm_that_somebody_responded_to_is_none_any_more(town: DeskTown) -> None:
    event_id = report(town, "smoke", "odd")
    assert ids(queues(town)["alarms"]) == [event_id]
    town.act(event_id, OPERATOR, "accept")
    assert queues(town)["alarms"].total == 0


def test_every_summoned_department_has_its_own_clock(town: DeskTown) -> None:
    event_id = town.report()
    town.summon(event_id, "police", "market_supervision")
    found = queues(town)["whistles"]
    assert (ids(found), found.total) == ([event_id] * 2, 2)
    assert [card.debtor.zh for card in found.cards] == ["police", "market_supervision"]
    assert {card.task and card.task.zh for card in found.cards} == {"吹哨报到"}
    town.wait(31)
    assert {c.due.urgency for c in queues(town)["whistles"].cards} == {"late"}


def test_the_first_due_is_first_and_the_rest_is_counted(town: DeskTown) -> None:
    reports = []
    for _ in range(MOST_CARDS + 2):
        reports.append(town.report("odd"))
        town.wait(1)
    found = queues(town)["to_accept"]
    assert (ids(found), found.total) == (reports[:MOST_CARDS], MOST_CARDS + 2)


def test_steps_of_one_press_are_ready_and_others_say_what_they_need(
    town: DeskTown,
) -> None:
    event_id = town.report("odd")
    [card] = queues(town)["to_accept"].cards
    forms = {form.action: form for form in card.forms}
    assert {"accept", "whistle", "link"} <= {*forms}
    assert "note" not in forms
    assert forms["accept"].is_ready
    town.act(event_id, OPERATOR, "override", to="street_trading", reason="看清了")
    town.act(event_id, OPERATOR, "accept")
    town.wait(24 * 60 * 30)
    [card] = queues(town)["overdue"].cards
    forms = {form.action: form for form in card.forms}
    assert forms["assign"].is_ready
    assert [field.name for field in forms["assign"].fields] == ["to", "reason"]
    # summoned are those that the kind names
    assert forms["whistle"].is_whole
    assert not forms["return"].is_ready


def test_an_event_in_two_lists_asks_for_the_same_step_by_the_same_key(
    town: DeskTown,
) -> None:
    report(town, "smoke", "odd")
    found = queues(town)
    [alarm], [waiting] = found["alarms"].cards, found["to_accept"].cards
    assert alarm.forms == waiting.forms
    keys = [form.request_key for form in alarm.forms]
    assert len({*keys}) == len(keys)


def test_nothing_out_of_sight_waits(town: DeskTown) -> None:
    town.report()
    town.report("odd")
    assert {queue.total for queue in queues(town, NOBODY).values()} == {0}
    assert {queue.total for queue in queues(town, POLICE).values()} == {0}
    town.wait(24 * 60 * 30)
    assert queues(town, BODY)["overdue"].total == 1
