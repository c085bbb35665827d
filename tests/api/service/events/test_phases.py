"""What is told of an event: phase and state then, never persons or texts."""

import json
from dataclasses import replace

import pytest

from api.service.events.phases import phase_message
from gis.errors import StoreError
from layers.stores import open_store
from support.makers.outbox_towns import advance, report


def bodies_of(store):
    """The messages of every delivery."""
    messages = [phase_message(store, d) for d in store.deliveries(None)]
    return [json.loads(message.body) for message in messages]


def test_message_says_the_phase_then_with_the_own_id_of_the_source():
    store = open_store("memory:")
    event_id = report(store, "H-1", "desk")
    advance(store, event_id, "handled", "handled", "desk")
    first, second = bodies_of(store)
    assert first == {
        "type": "event.phase",
        "event_id": event_id,
        "source": "hotline",
        "id": "H-1",
        "phase": "assigned",
        "phases": ["reported", "accepted", "assigned"],
        "state": "assigned",
        "at": "2026-09-21T14:13:20Z",
        "area": "C1-01/C2-01/",
    }
    assert (second["phase"], second["phases"]) == ("handled", ["handled"])


def test_message_has_no_text_and_no_person():
    store = open_store("memory:")
    event_id = report(store, "H-1", "desk", key_id="SECRET", reason="SECRET")
    advance(store, event_id, "handled", "handled", "desk")
    assert "SECRET" not in str(bodies_of(store))


def test_of_a_sensitive_kind_no_more_is_said_than_id_and_phase():
    store = open_store("memory:")
    report(store, "H-1", "desk", loop={"is_sensitive": True})
    [body] = bodies_of(store)
    assert set(body) == {"type", "event_id", "source", "id", "phase", "phases"}


def test_message_is_the_same_whatever_came_later():
    store = open_store("memory:")
    event_id = report(store, "H-1", "desk")
    [delivery] = store.deliveries(None)
    first = phase_message(store, delivery)
    advance(store, event_id, "closed", "closed")
    store.record_delivery(replace(delivery, attempts=3))
    assert phase_message(store, delivery) == first
    assert first.message_id == f"{store.store_id}-1"


def test_state_that_no_template_has_is_told_by_its_phase():
    store = open_store("memory:")
    report(store, "H-1", "desk", loop={"template": "gone"})
    assert bodies_of(store)[0]["phases"] == ["assigned"]


def test_delivery_of_nothing_is_refused():
    store = open_store("memory:")
    report(store, "H-1", "desk")
    [delivery] = store.deliveries(None)
    with pytest.raises(StoreError, match="Delivery 1 is of an action that is not"):
        phase_message(store, replace(delivery, action_row=9))
