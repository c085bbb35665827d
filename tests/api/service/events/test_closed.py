"""What is closed of an event is shown for a purpose that is in the audit before."""

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from api.schemas.loops import event_bytes, history_bytes
from api.service.access.audit import CLOSED_READ
from api.service.events.closed import Reading, View, disclosed, record_reading
from api.service.events.dossier import Dossier, Party
from api.service.events.invariants import loop_faults
from gis.access import Caller, Role, Scope
from gis.errors import SettingError, StoreError
from support.makers.event_town import OPERATOR, EventTown

GRANTED = Party(OPERATOR.actor, Scope(("",), grants=("dispute",)))
CALLER = Caller("K-O", Role.OPERATOR, grants=("dispute",))
READING = Reading(CALLER, "调解回访")


@pytest.fixture
def town() -> EventTown:
    return EventTown()


@pytest.fixture
def dossier(town: EventTown) -> Dossier:
    """A dispute with a text and a reason, as an operator with a grant opens it."""
    event_id = town.report("dispute", text="两家争吵")
    town.act(event_id, GRANTED, "note", note="已去电")
    return town.office.dossiers.open(event_id, GRANTED)


def reported(town: EventTown, dossier: Dossier) -> dict[str, Any]:
    """The event as it is answered."""
    stored = town.store.event(dossier.loop.event_id)
    assert stored is not None
    event: dict[str, Any] = orjson.loads(event_bytes(dossier, stored.new))["event"]
    return event


def read(
    town: EventTown, dossier: Dossier, reading: Reading | None, view: View
) -> Dossier:
    """The event as it is answered, once the reading is recorded."""
    shown = disclosed(dossier, reading)
    record_reading(town.store, dossier, reading, view)
    return shown


def test_without_a_purpose_nothing_closed_is_shown_and_nothing_recorded(
    town: EventTown, dossier: Dossier
) -> None:
    same = read(town, dossier, None, "event")
    assert same is dossier
    event = reported(town, same)
    assert (event["text"], event["lon"], event["accuracy_m"]) == (None, None, None)
    actions = orjson.loads(history_bytes(same))["actions"]
    assert {(line["reason"], line["request"]) for line in actions} == {(None, None)}
    assert town.store.audit(0, 10) == ()


@pytest.mark.parametrize("view", ["event", "history", "page"])
def test_a_reading_for_a_purpose_is_an_action_of_no_event(
    town: EventTown, dossier: Dossier, view: Any
) -> None:
    town.pass_minutes(3)
    shown = read(town, dossier, READING, view)
    assert reported(town, shown)["text"] == "两家争吵"
    last = orjson.loads(history_bytes(shown))["actions"][-1]
    assert last["request"]["note"] == "已去电"
    [stored] = town.store.audit(0, 10)
    action, event_id = stored.action, dossier.loop.event_id
    assert (action.event_id, action.action) == (None, CLOSED_READ)
    assert (action.key_id, action.role, action.reason) == (
        "K-O",
        "operator",
        "调解回访",
    )
    assert action.at == town.store.now()
    assert action.request == {"event_id": event_id, "kind": "dispute", "view": view}


def test_a_reading_of_a_photo_says_which(town: EventTown, dossier: Dossier) -> None:
    record_reading(town.store, dossier, READING, "photo", "f" * 64)
    [stored] = town.store.audit(0, 10)
    assert (stored.action.request["view"], stored.action.request["photo"]) == (
        "photo",
        "f" * 64,
    )


def test_each_reading_is_recorded_and_the_event_stays_as_it_is(
    town: EventTown, dossier: Dossier
) -> None:
    event_id = dossier.loop.event_id
    before = town.store.actions(event_id), town.loop(event_id)
    for _ in range(3):
        read(town, dossier, READING, "event")
    assert len(town.store.audit(0, 10)) == 3
    assert (town.store.actions(event_id), town.loop(event_id)) == before
    assert list(loop_faults(town.store)) == []


def test_a_reading_that_cannot_be_recorded_shows_nothing(
    town: EventTown, dossier: Dossier, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: object) -> Callable[..., None]:
        raise StoreError("The store is full; make room.")

    monkeypatch.setattr(town.store, "append", full)
    with pytest.raises(StoreError, match="is full"):
        read(town, dossier, READING, "event")


def test_an_empty_purpose_is_none(town: EventTown, dossier: Dossier) -> None:
    with pytest.raises(SettingError, match="purpose"):
        read(town, dossier, Reading(CALLER, " "), "event")
    assert town.store.audit(0, 10) == ()
