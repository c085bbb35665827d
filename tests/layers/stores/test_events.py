"""Events are checked, named in order, written for the log and read as a frame."""

import uuid
from dataclasses import replace

import numpy as np
import orjson
import pytest

from gis.errors import InvalidLayerError
from gis.models import Instant, Position
from layers.stores.event_records import EventReceipt, StoredEvent
from layers.stores.events import (
    EVENT_COLUMNS,
    EventIds,
    admit,
    check_events,
    event_bytes,
    event_frame,
    refuse_taken,
)
from support.makers.store_history import CRS, day, new_event

ID = "00000000-0000-7000-8000-000000000001"


def stored(new):
    return StoredEvent(admit(new, ID), EventReceipt(ID, 1, 2, day(3)))


def test_ids_ascend_are_version_7_and_carry_the_time():
    ids = EventIds()
    texts = [ids.make(at) for at in (day(1), day(1), day(0), day(2))]
    assert texts == sorted(set(texts))
    assert {uuid.UUID(text).version for text in texts} == {7}
    assert uuid.UUID(texts[-1]).int >> 80 == day(2)


BAD_EVENTS = {
    "no source": (new_event("1", source=" "), "'source': is empty"),
    "no number": (new_event(""), "'source_id': is empty"),
    "half a position": (replace(new_event("1"), lat=None), "neither a position nor"),
    "not finite": (
        new_event("1", position=Position(float("inf"), 30.0, "wgs84")),
        "is not finite, give no position",
    ),
    "foreign id": (new_event("1", event_id=str(uuid.UUID(int=4))), "not a UUIDv7"),
    "id in capitals": (
        new_event("1", event_id=EventIds().make(Instant(2**40)).upper()),
        "not a UUIDv7",
    ),
    "id with a line end": (
        new_event("1", event_id=f"{EventIds().make(Instant(2**40))}\n"),
        "not a UUIDv7",
    ),
}


@pytest.mark.parametrize("name", BAD_EVENTS)
def test_event_that_no_store_takes_is_named_by_row(name):
    event, words = BAD_EVENTS[name]
    check_events([new_event("good")])
    with pytest.raises(InvalidLayerError, match=f"1 fault: row 2, .*{words}"):
        check_events([new_event("good"), event])


def test_admitted_event_has_its_id_nine_decimals_and_no_negative_zero():
    at_zero = new_event("1", position=Position(-0.0, 30.0, "wgs84"))
    new = admit(replace(at_zero, lon=120.1234567894, lat=-0.0), ID)
    assert new.event.event_id == ID
    assert (new.lon, str(new.lat)) == (120.123456789, "0.0")
    assert str(new.event.position.x) == "0.0"
    assert new.acting == at_zero.acting


def test_row_of_the_log_holds_every_byte_of_the_answers():
    event = stored(new_event("1"))
    head, _, answers = event_bytes(event).partition(b"\n")
    fields = orjson.loads(head)
    assert answers == event.new.at_occurrence + event.new.acting
    assert fields[-1] == len(event.new.at_occurrence)
    assert fields[0] == ID
    assert "120.0123456789012" in fields


@pytest.mark.parametrize(
    "change",
    [
        lambda new: replace(new, details="other"),
        lambda new: replace(new, grid_id=None),
        lambda new: replace(new, destinations=("fire",)),
        lambda new: replace(
            new,
            at_occurrence=new.at_occurrence[:-1],
            acting=new.at_occurrence[-1:] + new.acting,
        ),
        lambda new: replace(new, event=replace(new.event, accuracy_m=None)),
    ],
    ids=["details", "grid", "destination", "moved byte", "accuracy"],
)
def test_whatever_changes_an_event_changes_its_row_of_the_log(change):
    new = new_event("1")
    assert event_bytes(stored(change(new))) != event_bytes(stored(new))


def test_frame_has_every_column_and_no_point_where_there_is_no_position():
    nowhere = replace(new_event("2", position=None), lon=None, lat=None)
    frame = event_frame([stored(new_event("1")), stored(nowhere)], CRS)
    assert tuple(frame.columns) == (*EVENT_COLUMNS, "geometry")
    assert frame.geometry.isna().tolist() == [False, True]
    assert np.isnan(frame["x"]).tolist() == [False, True]
    empty = event_frame([], CRS)
    assert empty.dtypes.to_dict() == frame.dtypes.to_dict()
    assert empty.crs == CRS


def test_id_that_is_taken_is_refused_and_another_is_not():
    refuse_taken("other", {ID})
    with pytest.raises(InvalidLayerError, match="leave it empty, the store makes one"):
        refuse_taken(ID, {ID})
