"""What a store keeps of a report says what was sent, and what stands instead."""

import orjson

from api.service.events.place import Place
from api.service.events.report import EventReport
from api.service.events.reported import details_of, event_of
from gis.models import Position

HERE = Place(Position(120.0, 30.0, "gcj02"), 15.0)


def test_an_event_has_the_place_the_kind_and_the_three_times():
    report = EventReport("hotline", "H-1", "占道", severity=3)
    event = event_of("E", "street_trading", report, HERE, (1, 2, 3))
    assert (event.kind, event.severity, event.source_id) == (
        "street_trading",
        3,
        "H-1",
    )
    assert (event.occurred_at, event.captured_at, event.received_at) == (1, 2, 3)
    assert (event.position, event.accuracy_m) == (HERE.position, 15.0)


def test_without_severity_it_is_the_lightest():
    report = EventReport("hotline", "H-1", "noise")
    assert event_of("E", "noise", report, Place(), (1, 1, 1)).severity == 1


def test_details_hold_what_was_reported_otherwise():
    report = EventReport("hotline", "H-1", "占道", text="a", occurred_at=9)
    details = orjson.loads(
        details_of(report, "street_trading", (1, 1), ("clock_ahead",))
    )
    assert details == {
        "text": "a",
        "flags": ["clock_ahead"],
        "reported": {"kind": "占道", "occurred_at": 9},
    }


def test_nothing_odd_leaves_no_details():
    report = EventReport("hotline", "H-1", "noise", occurred_at=1, captured_at=1)
    assert details_of(report, "noise", (1, 1), ()) == "{}"
