"""An event is seen as far as who asks may, and says what may be done."""

from concurrent.futures import wait
from dataclasses import replace

import pytest

from api.service.events.dossier import Party, suggestion_of
from gis.access import EVERYTHING, Scope
from gis.errors import UnknownEventError
from gis.events import Actor
from support.makers.event_town import (
    AUDITOR,
    CITIZEN,
    LEADER,
    NO_KEYS,
    OPERATOR,
    POLICE,
    SOURCE,
    STEWARD,
    URBAN,
    EventTown,
)
from support.makers.loop_entries import intake_of


@pytest.fixture(scope="module")
def town():
    return EventTown()


@pytest.fixture(scope="module")
def event_id(town):
    return town.report()


def sees(town, event_id, party):
    try:
        return town.office.dossiers.open(event_id, party).loop.event_id == event_id
    except UnknownEventError:
        return False


@pytest.mark.parametrize(
    ("party", "is_seen"),
    [
        (OPERATOR, True),
        (LEADER, True),
        (URBAN, True),
        (SOURCE, True),
        (POLICE, False),
        (Party(LEADER.actor, Scope(("C/E/",))), False),
        (Party(OPERATOR.actor, Scope()), False),
    ],
)
def test_an_event_is_seen_within_the_scope(town, event_id, party, is_seen):
    assert sees(town, event_id, party) is is_seen


def test_the_area_next_in_code_order_is_out_of_scope(town):
    entry = intake_of("far-1", loop={"area_path": "C1-01/C2-01/"})
    wait([town.store.append([entry])])
    event_id = entry.actions[0].event_id
    assert not sees(town, event_id, Party(OPERATOR.actor, Scope(("C1-0/",))))
    assert sees(town, event_id, Party(OPERATOR.actor, Scope(("C1-01/",))))


def test_a_sensitive_kind_needs_a_grant(town):
    event_id = town.report("elder_care")
    granted = Party(OPERATOR.actor, Scope(("",), grants=("elder_care",)))
    other = Party(OPERATOR.actor, Scope(("",), grants=("dispute",)))
    assert [sees(town, event_id, p) for p in (OPERATOR, NO_KEYS, granted, other)] == [
        False,
        False,
        True,
        False,
    ]


def test_an_event_of_a_history_has_no_loop(town, tmp_path):
    town.town.load(tmp_path)
    assert not sees(town, town.town.event_id("e1"), OPERATOR)


@pytest.mark.parametrize(
    ("party", "shown"),
    [
        (OPERATOR, True),
        (LEADER, True),
        (URBAN, True),
        (SOURCE, True),
        (AUDITOR, False),
        (Party(Actor("K", frozenset({"inspector"})), EVERYTHING), False),
    ],
)
def test_closed_fields_are_for_those_who_act(town, event_id, party, shown):
    assert town.office.dossiers.open(event_id, party).shows_closed is shown


GRANTED = ("elder_care",)


@pytest.mark.parametrize(
    ("party", "shown", "asks"),
    [
        (Party(OPERATOR.actor, Scope(("",), grants=GRANTED)), False, True),
        (Party(LEADER.actor, Scope(("C/",), grants=GRANTED)), False, True),
        (Party(AUDITOR.actor, Scope(("",), grants=GRANTED)), False, True),
        (
            Party(Actor("K", frozenset({"inspector"})), Scope(("",), grants=GRANTED)),
            *(False, False),
        ),
        (SOURCE, True, False),
        (CITIZEN, True, False),
    ],
)
def test_closed_fields_of_a_sensitive_kind_are_for_its_reporter_and_for_a_purpose(
    town, party, shown, asks
):
    dossier = town.office.dossiers.open(town.report("elder_care"), party)
    assert (dossier.shows_closed, dossier.asks_purpose) == (shown, asks)
    assert replace(dossier, is_disclosed=True).shows_closed


def test_who_acts_is_asked_for_no_purpose_of_other_kinds_and_an_auditor_is(
    town, event_id
):
    asks = [
        town.office.dossiers.open(event_id, party).asks_purpose
        for party in (OPERATOR, LEADER, URBAN, SOURCE, NO_KEYS, AUDITOR)
    ]
    assert asks == [False] * 5 + [True]


@pytest.mark.parametrize(
    ("party", "actions"),
    [
        (AUDITOR, set()),
        (STEWARD, {"correct"}),
        (URBAN, {"handle", "photo"}),
        (SOURCE, {"withdraw", "photo", "correct"}),
    ],
)
def test_allowed_are_the_steps_of_who_asks(town, event_id, party, actions):
    dossier = town.office.dossiers.open(event_id, party)
    assert {pair.action for pair in dossier.allowed} == actions


def test_what_was_suggested_is_that_of_the_intake(town, event_id):
    suggestion = suggestion_of(town.store.actions(event_id))
    assert suggestion["lead"] == "urban_management"
    assert suggestion["departments"] == ["urban_management", "market_supervision"]
    assert suggestion["post_id"] == "G1-L"
