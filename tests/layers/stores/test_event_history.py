"""Histories in columns hold, to the byte, what their events hold one by one."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.errors import InvalidLayerError
from gis.models import Instant, Position
from layers.stores.event_history import HistoryRows, stored_degrees
from layers.stores.event_records import EventReceipt, StoredEvent
from layers.stores.events import FIRST_INSTANT, admit, check_events, event_bytes
from support.makers.histories import (
    event_history,
    nowhere_event,
    plain_event,
    whole_history,
)
from support.makers.store_history import day

NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
TEXTS = st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=5)
EVENTS = st.builds(
    plain_event,
    TEXTS,
    source=TEXTS,
    kind=TEXTS,
    severity=st.integers(-(2**53), 2**53),
    position=st.builds(Position, NUMBERS, NUMBERS, st.just("gcj02")),
    accuracy_m=st.none() | st.floats(0, allow_infinity=False),
    community_id=st.none() | TEXTS,
    lon=st.floats(-180, 180),
    lat=st.floats(-90, 90),
    grid_id=st.none() | TEXTS,
    at_occurrence=st.binary(max_size=5),
    details=TEXTS,
)


def rows_of(events):
    ids = [f"id{number}" for number in range(len(events))]
    return HistoryRows(event_history(events), ids, 7, day(3))


def oracle(events):
    """The rows of the log as the events have them one by one."""
    return [
        event_bytes(
            StoredEvent(
                admit(new, f"id{number}"),
                EventReceipt(f"id{number}", 7 + number, 2, day(3)),
            )
        )
        for number, new in enumerate(events)
    ]


@given(st.lists(EVENTS | st.builds(nowhere_event, TEXTS), max_size=5))
def test_rows_of_the_log_are_those_of_each_event_to_the_byte(events):
    assert rows_of(events).log_rows() == oracle(events)


def test_rows_of_a_history_in_which_positions_stay_are_those_of_each_event():
    events = [
        plain_event(str(n), position=Position(n / 7, n / 9, "gcj02")) for n in range(3)
    ]
    same = [
        replace(
            new,
            lon=round(new.event.position.x, 9),
            lat=round(new.event.position.y, 9),
            event=replace(
                new.event,
                position=Position(
                    round(new.event.position.x, 9),
                    round(new.event.position.y, 9),
                    "gcj02",
                ),
            ),
        )
        for new in events
    ]
    assert rows_of(same).log_rows() == oracle(same)


def test_events_of_a_history_are_those_it_was_made_of():
    assert event_history(whole_history()).events() == whole_history()


@given(
    st.lists(
        st.floats(-180, 180)
        | st.just(math.nan)
        | st.floats(allow_nan=False, allow_infinity=False)
        # beside the middle between two roundings
        | st.builds(
            lambda whole, ulps: (whole + 0.5) / 1e9 + ulps * 2.0**-46,
            st.integers(-180 * 10**9, 180 * 10**9),
            st.integers(-3, 3),
        )
    )
)
def test_degrees_are_rounded_as_python_rounds_each(degrees):
    wanted = [d if math.isnan(d) else round(d, 9) + 0.0 for d in degrees]
    rounded = stored_degrees(np.array(degrees, dtype=np.float64)).tolist()
    assert list(map(repr, rounded)) == list(map(repr, wanted))


BAD = {
    "no source": plain_event("1", source=" "),
    "no number": plain_event("\t"),
    "no database keeps it": plain_event("1", kind="\0"),
    "half a character": plain_event("1", details="\ud800"),
    "half a position": plain_event("1", lat=None),
    "endless position": plain_event("1", lat=math.inf),
    "negative radius": plain_event("1", accuracy_m=-1.0),
    "endless radius": plain_event("1", accuracy_m=math.inf),
    "large severity": plain_event("1", severity=2**63),
    "early": plain_event("1", captured_at=Instant(FIRST_INSTANT - 1)),
}


@pytest.mark.parametrize("name", BAD)
def test_history_is_plain_only_if_a_store_takes_each(name):
    assert event_history(whole_history()).is_plain()
    events = [*whole_history(), BAD[name]]
    with pytest.raises(InvalidLayerError):
        check_events(events)
    assert not event_history(events).is_plain()


def test_history_is_plain_only_if_there_are_events_and_no_two_have_one_name():
    assert not event_history([]).is_plain()
    events = whole_history()
    assert not event_history([*events, events[0]]).is_plain()
