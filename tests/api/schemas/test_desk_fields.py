"""Forms say what the doors of JSON are told, and are refused as they would be."""

import pytest
from pydantic import ValidationError

from api.schemas.desk_fields import read_fields, take
from api.service.events.office import Claim
from gis.errors import UnknownEventError
from support.makers.desk_towns import OPERATOR, POLICE, STEWARD, DeskTown


@pytest.fixture
def town():
    return DeskTown()


def send(town, event_id, party, **fields):
    dossier = town.desk.dossier(event_id, party)
    lists = {k: v if isinstance(v, list) else [v] for k, v in fields.items()}
    return take(town.office, dossier, lists, Claim(party, str(fields)))


def test_line_breaks_are_one_sign_and_blank_fields_are_left_out():
    assert read_fields([("note", "a\r\nb"), ("to", " ")]) == {"note": ["a\nb"]}


def test_a_whistle_is_blown_answered_solved_and_rated(town):
    event_id = town.report()
    send(
        town, event_id, OPERATOR, action="whistle", departments=["police"], minutes="9"
    )
    task = f"{event_id}/2"
    place = {"lon": "120.005", "lat": "30.005", "datum": "wgs84"}
    send(town, event_id, POLICE, action="check_in", task=task, **place)
    send(town, event_id, POLICE, action="solve", task=task, result="劝离")
    send(town, event_id, OPERATOR, action="rate", task=task, score="5")
    done = town.desk.dossier(event_id, OPERATOR).standing.tasks[task]
    assert (done.presence, done.result, done.rating) == ("present", "劝离", 5)
    assert done.due_at > done.given_at


def test_a_datum_without_a_position_says_nothing(town):
    event_id = town.report()
    send(
        *(town, event_id, STEWARD),
        action="correct",
        datum="wgs84",
        reason="写错",
        to="water_supply",
    )
    assert town.desk.dossier(event_id, OPERATOR).loop.kind == "water_supply"


@pytest.mark.parametrize(
    "fields",
    [
        {"action": "whistle"},
        {"action": "whistle", "departments": ["police"], "minutes": "soon"},
        {"action": "relocate", "lon": "x", "lat": "1", "reason": "r"},
        {"action": ""},
        {"action": "note"},
    ],
)
def test_fields_are_checked_as_json_is(town, fields):
    event_id = town.report()
    with pytest.raises(ValidationError):
        send(town, event_id, OPERATOR, **fields)


def test_a_task_that_is_not_there_is_unknown(town):
    event_id = town.report()
    for action in ("check_in", "solve", "rate"):
        with pytest.raises((UnknownEventError, ValidationError)):
            send(town, event_id, OPERATOR, action=action, task="E/9")
